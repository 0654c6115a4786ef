"""A static site on loopback: nginx where it is installed, else the project's own server.

Bodies are compressed beforehand; ETag and Last-Modified are there, so that a conditional request gets a 304. nginx
runs on the machine's last core and the measured program on its first, where there are two.
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.crawl.pages import Page
from scraper.demo.server import LoopbackServer, Request, Response

BASE_TIME = 1_700_000_000  # modification time of the first page; each further one is a minute younger
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
CLIENT_CORE = CORES[0] if len(CORES) > 1 else None

_CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html htm; application/xml xml; text/plain txt; }}
  default_type application/octet-stream;
  charset utf-8;
  sendfile on; tcp_nopush on; keepalive_timeout 65; keepalive_requests 100000;
  gzip_static on;
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; index index.html; etag on; }}
}}
"""
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


class StaticSite:
    """Serves *pages* under any host name; a context manager. *port* is free when it starts."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="crawl-bench-"))
        self.count = 0
        self.bytes = 0
        self._nginx: subprocess.Popen[bytes] | None = None
        self._own: LoopbackServer | None = None
        try:
            for path, body in pages:
                self._put(path, body)
                self.count += 1
                self.bytes += len(body)
            self._put("/robots.txt", ROBOTS)
            self._put("/private/secret.html", b"<!doctype html><title>must not be fetched</title>")
            self.server = "nginx" if shutil.which("nginx") else "the project's own server (nginx is not installed)"
            self.port = self._start()
        except BaseException:
            self.close()
            raise
        self.origin = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and remove the files."""
        if self._nginx is not None:
            self._nginx.terminate()
            self._nginx.wait(10)
        if self._own is not None:
            self._own.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def asked(self) -> list[str]:
        """The paths that were asked for, in order, robots.txt included."""
        if self._own is not None:
            return [asked.path for asked in self._own.requests]
        lines = (self._folder / "access.log").read_text().splitlines()
        return [line.split('"')[1].split()[1] for line in lines]

    def _put(self, path: str, body: bytes) -> None:
        file = self._folder / "www" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        packed = file.with_name(file.name + ".gz")
        file.write_bytes(body)
        packed.write_bytes(gzip.compress(body, 6, mtime=0))
        for one in (file, packed):
            os.utime(one, (BASE_TIME + 60 * self.count,) * 2)

    def _start(self) -> int:
        if not shutil.which("nginx"):
            self._own = LoopbackServer(self._answer)
            return self._own.port
        port = _free_port()
        configuration = self._folder / "nginx.conf"
        configuration.write_text(_CONFIGURATION.format(folder=self._folder, port=port))
        command = ["nginx", "-p", str(self._folder), "-c", str(configuration), "-e", str(self._folder / "error.log")]
        self._nginx = subprocess.Popen(command)
        if CLIENT_CORE is not None:
            os.sched_setaffinity(self._nginx.pid, {CORES[-1]})
        _wait_for(port, self._nginx)
        return port

    def _answer(self, request: Request) -> Response:
        path = request.target.partition("?")[0]
        file = self._folder / "www" / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
        if not file.is_file():
            return Response(404, (("Content-Type", "text/plain"),), b"not found")
        stat = file.stat()
        etag = f'"{int(stat.st_mtime):x}-{stat.st_size:x}"'
        validators = (("ETag", etag), ("Last-Modified", formatdate(stat.st_mtime, usegmt=True)))
        if request.headers.get("if-none-match") == etag:
            return Response(304, validators)
        kind = "text/plain" if file.suffix == ".txt" else "text/html; charset=utf-8"
        packed = file.with_name(file.name + ".gz")
        return Response(
            200, (("Content-Type", kind), ("Content-Encoding", "gzip"), *validators), packed.read_bytes()
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended at once with {process.returncode}")
        time.sleep(0.05)
    raise RuntimeError("nginx does not answer")
