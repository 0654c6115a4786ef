"""Asking real servers, on loopback: what they do becomes a value, bounded and honest."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from scraper.crawler.fetch import Fetcher, Limits
from scraper.crawler.stamps import read_retry_after
from scraper.model import Capture, Failure, NotModified, Validators
from tests.clock import NOW
from tests.crawler.raw_server import CHUNKED, PAGE, URL, Recorded, Server, get, plain


def test_a_page_is_captured_as_it_came(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(200, PAGE, 'ETag: "v1"', "X-Odd: caf\u00e9")]
    found = get(fetcher)
    assert isinstance(found, Capture)
    assert (found.url, found.status, found.body, found.header("etag")) == (URL, 200, PAGE, '"v1"')
    assert found.fetched_at == NOW
    path, headers = server.asked[0]
    assert (path, headers["host"], headers["user-agent"]) == ("/news/x", "www.a.example", "test/1")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert not {"cookie", "referer", "authorization"} & headers.keys()


def test_validators_are_sent_and_304_is_no_capture(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(304, b"")]
    found = get(fetcher, validators=Validators('"v1"', "Mon, 02 Mar 2026 05:30:00 GMT"))
    assert isinstance(found, NotModified)
    assert server.asked[0][1]["if-none-match"] == '"v1"'
    assert server.asked[0][1]["if-modified-since"] == "Mon, 02 Mar 2026 05:30:00 GMT"


def test_a_304_that_nobody_asked_for_is_a_failure(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(304, b"")]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert found.kind == "protocol"


@pytest.mark.parametrize(
    ("answer", "kind", "status", "tries"),
    [
        pytest.param(plain(404), "http", 404, 1, id="404"),
        pytest.param(plain(410), "http", 410, 1, id="410"),
        pytest.param(plain(403), "blocked", 403, 1, id="403 is not asked twice"),
        pytest.param(plain(500), "http", 500, 3, id="500 is tried again"),
        pytest.param(plain(206, PAGE, "Content-Range: bytes 0-41/100"), "protocol", 206, 1, id="206 to a plain request"),
        pytest.param(plain(204, b""), "protocol", 204, 1, id="204"),
        pytest.param(plain(200, b"short", "Connection: close", length=9000), "truncated", 200, 3, id="cut short"),
        pytest.param(b"garbage\r\n\r\n", "protocol", None, 3, id="no HTTP"),
        pytest.param(plain(200, b"x" * 300_000), "too-large", 200, 1, id="declared too large"),
        pytest.param(plain(200, gzip.compress(bytes(5_000_000)), "Content-Encoding: gzip"), "too-large", 200, 1, id="gzip bomb"),
        pytest.param(plain(200, PAGE, "Content-Encoding: br"), "encoding", 200, 1, id="an encoding nobody offered"),
        pytest.param(plain(200, gzip.compress(PAGE)[:-12], "Content-Encoding: gzip"), "encoding", 200, 1, id="gzip cut short"),
        pytest.param(plain(200, PAGE).replace(b"text/html", b"video/mp4"), "content-type", 200, 1, id="a film"),
        pytest.param(plain(200, b"\x89PNG\r\n\x1a\n" + b"x" * 100), "content-type", 200, 1, id="an image that says it is HTML"),
        pytest.param(plain(200, PAGE, "Transfer-Encoding: chunked"), "protocol", 200, 1, id="a length and chunks"),
        pytest.param(plain(200, PAGE, "Content-Length: 9"), "protocol", None, 3, id="two lengths"),
        pytest.param(plain(200, PAGE, "X: " + "y" * 200_000), "protocol", None, 3, id="endless headers"),
        pytest.param(plain(200, PAGE, "X: a\0b"), "protocol", None, 3, id="NUL in a header"),
        pytest.param(plain(200, PAGE, "X: a\rSet-Cookie: b"), "protocol", None, 3, id="bare CR in a header"),
        pytest.param(plain(200, PAGE, length=-5), "protocol", None, 3, id="a negative length"),
        pytest.param(plain(200, PAGE, length=10**30), "protocol", None, 3, id="a length beyond reason"),
        pytest.param(plain(200, PAGE, "Transfer-Encoding: gzip, chunked"), "protocol", None, 3, id="another transfer encoding"),
        pytest.param(CHUNKED + b"ffffffffffffffff\r\nabc", "truncated", 200, 3, id="a chunk without end"),
        pytest.param(CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n", "truncated", 200, 3, id="a negative chunk"),
        pytest.param(b"<html>connection: close</html>", "protocol", None, 3, id="HTTP/0.9"),
        pytest.param(plain(401, PAGE, "WWW-Authenticate: Basic realm=x"), "blocked", 401, 1, id="401 is not answered"),
        pytest.param(plain(407, PAGE, "Proxy-Authenticate: Basic realm=x"), "blocked", 407, 1, id="407 is not answered"),
        pytest.param(plain(999), "http", 999, 1, id="a status nobody knows"),
        pytest.param(b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n", "protocol", None, 3, id="a status below 100"),
        pytest.param(plain(503, b"", "Retry-After: 0"), "http", 503, 3, id="503 is tried again"),
        pytest.param(plain(200, PAGE, "Content-Encoding: gzip, gzip, gzip"), "encoding", 200, 1, id="packed thrice"),
        pytest.param(plain(200, b"\x78\x9cbroken", "Content-Encoding: deflate"), "encoding", 200, 1, id="broken deflate"),
        pytest.param(CHUNKED + b"ff\r\nshort", "truncated", 200, 3, id="chunk cut short"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_a_failure_with_its_reason(
    server: Server, fetcher: Fetcher, answer: bytes, kind: str, status, tries: int
) -> None:
    server.answers["/news/x"] = [answer]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert (found.kind, found.status, found.attempts) == (kind, status, tries)
    assert "\n" not in found.message


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        pytest.param(gzip.compress(PAGE), "gzip", id="gzip"),
        pytest.param(gzip.compress(PAGE[:10]) + gzip.compress(PAGE[10:]), "gzip", id="two members"),
        pytest.param(zlib.compress(PAGE), "deflate", id="deflate"),
        pytest.param(zlib.compress(PAGE)[2:-4], "deflate", id="raw deflate"),
        pytest.param(gzip.compress(gzip.compress(PAGE)), "gzip, gzip", id="packed twice"),
        pytest.param(PAGE, "gzip", id="plain although it says gzip"),
        pytest.param(PAGE, "deflate", id="plain although it says deflate"),
        pytest.param(b"", "gzip", id="nothing"),
        pytest.param(PAGE, "identity", id="identity"),
    ],
)
def test_bodies_are_decoded(server: Server, fetcher: Fetcher, body: bytes, encoding: str) -> None:
    server.answers["/news/x"] = [plain(200, body, f"Content-Encoding: {encoding}")]
    found = get(fetcher)
    assert isinstance(found, Capture)
    assert found.body == (PAGE if body else b"")


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        pytest.param(plain(403), "another user_agent", id="403"),
        pytest.param(
            plain(403).replace(b"text/html", b"application/problem+json"), "`appname`", id="an interface's 403"
        ),
        pytest.param(plain(401), "password", id="401"),
        pytest.param(plain(451), "legal reasons", id="451"),
    ],
)
def test_a_refusal_says_what_may_be_done(server: Server, fetcher: Fetcher, answer: bytes, advice: str) -> None:
    server.answers["/news/x"] = [answer]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert advice in found.message


def test_a_server_in_trouble_is_asked_again_after_the_pause_it_wishes(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(503, b"", "Retry-After: 7"), plain(200)]
    found = get(fetcher)
    assert isinstance(found, Capture)
    assert found.attempts == 2
    assert fetcher.time.naps == [7.0]  # type: ignore[attr-defined]


def test_a_long_pause_is_left_to_a_later_run(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(429, b"", "Retry-After: 3600")]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert (found.kind, found.retry_after, found.attempts) == ("blocked", timedelta(hours=1), 1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param("Mon, 02 Mar 2026 05:32:00 GMT", 120, id="date"),
        pytest.param("Mon, 02 Mar 2020 05:32:00 GMT", 0, id="past"),
        pytest.param("soon", None, id="words"),
        pytest.param("-5", None, id="negative"),
        pytest.param("99999999999999999999", 7 * 86400, id="capped at a week"),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: int | None) -> None:
    found = read_retry_after(value, None, NOW)
    assert (found.total_seconds() if found is not None else None) == seconds


def test_cookies_are_never_sent_back(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(200, PAGE, "Set-Cookie: sid=1; Path=/")]
    get(fetcher)
    get(fetcher)
    assert "cookie" not in server.asked[1][1]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"


# A read timeout alone ends none of these: every single read succeeds.
@pytest.mark.parametrize(
    ("start", "again", "pause"),
    [
        pytest.param(HEAD, b"x", 0.05, id="body, byte by byte"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.05, id="header, byte by byte"),
        pytest.param(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05, id="early hints for ever"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0.0, id="flood of 100 Continue"),
    ],
)
def test_an_answer_without_end_ends(server: Server, start: bytes, again: bytes, pause: float) -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(start)
            while not stop.wait(pause):
                connection.sendall(again)

    server.answers["/news/x"] = [drip]
    limits = Limits(total=timedelta(seconds=0.4), read=timedelta(seconds=60), attempts=1)
    with Fetcher(resolve={"www.a.example": server.origin}, limits=limits) as quick:
        found = get(quick)
    stop.set()
    assert isinstance(found, Failure)
    assert found.kind in {"timeout", "too-large"}


def test_a_body_without_length_is_cut_at_the_limit(server: Server, fetcher: Fetcher) -> None:
    def pour(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(CHUNKED)
            while True:
                connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    server.answers["/news/x"] = [pour]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert (found.kind, found.status) == ("too-large", 200)


def test_the_first_bytes_of_a_long_answer_can_be_asked_for(server: Server, fetcher: Fetcher) -> None:
    server.answers["/robots.txt"] = [plain(200, b"User-agent: *\n" + b"#" * 500_000)]
    found = get(fetcher, "https://www.a.example/robots.txt", first=100)
    assert isinstance(found, Capture)
    assert len(found.body) == 100


def test_the_whole_host_hears_of_a_pause(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(429, b"", "Retry-After: 7"), plain(200)]
    manners = Recorded()
    get(fetcher, manners=manners)
    turn = ["wait www.a.example", "answered"]
    assert manners.told == [*turn, "pause www.a.example 7", *turn]


def test_the_address_goes_out_as_we_read_it(server: Server, fetcher: Fetcher) -> None:
    path = "/a%2Fb%zz/[x]|'?f[0]=a|b&q='%20+"
    get(fetcher, f"https://www.a.example{path}#part")
    assert server.asked[0][0] == path.replace("'%20", "%27%20")  # as the URL Standard spells a query


def test_a_kept_connection_that_the_server_has_closed_is_no_failure(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(200, PAGE, "Connection: close"), plain(200)]
    assert isinstance(get(fetcher), Capture)
    assert isinstance(get(fetcher), Capture)


@pytest.mark.parametrize("url", ["", "mailto:a@b.example", "file:///etc/passwd", "https://u:p@www.a.example/", "/x"])
def test_only_http_is_asked(server: Server, fetcher: Fetcher, url: str) -> None:
    found = get(fetcher, url)
    assert isinstance(found, Failure)
    assert (found.kind, server.asked) == ("scope", [])


def test_validators_that_no_header_can_carry_are_left_out(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(200)]
    assert isinstance(get(fetcher, validators=Validators('"v\r\nX: 1"', "\u2028")), Capture)
    assert not {"if-none-match", "if-modified-since", "x"} & server.asked[0][1].keys()


def test_many_threads_share_a_fetcher(server: Server, fetcher: Fetcher) -> None:
    for number in range(40):
        server.answers[f"/{number}"] = [plain(200, b"<p>%d</p>" % number)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: get(fetcher, f"https://www.a.example/{number}"), range(40)))
    assert [arrival.body for arrival in found] == [b"<p>%d</p>" % number for number in range(40)]
