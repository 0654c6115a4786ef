"""What a crawler reads first: robots.txt, the feed, the sitemaps."""

from __future__ import annotations

from datetime import timedelta, timezone
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from scraper.demo import render
from scraper.demo.content import Page
from scraper.demo.listings import newest
from scraper.demo.server import Response
from scraper.demo.visit import Visit

FEED_ITEMS = 10
SUMMER = timezone(timedelta(hours=2))  # the feed prints +0200 all year
_TEXT = ("Content-Type", "text/plain; charset=UTF-8")
_XML = ("Content-Type", "application/xml; charset=UTF-8")
_RSS = ("Content-Type", "application/rss+xml; charset=UTF-8")
FOREVER_SECONDS = 600
_VARIANTS = {
    "redirect": Response(301, (("Location", "https://www.iom.example/robots.txt"),)),
    "html": Response(200, (render.HTML,), b"<!DOCTYPE html>\n<html><body><h1>Page not found</h1></body></html>\n"),
    "empty": Response(200, (_TEXT,)),
    "open": Response(200, (_TEXT,), b"User-agent: *\nDisallow:\n"),
    "closed": Response(200, (_TEXT,), b"User-agent: *\nDisallow: /\n"),
}


def robots(visit: Visit, variant: str, crawl_delay: float | None) -> Response:
    """``/robots.txt``; *variant* is "stock", "html", "redirect", "slow", "open", "closed", "empty" or a status ("500").

    *crawl_delay* None leaves that line out; the stock file of the real sites says 10.
    """
    if variant.isdigit():
        return Response(int(variant), (_TEXT,), b"no robots here\n")
    if variant in _VARIANTS:
        return _VARIANTS[variant]
    delay = "" if crawl_delay is None else f"Crawl-delay: {crawl_delay:g}\n"
    text = (visit.content.folder / "robots.txt").read_text(encoding="utf-8").replace("{crawl_delay}\n", delay)
    body = b"\xef\xbb\xbf" + text.encode()
    if variant == "slow":  # a byte now and then, for ten minutes
        return Response(200, (_TEXT,), drip=(b"#" for _ in range(FOREVER_SECONDS)), drip_seconds=1.0)
    return Response(200, (_TEXT, ("Last-Modified", "Tue, 09 Jan 2024 08:00:00 GMT")), body)


def answer(visit: Visit) -> Response | None:
    """The feed or a sitemap, if the address is theirs."""
    if visit.path == "/rss.xml":
        return feed(visit)
    return sitemap(visit) if visit.path == "/sitemap.xml" else None


def feed(visit: Visit) -> Response:
    """``/rss.xml``: the newest items of all kinds, mixed; the main host's carries the offices' English news too."""
    main = visit.host == "www.iom.example"
    family = visit.about_host["family"]
    hosts = {name for name, host in visit.content.tables["hosts"]["host"].items() if host["family"] == family}
    pages = [
        page
        for page in newest(visit)
        if page.kind not in ("newsdesk", "aggregator")
        and (page.host == visit.host or (main and page.host in hosts and page.language == "en"))
    ]
    items = "".join(_item(visit, page, number) for number, page in enumerate(pages[:FEED_ITEMS]))
    title = escape(visit.about_host["site_name"])
    body = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xml:base="https://{visit.host}/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n<title>{title}</title>\n<link>https://{visit.host}/</link>\n'
        f"<description></description>\n<language>{visit.about_host['languages'][0]}</language>\n{items}</channel>\n</rss>\n"
    )
    return Response(200, (_RSS,), body.encode())


def _item(visit: Visit, page: Page, number: int) -> str:
    # The fourth item of the main feed has a relative link, as an editor once typed it.
    mark = "&" if "?" in page.url else "?"
    link = page.path if number == 3 else f"{page.url}{mark}utm_source=rss&utm_medium=feed"
    teaser = f'<p>{render.start_of(page)}…</p><a href="{page.url}">Read more</a>'
    return (
        f"<item>\n<title>{escape(page.title)}</title>\n<link>{escape(link)}</link>\n"
        f"<description>{escape(teaser)}</description>\n"
        f"<pubDate>{format_datetime(page.shown_date.astimezone(SUMMER))}</pubDate>\n<dc:creator>webadmin</dc:creator>\n"
        f'<guid isPermaLink="false">{page.nid} at https://{page.host}</guid>\n</item>\n'
    )


def sitemap(visit: Visit) -> Response | None:
    """``/sitemap.xml``: an index; with ``?page=1`` or ``?page=2`` one of its two parts. None for other pages."""
    pages = [page for page in newest(visit, visit.host) if page.kind != "aggregator"]
    number = visit.parameter("page")
    if number is None:
        return Response(200, (_XML,), _sitemap_index(visit).encode())
    if number not in ("1", "2"):
        return None
    half = [page for page in pages if (page.kind == "press_release") == (number == "1")]
    strangers = visit.host == "www.iom.example" and number == "2"
    extra = visit.content.tables["traps"]["sitemap"]["extra"] if strangers else []
    urls = "".join(_url(visit, page, position) for position, page in enumerate(half))
    urls += "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in extra)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{urls}</urlset>\n'
    )
    return Response(200, (_XML,), body.encode())


def _sitemap_index(visit: Visit) -> str:
    children = [f"https://{visit.host}/sitemap.xml?page={number}" for number in (1, 2)]
    children += visit.content.tables["traps"]["sitemap"]["foreign"] if visit.host == "www.iom.example" else []
    rebuilt = visit.now.strftime("%Y-%m-%dT03:00:00Z")
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc><lastmod>{rebuilt}</lastmod></sitemap>\n" for url in children)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'
    )


def _url(visit: Visit, page: Page, position: int) -> str:
    """One entry: every third has no lastmod, every fifth the time of the rebuild, the others their own."""
    others: list[Any] = render.translations(visit, page)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{other.language}" href="{escape(other.url)}"/>' for other in others
    )
    lastmod = (page.modified or page.published).strftime("%Y-%m-%dT%H:%M:%S%z")
    if position % 5 == 4:
        lastmod = visit.now.strftime("%Y-%m-%dT03:00:00Z")
    shown = "" if position % 3 == 2 else f"<lastmod>{lastmod}</lastmod>"
    return f"<url><loc>{escape(page.url)}</loc>{shown}{links if len(others) > 1 else ''}</url>\n"
