"""Whatever is wrong with an archive is said, with what is lost, in one line."""

import os
import re
from contextlib import closing

import pytest
from archive_builder import add_capture, add_statement, new_archive, page

from scraper.archive.folding import fold_with_forms
from scraper.archive.opening import open_database
from scraper.archive.payloads import Payloads
from scraper.archive.verify import verify
from scraper.model import Statement


@pytest.fixture
def db(tmp_path):
    db = new_archive(tmp_path)
    add_statement(db, ["The first text.", "The second text."], "https://iom.example/a")
    add_statement(db, ["Another text."], "https://iom.example/b")
    add_capture(db, page(1), "https://iom.example/c")
    yield db
    db.close()


def lines(db, **asked):
    return [str(finding) for finding in verify(db, **asked)]


def only_line(db, **asked):
    (line,) = lines(db, **asked)
    return line


def without_foreign_keys(db, sql):
    db.execute("pragma foreign_keys = off")
    db.execute(sql)
    db.execute("pragma foreign_keys = on")


def test_whole_archive_has_no_finding(db):
    assert lines(db) == []


def test_flipped_byte_in_a_body_is_found_and_the_lost_capture_named(db):
    (capture_id, digest) = db.execute("select id, digest from captures where url like '%/c'").fetchone()
    (data,) = db.execute("select data from payloads where digest = ?", [digest]).fetchone()
    middle = len(data) // 2
    db.execute(
        "update payloads set data = ? where digest = ?",
        [data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :], digest],
    )
    line = only_line(db)
    assert line.startswith(f"error: payloads {capture_id}: body {digest[:16]}…: ")
    assert f"lost: capture {capture_id} (https://iom.example/c, " in line


def test_flipped_byte_in_the_file_itself_is_found_wherever_the_words_stand(tmp_path):
    path = tmp_path / "flipped.db"
    text = "Some words that no page of this archive has said before."
    db = new_archive(tmp_path, path.name)
    add_statement(db, [text])
    db.close()
    whole = path.read_bytes()
    folded = fold_with_forms(text, "en")
    places = [match.start() + 5 for words in (text, folded) for match in re.finditer(words.encode(), whole)]
    assert len(places) == 3  # the body (too short to compress), the text, the search column
    for place in places:
        path.write_bytes(whole[:place] + b"z" + whole[place + 1 :])
        db = open_database(path, create=False)
        assert lines(db) != []
        db.close()


def test_missing_body_is_an_error_and_says_what_is_lost(db):
    without_foreign_keys(db, "delete from payloads where id = 1")
    assert only_line(db) == (
        "error: captures 1: points to payloads that are missing; lost: the bytes of those captures"
    )


def test_missing_text_is_an_error(db):
    without_foreign_keys(db, "delete from texts where id = 1")
    assert only_line(db).startswith("error: versions 1: points to texts that are missing; lost: the text")


def test_relation_to_a_missing_statement_is_found(db):
    without_foreign_keys(db, "insert into relations values (1, 99, 'series', 1.0, null, '2026')")
    assert "relations" in only_line(db)


def test_damaged_dictionary_is_named_with_what_depends_on_it(db):
    payloads = Payloads(db)
    for number in range(20):
        add_capture(db, page(number, noise="d"), f"https://iom.example/d/{number}")
        payloads.train("iom", "2026-11-23T06:00:00Z")
    db.execute("update dictionaries set data = zeroblob(50)")
    found = lines(db)
    assert found[0].startswith("error: dictionaries 1: dictionary 1 is damaged")
    assert any("https://iom.example/d/" in line for line in found[1:])


def test_index_that_lost_a_statement_is_found(db):
    db.execute("drop trigger search_content_update")
    db.execute("update search_content set body = 'replaced behind the index' where statement_id = 1")
    assert lines(db)[0].startswith("error: search: the full-text index does not fit its content")


def test_statement_that_no_search_can_find_is_a_warning(db):
    db.execute("delete from search_content where statement_id = 2")
    assert only_line(db).startswith("warning: documents 2: cannot be found by all its words")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        pytest.param("update documents set revision_count = 5 where id = 1", "revision_count", id="counter"),
        pytest.param("update versions set number = 7 where id = 2", "numbered 1, 2, 3", id="gap in the numbers"),
        pytest.param("update documents set version_id = 1 where id = 1", "latest state", id="points to an old state"),
        pytest.param("update versions set seen_until = '2020' where id = 1", "ends before", id="times run backwards"),
        pytest.param("update documents set title = 'Another' where id = 1", "its title is not", id="title"),
        pytest.param("update captures set size = 1 where id = 1", "another size", id="size of a capture"),
        pytest.param("update payloads set size = 1 where id = 1", "says 1 bytes", id="size of a body"),
        pytest.param("update captures set seal = null where id = 1", "captures 1: has no seal", id="no seal"),
    ],
)
def test_disagreement_between_tables_is_found(db, sql, said):
    db.execute(sql)
    assert any(said in line for line in lines(db))


def test_body_that_no_capture_has_is_a_warning(db):
    Payloads(db).put(page(9), source="iom")
    assert only_line(db).startswith("warning: payloads 5: belongs to no capture")


def test_many_rows_with_one_fault_are_one_line(db):
    for number in range(10):
        add_statement(db, [f"Text {number}."], f"https://iom.example/n/{number}")
    db.execute("update documents set revision_count = 9")
    assert only_line(db).startswith("error: documents 1, 2, 3 and 9 more: its revision_count")


# --- reading again ----------------------------------------------------------------------------------------------------


def reads(texts, **facts):
    """A reader that finds these texts in the captures so numbered, and beside them what the builder archives."""

    def read(capture_id, named):
        text = texts[capture_id]
        found = {"title": "A title", "language": "en"} | facts
        return Statement("https://iom.example/a", **{"text": text, **found})

    return read


AS_ARCHIVED = {2: "The second text.", 3: "Another text."}


def test_reading_that_differs_from_the_archived_text_is_a_finding(db):
    read = reads(AS_ARCHIVED | {3: "Other words."})
    assert only_line(db, reread=read).startswith("error: documents 2: reading capture 3 again gives other words")


def test_reading_that_cannot_be_compared_is_passed_over(db):
    assert lines(db, reread=lambda capture_id, named: None) == []


def test_white_space_alone_is_no_difference(db):
    assert lines(db, reread=reads({2: "The\u00a0second text.", 3: "Another text."})) == []


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        pytest.param("update documents set published = '2020-01-01' where id = 2", "date of publication", id="date"),
        pytest.param("update documents set words = 9 where id = 2", "number of words", id="words"),
        pytest.param("update documents set place = 'Bern' where id = 2", "place", id="place"),
        pytest.param("update texts set markdown = '**Other**' where id = 3", "markdown", id="markdown"),
        pytest.param("update versions set contact = 'Anna' where id = 3", "contact", id="contact"),
        pytest.param("insert into mentions values (2, 'SD', 3)", "mentions", id="mentions"),
        pytest.param("insert into tags values (2, 'theme', 'health')", "tags", id="tags"),
    ],
)
def test_fact_that_its_capture_does_not_give_is_a_warning(db, sql, what):
    db.execute(sql)
    assert only_line(db, reread=reads(AS_ARCHIVED)) == (
        f"warning: documents 2: its {what}: not what reading capture 3 again gives; "
        "lost: nothing: `scraper reextract` reads it again"
    )


def test_date_that_a_feed_gave_is_not_asked_of_the_page(db):
    db.execute("update documents set published = '2020-01-01', published_source = 'feed' where id = 2")
    assert lines(db, reread=reads(AS_ARCHIVED)) == []


def test_facts_read_when_more_was_known_of_the_site_are_right_if_today_they_are_read_so(db):
    def read(capture_id, named):
        return reads(AS_ARCHIVED, place=None if named else "Bern" if capture_id == 3 else None)(capture_id, named)

    db.execute("update documents set place = 'Bern' where id = 2")
    assert lines(db, reread=read) == []


def test_sample_reads_as_many_statements_as_asked(db):
    asked = []
    for number in range(20):
        add_statement(db, [f"Text {number}."], f"https://iom.example/n/{number}")
    list(verify(db, reread=lambda capture_id, named: asked.append(capture_id), sample=5))
    assert len(asked) == 5
    assert len(set(asked)) == 5


def test_read_only_connection_finds_the_same(db, tmp_path):
    with closing(open_database(tmp_path / "archive.db", create=False, readonly=True)) as readonly:
        assert lines(readonly) == []
        db.execute("drop trigger search_content_update")
        db.execute("update search_content set body = 'replaced behind the index' where statement_id = 1")
        assert lines(readonly)[0].startswith("error: search: the full-text index does not fit")


def test_file_that_may_not_be_written_is_verified_all_the_same(db, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the tests may run as root, who may write anything
    with closing(open_database(tmp_path / "archive.db", create=False, readonly=True)) as readonly:
        assert lines(readonly) == []
