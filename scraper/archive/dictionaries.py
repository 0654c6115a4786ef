"""Dictionaries: earlier pages of a source, through which its later pages need few bytes.

Raw content beats zstd's trainer here: whole pages of one template, up to 4 MiB, leave 4 to 29 % of gzip's bytes where
112 KiB trained leave 23 to 66 %, at the same CPU, and the trainer often gives up on pages that are nearly alike
(measured on six sites, `benchmarks/archive_bytes.py --levels`). A dictionary is never changed once bodies use it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from scraper.archive import codec

MAX_BYTES = 4 << 20  # of content; a page that points farther back than this costs more CPU than it saves bytes
MAX_PAGES = 64
MIN_PAGES = 8  # fewer pages do not show what is template and what is not
HELD_OUT = 4  # every fourth page is kept out, to see what the dictionary is worth to pages that are not in it
CACHED_BYTES = 16 << 20  # content held in memory, all sources together; its tables take about twice as much again


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored page that a dictionary may be made of."""

    body: bytes
    stored_bytes: int  # what it takes today


def worth_making(samples: Sequence[Sample], today: codec.Dictionary | None, expected: int) -> list[bytes]:
    """The pages, most recent last, of a new dictionary for a source; empty when it would not pay.

    *today* is the dictionary in use, *expected* the number of pages still to come (as many as came since that one
    was made is a fair guess). It pays when the dictionary and those pages through it take fewer bytes than those pages
    as today, counting what its own pages free: they point into it from then on.
    """
    if len(samples) < MIN_PAGES:
        return []
    held = [sample.body for sample in samples[::HELD_OUT]]
    made_of: list[Sample] = []
    room = MAX_BYTES
    for number in range(len(samples) - 1, -1, -1):
        sample = samples[number]
        if number % HELD_OUT and len(made_of) < MAX_PAGES and len(sample.body) <= room:
            made_of.insert(0, sample)
            room -= len(sample.body)
    content = b"".join(sample.body for sample in made_of)
    made = codec.dictionary(content)
    per_page_today = sum(len(codec.with_dictionary(b, today) if today else codec.alone(b)) for b in held) / len(held)
    per_page_then = sum(len(codec.with_dictionary(body, made)) for body in held) / len(held)
    freed = sum(sample.stored_bytes for sample in made_of)
    saved = freed + expected * (per_page_today - per_page_then)
    return [sample.body for sample in made_of] if saved > len(codec.alone(content)) else []


class DictionaryLost(LookupError):
    """A dictionary that bodies need cannot be read; says why. Becomes a PayloadLost that names the body."""


class Dictionaries:
    """The dictionaries of an archive; those last used stay in memory."""

    def __init__(self, db: Database) -> None:
        self._db = db
        # By content's digest, not by id: an id given out in a transaction that was rolled back comes again.
        self._cache: OrderedDict[str, codec.Dictionary] = OrderedDict()

    def newest(self, source: str) -> tuple[int, codec.Dictionary] | None:
        """Id and dictionary that new bodies of *source* go through; None while there is none.

        Raises :class:`DictionaryLost`.
        """
        row = self._db.execute(
            "select id, digest from dictionaries where source = ? order by generation desc limit 1", [source]
        ).fetchone()
        return (row[0], self._load(*row)) if row else None

    def by_id(self, dictionary_id: int) -> codec.Dictionary:
        """The dictionary numbered so. Raises :class:`DictionaryLost`."""
        row = self._db.execute("select id, digest from dictionaries where id = ?", [dictionary_id]).fetchone()
        if row is None:
            raise DictionaryLost(f"dictionary {dictionary_id} is missing")
        return self._load(*row)

    def add(self, source: str, pages: Sequence[bytes], *, now: str, last_payload: int) -> int:
        """Make the next generation for *source* of *pages*, the most typical last; its id."""
        content = b"".join(pages)
        cursor = self._db.execute(
            "insert into dictionaries (source, generation, made_at, pages, last_payload, digest, data) values "
            "(?, (select coalesce(max(generation), 0) + 1 from dictionaries where source = ?), ?, ?, ?, ?, ?)",
            [
                source, source, now, len(pages), last_payload, hashlib.sha256(content).hexdigest(),
                codec.alone(content, codec.DICTIONARY_LEVEL),
            ],
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def _load(self, dictionary_id: int, digest: str) -> codec.Dictionary:
        if digest in self._cache:
            self._cache.move_to_end(digest)
            return self._cache[digest]
        (data,) = self._db.execute("select data from dictionaries where id = ?", [dictionary_id]).fetchone()
        try:
            content = codec.read_alone(data)
        except codec.ZstdError as error:
            raise DictionaryLost(f"dictionary {dictionary_id} is damaged ({error})") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise DictionaryLost(f"dictionary {dictionary_id} is damaged (its SHA-256 differs)")
        self._cache[digest] = codec.dictionary(content)
        while len(self._cache) > 1 and sum(len(kept.dict_content) for kept in self._cache.values()) > CACHED_BYTES:
            self._cache.popitem(last=False)
        return self._cache[digest]
