"""The bytes of captures: each different body once, in as few bytes as can be read back at once.

A body stands alone (raw, zstd, or through its source's dictionary), or is kept as the difference from one body that
stands alone. So reading never follows a chain, and losing a body loses it and its direct differences, nothing more.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from scraper.archive import codec
from scraper.archive.dictionaries import (
    HELD_OUT,
    MAX_PAGES,
    MIN_PAGES,
    Dictionaries,
    DictionaryLost,
    Sample,
    worth_making,
)
from scraper.errors import PayloadLost

SMALL_BYTES = 64  # below this a frame's header eats what compression saves
# A difference is worth the tie to its base when it takes at most this share of what the body would take standing alone.
# Past that the page was rewritten: alone, it is a close base for what comes after it.
MAX_PATCH_SHARE = 0.5
CLEAR_PATCH_SHARE = 0.01  # of the body: so small that nothing else need be tried
MAX_PATCH_BYTES = 64 << 20  # of body and base together: both fit the window


@dataclass(frozen=True, slots=True)
class Stored:
    """How a body is written: what its row holds besides digest and size."""

    codec: str  # raw, zstd, zstd-dict or zstd-patch
    data: bytes
    dictionary_id: int | None = None
    base_digest: str | None = None

    @property
    def depth(self) -> int:
        """Patches between this body and one that stands alone."""
        return 0 if self.base_digest is None else 1


@dataclass(frozen=True, slots=True)
class Compaction:
    """What compacting did, in bytes of the bodies as stored (dictionaries not counted)."""

    payloads: int  # looked at
    rewritten: int  # of those, stored again in fewer bytes
    bytes_before: int
    bytes_after: int
    lost: tuple[str, ...] = ()  # digests that could not be read, left as they are


class Payloads:
    """The bodies of an archive. Writes inside the caller's transaction; keeps no body in memory."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.dictionaries = Dictionaries(db)
        self._look_again: dict[str, int] = {}  # source -> payload id before which training again is not worth a look

    def put(self, body: bytes, *, source: str, previous: str | None = None) -> str:
        """Keep *body* and return its SHA-256 (hexadecimal). A body that is here already takes no room again.

        *previous* is the digest of an earlier body of the same URL: if the two are much alike, the difference is kept.
        What is damaged never stops a capture: a previous body or a dictionary that cannot be read is passed over, and
        a damaged body whose bytes come once more is mended.
        """
        digest = hashlib.sha256(body).hexdigest()
        if self._db.execute("select 1 from payloads where digest = ?", [digest]).fetchone():
            if not self._is_whole(digest):
                self._replace(digest, self.stand_alone(body, source))
            return digest
        stored = self._smallest(body, source, previous)
        self._db.execute(
            "insert into payloads (digest, size, codec, dictionary_id, base_digest, depth, data) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            [digest, len(body), stored.codec, stored.dictionary_id, stored.base_digest, stored.depth, stored.data],
        )
        return digest

    def get(self, digest: str) -> bytes:
        """The body with that SHA-256, checked against it. Raises :class:`PayloadLost`, which says what is lost."""
        return self._checked(digest)

    def size(self, digest: str) -> int:
        """Bytes of the body with that SHA-256, which is not read. Raises :class:`PayloadLost` if it is not here."""
        row = self._db.execute("select size from payloads where digest = ?", [digest]).fetchone()
        if row is None:
            raise PayloadLost(digest, "it is missing", self._needed_by(digest))
        return int(row[0])

    def stand_alone(self, body: bytes, source: str, level: int = codec.PUT_LEVEL) -> Stored:
        """*body* written without need of another body."""
        if len(body) < SMALL_BYTES:
            return Stored("raw", body)
        newest = self._newest_dictionary(source)
        if newest is None:  # the first pages of a source, until there is something to make a dictionary of
            stored = Stored("zstd", codec.alone(body, level))
        else:
            stored = Stored("zstd-dict", codec.with_dictionary(body, newest[1], level), dictionary_id=newest[0])
        return stored if len(stored.data) < len(body) else Stored("raw", body)

    def train(self, source: str, now: str) -> bool:
        """Make the next dictionary generation for *source* if it pays; True if one was made.

        May be called after every page: while few pages are new it returns at once. *now* is the time to write (UTC).
        The pages a dictionary is made of are stored again through it, so that they do not take room twice.
        """
        (newest_payload,) = self._db.execute("select coalesce(max(id), 0) from payloads").fetchone()
        if newest_payload < self._look_again.get(source, 0):
            return False
        (seen,) = self._db.execute(
            "select coalesce(max(last_payload), 0) from dictionaries where source = ?", [source]
        ).fetchone()
        ids = self._trainable(source, after=seen)
        # Each generation is asked for by half as many pages again as there are: few generations, however many pages.
        (captures,) = self._db.execute("select count(*) from captures where source = ?", [source]).fetchone()
        needed = max(MIN_PAGES, captures // 3)
        self._look_again[source] = newest_payload + max(needed - len(ids), 1)
        if len(ids) < needed:
            return False
        self._look_again[source] = newest_payload + needed
        samples = self._samples(ids)
        newest = self._newest_dictionary(source)
        pages = worth_making(samples, newest[1] if newest else None, expected=len(ids))
        if not pages:
            return False
        self.dictionaries.add(source, pages, now=now, last_payload=newest_payload)
        for page in pages:
            self._rewrite(hashlib.sha256(page).hexdigest(), page, source, codec.PUT_LEVEL)
        return True

    def compact(self, source: str | None = None) -> Compaction:
        """Store bodies that stand alone again, through their source's newest dictionary and at a slow level.

        Of one *source*, or of all. Each is read back and compared before it replaces the former. Bodies kept as
        differences stay: they are small, and what they differ from keeps its bytes.
        """
        looked = rewritten = before = after = 0
        lost: list[str] = []
        rows = self._db.execute(
            "select p.digest, length(p.data), min(c.source) from payloads p join captures c on c.digest = p.digest "
            "where p.base_digest is null and (? is null or c.source = ?) group by p.id order by p.id",
            [source, source],
        ).fetchall()
        for digest, size, owner in rows:
            looked += 1
            before += size
            try:
                saved = self._rewrite(digest, self.get(digest), owner, codec.DEEP_LEVEL)
            except PayloadLost:
                lost.append(digest)
                saved = 0
            rewritten += saved > 0
            after += size - saved
        return Compaction(looked, rewritten, before, after, tuple(lost))

    def _rewrite(self, digest: str, body: bytes, source: str, level: int) -> int:
        """Store the *body* of that digest standing alone, if that takes fewer bytes; the bytes saved."""
        (size,) = self._db.execute("select length(data) from payloads where digest = ?", [digest]).fetchone()
        stored = self.stand_alone(body, source, level)
        if len(stored.data) >= size or self._decode(stored.codec, stored.dictionary_id, stored.data) != body:
            return 0
        self._replace(digest, stored)
        return int(size) - len(stored.data)

    def _replace(self, digest: str, stored: Stored) -> None:
        self._db.execute(
            "update payloads set codec = ?, dictionary_id = ?, base_digest = ?, depth = ?, data = ? where digest = ?",
            [stored.codec, stored.dictionary_id, stored.base_digest, stored.depth, stored.data, digest],
        )

    def _newest_dictionary(self, source: str) -> tuple[int, codec.Dictionary] | None:
        """Id and dictionary for new bodies of *source*; None if there is none, or none that can be read."""
        try:
            return self.dictionaries.newest(source)
        except DictionaryLost:
            return None

    def _trainable(self, source: str, after: int) -> list[int]:
        """Payloads of *source* newer than *after* that stand alone and compress at all, oldest first."""
        rows = self._db.execute(
            "select distinct p.id from payloads p join captures c on c.digest = p.digest "
            "where p.id > ? and c.source = ? and c.http_status = 200 and p.base_digest is null "
            "and p.size > 2 * length(p.data) order by p.id",
            [after, source],
        )
        return [row[0] for row in rows]

    def _samples(self, ids: Sequence[int]) -> list[Sample]:
        """Readable bodies spread evenly over *ids*, as many as a dictionary and its test need."""
        wanted = min(len(ids), MAX_PAGES * HELD_OUT // (HELD_OUT - 1) + 1)
        samples = []
        for number in range(wanted):
            payload_id = ids[number * len(ids) // wanted]
            digest, size = self._db.execute(
                "select digest, length(data) from payloads where id = ?", [payload_id]
            ).fetchone()
            with contextlib.suppress(PayloadLost):
                samples.append(Sample(self.get(digest), size))
        return samples

    def _smallest(self, body: bytes, source: str, previous: str | None) -> Stored:
        patch = self._patch(body, previous) if previous and len(body) >= SMALL_BYTES else None
        if patch and len(patch.data) <= CLEAR_PATCH_SHARE * len(body):
            return patch
        alone = self.stand_alone(body, source)
        return patch if patch and len(patch.data) <= MAX_PATCH_SHARE * len(alone.data) else alone

    def _patch(self, body: bytes, previous: str) -> Stored | None:
        """*body* as the difference from *previous*, or from the base of *previous*; None if neither can be used."""
        row = self._db.execute(
            "select coalesce(base_digest, digest) from payloads where digest = ?", [previous]
        ).fetchone()
        if row is None:
            return None
        try:
            base = self.get(row[0])
        except PayloadLost:
            return None
        if not SMALL_BYTES <= len(base) <= MAX_PATCH_BYTES - len(body):
            return None
        return Stored("zstd-patch", codec.patch(body, base), base_digest=row[0])

    def _checked(self, digest: str, *, is_base: bool = False) -> bytes:
        try:
            body = self._read(digest, is_base=is_base)
        except (codec.ZstdError, LookupError) as error:
            raise PayloadLost(digest, str(error), self._needed_by(digest)) from error
        if hashlib.sha256(body).hexdigest() != digest:
            raise PayloadLost(digest, "its bytes do not have its SHA-256 any more", self._needed_by(digest))
        return body

    def _is_whole(self, digest: str) -> bool:
        try:
            self.get(digest)
        except PayloadLost:
            return False
        return True

    def _read(self, digest: str, *, is_base: bool = False) -> bytes:
        row = self._db.execute(
            "select codec, dictionary_id, base_digest, cast(data as blob) from payloads where digest = ?", [digest]
        ).fetchone()
        if row is None:
            raise LookupError("it is missing")
        name, dictionary_id, base_digest, data = row
        if name != "zstd-patch":
            return self._decode(name, dictionary_id, data)
        if is_base:
            raise LookupError("it is itself a difference, which a base never is")
        return codec.read_patch(data, self._base(base_digest))

    def _decode(self, name: str, dictionary_id: int | None, data: bytes) -> bytes:
        if name == "raw":
            return data
        if name == "zstd":
            return codec.read_alone(data)
        if dictionary_id is None:
            raise DictionaryLost("its dictionary is not named")
        return codec.read_with_dictionary(data, self.dictionaries.by_id(dictionary_id))

    def _base(self, digest: str) -> bytes:
        try:
            return self._checked(digest, is_base=True)
        except PayloadLost as error:
            raise LookupError(f"its base {digest[:16]}… is lost: {error.why}") from error

    def _needed_by(self, digest: str) -> str:
        """The captures that have this body, in words; the first three by name."""
        rows = self._db.execute(
            "select id, url, fetched_at from captures where digest = ? order by id", [digest]
        ).fetchall()
        if not rows:
            return "no capture uses it"
        shown = ", ".join(f"capture {capture_id} ({url}, {at})" for capture_id, url, at in rows[:3])
        return shown if len(rows) <= 3 else f"{shown} and {len(rows) - 3} more"
