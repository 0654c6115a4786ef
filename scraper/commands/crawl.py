"""`crawl` and `demo`: runs that fetch."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from shlex import quote
from shutil import which
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scraper import config, words
from scraper.archive.frontier import Entry
from scraper.archive.runs import Tally
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings, warn
from scraper.clock import Clock
from scraper.commands.asked import moment
from scraper.commands.terminal import fitted
from scraper.config import Source
from scraper.crawler.fetch import Fetcher
from scraper.errors import Interrupted, UsageError
from scraper.readers import FEW, MOST, Readers, sensible
from scraper.report import Concern, after_a_run, unacknowledged
from scraper.run import Budget, Crawl, OnPage, Report, Stop

WORKERS = click.IntRange(0, 64)  # more processes than any machine of ours has cores only cost memory


@cli.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--source-file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="Crawl a source that is not in the catalogue.",
)
@click.option(
    "--resolve",
    multiple=True,
    metavar="HOST=http://127.0.0.1:PORT",
    help="Send requests for HOST to that address; URLs keep their identity.",
)
@click.option("--now", metavar="TIMESTAMP", help="What the run takes the time to be (ISO 8601).")
@click.option("--max-pages", type=click.IntRange(min=1), help="Stop cleanly after that many pages.")
@click.option("--max-seconds", type=click.FloatRange(min=0.1), help="Stop cleanly after that long.")
@click.option("--workers", type=WORKERS, help="Processes that read pages.  [default: as many as pay]")
@common
@settings
def crawl(
    at: Settings, names: Sequence[str], files: Sequence[Path], resolve: Sequence[str], now: str | None,
    max_pages: int | None, max_seconds: float | None, workers: int | None,
) -> int:  # fmt: skip
    """Crawl sources into the archive; without SOURCE, every source that the archive already follows.

    Run it from cron: a second run at the same time does nothing (exit code 4), a killed run is continued by the next.
    """
    mapped = mapping(resolve)
    chosen = _chosen(at, names, files, mapped)
    # A run whose time is given is one that somebody wants to see again: everything in one process, in its order.
    readers = readers_for(workers, 0 if now else sensible(chosen, cores()))
    clock, budget = Clock.starting_at(moment(now, "--now")), Budget(max_pages, max_seconds)
    return tell(at, run(at, chosen, mapped, clock=clock, budget=budget, readers=readers))


@cli.command()
@click.option("--now", metavar="TIMESTAMP", help="What the run takes the time to be (ISO 8601).")
@click.option(
    "--state",
    type=click.Choice(["T0", "T1", "T2", "T3", "T4", "T5"]),
    default="T0",
    show_default=True,
    help="Which day of the site's story to crawl: T1 changes noise only, T2 edits, T3 removes, T4 redesigns, T5 returns.",
)
@click.option("--workers", type=WORKERS, default=0, show_default=True, help="Processes that read pages.")
@common
@settings
def demo(at: Settings, now: str | None, state: str, workers: int) -> int:
    """Crawl the embedded fixture site, on this machine alone, and say what to do next."""
    from scraper.demo.site import FixtureSite

    given = moment(now, "--now")
    with FixtureSite(at=state, crawl_delay=0) as site:
        sources = list(config.catalogue("scraper.demo.sources", least_delay=timedelta(0)).values())
        if not at.quiet and not at.json:
            say(fitted(f"the fixture site runs on {site.origin} for the time of this crawl; no other address is asked"))
        # The site's pages are dated; a run that took place long after them would call every source quiet.
        clock = Clock.starting_at(given or site.state.at)
        told = run(at, sources, site.resolve, clock=clock, kind="demo", command="demo", readers=Readers(workers))
    code = tell(at, told)
    if not at.quiet and not at.json:
        say(fitted(_next_steps(at.archive, state), columns=True))
    return code


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a run."""

    report: Report
    troubles: Report  # the same without what a person has acknowledged
    concerns: tuple[Concern, ...]


def run(
    at: Settings,
    sources: Sequence[Source],
    mapped: Mapping[str, str],
    *,
    clock: Clock,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    kind: str = "real",
    command: str = "crawl",
    readers: Readers | None = None,
) -> Told:
    """Crawl *sources* into the archive of *at*; what the run did, and what of the sources needs a person."""
    with (
        Archive(at.archive, create=True) as archive,
        archive.only_writer(),
        Fetcher(resolve=mapped, now=clock.now, sleep=clock.sleep) as fetcher,
        readers or Readers(0) as reading,
        _progress(at) as progress,
        _stoppable() as stop,
    ):
        archive.claim_for(kind, clock.now())
        report = Crawl(
            archive, sources, fetcher, clock=clock, budget=budget, stop=stop, progress=progress, command=command,
            readers=reading,
        ).run()  # fmt: skip
        concerns = after_a_run(archive, clock.now(), [source.name for source in sources])
        told = Told(report, unacknowledged(archive, clock.now(), report), concerns)
    if stop.asked:
        tell(at, told)
        raise Interrupted
    return told


def readers_for(asked: int | None, sensible: int) -> Readers:
    """As many readers as were asked for, else a *sensible* number once there is more than a little to read."""
    return Readers(min(sensible, MOST) if sensible > 1 else 0, after=FEW) if asked is None else Readers(asked)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def tell(at: Settings, told: Told) -> int:
    """Report a run in the way that was asked for; the exit code. Cron hears only of what nobody acknowledged."""
    if at.json:
        say(words.as_json({**asdict(told.report), "warnings": told.concerns}))
    elif at.quiet:
        for line in [*words.run_problems(told.troubles), *map(words.plain, told.concerns)]:
            warn(line)
    else:
        report = "\n".join([words.run_report(told.report), *(f"! {words.plain(concern)}" for concern in told.concerns)])
        say(fitted(report, columns=True))
    return 1 if told.troubles.needs_attention or told.concerns else 0


def mapping(resolve: Sequence[str]) -> dict[str, str]:
    """`--resolve HOST=ADDRESS` options as a mapping. Raises :class:`UsageError`."""
    found = {}
    for item in resolve:
        host, equals, address = item.partition("=")
        if not equals or not host or not _is_origin(address):
            raise UsageError(
                f"--resolve {item}: expected HOST=http://ADDRESS:PORT, such as www.iom.example=http://127.0.0.1:8000"
            )
        found[host.lower()] = address.rstrip("/")
    return found


def _is_origin(address: str) -> bool:
    """Whether *address* is that of a web server: http or https, a host, and a port that there can be."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _chosen(at: Settings, names: Sequence[str], files: Sequence[Path], mapped: Mapping[str, str]) -> list[Source]:
    least = timedelta(0) if mapped else config.MIN_DELAY
    chosen = [config.check_delay(config.read_source(path, least_delay=least), mapped) for path in files]
    if names or not files:
        known = config.catalogue()
        wanted = list(names) or _followed(at, known)
        chosen += [config.find_source(name, known) for name in wanted]
    doubled = {source.name for source in chosen if [other.name for other in chosen].count(source.name) > 1}
    if doubled:
        raise UsageError(f"two sources are called {min(doubled)!r}: give one another `name`")
    return chosen


def _followed(at: Settings, known: Mapping[str, Source]) -> list[str]:
    if at.archive.exists():
        with Archive(at.archive) as archive:  # for writing: cron goes on after an upgrade with nobody there to help
            # Once crawled is followed; what is known from an import alone is not asked for again.
            crawled = "select distinct source from runs where command = 'crawl' order by source"
            names = [row["source"] for row in archive.rows(crawled)]
        if followed := [name for name in names if name in known]:
            return followed
    raise UsageError(
        f"{at.archive} follows no source yet: name a source, such as `scraper crawl iom`; "
        "`scraper sources list` shows all"
    )


@contextmanager
def _stoppable() -> Iterator[Stop]:
    """The first SIGINT or SIGTERM asks the run to finish the pages in hand; a second one interrupts it."""
    stop = Stop()

    def ask(number: int, frame: object) -> None:
        del number, frame
        if stop.asked:
            raise KeyboardInterrupt
        stop.ask()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(at: Settings) -> Iterator[OnPage | None]:
    """A bar on a terminal; nothing elsewhere."""
    if at.quiet or at.json or not sys.stderr.isatty():
        yield None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def show(tallies: Mapping[str, Tally], entry: Entry, outcome: str) -> None:
            done = sum(tally.requests for tally in tallies.values())
            new = sum(tally.new for tally in tallies.values())
            text = f"{entry.source}  {new} new  {words.plain(entry.url)[-60:]}"
            bar.update(task, completed=done, description=text)

        yield show


_LATER = {
    "T0": [("demo --state T2", "crawl the site again, a week and some silent edits later")],
    "T1": [("demo --state T2", "crawl the site again, a week and some silent edits later")],
    "T2": [("demo --state T3", "crawl the site again after pages were removed and moved")],
    "T3": [("demo --state T4", "crawl the site again after its redesign")],
    "T4": [("demo --state T5", "crawl the site again after a burst of news")],
}


def _next_steps(archive: Path, state: str) -> str:
    option = "" if archive == Path("archive.db") else f" --archive {quote(str(archive))}"
    called = Path(sys.argv[0])
    as_module = called.name == "__main__.py"  # python -m scraper
    here = f"{quote(sys.executable)} -m scraper" if as_module else quote(os.path.relpath(called))
    scraper = "scraper" if which("scraper") else here
    about = "statements that speak of it, not those whose page lists an office there"
    rows = [
        ("search Zimbabwe", about),
        ("show 1", "read a statement"),
        ("browse", "open the archive in a browser"),
        *_LATER.get(state, ()),
        ("changes", "what was new, edited, gone"),
    ]
    return "\n".join(["", "next:", *(f"  {scraper}{option} {command:<16}  {what}" for command, what in rows)])
