"""Writing what was read: statements, their states, and everything derived from a text.

Readings can always be made again from the captures, so rewriting them loses nothing. Every method runs inside the
caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from scraper.archive import dedup, search
from scraper.archive.columns import details_of, facts_of
from scraper.archive.decide import Change, State, normalised, text_digest
from scraper.model import Statement

# Columns and tables on which a statement's index entry (language, title) or its relations (the others) rest.
RESTED_ON = frozenset(
    {"title", "published", "published_precision", "language", "place", "mentions", "declared_translations"}
)


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds of a statement, as far as deciding needs it."""

    id: int
    url: str
    status: str
    state: State
    version_id: int
    number: int
    extractor_version: str
    capture_id: int
    published: str | None
    language: str | None
    last_seen: str


_HELD = (
    "select d.id, d.url, d.status, t.digest, v.title, v.contact, d.words, v.id, v.number, v.extractor_version, "
    "coalesce(d.capture_id, v.capture_id), d.published, d.language, d.last_seen "
    "from documents d join versions v on v.id = d.version_id join texts t on t.id = v.text_id "
)


class Readings:
    """Statements, states, and what is derived from them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # --- finding ------------------------------------------------------------------------------------------------------

    def find(self, source: str, url: str) -> Held | None:
        """The statement of *source* at *url*, under its present or any other of its URLs."""
        return self._held("where d.source = ? and d.url = ?", [source, url]) or self._held(
            "where d.source = ? and d.id = (select statement_id from aliases where url = ?)", [source, url]
        )

    def by_id(self, statement_id: int) -> Held | None:
        """The statement numbered *statement_id*."""
        return self._held("where d.id = ?", [statement_id])

    def same_text(self, source: str, digest: str) -> list[Held]:
        """Statements of *source* whose latest text has this digest, oldest first."""
        rows = self._db.execute(
            _HELD + "where d.source = ? and t.digest = ? order by d.id", [source, digest]
        ).fetchall()
        return [_as_held(row) for row in rows]

    def same_title(self, source: str, title: str, published: str) -> list[Held]:
        """Statements of *source* with this title (normalised) and day of publication, oldest first."""
        rows = self._db.execute(
            _HELD + "where d.source = ? and d.published = ? order by d.id", [source, published]
        ).fetchall()
        return [one for one in map(_as_held, rows) if one.state.title == title]

    def states(self, statement_id: int) -> int:
        """How many states a statement has, pending and held ones included."""
        (count,) = self._db.execute("select count(*) from versions where statement_id = ?", [statement_id]).fetchone()
        return int(count)

    def _held(self, where: str, parameters: Sequence[Any]) -> Held | None:
        row = self._db.execute(_HELD + where, parameters).fetchone()
        return _as_held(row) if row else None

    # --- writing ------------------------------------------------------------------------------------------------------

    def add(self, statement: Statement, *, source: str, url: str, capture_id: int, seen_at: str) -> tuple[int, int]:
        """A statement seen for the first time; its id and its first state's id."""
        facts = {"source": source, "url": url, "first_seen": seen_at, "last_seen": seen_at}
        row = facts | facts_of(statement, capture_id)
        # Whole at once: a row that is filled in later costs every index a second write.
        cursor = self._db.execute(
            f"insert into documents ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values())
        )
        statement_id = int(cursor.lastrowid or 0)
        for table, rows in details_of(statement_id, statement).items():
            self._add(table, rows)
        version_id = self._add_version(statement_id, 1, statement, (), capture_id, seen_at, "recorded")
        self._db.execute("update documents set version_id = ? where id = ?", [version_id, statement_id])
        return statement_id, version_id

    def seen_again(self, held: Held, statement: Statement | None, capture_id: int | None, seen_at: str) -> None:
        """The state we hold was seen once more; facts beside the text (date, tags ...) are refreshed from *statement*."""
        self._db.execute("update versions set seen_until = max(seen_until, ?) where id = ?", [seen_at, held.version_id])
        self._db.execute("update documents set last_seen = max(last_seen, ?) where id = ?", [seen_at, held.id])
        if statement is not None and capture_id is not None and self.describe(held.id, statement, capture_id):
            self.derive(held.id, seen_at)

    def reread(self, held: Held, statement: Statement, capture_id: int, seen_at: str) -> None:
        """Our reading improved, or the page only moved its words about: the state keeps its number and times.

        It gets the text of *statement*, and with it the capture in which that text stands.
        """
        text_id = self._text_id(statement)
        self._db.execute(
            "update versions set title = ?, text_id = ?, contact = ?, extractor_version = ?, capture_id = ?, "
            "seen_until = max(seen_until, ?) where id = ?",
            [statement.title, text_id, statement.contact, statement.extractor_version, capture_id, seen_at,
             held.version_id],
        )  # fmt: skip
        self._db.execute("update documents set last_seen = max(last_seen, ?) where id = ?", [seen_at, held.id])
        self.describe(held.id, statement, capture_id)
        self.derive(held.id, seen_at)

    def revise(self, held: Held, statement: Statement, changed: Sequence[Change], capture_id: int, seen_at: str) -> int:
        """A new state, pending until the run ends (many at once are a template change); its id."""
        self.drop_pending(held.id)
        return self._add_version(held.id, held.number + 1, statement, changed, capture_id, seen_at, "pending")

    def held_back(self, statement_id: int, state: State, seen_at: str) -> bool:
        """Whether *state* is one that waits for a person already; it was seen once more then."""
        rows = self._db.execute(
            "select v.id, t.digest, v.title, v.contact from versions v join texts t on t.id = v.text_id "
            "where v.statement_id = ? and v.state = 'held'",
            [statement_id],
        ).fetchall()
        for version_id, digest, title, contact in rows:
            if (digest, normalised(title), normalised(contact)) == (state.text_digest, state.title, state.contact):
                self._db.execute(
                    "update versions set seen_until = max(seen_until, ?) where id = ?", [seen_at, version_id]
                )
                self._db.execute(
                    "update documents set last_seen = max(last_seen, ?) where id = ?", [seen_at, statement_id]
                )
                return True
        return False

    def drop_pending(self, statement_id: int) -> None:
        """The page is back to the state we hold: what was pending or held back is not a revision."""
        self._db.execute("delete from versions where statement_id = ? and state <> 'recorded'", [statement_id])

    def record_pending(self, version_id: int, statement: Statement) -> None:
        """A pending state becomes the statement's latest; *statement* is its reading."""
        statement_id, number, capture_id, seen_from = self._db.execute(
            "select statement_id, number, capture_id, seen_from from versions where id = ?", [version_id]
        ).fetchone()
        self._db.execute("update versions set state = 'recorded' where id = ?", [version_id])
        self._db.execute(
            "update documents set changed_at = ?, last_seen = max(last_seen, ?) where id = ?",
            [seen_from, seen_from, statement_id],
        )
        self.describe(statement_id, statement, capture_id)
        self._point_to(statement_id, version_id, number)

    def hold(self, version_id: int) -> None:
        """A pending state waits for a person."""
        self._db.execute("update versions set state = 'held' where id = ?", [version_id])

    def unsettled(self, source: str, state: str) -> list[tuple[int, int, int]]:
        """Pending or held states of *source*: (version id, statement id, capture id)."""
        return self._db.execute(
            "select v.id, v.statement_id, v.capture_id from versions v join documents d on d.id = v.statement_id "
            "where d.source = ? and v.state = ? order by v.id",
            [source, state],
        ).fetchall()

    def forget_states(self, statement_id: int) -> None:
        """Drop all states of a statement, to derive them anew from its captures."""
        self._db.execute("update documents set version_id = null where id = ?", [statement_id])
        self._db.execute("update events set version_id = null where statement_id = ?", [statement_id])
        self._db.execute("delete from events where statement_id = ? and what = 'revised'", [statement_id])
        self._db.execute("delete from versions where statement_id = ?", [statement_id])

    def add_state(
        self,
        statement_id: int,
        number: int,
        statement: Statement,
        changed: Sequence[Change],
        capture_id: int,
        seen_at: str,
    ) -> int:
        """One state of a history that is being derived anew; its id."""
        version_id = self._add_version(statement_id, number, statement, changed, capture_id, seen_at, "recorded")
        self._point_to(statement_id, version_id, number)
        self._db.execute(
            "update documents set changed_at = case when ? > 1 then ? else changed_at end where id = ?",
            [number, seen_at, statement_id],
        )
        return version_id

    def describe(self, statement_id: int, statement: Statement, capture_id: int) -> bool:
        """Everything about a statement except its states, from its latest reading.

        Whether something changed on which its index entry or its relations rest. Only what changed is written.
        """
        row = facts_of(statement, capture_id)
        held = self._db.execute(f"select {', '.join(row)} from documents where id = ?", [statement_id]).fetchone()
        changed = {name for name, before in zip(row, held, strict=True) if before != row[name]}
        if changed:
            self._db.execute(
                f"update documents set {', '.join(f'{name} = ?' for name in changed)} where id = ?",
                [*(row[name] for name in changed), statement_id],
            )
        for table, rows in details_of(statement_id, statement).items():
            kept = self._db.execute(f"select * from {table} where statement_id = ?", [statement_id]).fetchall()
            if set(kept) != set(rows):
                self._db.execute(f"delete from {table} where statement_id = ?", [statement_id])
                self._add(table, rows)
                changed.add(table)
        return bool(changed & RESTED_ON)

    def seen_until(self, statement_id: int, version_id: int, first: str, last: str) -> None:
        """A state of a history that is being derived anew was seen from *first* to *last*."""
        self._db.execute("update versions set seen_from = ?, seen_until = ? where id = ?", [first, last, version_id])
        self._db.execute(
            "update documents set first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) where id = ?",
            [first, last, statement_id],
        )

    def set_status(self, statement_id: int, status: str, reason: str | None, gone_since: str | None = None) -> None:
        """What became of the page."""
        self._db.execute(
            "update documents set status = ?, status_reason = ?, gone_since = ? where id = ?",
            [status, reason, gone_since, statement_id],
        )

    def move(self, held: Held, url: str, reason: str, now: str) -> None:
        """The statement is now at *url*; its old URL stays its alias."""
        self.add_alias(held.url, held.id, reason, now)
        self._db.execute("delete from aliases where url = ?", [url])
        self._db.execute(
            "update documents set url = ?, status = 'moved', status_reason = ?, gone_since = null where id = ?",
            [url, f"moved here from {held.url}", held.id],
        )
        self._relate_if_named(url, held.id, now)

    def add_alias(self, url: str, statement_id: int, reason: str, now: str) -> bool:
        """Another URL of a statement; whether it is news."""
        is_news = bool(
            self._db.execute(
                "insert or ignore into aliases (url, statement_id, reason, first_seen) values (?, ?, ?, ?)",
                [url, statement_id, reason, now],
            ).rowcount
        )
        if is_news:
            self._relate_if_named(url, statement_id, now)
        return is_news

    def add_event(
        self, what: str, statement_id: int, *, source: str, run_id: int | None, at: str,
        version_id: int | None = None, detail: str | None = None,
    ) -> None:  # fmt: skip
        """One line of the archive's diary."""
        self._db.execute(
            "insert into events (at, run_id, source, statement_id, what, version_id, detail) values (?, ?, ?, ?, ?, ?, ?)",
            [at, run_id, source, statement_id, what, version_id, detail],
        )

    # --- deriving -----------------------------------------------------------------------------------------------------

    def derive(self, statement_id: int, now: str) -> dedup.Relations:
        """Search index and relations of a statement's latest text, made anew."""
        title, lead, text, language = self._db.execute(
            "select d.title, d.lead, t.text, d.language from documents d join versions v on v.id = d.version_id "
            "join texts t on t.id = v.text_id where d.id = ?",
            [statement_id],
        ).fetchone()
        search.index(self._db, statement_id, title=title or "", lead=lead, body=text, language=language)
        return dedup.relate(self._db, statement_id, now=now)

    def _relate_if_named(self, url: str, statement_id: int, now: str) -> None:
        """Find a statement's relations anew if others name it by *url*, which led nowhere until now."""
        if self._db.execute("select 1 from declared_translations where url = ?", [url]).fetchone():
            dedup.relate(self._db, statement_id, now=now)

    def _text_id(self, statement: Statement) -> int:
        digest = text_digest(statement.text)
        row = self._db.execute("select id, text from texts where digest = ?", [digest]).fetchone()
        if row:
            if text_digest(row[1]) != digest:  # damaged since, and mended now
                self._db.execute("update texts set text = ? where id = ?", [statement.text, row[0]])
            return int(row[0])
        cursor = self._db.execute(
            "insert into texts (digest, text, markdown) values (?, ?, ?)", [digest, statement.text, statement.markdown]
        )
        return int(cursor.lastrowid or 0)

    def _add_version(
        self, statement_id: int, number: int, statement: Statement, changed: Sequence[Change], capture_id: int,
        seen_at: str, state: str,
    ) -> int:  # fmt: skip
        cursor = self._db.execute(
            "insert into versions (statement_id, number, title, text_id, contact, changed, seen_from, seen_until, "
            "extractor_version, capture_id, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [statement_id, number, statement.title, self._text_id(statement), statement.contact, json.dumps(changed),
             seen_at, seen_at, statement.extractor_version, capture_id, state],
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def _point_to(self, statement_id: int, version_id: int, number: int) -> None:
        self._db.execute(
            "update documents set version_id = ?, revision_count = ? where id = ?", [version_id, number, statement_id]
        )

    def _add(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._db.conn.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


def with_canonical_links(statement: Statement, canonical: Any) -> Statement:
    """*statement* with the URLs of its translations in the archive's canonical form."""
    return replace(statement, translations=tuple(replace(t, url=canonical(t.url)) for t in statement.translations))


def _as_held(row: tuple[Any, ...]) -> Held:
    (sid, url, status, digest, title, contact, words, version_id, number, extractor, capture_id, published, language,
     last_seen) = row  # fmt: skip
    state = State(digest, normalised(title), normalised(contact), words)
    return Held(sid, url, status, state, version_id, number, extractor, capture_id, published, language, last_seen)
