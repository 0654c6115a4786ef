"""What the pages of a source repeat, remembered: counted over a window of pages, frozen, numbered, never edited.

A window holds the latest pages of one source in one language, each statement once however often it is fetched. When it is
full, what recurs in it is frozen as the source's site chrome in that language and the next window begins. So the memory is
bounded, follows a new template, and a reading that names the number of a memory can be made again at any time.

Languages are counted apart: a sixth of a publisher's pages are Spanish, and so is their menu.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from sqlite_utils import Database

from scraper.model import SiteChrome

FIRST_WINDOW = 20  # pages from which anything is said of a source
WINDOW = 50  # pages after which it is looked at again
ENTERS = 0.3  # share of a window's pages from which a block is known
STAYS = 0.15  # share at which a known one still is, so that one near the border does not come and go
ROSE = (
    0.4  # a share that rises by so much is worth a new memory; by 0.3, chance made 24 of them over 2,477 pages, not 3
)
MOST_BLOCKS = 1_000  # of a page; of more, the smallest numbers, which is the same choice on every page
MOST_KNOWN = 4_000  # blocks of a source in one language, the most frequent ones
REMEMBERED = 64  # memories at hand


class ChromeBook:
    """Counts blocks and freezes what recurs. Writing runs inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._at_hand: dict[tuple[str, int], SiteChrome] = {}

    def newest(self, source: str) -> SiteChrome:
        """What is known of *source* now; number 0 if nothing is."""
        (number,) = self._db.execute("select max(id) from site_chrome where source = ?", [source]).fetchone()
        return self.as_of(source, number or 0)

    def as_of(self, source: str, number: int) -> SiteChrome:
        """What was known of *source* when its memory had this *number*."""
        if (source, number) not in self._at_hand:
            if len(self._at_hand) >= REMEMBERED:
                self._at_hand.clear()
            self._at_hand[source, number] = self._read(source, number)
        return self._at_hand[source, number]

    def count(self, source: str, statement_id: int, language: str, blocks: Collection[int], now: str) -> list[int]:
        """A page of the statement has these *blocks*; the latest of its pages counts.

        If that froze a memory: the statements whose pages it was made of, which can be read better now.
        """
        if not blocks:
            return []
        self._db.execute(
            "insert into page_blocks (statement_id, source, language, blocks) values (?, ?, ?, ?) on conflict (statement_id) "
            "do update set source = excluded.source, language = excluded.language, blocks = excluded.blocks",
            [statement_id, source, language, _packed(sorted(blocks)[:MOST_BLOCKS])],
        )
        where = "source = ? and language = ?"
        (pages,) = self._db.execute(f"select count(*) from page_blocks where {where}", [source, language]).fetchone()
        if pages < FIRST_WINDOW:
            return []
        row = self._db.execute(
            f"select blocks from site_chrome where {where} order by id desc limit 1", [source, language]
        ).fetchone()
        if row and pages < WINDOW:
            return []
        return self._close(source, language, _known(row[0]) if row else {}, now)

    def _close(self, source: str, language: str, before: Mapping[int, float], now: str) -> list[int]:
        """Close the window; what recurs in it becomes a memory of its own if it says more than *before* did."""
        rows = self._db.execute(
            "select statement_id, blocks from page_blocks where source = ? and language = ? order by statement_id",
            [source, language],
        ).fetchall()
        self._db.execute("delete from page_blocks where source = ? and language = ?", [source, language])
        found = recurring((_unpacked(blocks) for _, blocks in rows), len(rows), before)
        if not any(share - before.get(block, 0.0) >= ROSE for block, share in found.items()):
            return []
        self._db.execute(
            "insert into site_chrome (source, language, made_at, pages, blocks) values (?, ?, ?, ?, ?)",
            [source, language, now, len(rows), _stored(found)],
        )
        return [statement_id for statement_id, _ in rows]

    def _read(self, source: str, number: int) -> SiteChrome:
        """The latest memory in each language, as they were when *number* was made."""
        rows = self._db.execute(
            "select blocks, max(id) from site_chrome where source = ? and id <= ? group by language", [source, number]
        ).fetchall()
        shares: dict[int, float] = {}
        for blocks, _ in rows:
            for block, share in _known(blocks).items():
                shares[block] = max(share, shares.get(block, 0.0))
        return SiteChrome(number if rows else 0, shares)


def recurring(pages: Iterable[Iterable[int]], count: int, before: Mapping[int, float]) -> dict[int, float]:
    """Blocks that recur over *count* pages, with the share of the pages that have them, in whole per cents.

    What the pages do not have at all any more stays as it was *before*: it belongs to an older template, whose captures
    may be read again.
    """
    seen = Counter(chain.from_iterable(pages))
    found = {
        block: round(times / count, 2)
        for block, times in seen.items()
        if times >= (STAYS if block in before else ENTERS) * count
    }
    found |= {block: share for block, share in before.items() if block not in seen}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_KNOWN])


def _packed(blocks: Collection[int]) -> bytes:
    return struct.pack(f"<{len(blocks)}q", *blocks)


def _unpacked(blob: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(blob) // 8}q", blob)


def _stored(known: Mapping[int, float]) -> bytes:
    """Fingerprints, 8 bytes each, then their shares in per cent, one byte each."""
    return _packed(known) + bytes(round(share * 100) for share in known.values())


def _known(blob: bytes) -> dict[int, float]:
    count = len(blob) // 9
    return {block: share / 100 for block, share in zip(_unpacked(blob[: count * 8]), blob[count * 8 :], strict=True)}
