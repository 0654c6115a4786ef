"""Which statements repeat, edit, quote, continue or translate which. Linked with a type and a score, never merged."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.archive.filters import Executes
from scraper.model import RelationKind


@dataclass(frozen=True, slots=True)
class Relation:
    """A statement's link to one that was there before it, or the reverse."""

    statement_id: int  # the later one
    other_id: int
    kind: RelationKind
    score: float  # 0..1
    evidence: str  # what the link rests on, in words


@dataclass(frozen=True, slots=True)
class Relations:
    """What one statement is to the others."""

    found: tuple[Relation, ...]
    duplicate_of: int | None = None  # the statement whose text this one repeats word for word


def relate(db: Executes, statement_id: int, *, now: str) -> Relations:
    """Find what a statement that was just written or revised is to the others, in the caller's transaction."""
    rows = db.execute(
        "select o.id from documents d join versions v on v.id = d.version_id join versions w on w.text_id = v.text_id "
        "join documents o on o.version_id = w.id where d.id = ? and o.id < d.id order by o.id limit 1",
        [statement_id],
    ).fetchall()
    db.execute("delete from relations where statement_id = ?", [statement_id])
    for (other,) in rows:
        db.execute("insert into relations values (?, ?, 'copy', 1.0, 'the same text', ?)", [statement_id, other, now])
        db.execute("update documents set duplicate_of = ? where id = ?", [other, statement_id])
    found = tuple(Relation(statement_id, other, "copy", 1.0, "the same text") for (other,) in rows)
    return Relations(found, rows[0][0] if rows else None)
