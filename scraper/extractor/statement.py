"""One page to one statement: decode, parse, find the body, read the fields. Never raises, whatever the bytes."""

from __future__ import annotations

from scraper import dom
from scraper.extractor.blocks import read_layout
from scraper.extractor.body import find_body
from scraper.extractor.page import Page
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.model import Statement


def extract(html: bytes | str, url: str = "", *, content_type: str | None = None) -> Statement:
    """The statement on the page *html*, fetched from *url* with the header *content_type*."""
    text = dom.clean_text(html) if isinstance(html, str) else dom.decode_html(html, content_type)
    tree = dom.parse(text)
    page = Page(tree, url, text)
    body = find_body(read_layout(tree), page)
    return Statement(
        url=url,
        title=page.h1s[0] if page.h1s else page.title_tag or None,
        text=body.text,
        markdown=body.markdown,
        links=body.links,
        contact=body.contact,
        confidence=body.confidence,
        extractor_version=EXTRACTOR_VERSION,
    )
