"""Grow the trees of `scraper.extractor.trees` on the same pages as the networks, with CatBoost."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from catboost import CatBoost, Pool
from numpy.typing import NDArray

from scraper.extractor.trees import Trees, surroundings, tree_logits
from training.body.dataset import Example

TREES, DEPTH, RATE, SHRINK = 500, 6, 0.08, 8.0
OF_COLUMNS, OF_BLOCKS = 0.2, 0.5  # seen by each tree: few, so that the trees differ

_SETTINGS = {
    "loss_function": "CrossEntropy", "iterations": TREES, "depth": DEPTH, "learning_rate": RATE, "l2_leaf_reg": SHRINK,
    "rsm": OF_COLUMNS, "bootstrap_type": "Bernoulli", "subsample": OF_BLOCKS, "border_count": 64, "random_seed": 1,
    "thread_count": 2, "allow_writing_files": False, "logging_level": "Silent",
}  # fmt: skip


def grow(part: Sequence[Example]) -> Trees:
    """Trees for the share of body words of each block of *part*; every page weighs about the same, long blocks more."""
    pages = [(example, example.features) for example in part if example.features is not None]
    seen = np.concatenate([surroundings(features).T for _, features in pages])
    share = np.concatenate([example.aligned / np.maximum(example.sizes, 1) for example, _ in pages])
    weight = np.concatenate([_weight(example) for example, _ in pages])
    model = CatBoost(_SETTINGS)
    model.fit(Pool(seen, share, weight=weight / weight.mean()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trees.json"
        model.save_model(str(path), format="json")
        return _flatten(json.loads(path.read_text(encoding="utf-8")))


def _weight(example: Example) -> NDArray[np.float64]:
    size = np.sqrt(example.sizes)
    found: NDArray[np.float64] = size / (size.sum() + 1)
    return found


def _flatten(stored: dict) -> Trees:
    """The trees as arrays; what several trees ask is asked once."""
    columns = [feature["flat_feature_index"] for feature in stored["features_info"]["float_features"]]
    asked: dict[tuple[int, float], int] = {}
    questions, answers = [], []
    for tree in stored["oblivious_trees"]:
        splits = [(columns[split["float_feature_index"]], split["border"]) for split in tree["splits"]]
        # A tree that asks less asks its last question again: the answers of the rows that can't be are never read.
        number = [asked.setdefault(split, len(asked)) for split in splits] or [0]
        missing = DEPTH - len(number)
        values = np.array(tree["leaf_values"], np.float32)
        places = np.arange(2**DEPTH) & (len(values) - 1)
        questions.append(number + number[-1:] * missing)
        answers.append(values[places])
    scale, (bias,) = stored["scale_and_bias"]
    column, border = zip(*asked, strict=True)
    return Trees(
        np.array(column, np.int16),
        np.array(border, np.float32),
        np.array(questions, np.int16),
        np.array(answers, np.float32) * np.float32(scale),
        np.float32(bias),
    )


def predict(trees: Trees, part: Sequence[Example]) -> dict[str, NDArray[np.float32]]:
    """The trees' log odds of each block, by page id."""
    return {example.id: tree_logits(example.features, trees) for example in part if example.features is not None}
