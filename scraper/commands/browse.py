"""`browse`: the archive in a web browser."""

from __future__ import annotations

from pathlib import Path

import click

from scraper import words
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings
from scraper.errors import UsageError


@cli.command("browse")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes any free one."
)
@click.option("--open/--no-open", "open_browser", default=False, help="Open the page in a browser.")
@click.option(
    "--publish",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Instead, write everything that a host needs to serve a read-only copy into DIR.",
)
@click.option(
    "--without-texts",
    multiple=True,
    metavar="SOURCE",
    help="With --publish: leave out this source's texts, where rights forbid them.",
)
@click.option("--captures", is_flag=True, help="With --publish: include the captured bytes.")
@click.option("--no-sql", is_flag=True, help="With --publish: visitors may not write SQL of their own.")
@common
@settings
def browse_command(
    at: Settings, host: str, port: int, open_browser: bool, folder: Path | None, without_texts: tuple[str, ...],
    captures: bool, no_sql: bool,
) -> int:  # fmt: skip
    """Open the archive in datasette, as a library: search, read, compare, cite."""
    if folder is None and (without_texts or captures or no_sql):
        raise UsageError("--without-texts, --captures and --no-sql are of a copy: name its folder with --publish")
    with Archive(at.archive, readonly=True):
        pass  # says clearly if it is no archive
    if folder is not None:
        return _publish(at, folder, without_texts, captures=captures, allow_sql=not no_sql)
    from scraper.browse.serve import serve
    from scraper.plugin import plugin

    def ready(address: str) -> None:
        if not at.quiet:
            say(f"{address}   (Ctrl-C ends it)")

    serve(at.archive, plugin, host=host, port=port, open_browser=open_browser, ready=ready)
    return 0


def _publish(at: Settings, folder: Path, without_texts: tuple[str, ...], *, captures: bool, allow_sql: bool) -> int:
    from scraper.browse.publish import publish

    written = publish(at.archive, folder, without_texts=without_texts, captures=captures, allow_sql=allow_sql)
    if at.json:
        say(words.as_json(written))
    elif not at.quiet:
        say(f"written to {folder}; its README says how to serve it")
    return 0
