"""All the fields of a statement that are not its body, each with where it was read.

The one door of the field readers: it composes them and lets what one has found help the next (the dateline's date is
evidence for `published`, the language tells which day 08/07/2026 is).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scraper.extractor.authors import read_author
from scraper.extractor.countries import count_countries
from scraper.extractor.date_evidence import title_position
from scraper.extractor.dateline import read_dateline
from scraper.extractor.kinds import read_kind, read_scope
from scraper.extractor.language import Language, read_language
from scraper.extractor.page import Body, Page
from scraper.extractor.published import read_dates
from scraper.extractor.relations import read_attachments, read_canonical, read_translations
from scraper.extractor.tags import read_tags
from scraper.extractor.titles import read_title
from scraper.model import Link, Mention, Published, Tag, Translation

_LABEL_BLOCKS = 12  # of the lead, before and after the title
_LABEL_LENGTH = 200
_BEFORE_BODY = 2  # blocks


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
    hints = [tag for tag in (page.lang, language.main) if tag]
    dateline = read_dateline(_opening(body), hints)
    title = read_title(page, body)
    title_at = title_position(body, title[0] if title else "")
    dates = read_dates(page, body, title[0] if title else "", title_at, dateline, hints, latest)
    author = read_author(page, body, title_at)
    labels = [block.text for block in body.lead_blocks[:_LABEL_BLOCKS] if len(block.text) <= _LABEL_LENGTH]
    said = read_kind(labels, _classes(page), page.url, _json_ld_types(page), kind)
    # The datelines of a digest are those of its items.
    place = dateline.place if dateline and not (said and said[0] == "digest") else None
    sources = {
        "title": title[1] if title else None,
        "published": dates.published.source if dates.published else None,
        "modified": dates.modified.source if dates.modified else None,
        "language": language.source if language.main else None,
        "kind": said[1] if said else None,
        "place": "dateline" if place else None,
        "author": author[1] if author else None,
        "contact": "body" if body.contact else None,
    }
    return Metadata(
        title=title[0] if title else None,
        published=dates.published,
        modified=dates.modified,
        printed_date=dates.printed or (dateline.printed_date if dateline and not dateline.date else None),
        language=language.main,
        languages=language.languages,
        kind=said[0] if said else None,
        scope=read_scope(labels),
        place=place,
        author=author[0] if author else None,
        contact=body.contact,
        canonical_url=read_canonical(page),
        translations=read_translations(page),
        tags=read_tags(page),
        attachments=read_attachments(page, body),
        mentions=count_countries(body.text, language.languages),
        sources={name: source for name, source in sources.items() if source},
        warnings=_warnings(language),
    )


def _opening(body: Body) -> list[str]:
    """The paragraphs in which a dateline may stand: those between title and body are not always part of it."""
    start = body.blocks[0].index if body.blocks else 0
    title = body.title_block.index if body.title_block else start
    before = [block.text for block in body.lead_blocks if title < block.index < start]
    return before[-_BEFORE_BODY:] + [block.text for block in body.blocks]


def _warnings(language: Language) -> tuple[str, ...]:
    return ("mixed languages",) if language.is_mixed else ()


def _language_hints(page: Page) -> list[str]:
    """What the page declares, the most trusted first."""
    head = page.head
    return [hint for hint in (page.lang, head.get("content-language", ""), head.get("og:locale", "")) if hint]


def _classes(page: Page) -> str:
    """The class names of `<body>` and of its first `<article>`, where publishing systems write their types."""
    nodes = (page.tree.body, page.tree.css_first("article"))
    return " ".join(node.attributes.get("class") or "" for node in nodes if node is not None)


def _json_ld_types(page: Page) -> list[str]:
    found: list[str] = []
    for item in page.json_ld:
        names = item.get("@type")
        found.extend(name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str))
    return found
