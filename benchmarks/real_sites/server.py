"""Serves static copies of four real sites on loopback, each under its own host name.

The copies are no part of this project: they are looked for in the folder that ``SCRAPER_BENCH_DATA`` names, or in
``../shared/data``, and unpacked once to the system's temporary folder. ``python -m benchmarks.real_sites.server``
serves them to a developer; the benchmarks use :class:`RealSites`, which looks like the fixture site.
"""

from __future__ import annotations

import argparse
import mimetypes
import os
import shutil
import sys
import tarfile
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from scraper.demo.server import Request, Response, VirtualHosts

PROJECT = Path(__file__).resolve().parents[2]
CACHE = Path(tempfile.gettempdir()) / "statement-scraper-sites"

Key = tuple[str, tuple[tuple[str, str], ...]]  # path, sorted parameters: servers do not care about their order


@dataclass(frozen=True, slots=True)
class Copy:
    """One site's copy: the host it is served as, the archive it comes in, the folder inside."""

    host: str
    archive: str
    folder: str


COPIES = (
    Copy("news.ucf.edu", "ucf-news.tar.xz", "news.ucf.edu"),
    Copy("www.openehr.org", "openehr.tar.xz", "openehr"),
    Copy("djln.example", "djln.tar.xz", "djln"),
    Copy("whd-2023.example", "ocha-whd-2023.tar.xz", "ocha-whd-2023"),
)


def data_folder() -> Path:
    """The folder with the development data; it need not exist."""
    named = os.environ.get("SCRAPER_BENCH_DATA")
    return Path(named) if named else PROJECT.parent / "shared" / "data"


def available(folder: Path | None = None) -> list[Copy]:
    """The copies whose archives are in *folder* (the data folder if None)."""
    sites = (folder or data_folder()) / "sites"
    return [copy for copy in COPIES if (sites / copy.archive).is_file()]


def unpack(copy: Copy, folder: Path | None = None) -> Path:
    """The unpacked copy; the first call unpacks beside and renames, so that a killed run leaves nothing half done."""
    target = CACHE / copy.folder
    if target.is_dir():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as beside:
        with tarfile.open((folder or data_folder()) / "sites" / copy.archive) as archive:
            archive.extractall(beside, filter="data")
        try:
            (Path(beside) / copy.folder).rename(target)
        except OSError:
            if not target.is_dir():  # else another process was faster, and its copy is as good
                raise
    return target


class RealSites(VirtualHosts):
    """The running server; a context manager with the interface of the fixture site.

    *only* names the hosts to serve; None serves all that are available. Raises FileNotFoundError if one is not.
    """

    def __init__(self, only: Sequence[str] | None = None, *, folder: Path | None = None, port: int = 0) -> None:
        known = {copy.host: copy for copy in available(folder)}
        wanted = list(known) if only is None else list(only)
        if missing := [host for host in wanted if host not in known] or (["any site"] if not wanted else []):
            raise FileNotFoundError(f"no copy of {', '.join(missing)} in {folder or data_folder()}/sites")
        self._files = {host: _index(unpack(known[host], folder)) for host in wanted}
        super().__init__(self._answer, port=port)

    @property
    def hosts(self) -> list[str]:
        """The hosts that are served."""
        return list(self._files)

    def _answer(self, request: Request) -> Response:
        files = self._files.get(request.host)
        if files is None:
            return _plain(421, "no such host on this server")
        path, query = _key(request.target)
        if path == "/robots.txt" and _speaks_for_another(files, request.host):
            return _plain(404, "no robots.txt of this host")
        for key in (
            (path, query),
            (path, ()),
            (f"{path.rstrip('/')}/index.html", query),
            (f"{path.rstrip('/')}/index.html", ()),
        ):
            if (found := files.get(key)) is None:
                continue
            if key[0] != path and not path.endswith("/"):
                return Response(301, (("Location", quote(path) + "/"),))
            return _file(request, found)
        return _plain(404, "not found")


def _speaks_for_another(files: Mapping[Key, Path], host: str) -> bool:
    """Whether a copy's robots.txt is that of the host which publishes the copy (GitHub Pages, CNAME).

    A robots.txt speaks for its own host only (RFC 9309, 2.3): openEHR's copy bars all robots, and is published at
    ``django-legacy-site.openehr.org``.
    """
    published_at = files.get(("/CNAME", ()))
    return published_at is not None and published_at.read_text().strip() != host


def _index(folder: Path) -> dict[Key, Path]:
    """Every file by its address. A ``?`` in a name begins the query; the name itself stays an address too."""
    files: dict[Key, Path] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            file = Path(place) / name
            files[_key("/" + file.relative_to(folder).as_posix(), quoted=False)] = file
    return files


def _key(target: str, *, quoted: bool = True) -> Key:
    """The key of an address, percent-encoded or not; ``%3F`` in a path means the same file as ``?``."""
    path, _, query = (unquote(target) if quoted else target).partition("?")
    return path, tuple(sorted(parse_qsl(query, keep_blank_values=True))) if query else ()


def _file(request: Request, path: Path) -> Response:
    modified = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    stamp = ("Last-Modified", format_datetime(modified, usegmt=True))
    since = request.headers.get("if-modified-since")
    if since and parsedate_to_datetime(since) >= modified:
        return Response(304, (stamp,))
    kind = mimetypes.guess_type(path.name.partition("?")[0])[0] or "text/html"
    return Response(200, (("Content-Type", kind), stamp), path.read_bytes())


def _plain(status: int, text: str) -> Response:
    return Response(status, (("Content-Type", "text/plain"),), text.encode())


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted, and say how to reach the sites."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.real_sites.server", description=str(__doc__).split("\n")[0]
    )
    parser.add_argument("host", nargs="*", help="hosts to serve; all if none is named")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--forget", action="store_true", help="remove the unpacked copies first")
    args = parser.parse_args(argv)
    if args.forget:
        shutil.rmtree(CACHE, ignore_errors=True)
    try:
        sites = RealSites(args.host or None, port=args.port)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    with sites:
        for host, address in sites.resolve.items():
            print(f"--resolve {host}={address}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
