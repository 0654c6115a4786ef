"""The body model as a differentiable program (JAX); `scraper.extractor.model` is the same in numpy, without gradients.

Two rounds over the block sequence. In each a block sees itself, its six neighbours, the means over the containers above
it, over the blocks of its kind and over the page. The loss is the metric: one minus the soft word F1 of each page, so that
long and short pages count alike, with a little cross entropy for the blocks and for the page's type.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from scraper.extractor.features import LEVELS
from scraper.extractor.markup import Lexicon
from training.body.dataset import TYPES, Example

NAMES, WORDS, PAGE, H1, Z1, H2, Z2, H3 = 16, 12, 8, 96, 24, 64, 12, 48
SHIFTS = (-3, -2, -1, 1, 2, 3)
POOLS = len(SHIFTS) + len(LEVELS) + 3
GAP = 16  # empty rows between the pages of a batch, wider than the longest shift
ROOM = {"B": 4096, "C": 8192, "S": 4096, "T": 40960, "W": 28672, "G": 4096, "P": 128, "I": 12288, "Q": 2048}
# Which room each array takes and, for numbers, whose last place stands for "none" (0 where none is given).
NUMBERS = {
    "cont": "BC", "group": "BG", "page": "BP", "par": "CC", "style": "CS", "first": "C", "end": "C", "nid": "T", "ns": "TS",
    "wid": "W", "wb": "WB", "iid": "I", "ib": "IB", "pid": "Q", "pp": "QP", "type": "P",
}  # fmt: skip
WEIGHTS = {"words": "B", "tp": "B", "valid": "B", "size": "B", "there": "P", "has": "P", "S": "S", "G": "G"}
UNTRAINED = ("mean", "std")
UNDECAYED = ("b1", "b2", "b3", "bo", "bt", "decay", *UNTRAINED)

Arrays = dict[str, np.ndarray]


def encode(example: Example, full: Lexicon, own: Lexicon, tables: dict[str, np.ndarray]) -> dict:
    """The arrays of one page, with the numbers of *full* turned into those of *own* (unknown names dropped)."""
    f = example.features
    assert f is not None

    def bag(found, table):
        numbers = table[found.numbers]
        known = numbers > 0
        return numbers[known].astype(np.int32), found.rows[known].astype(np.int32)

    nid, ns = bag(f.names, tables["names"])
    iid, ib = bag(f.inline, tables["names"])
    wid, wb = bag(f.lead, tables["words"])
    pid = tables["pages"][f.page]
    return {
        "X": f.block, "nid": nid, "ns": ns, "iid": iid, "ib": ib, "wid": wid, "wb": wb, "pid": pid[pid > 0],
        "cont": f.container, "par": f.parent, "styles": f.styles, "first": f.first, "end": f.end, "group": f.group,
        "above": f.above, "words": example.sizes.astype(np.float32), "tp": example.aligned.astype(np.float32),
        "type": TYPES.index(example.type), "example": example, "weight_words": f.words,
    }  # fmt: skip


def remap(full: Lexicon, own: Lexicon) -> dict[str, np.ndarray]:
    """Per kind of name a table from the numbers of *full* to those of *own*."""

    def table(old, new):
        top = max([0, *old.values()])
        found = np.zeros(top + 1, np.int64)
        for name, number in old.items():
            if number > 0:
                found[number] = max(0, new.get(name, 0))
        return found

    parts = table(full.parts, own.parts)
    wholes = table(full.wholes, own.wholes)
    names = np.zeros(max(len(parts), len(wholes)), np.int64)
    names[: len(parts)] = parts
    names[len(parts) : len(wholes)] = wholes[len(parts) :]
    return {"names": names, "words": table(full.words, own.words), "pages": table(full.pages, own.pages)}


def _needs(x: dict) -> np.ndarray:
    return np.array([
        len(x["X"]) + GAP, len(x["par"]), int(x["styles"].max()) + 1, len(x["nid"]), len(x["wid"]),
        int(x["group"].max()) + 1, 1, len(x["iid"]), len(x["pid"]),
    ])  # fmt: skip


def batches(items: Sequence[dict], rng: np.random.Generator | None) -> Iterator[list[dict]]:
    """The pages in lots that fill one batch each, shuffled if *rng* is given; a page too large for one comes alone."""
    room = np.array(list(ROOM.values())) - 1
    lot: list[dict] = []
    used = np.zeros(len(room))
    for index in rng.permutation(len(items)) if rng is not None else range(len(items)):
        need = _needs(items[index])
        if lot and ((used + need) > room).any():
            yield lot
            lot, used = [], np.zeros(len(room))
        lot.append(items[index])
        used = used + need
    if lot:
        yield lot


def pack(lot: Sequence[dict]) -> tuple[Arrays, list[tuple[int, int]]]:
    """One batch of padded arrays, and where each page's blocks stand in it."""
    need = np.sum([_needs(x) for x in lot], axis=0)
    scale = 1
    while (need >= np.array(list(ROOM.values())) * scale).any():
        scale *= 2
    room = {name: size * scale if name != "P" else size for name, size in ROOM.items()}
    out: Arrays = {
        name: np.full(room[kinds[0]], room[kinds[1]] - 1 if kinds[1:] else 0, np.int32)
        for name, kinds in NUMBERS.items()
    }
    out |= {name: np.zeros(room[kind], np.float32) for name, kind in WEIGHTS.items()}
    out["X"] = np.zeros((room["B"], lot[0]["X"].shape[1]), np.float32)
    out["above"] = np.full((len(LEVELS), room["B"]), room["C"] - 1, np.int32)
    b = c = s = t = w = g = i = q = 0
    spans = []
    for p, x in enumerate(lot):
        n, m, k, lead, h, r = len(x["X"]), len(x["par"]), len(x["nid"]), len(x["wid"]), len(x["iid"]), len(x["pid"])
        rows, boxes = slice(b, b + n), slice(c, c + m)
        out["X"][rows], out["page"][rows], out["valid"][rows] = x["X"], p, 1
        out["words"][rows], out["tp"][rows], out["size"][rows] = x["words"], x["tp"], x["weight_words"]
        out["cont"][rows], out["group"][rows] = x["cont"] + c, x["group"] + g
        out["above"][:, rows] = np.array(x["above"]) + c
        out["par"][boxes] = np.where(x["par"] >= 0, x["par"] + c, room["C"] - 1)
        out["style"][boxes], out["first"][boxes], out["end"][boxes] = x["styles"] + s, x["first"] + b, x["end"] + b
        out["nid"][t : t + k], out["ns"][t : t + k] = x["nid"], x["ns"] + s
        out["wid"][w : w + lead], out["wb"][w : w + lead] = x["wid"], x["wb"] + b
        out["iid"][i : i + h], out["ib"][i : i + h] = x["iid"], x["ib"] + b
        out["pid"][q : q + r], out["pp"][q : q + r] = x["pid"], p
        out["type"][p], out["there"][p], out["has"][p] = x["type"], 1, float(x["tp"].sum() > 0)
        spans.append((b, b + n))
        b, c, s, t = b + n + GAP, c + m, s + int(x["styles"].max()) + 1, t + k
        w, g, i, q = w + lead, g + int(x["group"].max()) + 1, i + h, q + r
    return out, spans


def start(key, features: int, names: int, words: int, pages: int) -> dict:
    """Weights before training; tables are given rounded-up sizes so that compiled programs can be used again."""
    keys = iter(jax.random.split(key, 20))

    def layer(size, width, scale=1.0):
        return jax.random.normal(next(keys), (size, width)) * math.sqrt(2 / size) * scale

    def table(size, width):
        return jax.random.normal(next(keys), (-(-(size + 1) // 2048) * 2048, width)) * 0.05

    return {
        "names": table(names, NAMES), "lead": table(words, WORDS), "pages": table(pages, PAGE),
        "decay": jnp.array([1.5, -0.5]),
        "w1": layer(features + 4 * NAMES + WORDS + PAGE, H1), "b1": jnp.zeros(H1), "z1": layer(H1, Z1),
        "w2": layer(H1 + POOLS * Z1, H2), "b2": jnp.zeros(H2), "z2": layer(H2, Z2),
        "w3": layer(H2 + POOLS * Z2, H3), "b3": jnp.zeros(H3),
        "wo": layer(H3, 1, 0.3), "bo": jnp.zeros(1), "wt": layer(2 * Z1, len(TYPES), 0.3), "bt": jnp.zeros(len(TYPES)),
        "mean": jnp.zeros(features), "std": jnp.ones(features),
    }  # fmt: skip


def _means(values, weight, rows, count):
    total = jax.ops.segment_sum(values * weight[:, None], rows, count)
    return total / (jax.ops.segment_sum(weight, rows, count)[:, None] + 1e-3)


def _pools(z, batch, weight):
    z = z * batch["valid"][:, None]
    pages = batch["there"].shape[0]
    total = jnp.concatenate([jnp.zeros((1, z.shape[1])), jnp.cumsum(z * weight[:, None], 0)])
    mass = jnp.concatenate([jnp.zeros(1), jnp.cumsum(weight)])
    first, end = batch["first"], batch["end"]
    held = (total[end] - total[first]) / (mass[end] - mass[first] + 1e-3)[:, None]
    most = jax.ops.segment_max(jnp.where(batch["valid"][:, None] > 0, z, -1e9), batch["page"], pages)
    mean = _means(z, weight, batch["page"], pages)
    most = jnp.maximum(most, 0)
    groups = _means(z, weight, batch["group"], batch["G"].shape[0])
    views = [jnp.roll(z, shift, 0) for shift in SHIFTS]
    views += [held[batch["above"][level]] for level in range(len(LEVELS))]
    views += [groups[batch["group"]], mean[batch["page"]], most[batch["page"]]]
    return jnp.concatenate(views, 1), mean, most


def forward(p, batch, key=None, drop=None):
    """Logits of the blocks, and log probabilities of the page types; with *key* and *drop* as in training."""
    keys = jax.random.split(key, 8) if key is not None else None

    def dropped(index, x, rate):
        return x if keys is None else x * jax.random.bernoulli(keys[index], 1 - rate, x.shape) / (1 - rate)

    blocks, boxes, pages = batch["X"].shape[0], batch["par"].shape[0], batch["there"].shape[0]
    names = p["names"].at[0].set(0.0)[batch["nid"]]
    names = names * dropped(0, jnp.ones((names.shape[0], 1)), drop["names"] if drop else 0)
    own = jax.ops.segment_sum(names, batch["ns"], batch["S"].shape[0])[batch["style"]].at[boxes - 1].set(0.0)
    paths = []
    for index in range(2):
        decay, path, up = jax.nn.sigmoid(p["decay"][index]), own, batch["par"]
        for _ in range(5):  # doubling: after five steps each container holds 32 of those above it
            path = (path + decay * path[up]).at[boxes - 1].set(0.0)
            up, decay = up[up], decay * decay
        paths.append(path[batch["cont"]])
    inline = jax.ops.segment_sum(p["names"].at[0].set(0.0)[batch["iid"]], batch["ib"], blocks)
    known = jax.ops.segment_sum((batch["wid"] > 0).astype(jnp.float32), batch["wb"], blocks)
    lead = (
        jax.ops.segment_sum(p["lead"].at[0].set(0.0)[batch["wid"]], batch["wb"], blocks) / jnp.sqrt(known + 1)[:, None]
    )
    said = jax.ops.segment_sum((batch["pid"] > 0).astype(jnp.float32), batch["pp"], pages)
    about = (
        jax.ops.segment_sum(p["pages"].at[0].set(0.0)[batch["pid"]], batch["pp"], pages) / jnp.sqrt(said + 1)[:, None]
    )
    x = (batch["X"] - p["mean"]) / p["std"]
    if keys is not None:  # a page in a language or of a system that training has not seen
        lead = lead * jax.random.bernoulli(keys[1], 1 - drop["lead"], (pages, 1))[batch["page"]]
        about = about * jax.random.bernoulli(keys[2], 1 - drop["page"], (pages, 1))
        x = dropped(3, x, drop["input"])
    weight = batch["valid"] * jnp.sqrt(jnp.minimum(batch["size"], 100) + 1)
    x = jnp.concatenate([x, own[batch["cont"]], *paths, inline, lead, jnp.tanh(about)[batch["page"]]], 1)
    h1 = dropped(4, jax.nn.relu(x @ p["w1"] + p["b1"]), drop["hidden"] if drop else 0)
    pooled, mean, most = _pools(jax.nn.relu(h1 @ p["z1"]), batch, weight)
    types = jax.nn.log_softmax(jnp.concatenate([mean, most], 1) @ p["wt"] + p["bt"])
    h2 = dropped(5, jax.nn.relu(jnp.concatenate([h1, pooled], 1) @ p["w2"] + p["b2"]), drop["hidden"] if drop else 0)
    pooled, _, _ = _pools(jax.nn.relu(h2 @ p["z2"]), batch, weight)
    h3 = dropped(6, jax.nn.relu(jnp.concatenate([h2, pooled], 1) @ p["w3"] + p["b3"]), drop["hidden"] if drop else 0)
    return (h3 @ p["wo"] + p["bo"])[:, 0], types


def loss(p, batch, key, drop, entropy, typing):
    """One minus the soft word F1, averaged over pages, and its two helpers."""
    logits, types = forward(p, batch, key, drop)
    share = jax.nn.sigmoid(logits) * batch["valid"]
    pages = batch["there"].shape[0]
    count = jnp.sum(batch["there"])

    def per_page(values):
        return jax.ops.segment_sum(values, batch["page"], pages)

    f1 = (2 * per_page(share * batch["tp"]) + 1) / (per_page(share * batch["words"]) + per_page(batch["tp"]) + 1)
    missed = jnp.sum((1 - f1) * batch["there"]) / count
    target = batch["tp"] / jnp.maximum(batch["words"], 1)
    weight = jnp.sqrt(batch["words"]) * batch["valid"]
    cross = jnp.maximum(logits, 0) - logits * target + jnp.log1p(jnp.exp(-jnp.abs(logits)))
    crossed = jnp.sum(per_page(cross * weight) / (per_page(weight) + 1) * batch["there"]) / count
    typed = -jnp.sum(jnp.take_along_axis(types, batch["type"][:, None], 1)[:, 0] * batch["there"]) / count
    return missed + entropy * crossed + typing * typed, missed
