"""One capture to one statement: decode, parse, find the body, read the fields. Never raises, whatever the bytes."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from scraper import dom
from scraper.extractor.blocks import Layout, read_layout
from scraper.extractor.body import find_body
from scraper.extractor.guard import defuse
from scraper.extractor.metadata import Metadata, read_metadata
from scraper.extractor.page import Page
from scraper.extractor.pdf import is_pdf
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.model import Statement

_FIELDS = tuple(field.name for field in fields(Metadata))


def extract(
    html: bytes | str, url: str = "", *, content_type: str | None = None, seen_on: date | None = None
) -> Statement:
    """The statement on the page, or in the PDF, *html*, fetched from *url* with the header *content_type*.

    *seen_on* is the day it was captured: no date after it is believed.
    """
    return extract_with_tree(html, url, content_type=content_type, seen_on=seen_on)[0]


def extract_with_tree(
    html: bytes | str, url: str = "", *, content_type: str | None = None, seen_on: date | None = None
) -> tuple[Statement, dom.Tree | None]:
    """What :func:`extract` gives, and the parsed page, for those who want more of it; None of a PDF."""
    if isinstance(html, bytes) and is_pdf(html, content_type):
        from scraper.extractor.pdf_statement import extract_pdf

        return extract_pdf(html, url, seen_on=seen_on), None
    text = dom.clean_text(html) if isinstance(html, str) else dom.decode_html(html, content_type)
    layout, page = read_page(text, url)
    body = find_body(layout, page)
    found = read_metadata(page, body, latest=seen_on)
    statement = Statement(
        url=url,
        text=body.text,
        markdown=body.markdown,
        links=body.links,
        confidence=body.confidence,
        extractor_version=EXTRACTOR_VERSION,
        **{name: getattr(found, name) for name in _FIELDS},
    )
    return statement, page.tree


def read_page(html: str, url: str = "") -> tuple[Layout, Page]:
    """The blocks of a decoded page and what its markup says.

    Where a frame inside `<noscript>` was never closed and took the rest of the page with it (a tag manager's snippet cut
    short), the page is read as a browser with scripts would read it.
    """
    text = defuse(html)
    tree = dom.parse(text)
    layout = read_layout(tree)
    if layout.swallowed:
        tree = dom.parse(text, scripting=True)
        layout = read_layout(tree)
    return layout, Page(tree, url, text)
