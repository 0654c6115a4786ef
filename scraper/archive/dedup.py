"""Which statements repeat, edit, quote, continue or translate which. Linked with a type and a score, never merged.

Called for each statement that is written or revised, and costs milliseconds whatever the size of the archive: the
sequences of five words it shares with others name the candidates, and only those are read and compared.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import numpy as np

from scraper.archive.copies import EVIDENCE, point, settle, words_key
from scraper.archive.filters import Executes
from scraper.archive.likeness import Compared, likeness
from scraper.archive.relations import Relation, ages, keep
from scraper.archive.shingles import Hashes, words_of
from scraper.archive.translations import translations
from scraper.model import RelationKind

__all__ = ["Relation", "Relations", "enter", "relate"]

_BY_PASSAGES: tuple[RelationKind, ...] = ("edited-copy", "excerpt", "series")

POPULAR = 64  # statements with the same sequence: it is a formula, such as a contact line
LEAST_SHARED = 0.2  # estimated share of either text's sequences, for a candidate to be read
WEIGHED = 40  # candidates whose sketches are looked at
READ = 12  # candidates whose texts are read and compared
SERIES_LINKS = 3  # earlier issues of a series that a new one is linked to


@dataclass(frozen=True, slots=True)
class Relations:
    """What one statement is to the others."""

    found: tuple[Relation, ...]
    duplicate_of: int | None = None  # the statement whose text this one repeats word for word


def relate(db: Executes, statement_id: int, *, now: str) -> Relations:
    """Find what a statement that was just written or revised is to the others, and record it.

    Runs inside the caller's transaction. What was derived of the statement before is made anew; links that still hold
    keep the time they were first seen.
    """
    title, text = _read(db, statement_id)
    subject = Compared(text)
    held = db.execute("select words from signatures where statement_id = ?", [statement_id]).fetchone()
    before = held[0] if held else None
    key = words_key(subject.words, title)
    if held is None:
        db.execute("insert into signatures (statement_id, words, sketch) values (?, ?, x'')", [statement_id, key])
    elif key != before:
        db.execute("update signatures set words = ? where statement_id = ?", [key, statement_id])
    turned = settle(db, key, now)
    if key != before:
        turned |= settle(db, before, now)
        if key is None:
            point(db, statement_id, None, _duplicate_of(db, statement_id), now)
    for other in sorted(turned - {statement_id}):  # first, so that a copy is no candidate any more
        keep(db, other, _BY_PASSAGES, _by_passages(db, other, Compared(_read(db, other)[1])), now)
    found = _by_passages(db, statement_id, subject) + translations(db, statement_id, text)
    if found or held:  # a statement that is new here has no links to make anew
        keep(db, statement_id, (*_BY_PASSAGES, "translation"), found, now)
    return Relations((*_copies(db, statement_id), *found), _duplicate_of(db, statement_id))


def enter(db: Executes, statement_id: int, *, now: str) -> None:
    """Make a statement that has no fingerprint findable by one, before it is related to others."""
    title, text = _read(db, statement_id)
    words = words_of(text)
    key, original = words_key(words, title), _duplicate_of(db, statement_id)
    db.execute("insert into signatures (statement_id, words, sketch) values (?, ?, x'')", [statement_id, key])
    _sketch(db, statement_id, words.sketch[:0] if original is not None else words.sketch)
    if original is not None:
        keep(db, statement_id, ("copy",), [Relation(statement_id, original, "copy", 1.0, EVIDENCE)], now)
    else:
        db.execute("delete from relations where statement_id = ? and kind = 'copy'", [statement_id])


def _by_passages(db: Executes, statement_id: int, subject: Compared) -> list[Relation]:
    """Edited copies, excerpts and series; a copy leaves them to its original."""
    if _duplicate_of(db, statement_id) is not None:
        _sketch(db, statement_id, subject.words.sketch[:0])
        return []
    _sketch(db, statement_id, subject.words.sketch)
    candidates = _candidates(db, statement_id, subject.words.wanted)
    if not candidates:
        return []
    age_of = ages(db, [statement_id, *candidates])
    found: list[Relation] = []
    for other in candidates:
        alike = likeness(subject, Compared(_read(db, other)[1]))
        if alike is not None:
            earlier, later = sorted((statement_id, other), key=lambda one: age_of[one])
            found.append(Relation(later, earlier, alike.kind, alike.score, alike.evidence))
    issues = [link for link in found if link.kind == "series" and link.statement_id == statement_id]
    issues.sort(key=lambda link: age_of[link.other_id], reverse=True)
    dropped = set(issues[SERIES_LINKS:])
    return [link for link in found if link not in dropped]


def _candidates(db: Executes, statement_id: int, wanted: Hashes) -> list[int]:
    """Statements that share passages, those that share most first.

    Sequences that very many statements have are asked only of the latest of them, and count only in a text that
    consists mostly of such: the next issue of a long series.
    """
    rows = db.execute(
        "select w.value, s.statement_id from json_each(?) w join shingles s on s.hash = w.value "
        "and s.statement_id >= coalesce((select statement_id from shingles where hash = w.value "
        "order by statement_id desc limit 1 offset ?), 0)",
        [json.dumps(wanted.view(np.int64).tolist()), POPULAR - 1],
    ).fetchall()
    holders = Counter(hashed for hashed, _ in rows)
    popular = {hashed for hashed, count in holders.items() if count >= POPULAR}
    if len(popular) * 2 > len(wanted):
        popular = set()
    votes = Counter(other for hashed, other in rows if hashed not in popular and other != statement_id)
    shares = []
    for other, count in votes.most_common(WEIGHED):
        (blob,) = db.execute("select sketch from signatures where statement_id = ?", [other]).fetchone()
        sketch = np.frombuffer(blob, dtype="<u8")
        ours = int(np.searchsorted(wanted, sketch[-1], side="right"))
        theirs = int(np.searchsorted(sketch, wanted[-1], side="right"))
        share = count / max(1, min(ours, theirs))
        if share >= LEAST_SHARED:
            shares.append((-share, other))
    return [other for _, other in sorted(shares)[:READ]]


def _sketch(db: Executes, statement_id: int, sketch: Hashes) -> None:
    """Make the statement findable by these sequences, in place of those it had."""
    blob = sketch.astype("<u8").tobytes()
    (held,) = db.execute("select sketch from signatures where statement_id = ?", [statement_id]).fetchone()
    if held == blob:
        return
    if held:
        old = np.frombuffer(held, dtype="<u8").view(np.int64).tolist()
        db.execute(
            "delete from shingles where statement_id = ? and hash in (select value from json_each(?))",
            [statement_id, json.dumps(old)],
        )
    new = json.dumps(sketch.view(np.int64).tolist())
    db.execute("insert into shingles (hash, statement_id) select value, ? from json_each(?)", [statement_id, new])
    db.execute("update signatures set sketch = ? where statement_id = ?", [blob, statement_id])


def _copies(db: Executes, statement_id: int) -> list[Relation]:
    rows = db.execute(
        "select statement_id, other_id, kind, score, evidence from relations "
        "where (statement_id = ? or other_id = ?) and kind = 'copy'",
        [statement_id, statement_id],
    )
    return [Relation(*row) for row in rows]


def _duplicate_of(db: Executes, statement_id: int) -> int | None:
    (original,) = db.execute("select duplicate_of from documents where id = ?", [statement_id]).fetchone()
    return None if original is None else int(original)


def _read(db: Executes, statement_id: int) -> tuple[str | None, str]:
    """Title and latest text of a statement; "" while it has no state."""
    title, text = db.execute(
        "select d.title, coalesce(t.text, '') from documents d left join versions v on v.id = d.version_id "
        "left join texts t on t.id = v.text_id where d.id = ?",
        [statement_id],
    ).fetchone()
    return title, text
