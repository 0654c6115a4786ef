"""What is taken away opens where it is taken to, and holds what the archive holds."""

import csv
import io
import json
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from itertools import cycle, islice
from xml.etree import ElementTree

import feedparser
import pytest
from archive_builder import add_statement, new_archive

from scraper.archive.cited import citation_of
from scraper.archive.export import FORMATS, KINDS, Feed, export, to_file
from scraper.archive.filters import Filters
from scraper.archive.readings import Readings
from scraper.archive.rows import COLUMNS, found_ids, rows
from scraper.archive.search import index
from scraper.errors import ArchiveNotWritable, OutputExists, QueryError

ARABIC = "المنظمة الدولية للهجرة ترحب بالإعلان"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def db(tmp_path):
    db = new_archive(tmp_path)
    add_statement(db, ["First paragraph.\n\nSecond, about Sudan."], published="2022-06-10", kind="statement")
    add_statement(db, ["نص"], "https://iom.example/ar", title=ARABIC, language="ar", published="2024-01")
    add_statement(db, ["Old words.", "New words."], "https://iom.example/c", title=None, source="unhcr")
    db.execute("insert into tags values (1, 'sdg', '10'), (1, 'theme', 'Borders')")
    db.execute("insert into mentions values (1, 'SD', 3), (1, 'EG', 1)")
    yield db
    db.close()


FEED = Feed("Statements", "2026-11-23T06:00:00Z", "https://archive.example/f.atom")


def written(db, to, ids=None, feed=FEED, **how):
    return b"".join(export(rows(db, found_ids(db) if ids is None else ids), to, feed=feed, **how))


# --- which rows -------------------------------------------------------------------------------------------------------


def test_everything_is_exported_newest_first_and_without_a_date_last(db):
    assert [row.id for row in rows(db, found_ids(db))] == [2, 1, 3]


def test_a_search_is_exported(db):
    index(db, 1, title="A title", lead="", body="Second, about Sudan.", language="en")
    assert found_ids(db, "sudan") == [1]
    assert found_ids(db, filters=Filters(source="unhcr")) == [3]
    with pytest.raises(QueryError):
        found_ids(db, "NOT sudan")


def test_row_holds_what_the_statements_view_holds(db):
    view = db.execute("select * from statements where id = 1")
    names = [column[0] for column in view.description]
    (row,) = rows(db, [1])
    assert [getattr(row, name) for name in names] == list(view.fetchone())
    assert COLUMNS[: len(names)] == tuple(names)
    assert (row.countries, row.tags) == (("SD", "EG"), ("sdg:10", "theme:Borders"))


def test_number_that_does_not_exist_is_passed_over(db):
    assert [row.id for row in rows(db, [99, 3, 1])] == [3, 1]


@pytest.mark.parametrize("to", FORMATS)
def test_export_of_nothing_is_a_whole_file(db, to):
    data = written(db, to, [])
    if to == "csl-json":
        assert json.loads(data) == []
    elif to == "atom":
        ElementTree.fromstring(data)
    elif to == "csv":
        assert data.decode().strip() == ",".join(COLUMNS)
    assert KINDS[to].extension


# --- JSON Lines and CSV -----------------------------------------------------------------------------------------------


def test_jsonl_holds_texts_to_the_character(db):
    items = [json.loads(line) for line in written(db, "jsonl").splitlines()]
    assert [item["id"] for item in items] == [2, 1, 3]
    assert items[0]["title"] == ARABIC
    assert items[1]["text"] == "First paragraph.\n\nSecond, about Sudan."
    assert items[2]["title"] is None


def test_csv_reads_back(db):
    read = list(csv.DictReader(io.StringIO(written(db, "csv").decode(), newline="")))
    assert [row["id"] for row in read] == ["2", "1", "3"]
    assert read[1]["text"] == "First paragraph.\n\nSecond, about Sudan."
    assert (read[1]["countries"], read[2]["title"]) == ("SD; EG", "")


def test_byte_order_mark_only_on_request(db):
    assert written(db, "csv", bom=True).startswith(b"\xef\xbb\xbfid,")
    assert written(db, "csv").startswith(b"id,")


# OWASP, CSV injection: what starts so is run by spreadsheets.
@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "＝1", "\x00=1"]
)
def test_cell_that_a_spreadsheet_would_run_is_defused(db, title):
    db.execute("update documents set title = ? where id = 1", [title])
    (row,) = csv.DictReader(io.StringIO(written(db, "csv", [1]).decode(), newline=""))
    assert row["title"].startswith("'")


def test_negative_number_stays_a_number(db):
    db.execute("update documents set confidence = -0.5 where id = 1")
    (row,) = csv.DictReader(io.StringIO(written(db, "csv", [1]).decode(), newline=""))
    assert row["confidence"] == "-0.5"


# --- Parquet ----------------------------------------------------------------------------------------------------------


def test_parquet_reads_back(db):
    pyarrow = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.read_table(io.BytesIO(written(db, "parquet")))
    assert table.column_names == list(COLUMNS)
    assert table.column("title").to_pylist() == [ARABIC, "A title", None]
    assert table.column("countries").to_pylist() == [[], ["SD", "EG"], []]
    assert table.column("revision_count").to_pylist() == [1, 1, 2]


def test_parquet_without_its_library_says_how_to_get_it(tmp_path):
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from scraper.archive.export import export\n"
        "from scraper.errors import MissingExtra\n"
        "try: export([], 'parquet')\n"
        "except MissingExtra as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout == "Parquet needs an optional library: pip install 'statement-scraper[parquet]'\n"


# --- Atom -------------------------------------------------------------------------------------------------------------


def feed_of(db, ids=None, **said):
    return ElementTree.fromstring(written(db, "atom", ids, feed=replace(FEED, **said)))


def test_feed_is_read_by_a_feed_reader_without_complaint(db):
    read = feedparser.parse(written(db, "atom"))
    assert not read.bozo
    assert [entry.link for entry in read.entries] == [f"https://iom.example/{name}" for name in ("ar", "a", "c")]


def test_feed_does_not_invent_what_it_says_of_itself():
    with pytest.raises(ValueError, match="title"):
        export([], "atom")


# RFC 4287, 4.1.1 and 4.1.2: what must be there exactly once.
def test_feed_and_entries_have_what_atom_requires(db):
    feed = feed_of(db)
    for name in ("title", "id", "updated"):
        assert len(feed.findall(ATOM + name)) == 1
    entries = feed.findall(ATOM + "entry")
    assert len(entries) == 3
    for entry in entries:
        for name in ("title", "id", "updated", "author", "content"):
            assert len(entry.findall(ATOM + name)) == 1
    assert len({entry.findtext(ATOM + "id") for entry in entries}) == 3


def test_entry_keeps_its_id_and_moves_its_time_when_the_statement_changes(db):
    before = feed_of(db, [1]).find(ATOM + "entry")
    db.execute("update documents set title = 'Other' where id = 1")
    db.execute("update versions set number = 2, seen_from = '2026-12-01T00:00:00Z' where statement_id = 1")
    after = feed_of(db, [1]).find(ATOM + "entry")
    assert after.findtext(ATOM + "id") == before.findtext(ATOM + "id")
    assert after.findtext(ATOM + "updated") == "2026-12-01T00:00:00Z"


def test_month_alone_is_not_published_as_an_instant(db):
    arabic = feed_of(db, [2]).find(ATOM + "entry")
    assert arabic.find(ATOM + "published") is None
    assert arabic.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"


def test_characters_that_xml_forbids_and_markup_do_no_harm(db):
    hostile = 'a\x00\x08\x1b\ufffe <script>alert(1)</script> ]]> & "'
    db.execute("update documents set title = ?, kind = ? where id = 1", [hostile, hostile])
    db.execute("update texts set text = ? where id = 1", [hostile])
    entry = feed_of(db, [1], title=hostile).find(ATOM + "entry")
    assert entry.findtext(ATOM + "title") == 'a <script>alert(1)</script> ]]> & "'
    assert entry.findtext(ATOM + "content") == "<p>a &lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp; &quot;</p>"


# --- citations --------------------------------------------------------------------------------------------------------


def test_reference_managers_get_one_record_for_each_statement(db):
    assert written(db, "ris").decode().count("TY  - ELEC\r\n") == 3
    assert written(db, "bibtex").decode().count("@misc{") == 3
    assert [item["id"] for item in json.loads(written(db, "csl-json"))] == ["iom-2024-2", "iom-2022-1", "unhcr-nd-3"]


def test_citation_names_time_and_hash_of_the_capture_it_was_read_from(db):
    capture = db.execute("select fetched_at, digest from captures where id = 4").fetchone()
    cited = citation_of(db, 3)
    assert (cited.captured_at, cited.digest, cited.capture_id) == (*capture, 4)
    (row,) = rows(db, [3])
    assert row.citation == cited


def test_earlier_state_is_cited_by_its_own_capture(db):
    cited = citation_of(db, 3, revision=1)
    assert (cited.revision, cited.capture_id) == (1, 3)
    with pytest.raises(KeyError):
        citation_of(db, 3, revision=7)


def test_state_that_was_replaced_says_when_and_the_last_when_it_came(db):
    first, second = (state[0] for state in db.execute("select seen_from from versions where statement_id = 3"))
    assert first < second
    assert {(cited.revisions, cited.revised_at) for cited in (citation_of(db, 3, 1), citation_of(db, 3))} == {
        (2, second)
    }
    assert (citation_of(db, 1).revisions, citation_of(db, 1).revised_at) == (1, None)


def test_statement_that_moved_and_went_is_cited_so(db):
    readings = Readings(db)
    held = readings.by_id(3)
    for number in (1, 2):
        readings.move(held, f"https://unhcr.example/new/{number}", "moved", f"2026-11-2{number}T00:00:00Z")
        readings.add_event(
            "moved", 3, source="unhcr", run_id=None, at=f"2026-11-2{number}T00:00:00Z",
            detail=f"from https://unhcr.example/old/{number} (permanent redirect)",
        )  # fmt: skip
    readings.set_status(3, "gone", "410", "2026-11-25T00:00:00Z")
    cited = citation_of(db, 3)
    assert (cited.moved_from, cited.moved_at) == ("https://unhcr.example/old/2", "2026-11-22T00:00:00Z")
    assert cited.gone_since == "2026-11-25T00:00:00Z"
    (row,) = rows(db, [3])
    assert row.citation == cited
    assert written(db, "ris").count(b"Removed by the publisher: missing since 2026-11-25T00:00:00Z") == 1


# --- files ------------------------------------------------------------------------------------------------------------


def test_file_appears_whole_or_not_at_all(db, tmp_path):
    def broken():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        to_file(broken(), tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
    assert to_file(iter([b"all", b"!"]), tmp_path / "out.csv") == 4
    assert (tmp_path / "out.csv").read_bytes() == b"all!"


def test_file_is_never_overwritten_and_a_missing_folder_is_said(tmp_path):
    (tmp_path / "out.csv").write_text("precious")
    with pytest.raises(OutputExists):
        to_file([b"x"], tmp_path / "out.csv")
    with pytest.raises(ArchiveNotWritable, match="No such file or directory"):
        to_file([b"x"], tmp_path / "missing" / "out.csv")


@pytest.mark.parametrize("to", FORMATS)
def test_memory_does_not_grow_with_the_number_of_rows(db, to):
    some = [replace(row, text="Words. " * 200) for row in rows(db, [1, 2, 3])]
    tracemalloc.start()
    try:
        for _ in export(islice(cycle(some), 4000), to, feed=FEED):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000  # held at once, the text formats of 4,000 rows take 1.4 to 8 megabytes


def test_rows_are_read_in_batches(db):
    assert [row.id for row in rows(db, islice(cycle([1, 2, 3]), 1000))] == list(islice(cycle([1, 2, 3]), 1000))
