"""What a page's markup is called: words of classes, ids and tags, and of what the page says it is.

Class and id words are soft evidence: the model learns what each is worth. They are split at hyphens, case and
underscores and compared whole, never as parts of longer words ("bar" is not in "bard").
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from scraper.dom import Node
from scraper.extractor.blocks import Layout
from scraper.extractor.page import Page

Ints = NDArray[np.int64]

ABOVE_TAGS: Final = (
    "nav", "header", "footer", "aside", "form", "article", "main", "section", "table", "ul", "ol", "li", "figure",
    "blockquote", "dl", "details", "button", "noscript", "label", "pre", "dialog", "h1", "h2", "h3", "h4",
)  # fmt: skip
_ABOVE_BITS: Final = {tag: 1 << index for index, tag in enumerate(ABOVE_TAGS)}
_TELLING: Final = frozenset({"role", "itemprop", "hidden", "aria-hidden", "aria-modal", "aria-expanded"})
_MARKUP_CHARS: Final = 400  # of an element's names; longer ones are styles spelled out

# Names, and markups of several, of which the numbers are kept: pages repeat theirs, and so do sites.
_REMEMBERED: Final = 30_000
_REMEMBERED_MARKUPS: Final = 10_000

_WORD: Final = re.compile(r"[^\W\d_]+")
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\n")
_WHOLE: Final = re.compile(r"\n|(?<!\S)[a-z]*+[^\sa-z]\S*")  # of lower-cased names; those of letters alone are parts


@dataclass(slots=True)
class Lexicon:
    """The names and words that the model knows, numbered from 1; a line's end is -1, all else 0."""

    parts: Mapping[str, int]  # words of classes, ids and tags
    wholes: Mapping[str, int]  # classes and ids with hyphens or figures, lower-cased; numbered on after the parts
    words: Mapping[str, int]  # words of texts
    pages: Mapping[str, int]  # what pages say they are
    known: _Known = field(init=False)  # of the markups seen lately

    def __post_init__(self) -> None:
        self.known = _Known(_Names(self.parts, self.wholes))

    @classmethod
    def of(cls, parts: Sequence[str], wholes: Sequence[str], words: Sequence[str], pages: Sequence[str]) -> Lexicon:
        """The lexicon of these names in this order."""
        return cls(
            {"\n": -1} | {name: number for number, name in enumerate(parts, 1)},
            {"\n": -1} | {name: number for number, name in enumerate(wholes, len(parts) + 1)},
            {word: number for number, word in enumerate(words, 1)},
            {name: number for number, name in enumerate(pages, 1)},
        )


class _Known(dict[str, bytes]):
    """The numbers of all names in a markup, as 64-bit integers; found when first asked for."""

    def __init__(self, names: _Names) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, markup: str) -> bytes:
        """The numbers of its names, one after the other."""
        found = self[markup] = b"".join(map(self._names.__getitem__, markup.split()))
        return found

    def forget(self) -> None:
        """Let go what is remembered beyond measure."""
        if len(self) > _REMEMBERED_MARKUPS:
            self.clear()
        if len(self._names) > _REMEMBERED:
            self._names.clear()


class _Names(dict[str, bytes]):
    """The numbers in a class, id or tag, as 64-bit integers; found when first asked for."""

    def __init__(self, parts: Mapping[str, int], wholes: Mapping[str, int]) -> None:
        super().__init__()
        self._parts, self._wholes = parts, wholes

    def __missing__(self, name: str) -> bytes:
        """The same as `split_names` would find in it."""
        small = name.lower()
        numbers = [self._parts.get(part.lower()) for part in _PART.findall(name)]
        if not (small.isalpha() and small.isascii()):
            numbers.append(self._wholes.get(small))
        found = self[name] = array("q", filter(None, numbers)).tobytes()
        return found


class Bag(NamedTuple):
    """Numbers from a lexicon, each with the row that it belongs to."""

    numbers: Ints
    rows: Ints  # ascending


class Markup(NamedTuple):
    """The containers of a page by what they are called."""

    styles: list[str]  # different tags with their class, id and telling attributes
    style: Ints  # per container, its number among them
    depth: Ints  # per container
    above: Ints  # per container, which of ABOVE_TAGS it is or stands in, as bits
    signature: Ints  # per container, the number of its path of tags and classes


def read_markup(layout: Layout) -> Markup:
    """The markup of the containers of *layout*; attributes are read once each."""
    styles: dict[str, int] = {}
    paths: dict[tuple[int, str, str], int] = {}
    depths: list[int] = []  # per path, as those it stands for share it
    masks: list[int] = []
    style: list[int] = []
    signatures: list[int] = []
    for attributes, tag, parent in zip(layout.c_attributes, layout.c_tag, layout.c_parent, strict=True):
        if attributes:
            names = attributes.get("class") or ""
            full = f"{tag} {names}" if names and len(attributes) == 1 else _full_markup(tag, names, attributes)
            full = full[:_MARKUP_CHARS]
        else:
            names, full = "", tag
        style.append(styles.setdefault(full, len(styles)))
        outer = signatures[parent] if parent >= 0 else -1
        path = (outer, tag, names)
        signature = paths.get(path)
        if signature is None:
            signature = paths[path] = len(paths)
            mask = _ABOVE_BITS.get(tag, 0)
            depths.append(depths[outer] + 1 if outer >= 0 else 0)
            masks.append(masks[outer] | mask if outer >= 0 else mask)
        signatures.append(signature)
    numbers = np.array(signatures, np.int64)
    return Markup(
        list(styles),
        np.array(style, np.int64),
        np.array(depths, np.int64)[numbers],
        np.array(masks, np.int64)[numbers],
        numbers,
    )


def _full_markup(tag: str, names: str, attributes: Mapping[str, str | None]) -> str:
    found = f"{tag} {names}"
    for key, value in attributes.items():
        if key == "id":
            found += f" {value}"
        elif key in _TELLING:
            found += f" {key}={value}"
        elif key == "style" and value and "none" in value:
            found += " style=none"
    return found


def markup_of(node: Node) -> str:
    """The tag and class of an inline element."""
    names = node.attributes.get("class")
    return f"{node.tag} {names}"[:_MARKUP_CHARS] if names else node.tag or ""


def split_names(markups: Sequence[str]) -> tuple[list[str], list[str]]:
    r"""The parts and the wholes of all names in *markups*, with a "\\n" between one markup and the next."""
    joined = "\n".join([" ".join(markup.split()) if "\n" in markup else markup for markup in markups])
    return " ".join(_PART.findall(joined)).lower().split(" "), _WHOLE.findall(joined.lower())


def bag_of_names(markups: Sequence[str], lexicon: Lexicon) -> Bag:
    """The known names of each markup: words of classes and ids, whole and in parts."""
    lexicon.known.forget()
    each = list(map(lexicon.known.__getitem__, markups))
    numbers = np.frombuffer(b"".join(each), np.int64)
    sizes = np.fromiter(map(len, each), np.int64, len(each)) // numbers.itemsize
    return Bag(numbers, np.repeat(np.arange(len(each)), sizes))


def page_names(layout: Layout, page: Page) -> list[str]:
    """What the page says it is: types in its head and data, words of its address, classes of its outermost elements."""
    found = [f"og={page.head.get('og:type', '').lower()}"]
    for item in page.json_ld:
        kind = item.get("@type")
        found += [f"ld={name}" for name in (kind if isinstance(kind, list) else [kind]) if isinstance(name, str)]
    path = urlsplit(page.url).path if page.url.startswith("http") else ""
    found += [f"url={word.lower()}" for word in _WORD.findall(path)]
    found.append(f"url-depth={min(6, path.strip('/').count('/') + 1 if path.strip('/') else 0)}")
    found.append(f"generator={page.head.get('generator', '').lower().split(' ')[0]}")
    for attributes in layout.c_attributes[:2]:
        found += f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
    return list(dict.fromkeys(found))
