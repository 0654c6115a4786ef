"""ReliefWeb v2: ``/reports`` lists and gives reports; every request names an `appname` that ReliefWeb has approved.

Options: `appname`, without which nothing is asked; `format`, the one format of reports to list, such as "News and Press
Release" (all); `source`, the one organisation, by its short name (all).
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlencode

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
from scraper.model import Capture, Link, Published, Sighting, Tag

PAGE = 100  # reports an answer; the service gives up to 1,000
_USUAL = "https://api.reliefweb.int/v2"
_LISTED = ("title", "url_alias", "date.original", "date.created", "date.changed", "language.code")
_WHOLE = (
    "title", "body", "body-html", "origin", "url", "url_alias", "date", "source", "language", "format", "country",
    "theme", "file",
)  # fmt: skip
_KINDS = {"news and press release": "press release", "situation report": "report", "analysis": "report"}


class ReliefWeb:
    """The reports of ReliefWeb's interface."""

    statements = re.compile(r"^/report/[^/]+/[^/?]+$")

    def __init__(self, source: Source) -> None:
        """*source* may name another root of the interface in `adapter_url`."""
        options = source.adapter_options
        self._root = (source.adapter_url or _USUAL).rstrip("/")
        self._appname = options.get("appname", "").strip()
        self._filters = [
            (field, options[name])
            for name, field in (("format", "format.name"), ("source", "source.shortname"))
            if options.get(name)
        ]

    @property
    def problem(self) -> str | None:
        """ReliefWeb answers 403 to every application that it does not know."""
        if self._appname:
            return None
        return (
            "no `appname` in adapter_options: ReliefWeb refuses (403) applications that it has not approved; "
            "ask for one at https://apidoc.reliefweb.int/parameters#appname"
        )

    @property
    def starts(self) -> tuple[Start, ...]:
        """The newest reports."""
        if not self._appname:
            return ()
        query = [("appname", self._appname), ("limit", str(PAGE)), ("offset", "0"), ("sort[]", "date.created:desc")]
        query += [("fields[include][]", name) for name in _LISTED]
        if self._filters:
            query.append(("filter[operator]", "AND"))
        for number, (name, value) in enumerate(self._filters):
            query += [(f"filter[conditions][{number}][field]", name), (f"filter[conditions][{number}][value]", value)]
        return (Start(f"{self._root}/reports?{urlencode(query)}", "listing"),)

    def lists(self, url: str) -> bool:
        """Whether *url* is an answer of the list."""
        return url.startswith(f"{self._root}/reports?") and "offset" in parameters(url)

    def read_listing(self, capture: Capture) -> Listed:
        """The reports that one answer names."""
        answer = read_json(capture)
        if not isinstance(answer, dict) or "data" not in answer:
            return Listed(problems=(f"{capture.url}: not a list of reports",))
        items = list_at(answer, "data")
        sightings = [
            Sighting(
                text_at(item, "fields", "url_alias"), "listing", capture.url, text_at(item, "fields", "title") or None,
                listed_date(_published(dig(item, "fields"))), text_at(item, "fields", "date", "changed") or None,
                text_at(item, "fields", "language", 0, "code") or None,
            )
            for item in items
            if text_at(item, "fields", "url_alias")
        ]  # fmt: skip
        # The address of the next answer that the service gives lacks the appname.
        following = next_page(capture.url, "offset", len(items)) if len(items) >= PAGE else None
        return Listed(tuple(sightings), (following,) if following else ())

    def fetch_url(self, public_url: str) -> str | None:
        """The list narrowed to the report with that public address."""
        query = [("appname", self._appname), ("filter[field]", "url_alias"), ("filter[value]", public_url)]
        query += [("fields[include][]", name) for name in _WHOLE]
        return f"{self._root}/reports?{urlencode(query)}"

    def public_url(self, url: str) -> str | None:
        """The address that the list was narrowed to."""
        asked = parameters(url)
        if not url.startswith(f"{self._root}/reports?") or asked.get("filter[field]") != "url_alias":
            return None
        return asked.get("filter[value]")

    def as_page(self, capture: Capture) -> ApiPage:
        """The report whose page was asked for, with its origin as a link below the text."""
        url = self.public_url(capture.url) or capture.url
        reports = (dig(one, "fields") for one in list_at(read_json(capture), "data"))
        report = next((one for one in reports if text_at(one, "url_alias") == url), None)
        body = text_at(report, "body-html") or _paragraphs(text_at(report, "body"))
        if report is None:
            return ApiPage(url)
        html = write_page(url, text_at(report, "title"), body, language=text_at(report, "language", 0, "code"))
        names = [text_at(one, "name") for one in list_at(report, "source")]
        tags = [Tag("country", text_at(one, "name")) for one in list_at(report, "country")]
        tags += [Tag("theme", text_at(one, "name")) for one in list_at(report, "theme")]
        facts = {
            "title": text_at(report, "title"),
            "published": _published(report),
            "modified": date_at(report, "date", "changed"),
            "kind": _KINDS.get(text_at(report, "format", 0, "name").casefold()),
            "author": ", ".join(filter(None, names)),
            "tags": tuple(tag for tag in tags if tag.tag),
            "attachments": tuple(_attachments(report)),
        }
        return ApiPage(url, html, facts, warnings=_warnings(report))


def _published(report: Json) -> Published | None:
    """When the publisher published it; when ReliefWeb did, if that is all that is known."""
    return date_at(report, "date", "original") or date_at(report, "date", "created")


def _paragraphs(text: str) -> str:
    return "\n".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def _attachments(report: Json) -> list[Link]:
    return [
        Link(text_at(one, "url"), text_at(one, "description") or text_at(one, "filename") or text_at(one, "url"))
        for one in list_at(report, "file")
        if text_at(one, "url").startswith("http")
    ]


def _warnings(report: Json) -> tuple[str, ...]:
    origin = text_at(report, "origin")
    return (f"republished from {origin}",) if origin.startswith("http") else ()
