"""Captures that the Wayback Machine listed in a CDX answer and somebody saved beside it.

The listing is what ``https://web.archive.org/cdx/search/cdx?url=...`` answers: lines of seven fields (urlkey,
timestamp, original, mimetype, statuscode, digest, length), the same as JSON (``output=json``, any fields), or CDXJ.
The bodies lie in the listing's folder, saved from ``https://web.archive.org/web/TIMESTAMPid_/URL`` (with ``id_``: as
sent), under any of these names, looked for in this order::

    DIGEST                          the digest of the listing, with or without an ending such as .html
    TIMESTAMP/HOST/PATH             as waybackpack saves them; a PATH that ends in / as index.html
    TIMESTAMP/PERCENT-ENCODED-URL   the whole URL as one name
    TIMESTAMP/PATH

Beside each may lie ``NAME.headers``, the answer's headers as ``curl -D`` writes them. Values only: what is read is for
the pipeline to keep.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from scraper.archive.folder_in import IMPORTED_FROM, MAX_BYTES
from scraper.errors import UnreadableInput
from scraper.model import Capture, Failure

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_TOOLBAR = re.compile(
    rb"BEGIN WAYBACK TOOLBAR INSERT|/_static/js/bundle-playback\.js|web\.archive\.org/web/\d{14}/http"
)
_WARC_NAME = re.compile(r"[^\s\"/]+\.warc(?:\.gz)?(?=[\s\"]|\Z)")
_DIGEST = re.compile(r"[A-Z2-7]{32}\Z|[0-9a-f]{40,64}\Z")
_NOTHING_THERE = frozenset({404, 410})  # the line says all that there is to say
_ORIGINAL = "x-archive-orig-"


@dataclass(frozen=True, slots=True)
class _Line:
    """One capture of the listing."""

    number: int
    timestamp: str  # 14 digits
    url: str
    mimetype: str
    status: int | None  # None: a revisit, or not known
    digest: str

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class CdxListing:
    """The saved captures of a listing, in its order. After iterating, :attr:`skipped` says which lines are none."""

    def __init__(self, path: Path) -> None:
        self.skipped: Counter[str] = Counter()  # why -> lines that are no capture of a page
        self._path = path
        self._by_digest: dict[str, Path] = {}
        self._found: dict[str, tuple[Path, int]] = {}  # digest -> where its body was found, and the status it had

    def __iter__(self) -> Iterator[Capture | Failure]:
        for file in sorted(self._path.parent.iterdir()) if self._path.parent.is_dir() else ():
            stem = file.name.partition(".")[0]
            if _DIGEST.match(stem) and file.suffix != ".headers" and file.is_file():
                self._by_digest.setdefault(stem, file)
        for line in self._lines():
            found = line if isinstance(line, Failure) else self._capture(line)
            if found is not None:
                yield found

    def _lines(self) -> Iterator[_Line | Failure]:
        for number, fields in enumerate(_fields(_text(self._path), self._path), 1):
            try:
                yield _line(number, fields)
            except (KeyError, ValueError) as error:
                yield self._failure(number, "", f"cannot be read ({error})")

    def _capture(self, line: _Line) -> Capture | Failure | None:
        file = self._body_file(line)
        if file is None:
            if line.status in _NOTHING_THERE:
                return Capture(line.url, line.at, line.status, (), b"")
            if line.status != 200 and line.mimetype != "warc/revisit":
                self.skipped[f"answer {line.status} without a saved body"] += 1
                return None
            return self._failure(
                line.number, line.url, f"no saved body: neither {line.digest} nor {line.timestamp}/… is there"
            )
        if file.stat().st_size > MAX_BYTES:
            return self._failure(line.number, line.url, f"{file.name} is larger than {MAX_BYTES} bytes")
        try:
            body = _unzipped(file.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            return self._failure(line.number, line.url, f"{file.name}: {error}")
        if _TOOLBAR.search(body):
            why = (
                f"{file.name} was changed by the Wayback Machine for viewing: save it from …/web/{line.timestamp}id_/…"
            )
            return self._failure(line.number, line.url, why)
        status = line.status or self._found.get(line.digest, (file, 200))[1]
        self._found.setdefault(line.digest, (file, status))
        saved = f"https://web.archive.org/web/{line.timestamp}id_/{line.url}"
        return Capture(line.url, line.at, status, (*_headers(file, line.mimetype), (IMPORTED_FROM, saved)), body)

    def _body_file(self, line: _Line) -> Path | None:
        """Where the body of *line* was saved; a revisit has that of the capture with the same digest."""
        if line.digest in self._by_digest:
            return self._by_digest[line.digest]
        folder = self._path.parent.resolve()
        for name in _names(line):
            file = folder / name
            if os.path.isfile(file) and file.resolve().is_relative_to(folder):  # any name, too long ones too
                return file
        return self._found[line.digest][0] if line.digest in self._found else None

    def _failure(self, number: int, url: str, why: str) -> Failure:
        at = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        return Failure(url or self._path.resolve().as_uri(), at, "empty", f"{self._path.name}, capture {number}: {why}")


def read_cdx(path: Path) -> CdxListing:
    """The captures of the listing at *path* (gzip or not) whose bodies lie beside it; see this module's docstring.

    Iterating raises :class:`UnreadableInput` for a file that is missing or is no listing.
    """
    return CdxListing(path)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UnreadableInput(path, f"cannot be read as a CDX listing ({error})") from error


def _fields(text: str, path: Path) -> Iterator[Mapping[str, Any]]:
    """The fields of each capture, by their names."""
    if text.lstrip().startswith("["):
        try:
            header, *rows = json.loads(text) or [[]]  # [] is the answer where nothing was captured
            yield from [dict(zip(header, row, strict=False)) for row in rows]
        except (ValueError, TypeError) as error:
            raise UnreadableInput(path, f"not a CDX answer in JSON ({error})") from error
        return
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(" CDX")]
    _must_not_be_an_index(text, path)
    if not any(_is_line(line) for line in lines[:10]):
        raise UnreadableInput(path, f"not a CDX listing: its lines should be {' '.join(FIELDS)}")
    for line in lines:
        _, timestamp, rest = [*line.split(" ", 2), "", ""][:3]
        if rest.startswith("{"):
            try:
                about = json.loads(rest)
            except ValueError:
                about = {}
            yield {"timestamp": timestamp, "original": about.get("url"), "mimetype": about.get("mime")} | {
                "statuscode": about.get("status"), "digest": about.get("digest")
            }  # fmt: skip
        else:
            yield dict(zip(FIELDS, line.split(" "), strict=False))


def _must_not_be_an_index(text: str, path: Path) -> None:
    """Raises :class:`UnreadableInput` if what lies beside the listing are the WARC files that it is an index of."""
    for name in _WARC_NAME.findall(text.partition("\n")[2].partition("\n")[0]):
        if (path.parent / name).is_file():
            raise UnreadableInput(path, f"is the index of a WARC file: import that instead, {path.parent / name}")


def _is_line(line: str) -> bool:
    parts = line.split(" ")
    return len(parts) > 2 and parts[1].isdecimal()


def _line(number: int, fields: Mapping[str, Any]) -> _Line:
    """Raises :class:`KeyError` or :class:`ValueError` for a line that lacks what a capture needs."""
    timestamp, url = str(fields["timestamp"]), str(fields["original"] or "")
    if not (timestamp.isdecimal() and 4 <= len(timestamp) <= 14):
        raise ValueError(f"timestamp {timestamp!r}")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"URL {url!r}")
    status = str(fields.get("statuscode") or "-")
    line = _Line(
        number=number,
        timestamp=timestamp + "00000101000000"[len(timestamp) :],
        url=re.sub(r"\A(http://[^/:]+):80(?=/|\Z)|\A(https://[^/:]+):443(?=/|\Z)", r"\1\2", url),
        mimetype=str(fields.get("mimetype") or "text/html"),
        status=int(status) if status.isdecimal() else None,
        digest=str(fields.get("digest") or "-").removeprefix("sha1:"),
    )
    line.at  # noqa: B018 - a month 13 is found here
    return line


def _names(line: _Line) -> Iterator[str]:
    """The names under which a body may have been saved besides its digest, most certain first."""
    parts = urlsplit(line.url)
    path = f"{parts.path}index.html" if parts.path.endswith("/") or not parts.path else parts.path
    path = path.lstrip("/")
    for name in [f"{path}?{parts.query}", f"{path}@{parts.query}"] if parts.query else [path, f"{path}/index.html"]:
        yield f"{line.timestamp}/{parts.netloc}/{name}"
        yield f"{line.timestamp}/{name}"
    yield f"{line.timestamp}/{quote(line.url, safe='')}"


def _unzipped(data: bytes) -> bytes:
    """*data* without the gzip that a server may have sent it in, as ``curl`` without --compressed saves it."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unzip = zlib.decompressobj(wbits=31)
    body = unzip.decompress(data, MAX_BYTES)
    if not unzip.eof:
        raise EOFError(f"its gzip is cut short, or unzips to more than {MAX_BYTES} bytes")
    return body


def _headers(file: Path, mimetype: str) -> Iterable[tuple[str, str]]:
    """The original headers, if they were saved; else the type that the listing gives."""
    sidecar = file.with_name(f"{file.name}.headers")
    if sidecar.is_file():
        lines = sidecar.read_bytes().decode("latin-1").splitlines()
        sent = [
            (name.strip(), value.strip()) for name, colon, value in (line.partition(":") for line in lines) if colon
        ]
        originals = [(name[len(_ORIGINAL) :], value) for name, value in sent if name.lower().startswith(_ORIGINAL)]
        if originals:
            return originals
        if types := [(name, value) for name, value in sent if name.lower() == "content-type"]:
            return types[-1:]
    return [("Content-Type", mimetype)] if "/" in mimetype and mimetype != "warc/revisit" else []
