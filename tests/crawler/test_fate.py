"""What became of a page, told from its answers over time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from scraper.crawler.fate import error_page, judge
from scraper.model import Capture, Hop
from tests.clock import NOW


class Visit(NamedTuple):
    at: datetime
    outcome: str
    http_status: int | None


def history(*answers: tuple[int, str, int | None]) -> list[Visit]:
    """Answers as (days ago, outcome, status), oldest first."""
    return [Visit(NOW - timedelta(days=days), outcome, status) for days, outcome, status in answers]


FINE = (30, "unchanged", 200)


@pytest.mark.parametrize(
    ("answers", "status", "suspected"),
    [
        pytest.param([FINE], "live", False, id="answers"),
        pytest.param([], "live", False, id="never asked"),
        pytest.param([FINE, (0, "missing", 404)], "error", True, id="one 404 is a suspicion"),
        pytest.param([FINE, (0, "missing", 410)], "error", True, id="one 410 is a suspicion"),
        pytest.param([FINE, (1, "missing", 404), (0, "missing", 404)], "error", True, id="a day of 404 is no evidence"),
        pytest.param([FINE, (4, "missing", 404), (0, "missing", 404)], "gone", False, id="four days of 404 of fourteen"),
        pytest.param([FINE, (1, "missing", 410), (0, "missing", 410)], "gone", False, id="410 twice says it itself"),
        pytest.param([FINE, (5, "missing", 404), (2, "timeout", None), (0, "missing", 404)], "gone", False, id="a timeout between says nothing"),
        pytest.param([FINE, (9, "missing", 404), (5, "unchanged", 200), (0, "missing", 404)], "error", True, id="it was back in between"),
        pytest.param([FINE, (9, "soft-404", 200), (0, "soft-404", 200)], "error", True, id="soft 404 stays a suspicion"),
        pytest.param([FINE, (0, "http", 503)], "live", False, id="one 503"),
        pytest.param([FINE, (2, "http", 503), (1, "timeout", None), (0, "http", 500)], "error", False, id="failing for days"),
        pytest.param([FINE, (2, "blocked", 403), (1, "blocked", 403), (0, "blocked", 403)], "error", False, id="blocked is not gone"),
    ],
)  # fmt: skip
def test_gone_needs_evidence_repeated_over_time(answers, status: str, suspected: bool) -> None:
    found = judge(history(*answers), NOW)
    assert (found.status, found.suspected) == (status, suspected)


def test_gone_since_the_first_bad_answer() -> None:
    assert judge(history(FINE, (6, "missing", 404), (0, "missing", 404)), NOW).since == NOW - timedelta(days=6)


def test_flaky_answers_never_make_a_page_gone() -> None:
    """A quarter of all answers bad, never two in a row: 0 false "gone"."""
    answers = [(60 - n, "missing" if n % 4 == 3 else "unchanged", 404 if n % 4 == 3 else 200) for n in range(60)]
    assert all(judge(history(*answers[: n + 1]), NOW).status != "gone" for n in range(60))


def page(url: str = "https://a.example/news/x", hops: tuple[Hop, ...] = ()) -> Capture:
    return Capture(url, NOW, 200, (), b"", hops=hops)


@pytest.mark.parametrize(
    ("title", "text", "is_error"),
    [
        pytest.param("Page not found", "Sorry.", True, id="small soft 404"),
        pytest.param("404", "", True, id="number"),
        pytest.param("Página no encontrada", "Lo sentimos.", True, id="Spanish"),
        pytest.param("Just a moment...", "Checking your browser before accessing.", True, id="challenge"),
        pytest.param("IOM", "The page you requested could not be found. Try the search.", True, id="said in the text"),
        pytest.param(
            "Missing Migrants Not Found: 404 Lives Lost", "Geneva – " + "word " * 300, False, id="a statement about it"
        ),
        pytest.param("IOM Statement", "Geneva – IOM welcomes the agreement.", False, id="a short statement"),
    ],
)
def test_an_error_page_with_status_200_is_seen(title: str, text: str, is_error: bool) -> None:
    assert bool(error_page(title, text, page())) is is_error


def test_a_redirect_from_a_page_to_the_home_page_is_an_error_page() -> None:
    hop = Hop("https://a.example/news/x", 302, "https://a.example/")
    assert "home page" in (error_page("Home", "Welcome " * 200, page("https://a.example/", (hop,))) or "")
