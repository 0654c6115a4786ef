"""Who signs or speaks, where the page says so."""

from __future__ import annotations

from scraper.extractor.page import Body, Page


def read_author(page: Page, body: Body) -> tuple[str, str] | None:
    """The author or speaker and where it was read; None if the page names nobody."""
    for key in ("author", "article:author", "twitter:data1"):
        value = page.head.get(key, "")
        if value and "/" not in value and len(value) < 80:
            return value, "meta"
    return None
