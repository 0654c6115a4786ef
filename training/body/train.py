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
from collections.abc import Sequence
from pathlib import Path

# One core: the machine is shared, and so small a network gains nothing from two.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

from scraper.extractor.markup import Lexicon
from scraper.extractor.shares import is_doubtful, together
from scraper.extractor.trees import Trees
from training.body import net, trees
from training.body.dataset import FOLDS, Example, lexicon_of, load
from training.body.judge import calibrate, fit_cut, report

EPOCHS, RATE, DECAY, ENTROPY, TYPING = 12, 2e-3, 0.02, 0.3, 0.1
DROP = {"names": 0.1, "lead": 0.25, "page": 0.3, "input": 0.05, "hidden": 0.2}


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


def fit(part: Sequence[Example], full: Lexicon, seeds: int, epochs: int = EPOCHS) -> tuple[Lexicon, dict, list[dict]]:
    """A lexicon from *part*, its table, and the weights of each seed."""
    own = lexicon_of(part)
    tables = net.remap(full, own)
    items = [net.encode(example, full, own, tables) for example in part if example.features is not None]
    sizes = (max([0, *own.wholes.values(), *own.parts.values()]), len(own.words), len(own.pages))
    return own, tables, [train(items, sizes, seed, epochs) for seed in range(seeds)]


def cross_validate(
    examples: Sequence[Example], full: Lexicon, seeds: int, folds: Sequence[int], epochs: int = EPOCHS
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Out-of-fold shares, the mean of the seeds and of networks and trees; and the pages of which the networks promise little."""
    shares: dict[str, np.ndarray] = {}
    doubtful: set[str] = set()
    for fold in folds:
        rest = [example for example in examples if example.fold != fold]
        held = [example for example in examples if example.fold == fold]
        own, tables, models = fit(rest, full, seeds, epochs)
        items = [net.encode(example, full, own, tables) for example in held if example.features is not None]
        each = [predict(p, items) for p in models]
        grown = trees.predict(trees.grow(rest), held)
        for item in items:
            page = item["example"]
            networks = np.mean([one[page.id] for one in each], 0)
            if is_doubtful(networks, page.features.words):
                doubtful.add(page.id)
                shares[page.id] = networks
            else:
                shares[page.id] = together(networks, grown[page.id])
        report(held, shares, f"fold {fold} ({len(own.parts)} parts, {len(own.wholes)} wholes, {len(own.words)} words)")
    return shares, doubtful


def save(models: Sequence[dict], grown: Trees, own: Lexicon, folder: Path, provenance: dict) -> None:
    """Write the weights of *models*, side by side, the trees, and their lexicon as package data.

    Tables are kept in int8, layers and answers in float16.
    """
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
    np.savez_compressed(folder / "body_trees.npz", **grown._asdict() | {"answer": grown.answer.astype(np.float16)})
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
    shares, doubtful = cross_validate(examples, full, args.seeds, folds, args.epochs)
    held = [example for example in examples if example.fold in folds]
    report(held, shares, "all, one cut")
    cut, held_out = fit_cut(held, shares, doubtful)
    print(json.dumps({"cut": cut, "held_out_word_f1": held_out, "seconds": round(time.time() - started)}))
    if args.save:
        own, _, models = fit(examples, full, args.seeds, args.epochs)
        provenance = {
            "data": "WCXB dev, CC-BY-4.0",
            "pages": len(examples),
            "command": "python -m training.body.train " + " ".join(sys.argv[2:]),
            "seeds": list(range(args.seeds)),
            "epochs": args.epochs,
            "trees": trees.TREES,
            "features": [len(models[0]["mean"]), "numbers a block, and the names below"],
            "held_out_word_f1": held_out,
            "cut": cut,
            "confidence": calibrate(examples, shares, doubtful, cut),
        }
        save(models, trees.grow(examples), own, Path(__file__).parents[2] / "scraper" / "extractor", provenance)
    if args.shares:
        args.shares.write_bytes(pickle.dumps(shares))


if __name__ == "__main__":
    main()
