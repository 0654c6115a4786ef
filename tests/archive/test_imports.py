"""Folders saved by wget and HTTrack, and Wayback CDX listings: each page under its own URL, with its own time."""

import os
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from scraper.archive.folder_in import MAX_BYTES, content_type, read_folder, url_path
from scraper.errors import UnreadableInput
from scraper.model import Capture
from tests.archive.saved_pages import HTML, save

SAVED = datetime(2024, 3, 1, 12, tzinfo=UTC)


def urls(top, base="https://site.example/"):
    return [found.url for found in read_folder(top, base, SAVED)]


# --- file names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "path"),
    [
        pytest.param("index.html", "", id="the top"),
        pytest.param("news/index.html", "news/", id="index.html is the folder"),
        pytest.param("news/statement.html", "news/statement.html", id="a file"),
        pytest.param("news/statement", "news/statement", id="no ending"),
        pytest.param("index?page=article&id=00a", "index?page=article&id=00a", id="query in the name"),
        pytest.param("news/index.html?page=6", "news/?page=6", id="folder with a query"),
        pytest.param("news/index.html?page=6.html", "news/?page=6", id="wget -E adds .html to a query"),
        pytest.param("list@page=2&lang=fr", "list?page=2&lang=fr", id="wget for Windows writes @ for ?"),
        pytest.param("list@page=2.html", "list?page=2", id="both"),
        pytest.param("people/@director.html", "people/@director.html", id="@ of a name stays"),
        pytest.param("a b/ü.html", "a%20b/%C3%BC.html", id="characters that a URL cannot hold"),
        pytest.param("%E4%B8%AD.html", "%E4%B8%AD.html", id="encoded already"),
        pytest.param("100%.html", "100%25.html", id="a per cent sign"),
        pytest.param("a#b.html", "a%23b.html", id="a number sign is no fragment"),
        pytest.param("q?url=x%2Fy?a=b", "q?url=x%2Fy?a=b", id="only the first ? counts"),
    ],
)
def test_url_of_a_file(file, path):
    assert url_path(PurePosixPath(file)) == path


def test_name_that_is_no_utf8_is_encoded_byte_by_byte():
    assert url_path(PurePosixPath(os.fsdecode(b"caf\xe9.html"))) == "caf%E9.html"


def test_pages_come_in_one_order_whatever_the_file_system(tmp_path):
    save(tmp_path, "b.html", "a.html", "z/1.html", "c/2.html", "c/1.html")
    assert urls(tmp_path) == [
        "https://site.example/a.html",
        "https://site.example/b.html",
        "https://site.example/c/1.html",
        "https://site.example/c/2.html",
        "https://site.example/z/1.html",
    ]


def test_folder_of_the_host_is_the_site(tmp_path):
    save(tmp_path, "site.example/news/a.html", "cdn.example/x.html")
    assert urls(tmp_path) == ["https://site.example/news/a.html"]


@pytest.mark.parametrize("base", ["https://site.example/archive", "https://site.example/archive/"])
def test_base_url_may_be_a_folder_of_the_site(tmp_path, base):
    save(tmp_path, "index.html", "a.html")
    assert urls(tmp_path, base) == ["https://site.example/archive/a.html", "https://site.example/archive/"]


# --- captures ---------------------------------------------------------------------------------------------------------


def test_capture_holds_the_bytes_the_time_and_where_it_is_from(tmp_path):
    save(tmp_path, "news/a.html")
    (capture,) = read_folder(tmp_path, "https://site.example/", SAVED)
    assert capture == Capture(
        url="https://site.example/news/a.html",
        fetched_at=SAVED,
        status=200,
        headers=(("Content-Type", "text/html"), ("X-Archive-Imported-From", "news/a.html")),
        body=HTML,
    )


@pytest.mark.parametrize(
    ("file", "body", "expected"),
    [
        pytest.param("a", HTML, "text/html", id="HTML without an ending"),
        pytest.param("index?page=1", b"\n<!-- x > y -->\n<HTML>", "text/html", id="behind a comment"),
        pytest.param("a.html", b'<?xml version="1.0"?><!DOCTYPE html><html>', "text/html", id="XHTML"),
        pytest.param(
            "feed/index.html", b'<?xml version="1.0"?><rss version="2.0">', "application/rss+xml", id="feed named .html"
        ),
        pytest.param("feed", b'<feed xmlns="http://www.w3.org/2005/Atom">', "application/atom+xml", id="Atom"),
        pytest.param("sitemap.xml", b'<?xml version="1.0"?><urlset>', "application/xml", id="sitemap"),
        pytest.param("statement?download=1", b"%PDF-1.7", "application/pdf", id="PDF without an ending"),
        pytest.param("data.json?v=1", b"{}", "application/json", id="by name, query aside"),
        pytest.param("fragment.html", b"<p>No root</p>", "text/html", id="fragment by name"),
        pytest.param("x", b"\x00\x01", "application/octet-stream", id="bytes"),
        pytest.param("x", b"words", "text/plain", id="words"),
    ],
)
def test_content_type(file, body, expected):
    assert content_type(PurePosixPath(file), body) == expected


def test_what_is_no_page_is_counted_not_given(tmp_path):
    save(
        tmp_path,
        "a.html",
        "style.css",
        "logo.png?v=2",
        "app.js",
        ".git/config",
        ".DS_Store",
        "hts-log.txt",
        "hts-cache/x.html",
    )
    save(tmp_path, "empty.html", body=b"")
    reading = read_folder(tmp_path, "https://site.example/", SAVED)
    assert [capture.url for capture in reading] == ["https://site.example/a.html"]
    assert reading.skipped == {"style sheet, script, image, font or film": 3, "not of the site": 2, "empty file": 1}


def test_symbolic_link_is_not_followed_out_of_the_folder(tmp_path):
    (tmp_path / "secret.html").write_bytes(HTML)
    save(tmp_path / "site", "a.html")
    (tmp_path / "site" / "b.html").symlink_to(tmp_path / "secret.html")
    (tmp_path / "site" / "loop").symlink_to(tmp_path / "site")
    assert urls(tmp_path / "site") == ["https://site.example/a.html"]


def test_page_before_its_links_were_rewritten_is_preferred(tmp_path):
    save(tmp_path, "a.html", body=b"<html>rewritten")
    save(tmp_path, "a.html.orig", body=b"<html>as sent")
    (capture,) = read_folder(tmp_path, "https://site.example/", SAVED)
    assert (capture.url, capture.body) == ("https://site.example/a.html", b"<html>as sent")


def test_page_before_wget_gave_it_an_ending_is_preferred(tmp_path):
    save(tmp_path, "news/a.html", "news/b.html", "list?page=2.html")
    save(tmp_path, "news/a.orig", "list?page=2.orig", body=b"<html>as sent</html>")
    assert [(found.url, found.body) for found in read_folder(tmp_path, "https://site.example/", SAVED)] == [
        ("https://site.example/list?page=2", b"<html>as sent</html>"),
        ("https://site.example/news/a", b"<html>as sent</html>"),
        ("https://site.example/news/b.html", HTML),
    ]


@pytest.mark.parametrize(
    ("head", "url"),
    [
        pytest.param('<meta property="og:url" content="https://site.example/news/a">', "a", id="og:url"),
        pytest.param("<meta content='http://SITE.example/news/a' property=og:url>", "a", id="written in another way"),
        pytest.param('<link rel="canonical" href="https://site.example/news/a" />', "a", id="canonical link"),
        pytest.param(
            '<link href="a.html" rel="canonical"><meta property="og:url" content="https://site.example/news/a">',
            "a",
            id="canonical link that wget made relative",
        ),
        pytest.param('<meta property="og:url" content="https://site.example/news/a.html">', "a.html", id="its own"),
        pytest.param('<meta property="og:url" content="https://other.example/news/a">', "a.html", id="another host"),
        pytest.param('<a href="https://site.example/news/a">A</a>', "a.html", id="a link to another page"),
        pytest.param("", "a.html", id="nothing said"),
    ],
)
def test_ending_that_wget_added_is_no_part_of_the_url_that_a_page_gives_itself(tmp_path, head, url):
    save(tmp_path, "news/a.html", body=f"<html><head>{head}</head><body>Words.</body></html>".encode())
    assert urls(tmp_path) == [f"https://site.example/news/{url}"]


def test_file_too_large_is_a_failure_and_the_rest_is_read(tmp_path):
    save(tmp_path, "b.html")
    with (tmp_path / "a.html").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    failure, capture = read_folder(tmp_path, "https://site.example/", SAVED)
    assert (failure.kind, failure.url) == ("too-large", "https://site.example/a.html")
    assert capture.url == "https://site.example/b.html"


@pytest.mark.parametrize("base", ["site.example", "ftp://site.example/", "https://", ""])
def test_address_that_is_none_is_refused(tmp_path, base):
    with pytest.raises(UnreadableInput, match="needs the address"):
        read_folder(tmp_path, base, SAVED)


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(UnreadableInput, match="not a folder"):
        read_folder(tmp_path / "missing", "https://site.example/", SAVED)


# --- HTTrack ----------------------------------------------------------------------------------------------------------


def mirrored(url, at="Mon, 01 Jul 2019 12:58:19 GMT"):
    comment = f"<!-- Mirrored from {url} by HTTrack Website Copier/3.x [XR&CO'2014], {at} -->"
    return b"<!DOCTYPE html>\n<html>\n" + comment.encode() + b"<body>Words.</body></html>"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        pytest.param("site.example/news?page=2&amp;x=1", "https://site.example/news?page=2&x=1", id="query"),
        pytest.param("site.example/", "https://site.example/", id="top"),
        pytest.param("mirror.example/news/a", "https://site.example/news/a", id="taken from a copy"),
    ],
)
def test_url_and_time_that_httrack_wrote_into_the_page(tmp_path, written, url):
    save(tmp_path, "index-2.html", body=mirrored(written))
    (capture,) = read_folder(tmp_path, "https://site.example/", SAVED)
    assert (capture.url, capture.fetched_at) == (url, datetime(2019, 7, 1, 12, 58, 19, tzinfo=UTC))


def test_time_that_cannot_be_read_is_that_of_the_import(tmp_path):
    save(tmp_path, "a.html", body=mirrored("site.example/a", at="some day in July"))
    (capture,) = read_folder(tmp_path, "https://site.example/", SAVED)
    assert (capture.url, capture.fetched_at) == ("https://site.example/a", SAVED)


def test_copy_of_a_copy_below_a_folder_keeps_the_path_of_its_file(tmp_path):
    save(tmp_path, "a.html", body=mirrored("mirror.example/x/y"))
    assert urls(tmp_path, "https://site.example/archive/") == ["https://site.example/archive/a.html"]


def test_second_file_of_one_url_is_left_out(tmp_path):
    save(tmp_path, "a.html", "b.html", body=mirrored("site.example/a"))
    reading = read_folder(tmp_path, "https://site.example/", SAVED)
    assert len(list(reading)) == 1
    assert reading.skipped == {"second file of one URL": 1}


def test_index_that_httrack_made_itself_is_not_of_the_site(tmp_path):
    save(tmp_path, "index.html", body=b"<html><head><title>Local index - HTTrack Website Copier</title>")
    assert urls(tmp_path) == []


def test_names_of_files_that_are_no_addresses_are_known_for_what_they_stand_for(tmp_path):
    own = b'<html><head><meta property="og:url" content="https://site.example/news/a"></head><body>Words.</body></html>'
    save(tmp_path, "news/a.html", body=own)
    save(tmp_path, "news/page8f2e.html", body=mirrored("site.example/news?page=2"))
    save(tmp_path, "news/b.html", "c/index.html", "style.css")
    save(tmp_path, "news/d.html", "news/d.html.orig")  # a page as it was sent has the links of the site
    assert read_folder(tmp_path, "https://site.example/", SAVED).renamed() == {
        "https://site.example/news/a.html": "https://site.example/news/a",
        "https://site.example/news/page8f2e.html": "https://site.example/news?page=2",
        "https://site.example/c/index.html": "https://site.example/c/",
    }
