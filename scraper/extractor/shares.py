"""What networks and trees say of each block, in one number, and from which number on a block is kept."""

from __future__ import annotations

from typing import Final

import numpy as np

from scraper.extractor.features import Features, Floats
from scraper.extractor.markup import Ints, Lexicon
from scraper.extractor.model import Networks, cut_of, load_weights, predict
from scraper.extractor.trees import load_trees, tree_logits

FIRST_LOOK: Final = 0.35  # the cut by which a page is judged before it gets its own
DOUBTFUL: Final = 0.4  # a page of which the networks promise less has no text, or none that can be told from the rest
_SURE: Final = 1e-4  # nothing is surer than this, nor less sure than its opposite
_NONE: Final = 0.05  # below this the networks have the only word
_FURTHEST: Final = 2.0  # in log odds, what the trees may change


def load_models() -> tuple[Networks, Lexicon]:
    """The networks and the names that they know; the trees are read with them. Read once, when first asked for."""
    load_trees()
    return load_weights()


def shares_and_cut(found: Features, networks: Networks) -> tuple[Floats, float]:
    """The share of each block's words that is expected to be body, 0..1; and from which share on blocks are kept.

    On a page of which little can be promised, a block is kept at a share at which it would be dropped from a clear
    article: the best cut under F1 rises with the F1 that can be reached (Lipton, Elkan and Naryanaswamy, "Optimal
    Thresholding of Classifiers to Maximize F1 Measure", 2014). Where the networks promise next to nothing the trees are not
    asked and the cut is not lowered, so that a page without a text gets none.
    """
    share = predict(found, networks)
    if is_doubtful(share, found.words):
        return share, FIRST_LOOK
    heard = np.flatnonzero(share >= _NONE)  # a quarter of the blocks of a page
    both = share.copy()
    both[heard] = together(share[heard], tree_logits(found, load_trees(), heard))
    return both, cut_of(first_promise(both, found.words))


def is_doubtful(share: Floats, words: Ints) -> bool:
    """Whether the networks, which expect *share* of each block to be body, promise too little to look for a text at all."""
    return first_promise(share, words) < DOUBTFUL


def together(share: Floats, logits: Floats) -> Floats:
    """The mean of two opinions in log odds: *share* of the networks, *logits* of the trees.

    The trees know no names: a filter form with two hundred countries is a list to them. So they have no say about what the
    networks are sure to be none of the text, and elsewhere they move no share far.
    """
    sure = np.clip(share, _SURE, 1 - _SURE)
    own = np.log(sure / (1 - sure))
    both: Floats = 1 / (1 + np.exp(-own - np.clip((logits - own) / 2, -_FURTHEST, _FURTHEST)))
    return np.where(share < _NONE, share, both)


def promised_f1(share: Floats, words: Ints, kept: Ints | list[int]) -> float:
    """The word F1 that *share* promises if the blocks *kept* are, and no others."""
    expected = share * words
    size = float(words[kept].sum() + expected.sum())
    return 2 * float(expected[kept].sum()) / size if size else 0.0


def first_promise(share: Floats, words: Ints) -> float:
    """What a page promises before it has its own cut."""
    return promised_f1(share, words, np.flatnonzero(share > FIRST_LOOK))
