"""``scraper browse`` and ``--publish``: read-only, beside a crawl, ready for any host."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import threading
import urllib.request
from pathlib import Path

import pytest
from invented import build
from markup import Page
from servers import Server, serving

from scraper.browse import queue, serve
from scraper.browse.publish import publish
from scraper.errors import NotAnArchive, OutputExists, PortTaken, UnreadableInput, UsageError
from scraper.plugin import plugin


def test_a_missing_archive_is_said_in_a_sentence(tmp_path) -> None:
    with pytest.raises(UnreadableInput, match="no archive there yet"):
        serve.app(tmp_path / "none.db", plugin)


def test_a_file_that_is_no_archive_is_refused(tmp_path) -> None:
    (tmp_path / "text.db").write_text("hello")
    with pytest.raises(NotAnArchive):
        serve.app(tmp_path / "text.db", plugin)
    sqlite3.connect(tmp_path / "empty.db").execute("create table t (a)").connection.close()
    with pytest.raises(NotAnArchive, match="not a statement archive"):
        serve.app(tmp_path / "empty.db", plugin)


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="--port"):
            serve.listen("127.0.0.1", taken.getsockname()[1])


def test_port_0_takes_a_free_one_and_says_which() -> None:
    listener = serve.listen("127.0.0.1", 0)
    try:
        assert serve.address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def test_serves_until_it_is_stopped(archive, monkeypatch) -> None:
    import uvicorn

    servers: list[uvicorn.Server] = []
    make = uvicorn.Server

    def remembered(config: uvicorn.Config) -> uvicorn.Server:
        servers.append(make(config))
        return servers[-1]

    monkeypatch.setattr(uvicorn, "Server", remembered)
    addresses: list[str] = []
    thread = threading.Thread(
        target=serve.serve, args=(archive.path, plugin), kwargs={"port": 0, "ready": addresses.append}
    )
    thread.start()
    try:
        for _ in range(200):
            if servers and servers[0].started:
                break
            thread.join(0.05)
        with urllib.request.urlopen(addresses[0], timeout=20) as answer:
            assert b"An invented archive" in answer.read()
    finally:
        servers[0].should_exit = True
        thread.join(20)
    assert not thread.is_alive()


def test_pages_follow_a_crawl_that_is_writing(tmp_path, python) -> None:
    made = build(tmp_path / "archive.db", statements=20)
    with serving(python, str(made.path), archive=made) as server:
        number = made.ids["edited"]
        assert "Edited twice." in server.page(f"/statements/{number}")
        db = sqlite3.connect(made.path)
        db.execute("update documents set title = 'Told anew' where id = ?", [number])
        db.commit()
        assert Page(server.page(f"/statements/{number}")).one("h1").text == "Told anew"
        db.close()


def test_an_address_prefix_is_kept_in_every_link(tmp_path, python) -> None:
    made = build(tmp_path / "archive.db", statements=5)
    with serving(python, str(made.path), "--setting", "base_url", "/statements-of/", archive=made) as server:
        page = Page(server.page("/statements-of/"))
        inward = [href for href in page.links().values() if href.startswith("/")]
        assert inward
        assert all(href.startswith("/statements-of/") for href in inward)
        assert server.get(page.all("link", rel="stylesheet")[0]["href"]).status == 200


def test_an_archive_closed_to_the_public_is_closed_on_our_pages_too(tmp_path, python) -> None:
    made = build(tmp_path / "archive.db", statements=5)
    closed = tmp_path / "closed.json"
    closed.write_text(json.dumps({"databases": {"archive": {"allow": {"id": "root"}}}}))
    with serving(python, str(made.path), "-m", str(closed), archive=made) as server:
        for path in (
            "/",
            "/search?q=floods",
            f"/statements/{made.ids['edited']}",
            "/captures/1/bytes",
            "/search.csv",
            "/data",
        ):
            assert server.get(path).status == 403, path


# --- robots and limits ------------------------------------------------------------------------------------------------


def test_robots_open_statements_and_close_sql_and_endless_searches(site: Server) -> None:
    from scraper import parse_robots

    rules = parse_robots(site.get("/robots.txt").body)
    assert rules.allows(f"{site.url}/statements/1", "searchbot/1.0")
    assert rules.allows(f"{site.url}/", "searchbot/1.0")
    for path in (
        "/archive?sql=select+1",
        "/archive/statements",
        "/search?q=x",
        "/search.csv",
        "/-/versions",
        "/captures/1/page",
    ):
        assert not rules.allows(f"{site.url}{path}", "searchbot/1.0"), path


def ask(application: queue.Queue, path: str, query: bytes = b"") -> int:
    sent = []

    async def send(message) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request"}

    async def run() -> None:
        await application({"type": "http", "path": path, "query_string": query}, receive, send)

    asyncio.run(run())
    return sent[0]["status"]


@pytest.mark.parametrize(
    ("path", "query", "costly"),
    [
        pytest.param("/archive", b"sql=select+1", True, id="own SQL"),
        pytest.param("/archive.json", b"_shape=array&sql=select+1", True, id="own SQL as JSON"),
        pytest.param("/archive/-/query", b"", True, id="own SQL on 1.0"),
        pytest.param("/search.csv", b"q=floods", True, id="an export"),
        pytest.param("/search.atom", b"q=floods", False, id="a feed"),
        pytest.param("/search", b"q=sql", False, id="a search for the word"),
        pytest.param("/statements/1", b"", False, id="a statement"),
    ],
)
def test_what_waits_in_the_queue(path, query, costly) -> None:
    assert queue.costly({"type": "http", "path": path, "query_string": query}) is costly


def test_too_many_costly_requests_are_told_when_to_come_back_and_pages_never_wait() -> None:
    async def run() -> list[int]:
        release = asyncio.Event()
        answers: list[int] = []

        async def slow(scope, receive, send) -> None:
            if scope["path"] == "/slow":
                await release.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        line = queue.Queue(slow, running=1, waiting=1)

        async def request(path: str, query: bytes) -> None:
            async def send(message) -> None:
                if message["type"] == "http.response.start":
                    answers.append(message["status"])

            await line({"type": "http", "path": path, "query_string": query}, None, send)

        held = [asyncio.create_task(request("/slow", b"sql=1")) for _ in range(2)]
        await asyncio.sleep(0)
        await request("/slow", b"sql=1")  # one runs, one waits, the third is sent away
        await request("/statements/1", b"")
        release.set()
        await asyncio.gather(*held)
        await request("/slow", b"sql=1")  # there is room again
        return answers

    assert asyncio.run(run()) == [429, 200, 200, 200, 200]


# --- publishing -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(archive, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "site"
    publish(archive.path, folder, without_texts=["water"], allow_sql=False)
    return folder


@pytest.fixture(scope="module")
def copy(published) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{(published / 'archive.db').as_uri()}?immutable=1", uri=True)
    yield connection
    connection.close()


def test_a_published_folder_is_served_as_it_stands(published, python, archive) -> None:
    with serving(python, str(published), archive=archive) as server:
        assert "An invented archive" in server.page("/")
        assert "20 countries" in server.page(f"/statements/{archive.ids['edited']}")
        assert Page(server.page("/search?q=洪水")).all("mark")
        assert server.page("/archive/silent_edits")
        assert server.follow("/archive.json?sql=select+1").status == 403


def test_the_whole_file_can_be_taken_from_a_published_copy_and_not_from_one_that_a_crawl_may_write(
    published, site, python, archive
) -> None:
    with serving(python, str(published), archive=archive) as server:
        (link,) = (href for href in Page(server.page("/data")).links().values() if href.endswith(".db"))
        assert server.get(link).status == 200
    assert not any(href.endswith(".db") for href in Page(site.page("/data")).links().values())


def test_the_code_of_a_published_copy_comes_with_its_terms(published) -> None:
    assert "Apache License" in (published / "package" / "LICENSE").read_text(encoding="utf-8")
    assert (published / "package" / "NOTICE").read_text(encoding="utf-8")


def test_a_text_that_may_not_be_shown_is_nowhere_in_the_copy(published, copy, python, archive) -> None:
    raw = (published / "archive.db").read_bytes()
    assert b"This text is no longer where it was" not in raw
    assert copy.execute(
        "select count(*) from documents d join versions v on v.statement_id = d.id join texts t on t.id = v.text_id "
        "where d.source = 'water' and (t.text <> '' or d.lead <> '')"
    ).fetchone() == (0,)
    with serving(python, str(published), archive=archive) as server:
        page = server.page(f"/statements/{archive.ids['gone']}")
        assert "terms do not allow" in page
        assert "A statement that was taken down" in page


def test_words_of_a_withheld_text_find_nothing(copy) -> None:
    sql = "select count(*) from search where search match 'longer' and rowid in (select id from documents where source = 'water')"
    assert copy.execute(sql).fetchone() == (0,)
    copy.execute("select count(*) from search where search match 'declaration'").fetchone()


def test_a_text_that_another_publisher_may_show_stays_with_that_one(copy, archive) -> None:
    texts = dict(
        copy.execute(
            "select d.id, t.text from documents d join versions v on v.statement_id = d.id and v.number = 1 "
            "join texts t on t.id = v.text_id where d.id in (?, ?)",
            [archive.ids["edited"], archive.ids["copy"]],
        ).fetchall()
    )
    assert texts[archive.ids["copy"]] == ""
    assert "21 countries" in texts[archive.ids["edited"]]


def test_the_copy_holds_no_bytes_no_requests_and_no_machinery_unless_asked(copy) -> None:
    assert copy.execute("select count(*) from payloads").fetchone() == (0,)
    assert copy.execute(
        "select count(*) from captures where request_headers <> '[]' or address is not null"
    ).fetchone() == (0,)
    assert copy.execute("select count(*) from hosts").fetchone() == (0,)
    assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    assert copy.execute("pragma journal_mode").fetchone()[0] == "delete"


def test_hashes_of_what_is_left_out_stay(copy, archive) -> None:
    assert copy.execute("select count(*) from captures where length(digest) = 64").fetchone()[0] > 200
    (digest,) = copy.execute(
        "select t.digest from versions v join texts t on t.id = v.text_id where v.statement_id = ?",
        [archive.ids["gone"]],
    ).fetchone()
    original = sqlite3.connect(archive.path)
    (held,) = original.execute(
        "select t.digest from versions v join texts t on t.id = v.text_id where v.statement_id = ?",
        [archive.ids["gone"]],
    ).fetchone()
    original.close()
    assert digest == f"withheld:{held}"


def test_captured_bytes_are_published_when_asked_but_never_those_of_withheld_texts(archive, tmp_path) -> None:
    publish(archive.path, tmp_path / "site", captures=True, without_texts=["water"])
    db = sqlite3.connect(tmp_path / "site" / "archive.db")
    kept = db.execute(
        "select c.source, count(p.id) from captures c left join payloads p on p.digest = c.digest group by 1"
    ).fetchall()
    db.close()
    counts = dict(kept)
    assert counts["rivers"] > 50
    assert counts["water"] == 0


@pytest.mark.parametrize("name", ["site", "out/site", "."])
def test_a_folder_may_be_named_from_where_one_stands(archive, tmp_path, monkeypatch, name) -> None:
    monkeypatch.chdir(tmp_path)
    publish(archive.path, Path(name))
    assert (tmp_path / name / "Dockerfile").exists()


def test_everything_a_host_needs_is_there(published) -> None:
    names = {path.name for path in published.iterdir()}
    configuration = {"metadata.json", "datasette.json", "settings.json", "inspect-data.json"}
    assert names == configuration | {"archive.db", "Dockerfile", "README.md", "package"}
    assert (published / "package" / "scraper" / "browse" / "templates" / "statements" / "layout.html").exists()
    assert (published / "package" / "scraper" / "archive" / "migrations" / "0001_first.sql").exists()
    inspected = json.loads((published / "inspect-data.json").read_text())["archive"]
    assert inspected["tables"]["documents"]["count"] > 200


def test_the_original_is_left_as_it_was(archive, published) -> None:
    db = sqlite3.connect(archive.path)
    assert db.execute("select count(*) from payloads").fetchone()[0] > 200
    db.close()


@pytest.mark.parametrize("name", ["full", "file"])
def test_nothing_is_overwritten(archive, tmp_path, name) -> None:
    target = tmp_path / name
    if name == "full":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    else:
        target.write_text("mine")
    with pytest.raises(OutputExists):
        publish(archive.path, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_an_unknown_source_is_refused_and_nothing_is_left_behind(archive, tmp_path) -> None:
    with pytest.raises(UsageError, match="nobody"):
        publish(archive.path, tmp_path / "site", without_texts=["nobody"])
    assert list(tmp_path.iterdir()) == []
