"""One capture to one statement: through the extractor, and where an interface answered, through the source's adapter."""

from __future__ import annotations

from scraper.crawler.adapters.base import with_facts
from scraper.crawler.scope import Scope
from scraper.extractor.statement import extract
from scraper.model import Capture, Statement


def read_capture(capture: Capture, scope: Scope) -> Statement:
    """What *capture* says. Never raises, whatever its bytes."""
    seen_on = capture.fetched_at.date()
    if scope.adapter and scope.adapter.public_url(capture.url):
        page = scope.adapter.as_page(capture)
        return with_facts(extract(page.html, page.url, seen_on=seen_on), page)
    return extract(capture.body, capture.url, content_type=capture.content_type, seen_on=seen_on)
