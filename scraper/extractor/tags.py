"""The subjects that a page gives itself: Sustainable Development Goals, themes, regions, countries.

Only what is attached to the statement counts. The options of a filter form, menus and lists of offices look alike and
are never tags: nothing inside a form, a select or navigation is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.dom import Node
from scraper.extractor.anchors import Anchors
from scraper.extractor.page import Body, Page
from scraper.model import Tag, TagScheme

_MAX_TAGS = 60  # of one scheme; a page that names more holds a list of choices
_MAX_LENGTH = 80
_SDG = re.compile(
    r"\b(?:SDG|ODS|ODD|ЦУР|Goal|Objetivo|Objectif)s?\s*(\d{1,2})(?!\d)|(?:可持续发展目标|الهدف)\s*(\d{1,2})(?!\d)",
    re.IGNORECASE,
)
_SDG_OPENINGS = frozenset("SsſOoЦцGg可ا")  # its first letters: most blocks begin with another
_SDG_ICON = re.compile(r"sdgs?[-_]?(?:icon|goal)?s?/[^?]*?(?:web_|goal[-_]?|sdg[-_]?)0?(\d{1,2})\b", re.IGNORECASE)
_SDG_PATH = re.compile(r"/sdgs?/(?:goal-?)?0?(\d{1,2})(?:[/?#]|$)", re.IGNORECASE)
_SDGS = 17

# Words in class names of the fields that hold tags (Drupal, WordPress and their themes), and what they hold.
_FIELDS: tuple[tuple[TagScheme, re.Pattern[str]], ...] = (
    ("region", re.compile(r"\bfield--?name-field-(?:[a-z-]*-)?regions?\b")),
    ("country", re.compile(r"\bfield--?name-field-(?:[a-z-]*-)?countr(?:y|ies)\b")),
    ("theme", re.compile(r"\bfield--?name-field-(?:[a-z-]*-)?(?:themes?|topics?|thematic[a-z-]*|subjects?|tags?)\b")),
    ("theme", re.compile(r"(?:^|\s)(?:post-tags|entry-tags|tag-links|tags-links|article-tags)(?:\s|$)")),
)
_TAG_METAS: dict[str, TagScheme] = {"article:tag": "theme", "article:section": "theme"}
_CHOICES = frozenset({"form", "select", "nav", "footer", "header", "fieldset"})


def read_tags(page: Page, body: Body, anchors: Anchors) -> tuple[Tag, ...]:
    """All tags of *page*, each once, in the order of the page; goals as their number."""
    found: dict[TagScheme, dict[str, None]] = {}
    for scheme, tag in (*_goals(page, body, anchors), *_fields(page), *_metas(page)):
        found.setdefault(scheme, {}).setdefault(tag)
    return tuple(Tag(scheme, tag) for scheme, tags in found.items() if len(tags) <= _MAX_TAGS for tag in tags)


def _goals(page: Page, body: Body, anchors: Anchors) -> Iterator[tuple[TagScheme, str]]:
    numbers: dict[int, None] = {}
    for image in page.named["img"]:
        get = image.attributes.get
        alt, source = (get("alt") or "").strip(), get("src") or ""
        named = _SDG.match(alt) if alt[:1] in _SDG_OPENINGS else None
        number = (named[1] or named[2]) if named else None
        if number is None and "sdg" in source.lower() and (icon := _SDG_ICON.search(source)):
            number = icon[1]
        if number and not _is_choice(image):
            numbers.setdefault(int(number))
    for link, attributes in anchors if "sdg" in anchors.hrefs else ():
        href = attributes.get("href") or ""
        named = _SDG_PATH.search(href) if "sdg" in href.lower() else None
        if named and not _is_choice(link):
            numbers.setdefault(int(named[1]))
    for block in body.all_text_blocks:
        named = (
            _SDG.match(block.text) if block.text[:1] in _SDG_OPENINGS and len(block.text) <= 2 * _MAX_LENGTH else None
        )
        if named and not block.is_body and not _is_choice(block.node):
            numbers.setdefault(int(named[1] or named[2]))
    # All seventeen are a menu of goals, not a choice among them.
    if len(numbers) < _SDGS:
        yield from (("sdg", str(number)) for number in sorted(numbers) if 1 <= number <= _SDGS)


def _fields(page: Page) -> Iterator[tuple[TagScheme, str]]:
    for node in page.tree.css('[class*="name-field-"], [class*="tags"], [class*="tag-links"]'):
        classes = (node.attributes.get("class") or "").lower()
        for scheme, pattern in _FIELDS:
            if pattern.search(classes) and not _is_choice(node):
                links = node.css("a") or node.css(".field__item, .field-item")
                for item in links:
                    text = " ".join(item.text(deep=True).split()).strip(" #,;|")
                    if 1 < len(text) <= _MAX_LENGTH:
                        yield scheme, text


def _metas(page: Page) -> Iterator[tuple[TagScheme, str]]:
    for key, content in page.metas:
        if key in _TAG_METAS and 1 < len(content) <= _MAX_LENGTH:
            yield _TAG_METAS[key], content


def _is_choice(node: Node) -> bool:
    """Whether *node* is something to choose from: inside a form, a menu, the head or foot of the page."""
    up: Node | None = node
    while up is not None:
        if up.tag in _CHOICES:
            return up.tag != "header" or not _in_article(up)
        up = up.parent
    return False


def _in_article(node: Node) -> bool:
    up = node.parent
    while up is not None:
        if up.tag in ("article", "main"):
            return True
        up = up.parent
    return False
