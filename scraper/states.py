"""What a reading means for the statement it belongs to: new, revised, read better, seen again, back.

Runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scraper.archive.decide import State, Verdict, decide, same_words
from scraper.archive.facts import printed_date
from scraper.archive.readings import Held
from scraper.archive.store import Archive
from scraper.history import History
from scraper.job import Job, Page
from scraper.ledger import Ledger
from scraper.model import Statement


class States:
    """Writes what readings mean."""

    def __init__(self, archive: Archive, history: History, ledger: Ledger) -> None:
        self._archive = archive
        self._readings = archive.readings
        self._history = history
        self._ledger = ledger

    def apply(self, page: Page, held: Held | None) -> tuple[int, str]:
        """Write what the reading means beside what is *held*; the statement's id and the outcome."""
        job, statement = page.job, page.statement
        if held is None:
            return self._add(page), "new"
        if page.now < held.last_seen:
            self._history.rebuild(job, held.id)  # an earlier capture takes its place in the history
            job.tally.unchanged += 1
            return held.id, "history"
        self.alive(job, held, page.capture.fetched_at)
        verdict = self._verdict(page, held)
        if verdict.what == "revised" and self._readings.held_back(held.id, State.of(statement), page.now):
            job.tally.unchanged += 1  # since the last look: a person has not decided yet
            return held.id, "unchanged"
        if verdict.what == "revised":
            self._readings.revise(held, statement, verdict.changed, page.capture_id, page.now)
            return held.id, "revised"
        if verdict.what == "reread":
            self._readings.reread(held, statement, page.capture_id, page.now)
        elif verdict.what == "same":
            self._readings.drop_pending(held.id)
            self._readings.seen_again(held, statement, page.capture_id, page.now)
        job.tally.unchanged += 1
        return held.id, "vanished" if verdict.what == "vanished" else "unchanged"

    def alive(self, job: Job, held: Held, now: datetime) -> None:
        """A statement answered: if it was gone or in doubt, it is back; unless it is of later answers that it was so."""
        if held.status not in {"gone", "error"} or self._is_overtaken(held, now):
            return
        if held.status == "gone":
            self._ledger.event("back", job, held.id, now, "was gone")
            job.tally.back += 1
        self._readings.set_status(held.id, "live", None)

    def _is_overtaken(self, held: Held, now: datetime) -> bool:
        """Whether the statement's URL gave an answer after *now*: an imported capture may be of the past."""
        entry = self._archive.frontier.get(held.url)
        last = self._archive.facts.visits(entry.id, most=1) if entry else []
        return bool(last and last[-1].at > now)

    def read_better(self, job: Job, statement_ids: Sequence[int]) -> None:
        """Read the latest captures of these statements again, now that more is known of their site.

        Only where there is one state: of a history all states are read by the same knowledge, which `reextract` does.
        """
        for statement_id in statement_ids:
            held = self._readings.by_id(statement_id)
            if held is None or self._readings.states(statement_id) > 1:
                continue
            statement = self._history.read_again(job, held.capture_id).statement
            if statement.words and held.state.changes_to(State.of(statement)):
                self._readings.reread(held, statement, held.capture_id, held.last_seen)

    def _add(self, page: Page) -> int:
        job, statement = page.job, page.statement
        statement_id, version_id = self._readings.add(
            statement, source=job.source.name, url=page.url, capture_id=page.capture_id, seen_at=page.now
        )
        self._readings.derive(statement_id, page.now)
        self._ledger.event("new", job, statement_id, page.capture.fetched_at, None, version_id)
        job.tally.new += 1
        job.tally.dated(date_of(statement))
        return statement_id

    def _verdict(self, page: Page, held: Held) -> Verdict:
        statement = page.statement
        state = State.of(statement)
        reread = None
        if held.extractor_version != statement.extractor_version:
            reread = State.of(self._history.read_again(page.job, held.capture_id).statement)
        reordered = state.text_digest != held.state.text_digest and same_words(
            statement.text, self._archive.statement(held.id).text
        )
        return decide(state, held.state, reread, reordered=reordered)


def date_of(statement: Statement) -> str | None:
    """The date of publication, as much of it as is known: YYYY, YYYY-MM or YYYY-MM-DD."""
    published = statement.published
    return printed_date(published.on.isoformat(), published.precision) if published else None
