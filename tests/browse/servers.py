"""A real datasette on loopback, with any interpreter that there is to test with.

``SCRAPER_TEST_PYTHONS`` names further interpreters (separated by ``:``) in whose environment this package is installed
beside another datasette: the other of the two lines, for example.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, unquote

from invented import Invented

PYTHONS = [sys.executable, *filter(None, os.environ.get("SCRAPER_TEST_PYTHONS", "").split(":"))]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Server:
    """A running datasette."""

    port: int
    archive: Invented

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Answer:
        """The answer for *path*, redirects not followed; characters beyond ASCII are encoded as a browser does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", quote(path, safe="/?&=%+*:~.,-_#'"))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def follow(self, path: str) -> Answer:
        """The answer where redirects lead."""
        answer = self.get(path)
        while answer.status in (301, 302):
            answer = self.get(unquote(answer.headers["location"]).replace(" ", "+"))
        return answer

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path)
        assert answer.status == 200, f"{path}: HTTP {answer.status}"
        return answer.text


@contextmanager
def serving(python: str, *arguments: str, archive: Invented, quiet: bool = True) -> Iterator[Server]:
    """Datasette with *arguments* on a free port of loopback, ended at the end; unless *quiet*, its log is the test's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(
        [python, "-m", "datasette", "serve", *arguments, "-p", str(port)], stdout=log, stderr=log
    )  # fmt: skip
    server = Server(port, archive)
    try:
        for _ in range(300):
            try:
                server.get("/robots.txt")
                break
            except OSError:
                assert process.poll() is None, f"datasette ended with {process.returncode}"
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(20)
