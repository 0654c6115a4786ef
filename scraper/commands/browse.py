"""`browse`: the archive in a web browser."""

from __future__ import annotations

from pathlib import Path

import click

from scraper.cli import Settings, cli, common, say, settings


@cli.command("browse")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes any free one."
)
@click.option("--open/--no-open", "open_browser", default=False, help="Open the page in a browser.")
@click.option(
    "--publish",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Instead, write everything that a host needs to serve a read-only copy into DIR.",
)
@click.option(
    "--without-texts", is_flag=True, help="With --publish: leave out texts and captures, where rights forbid them."
)
@common
@settings
def browse_command(
    at: Settings, host: str, port: int, open_browser: bool, publish: Path | None, without_texts: bool
) -> int:
    """Open the archive in datasette, as a library: search, read, compare, cite."""
    from scraper.archive.store import Archive
    from scraper.browse.publish import publish as write_copy
    from scraper.browse.serve import serve

    with Archive(at.archive, readonly=True):
        pass  # says clearly if it is no archive
    if publish is not None:
        write_copy(at.archive, publish, texts=not without_texts)
        if not at.quiet:
            say(f"written to {publish}; its README says how to serve it")
        return 0
    if not at.quiet:
        say(f"http://{host}:{port}/   (Ctrl-C ends it)")
    serve(at.archive, host=host, port=port, open_browser=open_browser)
    return 0
