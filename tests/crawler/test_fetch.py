"""Asking real servers, on loopback: what they do becomes a value, bounded and honest."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import socket
import socketserver
import ssl
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.crawler.addresses import Resolver, is_public
from scraper.crawler.fetch import Fetcher, Limits
from scraper.crawler.stamps import read_retry_after
from scraper.errors import MissingExtra
from scraper.model import Capture, Failure, NotModified, Validators
from tests.clock import NOW, FakeTime

CLIENTS = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name)]
PAGE = b"<html><title>T</title><p>Words.</p></html>"
URL = "https://www.a.example/news/x"


class Server:
    """A raw server that answers each path with scripted bytes, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes | Callable[[socket.socket], None]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):
                    self.converse()

            def converse(self) -> None:
                while line := self.rfile.readline():
                    path = line.split()[1].decode()
                    headers = {}
                    while (row := self.rfile.readline()) not in {b"\r\n", b""}:
                        name, _, value = row.decode("latin-1").partition(":")
                        headers[name.lower()] = value.strip()
                    outer.asked.append((path, headers))
                    answers = outer.answers.get(path, [plain(404, b"nothing")])
                    answer = answers.pop(0) if len(answers) > 1 else answers[0]
                    if callable(answer):
                        answer(self.connection)
                        return
                    self.wfile.write(answer)
                    if b"connection: close" in answer.lower():
                        return

        class Threaded(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Threaded(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def plain(status: int, body: bytes = PAGE, *headers: str, length: int | None = None) -> bytes:
    head = [
        f"HTTP/1.1 {status} X",
        f"Content-Length: {len(body) if length is None else length}",
        "Content-Type: text/html",
        *headers,
    ]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


CHUNKED = b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


class Recorded:
    """Manners that write down what they are asked and told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def wait(self, host: str) -> timedelta | None:
        self.told.append(f"wait {host}")
        return None

    def answered(self, host: str, took: timedelta) -> None:
        assert took > timedelta(0)
        self.told.append("answered")

    def pause(self, host: str, length: timedelta) -> None:
        self.told.append(f"pause {host} {length.total_seconds():g}")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture(params=CLIENTS)
def fetcher(server: Server, request: pytest.FixtureRequest) -> Iterator[Fetcher]:
    time = FakeTime()
    hosts = {"www.a.example": server.origin, "b.example": server.origin}
    limits = Limits(body_bytes=200_000, total=timedelta(seconds=5), read=timedelta(seconds=2))
    with Fetcher(
        resolve=hosts, limits=limits, now=time.now, sleep=time.sleep, http=importlib.import_module(request.param)
    ) as made:
        made.time = time  # type: ignore[attr-defined]
        yield made


def get(fetcher: Fetcher, url: str = URL, **more):
    return fetcher.fetch(url, user_agent="test/1", **more)


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


def test_redirects_are_followed_and_remembered(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: /news/y")]
    server.answers["/news/y"] = [plain(302, b"", "Location: https://b.example/z#part")]
    server.answers["/z"] = [plain(200)]
    manners = Recorded()
    found = get(fetcher, manners=manners)
    assert isinstance(found, Capture)
    assert (found.url, found.requested_url) == ("https://b.example/z", URL)
    assert [(hop.status, hop.location) for hop in found.hops] == [
        (301, "https://www.a.example/news/y"),
        (302, "https://b.example/z"),
    ]
    # Every request takes its turn.
    assert manners.told == [
        "wait www.a.example",
        "answered",
        "wait www.a.example",
        "answered",
        "wait b.example",
        "answered",
    ]


def test_validators_stay_with_their_origin(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: https://b.example/z")]
    server.answers["/z"] = [plain(200)]
    get(fetcher, validators=Validators('"v1"'))
    assert "if-none-match" not in server.asked[1][1]


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        pytest.param("file:///etc/passwd", "redirect", id="file"),
        pytest.param("javascript:alert(1)", "redirect", id="javascript"),
        pytest.param("ftp://www.a.example/x", "redirect", id="ftp"),
        pytest.param("gopher://127.0.0.1:6379/_FLUSHALL", "redirect", id="gopher"),
        pytest.param("https://a:b@www.a.example/x", "redirect", id="with a password"),
        pytest.param("/" + "a" * 20_000, "redirect", id="20,000 characters"),
        pytest.param("/news/x", "redirect", id="to itself"),
        pytest.param("", "redirect", id="empty means itself"),
        pytest.param("http://169.254.169.254/latest/meta-data/", "unsafe-address", id="metadata service"),
        pytest.param("http://2130706433/", "unsafe-address", id="loopback as a number"),
        pytest.param("http://[::ffff:127.0.0.1]/", "unsafe-address", id="loopback inside IPv6"),
    ],
)
def test_redirects_that_lead_nowhere_good_are_refused(
    server: Server, fetcher: Fetcher, location: str, kind: str
) -> None:
    server.answers["/news/x"] = [plain(302, b"", f"Location: {location}")]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert (found.kind, found.url) == (kind, URL)
    assert len(server.asked) == 1


def test_a_chain_of_redirects_ends(server: Server, fetcher: Fetcher) -> None:
    for number in range(20):
        server.answers[f"/{number}"] = [plain(301, b"", f"Location: /{number + 1}")]
    found = get(fetcher, "https://www.a.example/0")
    assert isinstance(found, Failure)
    assert found.kind == "redirect"
    assert len(server.asked) <= 11


def test_the_pipeline_may_forbid_a_redirect(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: /private")]
    refusal = Failure("https://www.a.example/private", NOW, "robots", "robots.txt disallows it")
    found = get(fetcher, allowed=lambda url: refusal)
    assert isinstance(found, Failure)
    assert (found.kind, found.url, len(server.asked)) == ("robots", URL, 1)


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


def test_a_location_in_utf8_is_followed(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: /caf\u00e9")]
    server.answers["/caf%C3%A9"] = [plain(200)]
    found = get(fetcher)
    assert isinstance(found, Capture)
    assert found.url == "https://www.a.example/caf%C3%A9"


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


class Anywhere(Resolver):
    """Lets a test reach loopback under its own name and port."""

    def public_addresses(self, host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_certificate_that_nobody_vouches_for_is_refused(name: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self-signed.pem"))

    class Tls(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                context.wrap_socket(self.request, server_side=True).close()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tls) as tls:
        tls.daemon_threads = True
        threading.Thread(target=tls.serve_forever, args=(0.02,), daemon=True).start()
        with Fetcher(resolver=Anywhere(), http=importlib.import_module(name)) as fetcher:
            found = get(fetcher, f"https://self-signed.example:{tls.server_address[1]}/")
        tls.shutdown()
    assert isinstance(found, Failure)
    assert (found.kind, found.attempts) == ("tls", 1)
    assert "self" in found.message


def test_a_host_that_does_not_resolve_is_said(server: Server, fetcher: Fetcher) -> None:
    found = get(fetcher, "https://absent.invalid/")
    assert isinstance(found, Failure)
    assert (found.kind, found.attempts) == ("dns", 1)


def test_a_port_where_nobody_listens_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    time = FakeTime()
    with Fetcher(resolve={"www.a.example": f"http://127.0.0.1:{port}"}, sleep=time.sleep) as fetcher:
        found = get(fetcher)
    assert isinstance(found, Failure)
    assert (found.kind, found.attempts) == ("connect", 3)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        pytest.param("93.184.216.34", True, id="public"),
        pytest.param("2606:2800:220:1:248:1893:25c8:1946", True, id="public IPv6"),
        pytest.param("127.0.0.1", False, id="loopback"),
        pytest.param("10.1.2.3", False, id="private"),
        pytest.param("172.16.0.1", False, id="private"),
        pytest.param("192.168.1.1", False, id="private"),
        pytest.param("100.64.0.1", False, id="carrier-grade NAT"),
        pytest.param("169.254.169.254", False, id="link-local, metadata"),
        pytest.param("0.0.0.0", False, id="unspecified"),
        pytest.param("224.0.0.1", False, id="multicast"),
        pytest.param("::1", False, id="loopback IPv6"),
        pytest.param("fe80::1", False, id="link-local IPv6"),
        pytest.param("fd00::1", False, id="unique local"),
        pytest.param("::ffff:10.0.0.1", False, id="mapped private"),
        pytest.param("64:ff9b::7f00:1", False, id="NAT64 loopback"),
        pytest.param("2002:7f00:1::", False, id="6to4 loopback"),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, public: bool) -> None:
    import ipaddress

    assert is_public(ipaddress.ip_address(address)) is public


def test_the_connection_is_made_to_the_address_that_was_checked(monkeypatch) -> None:
    """DNS rebinding: a name that is public when checked and local a moment later is not looked up a second time."""
    answers = iter([["10.0.0.1", "93.184.216.34", "2606:2800:220:1::1"], ["127.0.0.1"]])
    reached: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], *_: object, **__: object) -> None:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    resolver = Resolver(lambda host, port: next(answers))
    with Fetcher(resolver=resolver, limits=Limits(attempts=1)) as fetcher:
        found = get(fetcher, "https://rebind.example/x?y=1")
    assert isinstance(found, Failure)
    assert found.kind == "connect"
    assert reached == [("93.184.216.34", 443), ("2606:2800:220:1::1", 443)]  # every public one, and no other


def test_proxies_of_the_environment_are_not_picked_up_by_accident(
    server: Server, fetcher: Fetcher, monkeypatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    server.answers["/news/x"] = [plain(200)]
    assert isinstance(get(fetcher), Capture)


@pytest.mark.parametrize("missing", [("httpx2",), ("httpcore2",)], ids=" and ".join)
def test_an_absent_or_half_installed_successor_leaves_the_work_to_httpx(
    monkeypatch: pytest.MonkeyPatch, server: Server, missing: tuple[str, ...]
) -> None:
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    server.answers["/news/x"] = [plain(200, PAGE)]
    with Fetcher(resolve={"www.a.example": server.origin}) as fetcher:
        assert isinstance(get(fetcher), Capture)


def test_without_any_client_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("httpx", "httpx2"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install 'statement-scraper\[httpx2\]'"):
        Fetcher()
