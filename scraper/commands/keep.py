"""`import`, `reextract`, `report`, `archive compact|reindex|upgrade`: care of what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click

from scraper import config, words
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.cli import Settings, cli, common, say, settings, warn
from scraper.clock import Clock
from scraper.commands.crawl import cores, moment, readers_for
from scraper.config import Source
from scraper.errors import SourceNotFound, UnreadableInput, UsageError
from scraper.imports import import_captures
from scraper.model import Capture, Failure
from scraper.report import Overview, Problem, overview
from scraper.reread import Rereading, accept_held, reextract


@cli.command("import")
@click.argument("path", type=click.Path(path_type=Path))
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
@click.option("--workers", type=click.IntRange(min=0), help="Processes that read.  [default: one a core; 0: read here]")
@common
@settings
def import_command(
    at: Settings, path: Path, files: Sequence[Path], base_url: str | None, captured_at: str | None, workers: int | None
) -> int:
    """Take captures that others made: a WARC file, a Wayback CDX file, or a folder saved with wget or HTTrack.

    Captures keep their own times, so that old versions take their place in a statement's history. Importing twice
    adds nothing.
    """
    from scraper.archive.cdx_in import read_cdx
    from scraper.archive.folder_in import read_folder
    from scraper.archive.warc_in import WarcFile

    sources = [config.read_source(file, least_delay=timedelta(0)) for file in files] or list(
        config.catalogue().values()
    )
    if not path.exists():
        raise UnreadableInput(path, "no such file or folder")
    arrivals: Iterable[Capture | Failure]
    if path.is_dir():
        if not base_url or not captured_at:
            raise UsageError(
                f"{path} is a folder: say where it was saved from and when, with --base-url and --captured-at"
            )
        arrivals = read_folder(path, base_url, moment(captured_at) or datetime.now(UTC))
    elif path.suffix == ".cdx" or path.name.endswith((".cdx.gz", ".cdxj", ".cdx.json")):
        arrivals = read_cdx(path)
    else:
        arrivals = WarcFile(path)
    clock = Clock.starting_at(None)
    with Archive(at.archive, create=True) as archive, archive.only_writer(), readers_for(workers, cores()) as readers:
        archive.claim_for("real", clock.now())
        done = import_captures(archive, sources, arrivals, clock, readers)
    done.skipped |= arrivals.skipped
    if at.json:
        say(words.as_json(done))
    else:
        for line in done.failures:
            warn(words.plain(line))
        if not at.quiet:
            say(words.imported(done))
    return 1 if done.failures else 0


@cli.command("reextract")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--source-file", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE.toml")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--accept-held", is_flag=True, help="Record the changes that were held back, as revisions.")
@click.option("--workers", type=click.IntRange(min=0), help="Processes that read.  [default: one a core; 0: read here]")
@common
@settings
def reextract_command(
    at: Settings, names: Sequence[str], files: Sequence[Path], yes: bool, dry_run: bool, accept_held: bool,
    workers: int | None,
) -> int:  # fmt: skip
    """Read the stored captures again with today's extractor, and show what would change before it is written."""
    clock = Clock.starting_at(None)
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


@cli.command("report")
@click.argument("source", required=False)
@click.option("--coverage", is_flag=True, help="Per source and month: listed, archived, failed, excluded.")
@click.option(
    "--requests", is_flag=True, help="The request log: every request made, robots.txt and second tries included."
)
@click.option("--hosts", is_flag=True, help="The request log summed up: how often and how closely each host was asked.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write one self-contained page instead.")
@click.option("--ack", metavar="PROBLEM", help="Do not warn of this problem of SOURCE again until --until.")
@click.option(
    "--since", metavar="DATE", help="For --requests and --hosts: from then on.  For --html too (the last 30 days)."
)
@click.option("--until", metavar="DATE", help="For --ack: silent until then (30 days).  For --html: up to then (now).")
@click.option("--note", help="For --ack: why.")
@common
@settings
def report_command(
    at: Settings, source: str | None, coverage: bool, requests: bool, hosts: bool, html: Path | None, ack: str | None,
    since: str | None, until: str | None, note: str | None,
) -> int:  # fmt: skip
    """What is here, how the last runs went, and what a person should look at."""
    clock = Clock.starting_at(None)
    if ack is not None:
        return _acknowledge(at, source, ack, until, note, clock)
    if html is not None:
        return _html(at, html, since, until, clock)
    with Archive(at.archive, readonly=True) as archive:
        _must_be_known(archive, source)
        if coverage or requests or hosts:
            rows = _rows(archive, source, "coverage" if coverage else "hosts" if hosts else "requests", moment(since))
            say(words.as_json(rows) if at.json else words.table(rows))
            return 0
        seen = overview(archive, clock.now(), source)
    if at.json:
        say(words.as_json(seen))
    elif at.quiet:
        for warning in seen.warnings:
            warn(words.plain(warning))
    else:
        say(words.overview(seen))
    return _code(seen)


def _must_be_known(archive: Archive, source: str | None) -> None:
    """Raises :class:`SourceNotFound`: nothing is to be had of a source whose name is mistyped, and nothing is wrong with it."""
    names = [row["name"] for row in archive.rows("select name from sources order by name")]
    if source is not None and source not in names:
        raise SourceNotFound(source, names)


def _html(at: Settings, file: Path, since: str | None, until: str | None, clock: Clock) -> int:
    from scraper.browse.report import report_html
    from scraper.plugin import ROOMS

    last = moment(until) or clock.now()
    first = moment(since) or last - timedelta(days=30)
    page = report_html(at.archive, since=as_text(first), until=as_text(last), compare_briefly=ROOMS.compare_briefly)
    file.write_text(page, encoding="utf-8")
    if not at.quiet:
        say(f"written to {file}")
    return 0


_COVERAGE = "select * from coverage where :source is null or source = :source order by source, month"


def _rows(archive: Archive, source: str | None, what: str, since: datetime | None) -> list[dict[str, Any]]:
    if what == "coverage":
        return archive.rows(_COVERAGE, {"source": source})
    read = archive.requests.by_host if what == "hosts" else archive.requests.lines
    return read(source, as_text(since) if since else None)


def _code(seen: Overview) -> int:
    return 1 if seen.warnings else 0


def _acknowledge(
    at: Settings, source: str | None, problem: str, until: str | None, note: str | None, clock: Clock
) -> int:
    if source is None:
        raise UsageError("--ack needs the source: scraper report SOURCE --ack PROBLEM")
    if problem not in get_args(Problem):
        raise UsageError(f"--ack {problem}: expected one of {', '.join(get_args(Problem))}")
    now = clock.now()
    end = moment(until) or now + timedelta(days=30)
    with Archive(at.archive) as archive, archive.only_writer(), archive.writing():
        _must_be_known(archive, source)
        archive.db.execute(
            "insert into acknowledgements (source, problem, until, note, made_at) values (?, ?, ?, ?, ?)",
            [source, problem, as_text(end), note, as_text(now)],
        )
    if not at.quiet:
        say(f"{source}: silent about {problem!r} until {as_text(end)}")
    return 0


@cli.group("archive")
def archive_group() -> None:
    """The archive's file itself."""


@archive_group.command("upgrade")
@common
@settings
def upgrade_command(at: Settings) -> int:
    """Bring a file of an earlier release up to date: in one transaction, keeping everything. Crawling does so too."""
    with Archive(at.archive) as archive, archive.only_writer():
        (schema,) = archive.db.execute("pragma user_version").fetchone()
    if not at.quiet:
        say(f"{at.archive}: has schema {schema}, which is this release's")
    return 0


@archive_group.command("compact")
@click.option("--source", help="Only this source.")
@common
@settings
def compact_command(at: Settings, source: str | None) -> int:
    """Compress captures anew, with what is known of each site by now. Nothing is lost; every body is checked."""
    with Archive(at.archive) as archive, archive.only_writer():
        report = archive.payloads.compact(source)
    if at.json:
        say(words.as_json(report))
    elif not at.quiet:
        say(words.facts(report))
    return 0


@archive_group.command("reindex")
@common
@settings
def reindex_command(at: Settings) -> int:
    """Make the search index, and what finds copies, again from the texts: when `verify` asks for it. Loses nothing."""
    clock = Clock.starting_at(None)
    with Archive(at.archive) as archive, archive.only_writer():
        count = archive.reindex(clock.now())
    if at.json:
        say(words.as_json({"statements": count}))
    elif not at.quiet:
        say(f"{count} statements indexed and related again")
    return 0
