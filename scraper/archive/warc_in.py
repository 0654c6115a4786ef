"""Captures out of WARC files, ours and others': a damaged record costs that record, not the file.

Values only: what is read is for the pipeline to keep. Bodies come after Transfer- and Content-Encoding, as the archive
keeps them; a revisit record gets the body that it refers to, wherever in the given files that stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import WarcRecord, WarcRecordType

from scraper.archive.warc_out import ORIGINAL, SOFTWARE
from scraper.archive.warc_records import Damage, Place, Record, record_at, records
from scraper.archive.warc_visits import answer_in, way_in
from scraper.model import Capture, Failure, FailureKind

_BESIDE = frozenset({"request", "metadata", "warcinfo"})  # kinds of records that say more of another, or of the file
_NOT_MODIFIED = "not modified (304)"
_TEXT_STARTS = (b"<", b"{", b"[", b"\xef\xbb\xbf")


@dataclass(frozen=True, slots=True)
class _Http:
    """An HTTP message out of a record's block."""

    status: int | None  # None: a request, or no message at all
    headers: tuple[tuple[str, str], ...]
    body: bytes


class WarcFile:
    """The captures of WARC files, in the order of their records. After iterating, :attr:`skipped` says what was not."""

    def __init__(self, *paths: Path) -> None:
        self.skipped: Counter[str] = Counter()  # why -> records that are no capture of a page
        self._paths = paths
        self._places: dict[str, Place] = {}  # record id, "URL time" or payload digest -> the response that has the body
        self._ours = False  # whether the file being read was written by this project
        self._request: Record | None = None  # the last request record, which may come before its response

    def __iter__(self) -> Iterator[Capture | Failure]:
        late: list[tuple[Record, bool]] = []
        for path in self._paths:
            self._request = None
            held: tuple[Record, Capture] | None = None  # a response whose request or metadata may still follow
            for found in records(path):
                if isinstance(found, Record) and found.kind in _BESIDE and self._answer(found) is None:
                    if held:
                        held = held[0], self._with(held, found)
                    else:
                        self._before(found)
                    continue
                if held:
                    yield held[1]
                held = None
                read = self._read(found, late)
                if isinstance(read, Failure):
                    yield read
                elif read is not None and isinstance(found, Record):
                    held = found, read
            if held:
                yield held[1]
        for record, self._ours in late:  # their body came later than they did
            yield self._revisit(record) or _failure(
                record.place, record.url, "empty", "its body is in another WARC file: give that file as well"
            )

    def _answer(self, record: Record) -> Capture | Failure | None:
        """An answer that brought no body, which our files have in a record of its own; None: the record is none."""
        if not self._ours or record.kind != "metadata" or "warc-concurrent-to" in record.headers:
            return None
        words = record.block.decode("utf-8", "replace")
        if (status := answer_in(words)) is None:
            return None
        requested_url, hops = way_in(words)
        try:
            at = _time(record.headers["warc-date"])
        except ValueError as error:
            return _failure(record.place, record.url, "protocol", str(error))
        return Capture(record.url, at, status, (), b"", requested_url=requested_url, hops=hops)

    def _read(self, found: Record | Damage, late: list[tuple[Record, bool]]) -> Capture | Failure | None:
        if isinstance(found, Damage):
            return _failure(found.place, found.url, "too-large" if found.too_large else "truncated", found.why)
        if (answer := self._answer(found)) is not None:
            return answer
        if (why := _no_page(found)) is not None:
            self.skipped[why] += 1
            return None
        if found.headers.get("warc-truncated") and found.kind != "revisit":  # of a revisit it says: without its body
            return _failure(
                found.place, found.url, "truncated", f"kept only in part ({found.headers['warc-truncated']})"
            )
        capture = self._revisit(found) if found.kind == "revisit" else self._response(found)
        if capture is None and found.kind == "revisit":
            late.append((found, self._ours))
        return capture

    def _response(self, record: Record) -> Capture | Failure | None:
        capture = self._capture(record)
        if isinstance(capture, Failure):
            return capture
        if capture.status == 206:
            return _failure(record.place, record.url, "truncated", "only a part of the page (206)")
        if capture.status == 304:
            self.skipped[_NOT_MODIFIED] += 1
            return None
        self._remember(record)
        return capture

    def _capture(self, record: Record, body_of: Record | None = None) -> Capture | Failure:
        """What *record* says, with its own body or with that of *body_of*."""
        try:
            at = _time(record.headers["warc-date"])
            http = _parsed(record.block) if record.block or body_of is None else _parsed(body_of.block)
            body = http.body if body_of is None else _parsed(body_of.block).body
        except ValueError as error:
            return _failure(record.place, record.url, "protocol", str(error))
        except OSError as error:
            return _failure(record.place, record.url, "encoding", f"its Content-Encoding cannot be undone ({error})")
        if http.status is None:
            return _failure(record.place, record.url, "protocol", "its block is not an HTTP response")
        capture = Capture(
            url=record.url,
            fetched_at=at,
            status=http.status,
            headers=_original(http.headers) if self._ours else http.headers,
            body=body,
            address=record.headers.get("warc-ip-address"),
        )
        return self._with((record, capture), self._request) if self._request else capture

    def _revisit(self, record: Record) -> Capture | Failure | None:
        """A revisit with the body it refers to; None while that has not been seen."""
        about = record.headers
        refers_to = (
            about.get("warc-refers-to", ""),
            f"{about.get('warc-refers-to-target-uri', '').strip('<>')} {about.get('warc-refers-to-date', '')}",
            about.get("warc-payload-digest", ""),
        )
        place = next((self._places[key] for key in refers_to if key in self._places), None)
        if place is None:
            return None
        original = record_at(place)
        if isinstance(original, Damage):
            return _failure(record.place, record.url, "truncated", f"its body is damaged: {original.why}")
        return self._capture(record, original)

    def _remember(self, record: Record) -> None:
        about = record.headers
        for key in (about["warc-record-id"], f"{record.url} {about['warc-date']}", about.get("warc-payload-digest")):
            if key:
                self._places.setdefault(key, record.place)

    def _before(self, record: Record) -> None:
        """A record that stands before the response it belongs to, or that is about the file."""
        if record.kind == "warcinfo":
            self._ours = f"software: {SOFTWARE}/".encode() in record.block
        elif record.kind == "request":
            self._request = record

    def _with(self, held: tuple[Record, Capture], record: Record) -> Capture:
        """The held capture with what *record* adds to it, if it belongs to it."""
        response, capture = held
        ids = {response.headers["warc-record-id"], response.headers.get("warc-concurrent-to")}
        if not ids & {record.headers.get("warc-concurrent-to"), record.headers["warc-record-id"]} - {None}:
            self._before(record)
            return capture
        if record.kind == "request":
            return replace(capture, request_headers=_parsed(record.block).headers)
        requested_url, hops = way_in(record.block.decode("utf-8", "replace"))
        return replace(capture, hops=hops, requested_url=requested_url) if hops else capture


def read_warc(*paths: Path) -> WarcFile:
    """The captures of the WARC files at *paths*, gzip or not, in order; a record that cannot be read is a Failure.

    Iterating raises :class:`UnreadableInput` for a file that is missing or is no WARC file.
    """
    return WarcFile(*paths)


def _no_page(record: Record) -> str | None:
    """Why *record* is no capture of a page; None if it is one."""
    if record.kind not in {"response", "revisit"}:
        return f"{record.kind or 'unknown'} record"
    if not record.url.lower().startswith(("http://", "https://")):
        return "not HTTP"
    if "http" not in record.headers.get("content-type", "application/http").lower():
        return "not HTTP"
    if record.kind == "revisit" and "identical-payload-digest" not in record.headers.get("warc-profile", ""):
        return _NOT_MODIFIED
    return None


def _parsed(block: bytes) -> _Http:
    """The HTTP message in *block*, its body decoded.

    A body whose Content-Encoding cannot be undone but that reads as text was stored decoded by whoever wrote the file,
    headers unchanged, as several archivers do: it is taken as it is. Raises :class:`OSError` otherwise.
    """
    try:
        return _decoded(block, "all")
    except OSError:
        plain = _decoded(block, "transfer")
        if plain.body.lstrip().startswith(_TEXT_STARTS):
            return plain
        raise


def _decoded(block: bytes, what: str) -> _Http:
    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.set_bytes_content(block)
    record.is_http = True
    record.parse_http(auto_decode=what, strict_mode=False)  # type: ignore[arg-type]
    headers = tuple((_text(name), _text(value)) for name, value in record.http_headers.items_bytes())
    return _Http(record.http_headers.status_code, headers, record.reader.read())


def _text(data: bytes) -> str:
    """A header as text: UTF-8 as browsers send it, else Latin-1 as RFC 9110 (5.5) had it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _original(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers as received, of a file of ours: prefixes off, and without the Content-Length that was added last."""
    return tuple((name[len(ORIGINAL) :] if name.startswith(ORIGINAL) else name, value) for name, value in headers[:-1])


def _time(text: str) -> datetime:
    """A WARC-Date, aware and UTC. Raises :class:`ValueError`."""
    time = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _failure(place: Place, url: str, kind: FailureKind, why: str) -> Failure:
    """A record that yields no capture; its time is that of the file, for the record's own may be what is damaged."""
    at = datetime.fromtimestamp(place.path.stat().st_mtime, UTC)
    where = f"{place.path.name}, byte {place.member}" + (f" + {place.offset}" if place.offset else "")
    return Failure(url or place.path.resolve().as_uri(), at, kind, f"{where}: {why}")
