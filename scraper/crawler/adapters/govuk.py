"""gov.uk: ``/api/search.json`` names documents, ``/api/content/PATH`` gives them, with the publisher's own notes of revision.

Options: any parameter of the search, such as `filter_organisations`; several values are separated by spaces.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from scraper.config import Source
from scraper.crawler.adapters.base import (
    ApiPage,
    Json,
    Listed,
    Note,
    Start,
    date_at,
    list_at,
    read_json,
    text_at,
    write_page,
)  # fmt: skip
from scraper.crawler.adapters.paging import next_page
from scraper.model import Capture, Link, Sighting
from scraper.urls import join_url, origin

PAGE = 100  # results an answer; the search takes up to 1,500
_USUAL = "https://www.gov.uk/api"
_KINDS = {
    "press_release": "press release", "news_story": "news", "world_news_story": "news", "speech": "speech",
    "written_statement": "statement", "oral_statement": "statement", "government_response": "statement",
    "fatality_notice": "news", "authored_article": "story",
}  # fmt: skip


class GovUk:
    """The search and content interfaces of gov.uk."""

    problem = None
    statements = re.compile(r"^/government/(?:news|speeches)/[^/?]+$")

    def __init__(self, source: Source) -> None:
        """*source* may name another root of the interface in `adapter_url`."""
        self._root = (source.adapter_url or _USUAL).rstrip("/")
        self._options = [(name, value) for name, values in source.adapter_options.items() for value in values.split()]

    @property
    def starts(self) -> tuple[Start, ...]:
        """The newest documents that the search finds."""
        fields = ",".join(("title", "link", "public_timestamp", "content_store_document_type"))
        query = [
            *self._options,
            ("order", "-public_timestamp"),
            ("fields", fields),
            ("count", str(PAGE)),
            ("start", "0"),
        ]
        return (Start(f"{self._root}/search.json?{urlencode(query)}", "listing"),)

    def lists(self, url: str) -> bool:
        """Whether *url* is an answer of the search."""
        return url.startswith(f"{self._root}/search.json?")

    def read_listing(self, capture: Capture) -> Listed:
        """The documents that one answer of the search names."""
        answer = read_json(capture)
        results = list_at(answer, "results")
        if not isinstance(answer, dict) or "results" not in answer:
            return Listed(problems=(f"{capture.url}: not an answer of the search",))
        # The search tells when a document was last changed, not when it was first published.
        sightings = [
            Sighting(
                url, "listing", capture.url, text_at(item, "title") or None, lastmod=text_at(item, "public_timestamp") or None
            )
            for item in results
            if (url := join_url(f"{origin(capture.url)}/", text_at(item, "link"))) and text_at(item, "link")
        ]  # fmt: skip
        following = next_page(capture.url, "start", len(results)) if len(results) >= PAGE else None
        return Listed(tuple(sightings), (following,) if following else ())

    def fetch_url(self, public_url: str) -> str | None:
        """The content item at the same path."""
        return f"{self._root}/content{urlsplit(public_url).path}"

    def public_url(self, url: str) -> str | None:
        """The page at the same path as the content item."""
        front = f"{self._root}/content/"
        return f"{origin(url)}/{url.removeprefix(front)}" if url.startswith(front) else None

    def as_page(self, capture: Capture) -> ApiPage:
        """A content item: body, dates, notes of revision, translations, and whether it was withdrawn."""
        item = read_json(capture)
        front = origin(capture.url)
        url = self.public_url(capture.url) or capture.url
        translations = [
            (text_at(other, "locale"), f"{front}{text_at(other, 'base_path')}")
            for other in list_at(item, "links", "available_translations")
            if text_at(other, "base_path").startswith("/")
        ]
        html = write_page(
            url, text_at(item, "title"), text_at(item, "details", "body"), language=text_at(item, "locale"),
            translations=translations if len(translations) > 1 else (),
        )  # fmt: skip
        facts = {
            "title": text_at(item, "title"),
            "published": date_at(item, "first_published_at"),
            "modified": date_at(item, "public_updated_at"),
            "kind": _KINDS.get(text_at(item, "document_type")),
            "author": ", ".join(
                filter(None, (text_at(one, "title") for one in list_at(item, "links", "organisations")))
            ),
            "attachments": tuple(_attachments(item, front)),
        }
        return ApiPage(url, html, facts, tuple(_notes(item)), _warnings(item))


def _notes(item: Json) -> list[Note]:
    """The publisher's notes of revision, the newest first."""
    notes = []
    for change in list_at(item, "details", "change_history"):
        stamp = date_at(change, "public_timestamp")
        if stamp and stamp.at and text_at(change, "note"):
            notes.append(Note(stamp.at, text_at(change, "note")))
    return sorted(notes, key=lambda note: note.at, reverse=True)


def _attachments(item: Json, front: str) -> list[Link]:
    found = []
    for one in list_at(item, "details", "attachments"):
        url = join_url(f"{front}/", text_at(one, "url"))
        if url and text_at(one, "url"):
            found.append(Link(url, text_at(one, "title") or text_at(one, "filename") or url))
    return found


def _warnings(item: Json) -> tuple[str, ...]:
    withdrawn = date_at(item, "withdrawn_notice", "withdrawn_at")
    return (f"withdrawn by the publisher on {withdrawn.on.isoformat()}",) if withdrawn else ()
