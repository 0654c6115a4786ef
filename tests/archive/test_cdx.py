"""Wayback listings (CDX) with the bodies saved beside them."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from scraper.archive.cdx_in import read_cdx
from scraper.errors import UnreadableInput
from scraper.model import Capture, Failure
from tests.archive.saved_pages import HTML, save

SHA1 = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
OTHER = "QSJIE5MSXSXOSBYHF7WFAXZ4LGOQ5ZAM"
LINE = f"example,site)/news/a 20220610093015 https://site.example/news/a text/html 200 {SHA1} 4321\n"


def listing(folder, text, name="captures.cdx"):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    reading = read_cdx(folder / name)
    return list(reading), reading.skipped


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(SHA1, id="by digest"),
        pytest.param(f"{SHA1}.html", id="by digest with an ending"),
        pytest.param("20220610093015/site.example/news/a", id="as waybackpack saves"),
        pytest.param("20220610093015/news/a", id="by time and path"),
        pytest.param("20220610093015/https%3A%2F%2Fsite.example%2Fnews%2Fa", id="by time and whole URL"),
        pytest.param("20220610093015/site.example/news/a/index.html", id="as a folder"),
    ],
)
def test_body_is_found_beside_the_listing(tmp_path, file):
    save(tmp_path, file)
    ((capture,), _) = listing(tmp_path, LINE)
    assert capture == Capture(
        url="https://site.example/news/a",
        fetched_at=datetime(2022, 6, 10, 9, 30, 15, tzinfo=UTC),
        status=200,
        headers=(
            ("Content-Type", "text/html"),
            ("X-Archive-Imported-From", "https://web.archive.org/web/20220610093015id_/https://site.example/news/a"),
        ),
        body=HTML,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LINE, id="lines"),
        pytest.param(f" CDX N b a m s k S\n{LINE}\n", id="lines under a head"),
        pytest.param(
            json.dumps([["original", "timestamp", "digest"], ["https://site.example/news/a", "20220610093015", SHA1]]),
            id="JSON, fields in any order",
        ),
        pytest.param(
            "example,site)/news/a 20220610093015 "
            + json.dumps({"url": "https://site.example/news/a", "mime": "text/html", "status": "200", "digest": f"sha1:{SHA1}"}),
            id="CDXJ",
        ),
        pytest.param(gzip.compress(LINE.encode()), id="gzip"),
    ],
)  # fmt: skip
def test_listing_may_be_in_any_of_its_forms(tmp_path, text):
    save(tmp_path, SHA1)
    ((capture,), _) = listing(tmp_path, text)
    assert (capture.url, capture.fetched_at.year, capture.status) == ("https://site.example/news/a", 2022, 200)


def test_revisit_has_the_body_and_status_of_the_capture_it_repeats(tmp_path):
    save(tmp_path, "20220610093015/news/a")
    again = LINE.replace("20220610093015", "20230101000000").replace("text/html 200", "warc/revisit -")
    (captures, _) = listing(tmp_path, LINE + again)
    assert [(capture.fetched_at.year, capture.status, capture.body) for capture in captures] == [
        (2022, 200, HTML),
        (2023, 200, HTML),
    ]


def test_headers_saved_beside_the_body_are_the_original_ones(tmp_path):
    save(tmp_path, SHA1)
    headers = b"HTTP/2 200\r\nserver: nginx\r\nx-archive-orig-content-type: text/html; charset=windows-1252\r\n\r\n"
    save(tmp_path, f"{SHA1}.headers", body=headers)
    ((capture,), _) = listing(tmp_path, LINE)
    assert capture.headers[0] == ("content-type", "text/html; charset=windows-1252")
    assert capture.header("server") is None


def test_body_saved_as_gzip_is_unzipped(tmp_path):
    save(tmp_path, SHA1, body=gzip.compress(HTML))
    ((capture,), _) = listing(tmp_path, LINE)
    assert capture.body == HTML


def test_standard_port_is_no_part_of_the_url(tmp_path):
    save(tmp_path, SHA1)
    ((capture,), _) = listing(tmp_path, LINE.replace("https://site.example", "http://site.example:80"))
    assert capture.url == "http://site.example/news/a"


def test_missing_body_is_a_failure_that_names_it_and_the_rest_is_read(tmp_path):
    save(tmp_path, OTHER)
    (found, _) = listing(tmp_path, LINE + LINE.replace(SHA1, OTHER).replace("/a", "/b"))
    assert found[0].kind == "empty"
    assert SHA1 in found[0].message
    assert found[1].url == "https://site.example/news/b"


def test_redirect_or_error_that_nobody_saved_is_counted(tmp_path):
    ((), skipped) = listing(tmp_path, LINE.replace(" 200 ", " 301 ") + LINE.replace(" 200 ", " 503 "))
    assert skipped == {"answer 301 without a saved body": 1, "answer 503 without a saved body": 1}


@pytest.mark.parametrize("status", [404, 410])
def test_answer_that_nothing_is_there_needs_no_body(tmp_path, status):
    (found, skipped) = listing(tmp_path, LINE.replace(" 200 ", f" {status} "))
    assert [(capture.status, capture.fetched_at.year, capture.body) for capture in found] == [(status, 2022, b"")]
    assert skipped == {}


def test_page_that_the_wayback_machine_rewrote_is_refused_with_the_way_out(tmp_path):
    save(tmp_path, SHA1, body=b"<html><!-- BEGIN WAYBACK TOOLBAR INSERT -->")
    ((failure,), _) = listing(tmp_path, LINE)
    assert "web/20220610093015id_/" in failure.message


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(LINE.replace("20220610093015", "20221310093015"), id="month 13"),
        pytest.param(LINE.replace("https://", "ftp://"), id="no web address"),
        pytest.param("x 20220610093015\n", id="too short"),
    ],
)
def test_line_that_cannot_be_read_is_a_failure_and_the_rest_is_read(tmp_path, line):
    save(tmp_path, SHA1)
    (found, _) = listing(tmp_path, line + LINE)
    assert isinstance(found[0], Failure)
    assert isinstance(found[1], Capture)


def test_listing_cannot_reach_out_of_its_folder(tmp_path):
    (tmp_path / "secret").write_bytes(HTML)
    (tmp_path / "in").mkdir()
    line = LINE.replace("https://site.example/news/a", "https://site.example/../../../secret").replace(SHA1, "-")
    ((failure,), _) = listing(tmp_path / "in", line)
    assert isinstance(failure, Failure)


@pytest.mark.parametrize("text", ["", "hello world\n", "[1, 2]", b"\xff\xfe", b"\x1f\x8b\x08broken"])
def test_file_that_is_no_listing_is_refused(tmp_path, text):
    with pytest.raises(UnreadableInput):
        listing(tmp_path, text)


def test_index_of_a_warc_file_names_that_file_instead(tmp_path):
    save(tmp_path, "site.warc.gz")
    index = (
        " CDX a b a m s k r M V g u\n"
        f"https://site.example/ 20220610093015 https://site.example/ text/html 200 {SHA1} - - 847 site.warc.gz <urn:uuid:1>\n"
    )
    with pytest.raises(UnreadableInput, match=r"import that instead, .*site\.warc\.gz"):
        listing(tmp_path, index)


def test_answer_that_nothing_was_captured_is_no_error(tmp_path):
    assert listing(tmp_path, "[]") == ([], {})


def test_missing_listing_is_refused(tmp_path):
    with pytest.raises(UnreadableInput, match="cannot be read"):
        list(read_cdx(tmp_path / "missing.cdx"))
