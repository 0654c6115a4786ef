"""Which bodies are worth taking, by declaration and by their first bytes."""

from __future__ import annotations

import pytest

from scraper.crawler.mediatypes import refused_content, refused_type


@pytest.mark.parametrize(
    "declared",
    [None, "", "text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", "application/pdf", "application/xml", "text/xml",
     "application/rss+xml", "application/atom+xml", "application/json", "application/feed+json", "text/plain",
     "application/octet-stream", "application/gzip", "application/x-gzip", "nonsense"],
)  # fmt: skip
def test_pages_feeds_sitemaps_and_vague_types_are_taken(declared):
    assert refused_type(declared) is None


@pytest.mark.parametrize(
    "declared",
    ["image/png", "image/svg+xml", "video/mp4", "audio/mpeg", "font/woff2", "application/zip", "application/msword",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/x-rar-compressed",
     "Application/ZIP; name=x", "text/css", "application/javascript", "text/calendar", "multipart/form-data"],
)  # fmt: skip
def test_what_is_never_a_page_is_refused_before_its_body(declared):
    assert refused_type(declared) == declared.partition(";")[0].lower()


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n", "a PNG image", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0", "a JPEG image", id="JPEG"),
        pytest.param(b"PK\x03\x04", "a ZIP archive", id="ZIP, and so Word"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42", "an MP4 video", id="MP4"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBP", "a RIFF media file", id="WebP"),
        pytest.param(b"%PDF-1.7", None, id="PDF"),
        pytest.param(b"\x1f\x8b\x08", None, id="gzip: a sitemap"),
        pytest.param(b"<!doctype html>", None, id="HTML"),
        pytest.param(b"\xef\xbb\xbf<?xml", None, id="XML with its BOM"),
        pytest.param(b"\xff\xfe<\x00", None, id="UTF-16"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_first_bytes_tell_what_the_header_does_not(start, kind):
    assert refused_content(start) == kind
