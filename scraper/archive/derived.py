"""What is derived from texts (search index, fingerprints, links): whether it is what the texts give, and making it again.

Needs no capture and no extractor: only what the archive itself works out. Reading the captures again is another matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scraper.archive import dedup, search
from scraper.archive.copies import words_key
from scraper.archive.filters import Executes
from scraper.archive.shingles import words_of

Stale = Literal["words", "fingerprint", "copy"]

_TEXTS = (
    "select d.id, d.title, d.lead, coalesce(t.text, ''), d.language, d.duplicate_of, s.title, s.lead, s.body, g.words, "
    "g.sketch from documents d join versions v on v.id = d.version_id left join texts t on t.id = v.text_id "
    "left join search_content s on s.statement_id = d.id left join signatures g on g.statement_id = d.id order by d.id"
)

_TEXT = (
    "select d.title, d.lead, coalesce(t.text, ''), d.language from documents d "
    "join versions v on v.id = d.version_id left join texts t on t.id = v.text_id where d.id = ?"
)


def stale(db: Executes) -> Iterator[tuple[int, Stale]]:
    """Statements with what of them is not what their texts give: each worked out again and compared.

    About half a millisecond of CPU a statement. A copy whose link is missing counts under "copy".
    """
    entered = dict(db.execute("select statement_id, count(*) from shingles group by 1").fetchall())
    for row in db.execute(_TEXTS):
        statement_id, title, lead, text, language, original, *held, key, sketch = row
        if tuple(held) != search.folded(title=title or "", lead=lead, body=text, language=language):
            yield statement_id, "words"
        words = words_of(text)
        expected = b"" if original is not None else words.sketch.astype("<u8").tobytes()
        if key != words_key(words, title) or sketch != expected or entered.get(statement_id, 0) != len(expected) // 8:
            yield statement_id, "fingerprint"
    unlinked = db.execute(
        "select d.id from documents d left join relations r on r.statement_id = d.id and r.kind = 'copy' "
        "where d.duplicate_of is not r.other_id order by d.id"
    )
    for (statement_id,) in unlinked.fetchall():
        yield statement_id, "copy"


def renew(db: Executes, now: str) -> int:
    """Make all that is derived from texts again; how many statements that were.

    Runs inside the caller's transaction. Links that still hold keep the time they were first seen.
    """
    ids = [row[0] for row in db.execute("select id from documents where version_id is not null order by id").fetchall()]
    _renew_search(db, ids)
    for table in ("shingles", "signatures"):
        db.execute(f"delete from {table}")
    for statement_id in ids:
        dedup.enter(db, statement_id, now=now)
    for statement_id in ids:  # all are findable by now, so that no link is lost and found again
        dedup.relate(db, statement_id, now=now)
    return len(ids)


def _renew_search(db: Executes, ids: list[int]) -> None:
    """Write all words without the triggers, then let FTS5 read them: a damaged index could not take words out."""
    triggers = db.execute("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'search_content'")
    held = triggers.fetchall()
    for name, _ in held:
        db.execute(f"drop trigger {name}")
    db.execute("delete from search_content")
    for statement_id in ids:
        title, lead, text, language = db.execute(_TEXT, [statement_id]).fetchone()
        search.index(db, statement_id, title=title or "", lead=lead, body=text, language=language)
    for _, sql in held:
        db.execute(sql)
    db.execute("insert into search (search) values ('rebuild')")
