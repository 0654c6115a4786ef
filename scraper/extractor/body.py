"""Which blocks of a page are its statement."""

from __future__ import annotations

import re

from scraper.extractor.assemble import assemble
from scraper.extractor.blocks import Layout
from scraper.extractor.page import Block, Body, Page

_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside", "form", "button", "label", "legend"})
_CHROME_WORDS = re.compile(
    r"\b(nav|menu|footer|header|sidebar|share|sharing|social|related|cookie|breadcrumbs?|banner|sdg|newsletter|skip)\b"
)
_WORD = re.compile(r"[^\W\d_]+")


def find_body(layout: Layout, page: Page) -> Body:
    """The body of *page*: prose outside the furniture, and what stands between it."""
    blocks = [_block(layout, index) for index in range(len(layout.b_text))]
    kept = [block for block in blocks if block.is_body]
    if not kept:
        return Body.empty()
    title = next((block for block in blocks if block.tag == "h1"), None)
    text, markdown = assemble(kept)
    first = kept[0].index
    lead = tuple(block for block in blocks if first - 12 <= block.index < first + 5)
    return Body(text, markdown, tuple(kept), lead, title, tuple(blocks), (), 0.5)


def _block(layout: Layout, index: int) -> Block:
    text = layout.b_text[index]
    container = layout.b_container[index]
    link_share = min(1.0, layout.b_link_chars[index] / max(1, len(text)))
    chrome = False
    for ancestor in layout.ancestors(index):
        node, tag = layout.c_node[ancestor], layout.c_tag[ancestor]
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if tag not in ("body", "html") and (tag in _CHROME_TAGS or _CHROME_WORDS.search(names)):
            chrome = True
    tag = layout.c_tag[container]
    prose = tag != "h1" and len(_WORD.findall(text)) >= 8 and link_share < 0.5 and not chrome
    return Block(index, tag, text, layout.c_node[container], float(prose), prose, link_share)
