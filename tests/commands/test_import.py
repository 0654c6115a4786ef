"""`import`: files that belong together, and imports of which nothing comes, never taken for a success."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.demo.site import FixtureSite
from tests.commands.conftest import Run
from tests.crawling import crawl, end_state

ROOT = Path(__file__).parent.parent.parent
FROM = ("--base-url", "https://www.iom.example/", "--captured-at", "2026-01-02T03:04:05Z")


def test_an_empty_folder_is_refused_before_anything_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    code, _, err = run("import", tmp_path / "saved", *FROM, "--archive", tmp_path / "a.db")
    assert code == 2
    assert "empty folder" in err
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("style.css", "no capture of a page", id="nothing but furniture"),
        pytest.param("page.html", "--source-file", id="pages of nobody"),
    ],
)
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_an_import_of_which_nothing_comes_says_so(
    run: Run, tmp_path: Path, name: str, says: str, quiet: list[str]
) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / name).write_text("<html><body><p>Words.</p></body></html>")
    code, _, err = run("import", tmp_path / "saved", *FROM, "--archive", tmp_path / "a.db", *quiet)
    assert code == 1
    assert "nothing was taken" in err
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", ["letter.warc.gz", "letter.cdx"])
def test_a_file_that_cannot_be_read_leaves_no_archive_behind(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Dear Sir or Madam")
    code, _, err = run("import", tmp_path / name, "--archive", tmp_path / "a.db")
    assert code == 2
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "a.db").exists()


SOURCE = """
title = "Org"
hosts = ["org.example"]
seeds = ["https://org.example/"]
statement = ["^/news/"]
"""
PAGE = (
    b"<html><body><main><h1>A flood</h1><p>Words of a statement on a flood, and more of them.</p></main></body></html>"
)


FLOOD = "https://org.example/news/flood"


def warc(
    path: Path,
    kind: str,
    at: str,
    body: bytes = b"",
    status: str = "200 OK",
    url: str = FLOOD,
    to: str = "",
    **about: str,
) -> None:
    """One more record about one page, as a crawler that leaves out what it saved before writes its files."""
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        headers = {"WARC-Date": at} | {f"WARC-{name.replace('_', '-')}": value for name, value in about.items()}
        sent = [("Content-Type", "text/html"), *([("Location", to)] if to else [])]
        answer = StatusAndHeaders(status, sent, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=answer,
            warc_headers_dict=headers,
        )  # fmt: skip
        writer.write_record(record)


def test_files_that_refer_to_each_other_are_given_together(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    march, april = tmp_path / "march.warc.gz", tmp_path / "april.warc.gz"
    warc(march, "response", "2024-03-01T06:00:00Z", PAGE, Record_ID="<urn:uuid:1>")
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    warc(april, "revisit", "2024-04-01T06:00:00Z", Refers_To="<urn:uuid:1>", Profile=profile)
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    code, _, err = run("import", april, *at)
    assert code == 1
    assert "give that file as well" in err
    assert run("import", april, march, *at)[0] == 0
    seen = sqlite3.connect(tmp_path / "a.db").execute("select fetched_at from captures order by 1").fetchall()
    assert [at[:10] for (at,) in seen] == ["2024-03-01", "2024-04-01"]


def test_only_warc_files_go_together(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "a.warc.gz").touch()
    code, _, err = run("import", tmp_path / "a.warc.gz", tmp_path / "saved", "--archive", tmp_path / "a.db")
    assert code == 2
    assert "import it by itself" in err


def test_every_capture_of_a_page_that_claims_an_address_nobody_saved_is_a_state(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    for day, words in (("01", "of nine people"), ("02", "of ten people"), ("03", "of twelve people")):
        page = PAGE.replace(b"on a flood", f"on the loss {words} in a flood".encode())
        page = page.replace(
            b"<body>", b'<head><link rel="canonical" href="https://org.example/news/absent"></head><body>'
        )
        warc(tmp_path / "a.warc", "response", f"2024-03-{day}T06:00:00Z", page)
    assert (
        run("import", tmp_path / "a.warc", "--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")[0]
        == 0
    )
    found = sqlite3.connect(tmp_path / "a.db").execute("select number, substr(seen_from, 1, 10) from revisions")
    assert found.fetchall() == [(1, "2024-03-01"), (2, "2024-03-02"), (3, "2024-03-03")]


def left_and_back(run: Run, demo: Path, tmp_path: Path) -> Path:
    """An archive of what *demo* holds, by way of a WARC file."""
    out, back = tmp_path / "all.warc.gz", tmp_path / "back.db"
    assert run("export", "--archive", demo, "--format", "warc", "--output", out)[0] == 0
    files: list[object] = []
    for source in sorted((ROOT / "scraper/demo/sources").glob("*.toml")):
        copy = tmp_path / source.name
        copy.write_text(source.read_text().replace("crawl_delay = 0", "crawl_delay = 1"))
        files += ["--source-file", copy]
    assert run("import", "--archive", back, out, *files)[0] == 0
    return back


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture site over eight weeks: statements revised, moved, gone and back."""
    path = tmp_path_factory.mktemp("import") / "weeks.db"
    for week, state in enumerate(("T0", "T2", "T3", "T3", "T3", "T0", "T3", "T3")):
        with FixtureSite(at=state, crawl_delay=0) as site:
            crawl(path, site, datetime(2026, 3, 2, 5, 30, tzinfo=UTC) + timedelta(weeks=week))
    return path


def test_what_became_of_statements_is_the_same_after_leaving_and_coming_back(
    run: Run, weeks: Path, tmp_path: Path
) -> None:
    back = left_and_back(run, weeks, tmp_path)
    fates = "select url, status, gone_since, last_seen, first_seen, revision_count from documents order by url"
    before, after = (sqlite3.connect(path).execute(fates).fetchall() for path in (weeks, back))
    assert {row[1] for row in before} >= {"live", "gone", "moved"}
    assert after == before
    assert end_state(back) == end_state(weeks)


def test_statements_that_moved_are_the_same_after_leaving_and_coming_back(run: Run, demo: Path, tmp_path: Path) -> None:
    back = left_and_back(run, demo, tmp_path)
    moved = (
        "select s.url, a.url, r.number, r.text from statements s join revisions r on r.statement_id = s.id "
        "join aliases a on a.statement_id = s.id and a.reason = 'redirect' order by 1, 2, 3"
    )
    before, after = (sqlite3.connect(path).execute(moved).fetchall() for path in (demo, back))
    assert before == after != []


OTHER = PAGE.replace(b"A flood", b"Greetings").replace(b"on a flood", b"to those who look for something else")


@pytest.mark.parametrize(
    "status",
    ["204 No Content", "301 Moved Permanently", "302 Found", "403 Forbidden", "429 Too Many Requests", "500 Oops",
     "503 Service Unavailable"],
)  # fmt: skip
def test_an_answer_that_brought_no_page_is_no_state_of_a_statement(run: Run, tmp_path: Path, status: str) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    warc(tmp_path / "a.warc", "response", "2024-03-01T06:00:00Z", PAGE)
    warc(tmp_path / "a.warc", "response", "2024-04-01T06:00:00Z", OTHER, status=status)
    code, out, _ = run("import", tmp_path / "a.warc", *at)
    assert code == 0
    assert f"skipped 1: answer {status[:3]}" in out
    found = sqlite3.connect(tmp_path / "a.db").execute("select title, status, revision_count from statements")
    assert found.fetchall() == [("A flood", "live", 1)]


NEW, NEWER = "https://org.example/news/2024/flood", "https://org.example/news/2024/floods"
PERMANENT = "301 Moved Permanently"


# A crawler that is not ours keeps the redirect and the page that it led to as two responses.
@pytest.mark.parametrize(
    ("ways", "moved"),
    [
        pytest.param([(FLOOD, "/news/2024/flood")], True, id="relative Location"),
        pytest.param([(FLOOD, f"{NEW}#top")], True, id="Location with a fragment"),
        pytest.param([(FLOOD, NEWER), (NEWER, NEW)], True, id="two redirects"),
        pytest.param([(FLOOD, NEWER)], False, id="redirect to another page"),
        pytest.param([(FLOOD, FLOOD)], False, id="redirect to itself"),
    ],
)
def test_a_redirect_and_the_page_it_led_to_are_a_move(
    run: Run, tmp_path: Path, ways: list[tuple[str, str]], moved: bool
) -> None:  # fmt: skip
    (tmp_path / "org.toml").write_text(SOURCE)
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    warc(tmp_path / "a.warc", "response", "2023-03-01T06:00:00Z", PAGE)
    for second, (url, to) in enumerate(ways):
        warc(tmp_path / "a.warc", "response", f"2024-04-01T06:00:0{second}Z", status=PERMANENT, url=url, to=to)
    warc(tmp_path / "a.warc", "response", "2024-04-01T06:00:05Z", PAGE, url=NEW)
    for _ in range(2):  # importing twice adds nothing
        code, out, _ = run("import", tmp_path / "a.warc", *at)
        assert (code, "answer 301" in out) == (0, not moved)
        found = (
            sqlite3.connect(tmp_path / "a.db").execute("select url, status, revision_count from statements").fetchall()
        )
        assert found == ([(NEW, "moved", 1)] if moved else found)
        assert [row[:2] for row in found if row[0] == FLOOD] == ([] if moved else [(FLOOD, "live")])


def test_a_redirect_long_before_the_page_is_none_that_led_to_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    warc(tmp_path / "a.warc", "response", "2023-03-01T06:00:00Z", PAGE)
    warc(tmp_path / "a.warc", "response", "2023-04-01T06:00:00Z", status=PERMANENT, to=NEW)
    warc(tmp_path / "a.warc", "response", "2024-04-01T06:00:05Z", OTHER, url=NEW)
    run("import", tmp_path / "a.warc", "--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    found = sqlite3.connect(tmp_path / "a.db").execute("select status from statements").fetchall()
    assert found == [("live",), ("live",)]


def test_answers_that_nothing_is_there_any_more_are_what_a_crawl_would_make_of_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    warc(tmp_path / "a.warc", "response", "2024-03-01T06:00:00Z", PAGE)
    for month in ("04", "05"):
        warc(tmp_path / "a.warc", "response", f"2024-{month}-01T06:00:00Z", OTHER, status="404 Not Found")
    sql = "select title, status, gone_since, revision_count from statements"
    for _ in range(2):  # importing twice adds nothing
        assert run("import", tmp_path / "a.warc", *at)[0] == 0
        found = sqlite3.connect(tmp_path / "a.db").execute(sql)
        assert found.fetchall() == [("A flood", "gone", "2024-04-01T06:00:00Z", 1)]
    warc(tmp_path / "b.warc", "response", "2024-06-01T06:00:00Z", PAGE)
    warc(tmp_path / "c.warc", "response", "2024-03-15T06:00:00Z", OTHER, status="404 Not Found")
    assert run("import", tmp_path / "b.warc", *at)[0] == 0
    run("import", tmp_path / "c.warc", *at)  # of a past that later captures have overtaken
    assert sqlite3.connect(tmp_path / "a.db").execute(sql).fetchall() == [("A flood", "live", None, 1)]


def test_a_capture_of_the_past_brings_nothing_back_that_is_gone_since(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    warc(tmp_path / "a.warc", "response", "2024-03-01T06:00:00Z", PAGE)
    for month in ("04", "05"):
        warc(tmp_path / "a.warc", "response", f"2024-{month}-01T06:00:00Z", status="404 Not Found")
    warc(tmp_path / "b.warc", "response", "2024-03-20T06:00:00Z", OTHER)  # after the last capture, before the first 404
    warc(tmp_path / "c.warc", "response", "2024-02-01T06:00:00Z", PAGE)
    for name in ("a", "b", "c", "a"):
        assert run("import", tmp_path / f"{name}.warc", *at)[0] == 0
    db = sqlite3.connect(tmp_path / "a.db")
    sql = "select title, status, gone_since, substr(last_seen, 1, 10), revision_count from statements"
    assert db.execute(sql).fetchall() == [("Greetings", "gone", "2024-04-01T06:00:00Z", "2024-03-20", 2)]
    assert db.execute("select count(*) from events where what = 'back'").fetchone() == (0,)
    assert db.execute("select count(*) from visits where outcome = 'missing'").fetchone() == (2,)


def test_an_import_that_was_killed_is_not_running_for_ever(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    warc(tmp_path / "a.warc", "response", "2024-03-01T06:00:00Z", PAGE)
    run("import", tmp_path / "a.warc", *at)
    with sqlite3.connect(tmp_path / "a.db") as conn:
        conn.execute("update runs set outcome = 'running', finished_at = null")  # as a kill leaves it
    conn.close()
    assert run("import", tmp_path / "a.warc", *at)[0] == 0
    assert sqlite3.connect(tmp_path / "a.db").execute("select outcome from runs order by id").fetchall() == [
        ("failed",),
        ("finished",),
    ]


def test_a_wayback_listing_says_when_a_page_was_gone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "org.toml").write_text(SOURCE)
    digest = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    (tmp_path / f"{digest}.html").write_bytes(PAGE)
    lines = (("20220301060000", "text/html 200", digest), ("20230301060000", "warc/revisit -", digest),
             ("20240301060000", "text/html 404", "B" * 32), ("20240501060000", "text/html 404", "C" * 32))  # fmt: skip
    (tmp_path / "list.cdx").write_text(
        "".join(
            f"example,org)/news/flood {at} https://org.example/news/flood {what} {sha1} 540\n"
            for at, what, sha1 in lines
        )
    )
    at = ("--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db")
    assert run("import", tmp_path / "list.cdx", *at)[0] == 0
    sql = "select status, gone_since, substr(last_seen, 1, 4), revision_count from statements"
    assert sqlite3.connect(tmp_path / "a.db").execute(sql).fetchall() == [("gone", "2024-03-01T06:00:00Z", "2023", 1)]


def wget_page(path: str) -> str:
    return f'<head><meta property="og:url" content="https://org.example{path}"></head>'


def httrack_page(path: str) -> str:
    return f"<!-- Mirrored from org.example{path} by HTTrack Website Copier/3.x [XR&CO'2014], Mon, 01 Jul 2019 12:58:19 GMT -->"


# wget -k -E and HTTrack make the links of a page lead to the files that they saved: no address of the site.
@pytest.mark.parametrize("head", [pytest.param(wget_page, id="wget -k -E"), pytest.param(httrack_page, id="HTTrack")])
def test_addresses_that_a_copier_made_up_are_never_asked_for(
    run: Run, tmp_path: Path, head: Callable[[str], str]
) -> None:  # fmt: skip
    (tmp_path / "org.toml").write_text(SOURCE + 'listing = ["^/list"]\nfollow_links = true\n')
    links = (
        '<a href="flood.html">A flood</a> <a href="quake.html#top">A quake</a> <a href="/news/quake.html">again</a>'
        ' <a href="https://org.example/news/unsaved">more</a>'
    )
    words = "Words of a statement on what happened to many people in the region, and what was done for them. "
    for name, others in (("flood", links), ("quake", links + '<link rel="canonical" href="quake.html">')):
        page = f"<html>{head(f'/news/{name}')}<body><main><h1>On a {name}</h1><p>{name} {words * 3}{others}</p></main></body></html>"
        (tmp_path / "saved" / "news").mkdir(parents=True, exist_ok=True)
        (tmp_path / "saved" / "news" / f"{name}.html").write_text(page)
    listing = f"<html>{head('/list')}<body><a href='news/flood.html'>A flood</a></body></html>"
    (tmp_path / "saved" / "list.html").write_text(listing)
    code, _, err = run(
        "import", tmp_path / "saved", "--base-url", "https://org.example/", "--captured-at", "2019-07-01T12:58:19Z",
        "--source-file", tmp_path / "org.toml", "--archive", tmp_path / "a.db",
    )  # fmt: skip
    assert (code, err) == (0, "")
    db = sqlite3.connect(tmp_path / "a.db")
    assert db.execute("select url from statements order by url").fetchall() == [
        ("https://org.example/news/flood",), ("https://org.example/news/quake",)
    ]  # fmt: skip
    asked = {row[0] for row in db.execute("select url from urls")} | {
        row[0] for row in db.execute("select url from sightings")
    }
    assert [url for url in asked if url.endswith(".html")] == []
    assert "https://org.example/news/unsaved" in asked
    assert db.execute("select count(*) from urls where url like '%/news/flood'").fetchone() == (1,)
