"""Connections below httpx: to an address that was checked and no other, and never for longer than was agreed.

httpx resolves names itself and waits for every single read as long as it is told, so a name could be re-pointed between
check and connection, and a server could drip for ever. A network backend of ours, which httpcore (httpx's lower half)
takes in place of its own, closes both doors, for headers and bodies alike.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from math import inf
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakSet

from scraper.crawler.addresses import Resolver
from scraper.crawler.decoding import TooLarge

if TYPE_CHECKING:
    import httpcore
    import httpx


Made = TypeVar("Made")


class NoAddress(Exception):
    """The name does not resolve."""


class Errand(threading.local):
    """The request that a thread is making: where it stands, and what it may still cost."""

    mapped: tuple[str, int] | None = None  # where the caller maps the host to
    deadline: float = 0.0  # monotonic
    wire_bytes: int = 0  # that may still be read
    received: int = 0  # bytes read so far
    stage: str = ""  # where it is: ask, connect, tls or body
    status: int | None = None  # that the server answered with


class Cut:
    """Every connection, so that all can be ended at once, whoever waits in them: to have one, or for an answer."""

    def __init__(self) -> None:
        self._streams: WeakSet[Stream] = WeakSet()
        self._waiting: set[threading.Event] = set()
        self._lock = threading.Lock()
        self.done = threading.Event()

    def wait_for(self, make: Callable[[], Made], timeout_s: float) -> Made:
        """What *make* returns or raises, or :class:`TimeoutError` after so long, :class:`InterruptedError` on :meth:`now`.

        Nothing ends a name server's silence or a connection that is being made, so a thread of its own waits for them:
        it is left to itself when nobody wants its answer any more, and holds up neither the run nor its end.
        """
        ready, made, raised = threading.Event(), list[Made](), list[Exception]()

        def work() -> None:
            try:
                made.append(make())
            except Exception as error:
                raised.append(error)
            ready.set()

        with self._lock:
            self._waiting.add(ready)
        try:
            if not self.done.is_set():
                threading.Thread(target=work, name="connecting", daemon=True).start()
                ready.wait(timeout_s)
        finally:
            with self._lock:
                self._waiting.discard(ready)
        if raised:
            raise raised[0]
        if made:
            return made[0]
        raise InterruptedError("the run was to stop") if self.done.is_set() else TimeoutError("no answer in time")

    def watch(self, stream: Stream) -> None:
        """End *stream* too, when it comes to that."""
        with self._lock:
            self._streams.add(stream)
        if self.done.is_set():
            stream.hang_up()

    def now(self) -> None:
        """End them all, and those that are opened later."""
        self.done.set()
        with self._lock:
            streams = list(self._streams)
            for ready in self._waiting:
                ready.set()
        for stream in streams:
            stream.hang_up()


class Wire:
    """An httpcore network backend that connects to the very address that was checked.

    *core* is httpcore or httpcore2.
    """

    def __init__(self, core: ModuleType, resolver: Resolver, errand: Errand, cut: Cut) -> None:
        self._core = core
        self._cut = cut
        self._resolver = resolver
        self._errand = errand
        self._plain = core.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        """A connection to the first address of *host* that takes one (see :class:`Errand` for mapped hosts)."""
        self._errand.stage = "connect"
        error: Exception | None = None
        for address, port_there in self._addresses(host, port, timeout):
            try:
                return self._connect(address, port_there, self._left(timeout), local_address, socket_options)
            except (self._core.ConnectError, self._core.ConnectTimeout) as refused:
                error = refused
        assert error is not None
        raise error

    def _connect(
        self, address: str, port: int, left: float, local: str | None, socket_options: Iterable[Any] | None
    ) -> Stream:
        try:
            stream = self._cut.wait_for(
                lambda: self._plain.connect_tcp(address, port, left, local, socket_options), left
            )
        except TimeoutError as error:
            raise self._core.ConnectTimeout(str(error)) from error
        return Stream(stream, self._core, self._errand, self._cut)

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[tuple[str, int]]:
        if self._errand.mapped:
            return [self._errand.mapped]
        name = host.strip("[]")
        try:
            if (found := self._resolver.known(name, port)) is None:
                found = self._cut.wait_for(lambda: self._resolver.public_addresses(name, port), self._left(timeout))
        except (OSError, UnicodeError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise NoAddress(f"{host} does not resolve ({words}); check the host name in the source file") from error
        return [(address, port) for address in found]

    def _left(self, timeout: float | None) -> float:
        """Seconds that one step of making a connection may take."""
        left = self._errand.deadline - time.monotonic()
        return max(0.01, min(timeout or left, left))


class Stream:
    """A connection that ends when the request's time or bytes are used up, however slowly the server drips."""

    def __init__(self, stream: httpcore.NetworkStream, core: ModuleType, errand: Errand, cut: Cut) -> None:
        self._stream = stream
        self._core = core
        self._errand = errand
        self._cut = cut
        cut.watch(self)

    def hang_up(self) -> None:
        """End the connection while another thread may wait for an answer in it: closing it would not wake that thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Up to *max_bytes* as soon as some arrive."""
        left = self._errand.deadline - time.monotonic()
        if left <= 0:
            raise self._core.ReadTimeout("the whole answer took too long")
        data: bytes = self._stream.read(max_bytes, min(left, timeout or left))
        self._errand.received += len(data)
        self._errand.wire_bytes -= len(data)
        if self._errand.wire_bytes < 0:
            raise TooLarge
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send *buffer*."""
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        """The same connection under TLS."""
        self._errand.stage = "tls"
        left = max(0.01, min(timeout or inf, self._errand.deadline - time.monotonic()))
        try:
            stream = self._cut.wait_for(lambda: self._stream.start_tls(ssl_context, server_hostname, left), left)
        except TimeoutError as error:
            raise self._core.ConnectTimeout(str(error)) from error
        return Stream(stream, self._core, self._errand, self._cut)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection."""
        return self._stream.get_extra_info(info)


def address_of(target: str) -> tuple[str, int]:
    """Address and port of a mapping's target, such as ``http://127.0.0.1:8000``. Raises :class:`ValueError`."""
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError(f"{target!r} is not of the form http://ADDRESS:PORT")
    return parts.hostname, parts.port or 80


def transport(
    http: ModuleType, core: ModuleType, resolver: Resolver, errand: Errand, cut: Cut
) -> httpx.HTTPTransport:  # fmt: skip
    """A transport of httpx over our wire, and no client: nothing follows redirects or keeps cookies behind our back.

    *http* is httpx or httpx2, *core* its lower half; *cut* ends its connections.
    """
    tls = http.create_ssl_context(trust_env=False)
    made: httpx.HTTPTransport = http.HTTPTransport(verify=tls, trust_env=False)
    made.close()
    made._pool = core.ConnectionPool(
        ssl_context=tls,
        max_connections=None,
        max_keepalive_connections=128,
        keepalive_expiry=30.0,
        network_backend=Wire(core, resolver, errand, cut),
    )
    return made


def peer_address(response: httpx.Response) -> str | None:
    """The address that *response* came from, if its connection says."""
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    return str(peer[0]) if peer else None
