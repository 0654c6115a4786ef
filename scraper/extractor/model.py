"""The learned body model at work: numbers of a page in, the expected share of body words of each block out.

A few equal networks, trained apart and averaged, go side by side through two rounds over the block sequence; in each a
block sees itself, its neighbours, the means over the containers above it,
over the blocks of its kind and over the page. numpy alone; how the weights came about stands beside them
(`body_weights.json`) and in `training/`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
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
# Rows that are multiplied at once. Larger products would be shared out among threads, which wait for each other longer than
# they work: a page took 3 ms with one thread, 6 to 19 ms with two on a busy machine.
_STRIP: Final = 8
_AT_ONCE: Final = 256  # blocks, whole strips; what more of them see does not fit into the processor's cache

Weights = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of all networks: weights of what a block is, of what it sees, of what all blocks see alike, and the bias."""

    own: Floats  # (networks, numbers, units)
    seen: Floats
    alike: Floats
    bias: Floats  # (networks, 1, units)


@dataclass(frozen=True, slots=True)
class Networks:
    """The learned weights, cut up as they are used."""

    names: Floats  # (names, networks * numbers)
    lead: Floats
    pages: Floats
    decay: Floats  # (2, numbers): how much of the next container above is left, slowly and fast fading
    first: Layer
    second: Layer
    third: Layer
    z1: Floats  # (networks, units, numbers): what a block shows to those around it
    z2: Floats
    out: Floats  # (networks, units, 1)
    out_bias: Floats  # (networks, 1, 1)


@cache
def load_weights() -> tuple[Networks, Lexicon]:
    """The shipped weights and the names that they know; read once, when first asked for."""
    folder = resources.files("scraper.extractor")
    with np.load(BytesIO((folder / "body_weights.npz").read_bytes())) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    for table in ("names", "lead", "pages"):
        weights[table] *= weights.pop(f"{table}_scale")
    names = _about()["lexicon"]
    return _networks(weights), Lexicon.of(*(names[kind].split(" ") for kind in ("parts", "wholes", "words", "pages")))


def _networks(weights: Weights) -> Networks:
    nets = len(weights["bo"])
    mean, std = (weights[name].astype(np.float64) for name in ("mean", "std"))
    numbers, width = len(mean), weights["names"].shape[1] // nets
    page = weights["pages"].shape[1] // nets
    w1 = weights["w1"]
    # The numbers of a block are not brought to one scale, the weights are to theirs.
    plain = w1[:, :numbers] / std[:, None]
    bias = weights["b1"] - (mean / std) @ w1[:, :numbers]
    slow_and_fast = np.repeat(1 / (1 + np.exp(-weights["decay"].T)), width, axis=1)
    return Networks(
        weights["names"],
        weights["lead"],
        weights["pages"],
        slow_and_fast.astype(np.float32),
        Layer(_floats(plain), _floats(w1[:, numbers:-page]), _floats(w1[:, -page:]), _floats(bias[:, None])),
        _layer(weights["w2"], weights["b2"], weights["z1"]),
        _layer(weights["w3"], weights["b3"], weights["z2"]),
        weights["z1"],
        weights["z2"],
        weights["wo"],
        weights["bo"][:, :, None],
    )


def _layer(weight: Floats, bias: Floats, shown: Floats) -> Layer:
    units, width = shown.shape[1:]
    alike = weight.shape[1] - 2 * width
    own, seen, rest = weight[:, :units], weight[:, units:alike], weight[:, alike:]
    return Layer(_floats(own), _floats(seen), _floats(rest), bias[:, None])


def _floats(values: np.ndarray[Any, np.dtype[Any]]) -> Floats:
    return np.ascontiguousarray(values, np.float32)


@cache
def _about() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((resources.files("scraper.extractor") / "body_weights.json").read_text("utf-8"))
    return stored


def confidence_of(promised: float) -> float:
    """The word F1 found on held-out pages of which the model promised *promised*, 0..1."""
    knots = _about()["confidence"]
    return round(float(np.interp(promised, knots["expected"], knots["found"])), 3)


def cut_of(promised: float) -> float:
    """From which share on blocks are kept of a page of which the model promises *promised*, 0..1."""
    knots = _about()["cut"]
    return float(np.interp(promised, knots["expected"], knots["share"]))


def predict(found: Features, networks: Networks) -> Floats:
    """The expected share of each block's words that are body, 0..1: the mean over the networks that were trained."""
    count = len(found.words)
    around = _Surroundings.of(found)
    hidden = _first(found, networks)
    hidden = around.layer(hidden, networks.z1, networks.second)
    hidden = around.layer(hidden, networks.z2, networks.third)
    logits = _times(hidden, networks.out) + networks.out_bias
    share: Floats = (1 / (1 + np.exp(-logits[:, :count, 0]))).mean(axis=0)
    return share


def _times(x: Floats, weight: Floats) -> Floats:
    """Each network's rows times its weights: (networks or 1, rows, numbers) to (networks, rows, units)."""
    strips = x.reshape(len(x), -1, _STRIP, x.shape[2]) @ weight[:, None]
    product: Floats = strips.reshape(len(weight), x.shape[1], weight.shape[2])
    return product


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0, out=x)


def _rows(count: int) -> int:
    """*count* rounded up to whole strips."""
    return -(-count // _STRIP) * _STRIP


def _first(found: Features, networks: Networks) -> Floats:
    """The first layer: what each block is, what it and those above it are called, its first words, the page's names."""
    count, nets = len(found.words), len(networks.out)
    plain = np.zeros((1, _rows(count), found.block.shape[1]), np.float32)
    plain[0, :count] = found.block
    own = _sums(networks.names, found.names, int(found.styles.max()) + 1)
    own = np.take(own, found.styles, axis=0)
    known = np.bincount(found.lead.rows, minlength=count)
    lead = _sums(networks.lead, found.lead, count) / np.sqrt(known + 1).astype(np.float32)[:, None]
    views = [*_paths(own, found, networks.decay), _sums(networks.names, found.inline, count), lead]
    learned = np.zeros((nets, _rows(count), networks.first.seen.shape[1]), np.float32)
    at = 0
    for view in views:
        width = view.shape[1] // nets
        learned[:, :count, at : at + width] = view.reshape(count, nets, width).transpose(1, 0, 2)
        at += width
    about = np.tanh(networks.pages[found.page].sum(axis=0) / np.sqrt(np.float32(len(found.page) + 1)))
    hidden = _times(plain, networks.first.own)
    hidden += _times(learned, networks.first.seen)
    hidden += about.reshape(nets, 1, -1) @ networks.first.alike + networks.first.bias
    return _relu(hidden)


def _sums(table: Floats, bag: Bag, count: int) -> Floats:
    """The sum of the table's rows of each of *count* rows of *bag*."""
    total = np.zeros((count, table.shape[1]), np.float32)
    if len(bag.rows):
        starts = np.flatnonzero(np.diff(bag.rows, prepend=-1))
        total[bag.rows[starts]] = np.add.reduceat(np.take(table, bag.numbers, axis=0), starts, axis=0)
    return total


def _paths(own: Floats, found: Features, decay: Floats) -> tuple[Floats, Floats, Floats]:
    """Per block what its container is, and the sums over those above it, fading slowly and fast, by doubling the reach."""
    width = own.shape[1]
    root = len(own)  # one row of zeros above all
    path = np.zeros((root + 1, 2 * width), np.float32)
    path[:root, :width] = path[:root, width:] = own
    up = np.append(np.where(found.parent < 0, root, found.parent), root)
    fade = decay.ravel()
    for _ in range(_DOUBLINGS):
        path += fade * np.take(path, up, axis=0)
        up, fade = up[up], fade * fade
    at = found.container
    faded = np.take(path, at, axis=0)
    return np.take(own, at, axis=0), faded[:, :width], faded[:, width:]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What stands around each block of a page: neighbours, containers, blocks of its kind."""

    index: Ints  # (rows, views): which row of what is seen each view shows
    first: Ints  # per container, its first block and one past its last
    end: Ints
    order: Ints  # blocks by kind
    starts: Ints  # of the kinds in `order`
    mass: Floats  # (blocks, 1): how much a block weighs in a mean
    held: Floats  # (containers, 1)
    of_kind: Floats  # (kinds, 1)

    @classmethod
    def of(cls, found: Features) -> _Surroundings:
        count, containers = len(found.words), len(found.parent)
        mass = np.sqrt(np.minimum(found.words, _LONG_BLOCK) + 1).astype(np.float32)
        order = np.argsort(found.group, kind="stable")
        starts = np.flatnonzero(np.diff(found.group[order], prepend=-1))
        nothing = count + containers + len(starts)  # the row of zeros
        index = np.full((_rows(count), len(_SHIFTS) + len(found.above) + 1), nothing, np.int64)
        for view, shift in enumerate(_SHIFTS):
            seen = np.arange(max(0, -shift), max(0, count - max(0, shift)))
            index[seen + shift, view] = seen
        for view, at in enumerate(found.above, len(_SHIFTS)):
            index[:count, view] = count + at
        index[:count, -1] = count + containers + found.group
        sums = np.concatenate([[0.0], np.cumsum(mass, dtype=np.float64)])
        held = (sums[found.end] - sums[found.first] + 1e-3).astype(np.float32)
        of_kind = np.add.reduceat(mass[order], starts) + np.float32(1e-3)
        return cls(index, found.first, found.end, order, starts, mass[:, None], held[:, None], of_kind[:, None])

    def layer(self, hidden: Floats, shows: Floats, layer: Layer) -> Floats:
        """The next layer: a block sees itself, and of the others what they show."""
        nets, count = len(hidden), len(self.mass)
        shown = _relu(_times(hidden, shows))[:, :count]
        width = shown.shape[2]
        heavy = shown * self.mass
        sums = np.zeros((nets, count + 1, width), np.float64)
        np.cumsum(heavy, axis=1, out=sums[:, 1:])
        held = np.take(sums, self.end, axis=1)
        held -= np.take(sums, self.first, axis=1)
        held /= self.held
        kinds = np.add.reduceat(np.take(heavy, self.order, axis=1), self.starts, axis=1) / self.of_kind
        seen = np.concatenate([shown, held, kinds, np.zeros((nets, 1, width))], axis=1, dtype=np.float32)
        page = heavy.sum(axis=1) / (self.mass.sum() + np.float32(1e-3))
        alike = np.concatenate([page, shown.max(axis=1)], axis=1)[:, None]
        after = _times(hidden, layer.own)
        for at in range(0, len(self.index), _AT_ONCE):
            index = self.index[at : at + _AT_ONCE]
            views = np.take(seen, index, axis=1).reshape(nets, len(index), -1)
            after[:, at : at + _AT_ONCE] += _times(views, layer.seen)
        after += alike @ layer.alike + layer.bias
        return _relu(after)
