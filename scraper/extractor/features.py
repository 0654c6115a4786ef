"""A layout in numbers: what the body model sees of each block. Nothing here is learned.

Everything that can be counted over characters is counted once over the whole page with numpy, because a Python loop
over 300 blocks would cost more than parsing does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scraper.extractor.blocks import Layout
from scraper.extractor.markup import ABOVE_TAGS, Bag, Ints, Lexicon, bag_of_names, markup_of, page_names, read_markup
from scraper.extractor.page import Page

Floats = NDArray[np.float32]
Column = NDArray[Any]  # one number a block, of any width

# Classes of characters. Names of several scripts' marks are given by what they do, not by how they look.
_OTHER, _LOWER, _UPPER, _CASELESS, _IDEOGRAPH, _DIGIT, _SPACE, _COMMA, _STOP, _ASK, _COLON, _QUOTE, _DASH, _BULLET, \
    _MONEY, _BREAK = range(16)  # fmt: skip
_CHARACTERS: Final = {
    _SPACE: " \u00a0\u3000",
    _BREAK: "\n",
    _COMMA: ",;،؛、，；·",
    _STOP: ".!。！…।؞۔",
    _ASK: "?？؟",
    _COLON: ":：",
    _QUOTE: "\"'“”‘’«»„()[]（）「」『』",
    _DASH: "-–—/\\_",
    _BULLET: "|•›→←▶▼▲✓★☆©®™#@+*<>~^={}✕×►▾»",
    _MONEY: "$€£¥₹%",
}
_BMP: Final = 0x10000

_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAD_CHARS: Final = 80  # of a block, read for its words: enough to recognise furniture, cheap for prose

_OWN_TAGS: Final = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "section", "article", "blockquote", "pre", "dt",
    "dd", "button", "label", "legend", "figcaption", "summary", "header", "footer", "nav", "aside", "main", "form",
    "noscript", "address", "caption", "body",
)  # fmt: skip
_OWN_INDEX: Final = {tag: index for index, tag in enumerate(_OWN_TAGS)}
LEVELS: Final = (0, 1, 2, 3, 5, 8)  # how far up a block looks at what its containers hold


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each code point of the basic plane; those above count as ideographs, which most of them are."""
    table = np.zeros(_BMP, np.uint8)
    for code in range(_BMP):
        character = chr(code)
        if character.islower():
            table[code] = _LOWER
        elif character.isupper():
            table[code] = _UPPER
        elif 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:
            table[code] = _IDEOGRAPH
        elif character.isalpha():
            table[code] = _CASELESS
        elif character.isdigit():
            table[code] = _DIGIT
    for kind, characters in _CHARACTERS.items():
        for character in characters:
            table[ord(character)] = kind
    return table


@dataclass(slots=True)
class Features:
    """One page in numbers."""

    block: Floats  # (blocks, features)
    link_share: Floats  # per block, of its characters
    words: Ints  # per block, number of words
    names: Bag  # names by row of `styles`
    styles: Ints  # per container, the row of its names: equal for equal markup
    inline: Bag  # names of the inline element around a block's first text, by block
    lead: Bag  # words of the blocks' beginnings, by block
    page: Ints  # numbers of what the page says it is
    container: Ints  # per block, its innermost container
    parent: Ints  # per container, -1 for the root
    first: Ints  # per container, its first block
    end: Ints  # per container, one past its last block
    group: Ints  # per block, number of its path signature: equal for blocks of one kind
    above: list[Ints]  # for each of LEVELS, per block, the container that many steps up


def read_features(layout: Layout, page: Page, lexicon: Lexicon) -> Features:
    """The numbers of *layout*; at least one block is expected."""
    container = np.array(layout.b_container, np.int64)
    parent = np.array(layout.c_parent, np.int64)
    first = np.array(layout.c_first, np.int64)
    end = np.array(layout.c_end, np.int64)
    markup = read_markup(layout)
    inline = [markup_of(node) if node is not None else "" for node in layout.b_inline]
    names = bag_of_names([*markup.styles, *inline], lexicon)
    styles = len(markup.styles)
    cut = int(np.searchsorted(names.rows, styles))
    above = _levels_above(container, parent)
    columns, words, characters = _text_features(layout)
    link_share = np.minimum(1, np.array(layout.b_link_chars, np.float32) / characters)
    link_count = np.array(layout.b_links, np.float32)
    tags = np.array([_OWN_INDEX.get(tag, -1) for tag in layout.c_tag], np.int64)[container]
    group = _renumbered(markup.signature[container])
    lead, in_head = _lead_words(layout, page, lexicon)
    columns += [
        link_share,
        np.log1p(link_count),
        (link_count == 1) * (link_share > 0.95),
        np.minimum(1, np.array(layout.b_strong_chars, np.float32) / characters),
        *_position_features(layout, words, link_share, tags, markup.depth[container]),
        *_container_features(above, first, end, words, link_share),
        *_group_features(group, words, link_share),
        *_repeat_features(layout),
        *in_head,
    ]
    block = np.empty((len(columns) + len(_OWN_TAGS) + len(ABOVE_TAGS), len(words)), np.float32)
    for row, column in enumerate(columns):
        block[row] = column
    block[len(columns) : -len(ABOVE_TAGS)] = tags == np.arange(len(_OWN_TAGS))[:, None]
    block[-len(ABOVE_TAGS) :] = (markup.above[container] >> np.arange(len(ABOVE_TAGS))[:, None]) & 1
    numbers = {lexicon.pages.get(name, 0) for name in page_names(layout, page)}
    return Features(
        block.T,
        link_share,
        words,
        Bag(names.numbers[:cut], names.rows[:cut]),
        markup.style,
        Bag(names.numbers[cut:], names.rows[cut:] - styles),
        lead,
        np.array(sorted(numbers - {0}), np.int64),
        container,
        parent,
        first,
        end,
        group,
        above,
    )


def _renumbered(numbers: Ints) -> Ints:
    """*numbers* counted from 0 without gaps, in the same order."""
    there = np.zeros(int(numbers.max()) + 1, np.int64)
    there[numbers] = 1
    renumbered: Ints = (np.cumsum(there) - 1)[numbers]
    return renumbered


def _levels_above(container: Ints, parent: Ints) -> list[Ints]:
    above = [container]
    steps = container
    for level in range(1, LEVELS[-1] + 1):
        steps = np.maximum(parent[steps], 0)
        if level in LEVELS:
            above.append(steps)
    return above


def _text_features(layout: Layout) -> tuple[list[Column], Ints, Floats]:
    """Columns about the characters of each block, its number of words and of characters."""
    count = len(layout.b_text)
    joined = "\0".join(layout.b_text) + "\0"
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    kinds = _classes()[np.minimum(codes, _BMP - 1)]
    lengths = np.fromiter(map(len, layout.b_text), np.int64, count) + 1
    ends = np.cumsum(lengths)
    starts = ends - lengths
    owner = np.repeat(np.arange(count), lengths)
    counts = np.bincount(owner * 16 + kinds, minlength=count * 16).reshape(count, 16).astype(np.float32)
    counts[:, _OTHER] -= 1  # the separator
    characters = (lengths - 1).astype(np.float32)
    # A full stop inside a number or a name ends no sentence.
    stops = ((kinds[:-1] == _STOP) | (kinds[:-1] == _ASK)) & (
        (kinds[1:] == _SPACE) | (kinds[1:] == _BREAK) | (codes[1:] == 0) | (kinds[1:] == _QUOTE)
    )
    sentences = np.bincount(owner[:-1][stops], minlength=count).astype(np.float32)
    spaced = counts[:, _SPACE] + counts[:, _BREAK] + 1
    words = np.where(counts[:, _IDEOGRAPH] > characters / 2, counts[:, _IDEOGRAPH] / 2, spaced).astype(np.int64)
    letters = counts[:, _LOWER] + counts[:, _UPPER] + counts[:, _CASELESS] + counts[:, _IDEOGRAPH]
    first, last = kinds[starts], kinds[np.maximum(ends - 2, 0)]
    per_word = 1 / np.maximum(words, 1)
    per_char = 1 / characters
    columns = [
        np.log1p(words),
        np.log1p(characters),
        np.minimum(characters * per_word, 20) / 10,
        letters * per_char,
        counts[:, _UPPER] / np.maximum(letters, 1),
        (counts[:, _CASELESS] + counts[:, _IDEOGRAPH]) / np.maximum(letters, 1),
        (counts[:, _UPPER] > 2) & (counts[:, _LOWER] == 0),
        counts[:, _DIGIT] * per_char,
        np.minimum(counts[:, _COMMA] * per_word, 1) * 5,
        np.log1p(counts[:, _COMMA]),
        np.log1p(sentences),
        np.minimum(sentences * per_word, 1) * 5,
        counts[:, _ASK] > 0,
        counts[:, _COLON] > 0,
        np.log1p(counts[:, _QUOTE]),
        counts[:, _DASH] * per_char,
        np.log1p(counts[:, _BULLET]),
        counts[:, _MONEY] > 0,
        counts[:, _OTHER] * per_char,
        np.log1p(counts[:, _BREAK]),
        (last == _STOP) | (last == _ASK),
        last == _COLON,
        last == _QUOTE,
        (first == _UPPER) | (first == _CASELESS) | (first == _IDEOGRAPH),
        first == _LOWER,
        first == _DIGIT,
        first == _BULLET,
    ]
    return columns, words, characters


def _position_features(layout: Layout, words: Ints, link_share: Floats, tags: Ints, depth: Ints) -> list[Column]:
    count = len(words)
    index = np.arange(count)
    total = max(1, int(words.sum()))
    before = (np.cumsum(words) - words) / total
    heading = (tags >= _OWN_INDEX["h1"]) & (tags <= _OWN_INDEX["h6"])
    last_heading = np.maximum.accumulate(np.where(heading, index, -1))
    first_h1 = int(np.argmax(tags == _OWN_INDEX["h1"])) if (tags == _OWN_INDEX["h1"]).any() else -1
    since_h1 = (index - first_h1) / 20 if first_h1 >= 0 else np.zeros(count)
    images = np.diff(np.array(layout.b_images), prepend=0)
    inputs = np.diff(np.array(layout.b_inputs), prepend=0)
    ones = np.ones(count)
    return [
        index / count,
        before,
        np.minimum(index, 60) / 20,
        np.minimum(count - 1 - index, 60) / 20,
        np.log1p(index - last_heading),
        np.clip(since_h1, -3, 3),
        (index > first_h1) * (first_h1 >= 0),
        np.log1p(images),
        np.log1p(inputs),
        depth / 10,
        ones * np.log(count),
        ones * np.log(total),
        ones * float((link_share * words).sum() / total),
        ones * float(words[(words > 12) & (link_share < 0.3)].sum() / total),
        words / total,
    ]


def _container_features(above: list[Ints], first: Ints, end: Ints, words: Ints, link_share: Floats) -> list[Column]:
    def inside(values: NDArray[np.floating] | Ints) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        held: NDArray[np.float64] = sums[end] - sums[first]
        return held

    total = max(1, int(words.sum()))
    held = inside(words)
    link = inside(words * link_share) / np.maximum(held, 1)
    prose = inside(words * ((words > 12) & (link_share < 0.3))) / np.maximum(held, 1)
    blocks = end - first
    columns: list[Column] = []
    for at in above:
        columns += [np.log1p(held[at]), held[at] / total, link[at], prose[at], np.log1p(blocks[at])]
    return columns


def _group_features(group: Ints, words: Ints, link_share: Floats) -> list[Column]:
    size = np.bincount(group)
    held = np.bincount(group, words)
    mean = held / size
    links = np.bincount(group, link_share) / size
    spread = np.sqrt(np.maximum(np.bincount(group, words.astype(float) ** 2) / size - mean**2, 0)) / (mean + 1)
    total = max(1, int(words.sum()))
    return [np.log1p(size[group]), np.log1p(mean[group]), links[group], held[group] / total, spread[group]]


def _repeat_features(layout: Layout) -> list[Column]:
    """Whether the same text stands elsewhere on the page, and before: copies for phones, teasers, menus."""
    times = Counter(layout.b_text)
    seen: set[str] = set()
    again = []
    for text in layout.b_text:
        again.append(text in seen)
        seen.add(text)
    return [np.array([times[text] > 1 for text in layout.b_text], np.float32), np.array(again, np.float32)]


def lead_words(layout: Layout) -> list[str]:
    """The lower-cased words of the blocks' beginnings, in order."""
    return _words_and_rows(layout)[0]


def _words_and_rows(layout: Layout) -> tuple[list[str], Ints]:
    """The words of the blocks' beginnings and the block of each; numpy finds them in half the time of a pattern."""
    joined = "\n".join([text[:_LEAD_CHARS].replace("\n", " ") for text in layout.b_text]).lower()
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    is_letter = _letters()[np.minimum(codes, _BMP - 1)]
    for at in np.flatnonzero(codes >= _BMP).tolist():
        is_letter[at] = _is_letter(joined[at])
    words = np.where(is_letter, codes, np.uint32(ord(" "))).tobytes().decode("utf-32-le").split()
    begins = is_letter.copy()
    begins[1:] &= ~is_letter[:-1]
    rows: Ints = np.cumsum(codes == ord("\n"))[begins]
    return words, rows


def _is_letter(character: str) -> bool:
    """What `_WORD` takes for one."""
    return character.isalnum() and not character.isdecimal()


@cache
def _letters() -> NDArray[np.bool_]:
    """Whether each code point of the basic plane is a letter."""
    return np.fromiter(map(_is_letter, map(chr, range(_BMP))), np.bool_, _BMP)


def _lead_words(layout: Layout, page: Page, lexicon: Lexicon) -> tuple[Bag, list[Column]]:
    """The words of the blocks' beginnings, and columns of how much of them the page's head and data repeat."""
    count = len(layout.b_text)
    found, rows = _words_and_rows(layout)
    get = page.head.get
    texts = (
        f"{page.title_tag} {get('og:title') or ''}",
        f"{get('og:description') or ''} {get('description') or ''}",
        " ".join(_data_texts(page)),
    )
    repeated: dict[str, int] = {}
    sizes = []
    for bit, text in enumerate(texts):
        words = set(_WORD.findall(text.lower()))
        sizes.append(len(words))
        for word in words:
            repeated[word] = repeated.get(word, 0) | 1 << bit
    number = np.fromiter(map(lexicon.words.get, found, repeat(0)), np.int64, len(found))
    bits = np.fromiter(map(repeated.get, found, repeat(0)), np.uint8, len(found))
    per_block = np.maximum(np.bincount(rows, minlength=count), 1)
    known, again = np.flatnonzero(number), np.flatnonzero(bits)
    again_bits, again_rows = bits[again], rows[again]
    columns: list[Column] = []
    for bit, size in enumerate(sizes):
        hits = np.bincount(again_rows[(again_bits & 1 << bit) > 0], minlength=count)
        columns += [hits / per_block, hits / max(1, size), np.full(count, np.log1p(size))]
    return Bag(number[known], rows[known]), columns


def _data_texts(page: Page) -> list[str]:
    """The long texts of the page's JSON-LD: descriptions and bodies."""
    return [
        value
        for item in page.json_ld
        for key in ("articleBody", "description", "text", "reviewBody", "abstract")
        if isinstance(value := item.get(key), str)
    ]
