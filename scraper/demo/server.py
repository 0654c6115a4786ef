"""A threaded HTTP/1.1 server on loopback that hands every request to one function and keeps a log of them.

It knows HTTP and nothing of what is served: :mod:`scraper.demo.site` and the benchmarks give it an `answer`.
Answers may be wrong on purpose (a length that lies, a body that drips), which is why it writes the wire itself.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from wsgiref.handlers import format_date_time

IDLE_SECONDS = 60.0  # a kept connection that says nothing for so long is closed


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked."""

    host: str  # lower case, without port
    target: str  # path with query, exactly as sent
    method: str
    headers: Mapping[str, str]  # names in lower case


@dataclass(frozen=True, slots=True)
class Response:
    """What it gets. `body` is sent at once; `drip`, if given, follows piece by piece."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    drip: Iterable[bytes] | None = None
    drip_seconds: float = 0.0  # pause before each piece of `drip`
    length: int | None = None  # Content-Length to claim; None: the truth, or none where `drip` is used
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the request log."""

    host: str
    path: str  # with query, as sent
    headers: Mapping[str, str]  # names in lower case
    status: int
    at: float  # seconds on the log's clock (`time.monotonic` unless told otherwise), when the request arrived
    method: str = "GET"


class LoopbackServer:
    """Serves *answer* on a free port of 127.0.0.1 from its own thread until :meth:`close`.

    `requests` is the log, in the order in which answers began. *clock* gives seconds for it. *port* 0 takes any.
    """

    def __init__(
        self, answer: Callable[[Request], Response], *, port: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.requests: list[Asked] = []
        self._http = _Server(("127.0.0.1", port), _Handler)
        self._http.answer, self._http.clock, self._http.log = answer, clock, self.requests
        self.port: int = self._http.server_address[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving, cut every open connection and wait until the threads are gone. Twice is harmless."""
        self._http.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.hang_up()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class VirtualHosts(LoopbackServer):
    """Many hosts on one loopback port: a server that says whose name leads to it."""

    @property
    def hosts(self) -> list[str]:
        """Every host that is served."""
        raise NotImplementedError

    @property
    def resolve(self) -> dict[str, str]:
        """Every host with the address that serves it, as ``--resolve`` takes them."""
        return dict.fromkeys(self.hosts, self.origin)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for them: nothing is left behind
    request_queue_size = 256
    answer: Callable[[Request], Response]
    clock: Callable[[], float]
    log: list[Asked]

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def note(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        if self.closing.is_set():
            self.hang_up()

    def forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is part of the game; anything else is shown."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.note(self.connection)

    def finish(self) -> None:
        self.server.forget(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """The log is :attr:`LoopbackServer.requests`, not stderr."""

    def do_GET(self) -> None:
        arrived = self.server.clock()
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", "").lower().partition(":")[0]
        request = Request(host, self.path, self.command, headers)
        response = self.server.answer(request)
        self.server.log.append(Asked(host, self.path, headers, response.status, arrived, self.command))
        self._send(response)

    do_HEAD = do_GET  # noqa: N815  the name that http.server asks for

    def _send(self, response: Response) -> None:
        bodiless = self.command == "HEAD" or response.status in (204, 304)
        known = response.length is None and response.drip is None
        length = len(response.body) if known else response.length
        lines = [f"{self.protocol_version} {response.status} {response.reason or _phrase(response.status)}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        lines.append(f"Date: {format_date_time(time.time())}")
        if length is not None and response.status not in (204, 304):
            lines.append(f"Content-Length: {length}")
        if not known:  # where the length is unknown or a lie, only closing ends the message
            self.close_connection = True
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self.wfile.write(head if bodiless else head + response.body)
        if response.drip is not None and not bodiless:
            self._drip(response.drip, response.drip_seconds)

    def _drip(self, pieces: Iterable[bytes], seconds: float) -> None:
        for piece in pieces:
            if seconds and self.server.closing.wait(seconds):
                return
            self.wfile.write(piece)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
