"""`extract`: read one page, from a file or the web, and show what was found and why."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scraper import words
from scraper.cli import Settings, cli, common, say, settings
from scraper.clock import Clock
from scraper.crawler.fetch import Fetcher
from scraper.errors import UnreadableInput, UsageError
from scraper.extractor.statement import extract
from scraper.model import Capture


@cli.command("extract")
@click.argument("page", metavar="FILE|URL")
@click.option("--url", default="", help="Where a FILE was found: resolves its links and dates.")
@click.option("--content-type", help="The Content-Type it came with.")
@click.option(
    "--explain",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value="-",
    metavar="[FILE.html]",
    help="Write an HTML page that shows every block with its score and the reasons.",
)
@common
@settings
def extract_command(at: Settings, page: str, url: str, content_type: str | None, explain: Path | None) -> int:
    """Read one page and print the statement. Nothing is archived."""
    if page.startswith(("http://", "https://")):
        clock = Clock.starting_at(None)
        with Fetcher(now=clock.now, sleep=clock.sleep) as fetcher:
            arrival = fetcher.fetch(page, user_agent=_agent())
        if not isinstance(arrival, Capture):
            raise UsageError(getattr(arrival, "message", f"{page}: no page"))
        body, url, content_type = arrival.body, arrival.url, content_type or arrival.content_type
    else:
        try:
            body = sys.stdin.buffer.read() if page == "-" else Path(page).read_bytes()
        except OSError as error:
            raise UnreadableInput(page, f"cannot be read ({error.strerror or error})") from error
    if explain is not None:
        from scraper.extractor.explain import explain_html

        shown = explain_html(body, url, content_type)
        if str(explain) == "-":
            say(shown)
        else:
            explain.write_text(shown, encoding="utf-8")
        return 0
    found = extract(body, url, content_type=content_type)
    say(words.as_json(found) if at.json else words.extracted(found))
    return 0


def _agent() -> str:
    from scraper.config import USER_AGENT

    return USER_AGENT
