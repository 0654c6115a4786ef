"""Which statements say the same in another language: because a page says so, or because all their facts agree.

Pages name their translations (hreflang); one such word from either side is enough. Where none does, a statement of the
same publisher and day in another language is linked if figures, names, countries and place agree: a weaker hint, whose
score says how well they do and stays below that of any declared translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.archive.agreement import Facts, agreement, may_agree
from scraper.archive.filters import Executes
from scraper.archive.relations import Age, Relation, age
from scraper.archive.stems import primary

BOTH_DECLARE = 1.0
ONE_DECLARES = 0.95
MOST_HINTED = 0.9  # what full agreement of all facts is worth
LEAST_HINTED = 0.6
CANDIDATES = 50  # statements of the same days that are looked at


@dataclass(frozen=True, slots=True)
class _Statement:
    """What is known of a statement that may be, or have, a translation."""

    id: int
    source: str
    url: str
    language: str | None
    published: str | None
    precision: str | None
    first_seen: str
    place: str | None

    @property
    def code(self) -> str:
        """Its language as a primary subtag; "" if unknown."""
        return primary(self.language)

    @property
    def age(self) -> Age:
        return age(self.id, self.published, self.precision, self.first_seen)


_COLUMNS = "d.id, d.source, d.url, d.language, d.published, d.published_precision, d.first_seen, d.place"


def translations(db: Executes, statement_id: int, text: str) -> list[Relation]:
    """A statement's links to its translations in the archive. *text* is its latest text."""
    me = _statement(db, statement_id)
    found = _declared(db, me)
    if me.code and me.precision in {"day", "time"}:
        found += _hinted(db, me, text, {other.code for other, _, _ in found})
    return [_link(me, other, score, evidence) for other, score, evidence in found]


def _declared(db: Executes, me: _Statement) -> list[tuple[_Statement, float, str]]:
    """Translations that this page, or the other one, names."""
    named = _ids(
        db,
        "select d.id from declared_translations t join documents d on d.url = t.url where t.statement_id = :id "
        "union select a.statement_id from declared_translations t join aliases a on a.url = t.url "
        "where t.statement_id = :id",
        me,
    )
    naming = _ids(
        db,
        "select t.statement_id from declared_translations t where t.url = :url "
        "union select t.statement_id from aliases a join declared_translations t on t.url = a.url "
        "where a.statement_id = :id",
        me,
    )
    found = []
    for other in (_statement(db, one) for one in sorted(named | naming)):
        if other.code and other.code == me.code:
            continue  # en-GB and en-US: copies and edited copies speak of those
        if other.id in named & naming:
            found.append((other, BOTH_DECLARE, "each page names the other as its translation"))
        else:
            found.append((other, ONE_DECLARES, "one page names the other as its translation"))
    return found


def _hinted(db: Executes, me: _Statement, text: str, known: set[str]) -> list[tuple[_Statement, float, str]]:
    """For each language not *known*, the statement of these days that agrees best, if it agrees well."""
    mine = Facts(text, me.place, _countries(db, [me.id])[me.id])
    others = (_statement(db, one) for one in _candidates(db, me, mine))
    best: dict[str, tuple[float, int, _Statement, str]] = {}
    for other in [other for other in others if other.code not in known]:
        agreed, on = agreement(mine, Facts(_text(db, other.id), other.place, _countries(db, [other.id])[other.id]))
        score = round(agreed * MOST_HINTED, 3)
        if score >= LEAST_HINTED:
            evidence = f"not declared; same publisher and day, {on} agree"
            best[other.code] = max(best.get(other.code, (0.0, 0, other, "")), (score, -other.id, other, evidence))
    found = [(other, score, evidence) for score, _, other, evidence in best.values()]
    return [(other, score, evidence) for other, score, evidence in found if _outbids(db, me, other, score)]


def _candidates(db: Executes, me: _Statement, mine: Facts) -> list[int]:
    """Statements of these days, in other languages, that may agree; found without reading a text or a wide row."""
    # All of it is in the index `documents_source`.
    ids = [
        row[0]
        for row in db.execute(
            "select d.id from documents d where d.source = ? and d.published between date(?, '-1 day') and "
            "date(?, '+1 day') and d.published_precision in ('day', 'time') and d.duplicate_of is null and d.id <> ? "
            "and substr(d.language, 1, instr(d.language || '-', '-') - 1) <> ? order by d.published desc limit ?",
            [me.source, me.published, me.published, me.id, me.code, CANDIDATES],
        )
    ]
    if not ids:
        return []
    countries = _countries(db, ids)
    return [one for one in ids if may_agree(mine, countries[one])]


def _outbids(db: Executes, me: _Statement, other: _Statement, score: float) -> bool:
    """Whether the other statement has no better translation into this language; a worse one makes room."""
    rivals = db.execute(
        "select r.statement_id, r.other_id, r.score, d.id, d.language from relations r join documents d "
        "on d.id = r.statement_id + r.other_id - :other "
        "where r.kind = 'translation' and (r.statement_id = :other or r.other_id = :other)",
        {"other": other.id},
    ).fetchall()
    same = [rival for rival in rivals if rival[3] != me.id and primary(rival[4]) == me.code]
    if any(rival[2] >= score for rival in same):
        return False
    for one, two, *_ in same:
        db.execute("delete from relations where statement_id = ? and other_id = ? and kind = 'translation'", [one, two])
    return True


def _link(me: _Statement, other: _Statement, score: float, evidence: str) -> Relation:
    earlier, later = sorted((me, other), key=lambda one: one.age)
    return Relation(later.id, earlier.id, "translation", score, evidence)


def _countries(db: Executes, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """The countries that each of these statements speaks of, with how often."""
    found: dict[int, dict[str, int]] = {one: {} for one in ids}
    marks = ", ".join("?" * len(ids))
    rows = db.execute(f"select statement_id, country, count from mentions where statement_id in ({marks})", list(ids))
    for statement_id, country, count in rows:
        found[statement_id][country] = count
    return found


def _text(db: Executes, statement_id: int) -> str:
    row = db.execute(
        "select t.text from documents d join versions v on v.id = d.version_id join texts t on t.id = v.text_id "
        "where d.id = ?",
        [statement_id],
    ).fetchone()
    return str(row[0]) if row else ""


def _statement(db: Executes, statement_id: int) -> _Statement:
    return _Statement(*db.execute(f"select {_COLUMNS} from documents d where d.id = ?", [statement_id]).fetchone())


def _ids(db: Executes, sql: str, me: _Statement) -> set[int]:
    return {int(found) for (found,) in db.execute(sql, {"id": me.id, "url": me.url})} - {me.id}
