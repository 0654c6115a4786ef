"""What a page says of other pages, below or among its text: headings that announce them, cards that lead there, calls to give.

Works on blocks and the elements that hold them; takes away from the model's choice where the text itself is beyond doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from scraper.extractor.blocks import Layout

RELATED: Final = re.compile(
    r"related\b|more (?:news|stories|from|on)\b|(?:you may|you might) also|read (?:more|next|also)\b|latest (?:news|stories)\b"
    r"|see also\b|recommended\b|(?:à lire|lire) aussi|articles? liés|noticias relacionadas|contenido relacionado|más noticias"
    r"|mehr zum thema|verwandte|leia (?:também|mais)|leggi anche|похожие|читайте также|по теме|مواضيع ذات صلة|相关",
    re.IGNORECASE,
)
# A heading that is nothing but such an announcement; "Recommended measures" is none.
_TEASERS: Final = re.compile(
    r"related|(?:related|more|latest|recent|other)"
    r" (?:news|stories|articles?|content|statements?|(?:press|news) releases|posts|pages|videos|photos)"
    r"(?: (?:and|&) \w+)?|(?:you may|you might) also (?:like|be interested in)|read (?:more|next|also)"
    r"|(?:à lire|lire) aussi|(?:articles?|contenus?|actualités) liée?s|sur le même (?:sujet|thème)"
    r"|(?:noticias|contenidos?|artículos) relacionad[oa]s?|más noticias|mehr zum thema|verwandte (?:artikel|themen|inhalte)"
    r"|leia (?:também|mais)|leggi anche|похожие (?:новости|материалы|статьи)|читайте также|(?:новости|материалы) по теме"
    r"|مواضيع ذات صلة|(?:أخبار|مقالات) ذات صلة|相关(?:新闻|报道|文章|链接|阅读)"
    r"|voir (?:aussi|(?:tous les |toutes les )?(?:articles|actualités|contenus)\b.{0,40})|ver también|ver más noticias|siehe auch"
    r"|updates to this (?:page|document)|(?:page|change|update|revision|document) history",
    re.IGNORECASE,
)
# What a visitor is asked to do: the whole of a link or a button.
_CALL: Final = re.compile(
    r"(?:donate|give|give now|donate (?:now|today|here)|make a (?:donation|gift)|support us|faire un don|je donne|faites un don"
    r"|don[ae]r?(?: ahora)?|haz una donación|(?:jetzt |online )?spenden|doe (?:een donatie|mee)|dona ora|doar agora"
    r"|пожертвовать|تبرع(?: الآن)?|捐款"
    r"|sign up(?: now)?|subscribe(?: now)?|s.abonner|s.inscrire|suscr[íi]bete|suscribirse"
    r"|jetzt abonnieren|abonnieren|подписаться|اشترك|订阅)\W*",
    re.IGNORECASE,
)
_REMEMBERED: Final = 4_096  # short lines: most stand on every page of a site
_CALL_WORDS: Final = 60  # of all that stands in the box of such a call
_OWN: Final = 0.5  # of the words kept stand above the teasers, at least
_OWN_PROSE: Final = 2  # paragraphs above cards
_LEAD_WORDS: Final = 20  # of a line in a box that leads to another page
_LEAD_ALL: Final = 40  # words of such a box
_LEAD_UP: Final = 3  # elements from such a line up to its box
_CARD_WORDS: Final = 60
_CARD_LINES: Final = 6
_CARD_TITLE: Final = 2  # words
_CARD_TAGS: Final = frozenset({"div", "article", "section", "aside"})
_DAY: Final = re.compile(r".{0,20}\b(?:19|20)\d\d\b.{0,16}", re.DOTALL)
_SECTIONS: Final = frozenset({"h2", "h3", "h4"})
_CARDS: Final = 2
_LINKED: Final = 0.5  # of a block's characters
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def other_pages(layout: Layout, kept: Sequence[int]) -> int:
    """The first heading among the blocks left out that announces other pages; the number of blocks if there is none."""
    known = set(kept)
    for index in layout.tagged(_HEADINGS):
        if index not in known and RELATED.match(layout.b_text[index]):
            return index
    return len(layout.b_text)


def without_other_pages(
    layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int], link_share: Sequence[float]
) -> list[int]:
    """*kept* without what leads to other pages; *prose* are those of its blocks that are paragraphs.

    *kept* and *prose* ascend and are not empty; *words* and *link_share* hold one number a block.
    """
    kept = _without_teasers(layout, kept, prose, words, link_share)
    kept = _without_calls(layout, kept, prose, words)
    kept = _without_leads(layout, kept, prose, words, link_share)
    return _without_cards(layout, kept, prose, words, link_share)


def _without_teasers(
    layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int], link_share: Sequence[float]
) -> list[int]:
    """*kept* without what stands below a heading that announces other pages, if none of the text's own elements goes on there."""
    for heading in layout.tagged(_HEADINGS):
        if heading <= prose[0] or not _TEASERS.fullmatch(layout.b_text[heading].strip(" \n:…")):
            continue
        own = [index for index in kept if index < heading]
        homes = {layout.home(index) for index in prose if index < heading}
        if any(index > heading and layout.home(index) in homes for index in prose):
            continue
        outweighs = _total(words, own) > _OWN * _total(words, kept)
        return own if outweighs or _stands_over_links(layout, heading, kept, link_share) else kept
    return kept


def _stands_over_links(layout: Layout, heading: int, kept: Sequence[int], link_share: Sequence[float]) -> bool:
    """Whether all that is kept below *heading* leads to other pages, and the page's own title stands above it, over its text."""
    title = next(iter(layout.tagged(("h1",))), None)
    below = [index for index in kept if index > heading]
    if title is None or title > heading or not any(title < index < heading for index in kept):
        return False
    return all(any(link_share[index] >= _LINKED for index in _card(layout, block)) for block in below)


def _card(layout: Layout, block: int) -> range:
    """The blocks of the few lines in a box of its own among which *block* stands; itself alone if there is no such box."""
    box = layout.home(block)
    blocks = range(layout.c_first[box], layout.c_end[box]) if box >= 0 else range(block, block + 1)
    return blocks if len(blocks) <= _CARD_LINES else range(block, block + 1)


def _without_calls(layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int]) -> list[int]:
    """*kept* without the boxes that ask for money or an address and hold nothing else."""
    boxes = set()
    for index, text in enumerate(layout.b_text[prose[0] + 1 :], prose[0] + 1):
        if len(text) <= _CALL_WORDS and _is_call(text):
            box = layout.home(index) if layout.tag(index) in ("p", "button", "a", "span") else layout.b_container[index]
            if box >= 0 and sum(words[layout.c_first[box] : layout.c_end[box]]) <= _CALL_WORDS:
                boxes.add(box)
    asked = {index for box in boxes for index in range(layout.c_first[box], layout.c_end[box])}
    left = [index for index in kept if index not in asked]
    return left if _total(words, left) > _OWN * _total(words, kept) else kept


def _without_leads(
    layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int], link_share: Sequence[float]
) -> list[int]:
    """*kept* without what stands among its paragraphs in a small box that opens with "Related" and leads to another page."""
    led: set[int] = set()
    for index in kept:
        if index < prose[0] or words[index] > _LEAD_WORDS:
            continue
        for _, box in zip(range(_LEAD_UP), layout.ancestors(index), strict=False):
            first, end = layout.c_first[box], layout.c_end[box]
            if end - first > _CARD_LINES:
                break
            if (
                first < index
                and layout.tag(first) not in _HEADINGS
                and sum(words[first:end]) <= _LEAD_ALL
                and _opens_lead(layout.b_text[first])
                and any(link_share[at] >= _LINKED for at in range(first, end))
            ):
                led.update(range(first, end))
    return [index for index in kept if index not in led] if led else kept


@lru_cache(_REMEMBERED)
def _opens_lead(text: str) -> bool:
    return _TEASERS.fullmatch(text.strip(" \n:…")) is not None


@lru_cache(_REMEMBERED)
def _is_call(text: str) -> bool:
    return _CALL.fullmatch(text) is not None


def _without_cards(
    layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int], link_share: Sequence[float]
) -> list[int]:
    """*kept* without the cards that end it: equal boxes one after the other, each with a link for a heading."""
    known = set(kept)
    inner: dict[int, list[int]] = {}  # the boxes of a few lines in each
    for at, (box, tag, start, end) in enumerate(
        zip(layout.c_parent, layout.c_tag, layout.c_first, layout.c_end, strict=True)
    ):
        if start > prose[0] and 1 < end - start <= _CARD_LINES and tag in _CARD_TAGS:
            inner.setdefault(box, []).append(at)
    for boxes in inner.values():
        if len(boxes) < _CARDS or layout.c_first[boxes[0]] > kept[-1] or layout.c_end[boxes[-1]] <= prose[-1]:
            continue  # too few, below the text, or among its paragraphs
        cards = _cards(layout, boxes, words, link_share)
        if not cards or cards[0] not in range(prose[0] + 1, kept[-1] + 1):
            continue
        first, end = cards
        own = [index for index in kept if index < first]
        if not _are_dated(layout, range(first, end)) and any(layout.tag(index) in _SECTIONS for index in own):
            continue  # a page of sections, the last of which may be of cards
        paragraphs = sum(1 for index in prose if index < first)
        if paragraphs < _OWN_PROSE or any(index >= end for index in prose) or not known.intersection(range(first, end)):
            continue
        if _total(words, own) > _OWN * _total(words, kept):
            return own
    return kept


def _cards(
    layout: Layout, boxes: Sequence[int], words: Sequence[int], link_share: Sequence[float]
) -> tuple[int, int] | None:
    """The blocks, first and one past last, of the equal ones with links for headings among *boxes*; None if there are none."""
    cards = [at for at in boxes if _is_card(layout, at, words, link_share)]
    if len(cards) < _CARDS or any(
        (layout.c_tag[at], layout.names(at)) != (layout.c_tag[cards[0]], layout.names(cards[0])) for at in cards
    ):
        return None
    return layout.c_first[cards[0]], layout.c_end[cards[-1]]


def _is_card(layout: Layout, at: int, words: Sequence[int], link_share: Sequence[float]) -> bool:
    """Whether a box of a few lines has few words as well, and one line is a link with the words of a title."""
    first, end = layout.c_first[at], layout.c_end[at]
    return sum(words[first:end]) <= _CARD_WORDS and any(
        link_share[index] >= _LINKED and words[index] >= _CARD_TITLE for index in range(first, end)
    )


def _are_dated(layout: Layout, blocks: range) -> bool:
    """Whether several lines among *blocks* are days and little else."""
    return sum(1 for index in blocks if _DAY.fullmatch(layout.b_text[index])) >= _CARDS


def _total(words: Sequence[int], kept: Sequence[int]) -> int:
    return sum(words[index] for index in kept)
