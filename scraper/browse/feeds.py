"""Atom feeds (RFC 4287). Pure: entries in, XML out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 (2.2) cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = "1970-01-01T00:00:00Z"  # an empty feed still needs a time; this one claims nothing new


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; times are ISO 8601, dates may be known to the month or year only."""

    id: str  # never changes
    title: str
    updated: str
    published: str | None
    summary: str
    author: str
    language: str | None = None
    link: str | None = None  # if it is not the id


def atom(title: str, own: str, page: str, entries: Sequence[Entry]) -> str:
    """A feed at *own* about what *page* shows. Entries in the order given."""
    updated = max((entry.updated for entry in entries), default=NEVER)
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{_text(own)}</id><title>{_text(title)}</title><updated>{_text(updated)}</updated>"
        f'<link rel="self" type="application/atom+xml" href={_attribute(own)}/>'
        f'<link rel="alternate" type="text/html" href={_attribute(page)}/>'
    )
    return head + "".join(map(_entry, entries)) + "</feed>\n"


def _entry(entry: Entry) -> str:
    language = f" xml:lang={_attribute(entry.language)}" if entry.language else ""
    # RFC 4287 wants whole times; a date known to the day is its beginning, one known less is left out.
    published = (
        f"<published>{entry.published}T00:00:00Z</published>" if entry.published and len(entry.published) == 10 else ""
    )
    return (
        f"<entry{language}><id>{_text(entry.id)}</id><title>{_text(entry.title)}</title>"
        f"<updated>{_text(entry.updated)}</updated>{published}<author><name>{_text(entry.author)}</name></author>"
        f'<link rel="alternate" type="text/html" href={_attribute(entry.link or entry.id)}/>'
        f"<summary>{_text(entry.summary)}</summary></entry>"
    )


def _text(value: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", value))


def _attribute(value: str) -> str:
    return quoteattr(_ILLEGAL.sub("\ufffd", value))
