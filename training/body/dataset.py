"""The annotated pages as numbers and labels, folded by host."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from scraper import dom
from scraper.extractor import markup
from scraper.extractor.assemble import clean
from scraper.extractor.blocks import Layout
from scraper.extractor.features import Features, lead_words, read_features
from scraper.extractor.page import Page
from scraper.extractor.statement import read_page
from training.body.labels import align, words_of

FOLDS = 5
TYPES = ("article", "documentation", "service", "forum", "listing", "collection", "product")
_MIN_PAGES = 4  # a name must be seen on so many pages of the training part to be learned from
_MIN_WORD_PAGES = 6


@dataclass(slots=True)
class Example:
    """One annotated page."""

    id: str
    url: str
    type: str
    fold: int
    features: Features | None  # None: the page has no text
    blocks: list[list[str]]  # the words of each block
    sizes: NDArray[np.int64]
    aligned: NDArray[np.int64]
    reference: Counter[str]
    seen: tuple[set[str], set[str], set[str], set[str]]  # parts, wholes, words, page names


def _host(url: str, default: str) -> str:
    """The registered domain of *url*, roughly: pages of one publisher stay in one fold."""
    labels = (urlsplit(url).hostname or default).removeprefix("www.").split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-keep:])


def _fold(url: str, default: str) -> int:
    return int(hashlib.md5(_host(url, default).encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def _pages(root: Path) -> Iterator[tuple[str, str, str, str, Layout, Page]]:
    for path in sorted((root / "ground-truth").glob("*.json")):
        item = json.loads(path.read_text(encoding="utf-8"))
        html = (root / "html" / f"{path.stem}.html").read_bytes().decode("utf-8", "replace")
        kind = item["_internal"]["page_type"]["primary"]
        url = item.get("url") or ""
        layout, page = read_page(dom.clean_text(html), url)
        yield (
            path.stem,
            url,
            "collection" if kind == "category" else kind,
            item["ground_truth"].get("main_content") or "",
            layout,
            page,
        )


def load(root: Path) -> tuple[list[Example], markup.Lexicon]:
    """All pages under *root* (folders `html` and `ground-truth`), in numbers of the lexicon of everything they hold."""
    counts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    kept = []
    for name, url, kind, reference, layout, page in _pages(root):
        seen = _names(layout, page)
        for count, names in zip(counts, seen, strict=True):
            count.update(names)
        kept.append((name, url, kind, reference, layout, page, seen))
    lexicon = markup.Lexicon.of(*(sorted(name for name, n in count.items() if n >= _MIN_PAGES) for count in counts))
    examples = []
    for name, url, kind, reference, layout, page, seen in kept:
        blocks = [words_of(clean(text)) for text in layout.b_text]
        wanted = words_of(reference)
        features = read_features(layout, page, lexicon) if layout.b_text else None
        sizes = np.array([len(words) for words in blocks], np.int64)
        examples.append(
            Example(
                name, url, kind, _fold(url, name), features, blocks, sizes, align(blocks, wanted), Counter(wanted), seen
            )
        )
    return examples, lexicon


def _names(layout: Layout, page: Page) -> tuple[set[str], set[str], set[str], set[str]]:
    styles = [
        *markup.read_markup(layout).styles,
        *(markup.markup_of(node) for node in layout.b_inline if node is not None),
    ]
    parts, wholes = markup.split_names(styles)
    return (
        set(parts) - {"\n"},
        set(wholes) - {"\n"},
        set(lead_words(layout)) - {"\n"},
        set(markup.page_names(layout, page)),
    )


def lexicon_of(examples: Iterable[Example]) -> markup.Lexicon:
    """The names that a model may learn from *examples*: those on enough of their pages."""
    counts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    for example in examples:
        for count, names in zip(counts, example.seen, strict=True):
            count.update(names)
    least = (_MIN_PAGES, _MIN_PAGES, _MIN_WORD_PAGES, _MIN_PAGES)
    return markup.Lexicon.of(
        *(sorted(name for name, n in count.items() if n >= few) for count, few in zip(counts, least, strict=True))
    )
