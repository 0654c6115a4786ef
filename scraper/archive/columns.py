"""What a reading says, as rows: the columns of `documents`, and the tables of what a statement has several of. Pure."""

from __future__ import annotations

import json
from typing import Any

from scraper.archive.facts import printed_date
from scraper.archive.times import as_text
from scraper.model import Published, Statement

LEAD_CHARACTERS = 280


def facts_of(statement: Statement, capture_id: int) -> dict[str, Any]:
    """The columns of `documents` that the latest reading gives."""
    published = statement.published
    return {
        "title": statement.title,
        "published": published and printed_date(published.on.isoformat(), published.precision),
        "published_precision": published and published.precision,
        "published_source": published and published.source,
        "published_printed": published and published.printed,
        "modified": _time(statement.modified),
        "language": statement.language,
        "languages": json.dumps(statement.languages),
        "kind": statement.kind,
        "scope": statement.scope,
        "place": statement.place,
        "author": statement.author,
        "contact": statement.contact,
        "lead": lead_of(statement.text),
        "words": statement.words,
        "confidence": statement.confidence,
        "warnings": json.dumps(statement.warnings, ensure_ascii=False),
        "capture_id": capture_id,
    }


def details_of(statement_id: int, statement: Statement) -> dict[str, list[tuple[Any, ...]]]:
    """What a statement has several of: table -> rows, each once."""
    attached = {link.url for link in statement.attachments}
    links = [*statement.attachments, *(link for link in statement.links if link.url not in attached)]
    return {
        "mentions": [(statement_id, m.country, m.count) for m in statement.mentions],
        "tags": list(dict.fromkeys((statement_id, t.scheme, t.tag) for t in statement.tags)),
        "declared_translations": list(dict.fromkeys((statement_id, t.language, t.url) for t in statement.translations)),
        "links": [(statement_id, n, link.url, link.text, int(link.url in attached)) for n, link in enumerate(links)],
    }


def lead_of(text: str) -> str:
    """The first words of *text*, cut at a word, for lists."""
    start = " ".join(text[: LEAD_CHARACTERS * 2].split())
    if len(start) <= LEAD_CHARACTERS:
        return start
    cut = start[:LEAD_CHARACTERS]
    return (cut.rsplit(" ", 1)[0] if " " in cut[LEAD_CHARACTERS // 2 :] else cut) + "…"


def _time(published: Published | None) -> str | None:
    if published is None:
        return None
    if published.at is not None and published.at.tzinfo is not None:
        return as_text(published.at)
    return printed_date(published.on.isoformat(), published.precision)
