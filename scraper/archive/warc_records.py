"""The whole records of a WARC file, and where it is damaged. Knows the file's framing, nothing of HTTP.

A record is given out only when the gzip member it stands in has proved whole (CRC), and its block fits its digest.
After damage, reading goes on at the next record that can be found.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord

from scraper.errors import UnreadableInput

MAX_BYTES = 64 << 20  # of one record; as long as any body that a crawl keeps
_CHUNK = 256 << 10
_REQUIRED = ("warc-type", "warc-record-id", "warc-date", "content-length")  # ISO 28500, 5.1
_GZIP, _ZSTD, _START = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/1."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    path: Path
    member: int  # byte at which its gzip member begins; of an uncompressed file, the record's own
    offset: int = 0  # bytes before it in that member


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands."""

    place: Place
    headers: Mapping[str, str]  # names in lower case
    block: bytes

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.headers.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """WARC-Target-URI; WARC 1.0 writes it in angle brackets."""
        return self.headers.get("warc-target-uri", "").strip("<>")


@dataclass(frozen=True, slots=True)
class Damage:
    """A record that cannot be had."""

    place: Place
    why: str
    url: str = ""  # its WARC-Target-URI, if that much could be read
    too_large: bool = False


def records(path: Path) -> Iterator[Record | Damage]:
    """All records of the WARC file at *path*, in order, gzip or not.

    Raises :class:`UnreadableInput` if it cannot be opened or no record can be found in it.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableInput(path, f"cannot be read ({error.strerror or error})") from error
    with file:
        start: int | None = 0
        if not file.read(4).startswith(_ZSTD) and not _begins(file, 0):
            start = _next(file, 1)
            if start is None:
                raise UnreadableInput(
                    path, "not a WARC file: neither in its bytes nor in what they unzip to is a WARC/1."
                )
            yield Damage(Place(path, 0), "damaged: no record begins here")
        while start is not None:
            start = yield from _stretch(path, file, start)


def record_at(place: Place) -> Record | Damage:
    """The record that stands at *place*, read once more."""
    with place.path.open("rb") as file:
        for found in _in_stream(place.path, _Stream(file, place.member)):
            if found.place == place:
                return found
    return Damage(place, "it is not there any more")


def _stretch(path: Path, file: BinaryIO, start: int) -> Generator[Record | Damage, None, int | None]:
    """Read from *start* to the end of the member, or of an uncompressed file; returns where to go on, None at the end.

    A record is held back until the next one has begun or the member has ended: only then its bytes are certain.
    """
    stream = _Stream(file, start)
    held: Record | Damage | None = None
    try:
        for found in _in_stream(path, stream):
            if held is not None:
                yield held
            held = found
        stream.finish()
    except OSError as error:
        if held is None or stream.gzipped:
            yield Damage(Place(path, start), f"damaged or cut short ({error})")
            return _next(file, start + 1)
        # Without compression, what came before the damage is certain, and what can be found after it may be whole.
        yield held
        yield Damage(held.place, f"damaged or cut short after the record at byte {held.place.member} ({error})")
        return _next(file, held.place.member + 1)
    if held is not None:
        yield held
    return stream.end


def _in_stream(path: Path, stream: _Stream) -> Iterator[Record | Damage]:
    for record in ArchiveIterator(stream, parse_http=False, strict_mode=False):
        at, offset = (stream.start, record.stream_pos) if stream.gzipped else (stream.start + record.stream_pos, 0)
        yield _whole(Place(path, at, offset), record)


def _whole(place: Place, record: WarcRecord) -> Record | Damage:
    headers = {name.lower(): value for name, value in reversed(record.headers.items())}
    found = Record(place, headers, b"" if record.content_length > MAX_BYTES else record.reader.read())
    if missing := [name for name in _REQUIRED if name not in headers]:
        return Damage(place, f"cut short: its header has no {missing[0]}", found.url)
    if record.content_length > MAX_BYTES:
        why = f"{record.content_length} bytes, more than the {MAX_BYTES} that are kept of a page"
        return Damage(place, why, found.url, too_large=True)
    if len(found.block) < record.content_length:
        return Damage(place, f"cut short: {len(found.block)} of {record.content_length} bytes", found.url)
    # wget writes the block digest of the whole response into the revisit record that leaves its body out.
    shortened = found.kind == "revisit" and "warc-truncated" in headers
    if not shortened and not fits(found.block, headers.get("warc-block-digest")):
        return Damage(place, "its bytes do not have its WARC-Block-Digest", found.url)
    return found


def fits(data: bytes, digest: str | None) -> bool:
    """Whether *data* has the WARC digest *digest* ("sha1:BASE32", "sha256:hex" ...); True if it cannot be compared."""
    algorithm, _, wanted = (digest or "").partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in {"md5", "sha1", "sha256", "sha512"}:
        return True
    found = hashlib.new(algorithm, data, usedforsecurity=False)
    if len(wanted) == 2 * found.digest_size:
        return wanted.lower() == found.hexdigest()
    return wanted.rstrip("=").upper() == base64.b32encode(found.digest()).decode().rstrip("=")


class _Stream:
    """Bytes of a WARC file from *start*: one gzip member, unzipped and checked, or all the rest as it is."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        file.seek(start)
        self._file = file
        self._pending = file.read(_CHUNK)
        self.start = self.position = start
        self.gzipped = self._pending.startswith(_GZIP)
        self.end: int | None = None  # byte after the member, once it has been read and more follows
        self._unzip = zlib.decompressobj(wbits=31) if self.gzipped else None

    def tell(self) -> int:
        """0: places are counted from where the stream begins."""
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Never: it only goes forward."""
        raise io.UnsupportedOperation(f"seek({offset}, {whence})")

    def close(self) -> None:
        """The file belongs to the caller."""

    def read(self, size: int = _CHUNK) -> bytes:
        """At most *size* bytes; b"" at the end. Raises :class:`OSError` where the member is damaged or cut short."""
        if self._unzip is None:
            data, self._pending = self._pending or self._file.read(size), b""
            if len(data) > size:
                data, self._pending = data[:size], data[size:]
            self.position += len(data)
            return data
        while not self._unzip.eof:
            chunk = self._pending or self._file.read(_CHUNK)
            try:
                data = self._unzip.decompress(chunk, size)
            except zlib.error as error:
                raise OSError(str(error)) from error
            self._pending = self._unzip.unconsumed_tail
            if data:
                return data
            if not chunk and not self._unzip.eof:
                raise OSError("the file ends inside a gzip member")
        return b""

    def finish(self) -> None:
        """Read to the end of the member, so that its CRC is checked. Raises :class:`OSError`."""
        while self.read(_CHUNK):
            pass
        if self._unzip is not None:
            self.end = self._after(self._file.tell() - len(self._unzip.unused_data))

    def _after(self, position: int) -> int | None:
        """Where the next member begins, past padding; None at the end of the file."""
        self._file.seek(position)
        while chunk := self._file.read(_CHUNK):
            if rest := chunk.lstrip(b"\0\r\n"):
                return position + len(chunk) - len(rest)
            position += len(chunk)
        return None


def _next(file: BinaryIO, after: int) -> int | None:
    """The first byte from *after* on at which a record begins; None if there is none."""
    position = after
    while True:
        file.seek(position)
        window = file.read(_CHUNK)
        found = sorted(_all(window, _GZIP) + _all(window, _START))
        for offset in found:
            if _begins(file, position + offset):
                return position + offset
        if len(window) < _CHUNK:
            return None
        position += len(window) - len(_START)  # a start may lie across two windows


def _all(window: bytes, sought: bytes) -> list[int]:
    places = []
    at = window.find(sought)
    while at >= 0:
        places.append(at)
        at = window.find(sought, at + 1)
    return places


def _begins(file: BinaryIO, position: int) -> bool:
    """Whether the bytes at *position* begin a record, or a gzip member that begins with one."""
    file.seek(position)
    start = file.read(512)
    if start.startswith(_GZIP):
        try:
            start = zlib.decompressobj(wbits=31).decompress(start, len(_START))
        except zlib.error:
            return False
    elif position:
        file.seek(position - 1)
        if file.read(1) != b"\n":
            return False
    return start.startswith(_START)
