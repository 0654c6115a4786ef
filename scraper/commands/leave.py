"""`export` and `backup`: ways out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from scraper import words
from scraper.archive.backup import backup
from scraper.archive.export import FORMATS, Feed, Format, export, to_file
from scraper.archive.opening import SCHEMA, open_as_it_is
from scraper.archive.rows import found_ids, rows
from scraper.archive.seals import manifest
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.archive.warc_out import write_warc
from scraper.cli import Settings, cli, common, say, settings, warn
from scraper.commands import asked
from scraper.errors import UsageError


@cli.command("export")
@click.argument("query", nargs=-1)
@click.option("--format", "to", type=click.Choice([*FORMATS, "warc"]), default="jsonl", show_default=True)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write.  [default: standard output]",
)
@click.option("--bom", is_flag=True, help="CSV: begin with a byte order mark, so that Excel reads Arabic and Cyrillic.")
@click.option(
    "--manifest", "hashes", is_flag=True, help="Instead: the hashes of every capture and version, to be published."
)
@click.option("--source", multiple=True, help="Only this source.")
@click.option("--kind", multiple=True, help="Only this kind.")
@click.option("--language", multiple=True, help="Only this language (en, eng or English).")
@click.option("--country", multiple=True, help="Only statements that speak of this country (ISO 3166).")
@click.option("--since", metavar="DATE", help="Published on or after this date.")
@click.option("--until", metavar="DATE", help="Published on or before this date.")
@click.option("--hide-copies", is_flag=True, help="Leave out word-for-word copies.")
@common
@settings
def export_command(
    at: Settings, query: tuple[str, ...], to: str, output: Path | None, bom: bool, hashes: bool, source: tuple[str, ...],
    kind: tuple[str, ...], language: tuple[str, ...], country: tuple[str, ...], since: str | None, until: str | None,
    hide_copies: bool,
) -> int:  # fmt: skip
    """Take away the statements that QUERY finds, or all of them; or every capture, as WARC."""
    given = (source, kind, language, country, since, until, hide_copies)
    if output == Path("-"):
        output = None
    with Archive(at.archive, readonly=True) as archive:
        filters = asked.filters(
            archive, source=source, kind=kind, language=language, country=country, since=since, until=until,
            hide_copies=hide_copies,
        )  # fmt: skip
        if hashes:
            if query or any(given):
                raise UsageError("--manifest is of the whole archive: leave QUERY and the filters out")
            with contextlib.closing(manifest(archive.db)) as lines:  # before the archive, also when nobody reads on
                return _write((f"{line}\n".encode() for line in lines), output)
        if to == "warc":
            if output is None:
                raise UsageError("--format warc writes a file: name it with --output, such as archive.warc.gz")
            narrowed = found_ids(archive.db, " ".join(query), filters) if query or any(given) else None
            written = write_warc(archive.db, output, now=as_text(datetime.now(UTC)), statements=narrowed)
            for line in written.lost:
                warn(words.plain(line))
            if not at.quiet:
                warn(
                    f"{written.path}: {written.responses} responses, {written.revisits} revisits, "
                    f"{written.answers} answers without a body, {written.size_bytes} bytes"
                )
            return 1 if written.lost else 0
        latest = archive.rows("select max(last_seen) as at from documents")[0]["at"] or as_text(datetime.now(UTC))
        feed = Feed(" ".join(query) or "Statements", latest, f"urn:statement-archive:{at.archive.stem}")
        found = found_ids(archive.db, " ".join(query), filters)
        code = _write(export(rows(archive.db, found), _format(to), bom=bom, feed=feed), output)
        if output is not None and not at.quiet:
            warn(f"{output}: {len(found)} statements")
        return code


def _format(name: str) -> Format:
    return next(known for known in FORMATS if known == name)


def _write(chunks: Iterable[bytes], output: Path | None) -> int:
    if output is not None:
        to_file(chunks, output)
        return 0
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
    return 0


@cli.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@common
@settings
def backup_command(at: Settings, target: Path) -> int:
    """Copy the archive to TARGET, whole and verified, even while a crawl writes; an earlier release's as it is."""
    db, _ = open_as_it_is(at.archive)
    with contextlib.closing(db):
        made = backup(db, target)
    for finding in made.findings:
        warn(f"{finding.severity}: {finding.where}: {finding.what}; lost: {finding.lost}")
    if at.json:
        say(words.as_json(made))
    elif not at.quiet:
        older = f"; has schema {made.schema} of an earlier release, as the archive does" if made.schema < SCHEMA else ""
        say(f"{made.path}: {made.size_bytes} bytes, {'with these faults' if made.findings else 'verified'}{older}")
    return 3 if made.findings else 0
