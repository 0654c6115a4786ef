"""One capture to one statement: through the extractor, and where an interface answered, through the source's adapter."""

from __future__ import annotations

from typing import NamedTuple

from scraper import dom
from scraper.crawler import discover
from scraper.crawler.adapters.base import with_facts
from scraper.crawler.scope import Scope
from scraper.extractor.guard import defuse
from scraper.extractor.statement import extract_with_tree
from scraper.model import Capture, Sighting, SiteChrome, Statement


class Read(NamedTuple):
    """What was read in a capture."""

    statement: Statement
    blocks: frozenset[int] = frozenset()  # fingerprints of the page's blocks, where site chrome was asked about
    links: tuple[Sighting, ...] = ()  # that the source may follow, where they were asked for
    chrome: int = 0  # the number of the site chrome that was used


class Unread(NamedTuple):
    """A capture that could not be read to the end, and why."""

    why: str


def read_capture(capture: Capture, scope: Scope) -> Statement:
    """What *capture* says. Never raises, whatever its bytes."""
    return read_page(capture, scope).statement


def read_page(capture: Capture, scope: Scope, chrome: SiteChrome | None = None, *, follow: bool = False) -> Read:
    """What *capture* says, beside what its site is known to repeat.

    Its blocks are given if *chrome* is, its links if the source is to *follow* them. Never raises, whatever its bytes.
    """
    seen_on = capture.fetched_at.date()
    if scope.adapter and scope.adapter.public_url(capture.url):
        page = scope.adapter.as_page(capture)
        found = extract_with_tree(page.html, page.url, seen_on=seen_on, chrome=chrome)
        statement = with_facts(found.statement, page)
    else:
        found = extract_with_tree(
            capture.body, capture.url, content_type=capture.content_type, seen_on=seen_on, chrome=chrome
        )
        statement = found.statement
    links = discover.links(found.tree, capture.url, scope) if follow and found.tree is not None else ()
    return Read(statement, found.blocks, links, chrome.number if chrome else 0)


def markup(capture: Capture) -> str:
    """The HTML of *capture* as text that is safe to parse: what would make a parser run for minutes is taken out."""
    return defuse(dom.decode_html(capture.body, capture.content_type))
