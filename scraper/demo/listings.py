"""The site's lists: news with pager and facets, search with whole bodies, office lists, home page, endless calendar."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

from scraper.demo import render
from scraper.demo.content import Page
from scraper.demo.server import Response
from scraper.demo.visit import Visit

CARDS = 12  # on a page of any listing
FACET_VALUES = 40  # combinations that each faceted page links to

_LIST_PATH = re.compile(r"(?:/(?P<language>es|fr|ar|ru|zh-hans))?/(?P<kind>news|speeches|search)\Z")
_CALENDAR = re.compile(r"/calendar/(?P<year>\d{4})-(?P<month>\d{2})\Z")
_FACET = re.compile(r"f\[\d+\]\Z")
_MIXED = ("press_release", "speech", "blog", "story", "newsdesk")
_REGIONS = ("asia-pacific", "east-and-horn-of-africa", "latin-america", "middle-east", "southern-africa", "europe")


@dataclass(frozen=True, slots=True)
class Listing:
    """What the listing template shows. `query` ends with "&" or is empty; page numbers count from 0."""

    title: str
    path: str
    cards: list[Page]
    number: int
    pages: int
    total: int | None = None
    query: str = ""
    facets: list[tuple[str, str]] | None = None
    most_read: list[tuple[str, str]] | None = None
    whole: bool = False  # cards carry their statement's whole body, as the old search did

    @property
    def first(self) -> int:
        """Number of the first card, counted from 1."""
        return self.number * CARDS + 1


def answer(visit: Visit) -> Response | None:
    """A listing, the home page or a calendar month; None if the path is none of them."""
    if match := _CALENDAR.match(visit.path):
        return _calendar(visit, int(match["year"]), int(match["month"]))
    if visit.path in ("/", "/es", "/fr", "/ar", "/ru", "/zh-hans"):
        return _home(visit)
    match = _LIST_PATH.match(visit.path)
    if match is None:
        return None
    language = match["language"] or "en"
    facets = [(key, value) for key, value in visit.query if _FACET.match(key)]
    found = _select(visit, match["kind"], language, facets)
    if not found and not any((page.host, page.language) == (visit.host, language) for page in newest(visit)):
        return None  # this host does not publish in that language
    return _show(visit, match["kind"], language, found, facets)


def newest(visit: Visit, host: str | None = None) -> list[Page]:
    """All listed pages, or a host's, the newest first."""
    pages = (page for page in visit.state.pages.values() if page.listed and host in (None, page.host))
    return sorted(pages, key=lambda page: (page.shown_date, page.nid), reverse=True)


def _select(visit: Visit, kind: str, language: str, facets: list[tuple[str, str]]) -> list[Page]:
    """The pages of one listing, the newest first. The main host's news lists the offices' news as well."""
    wanted = {"news": _MIXED, "speeches": ("speech",), "search": _MIXED}[kind]
    if kind == "search" and (types := [value for key, value in visit.query if key.startswith("type[")]):
        wanted = tuple(types)
    family = {name for name, host in visit.content.tables["hosts"]["host"].items() if host["family"] == "iom"}
    main = visit.host == "www.iom.example" and kind == "news" and language == "en"
    return [
        page
        for page in newest(visit)
        if page.language == language
        and (page.host == visit.host or (main and page.host in family))
        and (page.kind in wanted or (page.kind == "aggregator" and page.host == visit.host and kind == "news"))
        and all(zlib.crc32(f"{name}{value}{page.id}".encode()) % 3 for name, value in facets)
    ]


def _show(visit: Visit, kind: str, language: str, found: list[Page], facets: list[tuple[str, str]]) -> Response:
    asked = visit.parameter("page") or "0"
    number = int(asked) if asked.isdigit() else 0
    kept = urlencode([(key, value) for key, value in visit.query if key != "page"])
    titles = {"news": visit.content.tables["chrome"][language]["news"], "speeches": "Speeches", "search": "Search"}
    listing = Listing(
        title=titles[kind],
        path=visit.path,
        cards=found[number * CARDS : (number + 1) * CARDS],
        number=number,
        pages=-(-len(found) // CARDS),
        total=len(found) if kind == "search" else None,
        query=f"{kept}&" if kept else "",
        facets=_facets(facets) if kind == "news" and visit.host == "www.iom.example" else None,
        whole=kind == "search",
    )
    return render.html(
        visit, "listing", language=language, heading=listing.title, listing=listing,
        whole=lambda page: render.trusted(page.body), body_class="path-news",
    )  # fmt: skip


def _facets(chosen: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Links that narrow the list further: some with the brackets raw, some encoded, in either order, without end."""
    depth = len(chosen)
    values = [f"region:{region}" for region in _REGIONS] + [f"year:{year}" for year in range(2007, 2027)]
    values += [f"theme:{number}" for number in range(FACET_VALUES - len(values))]
    links = []
    for position, value in enumerate(values if chosen else values[:12]):
        parts = [*((key, old) for key, old in chosen), (f"f[{depth}]", value)]
        if position % 3 == 1:
            parts.reverse()
        style = quote if position % 2 else partial(quote, safe="[]:")
        links.append(("/news?" + "&".join(f"{style(key)}={style(old)}" for key, old in parts), value))
    return links


def _home(visit: Visit) -> Response:
    language = render.language_of(visit)
    cards = [page for page in newest(visit, visit.host) if page.language == language][:6]
    listing = Listing(visit.about_host["site_name"], visit.path, cards, 0, 1, most_read=_most_read(visit))
    return render.html(visit, "listing", language=language, heading=listing.title, listing=listing, whole=None)


def _most_read(visit: Visit) -> list[tuple[str, str]] | None:
    """Statements under their other addresses (``traps.toml``); only on the main host's home page."""
    if (visit.host, visit.path) != ("www.iom.example", "/"):
        return None
    entries = visit.content.tables["traps"]["home"]["most_read"]
    return [(item["link"], page.title) for item in entries if (page := visit.state.page(item["page"]))]


def _calendar(visit: Visit, year: int, month: int) -> Response:
    """A month with its neighbours linked, from year 0001 to 9999."""
    before = f"{year - (month == 1):04}-{(month - 2) % 12 + 1:02}"
    after = f"{year + (month == 12):04}-{month % 12 + 1:02}"
    days = "".join(f'<td><a href="/calendar/{year:04}-{month:02}/day/{day:02}">{day}</a></td>' for day in range(1, 29))
    pager = (
        f'<a rel="prev" href="/calendar/{before}">« {before}</a> <a rel="next" href="/calendar/{after}">{after} »</a>'
    )
    return render.message(visit, f"Events, {year:04}-{month:02}", f"<p>{pager}</p><table><tr>{days}</tr></table>")
