"""Statements that repeat another word for word, and which of them is the original.

Case, accents, punctuation and layout do not count as words. All copies point to the earliest of the group, so that a
release on fifty office sites makes forty-nine links. When an earlier one is imported, or the original is revised, the
group finds its original anew.
"""

from __future__ import annotations

import hashlib

from scraper.archive.filters import Executes
from scraper.archive.relations import Relation, age, keep
from scraper.archive.shingles import Words, words_of

# Below this many words, texts are formulas ("The full statement is attached as a PDF"): they are copies only of a
# statement with the same title.
FORMULAIC = 40
EVIDENCE = "the same text word for word"


def words_key(words: Words, title: str | None) -> int | None:
    """What two statements must share to be copies of each other; None for one that can have no copies."""
    if not words.words:
        return None
    if words.length >= FORMULAIC:
        return words.digest
    heading = words_of(title or "").words
    if not heading:
        return None
    both = " ".join((*heading, "\n", *words.words)).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(both, digest_size=8).digest(), signed=True)


def settle(db: Executes, key: int | None, now: str) -> set[int]:
    """Let the statements with this *key* point to the earliest of them.

    Returns those that became, or ceased to be, a copy.
    """
    if key is None:
        return set()
    rows = db.execute(
        "select d.id, d.published, d.published_precision, d.first_seen, d.duplicate_of from signatures s "
        "join documents d on d.id = s.statement_id where s.words = ?",
        [key],
    ).fetchall()
    if not rows:
        return set()
    original = min(age(*row[:4]) for row in rows).statement_id
    return {row[0] for row in rows if point(db, row[0], None if row[0] == original else original, row[4], now)}


def point(db: Executes, statement_id: int, original: int | None, before: int | None, now: str) -> bool:
    """Let a statement be a copy of *original*, or of nothing; whether that makes it one or no longer one."""
    if original == before:
        return False
    db.execute("update documents set duplicate_of = ? where id = ?", [original, statement_id])
    if original is not None:
        keep(db, statement_id, ("copy",), [Relation(statement_id, original, "copy", 1.0, EVIDENCE)], now)
    else:
        db.execute("delete from relations where statement_id = ? and kind = 'copy'", [statement_id])
    return (original is None) != (before is None)
