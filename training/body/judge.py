"""How good shares are, from which share on a block is best kept, and what the shares' promises are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scraper.extractor.shares import FIRST_LOOK, first_promise, promised_f1
from training.body.dataset import TYPES, Example

Shares = Mapping[str, NDArray[np.float32]]
_CUTS = np.arange(0.1, 0.751, 0.025)
_LOWEST, _HIGHEST = 0.15, 0.7  # cuts below and above are of no use to any page
_BINS = 12


def word_f1(example: Example, kept: np.ndarray) -> float:
    """The benchmark's metric for the blocks *kept*."""
    wanted = example.reference.total()
    got: Counter[str] = Counter()
    for index in np.flatnonzero(kept):
        got.update(example.blocks[index])
    if not wanted or not got.total():
        return float(wanted == got.total())
    return 2 * (got & example.reference).total() / (got.total() + wanted)


def report(examples: Sequence[Example], shares: Shares, title: str) -> None:
    """Print mean F1 per type at several thresholds, the same for all pages."""
    rows: dict[str, list[list[float]]] = {t: [] for t in TYPES}
    for example in examples:
        share = shares.get(example.id, np.zeros(0))
        rows[example.type].append([word_f1(example, share > cut) for cut in (0.3, FIRST_LOOK, 0.5)])
    every = [row for group in rows.values() for row in group]
    print(f"{title}: " + "  ".join(f"{x:.4f}" for x in np.mean(every, 0)))
    for name, group in rows.items():
        if group:
            print(f"   {name:<14}{len(group):>5}  " + "  ".join(f"{x:.4f}" for x in np.mean(group, 0)), flush=True)


def fit_cut(
    examples: Sequence[Example], shares: Shares, doubtful: Collection[str]
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """The line from the F1 that a page promises to its cut, and the mean F1 of all pages and of each type with it.

    *doubtful* are the pages that get the first cut and no other.

    The line that ships is fitted on all pages; the F1 of a fold's pages is that of the line fitted on the other folds.
    """
    pages = [example for example in examples if example.features is not None]
    found = np.array([[word_f1(page, shares[page.id] > cut) for cut in _CUTS] for page in pages])
    promised = np.array([np.nan if page.id in doubtful else _first_promise(page, shares) for page in pages])
    folds = np.array([page.fold for page in pages])
    lines = [(offset, slope) for offset in np.arange(-1.4, 0.41, 0.1) for slope in np.arange(0, 2.21, 0.1)]
    gained = np.array([_f1_with(line, promised, found) for line in lines])
    held_out = np.zeros(len(pages))
    for fold in sorted(set(folds)):
        best = int(gained[:, folds != fold].mean(axis=1).argmax())
        held_out[folds == fold] = gained[best, folds == fold]
    offset, slope = lines[int(gained.mean(axis=1).argmax())]
    by_type: dict[str, list[float]] = {"all": []}
    scores = dict(zip([page.id for page in pages], held_out, strict=True))
    for example in examples:
        score = scores.get(example.id, float(not example.reference.total()))
        by_type["all"].append(score)
        by_type.setdefault(example.type, []).append(score)
    means = {name: round(float(np.mean(values)), 4) for name, values in sorted(by_type.items())}
    if slope == 0:
        return {"expected": [0.0, 1.0], "share": [offset, offset]}, means
    ends = [(_LOWEST - offset) / slope, (_HIGHEST - offset) / slope]
    return {"expected": [round(float(end), 4) for end in ends], "share": [_LOWEST, _HIGHEST]}, means


def _first_promise(page: Example, shares: Shares) -> float:
    assert page.features is not None
    return first_promise(shares[page.id], page.features.words)


def _f1_with(line: tuple[float, float], promised: np.ndarray, found: np.ndarray) -> np.ndarray:
    cut = np.where(np.isnan(promised), FIRST_LOOK, np.clip(line[0] + line[1] * promised, _LOWEST, _HIGHEST))
    nearest = np.abs(cut[:, None] - _CUTS).argmin(axis=1)
    picked: np.ndarray = found[np.arange(len(found)), nearest]
    return picked


def calibrate(
    examples: Sequence[Example], shares: Shares, doubtful: Collection[str], cut: Mapping[str, list[float]]
) -> dict[str, list[float]]:
    """Knots of a rising line from promised to found F1, of held-out pages: means of equal bins, pooled where they fall."""
    pairs = []
    for page in examples:
        if page.features is not None:
            share = shares[page.id]
            promised = _first_promise(page, shares)
            kept = share > (FIRST_LOOK if page.id in doubtful else np.interp(promised, cut["expected"], cut["share"]))
            pairs.append((promised_f1(share, page.features.words, np.flatnonzero(kept)), word_f1(page, kept)))
    pools = [
        [part[:, 0].mean(), part[:, 1].mean(), len(part)] for part in np.array_split(np.array(sorted(pairs)), _BINS)
    ]
    at = 1
    while at < len(pools):
        (x, y, n), (u, v, m) = pools[at - 1], pools[at]
        if v > y:
            at += 1
            continue
        pools[at - 1 : at + 1] = [[(x * n + u * m) / (n + m), (y * n + v * m) / (n + m), n + m]]
        at = max(1, at - 1)
    knots = [(0.0, 0.0), *((float(x), float(y)) for x, y, _ in pools)]
    return {"expected": [round(x, 4) for x, _ in knots], "found": [round(y, 4) for _, y in knots]}
