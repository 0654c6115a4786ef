"""One capture to one statement: decode, parse, find the body, read the fields. Never raises, whatever the bytes."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import NamedTuple

from scraper import dom
from scraper.extractor.blocks import Layout, read_layout
from scraper.extractor.body import find_body, without_byline, without_title
from scraper.extractor.guard import defuse
from scraper.extractor.metadata import Metadata, read_metadata
from scraper.extractor.page import Body, Page
from scraper.extractor.pdf import is_pdf
from scraper.extractor.plain_text import as_html, is_plain_text
from scraper.extractor.rescue import TEXT_FROM, TextSource, drawn_body, find_drawing, redrawn
from scraper.extractor.shadow import open_shadows
from scraper.extractor.site_chrome import fingerprints
from scraper.extractor.version import version
from scraper.model import SiteChrome, Statement


class Extracted(NamedTuple):
    """A statement and what else was seen on the way to it."""

    statement: Statement
    tree: dom.Tree | None  # the parsed page; None of a PDF
    blocks: frozenset[int] = frozenset()  # fingerprints of the page's blocks, where site chrome was asked about


class PageRead(NamedTuple):
    """A page and the text found in it."""

    layout: Layout
    page: Page
    body: Body
    source: TextSource | None  # where the text was, if it is not what the page shows
    blocks: frozenset[int]  # fingerprints of its blocks, where site chrome was asked about


_TYPED = 0.9  # of a page's characters in one `<pre>`: a typewritten page
_TYPED_LINES = 5
_RUNS = 8  # blocks of a page that is nothing but one run of lines
_PARAGRAPH = 200  # characters of a line that no author wrapped
_LINE_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_FIELDS = tuple(field.name for field in fields(Metadata))


def extract(
    html: bytes | str, url: str = "", *, content_type: str | None = None, seen_on: date | None = None
) -> Statement:
    """The statement on the page, in the plain text or in the PDF, *html*, fetched from *url* with the header *content_type*.

    *seen_on* is the day it was captured: no date after it is believed.
    """
    return extract_with_tree(html, url, content_type=content_type, seen_on=seen_on).statement


def extract_with_tree(
    html: bytes | str,
    url: str = "",
    *,
    content_type: str | None = None,
    seen_on: date | None = None,
    chrome: SiteChrome | None = None,
) -> Extracted:
    """What :func:`extract` gives, and the parsed page, for those who want more of it.

    *chrome* is what the page's site is known to repeat; with it come the fingerprints of the page's own blocks.
    """
    if isinstance(html, bytes) and is_pdf(html, content_type):
        from scraper.extractor.pdf_statement import extract_pdf

        return Extracted(extract_pdf(html, url, seen_on=seen_on), None)
    layout, page, body, source, blocks = read_body(markup_of(html, content_type), url, chrome)
    found = read_metadata(page, body, latest=seen_on)
    body = without_title(layout, page, body, found.title or "")
    body = without_byline(layout, page, body, found.author)
    statement = Statement(
        url=url,
        text=body.text,
        markdown=body.marked.markdown,
        links=body.marked.links,
        confidence=body.confidence,
        extractor_version=version(chrome.number if chrome and body.by_site else 0),
        **{name: getattr(found, name) for name in _FIELDS},
    )
    if source is not None:
        warnings = (*statement.warnings, TEXT_FROM[source])
        statement = replace(statement, sources={**statement.sources, "text": source}, warnings=warnings)
    return Extracted(statement, page.tree, blocks)


def markup_of(html: bytes | str, content_type: str | None = None) -> str:
    """What came as the text of a page: decoded, and with the markup that a text without any would have."""
    text = dom.clean_text(html) if isinstance(html, str) else dom.decode_html(html, content_type)
    return as_html(text) if is_plain_text(text, content_type) else text


def read_body(html: str, url: str = "", chrome: SiteChrome | None = None) -> PageRead:
    """What a decoded page says and which of it is the text; what its scripts would draw if it shows next to none."""
    layout, page = read_page(html, url)
    numbers = fingerprints(layout) if chrome is not None else []
    blocks = frozenset(numbers) - {0}
    body = find_body(layout, page, chrome.shares_of(numbers) if chrome else ())
    drawing = find_drawing(page, body)
    if drawing is None:
        return PageRead(layout, page, body, None, blocks)
    layout, page = read_page(redrawn(html, page, drawing), url)
    drawn = replace(drawn_body(layout, page, drawing), by_site=body.by_site)
    return PageRead(layout, page, drawn, drawing.source, blocks)


def read_page(html: str, url: str = "") -> tuple[Layout, Page]:
    """The blocks of a decoded page and what its markup says.

    Where a frame inside `<noscript>` was never closed and took the rest of the page with it (a tag manager's snippet cut
    short), the page is read as a browser with scripts would read it.
    """
    text = defuse(open_shadows(html))
    tree = dom.parse(text)
    if (typed := _typed(tree)) is not None:
        text = as_html(typed)
        tree = dom.parse(text)
    layout = read_layout(tree)
    if _is_one_run(layout):
        tree = dom.parse(_LINE_BREAK.sub("<br><br>", text))
        layout = read_layout(tree)
    if layout.swallowed:
        tree = dom.parse(text, scripting=True)
        layout = read_layout(tree)
    return layout, Page(tree, url, text)


def _is_one_run(layout: Layout) -> bool:
    """Whether all that a page says stands in one element, its paragraphs kept apart by single line breaks."""
    longest = max(layout.b_text, key=len, default="")
    return (
        len(layout.b_text) <= _RUNS
        and longest.count("\n") >= _TYPED_LINES
        and len(longest) >= _TYPED * sum(map(len, layout.b_text))
        and sum(len(line) >= _PARAGRAPH for line in longest.split("\n")) > 1
    )


def _typed(tree: dom.Tree) -> str | None:
    """The text of a page that is nothing but preformatted text, as old servers wrapped what came by wire; None of others."""
    found = tree.tags("pre")
    if len(found) != 1 or tree.body is None or found[0].css_first("code, span") is not None:
        return None
    text = found[0].text(deep=True)
    if text.count("\n") < _TYPED_LINES or len(text) < _TYPED * len(tree.body.text(deep=True)):
        return None
    return text
