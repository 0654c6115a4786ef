"""Silent edits, disappearances and returns by day, with what was edited in line, and as a feed."""

from __future__ import annotations

import contextlib
import sqlite3
from xml.etree import ElementTree

import pytest
from invented import build
from markup import Page
from servers import Server, serving

from scraper.browse.pages import changes

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def conn(archive):
    connection = sqlite3.connect(f"{archive.path.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_an_edit_is_shown_in_line(site: Server, archive) -> None:
    page = Page(site.page("/changes?what=revised&source=rivers"))
    event = next(li for li in page.all("li") if "Declaration on Rivers" in li.text)
    assert "Version" in event.text
    inserted = [element.text for element in page.all("ins")]
    assert any("corrected" in text for text in inserted) or "20" in inserted


def test_an_edit_of_the_contact_block_alone_says_so(python: str, tmp_path) -> None:
    made = build(tmp_path / "archive.db", statements=3)
    with contextlib.closing(sqlite3.connect(made.path)) as conn:
        statement, newest = conn.execute(
            "select statement_id, max(number) from versions group by statement_id having max(number) > 1 order by 1"
        ).fetchone()
        text, title = conn.execute(
            "select text_id, title from versions where statement_id = ? and number = ?", [statement, newest - 1]
        ).fetchone()
        conn.execute(
            "update versions set text_id = ?, title = ?, contact = 'Newsroom, press@rivers.example' "
            "where statement_id = ? and number = ?",
            [text, title, statement, newest],
        )
        conn.commit()
    with serving(python, str(made.path), archive=made) as server:
        page = Page(server.page("/changes?what=revised"))
        assert "Newsroom" in " ".join(element.text for element in page.all("ins"))
        assert any("The contact block was edited. The text is the same." in li.text for li in page.all("li"))


def test_pages_of_changes_follow_each_other_to_the_end(conn) -> None:
    walked, before = [], None
    while True:
        page = changes.read(conn, kinds=changes.KINDS, before=before)
        walked += [change.id for change in page.changes]
        if page.next is None:
            break
        before = changes.cursor_of(page.next)
    every = [row[0] for row in conn.execute("select id from events order by at desc, id desc")]
    assert walked == every


def test_kinds_and_sources_narrow(conn) -> None:
    page = changes.read(conn, kinds=("gone",), source="rivers")
    assert page.changes
    assert {(change.what, change.source) for change in page.changes} == {("gone", "rivers")}


def test_a_suspicion_that_its_own_run_settled_is_told_only_when_asked_for(tmp_path) -> None:
    made = build(tmp_path / "archive.db", statements=3)
    with contextlib.closing(sqlite3.connect(made.path)) as conn:
        for what in ("suspected", "moved"):
            conn.execute(
                "insert into events (at, run_id, source, statement_id, what) values ('2026-06-10T06:00:00Z', 1, 'rivers', 1, ?)",
                [what],
            )
        told = changes.read(conn, kinds=changes.TELLING).changes
        assert [change.what for change in told if change.statement.id == 1] == ["moved"]
        asked = changes.read(conn, kinds=("suspected",)).changes
        assert 1 in [change.statement.id for change in asked]


@pytest.mark.parametrize("cursor", ["", "~", "2022~x", "~5", "x~99999999999999999999999", "<script>~1"])
def test_a_cursor_that_we_did_not_write_is_passed_over(site: Server, cursor) -> None:
    assert site.get(f"/changes?before={cursor}").status == 200


def test_the_first_state_of_a_statement_is_no_edit(conn) -> None:
    page = changes.read(conn, kinds=("new",))
    assert page.texts == {}


# --- feeds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/changes.atom", "/search.atom?q=floods", "/search.atom?q=nosuchwordanywhere", "/search.atom"]
)
def test_feeds_are_atom(site: Server, path: str) -> None:
    answer = site.get(path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.body)
    # RFC 4287, 4.1.1: a feed has an id, a title and a time; each entry too, and an author, for the feed has none.
    assert all(feed.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated"))
    for entry in feed.iter(f"{ATOM}entry"):
        assert all(entry.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))


def test_entries_have_different_identities(site: Server) -> None:
    feed = ElementTree.fromstring(site.get("/changes.atom").body)
    identities = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(identities)) == len(identities) > 5


def test_an_edit_and_a_disappearance_are_different_entries(site: Server) -> None:
    titles = [
        e.findtext(f"{ATOM}title") for e in ElementTree.fromstring(site.get("/changes.atom").body).iter(f"{ATOM}entry")
    ]
    assert {title.split(":")[0] for title in titles} >= {"Edited", "Taken down"}


def test_a_feed_of_a_search_lists_the_newest_first_and_leads_to_our_pages(site: Server) -> None:
    feed = ElementTree.fromstring(site.get("/search.atom?q=families&source=water").body)
    links = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
    assert links
    assert all(link.startswith(f"{site.url}/statements/") for link in links)
