"""The title of a page, chosen among the several that it gives: headings, `<title>`, OpenGraph, JSON-LD."""

from __future__ import annotations

import re

from scraper.extractor.page import Body, Page

_SEPARATOR = re.compile(r"\s+[|\-–—·•»:/]+\s+")
_WORDS = re.compile(r"\w+")


def _key(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def read_title(page: Page, body: Body) -> tuple[str, str] | None:
    """The title and where it was read ("h1", "meta", "title"); None if the page has none."""
    declared = page.head.get("og:title", "")
    known = f"{_key(page.title_tag)} {_key(declared)}"
    headings = [text for text in page.h1s if _key(text)]
    for heading in headings:
        if _key(heading) in known:
            return heading, "h1"
    if len(headings) == 1:
        return headings[0], "h1"
    for text, source in ((declared, "meta"), (page.title_tag, "title")):
        if text:
            return _SEPARATOR.split(text)[0].strip() or text, source
    return None
