"""`extract`: read one page, from a file or the web, and show what was found and why."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from scraper import config, words
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings
from scraper.clock import Clock
from scraper.commands.terminal import fitted_statement
from scraper.crawler.fetch import Fetcher
from scraper.crawler.scope import Scope
from scraper.errors import UnreadableInput, UsageError
from scraper.extractor.statement import extract_with_tree
from scraper.model import Capture, SiteChrome
from scraper.urls import canonical_url
from scraper.whole import whole_file


@cli.command("extract")
@click.argument("page", metavar="FILE|URL|ID")
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
@click.option(
    "--archived",
    is_flag=True,
    help="The page is a statement of the archive, by its number or any of its URLs: read its capture as the archive does.",
)
@common
@settings
def extract_command(
    at: Settings, page: str, url: str, content_type: str | None, explain: Path | None, archived: bool
) -> int:
    """Read one page and print the statement. Nothing is archived."""
    if (url or content_type) and archived:
        raise UsageError("--archived: the capture knows its address and type; leave --url and --content-type out")
    if url and _is_address(page):
        raise UsageError(f"{page} says where it is from: leave --url out")
    _must_be_an_address(url)
    body: bytes | str
    chrome: SiteChrome | None = None
    if archived:
        body, url, content_type, chrome = _archived(at, page)
    elif _is_address(page):
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

        shown = explain_html(body, url, content_type, chrome)
        if str(explain) == "-":
            say(shown)
        else:
            with whole_file(explain, replace=True) as new:
                new.write_text(shown, encoding="utf-8", errors="backslashreplace")
            if not (at.quiet or at.json):
                say(f"written to {explain}")
        return 0
    found = extract_with_tree(body, url, content_type=content_type, chrome=chrome).statement
    say(words.as_json(found) if at.json else fitted_statement(words.extracted(found)))
    return 0


def _is_address(page: str) -> bool:
    return page.lower().startswith(("http://", "https://"))


def _must_be_an_address(url: str) -> None:
    try:
        urlsplit(url)
    except ValueError as error:
        raise UsageError(f"--url {url}: not an address ({error})") from None


def _archived(at: Settings, wanted: str) -> tuple[bytes | str, str, str | None, SiteChrome]:
    """The latest capture of a statement as the extractor is given it, and what is known of its site."""
    with Archive(at.archive, readonly=True) as archive:
        found = archive.statement(wanted if wanted.isdecimal() else canonical_url(wanted))
        if found.capture_id is None:
            raise UsageError(f"{wanted}: its capture is not known; `scraper verify` says what is lost")
        capture = archive.facts.capture(found.capture_id)
        chrome = archive.chrome.newest(found.source)
        (toml,) = archive.db.execute("select toml from sources where name = ?", [found.source]).fetchone()
    adapter = Scope(config.parse_source(toml, found.source, least_delay=timedelta(0))).adapter if toml else None
    if adapter and adapter.public_url(capture.url):
        given = adapter.as_page(capture)
        return given.html, given.url, None, chrome
    return capture.body, capture.url, capture.content_type, chrome


def _agent() -> str:
    return config.USER_AGENT
