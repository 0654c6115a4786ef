"""The learned body model at work: numbers of a page in, the expected share of body words of each block out.

A few equal networks, trained apart and averaged, go side by side through two rounds over the block sequence; in each a
block sees itself, its neighbours, the means over the containers above it,
over the blocks of its kind and over the page. numpy alone; how the weights came about stands beside them
(`body_weights.json`) and in `training/`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any, Final

import numpy as np

from scraper.extractor.features import Features, Floats
from scraper.extractor.markup import Bag, Ints, Lexicon

_SHIFTS: Final = (-3, -2, -1, 1, 2, 3)  # neighbours, as the training rolls them
_DOUBLINGS: Final = 5  # a container is told of 32 of those above it
_LONG_BLOCK: Final = 100  # words from which a block weighs no more in a mean

Weights = dict[str, Floats]


@cache
def load_weights() -> tuple[Weights, Lexicon]:
    """The shipped weights and the names that they know; read once, when first asked for."""
    folder = resources.files("scraper.extractor")
    with np.load(BytesIO((folder / "body_weights.npz").read_bytes())) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    for table in ("names", "lead", "pages"):
        weights[table] *= weights.pop(f"{table}_scale")
    names = _about()["lexicon"]
    return weights, Lexicon.of(*(names[kind].split(" ") for kind in ("parts", "wholes", "words", "pages")))


@cache
def _about() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((resources.files("scraper.extractor") / "body_weights.json").read_text("utf-8"))
    return stored


def confidence_of(promised: float) -> float:
    """The word F1 found on held-out pages of which the model promised *promised*, 0..1."""
    knots = _about()["confidence"]
    return round(float(np.interp(promised, knots["expected"], knots["found"])), 3)


def predict(found: Features, weights: Weights) -> Floats:
    """The expected share of each block's words that are body, 0..1: the mean over the networks that were trained."""
    x = _input(found, weights)
    mass = np.sqrt(np.minimum(found.words, _LONG_BLOCK) + 1).astype(np.float32)
    hidden = _layer(x, weights["w1"], weights["b1"])
    hidden = _layer(_around(hidden, weights["z1"], mass, found), weights["w2"], weights["b2"])
    hidden = _layer(_around(hidden, weights["z2"], mass, found), weights["w3"], weights["b3"])
    logits = (hidden @ weights["wo"])[:, :, 0] + weights["bo"]
    share: Floats = (1 / (1 + np.exp(-logits))).mean(axis=0)
    return share


def _layer(x: Floats, weight: Floats, bias: Floats) -> Floats:
    return _relu(x @ weight + bias[:, None])


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0, out=x)


def _input(found: Features, weights: Weights) -> Floats:
    """What each network sees of each block: (networks, blocks, numbers)."""
    count = len(found.words)
    names, nets = weights["names"], len(weights["bo"])
    own = _sums(names, found.names, int(found.styles.max()) + 1)[found.styles]
    near, far = _paths(own, found.parent, weights["decay"])
    known = np.bincount(found.lead.rows, minlength=count)
    lead = _sums(weights["lead"], found.lead, count) / np.sqrt(known + 1).astype(np.float32)[:, None]
    about = weights["pages"][found.page].sum(axis=0) / np.sqrt(len(found.page) + 1)
    at = found.container
    page = np.broadcast_to(np.tanh(about), (count, len(about)))
    plain = (found.block - weights["mean"]) / weights["std"]
    learned = [own[at], near[at], far[at], _sums(names, found.inline, count), lead, page]
    return _side_by_side(np.broadcast_to(plain, (nets, *plain.shape)), learned)


def _side_by_side(first: Floats, views: list[Floats]) -> Floats:
    """*first* (networks, blocks, width) followed by *views*, each (blocks, networks * width)."""
    nets, count, at = first.shape
    widths = [view.shape[1] // nets for view in views]
    out = np.empty((nets, count, at + sum(widths)), np.float32)
    out[:, :, :at] = first
    for view, width in zip(views, widths, strict=True):
        out[:, :, at : at + width] = view.reshape(count, nets, width).transpose(1, 0, 2)
        at += width
    return out


def _sums(table: Floats, bag: Bag, count: int) -> Floats:
    """The sum of the table's rows of each of *count* rows of *bag*."""
    total = np.zeros((count, table.shape[1]), np.float32)
    if len(bag.rows):
        starts = np.flatnonzero(np.diff(bag.rows, prepend=-1))
        total[bag.rows[starts]] = np.add.reduceat(table[bag.numbers], starts, axis=0)
    return total


def _paths(own: Floats, parent: Ints, decay: Floats) -> tuple[Floats, Floats]:
    """Per container the sums over those above it, fading slowly and fast, by doubling the reach.

    *decay* holds both rates of each network (networks, 2).
    """
    width = own.shape[1]
    root = len(own)  # one row of zeros above all
    path = np.zeros((root + 1, 2 * width), np.float32)
    path[:root, :width] = path[:root, width:] = own
    up = np.append(np.where(parent < 0, root, parent), root)
    fade = np.repeat(1 / (1 + np.exp(-decay.T.ravel())), width // len(decay)).astype(np.float32)
    for _ in range(_DOUBLINGS):
        path = path + fade * path[up]
        up, fade = up[up], fade * fade
    return path[:root, :width], path[:root, width:]


def _around(hidden: Floats, weight: Floats, mass: Floats, found: Features) -> Floats:
    """*hidden* and, beside it, what each block sees around it: neighbours, containers, blocks of its kind, the page."""
    count = hidden.shape[1]
    z = _relu(hidden @ weight).transpose(1, 0, 2).reshape(count, -1)
    width = z.shape[1]
    heavy = z * mass[:, None]
    sums = np.zeros((count + 1, width + 1), np.float64)
    np.cumsum(np.column_stack([heavy, mass]), axis=0, out=sums[1:])
    held = sums[found.end] - sums[found.first]
    means = (held[:, :width] / (held[:, width:] + 1e-3)).astype(np.float32)
    views = [_shifted(z, shift) for shift in _SHIFTS]
    views += [means[at] for at in found.above]
    views.append(_group_means(heavy, mass, found.group)[found.group])
    page = heavy.sum(axis=0) / (mass.sum() + 1e-3)
    views += [np.broadcast_to(page, z.shape), np.broadcast_to(z.max(axis=0), z.shape)]
    return _side_by_side(hidden, views)


def _shifted(z: Floats, shift: int) -> Floats:
    rolled = np.zeros_like(z)
    if shift > 0:
        rolled[shift:] = z[:-shift]
    else:
        rolled[:shift] = z[-shift:]
    return rolled


def _group_means(heavy: Floats, mass: Floats, group: Ints) -> Floats:
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    total: Floats = np.add.reduceat(heavy[order], starts, axis=0)
    means = total / (np.add.reduceat(mass[order], starts) + 1e-3)[:, None]
    return means.astype(np.float32)
