"""`sources list`, `sources check`, `sources add`: what is followed, whether it works, and how to follow one more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import click

from scraper import config, words
from scraper.check import CheckReport, check_source
from scraper.cli import Settings, cli, common, say, settings
from scraper.clock import Clock
from scraper.commands.crawl import mapping
from scraper.config import Source
from scraper.crawler.fetch import Fetcher
from scraper.errors import UnreadableInput
from scraper.whole import whole_file


@cli.group("sources")
def sources_group() -> None:
    """The institutions that can be crawled: list them, check one, add one."""


@sources_group.command("list")
@common
@settings
def list_command(at: Settings) -> int:
    """Every source of the catalogue."""
    found = config.catalogue()
    if at.json:
        say(words.as_json([_as_row(source) for source in found.values()]))
        return 0
    width = max(map(len, found), default=0)
    for source in found.values():
        say(f"{source.name:<{width}}  {words.plain(source.title)}  ({source.hosts[0]})")
    return 0


@sources_group.command("check")
@click.argument("name", required=False)
@click.option("--source-file", type=click.Path(path_type=Path), metavar="FILE.toml", help="Check this file instead.")
@click.option(
    "--resolve", multiple=True, metavar="HOST=http://127.0.0.1:PORT", help="Send requests for HOST to that address."
)
@common
@settings
def check_command(at: Settings, name: str | None, source_file: Path | None, resolve: Sequence[str]) -> int:
    """Fetch robots.txt, feed, sitemap, a listing and a statement of one source, and show what would be extracted.

    Nothing is archived. Exit code 1 if something of the source does not work.
    """
    mapped = mapping(resolve)
    source = _source(name, source_file, mapped)
    clock = Clock.starting_at(None)
    with Fetcher(resolve=mapped, now=clock.now, sleep=clock.sleep) as fetcher:
        report = check_source(source, fetcher, clock)
    say(words.as_json(report) if at.json else _told(report))
    return 0 if report.works else 1


@sources_group.command("add")
@click.argument("url")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE.toml", help="Where to write the source file.")
@click.option(
    "--resolve", multiple=True, metavar="HOST=http://127.0.0.1:PORT", help="Send requests for HOST to that address."
)
@click.option("--yes", is_flag=True, help="Accept the proposal without asking.")
@common
@settings
def add_command(at: Settings, url: str, output: Path | None, resolve: Sequence[str], yes: bool) -> int:
    """Look at a statement site, propose a source file for it, and write it if you accept.

    Reads robots.txt, feeds, sitemaps, the listing at URL and a few articles; shows what five of them would give.
    """
    from scraper.propose import propose_source

    mapped = mapping(resolve)
    clock = Clock.starting_at(None)
    with Fetcher(resolve=mapped, now=clock.now, sleep=clock.sleep) as fetcher:
        proposal = propose_source(url, fetcher, clock, local=bool(mapped))
    target = output or Path(f"{proposal.name}.toml")
    if at.json:
        say(words.as_json(proposal))
    else:
        say(proposal.toml)
        for statement in proposal.statements:
            say("-" * 80 + "\n" + words.extracted(statement)[:1200])
    if target.exists():
        raise UnreadableInput(target, "is there already; name another file with --output")
    if not yes and not click.confirm(f"write this to {target}?", default=True, err=True):
        return 1
    with whole_file(target) as new:
        new.write_text(proposal.toml, encoding="utf-8")
    if not at.quiet and not at.json:
        say(f"written; now `scraper crawl --source-file {target}`")
    return 0


def _source(name: str | None, source_file: Path | None, mapped: Mapping[str, str]) -> Source:
    if source_file is not None:
        least = timedelta(0) if mapped else config.MIN_DELAY
        return config.check_delay(config.read_source(source_file, least_delay=least), mapped)
    if name is None:
        raise click.UsageError("name a source, or give --source-file")
    return config.find_source(name, config.catalogue())


def _as_row(source: Source) -> dict[str, object]:
    return {
        "name": source.name, "title": source.title, "hosts": source.hosts, "languages": source.languages,
        "seeds": source.seeds, "feeds": source.feeds, "sitemaps": source.sitemaps, "adapter": source.adapter,
        "crawl_delay_s": source.crawl_delay.total_seconds(),
    }  # fmt: skip


def _told(report: CheckReport) -> str:
    lines = [f"{'ok ' if step.works else 'BAD'}  {step.name:<10} {words.plain(step.message)}" for step in report.steps]
    if report.statement is not None:
        lines += ["", words.extracted(report.statement)]
    return "\n".join(lines)
