"""Invented sentences in six languages: what the invented archive is made of."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class SourceSpec:
    title: str
    host: str
    languages: tuple[str, ...]
    rights: str | None = None


@dataclass(frozen=True)
class Place:
    country: str
    name: dict[str, str]


SOURCES = {
    "rivers": SourceSpec(
        "International Office for Rivers", "rivers.example", ("en", "fr", "es", "ar", "ru", "zh"),
        "Texts may be quoted with their source; see the publisher's terms.",
    ),
    "water": SourceSpec("Clean Water Alliance", "water.example", ("en", "fr", "es")),
    "harbours": SourceSpec("Council of Harbour Cities", "harbours.example", ("en", "ru", "zh")),
    "weather": SourceSpec("Regional Weather Service", "weather.example", ("ar", "en")),
}  # fmt: skip

PLACES = (
    Place("SD", {"en": "Khartoum", "fr": "Khartoum", "es": "Jartum", "ar": "الخرطوم", "ru": "Хартум", "zh": "喀土穆"}),
    Place("YE", {"en": "Aden", "fr": "Aden", "es": "Adén", "ar": "عدن", "ru": "Аден", "zh": "亚丁"}),
    Place("CO", {"en": "Bogotá", "fr": "Bogota", "es": "Bogotá", "ar": "بوغوتا", "ru": "Богота", "zh": "波哥大"}),
    Place("BD", {"en": "Dhaka", "fr": "Dacca", "es": "Daca", "ar": "دكا", "ru": "Дакка", "zh": "达卡"}),
    Place("UA", {"en": "Odesa", "fr": "Odessa", "es": "Odesa", "ar": "أوديسا", "ru": "Одесса", "zh": "敖德萨"}),
    Place("PH", {"en": "Manila", "fr": "Manille", "es": "Manila", "ar": "مانيلا", "ru": "Манила", "zh": "马尼拉"}),
    Place("NE", {"en": "Niamey", "fr": "Niamey", "es": "Niamey", "ar": "نيامي", "ru": "Ниамей", "zh": "尼亚美"}),
)

TOPICS = ("floods", "drought", "harbours", "drinking water", "migration", "dams")

_NOUNS = {
    "en": TOPICS,
    "fr": ("les inondations", "la sécheresse", "les ports", "l'eau potable", "la migration", "les barrages"),
    "es": ("las inundaciones", "la sequía", "los puertos", "el agua potable", "la migración", "las presas"),
    "ar": ("الفيضانات", "الجفاف", "الموانئ", "مياه الشرب", "الهجرة", "السدود"),
    "ru": ("наводнения", "засуха", "порты", "питьевая вода", "миграция", "плотины"),
    "zh": ("洪水", "干旱", "港口", "饮用水", "移民", "水坝"),
}
NOUNS = {language: dict(zip(TOPICS, words, strict=True)) for language, words in _NOUNS.items()}

TITLES = {
    "en": ("New figures on {topic} in {place}", "{place}: the Office on {topic}", "Statement on {topic} near {place}",
           "{n} communities in {place} prepare for {topic}"),
    "fr": ("Nouveaux chiffres sur {topic} à {place}", "{place} : déclaration sur {topic}", "{n} communes face à {topic}"),
    "es": ("Nuevas cifras sobre {topic} en {place}", "{place}: declaración sobre {topic}", "{n} comunidades ante {topic}"),
    "ar": ("أرقام جديدة عن {topic} في {place}", "بيان بشأن {topic} في {place}"),
    "ru": ("Новые данные: {topic}, {place}", "Заявление: {topic} ({place})"),
    "zh": ("{place}{topic}最新数据", "关于{place}{topic}的声明"),
}  # fmt: skip

SENTENCES = {
    "en": (
        "The Office reports that {n} families in {place} were affected by {topic} last week.",
        "Teams worked with local authorities to repair {n} kilometres of embankment before the rains return.",
        "“Nobody should have to leave home because of {topic},” said the regional coordinator in {place}.",
        "The assessment covers {n} villages and was published together with the maps it is based on.",
        "Partners agreed to meet again within {n} days and to share what they have measured.",
        "Funding covers about {n} per cent of what the plan for {place} asks for.",
    ),
    "fr": (
        "L'Office signale que {n} familles à {place} ont été touchées par {topic} la semaine dernière.",
        "Les équipes ont réparé {n} kilomètres de digues avec les autorités locales avant le retour des pluies.",
        "« Personne ne devrait quitter son foyer à cause de cela », a déclaré la coordinatrice à {place}.",
        "L'évaluation porte sur {n} villages et s'accompagne des cartes sur lesquelles elle repose.",
    ),
    "es": (
        "La Oficina informa de que {n} familias en {place} se vieron afectadas por {topic} la semana pasada.",
        "Los equipos repararon {n} kilómetros de diques junto con las autoridades antes de las lluvias.",
        "«Nadie debería abandonar su hogar por esta causa», dijo la coordinadora regional en {place}.",
        "La evaluación abarca {n} aldeas y se publica con los mapas en que se basa.",
    ),
    "ar": (
        "أفاد المكتب بأن {n} أسرة في {place} تأثرت خلال الأسبوع الماضي بسبب {topic}.",
        "وعملت الفرق مع السلطات المحلية على إصلاح {n} كيلومترا من السدود قبل عودة الأمطار.",
        "وقالت المنسقة الإقليمية في {place} إن أحدا لا ينبغي أن يغادر منزله لهذا السبب.",
        "ويشمل التقييم {n} قرية ونشر مع الخرائط التي يستند إليها.",
    ),
    "ru": (
        "Управление сообщает, что на прошлой неделе пострадали {n} семей, {place}; причина: {topic}.",
        "Вместе с местными властями восстановлено {n} километров дамб до начала дождей.",
        "«Никто не должен покидать свой дом по этой причине», — сказала региональный координатор.",
        "Оценка охватывает {n} деревень и опубликована вместе с картами, на которых она основана.",
    ),
    "zh": (
        "办事处报告说，上周{place}有{n}个家庭受到{topic}影响。",
        "在雨季到来之前，工作队与地方当局一起修复了{n}公里堤坝。",
        "区域协调员在{place}说，任何人都不应因此离开家园。",
        "评估涵盖{n}个村庄，并与所依据的地图一同公布。",
    ),
}


def title(language: str, topic: str, place: Place, chance: random.Random) -> str:
    shape = chance.choice(TITLES[language])
    text = shape.format(topic=NOUNS[language][topic], place=place.name[language], n=chance.randint(2, 60))
    return text[0].upper() + text[1:]


def sentences(language: str, topic: str, place: Place, chance: random.Random) -> str:
    """A paragraph of two to four sentences."""
    chosen = chance.sample(SENTENCES[language], chance.randint(2, min(4, len(SENTENCES[language]))))
    glue = "" if language == "zh" else " "
    return glue.join(
        s.format(topic=NOUNS[language][topic], place=place.name[language], n=chance.randint(3, 900)) for s in chosen
    )
