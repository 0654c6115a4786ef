"""A second opinion on each block: boosted trees, which err elsewhere than the networks of `model` do.

The trees are symmetric: all nodes of one depth ask the same question, so that a tree is a list of questions and a table
of answers, and numpy asks each question of all blocks at once. They see numbers only, no names: a block's own, those of
its neighbours, and the means over the page. How they came about stands in `training/NOTES.md`.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from io import BytesIO
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper.extractor.features import Features, Floats
from scraper.extractor.markup import Ints

_NEAR: Final = 31  # the first columns: what stands in a block, and its links
_SHIFTS: Final = (1, -1, 2, -2)
_LONG_BLOCK: Final = 100  # words from which a block weighs no more in a mean
_AT_ONCE: Final = 256  # blocks; more do not fit into the processor's cache with two thousand answers each
_GRAIN: Final = 512  # means are rounded to this part: machines that add up in another order must answer alike


class Trees(NamedTuple):
    """Boosted symmetric trees, each different question once."""

    column: NDArray[np.int16]  # per question, the number that it is about
    border: Floats  # per question: is the number larger?
    question: NDArray[np.int16]  # (trees, depth)
    answer: Floats  # (trees, 2**depth): log odds; the first question is the lowest bit
    bias: np.float32


@cache
def load_trees() -> Trees:
    """The shipped trees; read once, when first asked for."""
    stored = (resources.files("scraper.extractor") / "body_trees.npz").read_bytes()
    with np.load(BytesIO(stored)) as arrays:
        return Trees(
            arrays["column"],
            arrays["border"],
            arrays["question"],
            arrays["answer"].astype(np.float32),
            np.float32(arrays["bias"]),
        )


def surroundings(found: Features) -> Floats:
    """What the trees see: (numbers, blocks), the blocks' own first, then their neighbours', then the page's means."""
    return _seen_by(np.arange(len(found.words)), np.ascontiguousarray(found.block.T), _means(found))


def _means(found: Features) -> Floats:
    weight = np.sqrt(np.minimum(found.words, _LONG_BLOCK) + 1).astype(np.float32)
    means: Floats = np.round(found.block.T @ weight / weight.sum() * _GRAIN) / _GRAIN
    return means


def _seen_by(asked: Ints, own: Floats, means: Floats) -> Floats:
    """What the trees see of the blocks *asked*; *own* holds the numbers of all blocks, (numbers, blocks)."""
    width, count = own.shape
    out = np.empty((2 * width + len(_SHIFTS) * _NEAR, len(asked)), np.float32)
    out[:width] = np.take(own, asked, axis=1)
    at = width
    for shift in _SHIFTS:
        there = asked - shift
        outside = (there < 0) | (there >= count)
        there[outside] = 0
        out[at : at + _NEAR] = np.take(own[:_NEAR], there, axis=1)
        out[at : at + _NEAR, outside] = 0
        at += _NEAR
    out[at:] = means[:, None]
    return out


def tree_logits(found: Features, trees: Trees, asked: Ints | None = None) -> Floats:
    """The log odds, by *trees*, that a word is body: of each of the blocks *asked* in their order, without it of all."""
    asked = np.arange(len(found.words)) if asked is None else asked
    own, means = np.ascontiguousarray(found.block.T), _means(found)
    parts = [_answers(_seen_by(asked[at : at + _AT_ONCE], own, means), trees) for at in range(0, len(asked), _AT_ONCE)]
    return np.concatenate([np.zeros(0, np.float32), *parts])


def _answers(seen: Floats, trees: Trees) -> Floats:
    # `take` instead of brackets: a quarter of the time for the same rows.
    yes = (np.take(seen, trees.column, axis=0) > trees.border[:, None]).view(np.uint8)
    leaf = np.zeros((len(trees.question), seen.shape[1]), np.uint8)
    for depth in range(trees.question.shape[1]):
        leaf |= np.take(yes, trees.question[:, depth], axis=0) << depth
    first = np.arange(len(trees.question)) * trees.answer.shape[1]
    answers = np.take(trees.answer.ravel(), leaf + first[:, None])
    total: Floats = answers.sum(axis=0, dtype=np.float32) + trees.bias
    return total
