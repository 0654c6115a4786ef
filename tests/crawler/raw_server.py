"""A server that answers each path with scripted bytes, and how tests ask it."""

from __future__ import annotations

import contextlib
import importlib
import socket
import socketserver
import threading
from collections.abc import Callable
from datetime import timedelta

from scraper.crawler.fetch import Fetcher

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


def get(fetcher: Fetcher, url: str = URL, **more):
    return fetcher.fetch(url, user_agent="test/1", **more)
