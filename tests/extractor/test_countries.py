"""Counting the countries that a text speaks of: names, adjectives, aliases, and what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extractor.countries import count_countries


def counts(text, *languages):
    return {mention.country: mention.count for mention in count_countries(text, languages or ("en",))}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Zimbabwe and its neighbours; Zimbabwean farmers, ZIMBABWE", {"ZW": 3}),
        ("es", "Zimbabwe recibió ayuda; los campesinos zimbabuenses", {"ZW": 2}),
        ("fr", "Les autorités syriennes et la Syrie, l’Afghanistan, des réfugiées afghanes", {"SY": 2, "AF": 2}),
        ("ru", "В Сирии сирийские семьи, беженцы из Афганистана и Украины", {"SY": 2, "AF": 1, "UA": 1}),
        ("ar", "في اليمن واليمنيين، ومن لبنان إلى سوريا", {"YE": 2, "LB": 1, "SY": 1}),
        ("zh", "在阿富汗和叙利亚的难民，阿富汗妇女", {"AF": 2, "SY": 1}),
        ("de", "Hilfe für Syrien und die Ukraine", {"SY": 1, "UA": 1}),
        ("pt", "Moçambique e Angola", {"MZ": 1, "AO": 1}),
        ("it", "dalla Libia all'Italia", {"LY": 1, "IT": 1}),
        ("fa", "در افغانستان و ایران", {"AF": 1, "IR": 1}),
    ],
)
def test_names_adjectives_and_peoples_count_in_each_language(language, text, expected):
    assert counts(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the DRC, DR Congo and the Democratic Republic of the Congo", {"CD": 3}),
        ("the U.S., the US, the USA and the United States of America", {"US": 4}),
        ("the UK, the U.K., Great Britain and British aid", {"GB": 4}),
        ("Türkiye, Turkey and Turkish towns", {"TR": 3}),
        ("Côte d’Ivoire, Cote d'Ivoire, Ivory Coast, Ivorian", {"CI": 4}),
        ("Myanmar, formerly Burma", {"MM": 2}),
        ("the Syrian Arab Republic and the Islamic Republic of Iran", {"SY": 1, "IR": 1}),
        ("Viet Nam, Vietnam, Lao PDR, Timor-Leste, Cabo Verde", {"VN": 2, "LA": 1, "TL": 1, "CV": 1}),
        ("Bosnia and Herzegovina; Trinidad and Tobago; St. Lucia", {"BA": 1, "TT": 1, "LC": 1}),
    ],
)
def test_official_short_and_old_names_are_one_country(text, expected):
    assert counts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "New Mexico and New Jersey", "Chad Johnson said", "Michael Jordan played",
        "the Jordan River and the River Jordan",
        "Latin America, Latin American and Inter-American bodies", "the Organization of American States",
        "the Indian Ocean",
        "Georgia Tech in Atlanta, Georgia", "the South China Sea", "the Gulf of Guinea and the Gulf of Mexico",
        "Lake Chad", "available in French and Spanish", "followed in Spanish, English, Portuguese and French. Those who", "Port of Spain", "translated into Arabic, Russian or Chinese",
        "turkey dinner and polish for shoes", "they told us to contact us", "CONTACT US",
        "South Georgia", "Niger Delta", "The governor of Georgia signed a bill in Atlanta.",
        "Georgia, Alabama and Florida were hit", "She lives in Lebanon, Pennsylvania", "the Korean War", "US$ 5 million",
        "Brazil nuts and Swiss cheese", "the Panama Canal",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_country_is_none(text):
    assert counts(text) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guinea, Guinea-Bissau, Equatorial Guinea and Papua New Guinea", {"GN": 1, "GW": 1, "GQ": 1, "PG": 1}),
        ("South Sudan, South Sudanese, Sudan", {"SS": 2, "SD": 1}),
        ("Niger and Nigeria, Nigeriens and Nigerians", {"NE": 2, "NG": 2}),
        ("the Dominican Republic and Dominica", {"DO": 1, "DM": 1}),
        ("Georgia’s parliament in Tbilisi; Georgia, Armenia and Azerbaijan", {"GE": 2, "AM": 1, "AZ": 1}),
        ("North Korea and South Korea", {"KP": 1, "KR": 1}),
        ("officials from Mexico, Texas and Arizona", {"MX": 1}),
        ("Saint Vincent and the Grenadines, St. Kitts and Nevis", {"VC": 1, "KN": 1}),
        ("Kosovo, Palestine and Taiwan", {"XK": 1, "PS": 1, "TW": 1}),
        ("IOM Jordan and the Jordan Compact; Chad and Georgia", {"JO": 2, "TD": 1, "GE": 1}),
    ],
)
def test_the_longest_name_wins(text, expected):
    assert counts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The Congo is a river and a name of two countries.", {}, id="neither is named: no guess"),
        pytest.param("The DRC and Congolese refugees in the Congo", {"CD": 3}, id="one is named: it is that"),
        pytest.param("the Republic of the Congo and the Congolese", {"CG": 2}, id="or the other"),
        pytest.param("DRC, Republic of the Congo, Congo", {"CD": 1, "CG": 1}, id="both are named: no guess"),
    ],
)
def test_congo_is_counted_where_the_text_says_which(text, expected):
    assert counts(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Le Niger et le Nigéria ; des Nigériens et des Nigérians", {"NE": 2, "NG": 2}),
        ("fr", "la Guinée, la Guinée-Bissau, la Guinée équatoriale, la Papouasie-Nouvelle-Guinée",
         {"GN": 1, "GW": 1, "GQ": 1, "PG": 1}),
        ("fr", "l’État de Géorgie, le golfe de Guinée, Mme Dominique Leroy", {}),
        ("es", "Níger y Nigeria; nigerinos y nigerianos", {"NE": 2, "NG": 2}),
        ("es", "Corea del Norte y Corea del Sur", {"KP": 1, "KR": 1}),
        ("es", "Nuevo México, el río Jordán, traducido al español y al francés", {}),
        ("ru", "в Нигере и Нигерии, нигерские и нигерийские власти", {"NE": 2, "NG": 2}),
        ("ru", "Гвинея, Гвинея-Бисау, Экваториальная Гвинея и Папуа — Новая Гвинея", {"GN": 1, "GW": 1, "GQ": 1, "PG": 1}),
        ("ru", "США, Соединённые Штаты, Соединенными Штатами Америки", {"US": 3}),
        ("ru", "штат Джорджия, Нью-Мексико, река Иордан, на русском языке", {}),
        ("ar", "النيجر ونيجيريا وجمهورية الكونغو الديمقراطية", {"NE": 1, "NG": 1, "CD": 1}),
        ("ar", "غينيا وغينيا بيساو وغينيا الاستوائية وبابوا غينيا الجديدة", {"GN": 1, "GW": 1, "GQ": 1, "PG": 1}),
        ("ar", "تركيا والأتراك، المغرب والمغاربة", {"TR": 2, "MA": 2}),
        ("zh", "尼日尔和尼日利亚，几内亚、几内亚比绍、赤道几内亚和巴布亚新几内亚",
         {"NE": 1, "NG": 1, "GN": 1, "GW": 1, "GQ": 1, "PG": 1}),
        ("zh", "格鲁吉亚和佐治亚州，发展中国家，中文和英文版本", {"GE": 1}),
        ("de", "Nordkorea und Südkorea", {"KP": 1, "KR": 1}),
        ("it", "Corea del Sud", {"KR": 1}),
        ("pt", "Coreia do Norte", {"KP": 1}),
    ],
)  # fmt: skip
def test_look_alikes_are_told_apart_in_every_language(language, text, expected):
    assert counts(text, language) == expected


def test_arabic_clitics_do_not_hide_a_country():
    assert counts("واليمن لليمن باليمن وللعراق ولبنان", "ar") == {"YE": 3, "IQ": 1, "LB": 1}
    assert counts("نهر الأردن والتقرير المالي", "ar") == {}


def test_unspaced_script_takes_the_longest_name():
    assert counts("刚果民主共和国、印度尼西亚、南苏丹，新墨西哥，印度洋", "zh") == {"CD": 1, "ID": 1, "SS": 1}


def test_a_mixed_page_is_read_in_both_its_languages():
    assert counts("Syria. Les réfugiés syriens.", "en", "fr") == {"SY": 2}


def test_the_most_frequent_comes_first():
    assert [mention.country for mention in count_countries("Kenya, Uganda, Kenya", ["en"])] == ["KE", "UG"]


def test_an_unknown_language_is_read_by_the_names_that_are_spelt_alike():
    assert counts("Türkiye'de ve Afghanistan", "tr") == {"TR": 1, "AF": 1}


@given(st.text(max_size=300), st.sampled_from(["en", "ar", "zh", "ru", "xx"]))
def test_any_text_can_be_counted(text, language):
    assert all(mention.count > 0 for mention in count_countries(text, [language]))
