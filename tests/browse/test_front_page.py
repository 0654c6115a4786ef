"""The front page answers: what is here, from whom, until when, how complete, what is new, what changed."""

from __future__ import annotations

import contextlib
import json
import sqlite3

import pytest
from invented import Invented, build
from markup import Page
from servers import Server, serving

from scraper.browse import columns, figures
from scraper.browse.pages import coverage, front


def read(path):
    conn = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return front.read(conn, columns.read(conn), figures.sources(conn), figures.coverage(conn))
    finally:
        conn.close()


def test_says_how_much_is_here_and_of_when(site: Server, archive) -> None:
    page = read(archive.path)
    text = site.page("/")
    assert f"<strong>{page.statements} statements</strong>" in text
    assert page.first == "2019-01-07"
    assert "January 2019" in text


def test_every_publisher_has_its_line_with_its_share_of_what_it_listed(archive) -> None:
    lines = {line.count.source: line for line in read(archive.path).sources}
    assert set(lines) == {"rivers", "water", "harbours", "weather"}
    water = lines["water"].covered
    assert (water.excluded, water.failed, water.waiting) == (8, 8, 8)
    assert water.listed == water.archived + 24


def test_counts_by_month_add_up_to_the_archive(archive) -> None:
    page = read(archive.path)
    assert sum(page.months.values()) == page.statements
    assert page.months["unknown"] > 0


def test_the_newest_are_the_last_published_and_no_copies(archive) -> None:
    newest = read(archive.path).newest
    assert [s.published for s in newest] == sorted((s.published for s in newest), reverse=True)
    assert not any(s.duplicate_of for s in newest)


def test_the_changes_shown_are_edits_and_disappearances_newest_first(archive) -> None:
    changes = read(archive.path).changes
    assert {change.what for change in changes} <= {"revised", "gone", "back", "moved", "suspected"}
    assert [change.at for change in changes] == sorted((change.at for change in changes), reverse=True)


def test_a_statement_stands_among_the_changes_once_with_what_came_last(tmp_path) -> None:
    made = build(tmp_path / "archive.db", statements=3)
    with contextlib.closing(sqlite3.connect(made.path)) as db:
        for day, what in ((1, "suspected"), (8, "gone"), (15, "back")):
            db.execute(
                "insert into events (at, source, what, statement_id) select ?, source, ?, id from documents where id = 1",
                [f"2030-01-{day:02d}T00:00:00Z", what],
            )
        db.commit()
    changes = read(made.path).changes
    assert (changes[0].id, changes[0].what) == (max(change.id for change in changes), "back")
    ids = [change.statement.id for change in changes]
    assert len(ids) == len(set(ids)) > 1


def test_a_month_of_the_picture_leads_to_its_statements(site: Server) -> None:
    page = Page(site.page("/"))
    bar = next(link for link in page.all("a") if link.attributes.get("aria-label", "").startswith("June 2022"))
    found = Page(site.page(bar["href"]))
    dates = [time["datetime"] for time in found.all("time") if time["datetime"].startswith("20")]
    assert dates
    assert all(day.startswith("2022-06") for day in dates)


def test_the_numbers_behind_the_picture_stand_in_a_table(site: Server) -> None:
    assert any("Statements by month" in caption.text for caption in Page(site.page("/")).all("caption"))


def test_an_empty_archive_says_what_to_do(tmp_path) -> None:
    from scraper.archive import opening

    opening.open_database(tmp_path / "archive.db", create=True).close()
    page = read(tmp_path / "archive.db")
    assert (page.statements, page.first, page.looked_at) == (0, None, None)


def test_a_demonstration_archive_says_that_it_is_one(tmp_path) -> None:
    made = build(tmp_path / "archive.db", statements=5)
    conn = sqlite3.connect(made.path)
    conn.execute("insert or replace into meta values ('kind', 'demo')")
    conn.commit()
    conn.close()
    assert read(made.path).demo


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/", "Published last", id="front"),
        pytest.param("/search", "statements", id="search"),
        pytest.param("/changes", "Changes", id="changes"),
        pytest.param("/coverage", "Coverage", id="coverage"),
        pytest.param("/coverage/water", "Coverage of Clean Water Alliance", id="coverage of one"),
        pytest.param("/countries", "Countries", id="countries"),
        pytest.param("/countries/SD", "Sudan", id="one country"),
        pytest.param("/tagged?scheme=sdg&tag=10", "Reduced Inequalities", id="tag"),
        pytest.param("/data", "Tables and SQL", id="data"),
        pytest.param("/about", "About this archive", id="about"),
    ],
)
def test_every_page_is_there(site: Server, path: str, words: str) -> None:
    assert words in site.page(path)


@pytest.mark.parametrize(
    "path",
    ["/statements/999999999999999999999", "/captures/123456789", "/coverage/nobody", "/countries/XX", "/search.exe",
     "/statements/1.exe", "/nothing-here", "/archive/no-such-table"],
)  # fmt: skip
def test_what_is_not_here_is_a_404_with_a_way_on(site: Server, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert "Search the statements" in answer.text


def test_what_is_not_here_is_said_to_machines_too(site: Server) -> None:
    answer = site.get("/archive/no-such-table.json")
    assert answer.status == 404
    assert not json.loads(answer.text)["ok"]


def test_an_address_that_nothing_has_leaves_no_stack_in_the_log(python: str, archive: Invented, capfd) -> None:
    with serving(python, str(archive.path), archive=archive, quiet=False) as server:
        server.get("/nothing-here")
    out, err = capfd.readouterr()
    assert "404" in out + err  # the request itself is logged
    assert "Traceback" not in out + err


def test_a_year_without_statements_is_a_gap_that_shows(tmp_path) -> None:
    made = build(tmp_path / "archive.db", statements=5)
    db = sqlite3.connect(made.path)
    db.execute("update documents set published = '2012-05-01' where id = 1")
    found = figures.coverage(db)
    page = coverage.read(db, found)
    db.close()
    assert page.years[0] == "2012"
    assert "2014" in page.years
    assert page.years[-1] in ("unknown", "2024", "2026")


def test_a_page_that_failed_in_several_runs_is_one_line_with_its_last_failure(tmp_path) -> None:
    made = build(tmp_path / "archive.db", statements=3)
    with contextlib.closing(sqlite3.connect(made.path)) as db:
        before = coverage.read(db, {}).failure_count
        for day, status in ((1, 503), (2, 404)):
            db.execute(
                "insert into failures (source, url, at, kind, http_status, attempts, message) "
                "values ('water', 'https://water.example/x', ?, 'http', ?, 2, 'nothing there')",
                [f"2026-06-0{day}T06:00:00Z", status],
            )
        page = coverage.read(db, {})
        assert page.failure_count == before + 1
        newest = page.failures[0]
        assert (newest.url, newest.http_status, newest.attempts) == ("https://water.example/x", 404, 4)


def test_the_heat_map_of_a_publisher_has_its_numbers_as_a_table(site: Server) -> None:
    page = Page(site.page("/coverage/water"))
    row = next(tr for tr in page.all("tr") if tr.text.startswith("March 2021"))
    listed, archived, excluded, failed, waiting = (int(number) for number in row.text.split()[2:])
    assert listed == archived + excluded + failed + waiting
    assert listed > archived


def test_a_bar_of_a_country_leads_to_its_statements_of_that_year(site: Server) -> None:
    page = Page(site.page("/countries/SD"))
    bar = next(a for a in page.all("a") if a.attributes.get("aria-label", "").startswith("2022:"))
    assert bar["href"] == "/search?country=SD&since=2022&until=2022&sort=date"
    found = Page(site.page(bar["href"])).one("h1").text
    assert found.split()[0] == bar["aria-label"].split()[1]
