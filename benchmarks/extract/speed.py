"""Processor time a page, all extractors over the same pages in one process, and the time that importing takes."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.extract.extractors import Text
from benchmarks.extract.pages import Page


class Speed(NamedTuple):
    """The cost of one extractor."""

    ms: float  # of processor time a page, median of the rounds
    ratio: float  # of it to the first extractor's in the same round, median


def page_speeds(extractors: Mapping[str, Text], pages: Sequence[Page], rounds: int) -> dict[str, Speed]:
    """Every extractor over all *pages*, in turns, so that a slow spell of the machine hits all."""
    spent: dict[str, list[float]] = {name: [] for name in extractors}
    for extract in extractors.values():  # imports and tables are paid before the clock runs
        _run(extract, pages[:3])
    for _ in range(rounds):
        for name, extract in extractors.items():
            spent[name].append(_run(extract, pages))
    first = next(iter(spent.values()))
    return {
        name: Speed(
            1000 * statistics.median(times) / len(pages),
            statistics.median(mine / base for mine, base in zip(times, first, strict=True)),
        )
        for name, times in spent.items()
    }


def _run(extract: Text, pages: Sequence[Page]) -> float:
    gc.collect()
    start = time.process_time()
    for page in pages:
        try:
            extract(page.html, page.url)
        except Exception:
            continue
    return time.process_time() - start


def import_ms(statement: str, rounds: int = 5) -> float:
    """Processor time of *statement* in a fresh interpreter, the interpreter's own apart; median, in milliseconds."""
    return max(0.0, _start_ms(statement, rounds) - _start_ms("pass", rounds))


def _start_ms(statement: str, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        before = os.times()
        subprocess.run([sys.executable, "-c", statement], check=True)
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return 1000 * statistics.median(times)
