"""Content-Encoding undone within bounds: a few hundred bytes must not become a gigabyte.

HTTP clients that decode by themselves cannot be bounded (httpx 0.28 turns a 405-byte brotli body into one chunk of
512 MiB even when streaming), so bodies are read raw and unpacked here; only what can be bounded is offered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

ACCEPT_ENCODING = "gzip, deflate"
MAX_CODINGS = 2  # one on top of another; nobody needs more
_GZIP = frozenset({"gzip", "x-gzip"})
_MARKUP = frozenset({b"<!", b"<h", b"<?"})  # how plain pages begin; `deflate` itself has no sure sign


class TooLarge(Exception):
    """The body is longer than was allowed, unpacked."""


class BadEncoding(Exception):
    """The body is not what Content-Encoding says, or packed in a way that was not offered."""


class Unpacker:
    """Undoes Content-Encoding (RFC 9110, 8.4), holding at most *limit* bytes whatever the server packed.

    A body that declares an encoding and plainly has none is taken as it is: such servers are common.
    """

    def __init__(self, content_encoding: str | None, limit: int) -> None:
        codings = [token.strip().lower() for token in (content_encoding or "").split(",")]
        self._codings = [coding for coding in codings if coding not in {"", "identity", "none", "utf-8"}]
        unknown = [coding for coding in self._codings if coding not in _GZIP | {"deflate"}]
        if unknown or len(self._codings) > MAX_CODINGS:
            raise BadEncoding(f"Content-Encoding {content_encoding!r} was not offered")
        self._limit = limit
        self._stages: list[_Inflate] | None = None if self._codings else []
        self._held = b""
        self.body = bytearray()

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the wire. Raises :class:`TooLarge` or :class:`BadEncoding`."""
        if self._stages is None:
            self._held += data
            if len(self._held) < 2:
                return
            data, self._held = self._held, b""
            self._stages = [_Inflate(coding) for coding in reversed(self._codings)]
            if data[:2] != b"\x1f\x8b" if self._codings[-1] in _GZIP else data[:2].lower() in _MARKUP:
                self._stages = []
        self._pass_on(data, 0)

    def _pass_on(self, data: bytes, stage: int) -> None:
        if self._stages is None or stage == len(self._stages):
            self.body += data
            if len(self.body) > self._limit:
                raise TooLarge
            return
        for piece in self._stages[stage].unpack(data):
            self._pass_on(piece, stage + 1)

    def finish(self) -> None:
        """The wire has ended. Raises :class:`BadEncoding` if the packed data has not."""
        self.body += self._held
        if self._stages and not all(stage.complete for stage in self._stages):
            raise BadEncoding("the compressed body ends too early")


class _Inflate:
    """One gzip or deflate stream, unpacked in pieces of bounded size."""

    PIECE = 256 * 1024  # bytes

    def __init__(self, coding: str) -> None:
        self._gzip = coding in _GZIP
        self._z = None if not self._gzip else zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.complete = False

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What *data* adds; bytes after the end are ignored unless they begin another gzip member (RFC 1952, 2.2)."""
        if self._z is None and data:
            # `deflate` means zlib (RFC 9110, 8.4.1.2), which begins with 8 in its low bits; some servers send it bare.
            self._z = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x8F == 0x08 else -zlib.MAX_WBITS)
        while self._z is not None:
            if self.complete:
                if not (self._gzip and data[:2] == b"\x1f\x8b"):
                    return
                self._z, self.complete = zlib.decompressobj(16 + zlib.MAX_WBITS), False
            try:
                piece = self._z.decompress(data, self.PIECE)
            except zlib.error as error:
                raise BadEncoding(f"the compressed body is damaged ({error})") from error
            yield piece
            self.complete = self._z.eof
            data = self._z.unused_data if self.complete else self._z.unconsumed_tail
            if not data and len(piece) < self.PIECE:
                return
