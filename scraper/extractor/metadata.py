"""All the fields of a statement that are not its body, each with where it was read.

The one door of the field readers: it composes them and lets what one has found help the next (the dateline's date is
evidence for `published`, the language tells which day 08/07/2026 is).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from scraper import dom
from scraper.extractor.anchors import read_anchors
from scraper.extractor.authors import read_author
from scraper.extractor.countries import count_countries
from scraper.extractor.date_evidence import title_position
from scraper.extractor.dateline import place_beside_day, read_dateline
from scraper.extractor.kinds import read_kind, read_scope, titled_kind
from scraper.extractor.language import Language, read_language
from scraper.extractor.page import Body, Page
from scraper.extractor.page_cues import page_types
from scraper.extractor.published import read_dates
from scraper.extractor.relations import read_attachments, read_canonical, read_translations
from scraper.extractor.tags import read_tags
from scraper.extractor.titles import key, read_title
from scraper.model import Link, Mention, Published, Tag, Translation

_NEAR_BEFORE, _NEAR_AFTER = 8, 8  # blocks around the title in which labels stand
_TRAIL = 2  # linked blocks above the title that name its section
_LINKED = 0.9  # share of a block's characters in links
_LABEL_LENGTH = 250
_PARAGRAPH = 100  # characters
_READ_FROM_TEXT = frozenset({"text", "time", "dateline"})
# Top-level domains of one country's institutions, and how its readers write.
_READERS = {"gov": "en-US", "mil": "en-US", "edu": "en-US", "us": "en-US", "uk": "en-GB", "au": "en-AU", "nz": "en-NZ",
            "ie": "en-IE", "za": "en-ZA", "in": "en-IN", "ke": "en-KE", "ng": "en-NG"}  # fmt: skip
_CRUMBS = re.compile(r"crumb|trail|ariane|you-?are-?here|\bpath\b|pfad|migas", re.IGNORECASE)
_BEFORE_BODY = 2  # blocks
# Guides and blogs print the day of their last change for their own; what is issued on a day does not become younger by one.
_KEPT_UP = frozenset({"blog", "story"})
_ARTICLES = frozenset({"article", "blogposting", "newsarticle"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of :class:`scraper.model.Statement` that are not its body; the same names, the same meaning."""

    title: str | None
    published: Published | None = None
    modified: Published | None = None
    printed_date: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()
    kind: str | None = None
    scope: str | None = None
    place: str | None = None
    author: str | None = None
    contact: str | None = None
    canonical_url: str | None = None
    translations: tuple[Translation, ...] = ()
    tags: tuple[Tag, ...] = ()
    attachments: tuple[Link, ...] = ()
    mentions: tuple[Mention, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read_metadata(page: Page, body: Body, *, latest: date | None = None, kind: str | None = None) -> Metadata:
    """Every field that *page* and its *body* tell; what they do not tell is None or empty.

    No date after *latest* is believed; *kind* is what the source says its statements are if the page does not say.
    """
    paragraphs = [block.text for block in body.blocks] or body.text.split("\n\n")
    language = read_language([text for text in paragraphs if text], _language_hints(page))
    hints = [tag for tag in (page.lang, _readers(page), language.main) if tag]
    title, title_source = read_title(page, body) or (None, "")
    title_at = title_position(body, title or "")
    dateline = read_dateline(_opening(body, title_at, hints), hints)
    labels = _labels(body, title_at)
    said, kind_source = read_kind(labels, _classes(page), page.url, page_types(page), kind) or (None, "")
    if said in (None, "news"):
        said, kind_source = titled_kind(title or "") or (said, kind_source)
    dates = read_dates(page, body, title or "", title_at, dateline, hints, latest)
    anchors = read_anchors(page)
    author, author_source = read_author(page, body, title_at, anchors) or (None, "")
    digest = said == "digest"  # datelines, printed dates and scopes in it are those of its items
    published = dates.published
    of_item = digest and published is not None and published.source in _READ_FROM_TEXT
    if of_item or (dates.of_change and not _is_kept_up(page, said)):
        published = None
    place = dateline.place if dateline and not digest else None
    if place is not None and author is not None and key(place) in (key(author), f"by {key(author)}"):
        place = None  # "Jane Roe, 5 March 2024"
    place_source = "dateline" if place else "label"
    if place is None and not digest:
        place = place_beside_day(_labels(body, title_at, apart=True), language.languages)
    sources = {
        "title": title_source,
        "published": published.source if published else "",
        "modified": dates.modified.source if dates.modified else "",
        "language": language.source if language.main else "",
        "kind": kind_source,
        "place": place_source if place else "",
        "author": author_source,
        "contact": "body" if body.contact else "",
    }
    return Metadata(
        title=title,
        published=published,
        modified=dates.modified,
        printed_date=dates.printed or (dateline.printed_date if dateline and not dateline.date else None),
        language=language.main,
        languages=language.languages,
        kind=said,
        scope=None if digest else read_scope(labels),
        place=place,
        author=author,
        contact=body.contact,
        canonical_url=read_canonical(page),
        translations=read_translations(page),
        tags=read_tags(page, body, anchors),
        attachments=read_attachments(page, body, anchors),
        mentions=count_countries(body.text, language.languages),
        sources={name: source for name, source in sources.items() if source},
        warnings=_warnings(language),
    )


def _is_kept_up(page: Page, kind: str | None) -> bool:
    """Whether a page is a guide or a post, whose publisher gives it the day of its last change."""
    declared = page.head.get("og:type", "").lower() == "article" or bool(page_types(page) & _ARTICLES)
    return kind in _KEPT_UP or (kind is None and declared)


def _labels(body: Body, title_at: int | None, *, apart: bool = False) -> list[str]:
    """The short lines around the title; links only right above it, where a trail of sections ends.

    *apart*: none that are part of the text.
    """
    if title_at is None:
        near = body.lead_blocks[:_NEAR_BEFORE]
    else:
        near = body.all_text_blocks[max(0, title_at - _NEAR_BEFORE) : title_at + _NEAR_AFTER + 1]
    paragraph = next((block.index for block in body.blocks if len(block.text) >= _PARAGRAPH), None)
    last = -1 if apart else paragraph
    return [
        block.text
        for block in near
        if len(block.text) <= _LABEL_LENGTH
        and not (block.is_body and last is not None and block.index > last)  # the headings of its parts
        and block.index != title_at
        and (block.link_share < _LINKED or (title_at is not None and 0 < title_at - block.index <= _TRAIL))
        and not (block.link_share >= _LINKED and _is_menu(block.node))
    ]


def _is_menu(node: dom.Node) -> bool:
    """Whether a link stands in the head of the site or in a menu, and in no trail that leads to the page."""
    up: dom.Node | None = node
    while up is not None:
        names = (
            " ".join(up.attributes.get(name) or "" for name in ("class", "id", "aria-label"))
            if up.tag != "-text"
            else ""
        )
        if up.tag in ("article", "main") or _CRUMBS.search(names):
            return False
        if up.tag in ("nav", "header"):
            return True
        up = up.parent
    return False


def _opening(body: Body, title_at: int | None, hints: Collection[str]) -> list[str]:
    """The paragraphs in which a dateline may stand: one between title and body is not always part of it."""
    start = body.blocks[0].index if body.blocks else 0
    title = start if title_at is None else title_at
    before = [block.text for block in body.all_text_blocks[:start] if title < block.index < start][-_BEFORE_BODY:]
    paragraphs = [block.text for block in body.blocks]
    return [text for text in before if read_dateline([text, *paragraphs[:1]], hints)] + paragraphs


def _warnings(language: Language) -> tuple[str, ...]:
    return ("mixed languages",) if language.is_mixed else ()


def _language_hints(page: Page) -> list[str]:
    """What the page declares, the most trusted first."""
    head = page.head
    return [hint for hint in (page.lang, head.get("content-language", ""), head.get("og:locale", "")) if hint]


def _classes(page: Page) -> str:
    """The class names of `<body>` and of its first `<article>`, where publishing systems write their types."""
    nodes = (page.tree.body, *page.named["article"][:1])
    return " ".join(node.attributes.get("class") or "" for node in nodes if node is not None)


def _readers(page: Page) -> str | None:
    """The language of a host's readers with their country, for 08/07/2026 on a page that says only "en"."""
    host = urlsplit(page.url).hostname or ""
    return _READERS.get(host.rpartition(".")[2])
