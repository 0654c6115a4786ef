"""Readings of captures: the latest, and a statement's whole history, made anew at any time.

The archive keeps captures and the extractor reads them; here they meet. States are always compared under one version
of the extractor, so that a better reading never looks like an edit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scraper.archive.decide import Change, State, same_words
from scraper.archive.frontier import Entry
from scraper.archive.readings import with_canonical_links
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.crawler import fate
from scraper.extractor.dates import parse_date
from scraper.extractor.version import chrome_in
from scraper.job import Job
from scraper.model import Capture, Published, SiteChrome, Statement
from scraper.reading import Read, read_page
from scraper.urls import host


@dataclass(frozen=True, slots=True)
class Reading:
    """One state of a statement as it is read now, and when it was seen."""

    statement: Statement  # its first reading with these words in this order
    capture_id: int  # what that was read in
    seen_from: str
    seen_until: str
    changed: tuple[Change, ...]
    latest: Statement  # its last reading, which says most about the facts beside the text
    latest_capture_id: int

    def again(self, statement: Statement, capture_id: int, at: str) -> Reading:
        """The same state, seen once more; words in another order are taken over, with the capture they stand in."""
        seen = replace(self, seen_until=at, latest=statement, latest_capture_id=capture_id)
        if not State.of(self.statement).changes_to(State.of(statement)):
            return seen
        return replace(seen, statement=statement, capture_id=capture_id)


class History:
    """Reads captures, and derives states from them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._facts = archive.facts
        self._readings = archive.readings
        self._frontier = archive.frontier

    def read_page(
        self, job: Job, entry: Entry, capture: Capture, *, chrome: SiteChrome | None = None, read: Read | None = None
    ) -> Read:
        """Today's reading of a capture, with what listings and feeds said where the page is silent.

        *chrome*: what its source's pages repeat; None for what the archive knows of that by now. *read* is what a reader
        found in the capture, believed if it knew as much of the source; None: it is read here.
        """
        if chrome is None:
            chrome = self._archive.chrome.newest(job.source.name)
        if read is None or read.chrome != chrome.number:
            read = read_page(capture, job.scope, chrome, follow=job.source.follow_links)
        statement = with_canonical_links(read.statement, job.scope.canonical)
        if entry.role == "digest":
            statement = replace(statement, kind="digest")
        elif statement.kind is None and job.source.kind:
            statement = replace(statement, kind=job.source.kind)
        return read._replace(statement=with_hints(statement, entry.hints))

    def read_again(self, job: Job, capture_id: int, as_by: str | None = None) -> Read:
        """Today's reading of a capture in the archive; *as_by* names the reading whose site chrome is to be used."""
        return self._read_again(job, self._facts.capture(capture_id), as_by)

    def _read_again(self, job: Job, capture: Capture, as_by: str | None = None, read: Read | None = None) -> Read:
        url = capture.requested_url or capture.url
        entry = self._frontier.get(job.scope.canonical(url)) or self._frontier.get(job.scope.canonical(capture.url))
        number = chrome_in(as_by) if as_by else None
        chrome = None if number is None else self._archive.chrome.as_of(job.source.name, number)
        return self.read_page(job, entry or _nobody(capture.url), capture, chrome=chrome, read=read)

    def history(self, job: Job, statement_id: int, reads: Mapping[int, Read] | None = None) -> Iterator[Reading]:
        """The states of a statement as today's extractor reads them in its captures, the first first.

        *reads* is what readers found in some of the captures, by their numbers; the others are read here.
        """
        latest: Reading | None = None
        for capture_id in self._facts.capture_ids(statement_id):
            capture = self._facts.capture(capture_id)
            statement = self._read_again(job, capture, read=(reads or {}).get(capture_id)).statement
            empty = statement.words == 0 and not statement.attachments
            if empty or fate.error_page(statement.title, statement.text, capture):
                continue
            at = as_text(capture.fetched_at)
            changed = _changes(latest.statement, statement) if latest else ()
            if latest is None or changed:
                if latest is not None:
                    yield latest
                latest = Reading(statement, capture_id, at, at, changed, statement, capture_id)
            else:
                latest = latest.again(statement, capture_id, at)
        if latest is not None:
            yield latest

    def rebuild(self, job: Job, statement_id: int, history: Sequence[Reading] | None = None) -> None:
        """Derive all states of a statement anew from its captures."""
        readings = list(self.history(job, statement_id)) if history is None else history
        if not readings:
            return
        self._readings.forget_states(statement_id)
        for number, reading in enumerate(readings, 1):
            version_id = self._readings.add_state(
                statement_id, number, reading.statement, reading.changed, reading.capture_id, reading.seen_from
            )
            self._readings.seen_until(statement_id, version_id, reading.seen_from, reading.seen_until)
            if number > 1:
                note = self._publishers_note(job, reading.capture_id, readings[number - 2].seen_until)
                detail = ", ".join(reading.changed) + note
                self._revised(job, statement_id, reading.seen_from, detail, version_id)
        self.vouched(statement_id)
        self._readings.describe(statement_id, readings[-1].latest, readings[-1].latest_capture_id)
        self._readings.derive(statement_id, readings[-1].seen_until)

    def vouched(self, statement_id: int) -> None:
        """States were seen as long as the page said that nothing changed (304), which leaves no capture."""
        self._archive.db.execute(
            "with seen as (select v.id, max(a.at) as until from versions v join documents d on d.id = v.statement_id "
            "join urls u on u.url = d.url join visits a on a.url_id = u.id and a.outcome = 'not-modified' "
            "where v.statement_id = :id and a.at >= v.seen_from and a.at < coalesce((select min(n.seen_from) from versions n "
            "where n.statement_id = :id and n.number > v.number), '9') group by v.id) "
            "update versions set seen_until = max(seen_until, seen.until) from seen where seen.id = versions.id",
            {"id": statement_id},
        )
        self._archive.db.execute(
            "update documents set last_seen = max(last_seen, (select max(seen_until) from versions where statement_id = :id)) "
            "where id = :id",
            {"id": statement_id},
        )

    def record(self, job: Job, version_id: int, statement_id: int, capture_id: int) -> None:
        """A pending or held state becomes the statement's latest, and is known as a revision."""
        (read_by,) = self._archive.db.execute(
            "select extractor_version from versions where id = ?", [version_id]
        ).fetchone()
        statement = self.read_again(job, capture_id, as_by=read_by).statement
        self._readings.record_pending(version_id, statement)
        capture = self._facts.capture(capture_id)
        self._readings.derive(statement_id, as_text(capture.fetched_at))
        changed, before = self._archive.db.execute(
            "select v.changed, max(b.seen_until) from versions v "
            "left join versions b on b.statement_id = v.statement_id and b.number < v.number where v.id = ?",
            [version_id],
        ).fetchone()
        detail = ", ".join(json.loads(changed)) + self._publishers_note(job, capture_id, before or "")
        self._revised(job, statement_id, as_text(capture.fetched_at), detail, version_id)
        job.tally.revised += 1

    def _publishers_note(self, job: Job, capture_id: int, since: str) -> str:
        """What the publisher itself said, after *since*, of the revision that a capture holds; "" if nothing."""
        if job.scope.adapter is None:
            return ""
        page = job.scope.adapter.as_page(self._facts.capture(capture_id))
        said = [note.text for note in page.notes if as_text(note.at) > since]
        return f" (publisher: {said[0]})" if said else ""

    def _revised(self, job: Job, statement_id: int, at: str, detail: str, version_id: int) -> None:
        self._readings.add_event(
            "revised",
            statement_id,
            source=job.source.name,
            run_id=job.run_id,
            at=at,
            version_id=version_id,
            detail=detail,
        )


def _changes(old: Statement, new: Statement) -> tuple[Change, ...]:
    """What was edited between two readings; words in another order are layout."""
    changed = State.of(old).changes_to(State.of(new))
    return tuple(name for name in changed if not (name == "text" and same_words(old.text, new.text)))


def with_hints(statement: Statement, hints: Mapping[str, Any]) -> Statement:
    """*statement* with the title and date that a listing or feed gave, where the page itself says nothing."""
    found: dict[str, Any] = {}
    sources = dict(statement.sources)
    if statement.title is None and hints.get("title"):
        found["title"] = hints["title"]
        sources["title"] = hints.get("via", "listing")
    if statement.published is None and hints.get("published"):
        on = date.fromisoformat(hints["published"])
        precision = hints.get("precision", "day")
        source = hints.get("dated_by") or hints["via"]
        found["published"] = Published(
            on, precision, source, hints.get("printed") or hints["published"], confidence=0.8
        )
        sources["published"] = source
    elif statement.published is None and (words := hints.get("printed_date")):
        read = parse_date(words, [statement.language] if statement.language else [])
        if read is not None and read.precision != "year":
            found["published"] = Published(read.on, read.precision, "listing", words, confidence=0.7)
            sources["published"] = "listing"
    return replace(statement, sources=sources, **found) if found else statement


def _nobody(url: str) -> Entry:
    """An entry that knows nothing, for captures that came without one."""
    return Entry(0, url, "", host(url), "statement", None, "import", None, "", 5, None, None, None, None, None, None, None,
                 {}, 0, 0, 0, None)  # fmt: skip
