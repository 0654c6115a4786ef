"""Who signs a text or speaks in it, chosen among the places that name people; often nobody.

The same method as for titles: every name that a page offers is a candidate, described by features that are the same on
all sites, and a linear score (weights: ``training/fields/fit.py``) takes the best, or none of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from scraper.dom import Node
from scraper.extractor.anchors import Anchors
from scraper.extractor.dates import find_dates, visible
from scraper.extractor.field_weights import weights
from scraper.extractor.page import Body, Page
from scraper.extractor.titles import key, site_names

_MAX_LENGTH = 120  # characters of a name, or of several
_NEAR_BEFORE, _NEAR_AFTER = 8, 10  # blocks around the title
_META_KEYS = {"author": "meta-author", "dc.creator": "meta-creator", "dcterms.creator": "meta-creator",
              "article:author": "meta-article", "sailthru.author": "meta-creator", "parsely-author": "meta-creator",
              "byl": "meta-creator", "article:author_name": "meta-creator", "cxenseparse:author": "meta-creator",
              "dc.contributor": "meta-other", "twitter:creator": "meta-other", "og:article:author": "meta-article"}  # fmt: skip
# What people typed into the head of every page of a site, its makers' names beside.
_TEMPLATE_KEYS = (
    "designer",
    "revisit-after",
    "rating",
    "distribution",
    "copyright",
    "resource-type",
    "web_author",
    "keywords",
)
_TEMPLATE = 2
_LD_ARTICLES = re.compile(r"article|posting|report|pressrelease|webpage|question|recipe|review|blog", re.IGNORECASE)
# What schema.org calls those who are no persons: publishers name themselves so on every page. Such an author counts where
# the page names it as one elsewhere, too.
_ORGANIZATION = re.compile(r"organi[sz]ation|corporation|\bngo\b|business|university", re.IGNORECASE)
_LD_ORGANIZATION = "ld-organization"
_MAX_NAMES = 12
_WRITTEN_LABEL = re.compile(
    r"written|author|by\b|verfasst|geschrieben|escrito|écrit|autor|auteur|scritto|автор|作者|كتب", re.IGNORECASE
)

_BY = re.compile(
    r"^\W*(?:(?:(?:written|authored|posted|published|submitted|created|compiled|words|story|text|started|article|reported|reviewed|"
    r"researched|medically reviewed|fact.checked|edited)\s+(?:and\s+\w+\s+)?)?by|author|writer|thread starter|discussion starter|"
    r"speaker|delivered by|von|par|por|di|da|autor|autora|auteur|autore|автор|作者|الكاتب|بقلم)\s*[:：]?\s+(?P<name>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
# How it begins, where it begins with a letter of ASCII; its words of two letters.
_BY_OPENINGS = frozenset(
    ["wri", "aut", "pos", "pub", "sub", "cre", "com", "wor", "sto", "tex", "sta", "art", "rep", "rev", "res", "med", "fac", "edi", "thr", "dis", "spe", "del", "von", "par", "por"]
)  # fmt: skip
_BY_SHORT = frozenset({"by", "di", "da"})
_REMEMBERED = 4_096  # openings of three characters
_OTHER_ROLE = re.compile(
    r"^\W*(?:medically )?(?:review|fact|edit|photo|illustrat|image|video|translat)\w*", re.IGNORECASE
)
# What follows a name on its line: a role, a date, a verb of the system.
_AFTER_NAME = re.compile(
    r"\s*(?:[|·•»/\n]|\s[-–—]\s|,?\s(?:published|posted|updated|last|on|in|at|min|read|follow|contributor|staff writer|senior"
    r"|editor|reporter|correspondent|writer|founder|ceo|director|manager|author|says?|wrote|started|ago|views?|about)\b|\(|,\s*\d|\s@|\s\d"
    r"|»)",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    ["admin", "administrator", "webadmin", "site admin", "superadmin", "sysadmin", "root", "speaker", "prensa", "oficina de prensa", "imprensa", "presse", "service de presse", "press", "press office", "author", "authors", "by", "editor", "user", "guest", "anonymous", "unknown", "none", "null", "undefined", "webmaster", "posted", "written", "share", "follow", "read", "more", "comments", "home", "news", "blog", "about", "contact", "login", "sign", "menu", "search", "subscribe", "advertisement"]
)  # fmt: skip
_AUTHOR_CLASS = re.compile(r"(?<![a-z])(?:author|authors|byline|writer|contributor|contributors|posted-by|postedby|speaker)(?![a-z])|author-?name", re.I)  # fmt: skip
_AUTHOR_WORDS = ("author", "byline", "writer", "contributor", "posted", "speaker")  # one is in all that it finds
_AUTHOR_PATHS = ("/author", "/contributor", "/people/", "/user/", "/members/", "/staff/")
_MAX_SIGNED, _MAX_LINKED = 6, 3  # links that are asked
# "Remarks by the Director General, Amy Pope" in the title of a speech names who speaks.
_TITLE_NAME = re.compile(
    r"\b(?:statement|remarks|speech|address|message|discours|allocution|declaración|discurso|mensaje)\s+(?:by|of|from|de|del|du)\s+"
    r"(?P<name>.+)$",
    re.IGNORECASE,
)


_NAME = r"[A-ZÀ-Þ][\w’'-]+(?:\s(?:[A-ZÀ-Þ]\.|(?:de|da|del|della|di|van|von|bin|al|el|la|le|dos)\b))*(?:\s[A-ZÀ-Þ][\w’'-]+){1,3}"
_OFFICE = (
    r"(?:Secretary|General|Director|Minister|President|Commissioner|Coordinator|Envoy|Representative|Spokesperson|Chair\w*|Officer"
    r"|Ambassador|Administrator|Rapporteur|[Gg]énérale?|Direct(?:eur|rice)|Secrétaire|Ministre|Président\w*|Directora?|Secretari[oa]"
    r"|Ministr[oa]|President[ea])"
)
_ADDRESSED = (
    r"(?:General|Président\w*|President[ea]?|Commissioner|Minister|Representative|[Gg]énérale?)"  # before a bare name
)
# "Remarks by the Deputy Director General, Ugochi Daniels, at": an office before the name, a comma or the end after it.
_SPEAKER = re.compile(
    r"\b(?:[Ss]tatement|[Rr]emarks|[Ss]peech|[Aa]ddress|[Mm]essage|[Dd]iscours|[Aa]llocution|[Dd]éclaration|[Dd]eclaración|[Dd]iscurso"
    r"|[Mm]ensaje|[Pp]alabras)\s+(?:by|of|from|de|del|du|de la|par)\s+(?:the\s+|la\s+|le\s+|el\s+)?"
    rf"[^,|–—:]{{0,80}}\b(?:{_OFFICE},|{_ADDRESSED})\s(?P<name>{_NAME})(?=\s*(?:,|$|[|–—:]|\s(?:at|to|on|for|a|à|al|ante|lors)\b))"
)


# The line below a title: "Speech by Karin Lund, Deputy Governor of the Bank", with no office before the name.
_DELIVERED = re.compile(
    r"(?:[Oo]pening |[Cc]losing |[Kk]eynote )?(?:[Ss]tatement|[Rr]emarks|[Ss]peech|[Aa]ddress|[Ll]ecture|[Kk]eynote|[Dd]iscours|[Aa]llocution"
    r"|[Dd]iscurso|[Pp]alabras|[Rr]ede)(?: delivered| given)? (?:by|de|por|von|par)\s(?:H\.\s?E\.\s)?(?:M(?:r|rs|s|me|\.)\.?\s|Dr\.?\s|Prof\.?\s"
    rf"|Ambassador\s)*(?P<name>{_NAME})(?=\s*(?:,|$)|\s(?:at|to|on|in|during|before|for|ante|en|lors|devant|à)\s)"
)
# The label of the field in which a speaker stands.
_SPEAKER_LABEL = re.compile(
    r"(?:speaker|delivered by|orat(?:eur|rice)|intervenante?|oradora?|redner(?:in)?|оратор|выступающий|المتحدث|发言人)\s*[:：]",
    re.IGNORECASE,
)
_DELIVERED_CHARS = 250  # of such a line
_OFFICE_ALONE = re.compile(rf"(?:the|el|la|le)\s(?:\w+\s){{0,3}}?{_OFFICE}\b[^,]*", re.IGNORECASE)


@dataclass(slots=True)
class AuthorCandidate:
    """A name, or several in one line, and what speaks for it."""

    text: str
    source: str
    features: dict[str, float]


def read_author(page: Page, body: Body, title_at: int | None, anchors: Anchors) -> tuple[str, str] | None:
    """The author or speaker and where it was read ("meta", "json-ld", "microdata", "text"); None if nobody is named.

    *title_at* is the block that prints the title: bylines stand near it.
    """
    if (speaker := speaker_in(page.title_tag)) is not None:
        return speaker, "title"
    if (speaker := _delivered_by(body, title_at)) is not None:
        return speaker, "text"
    table = weights("author")
    best: tuple[float, AuthorCandidate] | None = None
    for candidate in author_candidates(page, body, title_at, anchors):
        score = sum(table.get(name, 0.0) * value for name, value in candidate.features.items())
        if best is None or score > best[0]:
            best = score, candidate
    if best is None or best[0] <= table.get("none", 0.0):
        return None
    return best[1].text, best[1].source


def speaker_in(title: str) -> str | None:
    """Who speaks, where the title of a speech says so by name; an office alone is nobody.

    >>> speaker_in("Remarks by the Deputy Director General, Ugochi Daniels, at the Forum | Agency")
    'Ugochi Daniels'
    """
    found = _SPEAKER.search(title)
    return found["name"] if found is not None else None


def _delivered_by(body: Body, title_at: int | None) -> str | None:
    """Who speaks, where one of the lines that open a speech says so by name."""
    first = body.blocks[0].index if body.blocks else 0
    start = first if title_at is None else title_at + 1
    label = ""
    for block in body.all_text_blocks[start : start + _NEAR_AFTER]:
        if len(block.text) <= _DELIVERED_CHARS and (found := _DELIVERED.match(label + block.text)) is not None:
            return found["name"]
        label = "Speech by " if _SPEAKER_LABEL.fullmatch(block.text) else ""
    return None


def author_candidates(page: Page, body: Body, title_at: int | None, anchors: Anchors) -> list[AuthorCandidate]:
    """Every name that the page offers, with its features; equal names are one candidate."""
    found: dict[str, AuthorCandidate] = {}
    for feature, source, raw in _mentions(page, body, title_at, anchors):
        name = clean_name(raw)
        words = key(name)
        if _OFFICE_ALONE.fullmatch(name):
            continue
        if not words or words in _NOBODY or len(name) > _MAX_LENGTH or "http" in words or "www" in words:
            continue
        candidate = found.setdefault(words, AuthorCandidate(name, source, {}))
        candidate.features[feature] = 1.0
    found = {words: each for words, each in found.items() if set(each.features) != {_LD_ORGANIZATION}}
    for each in found.values():
        if each.features.pop(_LD_ORGANIZATION, 0.0):
            each.features["ld-author"] = 1.0
    if not found:
        return []
    shown, sites = _Shown(body), site_names(page)
    template = sum(name in page.head for name in _TEMPLATE_KEYS) >= _TEMPLATE
    for words, candidate in found.items():
        own = words.split()
        features = candidate.features
        unprinted = words not in shown
        features["unprinted"] = float(unprinted)
        features["unprinted-meta"] = float(unprinted and candidate.source == "meta")
        features["of-template"] = float(template and candidate.source == "meta" and unprinted)
        features["places"] = float(min(4, len(features)))
        features["one-word"] = float(len(own) == 1)
        features["two-or-three-words"] = float(2 <= len(own) <= 3)
        features["many-words"] = float(len(own) >= 6)
        features["several"] = float(bool(re.search(r",|&| and ", candidate.text)))
        features["site-name"] = float(words in sites)
        features["has-digit"] = float(any(char.isdigit() for char in candidate.text))
        features["small-letters"] = float(candidate.text[:1].islower())
        features["part-of-other"] = float(any(words != other and words in other for other in found))
        features["holds-other"] = float(any(words != other and other in words for other in found))
    return list(found.values())


class _Shown:
    """Which words the page shows one after the other."""

    def __init__(self, body: Body) -> None:
        self._blocks = body.all_text_blocks

    def __contains__(self, words: object) -> bool:
        name = str(words)
        if name in self._text:
            return True
        own = name.split()
        # Between words, what is no letter and no digit may stand.
        return (
            len(own) > 1
            and all(word in self._text for word in own)
            and bool(re.search(r"[\W_]+".join(own), self._text))
        )

    @cached_property
    def _text(self) -> str:
        return "\n".join([block.text for block in self._blocks]).casefold()


def clean_name(raw: str) -> str:
    """A name without "by", role, date and what else stands in its line.

    >>> clean_name("By Jane Doe, Senior Editor | 8 July 2026")
    'Jane Doe'
    """
    text = " ".join(visible(raw).split(" ")).strip()
    if labelled := _BY.match(text):
        text = labelled["name"]
    if dated := next(find_dates(text), None):
        text = text[: dated.start] if dated.start > 2 else text[dated.end :].lstrip(" |·•,-–—")
        if labelled := _BY.match(text):
            text = labelled["name"]
    if after := _AFTER_NAME.search(text, 2):
        text = text[: after.start()]
        name, comma, role = text.rpartition(",")
        if comma and " " not in role.strip():  # "Jane Doe, Program | Manager"
            text = name
    return " ".join(text.split()).strip(" \t,;:.|-–—·•\"'“”()[]")


def _mentions(page: Page, body: Body, title_at: int | None, anchors: Anchors) -> Iterator[tuple[str, str, str]]:
    """(feature, source, text) of each place that may name the author."""
    head = page.head
    for name, content in page.metas:
        if (feature := _META_KEYS.get(name)) and "://" not in content:
            yield feature, "meta", content
    for number in "12":
        label = head.get(f"twitter:label{number}", "")
        if _WRITTEN_LABEL.search(label):
            yield "meta-label", "meta", head.get(f"twitter:data{number}", "")
    yield from _json_ld(page)
    yield from _marked(page, anchors)
    yield from _printed(body, title_at)
    if (found := _TITLE_NAME.search(page.title_tag)) is not None:
        yield "title", "text", found["name"]


def _json_ld(page: Page) -> Iterator[tuple[str, str, str]]:
    people = {item.get("@id"): item for item in page.json_ld if item.get("@id")}
    for item in page.json_ld:
        names = item.get("@type")
        types = " ".join(names) if isinstance(names, list) and all(isinstance(n, str) for n in names) else str(names)
        if types == "Person" and isinstance(name := item.get("name"), str):
            yield "ld-person", "json-ld", name
        if not _LD_ARTICLES.search(types):
            continue
        named = _named(item.get("author") or item.get("creator"), people)
        authors = [name for name, is_organization in named.items() if not is_organization]
        if authors:
            yield "ld-author", "json-ld", ", ".join(authors)
        elif named:
            yield _LD_ORGANIZATION, "json-ld", ", ".join(named)


def _named(value: Any, people: dict[Any, dict[str, Any]]) -> dict[str, bool]:
    """The names in the value of an author, and whether each is said to be no person's."""
    found: dict[str, bool] = {}
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            found.setdefault(item, False)
        elif isinstance(item, dict):
            named = item if item.get("name") else people.get(item.get("@id"), {})
            if isinstance(name := named.get("name"), str):
                found.setdefault(name, _ORGANIZATION.search(str(named.get("@type"))) is not None)
        if len(found) == _MAX_NAMES:
            break
    return found


def _marked(page: Page, anchors: Anchors) -> Iterator[tuple[str, str, str]]:
    """Microdata, rel=author, links to pages of authors."""
    authored = (node for node, attributes in page.annotated if "author" in (attributes.get("itemprop") or "").split())
    for node in itertools.islice(authored, 4):
        inner = node.css_first('[itemprop~="name"]') or node
        yield "item-author", "microdata", inner.attributes.get("content") or _text(inner)
    # Of all links at once, for most pages have none.
    signs = "author" in anchors.marks or "byline" in anchors.marks
    paths = [path for path in _AUTHOR_PATHS if path in anchors.hrefs]
    signed = linked = 0
    for node, attributes in anchors if signs or paths else ():
        if signs and signed < _MAX_SIGNED and _is_signed(attributes.get("rel") or "", attributes.get("class") or ""):
            yield ("rel-author-first" if signed == 0 else "rel-author-later"), "text", _text(node)
            signed += 1
        if paths and linked < _MAX_LINKED and _leads_to((attributes.get("href") or "").lower(), paths):
            text = _text(node)
            if 0 < len(text) <= _MAX_LENGTH:
                yield ("author-link-first" if linked == 0 else "author-link-later"), "text", text
                linked += 1


def _is_signed(rel: str, classes: str) -> bool:
    small = classes.lower()
    return "author" in rel or "author" in small or "byline" in small


def _leads_to(href: str, paths: Sequence[str]) -> bool:
    return any(path in href for path in paths)


def _printed(body: Body, title: int | None) -> Iterator[tuple[str, str, str]]:
    """Lines around the title: "By Jane Doe", or marked by their class names."""
    start = body.blocks[0].index if body.blocks else None
    near = range(title - _NEAR_BEFORE, title + _NEAR_AFTER + 1) if title is not None else range(0)
    lead = range(start - 6, start + 7) if start is not None else range(0)
    seen = 0
    for block in body.all_text_blocks[:600]:
        if not 2 < len(block.text) <= _MAX_LENGTH:
            continue
        where = "near" if block.index in near else "lead" if block.index in lead else "far"
        by = None if _names_nobody(block.text[:3]) else _BY.match(block.text)
        if by and not _OTHER_ROLE.match(block.text):
            seen += 1
            yield f"by-{where}" + ("-first" if seen == 1 else ""), "text", block.text
        elif where != "far" and _is_byline(_names(block.node)):
            yield f"class-{where}", "text", block.text


def _is_byline(classes: str) -> bool:
    small = classes.lower()
    return any(word in small for word in _AUTHOR_WORDS) and _AUTHOR_CLASS.search(classes) is not None


@lru_cache(_REMEMBERED)
def _names_nobody(opening: str) -> bool:
    """Whether no line that begins with these three characters says by whom: asked first, for most lines are labels."""
    if not opening.isascii() or not opening[0].isalnum():
        return False
    small = opening.lower()
    return small not in _BY_OPENINGS and (small[:2] not in _BY_SHORT or small[2].isalnum())


def _names(node: Node) -> str:
    words = []
    current: Node | None = node
    for _ in range(3):
        if current is None:
            break
        get = current.attributes.get
        words += [get("class") or "", get("id") or ""]
        current = current.parent
    return " ".join(words).replace("_", "-")


def _text(node: Node) -> str:
    return " ".join(node.text(deep=True, separator=" ").split())
