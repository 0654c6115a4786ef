"""How likely each block is part of the statement, and which are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scraper.extractor.blocks import Layout
from scraper.extractor.edges import settle
from scraper.extractor.features import Features, Floats, read_features
from scraper.extractor.model import confidence_of, load_weights, predict
from scraper.extractor.page import Page

KEEP = 0.35  # expected share of body words from which a block is kept; the fold-wise optimum is flat from 0.3 to 0.4

_DOUBTED = 0.15  # where nothing is kept
_SENTENCE_WORDS = 8
_NOTICE_WORDS = 60
_LINKED = 0.5  # of a block's characters


@dataclass(frozen=True, slots=True)
class Scores:
    """The decision over a page's blocks."""

    share: Floats  # per block, 0..1: expected share of its words that are body
    link_share: Floats  # per block, of its characters
    kept: list[int]  # blocks that are body, ascending
    confidence: float  # 0..1: expected F1 of the words kept


def score_blocks(layout: Layout, page: Page) -> Scores:
    """The decision over *layout*, which has at least one block."""
    weights, lexicon = load_weights()
    found = read_features(layout, page, lexicon)
    share = predict(found, weights)
    chosen = np.flatnonzero(share > KEEP).tolist() or _notice(share, found)
    kept = settle(layout, chosen, found.words.tolist(), found.link_share.tolist())
    expected = share * found.words
    size = float(found.words[kept].sum() + expected.sum())
    promised = 2 * float(expected[kept].sum()) / size if size else 0.0
    return Scores(share, found.link_share, kept, confidence_of(promised) if kept else 0.0)


def _notice(share: Floats, found: Features) -> list[int]:
    """The sentence or two that a page without a text says in its place: that it was not found, that it moved."""
    doubted = np.flatnonzero((share > _DOUBTED) & (found.words >= _SENTENCE_WORDS) & (found.link_share < _LINKED))
    return doubted.tolist() if found.words[doubted].sum() <= _NOTICE_WORDS else []
