"""What a page says of other documents: its canonical URL, its translations, the files that belong to it."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from scraper.dom import Node
from scraper.extractor.anchors import Anchors
from scraper.extractor.page import Body, Page
from scraper.model import Link, Translation
from scraper.urls import join_url

_SOME_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf|pptx?|xlsx?)", re.IGNORECASE)
_FILES = re.compile(rf"{_SOME_FILE.pattern}$", re.IGNORECASE)
_MAX_TRANSLATIONS = 60
_MAX_ATTACHMENTS = 50
# Class names of download areas beside a body (Drupal's file fields, WordPress's file block, common themes).
_DOWNLOADS = re.compile(r"field-attachment|field--?type-file|wp-block-file|attachment|download|(?:^|\s)file(?:\s|$)")
_UP = 4  # ancestors whose class names are asked
_LANGUAGE = re.compile(r"(?:x-default|[a-z]{2,3}(?:-[a-z0-9]{2,8})*)$", re.IGNORECASE)
_BESIDE = 3  # elements from a link up to the one that holds the text: paragraph, or item and list
_OUTER = frozenset({"body", "html", "main"})  # hold other things than the text as well
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
        if link.type and "html" not in link.type.lower():
            continue  # a feed in that language
        if "alternate" in link.rel.split() and _LANGUAGE.match(tag) and (url := join_url(page.base, link.href)):  # noqa: SIM102 - two questions
            # "x-default" names the page for all others: mostly one that is listed by its language too.
            if url != own and (tag.lower() != "x-default" or url not in found):
                found.setdefault(url, tag)
    return tuple(Translation(tag, url) for url, tag in list(found.items())[:_MAX_TRANSLATIONS])


def read_attachments(page: Page, body: Body, anchors: Anchors) -> tuple[Link, ...]:
    """Files that belong to the statement: linked in its body, or offered in its download area; each once."""
    found: dict[str, Link] = {}
    for link in body.marked.links:
        if _is_file(link.url):
            found.setdefault(link.url, link)
    homes: set[int] | None = None
    has_files = _SOME_FILE.search(anchors.hrefs) is not None
    for node, attributes in anchors:
        typed = attributes.get("type") == "application/pdf"
        if not (typed or has_files):
            continue
        href = attributes.get("href") or ""
        if not (typed or _FILES.search(href.partition("?")[0].partition("#")[0])):
            continue
        if homes is None:
            homes = {
                up.mem_id for block in body.blocks if (up := block.node.parent) is not None and up.tag not in _OUTER
            }
        url = join_url(page.base, href)
        if url is None or url in found or _in_chrome(node) or not (typed or _is_download(node) or _is_in(node, homes)):
            continue
        text = " ".join(node.text(deep=True).split())
        found[url] = Link(url, text or unquote(urlsplit(url).path.rpartition("/")[2]))
    return tuple(found.values())[:_MAX_ATTACHMENTS]


def _is_file(url: str) -> bool:
    return _SOME_FILE.search(url) is not None and _FILES.search(urlsplit(url).path) is not None


def _is_in(node: Node, homes: set[int]) -> bool:
    """Whether *node* stands among the text's own paragraphs, if not in one that is kept."""
    up = node.parent
    for _ in range(_BESIDE):
        if up is None:
            return False
        if up.mem_id in homes:
            return True
        up = up.parent
    return False


def _is_download(node: Node) -> bool:
    """Whether *node* or what is around it is called a download."""
    if "download" in node.attributes:
        return True
    up: Node | None = node
    for _ in range(_UP):
        if up is None:
            break
        if _DOWNLOADS.search((up.attributes.get("class") or "").lower()):
            return True
        up = up.parent
    return False


def _in_chrome(node: Node) -> bool:
    up = node.parent
    while up is not None:
        if up.tag in _CHROME:
            return True
        up = up.parent
    return False
