"""The text of pages that show none: what a script would have drawn is drawn, and the page read again.

Some servers send an empty shell and the text beside it: as JSON-LD's `articleBody`, in a `<meta itemprop>`, among the
values that the page's scripts start from, or in a template of theirs. Only pages without a text of their own are looked at:
on 26 articles of the annotated pages whose JSON-LD holds a body, what is visible is right for 0.98 of the words, the JSON-LD
for 0.78 (many hold a teaser), and where the two differ it is the JSON-LD that is wrong. So it is neither the first choice nor
a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

from scraper.extractor.assemble import assemble
from scraper.extractor.blocks import Layout
from scraper.extractor.body import find_body
from scraper.extractor.page import Body, Page
from scraper.extractor.page_cues import page_types
from scraper.extractor.state_json import read_states
from scraper.extractor.state_prose import Prose, as_html, count_words, find_prose
from scraper.extractor.titles import key

TextSource = Literal["json-ld", "microdata", "state", "template"]

# What a statement's warning says, since readers of the page itself may not see that text.
TEXT_FROM: Final[dict[TextSource, str]] = {
    "json-ld": "text from JSON-LD", "microdata": "text from microdata", "state": "text from embedded data",
    "template": "text from a template",
}  # fmt: skip
_TEASER_WORDS: Final = 200  # a visible text of so many is believed, whatever the page hands to its scripts
_SHELL_WORDS: Final = 40  # a visible text of fewer may be a notice of the shell
_LONGER: Final = 3  # times the visible text, or it is not worth it
_MAIN_SHARE: Final = 0.5  # of all texts among the values, if no title says which is the page's
_DRAWN_SHARE: Final = 0.5  # of the drawn words that must be kept, or all are
_TITLE_SHARE: Final = 0.6  # of a title's words that the address must name
_CONFIDENCE: Final = 0.78  # the most that a text from beside the page is believed; see above
_SHOPS: Final = frozenset({"product", "productgroup", "offer"})
_TITLE_WORDS: Final = 3
_TELLING: Final = 4  # characters of a word that tells titles apart
_WORD_CHARS: Final = 12  # more than words have on average, in any language
_TEMPLATE: Final = re.compile(r"<template[^>]*>(.*)</template>", re.DOTALL)
_TEMPLATES: Final = 20  # that are looked at
# Blanks that scripts fill in; what asks visitors for leave to watch.
_NO_TEXT: Final = re.compile(r"\{\{|\$\{|\[\[|<%|<slot\b|\bcookies?\b", re.IGNORECASE)
_MARK: Final = "data-drawn"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a script would have drawn, and where its words were."""

    prose: Prose
    source: TextSource


def find_drawing(page: Page, body: Body) -> Drawing | None:
    """The text that *page* holds beside a *body* that is next to nothing; None if there is none that is surely its own."""
    if len(body.text) > _TEASER_WORDS * _WORD_CHARS or (have := count_words(body.text)) >= _TEASER_WORDS:
        return None
    found = max(_declared(page), key=lambda drawing: drawing.prose.words, default=None)
    is_shop = bool(page_types(page) & _SHOPS)  # what they hand to scripts are reviews and offers
    if (found is None or found.prose.words < _SHELL_WORDS) and have < _SHELL_WORDS and not is_shop:
        own = _own(page, find_prose(list(read_states(page))))
        found = Drawing(own, "state") if own is not None else _templated(page)
    return found if found is not None and found.prose.words >= max(_SHELL_WORDS, _LONGER * have) else None


def redrawn(html: str, page: Page, drawing: Drawing) -> str:
    """The page *html* with *drawing* after all else, under its title if the page prints none, with its date."""
    prose = drawing.prose
    heading = f"<h1>{escape(prose.title)}</h1>" if prose.title and not page.h1s else ""
    when = f'<time itemprop="datePublished" datetime="{escape(prose.published)}"></time>' if prose.published else ""
    return f"{html}<main {_MARK}><article>{heading}{when}<div>{prose.html}</div></article></main>"


def drawn_body(layout: Layout, page: Page, drawing: Drawing) -> Body:
    """The body of a page that was redrawn: what the model keeps of the drawing, or all of it where it doubts the most."""
    body = find_body(layout, page)
    home = next((box for box, node in enumerate(layout.c_node) if _MARK in node.attributes), None)
    if home is None:
        return body
    drawn = range(layout.c_first[home], layout.c_end[home])
    kept = [block.index for block in body.blocks if block.index in drawn]
    if sum(count_words(layout.b_text[index]) for index in kept) < _DRAWN_SHARE * drawing.prose.words:
        kept = [index for index in drawn if layout.tag(index) != "h1" and layout.b_text[index]]
    found = assemble(layout, kept, page.resolve)
    blocks = tuple(body.all_text_blocks[index]._replace(is_body=True) for index in kept)
    sure = min(body.confidence, _CONFIDENCE) if body.blocks else _CONFIDENCE
    return replace(body, text=found.text, mark=found.mark, blocks=blocks, confidence=sure)


def _declared(page: Page) -> Iterator[Drawing]:
    """The texts that the page itself calls its article's body."""
    for item in page.json_ld:
        for thing in (item, item.get("mainEntity"), item.get("mainEntityOfPage")):
            if isinstance(thing, dict) and isinstance(text := _body_of(thing), str):
                title = thing.get("headline") or thing.get("name")
                yield _drawing(text, title if isinstance(title, str) else None, "json-ld")
    if text := page.head.get("articlebody"):
        yield _drawing(text, None, "microdata")


def _body_of(thing: dict[str, Any]) -> object:
    """What *thing* calls its text; `text` of reviews, answers and offers is not the page's."""
    posted = any(sort in str(thing.get("@type")) for sort in ("Posting", "Article", "Question"))
    return thing.get("articleBody") or (thing.get("text") if posted else None)


def _drawing(text: str, title: str | None, source: TextSource) -> Drawing:
    html = as_html(text)
    return Drawing(Prose(html, count_words(html), title, None), source)


def _templated(page: Page) -> Drawing | None:
    """The longest text that the page holds in a `<template>`, from which its scripts put it in; none with blanks to fill."""
    nodes = page.tree.css("template")[:_TEMPLATES]
    texts = [found[1] for node in nodes if (found := _TEMPLATE.fullmatch(node.html or ""))]
    html = max((text for text in texts if not _NO_TEXT.search(text)), key=count_words, default="")
    return Drawing(Prose(html, count_words(html), None, None), "template") if html else None


def _own(page: Page, found: Sequence[Prose]) -> Prose | None:
    """The text that is the page's: its title is, or it is most of all text and no other title speaks against it."""
    named = [prose for prose in found if prose.title and _names_page(prose.title, page)]
    if named:
        return named[0]  # the longest
    total = sum(prose.words for prose in found)
    return found[0] if found and found[0].words > _MAIN_SHARE * total else None


def _names_page(title: str, page: Page) -> bool:
    """Whether *title* is what the page's head or its address says."""
    words = key(title)
    if not words:
        return False
    heads = (key(page.title_tag), key(page.head.get("og:title", "")))
    if any(f" {words} " in f" {head} " for head in heads):
        return True
    own = [word for word in words.split() if len(word) >= _TELLING]
    slug = key(unquote(urlsplit(page.url).path)).split()
    return len(own) >= _TITLE_WORDS and sum(word in slug for word in own) >= _TITLE_SHARE * len(own)
