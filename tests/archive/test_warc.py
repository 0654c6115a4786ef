"""WARC out and in: the same captures, byte for byte; and others' files, whole or damaged."""

import gzip
import hashlib
import io
import json
import zlib
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from archive_builder import NOW, add_capture, add_statement, new_archive, page
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.archive.codec import alone
from scraper.archive.payloads import Payloads
from scraper.archive.warc_in import read_warc
from scraper.archive.warc_out import captures_of, write_warc
from scraper.errors import ArchiveNotWritable, OutputExists, UnreadableInput
from scraper.model import Capture, Failure

SENT = [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Encoding", "gzip"],
    ["Content-Length", "1234"],
    ["X-Ünïcode", "ä"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
]
ASKED = [["User-Agent", "statement-scraper/1 (+https://archive.example)"], ["Accept", "text/html"]]


@pytest.fixture
def db(tmp_path):
    db = new_archive(tmp_path)
    add_capture(db, page(1), "https://iom.example/a", headers=SENT, asked=ASKED)
    add_capture(
        db, page(1), "https://iom.example/a", at="2026-11-24T06:00:00Z", headers=[["Content-Type", "text/html"]]
    )
    add_capture(db, page(2), "https://iom.example/b?page=1", headers=[*SENT[:1], ["Transfer-Encoding", "chunked"]])
    add_capture(db, b"", "https://iom.example/gone", status=410, headers=[])
    db.execute(
        "update captures set requested_url = 'https://iom.example/old', "
        """redirects = '[["https://iom.example/old", 301, "https://iom.example/gone"]]' where id = 4"""
    )
    yield db
    db.close()


@pytest.fixture
def warc(db, tmp_path):
    return write_warc(db, tmp_path / "out.warc.gz", now=NOW).path


def types_of(path):
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


# --- out --------------------------------------------------------------------------------------------------------------


def test_records_are_a_response_for_new_bytes_and_a_revisit_for_known_ones(warc):
    assert types_of(warc) == ["warcinfo", "response", "request", "revisit", "response", "response", "metadata"]


def test_every_digest_proves_right_to_another_reader(warc, capsys):
    class Arguments:
        inputs = (str(warc),)
        verbose = True

    checker = Checker(Arguments())
    checker.process_all()
    assert checker.exit_value == 0
    assert "fail" not in capsys.readouterr().out


def test_headers_are_true_of_the_bytes_that_follow(warc):
    with warc.open("rb") as file:
        response = next(record for record in ArchiveIterator(file) if record.rec_type == "response")
        headers = response.http_headers
        body = response.raw_stream.read()
    assert body == page(1)
    assert headers.get_header("Content-Encoding") is None
    assert headers.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert headers.get_header("Content-Length") == str(len(body))
    assert headers.get_header("X-Archive-Orig-Content-Length") == "1234"


# WARC 1.1, 6.7.2: identical-payload-digest
def test_revisit_names_the_record_that_has_the_bytes(warc):
    with warc.open("rb") as file:
        records = [record.rec_headers for record in ArchiveIterator(file)]
    response, revisit = records[1], records[3]
    assert revisit.get_header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit.get_header("WARC-Refers-To") == response.get_header("WARC-Record-ID")
    assert revisit.get_header("WARC-Refers-To-Target-URI") == "https://iom.example/a"
    assert revisit.get_header("WARC-Refers-To-Date") == NOW
    assert revisit.get_header("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(page(1)).hexdigest()}"


def test_same_captures_give_the_same_file(db, warc, tmp_path):
    (tmp_path / "again").mkdir()
    again = write_warc(db, tmp_path / "again" / warc.name, now=NOW)
    assert again.path.read_bytes() == warc.read_bytes()


def test_only_the_captures_of_chosen_statements(db, tmp_path):
    db.execute(
        "insert into documents (id, source, url, first_seen, last_seen) values (7, 'iom', ?, ?, ?)",
        ["https://iom.example/b?page=1", NOW, NOW],
    )
    db.execute("insert into aliases values ('https://iom.example/gone', 7, 'redirect', ?)", [NOW])
    assert captures_of(db, [7]) == [3, 4]
    written = write_warc(db, tmp_path / "some.warc.gz", now=NOW, statements=[7])
    assert (written.responses, written.revisits) == (2, 0)


def test_damaged_capture_is_left_out_and_named(db, tmp_path):
    db.execute("update payloads set data = zeroblob(9) where id = 2")
    written = write_warc(db, tmp_path / "out.warc.gz", now=NOW)
    assert [line.split(":")[0] for line in written.lost] == ["capture 3 (https"]
    assert (written.responses, written.revisits) == (2, 1)


def test_file_is_whole_or_not_there(db, warc, tmp_path, monkeypatch):
    with pytest.raises(OutputExists):
        write_warc(db, warc, now=NOW)
    with pytest.raises(ArchiveNotWritable):
        write_warc(db, tmp_path / "missing" / "out.warc.gz", now=NOW)
    db.execute("update captures set headers = 'no json' where id = 3")
    with pytest.raises(ValueError, match="Expecting value"):
        write_warc(db, tmp_path / "half.warc.gz", now=NOW)
    assert [path.name for path in tmp_path.iterdir() if "half" in path.name] == []


# --- round trip -------------------------------------------------------------------------------------------------------


def test_round_trip_gives_the_same_captures(db, warc):
    read = list(read_warc(warc))
    assert all(isinstance(capture, Capture) for capture in read)
    kept = db.execute("select url, fetched_at, http_status, digest, headers, request_headers from captures").fetchall()
    assert [
        (capture.url, capture.fetched_at, capture.status, capture.digest, [list(header) for header in capture.headers])
        for capture in read
    ] == [
        (url, datetime.fromisoformat(at), status, digest, json.loads(headers))
        for url, at, status, digest, headers, _ in kept
    ]
    assert read[0].request_headers[1:] == tuple(map(tuple, ASKED))
    assert read[0].address == "192.0.2.7"
    assert read[3].requested_url == "https://iom.example/old"
    assert [(hop.url, hop.status, hop.location) for hop in read[3].hops] == [
        ("https://iom.example/old", 301, "https://iom.example/gone")
    ]


# ISO 28500, 6.6: what else is known of a URL is a metadata record; nobody kept the bytes of these answers.
def test_answers_without_a_body_are_metadata_and_come_back(db, tmp_path):
    add_statement(db, ["Words."], "https://iom.example/here")
    urls = ("https://iom.example/here", "https://iom.example/dead")
    for number, url in enumerate(urls, 90):
        db.execute(
            "insert into urls (id, source, url, host, role, discovered_via, first_seen, due_at) "
            "values (?, 'iom', ?, 'iom.example', 'statement', 'manual', ?, ?)",
            [number, url, NOW, NOW],
        )
    visits = [
        ("01", "not-modified", 304, None), ("02", "missing", 404, None), ("03", "retried", 503, None),
        ("04", "http", 503, None), ("05", "not-modified", 304, None), ("06", "not-modified", 304, None),
        ("07", "redirected", 301, None), ("07", "not-modified", 304, '{"url": "https://iom.example/there"}'),
        ("08", "not-modified", 304, None), ("09", "not-modified", 304, None), ("10", "missing", 410, "by hand"),
    ]  # fmt: skip
    for day, outcome, status, detail in visits:
        for number in (90, 91):  # of what is no statement, nothing is said
            db.execute(
                "insert into visits (url_id, at, outcome, http_status, detail) values (?, ?, ?, ?, ?)",
                [number, f"2026-12-{day}T06:00:00Z", outcome, status, detail],
            )
    written = write_warc(db, tmp_path / "out.warc.gz", now=NOW)
    with written.path.open("rb") as file:
        said = [
            record.content_stream().read().decode().splitlines()
            for record in ArchiveIterator(file)
            if record.rec_type == "metadata" and not record.rec_headers["WARC-Concurrent-To"]
        ]
    checker = Checker(SimpleNamespace(inputs=[str(written.path)], verbose=False))
    checker.process_all()
    assert checker.exit_value == 0
    way = ["requestedURL: https://iom.example/here", "redirect: 301 https://iom.example/here https://iom.example/there"]
    same = ["answer: 304"]
    assert said == [same, ["answer: 404"], same, [*same, *way], same, ["answer: 410"]]
    assert written.answers == 6
    read = [capture for capture in read_warc(written.path) if capture.url in {urls[0], "https://iom.example/there"}]
    told = [(f"{capture.fetched_at:%d}", capture.status, len(capture.hops)) for capture in read if not capture.headers]
    assert told[-6:] == [
        ("01", 304, 0), ("02", 404, 0), ("05", 304, 0), ("07", 304, 1), ("09", 304, 0), ("10", 410, 0)
    ]  # fmt: skip


# --- others' files ----------------------------------------------------------------------------------------------------


class Writer:
    """A WARC file as others write it."""

    def __init__(self, path, *, compressed=True):
        self.path = path
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=compressed, warc_version="1.1")
        self.starts = []

    def add(self, url, body=b"", *, kind="response", headers=(), at=NOW, status="200 OK", http=True, **about):
        self.starts.append(self.file.tell())
        about = {"WARC-Date": at} | {f"WARC-{name.replace('_', '-')}": value for name, value in about.items()}
        message = (
            StatusAndHeaders(status, [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1") if http else None
        )
        self.writer.write_record(
            self.writer.create_warc_record(
                url, kind, payload=io.BytesIO(body), length=len(body), warc_headers_dict=about, http_headers=message
            )
        )

    def bytes(self):
        return self.file.getvalue()

    def read(self, data=None):
        self.path.write_bytes(self.bytes() if data is None else data)
        reading = read_warc(self.path)
        return list(reading), reading.skipped


@pytest.fixture(params=[True, False], ids=["gzip", "plain"])
def writer(tmp_path, request):
    return Writer(tmp_path / "theirs.warc", compressed=request.param)


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("deflate", zlib.compress, id="deflate"),
        pytest.param("zstd", alone, id="zstd"),
        pytest.param("gzip", lambda body: body, id="stored decoded under headers that say gzip"),
    ],
)
def test_body_is_given_without_its_content_encoding(writer, name, encode):
    writer.add("https://iom.example/a", encode(page(1)), headers=[("Content-Encoding", name)])
    ((capture,), _) = writer.read()
    assert capture.body == page(1)
    assert capture.header("content-encoding") == name
    assert capture.fetched_at == datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_chunks_are_put_together(writer):
    writer.add(
        "https://iom.example/a", b"5\r\n<p>he\r\n3\r\nllo\r\n0\r\n\r\n", headers=[("Transfer-Encoding", "chunked")]
    )
    ((capture,), _) = writer.read()
    assert capture.body == b"<p>hello"


def test_body_that_cannot_be_decoded_is_a_failure_and_the_rest_is_read(writer):
    writer.add("https://iom.example/a", b"\x1f\x8b\x08 no gzip", headers=[("Content-Encoding", "gzip")])
    writer.add("https://iom.example/b", page(2))
    ((failure, capture), _) = writer.read()
    assert (failure.url, failure.kind) == ("https://iom.example/a", "encoding")
    assert capture.body == page(2)


def test_what_is_no_page_is_counted_not_given(writer):
    writer.add("dns:iom.example", b"192.0.2.1", kind="response", http=False)
    writer.add("https://iom.example/image", b"x", kind="resource", http=False)
    writer.add("https://iom.example/a", status="304 Not Modified")
    ((), skipped) = writer.read()
    assert skipped == {"not HTTP": 1, "resource record": 1, "not modified (304)": 1}


def test_record_that_was_cut_when_it_was_made_is_a_failure(writer):
    writer.add("https://iom.example/a", page(1), Truncated="length")
    writer.add("https://iom.example/b", page(1)[:50], status="206 Partial Content")
    (failures, _) = writer.read()
    assert [failure.kind for failure in failures] == ["truncated", "truncated"]


def test_request_before_its_response_is_joined_to_it(writer):
    writer.add(
        "https://iom.example/a",
        kind="request",
        Record_ID="<urn:uuid:1>",
        status="GET /a HTTP/1.1",
        headers=[("X", "1")],
    )
    writer.add("https://iom.example/a", page(1), Concurrent_To="<urn:uuid:1>")
    ((capture,), _) = writer.read()
    assert ("X", "1") in capture.request_headers


@pytest.mark.parametrize("later", [False, True], ids=["after its body", "before its body"])
@pytest.mark.parametrize(
    "refers_to",
    [
        {"Refers_To": "<urn:uuid:1>"},
        {"Refers_To_Target_URI": "https://iom.example/a", "Refers_To_Date": NOW},
        {"Payload_Digest": "sha1:ABC"},
    ],
    ids=["by record", "by URL and time", "by digest"],
)
def test_revisit_gets_the_body_it_refers_to(writer, refers_to, later):
    def revisit():
        profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
        writer.add("https://iom.example/a", kind="revisit", at="2026-11-25T06:00:00Z", Profile=profile, **refers_to)

    if later:
        revisit()
    encoded = gzip.compress(page(1))
    writer.add(
        "https://iom.example/a", encoded, Record_ID="<urn:uuid:1>", Payload_Digest="sha1:ABC",
        headers=[("Content-Encoding", "gzip")],
    )  # fmt: skip
    if not later:
        revisit()
    (captures, _) = writer.read()
    assert {(capture.fetched_at.day, capture.body) for capture in captures} == {(23, page(1)), (25, page(1))}


def test_revisit_as_wget_writes_it_has_the_digest_of_the_block_that_it_leaves_out(writer):
    writer.add("https://iom.example/a", page(1), Record_ID="<urn:uuid:1>")
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    writer.add(
        "https://iom.example/a", kind="revisit", at="2026-11-25T06:00:00Z", Profile=profile, Refers_To="<urn:uuid:1>",
        Truncated="length", Block_Digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
    )  # fmt: skip
    (captures, _) = writer.read()
    assert [(capture.fetched_at.day, capture.body) for capture in captures] == [(23, page(1)), (25, page(1))]


def test_revisit_finds_its_body_in_another_of_the_files(tmp_path):
    first, second = Writer(tmp_path / "1.warc"), Writer(tmp_path / "2.warc")
    first.add("https://iom.example/a", page(1), Record_ID="<urn:uuid:1>")
    second.add("https://iom.example/a", kind="revisit", Profile="x/identical-payload-digest", Refers_To="<urn:uuid:1>")
    first.read()
    (failures, _) = second.read()
    assert [failure.kind for failure in failures] == ["empty"]
    assert [capture.body for capture in read_warc(second.path, first.path)] == [page(1), page(1)]


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(writer):
    for number in range(3):
        writer.add(f"https://iom.example/{number}", page(number))
    return writer


def shown(found):
    return [item.url[-2:] if isinstance(item, Capture) else item.kind for item in found]


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_file_cut_in_its_last_record_gives_all_before(three, part):
    start, end = three.starts[2], len(three.bytes())
    (found, _) = three.read(three.bytes()[: start + int((end - start) * part)])
    assert shown(found) == ["/0", "/1", "truncated"]


def test_damaged_record_is_a_failure_and_the_others_are_read(three):
    data = bytearray(three.bytes())
    middle = (three.starts[1] + three.starts[2]) // 2
    data[middle : middle + 4] = b"\x00\xff\x00\xff"
    (found, _) = three.read(bytes(data))
    assert shown(found) == ["/0", "truncated", "/2"]


def test_two_damaged_records_are_two_failures(tmp_path):
    writer = Writer(tmp_path / "two.warc.gz")
    for number in range(3):
        writer.add(f"https://iom.example/{number}", page(number))
    data = bytearray(writer.bytes())
    for number in (0, 1):
        middle = (writer.starts[number] + writer.starts[number + 1]) // 2
        data[middle : middle + 4] = b"\x00\xff\x00\xff"
    (found, _) = writer.read(bytes(data))
    assert shown(found) == ["truncated", "truncated", "/2"]


def test_garbage_between_records_costs_nothing_but_itself(three):
    data = three.bytes()
    (found, _) = three.read(data[: three.starts[1]] + b"garbage\n" * 20 + data[three.starts[1] :])
    assert shown(found) == ["/0", "truncated", "/1", "/2"]


def test_a_file_compressed_as_a_whole_is_read(tmp_path):
    plain = Writer(tmp_path / "whole.warc.gz", compressed=False)
    plain.add("https://iom.example/0", page(0))
    plain.add("https://iom.example/1", page(1))
    (found, _) = plain.read(gzip.compress(plain.bytes()))
    assert shown(found) == ["/0", "/1"]


@pytest.mark.parametrize(
    "data", [b"", b"no WARC at all", gzip.compress(b"nor here", mtime=0)], ids=["empty", "words", "compressed words"]
)
def test_file_that_is_no_warc_is_refused(tmp_path, data):
    (tmp_path / "x.warc").write_bytes(data)
    with pytest.raises(UnreadableInput, match="not a WARC file"):
        list(read_warc(tmp_path / "x.warc"))
    with pytest.raises(UnreadableInput, match="cannot be read"):
        list(read_warc(tmp_path / "missing.warc"))


def test_every_flipped_byte_is_a_failure_or_changes_nothing_we_read(tmp_path):
    writer = Writer(tmp_path / "f.warc.gz")
    writer.add("https://iom.example/0", page(0, words=5))
    writer.add("https://iom.example/1", page(1, words=5))
    whole, _ = writer.read()
    for position in range(0, len(writer.bytes()), 7):
        data = bytearray(writer.bytes())
        data[position] ^= 0x55
        found, _ = writer.read(bytes(data))
        kept = [item for item in found if isinstance(item, Capture)]
        assert all(item in whole for item in kept)
        assert len(kept) == 2 or any(isinstance(item, Failure) for item in found)


def test_import_of_an_export_adds_no_new_bytes(db, warc):
    before = db.execute("select count(*) from payloads").fetchone()
    for capture in read_warc(warc):
        Payloads(db).put(capture.body, source="iom")
    assert db.execute("select count(*) from payloads").fetchone() == before
