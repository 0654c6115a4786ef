"""Reading captures again, with a better extractor or to see whether the archive still says what they say.

Readings are derived from captures, so a statement's whole history can be made anew from them at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import groupby

from scraper.archive.decide import normalised
from scraper.archive.reproof import Reread
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.clock import Clock
from scraper.config import Source
from scraper.crawler.scope import Scope
from scraper.extractor.version import EXTRACTOR_VERSION, chrome_in
from scraper.history import History
from scraper.job import Job
from scraper.model import Statement
from scraper.readers import Readers, Wish
from scraper.reading import Read, Unread
from scraper.rescope import edited, rescope

LEARNT_FROM = 200  # newest statements of a source from which its chrome is learnt, where no run has yet


@dataclass(slots=True)
class Rereading:
    """What reading a source's captures again would change, or has changed."""

    source: str
    statements: int = 0
    same: int = 0
    text_changed: list[int] = field(default_factory=list)  # statement ids
    title_changed: list[int] = field(default_factory=list)
    date_changed: list[int] = field(default_factory=list)
    states_changed: list[int] = field(default_factory=list)  # more or fewer versions than before
    lost: list[int] = field(default_factory=list)  # nothing is read where something was; left as it is


def reextract(
    archive: Archive, source: Source, clock: Clock, *, write: bool, each: Callable[[int], None] | None = None,
    readers: Readers | None = None,
) -> Rereading:  # fmt: skip
    """Read every capture of *source* again with today's extractor; *write* says whether to keep the outcome.

    States are compared under one extractor version only, so a better reading never looks like an edit. An archive that
    has no memory of the site's chrome yet learns it first. With *readers*, other processes read and this one compares.
    """
    found = Rereading(source.name)
    job = Job(source, Scope(source), 0, as_text(clock.now()))
    if not write:
        with archive.trying():
            learn_chrome(archive, job)
            _reread(archive, job, found, each, readers, write=False)
        return found
    with archive.writing():
        before = archive.runs.know(source, job.started_at)
        job.run_id = archive.runs.begin(source.name, "reextract", EXTRACTOR_VERSION, job.started_at)
        if edited(before, source):
            rescope(archive, job)
        learn_chrome(archive, job)
    _reread(archive, job, found, each, readers, write=True)
    with archive.writing():
        job.tally.unchanged = found.same
        job.tally.problems += [
            f"statement {n}: nothing is read in it any more; its old text was kept" for n in found.lost
        ]
        archive.runs.end(job.run_id, job.tally, "finished", as_text(clock.now()))
    return found


def learn_chrome(archive: Archive, job: Job) -> None:
    """Learn what a source's pages repeat from its newest statements, where no run has yet; inside a transaction."""
    if archive.chrome.newest(job.source.name).number:
        return
    reader = History(archive)
    rows = archive.db.execute(
        "select id, language, capture_id from documents where source = ? and capture_id is not null "
        "order by id desc limit ?",
        [job.source.name, LEARNT_FROM],
    ).fetchall()
    for statement_id, language, capture_id in reversed(rows):
        blocks = reader.read_again(job, capture_id).blocks
        archive.chrome.count(job.source.name, statement_id, language or "", blocks, job.started_at)


def _reread(
    archive: Archive, job: Job, found: Rereading, each: Callable[[int], None] | None, readers: Readers | None, *,
    write: bool,
) -> None:  # fmt: skip
    reader = History(archive)
    rows = archive.db.execute("select id from documents where source = ? order by id", [job.source.name]).fetchall()
    for statement_id, reads in _ahead(archive, job, [row[0] for row in rows], readers):
        found.statements += 1
        read = {number: one for number, one in reads.items() if isinstance(one, Read)}
        if any(isinstance(one, Unread) for one in reads.values()):
            found.lost.append(statement_id)  # whole histories or none
        else:
            _compare(archive, reader, job, statement_id, found, read, write=write)
        if each:
            each(found.statements)


def _ahead(
    archive: Archive, job: Job, statement_ids: Sequence[int], readers: Readers | None
) -> Iterator[tuple[int, dict[int, Read | Unread | None]]]:
    """Each statement with what readers found in its captures, by their numbers; nothing where there are no readers."""
    if readers is None or not readers.count:
        yield from ((statement_id, {}) for statement_id in statement_ids)
        return
    facts = archive.facts
    chrome = archive.chrome.newest(job.source.name)
    read = readers.ahead(
        ((one, number), Wish(facts.capture(number), job.source, chrome))
        for one in statement_ids
        for number in facts.capture_ids(one)
    )
    by_statement = groupby(read, key=lambda item: item[0][0])
    following = next(by_statement, None)
    for statement_id in statement_ids:
        reads: dict[int, Read | Unread | None] = {}
        if following is not None and following[0] == statement_id:
            reads = {number: one for (_, number), one in following[1]}
            following = next(by_statement, None)
        yield statement_id, reads


def _compare(
    archive: Archive, reader: History, job: Job, statement_id: int, found: Rereading, reads: Mapping[int, Read], *,
    write: bool,
) -> None:  # fmt: skip
    before = archive.statement(statement_id)
    history = list(reader.history(job, statement_id, reads))
    if not history:
        found.lost.append(statement_id)
        return
    latest = history[-1].latest
    published = latest.published.on.isoformat()[: len(before.published or "")] if latest.published else None
    changed = False
    for differs, into in (
        (normalised(before.text) != normalised(latest.text), found.text_changed),
        (normalised(before.title) != normalised(latest.title), found.title_changed),
        ((before.published or None) != (published or None), found.date_changed),
        (before.revision_count != len(history), found.states_changed),
    ):
        if differs:
            into.append(statement_id)
            changed = True
    found.same += not changed
    if write:
        with archive.writing():
            reader.rebuild(job, statement_id, history)


def accept_held(archive: Archive, source: Source, clock: Clock) -> int:
    """Record the changes of *source* that were held back; how many that were."""
    now = as_text(clock.now())
    reader = History(archive)
    with archive.writing():
        run_id = archive.runs.begin(source.name, "accept-held", EXTRACTOR_VERSION, now)
        job = Job(source, Scope(source), run_id, now)
        held = archive.readings.unsettled(source.name, "held")
        for version_id, statement_id, capture_id in held:
            reader.record(job, version_id, statement_id, capture_id)
        archive.runs.end(run_id, job.tally, "finished", now)
    return len(held)


def rereader(archive: Archive) -> Reread:
    """A function that reads a capture again with today's extractor, for `verify`.

    It knows of the site what the named reading knew, or what is known now. None where the capture cannot be judged: its
    source is not known any more, or another extractor read it.
    """
    from scraper.config import parse_source

    @cache  # at the first reading: the file may be damaged, which verifying says in its own words
    def jobs() -> dict[str, Job]:
        rows = archive.rows("select name, toml from sources where toml <> ''")
        sources = [parse_source(row["toml"], row["name"], least_delay=timedelta(0)) for row in rows]
        return {source.name: Job(source, Scope(source), 0, "") for source in sources}

    reader = History(archive)

    def reread(capture_id: int, named: str | None) -> Statement | None:
        row = archive.db.execute("select source from captures where id = ?", [capture_id]).fetchone()
        job = jobs().get(row[0]) if row else None
        if job is None or (named is not None and chrome_in(named) is None):
            return None
        return reader.read_again(job, capture_id, as_by=named).statement

    return reread
