"""Who is connected to, and through what: public addresses, trusted certificates, no proxies, whichever client is there."""

from __future__ import annotations

import contextlib
import importlib
import socket
import socketserver
import ssl
import sys
import threading
from pathlib import Path

import pytest

from scraper.crawler.addresses import Resolver, is_public
from scraper.crawler.fetch import Fetcher, Limits
from scraper.errors import MissingExtra
from scraper.model import Capture, Failure
from tests.clock import FakeTime
from tests.crawler.raw_server import CLIENTS, PAGE, Server, get, plain


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
