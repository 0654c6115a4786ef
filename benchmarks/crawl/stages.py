"""Where a crawl's processor time goes: milliseconds a page for each stage of the pipeline.

Every stage's functions are timed on the thread that runs them; what runs inside another stage counts for itself alone.
``python -m benchmarks.crawl.stages FILE COMMAND...`` runs one command line and writes milliseconds by stage to FILE.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

# Each stage and the functions that are it, where their callers look them up.
STAGES = {
    "fetch": ["crawler.fetch:Fetcher.fetch"],
    "decode and guard": ["dom:decode_html", "extractor.statement:defuse", "reading:markup"],
    "parse": ["dom:parse"],
    "extract": ["reading:extract_with_tree"],
    "links": ["crawler.discover:read", "crawler.discover:links"],
    "sightings": ["sights:Sights.sight"],
    "capture": ["archive.facts:Facts.add_capture"],
    "identity": ["identity:Identity.place", "identity:Identity.settle_claims"],
    "statement": ["states:States.apply"],
    "search index": ["archive.search:index"],
    "relations": ["archive.dedup:relate"],
    "due, request log": ["ledger:Ledger.done", "ledger:Ledger.link", "archive.runs:Runs.save"],
    "lease": ["dispatch:Dispatch.lease"],
    "keep": ["keep:Keeper.keep"],
    "loop": ["run:Crawl.run"],
}
COMMIT = "begin, commit"


class Meter:
    """Processor time by stage; the innermost stage that runs is the one that pays."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._local = threading.local()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Charge what runs in here to *name*, unless a stage within takes over."""
        stack = self._local.__dict__.setdefault("stack", [])
        self._charge(stack)
        stack.append(name)
        try:
            yield
        finally:
            self._charge(stack)
            stack.pop()

    def _charge(self, stack: Sequence[str]) -> None:
        now = time.thread_time()
        if stack:
            self.seconds[stack[-1]] += now - self._local.since
        self._local.since = now

    def watch(self, place: str, name: str) -> None:
        """Charge every call of the function at *place* ("module:name" below scraper) to the stage *name*."""
        module, _, path = place.partition(":")
        owner: Any = import_module(f"scraper.{module}")
        *parents, last = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        function: Callable[..., Any] = getattr(owner, last)

        @wraps(function)
        def charged(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                return function(*args, **kwargs)

        setattr(owner, last, charged)

    def watch_transactions(self) -> None:
        """Charge the beginning and the end of transactions to :data:`COMMIT`, what happens in them to the loop."""
        from scraper.archive import opening

        transaction = opening.transaction

        @contextmanager
        def charged(db: Any) -> Iterator[None]:
            with self.stage(COMMIT), transaction(db), self.stage("loop"):
                yield

        opening.transaction = charged


def run(pages: int) -> tuple[int, dict[str, float]]:
    """Crawl *pages* statements from loopback: how many answers were kept, and milliseconds for each by stage."""
    from benchmarks.crawl.cost import run_python
    from benchmarks.crawl.pages import statement_pages
    from benchmarks.crawl.site import CLIENT_CORE, StaticSite
    from benchmarks.crawl.throughput import HOST, SOURCE

    with StaticSite(list(statement_pages(pages))) as site, tempfile.TemporaryDirectory() as folder:
        source, file = Path(folder) / "benchmark.toml", Path(folder) / "stages.json"
        source.write_text(SOURCE.format(host=HOST))
        command = ["crawl", "--source-file", str(source), "--resolve", f"{HOST}={site.origin}"]
        command += ["--archive", str(Path(folder) / "archive.db"), "--quiet"]
        done = run_python(["-m", "benchmarks.crawl.stages", str(file), *command], core=CLIENT_CORE)
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"the crawl ended with {done.returncode}: {done.stderr.strip()}")
        seconds: dict[str, float] = json.loads(file.read_text())
        return site.count, {name: 1000 * spent / site.count for name, spent in seconds.items()}


def main(argv: Sequence[str]) -> int:
    """Run a command line and write down which stage took how long."""
    from scraper import cli

    file, *command = argv
    cli.one_thread()
    meter = Meter()
    for name, places in STAGES.items():
        for place in places:
            meter.watch(place, name)
    meter.watch_transactions()
    code = cli.main(command)
    Path(file).write_text(json.dumps(dict(meter.seconds.most_common())))
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
