"""How likely each block is part of the statement, and which are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scraper.extractor.blocks import Layout
from scraper.extractor.edges import settle
from scraper.extractor.features import Features, Floats, read_features
from scraper.extractor.model import confidence_of
from scraper.extractor.page import Page
from scraper.extractor.shares import load_models, promised_f1, shares_and_cut
from scraper.extractor.site_chrome import doubt, is_prose

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
    least: float  # from which share on the model keeps a block
    by_site: bool = False  # whether what is known of the site changed what is kept


def score_blocks(layout: Layout, page: Page, recurs: Sequence[float] = ()) -> Scores:
    """The decision over *layout*, which has at least one block.

    *recurs* says of each block on what share of the site's pages it is known to stand, 0.0 to 1.0; empty if nothing is
    known.
    """
    networks, lexicon = load_models()
    found = read_features(layout, page, lexicon)
    share, least = shares_and_cut(found, networks)
    chosen = _choose(found, share, least)
    kept = _settle(layout, found, chosen)
    if recurs and any(recurs[index] for index in chosen):
        doubted = doubt(layout, share, kept, found.words, found.link_share, recurs)
        left = _settle(layout, found, _choose(found, doubted, least))
        prose = is_prose(found.words, found.link_share)
        if left != kept and any(prose[index] and not recurs[index] for index in left):
            return _scored(found, doubted, left, least, by_site=True)
    return _scored(found, share, kept, least)


def _choose(found: Features, share: Floats, least: float) -> list[int]:
    return np.flatnonzero(share > least).tolist() or _notice(share, found)


def _settle(layout: Layout, found: Features, chosen: Sequence[int]) -> list[int]:
    return settle(layout, chosen, found.words.tolist(), found.link_share.tolist())


def _scored(found: Features, share: Floats, kept: list[int], least: float, *, by_site: bool = False) -> Scores:
    confidence = confidence_of(promised_f1(share, found.words, kept)) if kept else 0.0
    return Scores(share, found.link_share, kept, confidence, least, by_site)


def _notice(share: Floats, found: Features) -> list[int]:
    """The sentence or two that a page without a text says in its place: that it was not found, that it moved."""
    doubted = np.flatnonzero((share > _DOUBTED) & (found.words >= _SENTENCE_WORDS) & (found.link_share < _LINKED))
    return doubted.tolist() if found.words[doubted].sum() <= _NOTICE_WORDS else []
