"""Ours and the others, each as a function of bytes and a URL. Those that are not installed are left out, and said so."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import NamedTuple

HTML = "text/html; charset=utf-8"


class Fields(NamedTuple):
    """What an extractor says of a page."""

    title: str | None
    author: str | None
    date: str | None  # YYYY-MM-DD


Text = Callable[[bytes, str], str]
Read = Callable[[bytes, str], Fields]


# --- ours -------------------------------------------------------------------------------------------------------------


def our_text(html: bytes, url: str) -> str:
    """The body alone: decoded, parsed, scored, assembled."""
    from scraper import dom
    from scraper.extractor.blocks import read_layout
    from scraper.extractor.body import find_body
    from scraper.extractor.guard import defuse
    from scraper.extractor.page import Page

    text = defuse(dom.decode_html(html, HTML))
    tree = dom.parse(text)
    return find_body(read_layout(tree), Page(tree, url, text)).text


def our_statement(html: bytes, url: str) -> str:
    """Everything: body, fields, languages, countries."""
    from scraper import extract

    return extract(html, url, content_type=HTML).text


def our_fields(html: bytes, url: str) -> Fields:
    """The fields of a statement."""
    from scraper import extract

    found = extract(html, url, content_type=HTML)
    return Fields(found.title, found.author, found.published.on.isoformat() if found.published else None)


def parse_alone(html: bytes, url: str) -> str:
    """The parser's own time: nothing built on it can be faster."""
    from scraper import dom

    return str(dom.parse(html).root is not None)


# --- the others -------------------------------------------------------------------------------------------------------


def trafilatura_text(html: bytes, url: str) -> str:
    """Without readers' comments: its better figures."""
    import trafilatura

    return trafilatura.extract(html, url=url or None, include_comments=False) or ""


def resiliparse_text(html: bytes, url: str) -> str:
    """Its main-content mode."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html.decode("utf-8", "replace"), main_content=True))


def readability_text(html: bytes, url: str) -> str:
    """The text of the element that it chooses."""
    import lxml.html
    from readability import Document

    return str(lxml.html.fromstring(Document(html.decode("utf-8", "replace")).summary()).text_content())


def newspaper_text(html: bytes, url: str) -> str:
    """What it calls the text of an article."""
    return str(_article(html, url).text)


def trafilatura_fields(html: bytes, url: str) -> Fields:
    """Its metadata."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(html, default_url=url or None)
    return Fields(found.title, found.author, found.date) if found else Fields(None, None, None)


def htmldate_fields(html: bytes, url: str) -> Fields:
    """The day of publication, by its thorough search."""
    from htmldate import find_date

    found = find_date(html.decode("utf-8", "replace"), url=url or None, original_date=True, extensive_search=True)
    return Fields(None, None, found)


def newspaper_fields(html: bytes, url: str) -> Fields:
    """What it says of an article."""
    found = _article(html, url)
    date = found.publish_date
    return Fields(found.title, ", ".join(found.authors), date.date().isoformat() if date else None)


def _article(html: bytes, url: str):
    import newspaper

    article = newspaper.Article(url or "http://a.example/", fetch_images=False)
    article.download(input_html=html.decode("utf-8", "replace"))
    article.parse()
    return article


def installed(functions: Mapping[str, tuple[str, Callable]]) -> tuple[dict[str, Callable], list[str]]:
    """Those whose package is there, and the names of those that are not."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    there = {name: function for name, (package, function) in functions.items() if find_spec(package)}
    return there, [name for name in functions if name not in there]


TEXTS: Mapping[str, tuple[str, Text]] = {
    "ours": ("scraper", our_text),
    "trafilatura": ("trafilatura", trafilatura_text),
    "resiliparse": ("resiliparse", resiliparse_text),
    "readability-lxml": ("readability", readability_text),
    "newspaper4k": ("newspaper", newspaper_text),
}
FIELDS: Mapping[str, tuple[str, Read]] = {
    "ours": ("scraper", our_fields),
    "trafilatura": ("trafilatura", trafilatura_fields),
    "htmldate": ("htmldate", htmldate_fields),
    "newspaper4k": ("newspaper", newspaper_fields),
}
SPEEDS: Mapping[str, tuple[str, Text]] = {
    "resiliparse": ("resiliparse", resiliparse_text),
    "parser alone": ("selectolax", parse_alone),
    "ours, body text": ("scraper", our_text),
    "ours, whole statement": ("scraper", our_statement),
    "trafilatura": ("trafilatura", trafilatura_text),
    "readability-lxml": ("readability", readability_text),
}
