"""What happened to statements: silent edits, disappearances, returns, moves; newest first, a page at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from scraper.browse.pages.lists import COLUMNS, Listed, as_listed

PAGE = 30
KINDS = ("revised", "gone", "back", "moved", "suspected", "new", "copy")
TELLING = ("revised", "gone", "back", "moved", "suspected")  # shown unless the reader asks for all


@dataclass(frozen=True, slots=True)
class Change:
    """One event and the statement it happened to."""

    id: int
    at: str
    what: str
    source: str
    detail: str | None
    number: int | None  # the state that an edit led to
    statement: Listed

    @property
    def day(self) -> str:
        """The day it was seen on, YYYY-MM-DD."""
        return self.at[:10]


@dataclass(frozen=True, slots=True)
class Texts:
    """Title, text and contact block before and after an edit."""

    old_title: str | None
    new_title: str | None
    old: str
    new: str
    old_contact: str | None
    new_contact: str | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of changes, and where the next one begins."""

    changes: Sequence[Change]
    next: str | None  # cursor of the next page
    texts: dict[int, Texts]  # event id -> what an edit changed

    @property
    def days(self) -> Iterator[tuple[str, list[Change]]]:
        """The changes by day, newest first."""
        for day, changes in groupby(self.changes, key=lambda change: change.day):
            yield day, list(changes)


# A suspicion that the same run settled is no news beside what it turned out to be.
_UNSETTLED = (
    "and not exists (select 1 from events o where o.statement_id = e.statement_id and o.run_id = e.run_id "
    "and o.what in ('gone', 'back', 'moved'))"
)


def latest(
    conn: sqlite3.Connection,
    *,
    limit: int,
    kinds: Sequence[str] = TELLING,
    source: str | None = None,
    before: tuple[str, int] | None = None,
    until: str | None = None,
) -> list[Change]:
    """The last *limit* events of *kinds*, newest first; *before* is (time, id) of the last one already shown.

    *until* leaves out what was seen later.

    One short index walk for each kind and then a merge: with one query over all, a new archive's hundred thousand
    "new" would have to be read to find three edits.
    """
    asked = [kind for kind in kinds if kind in KINDS] or list(TELLING)
    after = "and (e.at, e.id) < (:at, :id)" if before else "and e.at <= :until" if until else ""
    only = "and e.source = :source" if source else ""
    each = " union all ".join(
        f"select * from (select e.id, e.at from events e where e.what = :kind{n} {only} {after} "
        f"{_UNSETTLED if kind == 'suspected' and len(asked) > 1 else ''} order by e.at desc, e.id desc limit :limit)"
        for n, kind in enumerate(asked)
    )
    values = {f"kind{n}": kind for n, kind in enumerate(asked)} | {"limit": limit, "source": source, "until": until}
    if before:
        values |= {"at": before[0], "id": before[1]}
    rows = conn.execute(
        f"with last as (select * from ({each}) order by at desc, id desc limit :limit) "
        f"select e.id, e.at, e.what, e.source, e.detail, v.number, {COLUMNS} from last join events e on e.id = last.id "
        "join documents d on d.id = e.statement_id left join versions v on v.id = e.version_id "
        "order by e.at desc, e.id desc",
        values,
    )
    return [Change(*(*row[:6], as_listed(row[6:]))) for row in rows]


def read(
    conn: sqlite3.Connection, *, kinds: Sequence[str], source: str | None = None, before: tuple[str, int] | None = None
) -> ChangesPage:
    """One page of changes with what the edits changed."""
    found = latest(conn, limit=PAGE + 1, kinds=kinds, source=source, before=before)
    shown = found[:PAGE]
    cursor = f"{shown[-1].at}~{shown[-1].id}" if len(found) > PAGE else None
    texts = {change.id: edit for change in shown if change.what == "revised" and (edit := edited(conn, change))}
    return ChangesPage(shown, cursor, texts)


def cursor_of(text: str | None) -> tuple[str, int] | None:
    """What :attr:`ChangesPage.next` says; None for none, or for one that we did not write."""
    at, _, number = (text or "").partition("~")
    return (at, int(number)) if at and number.isdecimal() and len(number) < 19 else None


def edited(conn: sqlite3.Connection, change: Change) -> Texts | None:
    """What an edit changed: the state it led to against the one before; None if there is none before."""
    rows = conn.execute(
        "select v.title, t.text, v.contact from versions v join texts t on t.id = v.text_id "
        "where v.statement_id = ? and v.state = 'recorded' and v.number <= ? order by v.number desc limit 2",
        [change.statement.id, change.number or 0],
    ).fetchall()
    if len(rows) < 2:
        return None
    (new_title, new, new_contact), (old_title, old, old_contact) = rows
    return Texts(old_title, new_title, old, new, old_contact, new_contact)
