"""European Commission press corner: its pages are empty shells, ``/api/documents`` behind them has the texts.

Documents are named by the feed (``/api/rss``, the newest fifty) and by the search (``/api/search``, all of them, a
hundred an answer). Options: `language` ("en"); `types`, codes of documents to list, separated by spaces (all);
`discover`, "rss", "search" or both ("rss search").
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlencode, urlsplit

from scraper.config import Source
from scraper.crawler.adapters.base import (
    ApiPage,
    Json,
    Listed,
    Start,
    date_at,
    dig,
    list_at,
    listed_date,
    read_json,
    text_at,
    write_page,
)  # fmt: skip
from scraper.crawler.adapters.paging import next_page, parameters
from scraper.model import Capture, Link, Sighting
from scraper.urls import join_url, origin

PAGE = 100  # documents an answer of the search; it gives no more
_USUAL = "https://ec.europa.eu/commission/presscorner/api"
_KINDS = {
    "IP": "press release", "STATEMENT": "statement", "SPEECH": "speech", "MEX": "digest",
    "AC": "advisory", "CLDR": "advisory", "QANDA": "briefing note", "MEMO": "briefing note",
}  # fmt: skip
_REFERENCE = re.compile(r"([A-Za-z]+)[/_](\d{2,4})[/_](\d+)\Z")  # IP/25/831, ip_25_831


class PressCorner:
    """The interface behind the press corner's pages."""

    problem = None
    statements = re.compile(r"/detail/[a-z]{2}/[a-z]+_\d{2,4}_\d+$")

    def __init__(self, source: Source) -> None:
        """*source* may name another root of the interface in `adapter_url`."""
        options = source.adapter_options
        self._root = (source.adapter_url or _USUAL).rstrip("/")
        self._language = options.get("language", "en").lower()
        self._types = options.get("types", "").upper().split()
        self._discover = options.get("discover", "rss search").split()

    @property
    def starts(self) -> tuple[Start, ...]:
        """The feed of the newest documents, and the search through all."""
        feed = urlencode([("language", self._language), ("pagesize", "50")])
        search = [("language", self._language), ("pagesize", str(PAGE)), ("pagenumber", "1")]
        if self._types:
            search.append(("documentTypeCodes", ",".join(self._types)))
        starts = []
        if "rss" in self._discover:
            starts.append(Start(f"{self._root}/rss?{feed}", "feed"))
        if "search" in self._discover:
            starts.append(Start(f"{self._root}/search?{urlencode(search)}", "listing"))
        return tuple(starts)

    def lists(self, url: str) -> bool:
        """Whether *url* is an answer of the search."""
        return url.startswith(f"{self._root}/search?")

    def read_listing(self, capture: Capture) -> Listed:
        """The documents that one answer of the search names."""
        answer = read_json(capture)
        if not isinstance(answer, dict) or "docuLanguageListResources" not in answer:
            return Listed(problems=(f"{capture.url}: not an answer of the search",))
        items = list_at(answer, "docuLanguageListResources")
        sightings = []
        for item in items:
            language = text_at(item, "languageCode").lower() or self._language
            if (url := self._page_of(capture.url, text_at(item, "refCode"), language)) and language == self._language:
                dated = listed_date(date_at(item, "eventDate"))
                sightings.append(
                    Sighting(url, "listing", capture.url, text_at(item, "title") or None, dated, None, language)
                )
        following = next_page(capture.url, "pagenumber", 1, first=1) if len(items) >= PAGE else None
        return Listed(tuple(sightings), (following,) if following else ())

    def _page_of(self, url: str, reference: str, language: str) -> str | None:
        found = _REFERENCE.match(reference)
        front = f"{origin(url)}{urlsplit(self._root).path.removesuffix('/api')}"
        return f"{front}/detail/{language}/{'_'.join(found.groups()).lower()}" if found else None

    def fetch_url(self, public_url: str) -> str | None:
        """The document of that reference in that language."""
        found = re.fullmatch(r".*/detail/([a-z]{2})/([A-Za-z]+_\d{2,4}_\d+)/?", urlsplit(public_url).path)
        if found is None:
            return None
        reference = found[2].upper().replace("_", "/")
        return f"{self._root}/documents?{urlencode([('reference', reference), ('language', found[1])])}"

    def public_url(self, url: str) -> str | None:
        """The page of the document that was asked for."""
        asked = parameters(url)
        if not url.startswith(f"{self._root}/documents?") or not asked.get("reference"):
            return None
        return self._page_of(url, asked["reference"], asked.get("language", self._language).lower())

    def as_page(self, capture: Capture) -> ApiPage:
        """A document in one language, with the others it is in."""
        item = read_json(capture)
        url = self.public_url(capture.url) or capture.url
        language = parameters(capture.url).get("language", self._language).lower()
        reference = parameters(capture.url).get("reference", "")
        text = dig(item, "docuLanguageResource")
        others = dict.fromkeys(code for code in _languages(item) if self._page_of(url, reference, code))
        html = write_page(
            url, text_at(text, "title"), "\n".join(filter(None, (_subtitle(text), text_at(text, "htmlContent")))),
            language=language,
            translations=[(code, self._page_of(url, reference, code) or "") for code in others] if len(others) > 1 else (),
        )  # fmt: skip
        facts = {
            "title": text_at(text, "title"),
            "published": date_at(item, "eventDate") or date_at(item, "publishDate"),
            "kind": _KINDS.get(_type(item, reference)),
            "place": text_at(item, "placeResource", "description"),
            "attachments": tuple(_attachments(text, url)),
        }
        return ApiPage(url, html, facts)


def _type(item: Json, reference: str) -> str:
    # Both spellings are told of; the reference begins with the type as well.
    stated = text_at(item, "docutypeResource", "code") or text_at(item, "docuTypeResource", "code")
    return (stated or re.split(r"[/_]", reference)[0]).upper()


def _subtitle(text: Json) -> str:
    return f"<h2>{escape(text_at(text, 'subtitle'))}</h2>" if text_at(text, "subtitle") else ""


def _languages(item: Json) -> list[str]:
    """The codes of the languages that a document is in; told of as a list of codes or of tables."""
    for key in ("languages", "docuLanguageListResources"):
        codes = [one if isinstance(one, str) else text_at(one, "code") or text_at(one, "languageCode")
                 for one in list_at(item, key)]  # fmt: skip
        if found := [code.lower() for code in codes if re.fullmatch(r"[A-Za-z]{2}", code)]:
            return found
    return []


def _attachments(text: Json, url: str) -> list[Link]:
    found = []
    for one in list_at(text, "attachmentResources"):
        target = join_url(url, text_at(one, "url") or text_at(one, "path"))
        if target and target != url:
            found.append(Link(target, text_at(one, "title") or text_at(one, "name") or target))
    return found
