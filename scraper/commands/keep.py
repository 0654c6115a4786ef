"""`import` and `reextract`: captures that others made, and captures read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

import click

from scraper import config, words
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings, warn
from scraper.clock import Clock
from scraper.commands.asked import moment
from scraper.commands.crawl import WORKERS, cores, readers_for
from scraper.config import Source
from scraper.errors import SourceNotFound, UnreadableInput, UsageError
from scraper.imports import Imported, import_captures
from scraper.model import Capture, Failure
from scraper.reread import Rereading, accept_held, reextract


@cli.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...|FOLDER")
@click.option(
    "--source-file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="The source that the pages belong to.  [default: the catalogue]",
)
@click.option("--base-url", metavar="URL", help="For a folder: the URL that its top stands for.")
@click.option("--captured-at", metavar="TIMESTAMP", help="For a folder: when it was saved (ISO 8601).")
@click.option("--workers", type=WORKERS, help="Processes that read.  [default: one a core; 0: read here]")
@common
@settings
def import_command(
    at: Settings, paths: Sequence[Path], files: Sequence[Path], base_url: str | None, captured_at: str | None,
    workers: int | None,
) -> int:  # fmt: skip
    """Take captures that others made: WARC files, a Wayback CDX file, or a folder saved with wget or HTTrack.

    Captures keep their own times, so that old versions take their place in a statement's history. Importing twice
    adds nothing. WARC files that refer to each other are given together. Of a folder, wget's -K keeps pages as they came.
    """
    sources = [config.read_source(file, least_delay=timedelta(0)) for file in files] or list(
        config.catalogue().values()
    )
    arrivals = _arrivals(paths, base_url, captured_at)
    clock, captures = Clock.starting_at(None), iter(arrivals)
    first = list(islice(captures, 1))  # what cannot be read at all is said before an archive is made
    with Archive(at.archive, create=True) as archive, archive.only_writer(), readers_for(workers, cores()) as readers:
        archive.claim_for("real", clock.now())
        done = import_captures(archive, sources, chain(first, captures), clock, readers, _renamed(arrivals))
    done.skipped |= arrivals.skipped
    if at.json:
        say(words.as_json(done))
    else:
        for line in done.failures:
            warn(words.plain(line))
        if not at.quiet:
            say(words.imported(done))
        if not done.captures:
            warn(f"{', '.join(map(str, paths))}: nothing was taken: {_why_nothing(done)}")
    return 1 if done.failures or not done.captures else 0


def _why_nothing(done: Imported) -> str:
    if done.without_source:
        return "say whose pages these are with --source-file FILE.toml (`scraper sources add` writes one)"
    return "there is no capture of a page in it"


class Arrivals(Protocol):
    """What a reader of others' captures gives: captures, and after them what was none."""

    skipped: Counter[str]

    def __iter__(self) -> Iterator[Capture | Failure]: ...


def _arrivals(paths: Sequence[Path], base_url: str | None, captured_at: str | None) -> Arrivals:
    """The captures in the files or the folder at *paths*. Raises :class:`UsageError`."""
    from scraper.archive.cdx_in import read_cdx
    from scraper.archive.folder_in import read_folder
    from scraper.archive.warc_in import WarcFile

    for path in paths:
        if not path.exists():
            raise UnreadableInput(path, "no such file or folder")
        if len(paths) > 1 and (path.is_dir() or _is_listing(path)):
            raise UsageError(f"{path} is no WARC file: import it by itself; only WARC files go together")
    path = paths[0]
    if path.is_dir():
        if not any(path.iterdir()):
            raise UnreadableInput(path, "is an empty folder")
        if not base_url or not captured_at:
            raise UsageError(
                f"{path} is a folder: say where it was saved from and when, with --base-url and --captured-at"
            )
        return read_folder(path, base_url, _saved_at(captured_at))
    if base_url or captured_at:
        raise UsageError(
            f"{path} is a file, whose captures have addresses and times: leave out --base-url, --captured-at"
        )
    return read_cdx(path) if _is_listing(path) else WarcFile(*paths)


def _renamed(arrivals: Arrivals) -> dict[str, str]:
    """Addresses in links that a copier of a site made up, and what they stand for."""
    from scraper.archive.folder_in import Folder

    return arrivals.renamed() if isinstance(arrivals, Folder) else {}


def _is_listing(path: Path) -> bool:
    return path.name.endswith((".cdx", ".cdx.gz", ".cdxj", ".cdxj.gz", ".cdx.json"))


def _saved_at(text: str) -> datetime:
    found, now = moment(text, "--captured-at"), datetime.now(UTC)
    if found is None or found > now:
        raise UsageError(f"--captured-at {text}: is in the future; say when the folder was saved")
    return found


@cli.command("reextract")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--source-file", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE.toml")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--accept-held", is_flag=True, help="Record the changes that were held back, as revisions.")
@click.option("--workers", type=WORKERS, help="Processes that read.  [default: one a core; 0: read here]")
@common
@settings
def reextract_command(
    at: Settings, names: Sequence[str], files: Sequence[Path], yes: bool, dry_run: bool, accept_held: bool,
    workers: int | None,
) -> int:  # fmt: skip
    """Read the stored captures again with today's extractor, and show what would change before it is written."""
    clock = Clock.starting_at(None)
    if dry_run and (yes or accept_held):
        raise UsageError("--dry-run writes nothing: leave out --yes and --accept-held, or leave out --dry-run")
    if not yes and not accept_held:
        with Archive(at.archive, readonly=True):
            pass  # an earlier release's file is not brought up to date by asking what would change
    with Archive(at.archive) as archive, archive.only_writer():
        sources = _sources_in(archive, names, files)
        if accept_held:
            return _accept(at, archive, sources, clock)
        with readers_for(workers, cores()) as readers:
            found = [reextract(archive, source, clock, write=False, readers=readers) for source in sources]
            say(words.as_json(found) if at.json else words.rereadings(found))
            nothing = all(not _differs(one) for one in found)
            if dry_run or nothing or not (yes or click.confirm("write this?", err=True)):
                return 0
            for source in sources:
                reextract(archive, source, clock, write=True, readers=readers)
    if not at.quiet and not at.json:
        say("written")
    return 0


def _differs(found: Rereading) -> bool:
    return bool(found.text_changed or found.title_changed or found.date_changed or found.states_changed)


def _accept(at: Settings, archive: Archive, sources: Sequence[Source], clock: Clock) -> int:
    counts = {source.name: accept_held(archive, source, clock) for source in sources}
    lines = "\n".join(f"{name}: {count} changes recorded" for name, count in counts.items())
    say(words.as_json(counts) if at.json else lines)
    return 0


def _sources_in(archive: Archive, names: Sequence[str], files: Sequence[Path]) -> list[Source]:
    """The sources that the archive follows, as it last knew them; *files* say it better."""
    given = {source.name: source for source in (config.read_source(file, least_delay=timedelta(0)) for file in files)}
    rows = archive.rows("select name, toml from sources order by name")
    known = {row["name"]: row["toml"] for row in rows}
    wanted = list(names) or [name for name in known if not given or name in given]
    for name in wanted:
        if name not in known:
            raise SourceNotFound(name, sorted(known))
    return [
        given.get(name) or config.parse_source(known[name], f"{name}.toml", least_delay=timedelta(0)) for name in wanted
    ]
