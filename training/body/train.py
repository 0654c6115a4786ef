"""Train the body model and say how good it is on hosts that it has not seen.

    python -m training.body.train DATA --seeds 2 --save

DATA is the unpacked WCXB dev set (`html/`, `ground-truth/`; CC-BY-4.0, see NOTICE). Five folds by host are trained and
predicted first; `--save` then trains on all pages and writes the weights with their provenance beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

# One core: the machine is shared, and so small a network gains nothing from two.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

from scraper.extractor.markup import Lexicon
from training.body import net
from training.body.dataset import FOLDS, TYPES, Example, lexicon_of, load

EPOCHS, RATE, DECAY, ENTROPY, TYPING = 12, 2e-3, 0.02, 0.3, 0.1
DROP = {"names": 0.1, "lead": 0.25, "page": 0.3, "input": 0.05, "hidden": 0.2}
KEEP = 0.35  # of a block's words expected to be body; swept 0.3 to 0.5 over the folds


def train(items: Sequence[dict], sizes: tuple[int, int, int], seed: int, epochs: int = EPOCHS) -> dict:
    """Weights after *epochs* over *items*, by AdamW with a cosine schedule."""
    rng, key = np.random.default_rng(seed), jax.random.PRNGKey(seed)
    rows = np.concatenate([item["X"] for item in items])
    p = net.start(key, rows.shape[1], *sizes)
    p["mean"], p["std"] = jnp.array(rows.mean(0)), jnp.array(rows.std(0) + 1e-2)
    total = epochs * len(list(net.batches(items, np.random.default_rng(0))))
    first = {name: jnp.zeros_like(value) for name, value in p.items()}
    second = dict(first)
    step = 0
    for epoch in range(epochs):
        missed = []
        for lot in net.batches(items, rng):
            step += 1
            rate = RATE * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * min(1, step / total)))
            batch, _ = net.pack(lot)
            p, first, second, miss = update(
                p, first, second, jnp.float32(step), jnp.float32(rate), batch, jax.random.fold_in(key, step)
            )
            missed.append(float(miss))
        print(f"  seed {seed} epoch {epoch}: soft F1 {1 - np.mean(missed):.4f}", file=sys.stderr, flush=True)
    return {name: np.asarray(value) for name, value in p.items()}


@jax.jit
def update(p, first, second, step, rate, batch, key):
    """One step of AdamW."""
    (_, missed), gradient = jax.value_and_grad(net.loss, has_aux=True)(p, batch, key, DROP, ENTROPY, TYPING)
    new, m, v = {}, {}, {}
    for name, value in p.items():
        m[name] = 0.9 * first[name] + 0.1 * gradient[name]
        v[name] = 0.99 * second[name] + 0.01 * gradient[name] ** 2
        move = (m[name] / (1 - 0.9**step)) / (jnp.sqrt(v[name] / (1 - 0.99**step)) + 1e-6)
        move = move if name in net.UNDECAYED else move + DECAY * value
        new[name] = value if name in net.UNTRAINED else value - rate * move
    return new, m, v, missed


@jax.jit
def _shares(p, batch):
    return jax.nn.sigmoid(net.forward(p, batch)[0])


def predict(p: dict, items: Sequence[dict]) -> dict[str, np.ndarray]:
    """The expected share of body words of every block, by page id."""
    found = {}
    for lot in net.batches(items, None):
        batch, spans = net.pack(lot)
        shares = np.asarray(_shares(p, batch))
        for item, (start, end) in zip(lot, spans, strict=True):
            found[item["example"].id] = shares[start:end]
    return found


def word_f1(example: Example, kept: np.ndarray) -> float:
    """The benchmark's metric for the blocks *kept*."""
    wanted = example.reference.total()
    got: Counter[str] = Counter()
    for index in np.flatnonzero(kept):
        got.update(example.blocks[index])
    if not wanted or not got.total():
        return float(wanted == got.total())
    return 2 * (got & example.reference).total() / (got.total() + wanted)


def report(examples: Sequence[Example], shares: dict[str, np.ndarray], title: str) -> float:
    """Print mean F1 per type at several thresholds; return it over all pages at KEEP."""
    rows = {t: [] for t in TYPES}
    for example in examples:
        share = shares.get(example.id, np.zeros(0))
        rows[example.type].append([word_f1(example, share > cut) for cut in (0.3, KEEP, 0.5)])
    every = [row for group in rows.values() for row in group]
    print(f"{title}: " + "  ".join(f"{x:.4f}" for x in np.mean(every, 0)))
    for name, group in rows.items():
        if group:
            print(f"   {name:<14}{len(group):>5}  " + "  ".join(f"{x:.4f}" for x in np.mean(group, 0)), flush=True)
    return float(np.mean(every, 0)[1])


def by_type(examples: Sequence[Example], shares: dict[str, np.ndarray]) -> dict[str, float]:
    """Mean F1 at KEEP of each type of page."""
    found: dict[str, list[float]] = {}
    for example in examples:
        found.setdefault(example.type, []).append(word_f1(example, shares.get(example.id, np.zeros(0)) > KEEP))
    return {name: round(float(np.mean(values)), 4) for name, values in sorted(found.items())}


def fit(part: Sequence[Example], full: Lexicon, seeds: int, epochs: int = EPOCHS) -> tuple[Lexicon, dict, list[dict]]:
    """A lexicon from *part*, its table, and the weights of each seed."""
    own = lexicon_of(part)
    tables = net.remap(full, own)
    items = [net.encode(example, full, own, tables) for example in part if example.features is not None]
    sizes = (max([0, *own.wholes.values(), *own.parts.values()]), len(own.words), len(own.pages))
    return own, tables, [train(items, sizes, seed, epochs) for seed in range(seeds)]


def cross_validate(
    examples: Sequence[Example], full: Lexicon, seeds: int, folds: Sequence[int], epochs: int = EPOCHS
) -> dict[str, np.ndarray]:
    """Out-of-fold shares: the mean of the seeds."""
    shares: dict[str, np.ndarray] = {}
    for fold in folds:
        rest = [example for example in examples if example.fold != fold]
        held = [example for example in examples if example.fold == fold]
        own, tables, models = fit(rest, full, seeds, epochs)
        items = [net.encode(example, full, own, tables) for example in held if example.features is not None]
        each = [predict(p, items) for p in models]
        shares |= {name: np.mean([one[name] for one in each], 0) for name in each[0]}
        report(held, shares, f"fold {fold} ({len(own.parts)} parts, {len(own.wholes)} wholes, {len(own.words)} words)")
    return shares


def expected_f1(words: np.ndarray, share: np.ndarray, kept: np.ndarray) -> float:
    """The F1 that the shares promise for the blocks *kept*, as `scraper.extractor.score` works it out."""
    size = words[kept].sum() + (share * words).sum()
    return float(2 * (share * words)[kept].sum() / size) if size else 0.0


def calibrate(
    examples: Sequence[Example], shares: dict[str, np.ndarray], bins: int = 12
) -> tuple[list[float], list[float]]:
    """Knots of a rising line from expected to found F1, of held-out pages: means of equal bins, pooled where they fall."""
    pairs = []
    for example in examples:
        if example.features is not None:
            share = shares[example.id]
            kept = share > KEEP
            pairs.append((expected_f1(example.features.words, share, kept), word_f1(example, kept)))
    pools = [
        [part[:, 0].mean(), part[:, 1].mean(), len(part)] for part in np.array_split(np.array(sorted(pairs)), bins)
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
    return [round(x, 4) for x, _ in knots], [round(y, 4) for _, y in knots]


def save(models: Sequence[dict], own: Lexicon, folder: Path, provenance: dict) -> None:
    """Write the weights of *models*, side by side, and their lexicon as package data: tables in int8, layers in float16."""
    rows = {
        "names": max([0, *own.wholes.values(), *own.parts.values()]) + 1,
        "lead": len(own.words) + 1,
        "pages": len(own.pages) + 1,
    }
    stored = {}
    for name in models[0]:
        values = [p[name] for p in models]
        if name in ("wt", "bt"):
            continue  # the page types only helped the training
        if name in rows:
            table = np.concatenate([value[: rows[name]] for value in values], axis=1)
            table[0] = 0
            scale = np.abs(table).max(axis=0) / 127 + 1e-9
            stored[name] = np.round(table / scale).astype(np.int8)
            stored[f"{name}_scale"] = scale.astype(np.float32)
        elif name in net.UNTRAINED:
            stored[name] = values[0].astype(np.float32)  # of the data, the same for all
        else:
            stored[name] = np.stack(values).astype(np.float32 if name == "decay" else np.float16)
    np.savez_compressed(folder / "body_weights.npz", **stored)
    lexicon = {
        "parts": " ".join(name for name, number in own.parts.items() if number > 0),
        "wholes": " ".join(name for name, number in own.wholes.items() if number > 0),
        "words": " ".join(own.words),
        "pages": " ".join(own.pages),
    }
    text = json.dumps(provenance | {"lexicon": lexicon}, ensure_ascii=False, indent=1)
    (folder / "body_weights.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments, cross-validate, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--folds", default=",".join(map(str, range(FOLDS))))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--cache", type=Path, help="read and write the numbers of the pages here")
    parser.add_argument("--shares", type=Path, help="write the out-of-fold shares here")
    args = parser.parse_args()
    started = time.time()
    if args.cache and args.cache.exists():
        examples, full = pickle.loads(args.cache.read_bytes())
    else:
        examples, full = load(args.data)
        if args.cache:
            args.cache.write_bytes(pickle.dumps((examples, full), protocol=5))
    folds = [int(fold) for fold in args.folds.split(",")]
    shares = cross_validate(examples, full, args.seeds, folds, args.epochs)
    mean = report([example for example in examples if example.fold in folds], shares, "all")
    print(json.dumps({"f1": mean, "seconds": round(time.time() - started)}))
    if args.save:
        own, _, models = fit(examples, full, args.seeds, args.epochs)
        expected, found = calibrate(examples, shares)
        provenance = {
            "data": "WCXB dev, CC-BY-4.0",
            "pages": len(examples),
            "command": "python -m training.body.train " + " ".join(sys.argv[2:]),
            "seeds": list(range(args.seeds)),
            "epochs": args.epochs,
            "features": [len(models[0]["mean"]), "numbers a block, and the names below"],
            "held_out_word_f1": {"all": round(mean, 4), **by_type(examples, shares)},
            "confidence": {"expected": expected, "found": found},
        }
        save(models, own, Path(__file__).parents[2] / "scraper" / "extractor", provenance)
    if args.shares:
        args.shares.write_bytes(pickle.dumps(shares))


if __name__ == "__main__":
    main()
