"""Quality and speed of the extractor beside others', over WCXB's annotated pages.

usage: python -m benchmarks.extract [DATA] [--pages N] [--rounds 3] [--only quality,fields,speed,hostile]

DATA (or the environment's WCXB) is the unpacked development set: `html/` and `ground-truth/`. Without it only speed is
measured, over the fixture site's pages.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from benchmarks.extract.extractors import FIELDS, SPEEDS, TEXTS, installed
from benchmarks.extract.hostile import worst
from benchmarks.extract.pages import Page, read_fixture_site, read_wcxb, speed_sample
from benchmarks.extract.quality import field_scores, text_scores
from benchmarks.extract.speed import import_ms, page_speeds

KINDS = ("all", "article", "documentation", "service", "forum", "listing", "collection", "product")
NAMES = ("title", "author", "date", "invented")
PARTS = "quality,fields,speed,hostile"


def main() -> int:
    """Run what was asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=Path(os.environ.get("WCXB") or "data/wcxb"))
    parser.add_argument("--pages", type=int, help="only so many pages, evenly spread")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=PARTS)
    asked = parser.parse_args()
    parts = asked.only.split(",")
    if (asked.data / "ground-truth").is_dir():
        pages = read_wcxb(asked.data)
        sample = speed_sample(pages)
        if asked.pages:
            pages = pages[:: max(1, len(pages) // asked.pages)]
        if "quality" in parts:
            _quality(pages)
        if "fields" in parts:
            _fields(pages)
    else:
        print(f"{asked.data} holds no WCXB pages: give their folder, or name it in the environment's WCXB.")
        print("Quality is not measured; speed is, over the fixture site's pages.\n")
        sample = read_fixture_site()
    if "speed" in parts:
        _speed(sample, asked.rounds)
    if "hostile" in parts:
        _hostile()
    return 0


def _quality(pages: Sequence[Page]) -> None:
    there, missing = installed(TEXTS)
    learned = _record("body_weights.json")
    print(f"Body text: mean F1 over words, {len(pages)} pages\n")
    print("| | " + " | ".join(KINDS) + " |\n|---|" + "--:|" * len(KINDS))
    for name, extract in there.items():
        scores = text_scores(extract, pages)
        label = "ours, in-sample" if learned and name == "ours" else name
        print(f"| {label} | " + " | ".join(_share(scores.get(kind)) for kind in KINDS) + " |", flush=True)
    _print_missing(missing)
    if learned:
        print(f"Ours was learned on these pages. On hosts that it had not seen: {learned['held_out_word_f1']}")
    print()


def _fields(pages: Sequence[Page]) -> None:
    there, missing = installed(FIELDS)
    print("Fields: share right where there is one; dates given where there is none\n")
    print("| | title | author | date | date invented |\n|---|--:|--:|--:|--:|")
    for name, read in there.items():
        scores = field_scores(read, pages)
        label = "ours, in-sample" if name == "ours" else name
        print(f"| {label} | " + " | ".join(_share(scores[field]) for field in NAMES) + " |", flush=True)
    learned = _record("field_weights.json")
    measured = [learned[field]["cross_validated"] for field in ("title", "author", "published")]
    shares = [*(item["exact"] for item in measured), measured[-1]["invented"]]
    print("| ours, on unseen hosts | " + " | ".join(_share(share) for share in shares) + " |")
    _print_missing(missing)
    print()


def _speed(sample: Sequence[Page], rounds: int) -> None:
    there, missing = installed(SPEEDS)
    size = sum(len(page.html) for page in sample) / 1e6
    first = next(iter(there))
    print(f"Processor time a page, {len(sample)} pages, {size:.1f} MB, median of {rounds} rounds\n")
    print(f"| | ms a page | times {first} |\n|---|--:|--:|")
    for name, speed in page_speeds(there, sample, rounds).items():
        print(f"| {name} | {speed.ms:.2f} | {speed.ratio:.2f} |", flush=True)
    _print_missing(missing)
    print(f"\nimport scraper: {import_ms('import scraper'):.0f} ms; ", end="")
    print(f"from scraper import extract: {import_ms('from scraper import extract'):.0f} ms\n")


def _hostile() -> None:
    print("Hostile pages: processor seconds and peak memory of one extraction, each in a process of its own\n")
    print("| | MB | s | peak MB |\n|---|--:|--:|--:|")
    for name, megabytes, seconds, peak in worst():
        print(f"| {name} | {megabytes:.1f} | {seconds:.2f} | {peak:.0f} |", flush=True)


def _record(name: str) -> Mapping[str, dict] | None:
    """What training wrote down beside the weights."""
    path = files("scraper.extractor").joinpath(name)
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _print_missing(names: Sequence[str]) -> None:
    if names:
        print(f"not installed: {', '.join(names)} (pip install --group bench)")


if __name__ == "__main__":
    sys.exit(main())
