"""What the names of a site's sections say: news and statements, something that may be either, or certainly not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

Verdict = Literal["statements", "perhaps", "other"]

# Sections that hold what an institution states, in the languages that institutions publish in.
_STATEMENTS = """
news newsroom newsrooms newswire newsitem newsitems press pressroom presse prensa imprensa stampa pers presscorner
pressrelease pressreleases press_release press_releases pressreleases mediareleases statement statements speech speeches
remarks address addresses communique communiques communiqués declaration declarations briefing briefings announcement
announcements advisory advisories article articles media-release
noticia noticias notícia notícias comunicado comunicados nota notas declaracion declaraciones declaração discurso discursos
actualite actualites actualité actualités nouvelle nouvelles actus actu discours déclaration déclarations allocution
nachrichten nachricht aktuell aktuelles meldung meldungen pressemitteilung pressemitteilungen rede reden
notizie notizia comunicati comunicato dichiarazioni discorsi nieuws nyheter nyhet uutiset haberler haber duyurular
новости новость заявления заявление выступления novosti novost zayavleniya press-tsentr
أخبار خبر بيانات بيان akhbar bayanat 新闻 声明 讲话 新聞 聲明 xinwen ニュース
"""
# Sections that hold statements on some sites and something else on others: believed where there is nothing better.
_PERHAPS = """
release releases blog blogs story stories feature features update updates post posts item items message messages
report reports document documents archive archives publication newsletter interview interviews opinion voices
historia historias histoires recit recits blogue geschichten bulletin bulletins note notes
"""
# Sections that hold something else, however their pages look.
_OTHER = """
event events agenda calendar calendars kalender calendario calendrier veranstaltungen eventos evenements termine
tag tags category categories categorie topic topics taxonomy term author authors people person staff team profile profiles
user users member members membership account accounts login register search recherche buscar
job jobs career careers vacancy vacancies vacancies procurement tender tenders
product products shop store cart catalogue catalog download downloads file files attachment attachments
image images photo photos foto fotos gallery galleries video videos audio podcast podcasts multimedia media-library
partner partners supporter donate donation subscribe contact contacts about faq faqs help privacy terms legal cookies
resource resources library course courses training webinar webinars workshop project projects
node amp print feed feeds rss aggregator newsdesk rubrique plan page pages index.php comment comments reply share embed
country countries region regions office offices map maps data statistics wiki forum forums
"""

_SPLIT = re.compile(r"[-_.\s/&|,:+]+|%20")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands beside the news in a section's name without changing what it is.
_BESIDE_NEWS = _words("event events agenda blog stories multimedia")

# What may be anything by itself, and is news in a folder for news: ``/press/releases``.
_NEWS_BELOW_NEWS = _words(
    "release releases update updates post posts item items message messages document documents archive"
)
_ALIASES = _words("amp print node index.php embed feed feeds rss")

_VERDICTS: dict[str, Verdict] = {
    **dict.fromkeys(_words(_PERHAPS), "perhaps"),
    **dict.fromkeys(_words(_OTHER), "other"),
    **dict.fromkeys(_words(_STATEMENTS), "statements"),
}
# Of a name of several words the strongest decides: "event_reports" is about events, "press-releases" about the press.
_RANK: tuple[Verdict, ...] = ("other", "statements", "perhaps")


def judge(name: str) -> Verdict | None:
    """What a section called *name* holds; None if the name does not say.

    >>> judge("foundation_news"), judge("blog-tags"), judge("releases"), judge("zimbabwe")
    ('statements', 'other', 'perhaps', None)
    """
    lowered = name.casefold()
    if whole := _VERDICTS.get(lowered):
        return whole
    words = [word for word in _SPLIT.split(lowered) if word in _VERDICTS]
    if any(_VERDICTS[word] == "statements" for word in words):
        words = [word for word in words if word not in _BESIDE_NEWS]  # "news-and-events"
    found = {_VERDICTS[word] for word in words}
    return next((verdict for verdict in _RANK if verdict in found), None)


def judge_path(words: Iterable[str]) -> Verdict | None:
    """What a path holds, whose literal *words* are given from the last to the first: the last that says something decides.

    Releases, updates and the like below a folder for news are news.
    """
    said = [(word, verdict) for word in words if (verdict := judge(word))]
    if not said:
        return None
    word, verdict = said[0]
    below_news = any(above == "statements" for _, above in said[1:])
    return "statements" if below_news and _NEWS_BELOW_NEWS.issuperset(_SPLIT.split(word.casefold())) else verdict


def is_alias(folders: Sequence[str]) -> bool:
    """Whether *folders* begin with one that shows other folders' pages in another dress: ``/amp/news``."""
    return bool(folders) and folders[0].casefold() in _ALIASES


def names_a_section(name: str) -> bool:
    """Whether *name* is a section's rather than a value such as a country's."""
    return judge(name) is not None
