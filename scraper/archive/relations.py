"""Links between statements as rows: which way round they point, and keeping what is still true.

A link is derived, so it may be made again at any time; what was found before keeps the time it was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from scraper.archive.filters import Executes
from scraper.model import RelationKind

_NO_DAY = "9999"  # sorts behind every date: what is dated came before what is not


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from a statement to one that was there before it."""

    statement_id: int  # the later one
    other_id: int  # the earlier one
    kind: RelationKind
    score: float  # 0..1
    evidence: str  # what the link rests on, in words


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """What says which of two statements came first: day of publication, then when we saw it, then its number.

    Of two of one day, the one with a time was stamped by its publisher; the other's date was read beside a link to it.
    """

    published: str
    without_time: bool
    first_seen: str
    statement_id: int


def age(statement_id: int, published: str | None, precision: str | None, first_seen: str) -> Age:
    """The age of a statement; a date known only by month or year is no help, and counts as none."""
    day = published if published and precision in {"day", "time"} else _NO_DAY
    return Age(day, precision != "time", first_seen, statement_id)


def ages(db: Executes, statement_ids: Collection[int]) -> dict[int, Age]:
    """The age of each statement."""
    marks = ", ".join("?" * len(statement_ids))
    rows = db.execute(
        f"select id, published, published_precision, first_seen from documents where id in ({marks})",
        list(statement_ids),
    )
    return {row[0]: age(*row) for row in rows}


def keep(
    db: Executes, statement_id: int, kinds: Sequence[RelationKind], found: Iterable[Relation], now: str
) -> list[Relation]:
    """Make the statement's links of these *kinds*, in either direction, be just what was *found*."""
    wanted = {(link.statement_id, link.other_id, link.kind): link for link in found}
    marks = ", ".join("?" * len(kinds))
    held = db.execute(
        "select statement_id, other_id, kind, score, evidence from relations "
        f"where (statement_id = ? or other_id = ?) and kind in ({marks})",
        [statement_id, statement_id, *kinds],
    ).fetchall()
    known = {(one, other, kind): (score, evidence) for one, other, kind, score, evidence in held}
    for key in known.keys() - wanted.keys():
        db.execute("delete from relations where statement_id = ? and other_id = ? and kind = ?", key)
    for key, link in wanted.items():
        if key not in known:
            db.execute(
                "insert into relations (statement_id, other_id, kind, score, evidence, first_seen) "
                "values (?, ?, ?, ?, ?, ?)",
                [*key, link.score, link.evidence, now],
            )
        elif known[key] != (link.score, link.evidence):
            db.execute(
                "update relations set score = ?, evidence = ? where statement_id = ? and other_id = ? and kind = ?",
                [link.score, link.evidence, *key],
            )
    return list(wanted.values())
