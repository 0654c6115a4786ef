"""The publishers next door: an aggregator, an organisation with ASP addresses, and a mirror that falsifies.

They exist to test what an archive credits to whom, and what a query string means.
"""

from __future__ import annotations

from dataclasses import replace

from scraper.demo import discovery, nodes, render
from scraper.demo.content import Page
from scraper.demo.listings import Listing, newest
from scraper.demo.server import Response
from scraper.demo.visit import Visit

# Words that the mirror puts in place of others.
FALSIFIED = {"International Organization for Migration": "World Migration Bureau", "migrants": "movers", "IOM": "WMB"}


def answer(visit: Visit) -> Response:
    """Whatever the host has at the address, or its "not found"."""
    if visit.path == "/rss.xml" and visit.host != "mirror.example":
        return discovery.feed(visit)
    find = {"reliefweb": _reliefweb, "oas": _oas, "mirror": _mirror}[visit.about_host["family"]]
    return find(visit) or render.not_found(visit)


def _reliefweb(visit: Visit) -> Response | None:
    if visit.path in ("/", "/updates"):
        return _list(visit, "Updates", newest(visit, visit.host))
    return nodes.answer(visit)


def _oas(visit: Visit) -> Response | None:
    """Here the query string *is* the document; parameters that mean nothing are ignored."""
    pages = newest(visit, visit.host)
    if visit.path in ("/", "/press_releases.asp"):
        month, year = visit.parameter("nMes") or "12", visit.parameter("nAnio") or "2019"
        wanted = (int(year), int(month)) if year.isdigit() and month.isdigit() else (0, 0)
        return _list(visit, "Press Releases", [p for p in pages if (p.published.year, p.published.month) == wanted])
    if visit.path == "/press_release.asp":
        return _serve(visit, f"/press_release.asp?sCodigo={visit.parameter('sCodigo')}")
    if visit.path.startswith("/documents/"):
        return _document(visit)
    if visit.path == "/index" and visit.parameter("page") == "article":
        return _serve(visit, f"/index?page=article&id={visit.parameter('id')}")
    if visit.path == "/index" and visit.parameter("page") == "archive":
        return _list(visit, "Archive", [page for page in pages if page.path.startswith("/index")])
    return None


def _mirror(visit: Visit) -> Response | None:
    page = visit.state.pages.get(("www.iom.example", visit.path))
    if page is None:
        return None
    body = page.body
    for word, other in FALSIFIED.items():
        body = body.replace(word, other)
    return render.node(visit, replace(page, host=visit.host, body=body))


def _document(visit: Visit) -> Response | None:
    """A statement that was issued as PDF alone: the file that the page's front matter names."""
    page = visit.state.pages.get((visit.host, visit.path))
    if page is None:
        return None
    body = (visit.content.folder / "files" / page.extra["file"]).read_bytes()
    return Response(200, (("Content-Type", "application/pdf"),), body)


def _serve(visit: Visit, place: str) -> Response | None:
    page = visit.state.pages.get((visit.host, place))
    return render.node(visit, page) if page else None


def _list(visit: Visit, title: str, cards: list[Page]) -> Response:
    return render.html(visit, "listing", heading=title, listing=Listing(title, visit.path, cards, 0, 1))
