"""What sort of text a page is, and whether its publisher calls it global or local.

Asked in this order, the most exact first: the label line printed by the title ("Comunicado", "DG's Statements and
Speeches"), the type that the publishing system writes into class names, the URL's path, JSON-LD types, the title's own
words ("Joint statement on ..."). "News" says least: it stands only if nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from scraper.extractor.months import fold

# kind -> how publishers label it, in the words of their label lines, paths and class names.
_LABELS: dict[str, str] = {
    "press release": "press release|press releases|joint press release|media release|news release|press statement|news and press release"
    "|comunicado|comunicados|comunicado de prensa|comunicados de prensa|nota de prensa|boletín de prensa"
    "|comunicado conjunto|communiqué|communiqué de presse|communiqués de presse|communiqué conjoint"
    "|пресс-релиз|пресс-релизы|بيان صحفي|بيانات صحفية|بلاغ صحفي|新闻稿|新闻公报|新聞稿|pressemitteilung|pressemitteilungen|comunicato stampa"
    "|comunicati stampa|comunicado de imprensa|nota à imprensa|بیانیه مطبوعاتی|pressrelease"
    "|pressreleases",
    "speech": "speech|speeches|statements and speeches|dg's statements and speeches|remarks|address|keynote|discurso"
    "|discursos|declaraciones y discursos|discours|déclarations et discours|allocution|выступление|выступления|речь"
    "|заявления и выступления|خطاب|خطابات|كلمة|讲话|演讲|发言|rede|reden|discorso|discorsi|سخنرانی",
    "statement": "joint communiqué|statement|statements|official statement|official statements|joint statement|declaración|declaraciones"
    "|déclaration|déclarations|заявление|заявления|بيان|بيانات|تصريح|声明|聲明|stellungnahme|erklärung|dichiarazione"
    "|declaração|بیانیه",
    "advisory": "advisory|media advisory|media advisories|press advisory|media alert|aviso a los medios|avis aux médias"
    "|information aux médias|медиа-анонс|تنويه إعلامي|媒体通告",
    "briefing note": "briefing note|briefing notes|press briefing note|press briefing notes|press briefing|briefing"
    "|nota informativa|notas informativas|note d'information|points de presse|notes d'information",
    "digest": "newsdesk|aggregator|newsletter|digest|news digest|press digest|bulletin",
    "story": "story|stories|feature|features|feature story|featured stories|historia|historias|récit|récits|histoires",
    "blog": "blog|blogs|blog post|opinion|op-ed",
    "interview": "interview|interviews|entrevista|entretien|интервью|مقابلة|采访",
    "news": "news|news item|news article|latest news|noticia|noticias|actualité|actualités|nouvelles|новость|новости"
    "|أخبار|خبر|الأخبار|新闻|消息|新聞|nachricht|nachrichten|aktuelles|notizia|notizie|notícia|notícias|اخبار|خبرها",
}  # fmt: skip
_KIND_BY_LABEL = {fold(label): kind for kind, labels in _LABELS.items() for label in labels.split("|")}

_SCOPE_WORDS = {
    "global": "global|mundial|mondial|mondiale|глобальный|глобальная|глобальные|عالمي|عالمية|العالمية|全球|globale",
    "local": "local|locale|местный|местная|местные|محلي|محلية|المحلية|本地|地方|lokal",
}
_SCOPES = {fold(word): scope for scope, words in _SCOPE_WORDS.items() for word in words.split("|")}

_REMEMBERED = 4_096  # labels: those of menus stand on every page of a site
_LABEL_LENGTH, _LABEL_WORDS = 60, 6  # longer lines are sentences
# Between the parts of a line: "14.03.2024 - Press release", "8 July 2024 News release Reading time: 2 min".
_PARTS = re.compile(r"\s+[-–—|/·»]\s+|\s*\|\s*|(?<=\b\d{4})\s+|\s+(?=Reading time|\d+ min\b)")
_TRIM = " -–—|:·»«\t\n"
# "Speech by Karin Lund, Deputy Governor": a line that says of what sort a text is and whose.
_WHOSE = re.compile(
    r"([^\W\d_]+(?: [^\W\d_]+){0,2}?)(?: delivered| given)? (?:by|par|por|von)(?= (?:the |la |le |el |der )?[A-ZÀ-Þ])"
)
_WHOSE_CHARS = 250
# What follows a label where releases are numbered: "PRESS RELEASE No. 12/2025", "Communiqué de presse n° 7".
_NUMBER = re.compile(r"(?i)[\s,:–—-]+(?:(?:no|nr|n|nº|n°|№|رقم|第)[.:°º]*\s*)?[\w./-]*\d[\w./-]*\s*[号號]?\Z")
_TYPE_CLASS = re.compile(r"(?:^|\s)(?:page-node-type-|node--type-|node-type-|single-|type-)([a-z][a-z_-]+)")
# How a title says what it stands over: "Joint statement on ...", "Remarks by ..."; none of it may be told of somebody else's.
_TITLED = {
    "statement": re.compile(
        r"(?:security council )?(?:(?:joint|press|official|presidential|troika|media) )*statement (?:by|on|from|attributable|concerning|regarding|of (?:the|H\.) ?)"
        r"|joint (?:[^\W\d_]+ ){0,2}(?:statement|declaration|communiqu[ée])\b|déclaration (?:conjointe|commune|de |du |d’|d'|sur )|declaración (?:conjunta|de |del |sobre )"
        r"|(?:gemeinsame )?erklärung (?:der|des|von|zu[mr]?) |(?:совместное )?заявление |بيان (?:صادر|مشترك|بشأن|حول|صحفي)|.{2,}声明(?:[（(]全文[)）])?\Z",
        re.IGNORECASE,
    ),
    "speech": re.compile(
        r"(?:(?:opening|closing|keynote|welcome|introductory) )*(?:remarks|speech|address|lecture) (?:by|at|to the|delivered|of (?:the|H\.) ?)"
        r"|(?:discours|allocution) (?:de |du |d’|d')|(?:discurso|palabras) (?:de |del )|rede (?:von|der|des) |выступление "
        r"|كلمة (?:معالي|سعادة|رئيس|وزير|الأمين|فخامة)|.{2,}(?:讲话|致辞|发言)\Z",
        re.IGNORECASE,
    ),
}
_JSON_LD_KINDS = {
    "speech": "speech",
    "pressrelease": "press release",
    "specialannouncement": "advisory",
    "report": "report",
}
KINDS = frozenset({*_LABELS, *_JSON_LD_KINDS.values()})  # all that a statement can be


@lru_cache(_REMEMBERED)
def label_kind(text: str) -> str | None:
    """The kind that *text* is a label of; None if it is none.

    >>> label_kind("Press Release"), label_kind("Aid flights resume")
    ('press release', None)
    """
    return _KIND_BY_LABEL.get(fold(_NUMBER.sub("", text)))


def read_scope(lines: Iterable[str]) -> str | None:
    """The scope, "global" or "local", if one of the label *lines* says so and nothing else; None otherwise."""
    for line in lines:
        label, scope = _part_scope(line)
        if scope and (not label or fold(label) in _KIND_BY_LABEL):
            return scope
    return None


def _part_scope(line: str) -> tuple[str, str | None]:
    """A label line without the word that says its scope, and the scope: "News - Global", "Comunicado Local"."""
    words = line.split()
    if not 0 < len(words) <= _LABEL_WORDS:
        return line, None
    scope = _SCOPES.get(fold(words[-1].strip(_TRIM)))
    return (" ".join(words[:-1]).rpartition(":")[2].strip(_TRIM) if scope else line), scope


def read_kind(
    lines: Iterable[str], classes: str = "", url: str = "", types: Iterable[str] = (), default: str | None = None
) -> tuple[str, str] | None:
    """The kind of a page and where it was read ("label", "class", "url", "json-ld", "default").

    *lines* are those printed by the title, *classes* the class names of the body and its article, *types* the JSON-LD
    types. None if nothing says what it is.

    >>> read_kind(["Statements and Speeches", "27 Nov 2023"])
    ('speech', 'label')
    >>> read_kind(["News -", "Global"], "path-node page-node-type-press-release")
    ('press release', 'class')
    """
    vague: tuple[str, str] | None = None
    claims = list(_claims(lines, classes, url, types))
    if ("digest", "url") in claims:  # its label is often that of the items it lists
        return "digest", "url"
    for kind, source in claims:
        if kind != "news":
            return kind, source
        vague = vague or (kind, source)
    return vague or ((default, "default") if default else None)


def titled_kind(title: str) -> tuple[str, str] | None:
    """What a title says its text is, and that the title says so; None if it does not.

    >>> titled_kind("Joint statement on the safety of aid workers")
    ('statement', 'title')
    """
    return next(((kind, "title") for kind, pattern in _TITLED.items() if pattern.match(title)), None)


def whose_kind(line: str) -> str | None:
    """What a line says a text is that goes on with whose it is: "Speech by Karin Lund, Deputy Governor"; None for others."""
    found = _WHOSE.match(line) if len(line) <= _WHOSE_CHARS else None
    return label_kind(found[1]) if found is not None else None


def _claims(lines: Iterable[str], classes: str, url: str, types: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        for part in _label_parts(line):
            if kind := label_kind(part):
                yield kind, "label"
        if kind := whose_kind(line):
            yield kind, "label"
    for name in _TYPE_CLASS.findall(classes.lower()):
        if kind := _KIND_BY_LABEL.get(name.replace("_", " ").replace("-", " ")):
            yield kind, "class"
    for segment in unquote(urlsplit(url).path).lower().split("/")[:-1]:
        if kind := _KIND_BY_LABEL.get(fold(segment.replace("_", " ").replace("-", " "))):
            yield kind, "url"
    for name in types:
        if kind := _JSON_LD_KINDS.get(name.lower()):
            yield kind, "json-ld"


def _label_parts(line: str) -> Iterable[str]:
    """A short line, and what stands in it before a dash, a bar, a slash or a date."""
    for single in line.replace("’", "'").split("\n"):
        if len(single) <= _LABEL_LENGTH:
            yield single.strip(_TRIM)
            yield _part_scope(single)[0]
            for part in _PARTS.split(single):
                yield part.strip(_TRIM)
