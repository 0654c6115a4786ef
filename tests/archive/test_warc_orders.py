"""The order of records in WARC files of others: requests stand before their responses or behind them."""

from io import BytesIO

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.archive.warc_in import read_warc

HTML = b"<p>Words.</p>"


def records(writer, number):
    url = f"https://site.example/{number}"
    answered = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    response = writer.create_warc_record(
        url, "response", payload=BytesIO(HTML), length=len(HTML), http_headers=answered
    )
    asked = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("X-Number", str(number))], is_http_request=True)
    request = writer.create_warc_record(url, "request", payload=BytesIO(b""), length=0, http_headers=asked)
    return request, response


@pytest.mark.parametrize(
    ("first", "named_by"),
    [("request", "response"), ("request", "request"), ("response", "request"), ("response", "response")],
)
def test_each_capture_has_the_request_that_it_answers(tmp_path, first, named_by):
    with (tmp_path / "a.warc").open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        for number in range(3):
            request, response = records(writer, number)
            one, other = (request, response) if named_by == "request" else (response, request)
            one.rec_headers.add_header("WARC-Concurrent-To", other.rec_headers.get_header("WARC-Record-ID"))
            for record in (request, response) if first == "request" else (response, request):
                writer.write_record(record)
    captures = list(read_warc(tmp_path / "a.warc"))
    assert [capture.url for capture in captures] == [f"https://site.example/{number}" for number in range(3)]
    assert [dict(capture.request_headers)["X-Number"] for capture in captures] == ["0", "1", "2"]
