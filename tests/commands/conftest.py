"""The demonstration's archive, and the command line as a person calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.cli import main
from scraper.demo.site import FixtureSite
from tests.crawling import crawl

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture site on its first day, after its silent edits and after its moves. Nobody may write to it."""
    path = tmp_path_factory.mktemp("commands") / "demo.db"
    for state in ("T0", "T2", "T3"):
        with FixtureSite(at=state, crawl_delay=0) as site:
            crawl(path, site)
    return path


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture site on its first day alone, when nothing has moved and nobody need look. Nobody may write to it."""
    path = tmp_path_factory.mktemp("commands") / "first-day.db"
    with FixtureSite(at="T0", crawl_delay=0) as site:
        crawl(path, site)
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line; its exit code, what it printed and what it complained of."""

    def call(*argv: object) -> tuple[int, str, str]:
        code = main([str(word) for word in argv])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def one_line(text: str) -> bool:
    """Whether *text* is one line, and no traceback."""
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text
