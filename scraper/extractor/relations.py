"""What a page says of other documents: its canonical URL, its translations, the files that belong to it."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from scraper.extractor.page import Body, Page
from scraper.model import Link, Translation
from scraper.urls import join_url

_FILES = re.compile(r"\.(?:pdf|docx?|odt|rtf|pptx?|xlsx?)$", re.IGNORECASE)
_MAX_TRANSLATIONS = 60
_MAX_ATTACHMENTS = 50
# Class names of download areas beside a body (Drupal's file fields, WordPress's file block, common themes).
_DOWNLOADS = (
    '[class*="field-attachment"] a, [class*="field--type-file"] a, [class*="field-type-file"] a, span.file a,'
    ' .wp-block-file a, [class*="attachment"] a, [class*="download"] a, a[download], a[type="application/pdf"]'
)
_LANGUAGE = re.compile(r"(?:x-default|[a-z]{2,3}(?:-[a-z0-9]{2,8})*)$", re.IGNORECASE)
_CHROME = frozenset({"nav", "footer", "form", "aside"})


def read_canonical(page: Page) -> str | None:
    """The URL that the page declares as its own, absolute; None if it declares none that can be one."""
    for link in page.links:
        if "canonical" in link.rel.split():
            return join_url(page.base, link.href)
    declared = page.head.get("og:url")
    return join_url(page.base, declared) if declared else None


def read_translations(page: Page) -> tuple[Translation, ...]:
    """Every other language version that the page declares by ``hreflang``, in order."""
    found: dict[str, str] = {}
    own = page.url or read_canonical(page)
    for link in page.links:
        tag = link.hreflang.strip().replace("_", "-")
        if "alternate" in link.rel.split() and _LANGUAGE.match(tag) and (url := join_url(page.base, link.href)):
            # "x-default" names the page for all others: mostly one that is listed by its language too.
            if url != own and (tag.lower() != "x-default" or url not in found):
                found.setdefault(url, tag)
    return tuple(Translation(tag, url) for url, tag in list(found.items())[:_MAX_TRANSLATIONS])


def read_attachments(page: Page, body: Body) -> tuple[Link, ...]:
    """Files that belong to the statement: linked in its body, or offered in its download area; each once."""
    found: dict[str, Link] = {}
    for link in body.links:
        if _is_file(link.url):
            found.setdefault(link.url, link)
    for node in page.tree.css(_DOWNLOADS):
        url = join_url(page.base, node.attributes.get("href") or "")
        if url is None or url in found or not (_is_file(url) or node.attributes.get("type") == "application/pdf"):
            continue
        if not _in_chrome(node):
            text = " ".join(node.text(deep=True).split())
            found[url] = Link(url, text or unquote(urlsplit(url).path.rpartition("/")[2]))
    return tuple(found.values())[:_MAX_ATTACHMENTS]


def _is_file(url: str) -> bool:
    return _FILES.search(urlsplit(url).path) is not None


def _in_chrome(node: object) -> bool:
    up = getattr(node, "parent", None)
    while up is not None:
        if up.tag in _CHROME:
            return True
        up = up.parent
    return False
