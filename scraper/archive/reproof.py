"""What is archived of a statement, held against what the extractor reads in its captures now.

Knows no extractor: it is given a function that reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from scraper.archive.columns import details_of, facts_of
from scraper.archive.decide import normalised, text_digest
from scraper.errors import PayloadLost
from scraper.model import Statement

# What today's extractor reads in the capture of that number. With the name of a reading: as that reading knew its site;
# None where that was another extractor, so that nothing can be compared. Without: with all that is known of the site now.
Reread = Callable[[int, str | None], Statement | None]

# What is compared of a statement -> its columns of `documents`
FACTS = {
    "date of publication": ("published", "published_precision", "published_printed"),
    "date of change": ("modified",),
    "language": ("language",),
    "kind": ("kind",),
    "place": ("place",),
    "author": ("author",),
    "first words": ("lead",),
    "number of words": ("words",),
}
DETAILS = ("mentions", "tags")
# Where these gave the date, the page gave none, and what they said may have changed since.
LISTS = frozenset({"feed", "sitemap", "listing", "link"})


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that is archived of a statement and is not what its capture says."""

    severity: Literal["error", "warning"]
    statement_id: int
    what: str
    lost: str | None = None  # what cannot be had any more; None: nothing, the capture is whole


@dataclass(frozen=True, slots=True)
class _Held:
    """The latest state of a statement: what it was read in, and what was read."""

    statement_id: int
    capture_id: int
    extractor_version: str
    digest: str
    title: str | None
    contact: str | None
    markdown: str
    described_by: int  # the capture that its facts were read in
    sharing: int  # states with this very text


_HELD = (
    "select d.id, v.capture_id, v.extractor_version, t.digest, v.title, v.contact, t.markdown, "
    "coalesce(d.capture_id, v.capture_id), (select count(*) from versions o where o.text_id = t.id) "
    "from documents d join versions v on v.id = d.version_id join texts t on t.id = v.text_id where d.id = ?"
)


def disagreements(db: Database, reread: Reread, sample: int | None) -> Iterator[Disagreement]:
    """What does not agree, of *sample* statements spread evenly over the archive; of all if *sample* is None."""
    ids = [row[0] for row in db.execute("select id from documents where version_id is not null order by id").fetchall()]
    wanted = len(ids) if sample is None else min(sample, len(ids))
    for number in range(wanted):
        row = db.execute(_HELD, [ids[number * len(ids) // wanted]]).fetchone()
        if row is None:
            continue  # its state or text is missing, which is another finding
        held = _Held(*row)
        try:
            yield from _of_one(db, held, reread)
        except PayloadLost as error:
            yield Disagreement("error", held.statement_id, error.why, error.needed_by)


def _of_one(db: Database, held: _Held, reread: Reread) -> Iterator[Disagreement]:
    statement = reread(held.capture_id, held.extractor_version)
    if statement is None:
        return
    if text_digest(statement.text) != held.digest:
        what = f"reading capture {held.capture_id} again gives other words than those archived"
        yield Disagreement("error", held.statement_id, what)
        return  # all else follows from the words
    differs = _state(held, statement)
    described = statement if held.described_by == held.capture_id else reread(held.described_by, held.extractor_version)
    if described is not None and (facts := _facts(db, held, described)):
        # It may have been seen again when more was known of its site than when its text was read.
        today = reread(held.described_by, None)
        differs += [] if today is not None and not _facts(db, held, today) else facts
    if differs:
        captures = " and ".join(map(str, dict.fromkeys((held.capture_id, held.described_by))))
        what = f"its {', '.join(differs)}: not what reading capture {captures} again gives"
        yield Disagreement("warning", held.statement_id, what)


def _state(held: _Held, statement: Statement) -> list[str]:
    """What of the state differs from its reading, besides the text."""
    differs = []
    if normalised(held.title) != normalised(statement.title) and statement.sources.get("title") not in LISTS:
        differs.append("title")
    if normalised(held.contact) != normalised(statement.contact):
        differs.append("contact")
    # One text, one markdown: of statements with the same words, the first has it as its page does.
    if held.sharing == 1 and normalised(held.markdown) != normalised(statement.markdown):
        differs.append("markdown")
    return differs


def _facts(db: Database, held: _Held, statement: Statement) -> list[str]:
    """What of the facts beside the state differs from their reading."""
    names = ["published_source", *(column for columns in FACTS.values() for column in columns)]
    row = db.execute(f"select {', '.join(names)} from documents where id = ?", [held.statement_id]).fetchone()
    archived: dict[str, Any] = dict(zip(names, row, strict=True))
    read = facts_of(statement, held.described_by)
    differs = [what for what, columns in FACTS.items() if any(archived[name] != read[name] for name in columns)]
    if {archived["published_source"], read["published_source"]} & LISTS and "date of publication" in differs:
        differs.remove("date of publication")
    details = details_of(held.statement_id, statement)
    for table in DETAILS:
        rows = db.execute(f"select * from {table} where statement_id = ?", [held.statement_id]).fetchall()
        if set(rows) != set(details[table]):
            differs.append(table)
    return differs
