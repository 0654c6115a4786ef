"""Captures as a WARC file (ISO 28500:2017, WARC/1.1), which every web archive reads and pywb replays.

The archive keeps bodies without their Content-Encoding, so the headers that spoke of the encoded bytes are kept as
``X-Archive-Orig-…``, as web archives do, and Content-Length is that of the bytes that follow. Records and their ids
depend on the captures alone: the same captures give the same file.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.archive.filters import Executes
from scraper.archive.payloads import Payloads
from scraper.archive.text import one_line
from scraper.archive.warc_visits import Answer, answers, way
from scraper.errors import PayloadLost
from scraper.model import Hop
from scraper.version import __version__
from scraper.whole import whole_file

SOFTWARE = "statement-scraper"
ORIGINAL = "X-Archive-Orig-"
ENCODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})  # say something of the bytes as sent
REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_COLUMNS = (
    "id", "url", "fetched_at", "http_status", "headers", "digest", "requested_url", "redirects", "request_headers",
    "address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WarcWritten:
    """What a WARC file holds."""

    path: Path
    size_bytes: int
    responses: int
    revisits: int  # captures whose bytes an earlier record of the file holds
    answers: int  # that brought no body: nothing there, or nothing changed
    lost: tuple[str, ...]  # captures left out because their bytes are damaged, one line each


class _Headers(StatusAndHeaders):  # type: ignore[misc]
    """HTTP headers as they were: warcio would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.to_bytes(header_filter, "utf-8")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of `captures`."""

    id: int
    url: str
    at: str
    status: int
    headers: list[tuple[str, str]]
    digest: str
    requested_url: str | None
    redirects: list[Hop]
    request_headers: list[tuple[str, str]]
    address: str | None

    @property
    def record_id(self) -> str:
        return _record_id(f"response {self.id} {self.url} {self.at} {self.digest}")


def captures_of(db: Executes, statement_ids: Iterable[int]) -> list[int]:
    """Ids of all captures of those statements, under any of their URLs, in the order they were made."""
    found: set[int] = set()
    for statement_id in statement_ids:
        found.update(
            row[0]
            for row in db.execute(
                "select id from captures where url in (select url from documents where id = :id "
                "union select url from aliases where statement_id = :id)",
                {"id": statement_id},
            )
        )
    return sorted(found)


def write_warc(db: Database, path: Path, *, now: str, statements: Sequence[int] | None = None) -> WarcWritten:
    """Write the captures of *statements*, or all there are, to *path* (gzip, a member a record), which appears only whole.

    What else was answered about statements follows them (:mod:`scraper.archive.warc_visits`).

    *now* is the time to write into the file's warcinfo (ISO 8601, UTC). A capture whose bytes are damaged is left out
    and named. Raises :class:`OutputExists`, or :class:`ArchiveNotWritable` when there is no room or no right.
    """
    with whole_file(path) as new, new.open("wb") as file:
        records = _Records(WARCWriter(file, gzip=True, warc_version="1.1"), Payloads(db), path.name, now)
        for row in _rows(db, None if statements is None else captures_of(db, statements)):
            records.add(row)
        for answer in answers(db, statements):
            records.tell(answer)
        size = file.tell()
    return WarcWritten(path, size, records.responses, records.revisits, records.answers, tuple(records.lost))


def _rows(db: Database, captures: Iterable[int] | None) -> Iterator[_Row]:
    ids = captures
    if ids is None:
        ids = [row[0] for row in db.execute("select id from captures order by id")]
    for capture_id in ids:
        row = db.execute(f"select {', '.join(_COLUMNS)} from captures where id = ?", [capture_id]).fetchone()
        if row is None:
            continue
        number, url, at, status, headers, digest, requested, redirects, asked, address = row
        yield _Row(
            number,
            url,
            at,
            status,
            json.loads(headers),
            digest,
            requested,
            [Hop(*hop) for hop in json.loads(redirects)],
            json.loads(asked),
            address,
        )


class _Records:
    """Writes the records of captures, in order."""

    def __init__(self, writer: Any, payloads: Payloads, name: str, now: str) -> None:  # warcio is untyped
        self._writer = writer
        self._payloads = payloads
        self._first: dict[str, tuple[str, str, str]] = {}  # digest -> record id, URL, time of the record with the bytes
        self.responses = self.revisits = self.answers = 0
        self.lost: list[str] = []
        self._warcinfo = _record_id(f"warcinfo {name} {now}")
        fields = [
            ("software", f"{SOFTWARE}/{__version__}"),
            ("format", "WARC File Format 1.1"),
            ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            (
                "description",
                "bodies without their Content-Encoding; headers of the encoded bytes as X-Archive-Orig-; "
                "answers without a body as metadata",
            ),
        ]
        about = {"WARC-Record-ID": self._warcinfo, "WARC-Date": now, "WARC-Filename": name}
        self._write("warcinfo", about, _fields(fields))

    def add(self, row: _Row) -> None:
        """Write the records of one capture."""
        first = self._first.get(row.digest)
        try:
            body = b"" if first else self._payloads.get(row.digest)
            size = self._payloads.size(row.digest)
        except PayloadLost as error:
            self.lost.append(f"capture {row.id} ({row.url}, {row.at}): {error.why}")
            return
        about = self._about(row, row.record_id) | {"WARC-Payload-Digest": f"sha256:{row.digest}"}
        if row.address:
            about["WARC-IP-Address"] = row.address
        if first:
            about["WARC-Profile"] = REVISIT
            about["WARC-Refers-To"], about["WARC-Refers-To-Target-URI"], about["WARC-Refers-To-Date"] = first
            self._write("revisit", about, b"", _response(row, size))
            self.revisits += 1
        else:
            self._write("response", about, body, _response(row, size))
            self._first[row.digest] = (row.record_id, row.url, row.at)
            self.responses += 1
        self._circumstances(row)

    def tell(self, answer: Answer) -> None:
        """Write the record of an answer that brought no body."""
        record_id = _record_id(f"answer {answer.status} {answer.requested_url} {answer.url} {answer.at}")
        self._write("metadata", self._about(answer, record_id), _fields(answer.fields))
        self.answers += 1

    def _circumstances(self, row: _Row) -> None:
        """The request as sent, and the redirects on the way, beside the response."""
        if row.request_headers:
            about = self._about(row, _record_id(f"request of {row.record_id}"))
            self._write("request", about | {"WARC-Concurrent-To": row.record_id}, b"", _request(row))
        if row.redirects:
            about = self._about(row, _record_id(f"metadata of {row.record_id}"))
            body = _fields(way(row.requested_url or row.url, row.redirects))
            self._write("metadata", about | {"WARC-Concurrent-To": row.record_id}, body)

    def _about(self, what: _Row | Answer, record_id: str) -> dict[str, str]:
        return {
            "WARC-Record-ID": record_id,
            "WARC-Target-URI": what.url,
            "WARC-Date": what.at,
            "WARC-Warcinfo-ID": self._warcinfo,
        }

    def _write(self, kind: str, about: dict[str, str], body: bytes, http: StatusAndHeaders | None = None) -> None:
        record = self._writer.create_warc_record(
            about.get("WARC-Target-URI", ""),
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_headers_dict=about,
            http_headers=http,
        )
        self._writer.write_record(record)


def _response(row: _Row, size: int) -> StatusAndHeaders:
    """The response's headers, true of a body of *size* bytes without encodings."""
    headers = [
        (f"{ORIGINAL}{name}" if name.lower() in ENCODED else one_line(name), one_line(value))
        for name, value in row.headers
    ]
    phrase = _PHRASES.get(row.status, "")
    return _Headers(f"{row.status} {phrase}".rstrip(), [*headers, ("Content-Length", str(size))], protocol="HTTP/1.1")


def _request(row: _Row) -> StatusAndHeaders:
    parts = urlsplit(row.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [(one_line(name), one_line(value)) for name, value in row.request_headers]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", parts.netloc))
    return _Headers(f"GET {target} HTTP/1.1", headers, is_http_request=True)


def _fields(fields: Iterable[tuple[str, str]]) -> bytes:
    """application/warc-fields: a name and a value a line."""
    return "".join(f"{name}: {one_line(value)}\r\n" for name, value in fields).encode()


def _record_id(name: str) -> str:
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, name).urn}>"
