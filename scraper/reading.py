"""One capture to one statement: through the extractor, and where an interface answered, through the source's adapter."""

from __future__ import annotations

from scraper import dom
from scraper.crawler.adapters.base import with_facts
from scraper.crawler.scope import Scope
from scraper.extractor.guard import defuse
from scraper.extractor.statement import extract_with_tree
from scraper.model import Capture, Statement


def read_capture(capture: Capture, scope: Scope) -> Statement:
    """What *capture* says. Never raises, whatever its bytes."""
    return read_page(capture, scope)[0]


def read_page(capture: Capture, scope: Scope) -> tuple[Statement, dom.Tree | None]:
    """What *capture* says, and the page as it was parsed for that (None of a PDF). Never raises, whatever its bytes."""
    seen_on = capture.fetched_at.date()
    if scope.adapter and scope.adapter.public_url(capture.url):
        page = scope.adapter.as_page(capture)
        statement, tree = extract_with_tree(page.html, page.url, seen_on=seen_on)
        return with_facts(statement, page), tree
    return extract_with_tree(capture.body, capture.url, content_type=capture.content_type, seen_on=seen_on)


def markup(capture: Capture) -> str:
    """The HTML of *capture* as text that is safe to parse: what would make a parser run for minutes is taken out."""
    return defuse(dom.decode_html(capture.body, capture.content_type))
