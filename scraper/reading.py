"""One capture to one statement: through the extractor, and where an interface answered, through the source's adapter."""

from __future__ import annotations

from scraper import dom
from scraper.crawler.adapters.base import with_facts
from scraper.crawler.scope import Scope
from scraper.extractor.guard import defuse
from scraper.extractor.statement import Extracted, extract_with_tree
from scraper.model import Capture, SiteChrome, Statement


def read_capture(capture: Capture, scope: Scope) -> Statement:
    """What *capture* says. Never raises, whatever its bytes."""
    return read_page(capture, scope).statement


def read_page(capture: Capture, scope: Scope, chrome: SiteChrome | None = None) -> Extracted:
    """What *capture* says, beside what its site is known to repeat; the page as it was parsed for that (None of a PDF),
    and its blocks if *chrome* is given. Never raises, whatever its bytes.
    """
    seen_on = capture.fetched_at.date()
    if scope.adapter and scope.adapter.public_url(capture.url):
        page = scope.adapter.as_page(capture)
        read = extract_with_tree(page.html, page.url, seen_on=seen_on, chrome=chrome)
        return read._replace(statement=with_facts(read.statement, page))
    return extract_with_tree(
        capture.body, capture.url, content_type=capture.content_type, seen_on=seen_on, chrome=chrome
    )


def markup(capture: Capture) -> str:
    """The HTML of *capture* as text that is safe to parse: what would make a parser run for minutes is taken out."""
    return defuse(dom.decode_html(capture.body, capture.content_type))
