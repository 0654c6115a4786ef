"""`archive compact|reindex|upgrade`: care of the archive's file."""

from __future__ import annotations

import click

from scraper import words
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings
from scraper.clock import Clock
from scraper.commands.asked import known


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
    if at.json:
        say(words.as_json({"schema": schema}))
    elif not at.quiet:
        say(f"{at.archive}: has schema {schema}, which is this release's")
    return 0


@archive_group.command("compact")
@click.option("--source", help="Only this source.")
@common
@settings
def compact_command(at: Settings, source: str | None) -> int:
    """Compress captures anew, with what is known of each site by now. Nothing is lost; every body is checked."""
    with Archive(at.archive) as archive, archive.only_writer():
        known(archive, [source] if source else [])
        report = archive.payloads.compact(source)
    if at.json:
        say(words.as_json(report))
    elif not at.quiet:
        say(words.compacted(report))
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
