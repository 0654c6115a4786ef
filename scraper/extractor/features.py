"""A layout in numbers: what the body model sees of each block and each container. Nothing here is learned.

Everything that can be counted over characters is counted once over the whole page with numpy, because a Python loop
over 300 blocks would cost more than parsing does.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from scraper.dom import Node
from scraper.extractor.blocks import Layout
from scraper.extractor.page import Page

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

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

_WORD: Final = re.compile(r"[^\W\d_]+|\n")
_NAME: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LEAD_CHARS: Final = 100  # of a block, read for its words: enough to recognise furniture, cheap for prose

_OWN_TAGS: Final = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "section", "article", "blockquote", "pre", "dt",
    "dd", "button", "label", "legend", "figcaption", "summary", "header", "footer", "nav", "aside", "main", "form",
    "noscript", "address", "caption", "body",
)  # fmt: skip
_ABOVE_TAGS: Final = (
    "nav", "header", "footer", "aside", "form", "article", "main", "section", "table", "ul", "ol", "li", "figure",
    "blockquote", "dl", "details", "button", "noscript", "label", "pre", "dialog", "h1", "h2", "h3", "h4",
)  # fmt: skip
_OWN_INDEX: Final = {tag: index for index, tag in enumerate(_OWN_TAGS)}
_ABOVE_INDEX: Final = {tag: index for index, tag in enumerate(_ABOVE_TAGS)}
_TELLING: Final = frozenset({"role", "itemprop", "hidden", "aria-hidden", "aria-modal", "aria-expanded"})
LEVELS: Final = (0, 1, 2, 3, 5, 8)  # how far up a block looks at what its containers hold
_CACHED_NAMES: Final = 50_000


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
    """Numbers of one page. Rows of `block` are blocks; `containers` and `words` hold vocabulary numbers of names."""

    block: Floats  # (blocks, BLOCK_FEATURES)
    names: list[tuple[str, ...]]  # per container: words of its tag, class, id, role, itemprop
    inline_names: list[tuple[str, ...]]  # per block: the same of the inline element around its first text
    page_names: tuple[str, ...]  # what the page says it is: types in its head and data, words of its address
    lead_words: list[str]  # lower-cased words of the blocks' beginnings, all blocks in a row
    lead_block: Ints  # the block of each of them
    words: Ints  # per block, number of words
    container: Ints  # per block, its innermost container
    parent: Ints  # per container, -1 for the root
    depth: Ints  # per container
    first: Ints  # per container, its first block
    end: Ints  # per container, one past its last block
    group: Ints  # per block, number of its path signature: equal for blocks of one kind
    above: list[Ints]  # for each of LEVELS, per block, the container that many steps up


_names_cache: dict[str, tuple[str, ...]] = {}


def _split_names(value: str) -> tuple[str, ...]:
    """The words of a class or id, whole and split at hyphens, case and underscores; figures say nothing."""
    found = _names_cache.get(value)
    if found is None:
        whole = [name.lower() for name in value.split() if len(name) < 40]
        parts = [part.lower() for part in _NAME.findall(value)]
        found = tuple(sys.intern(name) for name in dict.fromkeys(whole + parts))
        if len(_names_cache) >= _CACHED_NAMES:
            _names_cache.clear()
        _names_cache[value] = found
    return found


def read_features(layout: Layout, page: Page) -> Features:
    """The numbers of *layout*; at least one block is expected."""
    count = len(layout.b_text)
    container = np.array(layout.b_container, np.int64)
    parent = np.array(layout.c_parent, np.int64)
    first = np.array(layout.c_first, np.int64)
    end = np.array(layout.c_end, np.int64)
    names, depth, above_mask, signature = _read_containers(layout)
    group = np.unique(signature[container], return_inverse=True)[1]

    above = [container]
    steps = container
    for level in range(1, LEVELS[-1] + 1):
        steps = np.maximum(parent[steps], 0)
        if level in LEVELS:
            above.append(steps)

    texts, words, characters = _text_features(layout)
    links = np.array(layout.b_link_chars, np.float32)
    link_share = np.minimum(1.0, links / characters)
    strong_share = np.minimum(1.0, np.array(layout.b_strong_chars, np.float32) / characters)
    link_count = np.array(layout.b_links, np.float32)
    lead_words, lead_block = _lead_words(layout)
    tags = np.array([_OWN_INDEX.get(tag, -1) for tag in layout.c_tag], np.int64)[container]
    own = (tags[:, None] == np.arange(len(_OWN_TAGS))).astype(np.float32)
    over = ((above_mask[container][:, None] >> np.arange(len(_ABOVE_TAGS))) & 1).astype(np.float32)
    columns = [
        *texts,
        link_share,
        np.log1p(link_count),
        (link_count == 1) * (link_share > 0.95),
        strong_share,
        *_position_features(layout, words, link_share, tags, depth[container]),
        *_container_features(above, first, end, words, link_share),
        *_group_features(group, words, link_share),
        *_repeat_features(layout),
        *_heading_features(page, lead_words, lead_block, words, count),
    ]
    block = np.concatenate([np.stack(columns, axis=1).astype(np.float32), own, over], axis=1)
    inline = [_inline_names(node) if node is not None else () for node in layout.b_inline]
    return Features(
        block,
        names,
        inline,
        _page_names(layout, page),
        lead_words,
        lead_block,
        words,
        container,
        parent,
        depth,
        first,
        end,
        group,
        above,
    )


def _read_containers(layout: Layout) -> tuple[list[tuple[str, ...]], Ints, Ints, Ints]:
    names: list[tuple[str, ...]] = []
    depths: list[int] = []
    masks: list[int] = []
    signatures: list[int] = []
    known: dict[tuple[int, str, str], int] = {}
    for node, tag, parent in zip(layout.c_node, layout.c_tag, layout.c_parent, strict=True):
        attributes = node.attributes
        style = attributes.get("class") or ""
        found = (tag, *_split_names(style)) if style else (tag,)
        for key in attributes:
            if key == "id":
                found += _split_names(attributes["id"] or "")
            elif key in _TELLING:
                found += (f"{key}={attributes[key]}",)
            elif key == "style" and "none" in (attributes["style"] or ""):
                found += ("style=none",)
        names.append(found)
        bit = _ABOVE_INDEX.get(tag)
        mask = 0 if bit is None else 1 << bit
        if parent >= 0:
            depths.append(depths[parent] + 1)
            masks.append(masks[parent] | mask)
            signatures.append(known.setdefault((signatures[parent], tag, style), len(known)))
        else:
            depths.append(0)
            masks.append(mask)
            signatures.append(known.setdefault((-1, tag, style), len(known)))
    return names, np.array(depths, np.int64), np.array(masks, np.int64), np.array(signatures, np.int64)


def _inline_names(node: Node) -> tuple[str, ...]:
    style = node.attributes.get("class")
    tag = node.tag or ""
    return (tag, *_split_names(style)) if style else (tag,)


def _page_names(layout: Layout, page: Page) -> tuple[str, ...]:
    found = [f"og={page.head.get('og:type', '').lower()}"]
    for item in page.json_ld:
        kind = item.get("@type")
        found += [f"ld={name}" for name in (kind if isinstance(kind, list) else [kind]) if isinstance(name, str)]
    path = urlsplit(page.url).path if page.url.startswith("http") else ""
    found += [f"url={word.lower()}" for word in _WORD.findall(path)]
    found.append(f"url-depth={min(6, path.strip('/').count('/') + 1 if path.strip('/') else 0)}")
    found.append(f"generator={page.head.get('generator', '').lower().split(' ')[0]}")
    return tuple(dict.fromkeys(found))


def _text_features(layout: Layout) -> tuple[list[Floats], Ints, Floats]:
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


def _position_features(layout: Layout, words: Ints, link_share: Floats, tags: Ints, depth: Ints) -> list[Floats]:
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


def _container_features(above: list[Ints], first: Ints, end: Ints, words: Ints, link_share: Floats) -> list[Floats]:
    def inside(values: NDArray[np.floating] | Ints) -> NDArray[np.float64]:
        sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        return sums[end] - sums[first]

    total = max(1, int(words.sum()))
    held = inside(words)
    link = inside(words * link_share) / np.maximum(held, 1)
    prose = inside(words * ((words > 12) & (link_share < 0.3))) / np.maximum(held, 1)
    blocks = end - first
    columns: list[Floats] = []
    for at in above:
        columns += [np.log1p(held[at]), held[at] / total, link[at], prose[at], np.log1p(blocks[at])]
    return columns


def _group_features(group: Ints, words: Ints, link_share: Floats) -> list[Floats]:
    size = np.bincount(group)
    held = np.bincount(group, words)
    mean = held / size
    links = np.bincount(group, link_share) / size
    spread = np.sqrt(np.maximum(np.bincount(group, words.astype(float) ** 2) / size - mean**2, 0)) / (mean + 1)
    total = max(1, int(words.sum()))
    return [np.log1p(size[group]), np.log1p(mean[group]), links[group], held[group] / total, spread[group]]


def _repeat_features(layout: Layout) -> list[Floats]:
    """Whether the same text stands elsewhere on the page, and before: copies for phones, teasers, menus."""
    times = Counter(layout.b_text)
    seen: set[str] = set()
    again = []
    for text in layout.b_text:
        again.append(text in seen)
        seen.add(text)
    return [np.array([times[text] > 1 for text in layout.b_text], np.float32), np.array(again, np.float32)]


def _lead_words(layout: Layout) -> tuple[list[str], Ints]:
    joined = "\n".join([text[:_LEAD_CHARS].replace("\n", " ") for text in layout.b_text]).lower()
    found = _WORD.findall(joined)
    breaks = np.array([word == "\n" for word in found], bool)
    owner = np.cumsum(breaks)[~breaks] if len(found) else np.zeros(0, np.int64)
    return [word for word in found if word != "\n"], owner


def _heading_features(page: Page, lead_words: list[str], lead_block: Ints, words: Ints, count: int) -> list[Floats]:
    """How much of a block stands in the page's title, and in the description that its head gives."""
    get = page.head.get
    title = set(_WORD.findall(f"{page.title_tag} {get('og:title') or ''}".lower()))
    summary = set(_WORD.findall(f"{get('og:description') or ''} {get('description') or ''}".lower()))
    sizes = np.maximum(np.bincount(lead_block, minlength=count), 1)
    columns: list[Floats] = []
    data = set(_WORD.findall(" ".join(_data_texts(page)).lower()))
    for known in (title, summary, data):
        hits = np.fromiter((word in known for word in lead_words), np.float32, len(lead_words))
        found = np.bincount(lead_block, hits, minlength=count)
        columns += [found / sizes, found / max(1, len(known)), np.full(count, np.log1p(len(known)))]
    return columns


def _data_texts(page: Page) -> list[str]:
    """The long texts of the page's JSON-LD: descriptions and bodies."""
    return [
        value
        for item in page.json_ld
        for key in ("articleBody", "description", "text", "reviewBody", "abstract")
        if isinstance(value := item.get(key), str)
    ]
