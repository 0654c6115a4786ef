"""`report`: what is here, how the last runs went, what a person should look at, and what they have seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click

from scraper import words
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.cli import Settings, cli, common, say, settings, warn
from scraper.clock import Clock
from scraper.commands.asked import known, moment
from scraper.errors import UsageError
from scraper.report import Overview, Problem, overview
from scraper.whole import whole_file


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
    _one_thing(
        {"--coverage": coverage, "--requests": requests, "--hosts": hosts, "--html": html, "--ack": ack is not None},
        {"--since": since, "--until": until, "--note": note},
    )
    if ack is not None:
        return _acknowledge(at, source, ack, until, note, clock)
    if html is not None:
        return _html(at, html, since, until, clock)
    with Archive(at.archive, readonly=True) as archive:
        known(archive, [source] if source else [])
        if coverage or requests or hosts:
            rows = _rows(
                archive, source, "coverage" if coverage else "hosts" if hosts else "requests", moment(since, "--since")
            )
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


_FOR = {"--since": {"--requests", "--hosts", "--html"}, "--until": {"--ack", "--html"}, "--note": {"--ack"}}


def _one_thing(asked: Mapping[str, object], beside: Mapping[str, object]) -> None:
    """Raises :class:`UsageError` for options of which one would be passed over in silence."""
    chosen = [name for name, value in asked.items() if value]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} are different reports: ask for one of them")
    for name, value in beside.items():
        if value is not None and not _FOR[name] & set(chosen):
            raise UsageError(f"{name} says nothing here: it belongs to {' or '.join(sorted(_FOR[name]))}")


def _html(at: Settings, file: Path, since: str | None, until: str | None, clock: Clock) -> int:
    from scraper.browse.report import report_html
    from scraper.plugin import ROOMS

    with Archive(at.archive, readonly=True):
        pass  # says clearly if it is no archive, or an earlier release's
    last = moment(until, "--until") or clock.now()
    first = moment(since, "--since") or last - timedelta(days=30)
    page = report_html(at.archive, since=as_text(first), until=as_text(last), compare_briefly=ROOMS.compare_briefly)
    with whole_file(file, replace=True) as new:
        new.write_text(page, encoding="utf-8")
    if at.json:
        say(words.as_json({"file": file}))
    elif not at.quiet:
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
    end = moment(until, "--until") or now + timedelta(days=30)
    if end <= now:
        raise UsageError(f"--until {until}: is past, so it would silence nothing")
    with Archive(at.archive) as archive, archive.only_writer(), archive.writing():
        known(archive, [source] if source else [])
        archive.db.execute(
            "insert into acknowledgements (source, problem, until, note, made_at) values (?, ?, ?, ?, ?)",
            [source, problem, as_text(end), note, as_text(now)],
        )
    if at.json:
        say(words.as_json({"source": source, "problem": problem, "until": as_text(end), "note": note}))
    elif not at.quiet:
        say(f"{source}: silent about {problem!r} until {as_text(end)}")
    return 0
