"""When a statement was published and modified: many places say so, and they disagree."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from scraper.extractor.dateline import Dateline
from scraper.extractor.dates import ParsedDate, find_dates, foreign_date, parse_date
from scraper.extractor.page import Body, Page
from scraper.model import DateSource, Published

_PUBLISHED_METAS = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dcterms.date", "pubdate", "publishdate", "sailthru.date", "parsely-pub-date",
)  # fmt: skip
_MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
_MIGRATION_DAYS = 31


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page."""

    published: Published | None = None
    modified: Published | None = None
    printed: str | None = None  # a date of a calendar that was not converted


def read_dates(
    page: Page, body: Body, dateline: Dateline | None, languages: Collection[str], latest: date | None
) -> Dates:
    """Published and modified date of *page*, each None if it does not say."""
    declared: list[tuple[ParsedDate, DateSource, float]] = []
    values = [value for key in _PUBLISHED_METAS if (value := page.head.get(key))]
    declared.extend((read, "meta", 0.95) for value in values if (read := parse_date(value, languages, latest=latest)))
    for item in page.json_ld:
        value = item.get("datePublished")
        if isinstance(value, str) and (read := parse_date(value, languages, latest=latest)):
            declared.append((read, "json-ld", 0.9))
    printed: list[tuple[ParsedDate, DateSource, float]] = []
    for block in body.lead_blocks:
        if len(block.text) < 120:
            printed.extend((read, "text", 0.85) for read in find_dates(block.text, languages, latest=latest))
    if dateline is not None and dateline.date is not None:
        printed.insert(0, (dateline.date, "dateline", 0.95))
    chosen = next(iter(declared), None)
    if chosen and dateline and dateline.date and abs((chosen[0].on - dateline.date.on).days) > _MIGRATION_DAYS:
        chosen = None
    chosen = chosen or next(iter(printed), None)
    modified = None
    for key in _MODIFIED_METAS:
        if (value := page.head.get(key)) and (read := parse_date(value, languages, latest=latest)):
            modified = _published(read, "meta", 0.9)
            break
    foreign = next((found for block in body.lead_blocks if (found := foreign_date(block.text))), None)
    return Dates(_published(*chosen) if chosen else None, modified, foreign)


def _published(read: ParsedDate, source: DateSource, confidence: float) -> Published:
    return Published(read.on, read.precision, source, read.printed, read.at, confidence)
