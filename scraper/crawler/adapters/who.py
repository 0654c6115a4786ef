"""World Health Organization: OData collections (Sitefinity) such as ``/api/news/newsitems``, undocumented.

Options: `public`, the path below which the public pages of the collection stand (``/news/item``); `cultures`, the
languages to ask for, separated by spaces (``en``); `body`, "api" if the collection's items hold the text, "page" if
they hold title and date alone and the public page has to be fetched.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode, urlsplit

from scraper.config import Source
from scraper.crawler.adapters.base import (
    ApiPage,
    Json,
    Listed,
    Start,
    date_at,
    list_at,
    listed_date,
    read_json,
    text_at,
    write_page,
)  # fmt: skip
from scraper.crawler.adapters.paging import next_page, parameters
from scraper.model import Capture, Published, Sighting
from scraper.urls import origin

PAGE = 50  # items an answer; the service gives no more
_USUAL = "https://www.who.int/api/news/newsitems"
# Where the text stands: news items have `Content`, outbreak news one field for each section, in the order of the page.
_BODIES = ("Content", "Overview", "Epidemiology", "Assessment", "Response", "Advice", "FurtherInformation")
_KINDS = {
    "news release": "press release", "communiqué de presse": "press release", "comunicado de prensa": "press release",
    "statement": "statement", "joint statement": "statement", "déclaration": "statement", "declaración": "statement",
    "departmental update": "news", "joint news release": "press release", "note for media": "advisory",
    "media advisory": "advisory", "speech": "speech",
}  # fmt: skip
_DATED = re.compile(r"(\d\d)-(\d\d)-([12]\d{3})-(.+)\Z")  # the leaf of a news item's page: day, month, year, UrlName
_NAME = re.compile(r"UrlName eq '((?:[^']|'')+)'")
_SINCE = re.compile(r"PublicationDate ge ([12]\d{3})-(\d\d)-(\d\d)T")
_DAY = timedelta(days=1)


class Who:
    """One collection of the World Health Organization's interface."""

    problem = None

    def __init__(self, source: Source) -> None:
        """*source* names the collection in `adapter_url`."""
        options = source.adapter_options
        self._collection = (source.adapter_url or _USUAL).rstrip("/")
        self._public = "/" + options.get("public", "/news/item").strip("/")
        self._cultures = options.get("cultures", "en").split() or ["en"]
        self.statements = re.compile(rf"^(?:/[a-z]{{2}})?{re.escape(self._public)}/[^/?]+$")
        self._whole = options.get("body", "api") != "page"

    @property
    def starts(self) -> tuple[Start, ...]:
        """The newest items in each language."""
        return tuple(
            Start(f"{self._collection}?{urlencode(self._query(culture))}", "listing") for culture in self._cultures
        )

    def _query(self, culture: str) -> list[tuple[str, str]]:
        # Without an order the service gives items in none.
        return [
            ("sf_culture", culture),
            ("$orderby", "PublicationDateAndTime desc"),
            ("$top", str(PAGE)),
            ("$skip", "0"),
        ]

    def lists(self, url: str) -> bool:
        """Whether *url* is a page of the collection."""
        return url.startswith(f"{self._collection}?") and "$skip" in parameters(url)

    def read_listing(self, capture: Capture) -> Listed:
        """The items that one page of the collection names."""
        answer = read_json(capture)
        if not isinstance(answer, dict) or "value" not in answer:
            return Listed(problems=(f"{capture.url}: not a page of an OData collection",))
        items = list_at(answer, "value")
        culture = parameters(capture.url).get("sf_culture", "en")
        sightings = [
            Sighting(
                self._page_of(capture.url, culture, text_at(item, "ItemDefaultUrl")), "listing", capture.url,
                _title(item) or None, listed_date(_published(item)), text_at(item, "LastModified") or None, culture,
            )
            for item in items
            if text_at(item, "ItemDefaultUrl").strip("/")
        ]  # fmt: skip
        following = next_page(capture.url, "$skip", len(items)) if len(items) >= PAGE else None
        return Listed(tuple(sightings), (following,) if following else ())

    def _page_of(self, url: str, culture: str, path: str) -> str:
        prefix = "" if culture == "en" else f"/{culture}"
        return f"{origin(url)}{prefix}{self._public}/{path.strip('/')}"

    def fetch_url(self, public_url: str) -> str | None:
        """The collection narrowed to the item of that name, and where the name has a date, of that day or later."""
        found = re.fullmatch(rf"(?:/([a-z]{{2}}))?{re.escape(self._public)}/([^/]+)/?", urlsplit(public_url).path)
        if found is None or not self._whole:
            return None
        name, condition = found[2], ""
        if dated := _DATED.match(name):
            # A day earlier: the page's date is Geneva's, the collection's is UTC.
            since = _day(dated[3], dated[2], dated[1], -_DAY)
            if since is None:
                return None
            name, condition = dated[4], f" and PublicationDate ge {since:%Y-%m-%d}T00:00:00Z"
        doubled = name.replace("'", "''")
        query = [("sf_culture", found[1] or "en"), ("$filter", f"UrlName eq '{doubled}'{condition}")]
        return f"{self._collection}?{urlencode(query)}"

    def public_url(self, url: str) -> str | None:
        """The page of the one item that *url* narrows the collection to."""
        asked = parameters(url)
        name = _NAME.search(asked.get("$filter", ""))
        if not url.startswith(f"{self._collection}?") or name is None or "$skip" in asked:
            return None
        leaf = name[1].replace("''", "'")
        if since := _SINCE.search(asked["$filter"]):
            day = _day(since[1], since[2], since[3], _DAY)
            if day is None:
                return None
            leaf = f"{day:%d-%m-%Y}-{leaf}"
        return self._page_of(url, asked.get("sf_culture", "en"), leaf)

    def as_page(self, capture: Capture) -> ApiPage:
        """The item whose page was asked for; several items may share a name."""
        url = self.public_url(capture.url) or capture.url
        items = list_at(read_json(capture), "value")
        culture = parameters(capture.url).get("sf_culture", "en")
        item = next((one for one in items if url.endswith(f"/{text_at(one, 'ItemDefaultUrl').strip('/')}")), None)
        if item is None:
            return ApiPage(url)
        body = "\n".join(filter(None, (text_at(item, field) for field in _BODIES)))
        facts = {
            "title": _title(item),
            "published": _published(item),
            "modified": date_at(item, "LastModified"),
            "kind": _KINDS.get(text_at(item, "NewsType").casefold()),
            "place": text_at(item, "Location"),
        }
        return ApiPage(url, write_page(url, _title(item), body, language=culture), facts)


def _day(year: str, month: str, day: str, shift: timedelta) -> date | None:
    try:
        return date(int(year), int(month), int(day)) + shift
    except (ValueError, OverflowError):
        return None


def _title(item: Json) -> str:
    override = text_at(item, "OverrideTitle") if isinstance(item, dict) and item.get("UseOverrideTitle") is True else ""
    return override or text_at(item, "Title")


def _published(item: Json) -> Published | None:
    return date_at(item, "PublicationDateAndTime") or date_at(item, "PublicationDate")
