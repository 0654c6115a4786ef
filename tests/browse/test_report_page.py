"""The report is one page that needs nothing else and tells what happened in a period."""

from __future__ import annotations

import doctest
import importlib
import sqlite3

import pytest
from markup import Page
from test_hostile import dangers

from scraper.browse import charts, report
from scraper.plugin import ROOMS

MODULES = ["charts", "jinja", "prose", "words", "config", "pages.search"]


def page(path, since="2026-05-01T00:00:00Z", until="2026-06-11T00:00:00Z") -> str:
    return report.report_html(path, since=since, until=until, compare_briefly=ROOMS.compare_briefly)


def test_asks_for_nothing_and_runs_nothing(archive) -> None:
    html = page(archive.path)
    assert dangers(html) == []
    elements = Page(html).elements
    assert not [e for e in elements if e.name in ("script", "link", "img", "iframe")]
    assert "url(" not in html
    assert "@import" not in html


def test_tells_what_needs_attention_what_is_new_and_what_was_edited(archive) -> None:
    html = page(archive.path, since="2025-01-01T00:00:00Z")
    assert "no new statement for 40 days" in html
    assert "<ins>" in html
    assert "Taken down" in html


def test_tells_only_of_its_period(archive) -> None:
    conn = sqlite3.connect(archive.path)
    read = report.read(conn, "2026-05-01T00:00:00Z", "2026-05-31T23:59:59Z")
    conn.close()
    assert read.changes
    assert all("2026-05-01" <= change.at[:10] <= "2026-05-31" for change in read.changes)
    assert all(statement.first_seen[:7] == "2026-05" for statement in read.new)
    assert set(read.days) <= {f"2026-05-{day:02d}" for day in range(1, 32)}


def test_a_quiet_period_says_so(archive) -> None:
    assert "Nothing new, nothing changed" in page(archive.path, "2010-01-01T00:00:00Z", "2010-01-31T00:00:00Z")


def test_pictures_have_their_numbers_as_a_table(archive) -> None:
    html = Page(page(archive.path))
    assert html.all("svg")
    assert any("Statements archived" in caption.text for caption in html.all("caption"))


# --- pictures and figures ---------------------------------------------------------------------------------------------


def test_a_chart_shows_every_month_between_the_first_and_the_last() -> None:
    bars = charts.by_month({"2021-11": 2, "2022-02": 1, "unknown": 9, "2020": 3})
    assert [(bar.key, bar.count) for bar in bars] == [("2021-11", 2), ("2021-12", 0), ("2022-01", 0), ("2022-02", 1)]


def test_every_bar_can_be_read_without_seeing_it() -> None:
    svg = Page(
        str(charts.strip(charts.by_month({"2022-01": 3}, link=lambda month: f"/search?since={month}"), "A label"))
    )
    assert svg.one("svg")["aria-label"] == "A label"
    assert svg.one("a")["aria-label"] == "January 2022: 3"


def test_a_bar_without_statements_is_no_link() -> None:
    svg = Page(str(charts.strip(charts.by_month({"2022-01": 3, "2022-03": 1}, link=lambda month: f"/{month}"), "x")))
    assert [a["href"] for a in svg.all("a")] == ["/2022-01", "/2022-03"]


def test_names_and_addresses_in_charts_are_escaped() -> None:
    svg = str(charts.strip([charts.Bar("2022-01", 1, '"><script>')], '"><script>'))
    assert "<script" not in svg


def test_a_single_month_is_a_bar_and_no_block() -> None:
    svg = Page(str(charts.strip([charts.Bar("2022-01", 3)], "x")))
    assert float(svg.one("rect")["width"].rstrip("%")) < 10


def test_no_bar_is_higher_than_the_scale() -> None:
    svg = Page(str(charts.strip(charts.by_month({"2022-01": 997, "2022-02": 1}), "x", height=100)))
    assert all(float(rect["y"]) >= 0 and float(rect["height"]) <= 100 for rect in svg.all("rect"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"scraper.browse.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
