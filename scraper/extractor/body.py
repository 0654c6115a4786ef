"""From scores to a body: which blocks are kept, what of them is text and what is the contact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scraper.extractor.assemble import assemble, clean
from scraper.extractor.blocks import Layout
from scraper.extractor.contacts import contact_sentence, find_contact, is_end, is_separator
from scraper.extractor.page import Block, Body, Page
from scraper.extractor.score import Scores, score_blocks

_LEAD_BEFORE = 12  # blocks before the title
_LEAD_AFTER = 25  # blocks after it, at most, up to the first ones of the body
_LEAD_BODY = 5  # blocks of the body that may still hold a byline or a dateline
_CONTACT_AFTER = 15  # blocks after the body in which the contact may stand
_TITLE_WORDS = 40
_PHRASE = 3  # words
_LINKED = 0.5  # of a heading's characters
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LABEL_WORDS = 4
_ENDED = (".", "!", "?", ":", ";", "。", "！", "？", "：", "؟", "…")
_BYLINE = re.compile(
    r"\W*(?:(?:(?:written|posted|published|edited) )?by|authors?|por|autor(?:es|a|en)?|par|auteure?s?|von|di|autore|door"
    r"|автор\w*|بقلم|作者|文)\s?(?:[:：|/-]\s?|\s)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def find_body(layout: Layout, page: Page, recurs: Sequence[float] = ()) -> Body:
    """The body of *page*: the blocks that belong to the statement, assembled, and what stands around its title.

    *recurs*: on what share of the site's pages each block is known to stand; empty if nothing is known.
    """
    if not layout.b_text:
        return Body.empty()
    scores = score_blocks(layout, page, recurs)
    texts = [clean(text) for text in layout.b_text]
    kept = [index for index in scores.kept if texts[index]]
    title = _title_block(layout, texts, page)
    title = _opening_heading(layout, kept) if title is None else title
    if title is not None and layout.tag(title) not in _HEADINGS:
        kept = _below_labels(kept, texts, title)
    kept = _without_title(kept, texts, title)
    kept, contact = _split_contact(texts, kept)
    assembled = assemble(layout, kept, page.resolve)
    blocks = _blocks(layout, texts, scores, set(kept))
    return Body(
        text=assembled.text,
        mark=assembled.mark,
        blocks=tuple(blocks[index] for index in kept),
        lead_blocks=tuple(blocks[index] for index in _lead(len(blocks), kept, title)),
        title_block=blocks[title] if title is not None else None,
        all_text_blocks=tuple(blocks),
        confidence=scores.confidence if kept else 0.0,
        contact=contact,
        by_site=scores.by_site,
        least=scores.least,
    )


def _blocks(layout: Layout, texts: Sequence[str], scores: Scores, kept: set[int]) -> list[Block]:
    tags, nodes = layout.c_tag, layout.c_node
    shares, links = scores.share.tolist(), scores.link_share.tolist()
    homes = layout.b_container
    own_tags, own_nodes = [tags[container] for container in homes], [nodes[container] for container in homes]
    is_kept = [index in kept for index in range(len(texts))]
    return list(map(Block, range(len(texts)), own_tags, texts, own_nodes, shares, is_kept, links))


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _title_block(layout: Layout, texts: Sequence[str], page: Page) -> int | None:
    """The block that names the page: the first `<h1>` that its head repeats, else such a heading of a lower level (the `<h1>`
    names the site), else any `<h1>`, else a block that opens what the head says.
    """
    named = [_words(name) for name in (page.head.get("og:title", ""), page.title_tag) if name]
    headings = [index for index in layout.tagged(("h1",)) if texts[index]]
    for index in headings:
        words = _words(texts[index])
        if words and any(words in name for name in named):
            return index
    if headings:
        lower = _lower_heading(layout, texts, named) if _leads_away(layout, headings[0]) else None
        return headings[0] if lower is None else lower
    for index, text in enumerate(texts):
        words = _words(text) if len(text) < 300 else ""
        if words.count(" ") >= 2 and any(name.startswith(words) for name in named):
            return index
    return None


def _lower_heading(layout: Layout, texts: Sequence[str], named: Sequence[str]) -> int | None:
    """The first second- or third-level heading with which a name of the page opens."""
    for index, text in enumerate(texts):
        if layout.tag(index) in ("h2", "h3"):
            words = _words(text)
            if words.count(" ") >= _PHRASE - 1 and any(name.startswith(words) for name in named):
                return index
    return None


def _leads_away(layout: Layout, heading: int) -> bool:
    """Whether most of a heading is a link: it names the site or its section."""
    return layout.b_link_chars[heading] > _LINKED * len(layout.b_text[heading])


def _opening_heading(layout: Layout, kept: Sequence[int]) -> int | None:
    """The second-level heading that opens the text, if it is the only one: on pages whose head names the site alone."""
    seconds = [index for index in kept if layout.tag(index) == "h2"]
    return seconds[0] if len(seconds) == 1 and seconds[0] == kept[0] and len(kept) > 1 else None


def _without_title(kept: Sequence[int], texts: Sequence[str], title: int | None) -> list[int]:
    """*kept* without the blocks that say the title before the body's first paragraph: it has a field of its own."""
    if title is None:
        return list(kept)
    words = _words(texts[title])
    opening = next((at for at, index in enumerate(kept) if len(texts[index].split()) > _TITLE_WORDS), len(kept))
    return [
        index for at, index in enumerate(kept) if index != title and (at > opening or _words(texts[index]) != words)
    ]


def without_title(layout: Layout, page: Page, body: Body, title: str) -> Body:
    """*body* without the line that says its *title* before the first paragraph, where no heading does."""
    if body.title_block is not None:
        return body
    kept = [block.index for block in body.blocks]
    texts = [block.text for block in body.all_text_blocks]
    words = _words(title)
    said = next((index for index in kept[:_LEAD_BODY] if words and _words(texts[index]) == words), None)
    left = [] if said is None else _without_title(_below_labels(kept, texts, said), texts, said)
    if not left or len(left) == len(kept):
        return body
    return _only(layout, page, body, left)


def _below_labels(kept: Sequence[int], texts: Sequence[str], title: int) -> list[int]:
    """*kept* without the lines above the title, if all of them are labels: "News -", "Global"."""
    above = [texts[index] for index in kept if index < title]
    labels = all(len(text.split()) <= _LABEL_WORDS and not text.endswith(_ENDED) for text in above)
    return [index for index in kept if index >= title] if labels else list(kept)


def without_byline(layout: Layout, page: Page, body: Body, author: str | None) -> Body:
    """*body* without the line that names its *author* and opens it: they have a field of their own."""
    first = body.blocks[0] if len(body.blocks) > 1 else None
    said = _BYLINE.match(first.text) if first is not None and author else None
    if first is None or said is None or _words(first.text[said.end() :]) != _words(author or ""):
        return body
    return _only(layout, page, body, [block.index for block in body.blocks[1:]])


def _only(layout: Layout, page: Page, body: Body, left: Sequence[int]) -> Body:
    """*body* with the blocks *left*."""
    assembled, known = assemble(layout, left, page.resolve), set(left)
    blocks = tuple(block for block in body.blocks if block.index in known)
    return replace(body, text=assembled.text, mark=assembled.mark, blocks=blocks)


def _split_contact(texts: Sequence[str], kept: list[int]) -> tuple[list[int], str | None]:
    """The kept blocks without those of the press contact and without marks at the end, and the contact."""
    contact = None
    if kept:
        # All blocks from the first kept one on: the model may doubt the opening line and not the numbers below it.
        first = kept[0]
        found = find_contact(texts[first : kept[-1] + 1 + _CONTACT_AFTER])
        if found:
            start, end = found[0] + first, found[1] + first
            contact = _contact_text(texts[start:end])
            kept = [index for index in kept if not start <= index < end]
        else:
            contact = next(filter(None, (contact_sentence(texts[index]) for index in reversed(kept[-3:]))), None)
    while len(kept) > 1 and (is_separator(texts[kept[-1]]) or is_end(texts[kept[-1]])):
        kept = kept[:-1]
    return kept, contact


def _contact_text(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if not is_separator(line))


def _lead(count: int, kept: Sequence[int], title: int | None) -> range:
    """The blocks in which labels, dates and bylines stand: around the title, up to the first of the body."""
    first = kept[0] if kept else None
    anchor = title if title is not None else first
    if anchor is None:
        return range(min(count, _LEAD_AFTER))
    into = kept[min(len(kept), _LEAD_BODY) - 1] if kept else anchor
    end = min(max(into, anchor + 1), anchor + _LEAD_AFTER) if first is None or first >= anchor else anchor + _LEAD_BODY
    return range(max(0, anchor - _LEAD_BEFORE), min(count, end + 1))
