"""``sources check``: each part of a source looked at once, and each trouble said once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scraper.check import CheckReport, check_source
from scraper.clock import Clock
from scraper.config import Source, parse_source
from scraper.crawler.fetch import Fetcher
from scraper.demo.server import LoopbackServer, Request, Response
from tests.clock import NOW

TOML = r"""
title = "Press office"
hosts = ["press.example"]
seeds = ["https://press.example/news", "https://press.example/speeches"]
feeds = ["https://press.example/rss.xml"]
statement = '^/news/.+'
crawl_delay = 0
"""


def source() -> Source:
    return parse_source(TOML, "press.toml", least_delay=timedelta(0))


def checked(robots: Response) -> tuple[CheckReport, list[str]]:
    """A check of a site with these robots.txt and nothing else, and what it asked for."""
    clock = Clock.starting_at(NOW)

    def answer(request: Request) -> Response:
        return robots if request.target == "/robots.txt" else Response(404)

    with LoopbackServer(answer) as server:
        mapped = {"press.example": server.origin}
        with Fetcher(resolve=mapped, now=clock.now, sleep=clock.sleep) as fetcher:
            report = check_source(source(), fetcher, clock)
        return report, sorted({request.path for request in server.requests})


def test_a_host_whose_rules_cannot_be_had_is_said_once() -> None:
    report, asked = checked(Response(503))
    (rules, statement) = report.steps
    assert (rules.name, rules.works) == ("robots", False)
    assert rules.message.startswith("press.example: ")
    assert (statement.works, statement.message) == (False, "no list could be asked")
    assert asked == ["/robots.txt"]


@pytest.mark.parametrize("barred", ["/rss.xml", "/news"])
def test_a_list_that_the_rules_bar_is_said_once_and_not_asked_for(barred: str) -> None:
    report, asked = checked(
        Response(200, (("Content-Type", "text/plain"),), f"User-agent: *\nDisallow: {barred}".encode())
    )
    said = [step.message for step in report.steps if f"press.example{barred}" in step.message]
    assert said == [f"https://press.example{barred}: robots.txt disallows it"]
    assert barred not in asked
