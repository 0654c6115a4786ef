"""Content-Encoding undone with a limit: a few hundred bytes must not become a gigabyte.

HTTP clients that decode by themselves cannot be bounded (httpx 0.28 turns a 405-byte brotli body into one chunk of
512 MiB even when streaming), so bodies are read raw and decoded here; only what can be bounded is offered.
"""

from __future__ import annotations

import zlib
from typing import Protocol

ACCEPT_ENCODING = "gzip, deflate"
_GZIP = b"\x1f\x8b"
_KNOWN = frozenset({"gzip", "x-gzip", "deflate"})
MAX_LAYERS = 2  # a body compressed twice is a mistake seen in the wild, thrice an attack


class TooLarge(Exception):
    """The body is larger than the limit, before or after decoding."""


class BadEncoding(Exception):
    """The body cannot be decoded as its Content-Encoding says."""


class Decoder(Protocol):
    """Takes a body in pieces, gives it decoded."""

    def feed(self, piece: bytes) -> bytes:
        """What *piece* decodes to; never more than the limit allows."""

    def finish(self) -> bytes:
        """The rest. Raises :class:`BadEncoding` if the body is not complete."""


class Plain:
    """A body that is not encoded."""

    def feed(self, piece: bytes) -> bytes:
        """The piece itself."""
        return piece

    def finish(self) -> bytes:
        """Nothing is left."""
        return b""


class Inflate:
    """gzip or deflate, at most *limit* bytes at a time; a body that is plainly not compressed passes as it is."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._engine: zlib._Decompress | None = None
        self._plain = False
        self._ended = False

    def feed(self, piece: bytes) -> bytes:
        """What *piece* decodes to. Raises :class:`TooLarge` or :class:`BadEncoding`."""
        if self._plain or not piece:
            return piece
        if self._engine is None:
            if not self._begin(piece):
                return piece
            if piece[:2] != _GZIP:
                return self._first_deflate(piece)
        return self._inflate(piece)

    def finish(self) -> bytes:
        """The rest. Raises :class:`BadEncoding` if the stream was cut short."""
        if self._engine is None or self._plain or self._ended:
            return b""
        rest = self._engine.flush()
        if not self._engine.eof:
            raise BadEncoding("the compressed body ends too soon")
        return rest

    def _begin(self, piece: bytes) -> bool:
        """Choose the engine by the first bytes; False if the body is not compressed at all."""
        if piece[:2] == _GZIP:
            self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
            return True
        if piece[:1].strip() == b"" or piece[:1] in b"<{[#%" or piece[:3] == b"\xef\xbb\xbf":
            self._plain = True
            return False
        self._engine = zlib.decompressobj(zlib.MAX_WBITS)
        return True

    def _first_deflate(self, piece: bytes) -> bytes:
        """Deflate means zlib (RFC 9110, 8.4.1.2), but some servers send it raw."""
        try:
            return self._inflate(piece)
        except BadEncoding:
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._inflate(piece)

    def _inflate(self, piece: bytes) -> bytes:
        assert self._engine is not None
        out = bytearray()
        while piece and not self._ended:
            try:
                out += self._engine.decompress(piece, self._limit + 1 - len(out))
            except zlib.error as error:
                raise BadEncoding(f"the compressed body is broken ({error})") from error
            if len(out) > self._limit:
                raise TooLarge
            piece = self._engine.unconsumed_tail
            if self._engine.eof:
                piece = self._next_member()
        return bytes(out)

    def _next_member(self) -> bytes:
        """A gzip body may be several members in a row (RFC 1952, 2.2); what else follows is ignored."""
        assert self._engine is not None
        rest = self._engine.unused_data
        if rest[:2] == _GZIP:
            self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
            return rest
        self._ended = True
        return b""


def decoder(content_encoding: str | None, limit: int) -> list[Decoder]:
    """The decoders for a Content-Encoding header, in the order to be applied. Raises :class:`BadEncoding`."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    wanted = [name for name in names if name not in {"", "identity", "none", "utf-8"}]
    if unknown := [name for name in wanted if name not in _KNOWN]:
        raise BadEncoding(f"Content-Encoding {unknown[0]!r} was not offered and is not read")
    if len(wanted) > MAX_LAYERS:
        raise BadEncoding(f"{len(wanted)} layers of compression")
    return [Inflate(limit) for _ in wanted] or [Plain()]
