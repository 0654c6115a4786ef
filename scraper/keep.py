"""What one arrival means, and keeping it: facts first, readings after.

The rooms meet here: the crawler's judgement of URLs, the extractor's reading and the archive's memory. Every arrival is
kept in one transaction, whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scraper.archive.decide import State, decide, same_words
from scraper.archive.facts import printed_date
from scraper.archive.frontier import Entry, NewUrl, Outcome
from scraper.archive.readings import Held
from scraper.archive.store import Archive
from scraper.archive.times import as_text, as_time
from scraper.crawler import fate, frontier
from scraper.history import History
from scraper.job import STATEMENT_ROLES, Job
from scraper.model import Arrival, Capture, Failure, FailureKind, NotModified, Statement
from scraper.sights import Sights
from scraper.urls import host, path_query

ALIAS_LEAST_WORDS = 40  # shorter texts with equal words may be two statements


@dataclass(frozen=True, slots=True)
class Miss:
    """An answer that says that there is nothing."""

    at: datetime
    status: int | None
    capture_id: int | None  # None: its body was not kept
    attempts: int

    @classmethod
    def of(cls, arrival: Capture | Failure, capture_id: int | None = None) -> Miss:
        """What *arrival* says about the page's absence."""
        at = arrival.fetched_at if isinstance(arrival, Capture) else arrival.at
        return cls(at, arrival.status, capture_id, arrival.attempts)


class Keeper:
    """Keeps arrivals in an archive. Not thread-safe: one thread decides and writes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._facts = archive.facts
        self._readings = archive.readings
        self._frontier = archive.frontier
        self._history = History(archive)
        self._sights = Sights(archive)

    def keep(self, job: Job, entry: Entry, arrival: Arrival) -> str:
        """Keep what came for *entry*; the outcome in one word, as the request log has it."""
        with self._archive.writing():
            outcome = self._keep(job, entry, arrival)
            for url in dict.fromkeys((entry.url, arrival.url)):
                self._settle_claims(job, url, outcome)
            self._archive.runs.save(job.run_id, job.tally)
        return outcome

    def _keep(self, job: Job, entry: Entry, arrival: Arrival) -> str:
        if isinstance(arrival, Failure):
            if arrival.status in fate.MISSING_STATUSES:
                return self._missing(job, entry, Miss.of(arrival), f"HTTP {arrival.status}")
            return self._failed(job, entry, arrival)
        if isinstance(arrival, NotModified):
            return self._not_modified(job, entry, arrival)
        now = as_text(arrival.fetched_at)
        capture_id = self._facts.add_capture(
            arrival,
            source=entry.source,
            via=entry.discovered_via,
            url_id=entry.id,
            run_id=job.run_id,
            previous=entry.digest,
        )
        if entry.role in STATEMENT_ROLES:
            return self._page(job, entry, arrival, capture_id)
        same = arrival.digest == entry.digest
        self._sights.discover(job, entry, arrival)
        self._done(job, entry, arrival, "same" if same else "listed", now, capture_id=capture_id, changed=not same)
        return "listed"

    # --- answers that bring no page -----------------------------------------------------------------------------------

    def _failed(self, job: Job, entry: Entry, failure: Failure, capture_id: int | None = None) -> str:
        now = as_text(failure.at)
        if failure.kind in {"robots", "scope"}:
            job.tally.excluded += 1
            self._frontier.done(
                entry.id,
                Outcome(
                    failure.kind, due_at=as_text(failure.at + frontier.EXCLUDED_INTERVAL), excluded=failure.message
                ),
                now,
            )
            return failure.kind
        job.tally.failed += 1
        self._facts.add_failure(failure, source=entry.source, url_id=entry.id, run_id=job.run_id)
        self._facts.add_visit(
            entry.id, job.run_id, now, failure.kind, http_status=failure.status, capture_id=capture_id,
            attempts=failure.attempts, detail=failure.message,
        )  # fmt: skip
        due = failure.at + max(frontier.backoff(entry.fails + 1), failure.retry_after or timedelta(0))
        result = Outcome(failure.kind, due_at=as_text(due), http_status=failure.status, failed=True)
        self._frontier.done(entry.id, result, now)
        if held := self._statement_of(entry):
            self._judge(job, entry, held, failure.at)
        return failure.kind

    def _missing(self, job: Job, entry: Entry, miss: Miss, why: str) -> str:
        """The page says that there is nothing (404, 410, soft 404)."""
        now = as_text(miss.at)
        held = self._statement_of(entry)
        outcome = "missing" if miss.status in fate.MISSING_STATUSES else "soft-404"
        self._facts.add_visit(
            entry.id, job.run_id, now, outcome, http_status=miss.status, capture_id=miss.capture_id,
            attempts=miss.attempts, detail=why,
        )  # fmt: skip
        if held is None:
            self._dead(job, entry, miss, why, outcome)
        interval = frontier.missing_interval if held else frontier.dead_interval
        due = miss.at + interval(entry.fails + 1)
        self._frontier.done(entry.id, Outcome(outcome, due_at=as_text(due), http_status=miss.status, failed=True), now)
        if held is not None:
            self._judge(job, entry, held, miss.at)
        return outcome

    def _dead(self, job: Job, entry: Entry, miss: Miss, why: str, outcome: str) -> None:
        """Nothing is there and nothing ever was: a dead link, unless the page only pretends to be there."""
        if outcome == "missing":
            job.tally.dead += 1
        else:
            job.tally.failed += 1
        message = f"{why}: nothing there; listed on {entry.discovered_on or 'no page we know'}"
        kind: FailureKind = "http" if outcome == "missing" else "soft-404"
        failure = Failure(entry.url, miss.at, kind, message, miss.status, attempts=miss.attempts)
        self._facts.add_failure(failure, source=entry.source, url_id=entry.id, run_id=job.run_id)

    def _judge(self, job: Job, entry: Entry, held: Held, now: datetime) -> None:
        """What repeated bad answers say about a statement's page."""
        judged = fate.judge(self._facts.visits(entry.id), now)
        if held.status == "gone" or judged.status == "live":
            return
        if judged.status == "gone":
            since = as_text(judged.since or now)
            self._readings.set_status(held.id, "gone", judged.reason, since)
            self._event("gone", job, held.id, now, judged.reason)
            job.tally.gone += 1
        elif held.status != "error" or judged.suspected:
            if judged.suspected and held.status != "error":
                self._event("suspected", job, held.id, now, judged.reason)
            self._readings.set_status(held.id, "error", judged.reason)

    def _not_modified(self, job: Job, entry: Entry, arrival: NotModified) -> str:
        now = as_text(arrival.fetched_at)
        if entry.role in STATEMENT_ROLES:
            job.tally.not_modified += 1
        url = job.scope.canonical(arrival.url)
        if url != entry.url and job.scope.role(url) in STATEMENT_ROLES:
            self._redirected(job, entry, url, arrival)
        if held := self._readings.find(entry.source, url):
            self._readings.seen_again(held, None, None, now)
            self._alive(job, held, arrival.fetched_at)
        self._facts.resolve_failures(entry.id, now)
        self._facts.add_visit(
            entry.id, job.run_id, now, "not-modified", http_status=304,
            elapsed_ms=_milliseconds(arrival.elapsed), attempts=arrival.attempts,
        )  # fmt: skip
        interval = self._interval(entry, held, changed=False, now=arrival.fetched_at)
        result = Outcome(
            "not-modified", due_at=as_text(frontier.due(arrival.fetched_at, interval)),
            interval_s=_seconds(interval), http_status=304,
            lastmod=entry.hints.get("lastmod"),
        )  # fmt: skip
        self._frontier.done(entry.id, result, now)
        return "not-modified"

    # --- statement pages ----------------------------------------------------------------------------------------------

    def _page(self, job: Job, entry: Entry, capture: Capture, capture_id: int) -> str:
        """A statement's URL answered with a page."""
        job.tally.fetched += 1
        url = job.scope.canonical(capture.url)
        if url != entry.url and job.scope.role(url) not in STATEMENT_ROLES:
            return self._missing(job, entry, Miss.of(capture, capture_id), f"led to {url}, which is no statement")
        statement = self._history.read(job, entry, capture)
        if why := fate.error_page(statement.title, statement.text, capture):
            return self._missing(job, entry, Miss.of(capture, capture_id), why)
        if statement.words == 0 and not statement.attachments:
            return self._failed(job, entry, _empty(entry, capture, statement), capture_id)
        if not self._wanted_language(job, statement):
            message = f"in {statement.language}, not one of {', '.join(job.source.languages)}"
            return self._failed(job, entry, Failure(entry.url, capture.fetched_at, "scope", message), capture_id)
        if url != entry.url:
            self._redirected(job, entry, url, capture)
        return self._place(job, entry, url, statement, capture, capture_id)

    def _wanted_language(self, job: Job, statement: Statement) -> bool:
        if not job.source.languages or not statement.language:
            return True
        wanted = {language.split("-")[0].lower() for language in job.source.languages}
        found = {language.split("-")[0].lower() for language in (statement.language, *statement.languages)}
        return bool(wanted & found)

    def _redirected(self, job: Job, entry: Entry, url: str, capture: Capture | NotModified) -> None:
        """*entry* leads to *url*: the same statement, now or always."""
        now = as_text(capture.fetched_at)
        due = as_text(capture.fetched_at + frontier.ACQUAINTED)  # it has just been looked at, under its old name
        self._frontier.add(
            NewUrl(url, entry.source, host(url), entry.role, entry.discovered_via, entry.url, due_at=due, hints=entry.hints),
            now,
        )  # fmt: skip
        old, new = self._readings.find(entry.source, entry.url), self._readings.find(entry.source, url)
        permanent = all(hop.status in {301, 308} for hop in capture.hops)
        if old and new is None and permanent:
            self._readings.move(old, url, "redirect", now)
            self._event("moved", job, old.id, capture.fetched_at, f"from {entry.url} (HTTP {capture.hops[0].status})")
            job.tally.moved += 1
        elif old and new is None:
            self._readings.add_alias(url, old.id, "redirect", now)
        elif new and old is None:
            self._readings.add_alias(entry.url, new.id, "redirect", now)

    def _place(
        self,
        job: Job,
        entry: Entry,
        url: str,
        statement: Statement,
        capture: Capture,
        capture_id: int,
        *,
        settled: bool = False,
    ) -> str:
        """Which statement this reading belongs to, and what it means for it. *settled*: claims were looked into."""
        now = as_text(capture.fetched_at)
        held = self._readings.find(entry.source, url)
        if held is None and not settled and (target := self._canonical_claim(job, url, statement)):
            return self._claim(job, entry, capture, capture_id, target, "canonical")
        if held is None:
            match self._same_text(job, url, statement):
                case ("alias", Held() as twin):
                    self._alias(job, entry, url, twin, "same-text", capture, capture_id, statement)
                    return "alias"
                case ("moved", Held() as twin):
                    self._readings.move(twin, url, "same-text", now)
                    self._event(
                        "moved", job, twin.id, capture.fetched_at, f"from {twin.url} (same text, old URL is gone)"
                    )
                    job.tally.moved += 1
                    held = self._readings.by_id(twin.id)
                case ("ask", Held() as twin) if not settled:
                    self._frontier.hasten(twin.url, now, priority=frontier.CLAIM_PRIORITY)
                    return self._claim(job, entry, capture, capture_id, twin.url, "same-text")
                case _:
                    pass
        statement_id, outcome = self._apply(job, url, held, statement, capture, capture_id)
        if url != entry.url:
            self._readings.add_alias(entry.url, statement_id, "redirect", now)
        changed = outcome in {"new", "revised"}
        self._done(
            job, entry, capture, outcome, now, capture_id=capture_id, changed=changed,
            statement_id=statement_id, held=held,
        )  # fmt: skip
        self._link(job, entry, url, statement_id, now)
        self._sights.follow(job, entry, statement, capture)
        return outcome

    def _apply(
        self, job: Job, url: str, held: Held | None, statement: Statement, capture: Capture, capture_id: int
    ) -> tuple[int, str]:
        """Write what the reading means; the statement's id and the outcome."""
        now = as_text(capture.fetched_at)
        state = State.of(statement)
        if held is None:
            statement_id, version_id = self._readings.add(
                statement, source=job.source.name, url=url, capture_id=capture_id, seen_at=now
            )
            self._readings.derive(statement_id, now)
            self._event("new", job, statement_id, capture.fetched_at, None, version_id)
            job.tally.new += 1
            if statement.published:
                job.tally.dated(printed_date(statement.published.on.isoformat(), statement.published.precision))
            return statement_id, "new"
        if now < held.last_seen:
            self._history.rebuild(job, held.id)  # an earlier capture takes its place in the history
            job.tally.unchanged += 1
            return held.id, "history"
        self._alive(job, held, capture.fetched_at)
        reread = None
        if held.extractor_version != statement.extractor_version:
            reread = State.of(self._history.read_again(job, held.capture_id))
        reordered = state.text_digest != held.state.text_digest and same_words(
            statement.text, self._archive.statement(held.id).text
        )
        verdict = decide(state, held.state, reread, reordered=reordered)
        if verdict.what == "revised":
            self._readings.revise(held, statement, verdict.changed, capture_id, now)
            return held.id, "revised"
        if verdict.what == "reread":
            self._readings.reread(held, statement, capture_id, now)
        elif verdict.what == "same":
            self._readings.drop_pending(held.id)
            self._readings.seen_again(held, statement, capture_id, now)
        job.tally.unchanged += 1
        return held.id, "vanished" if verdict.what == "vanished" else "unchanged"

    def _alive(self, job: Job, held: Held, now: datetime) -> None:
        """A statement answered: if it was gone or in doubt, it is back."""
        if held.status == "gone":
            self._event("back", job, held.id, now, "was gone")
            job.tally.back += 1
        if held.status in {"gone", "error"}:
            self._readings.set_status(held.id, "live", None)

    # --- which statement is it? ---------------------------------------------------------------------------------------

    def _canonical_claim(self, job: Job, url: str, statement: Statement) -> str | None:
        """The other URL that the page says it belongs under, if that can be true; a claim to look into."""
        if not statement.canonical_url:
            return None
        target = job.scope.canonical(statement.canonical_url)
        if target == url or job.scope.role(target) not in STATEMENT_ROLES:
            return None
        if any(t.url == target and t.language not in {statement.language, "x-default"} for t in statement.translations):
            return None  # the translation is another statement, whatever the page says
        row = self._frontier.get(target)
        return None if row and row.fails else target

    def _same_text(self, job: Job, url: str, statement: Statement) -> tuple[str, Held | None]:
        """Whether a statement of the same host has these words already: an alias, a move, or to be asked."""
        state = State.of(statement)
        if state.words < ALIAS_LEAST_WORDS:
            return "none", None
        for twin in self._readings.same_text(job.source.name, state.text_digest):
            same_host = host(twin.url) == host(url)
            # Elsewhere than on its host or under its path, equal words are a copy, which is another statement.
            if twin.state.title != state.title or not (same_host or path_query(twin.url) == path_query(url)):
                continue
            row = self._frontier.get(twin.url)
            if twin.status == "gone" or (row and row.outcome == "missing"):
                return "moved", twin
            if not (row and row.fetched_at and row.fetched_at >= job.started_at):
                return "ask", twin
            if same_host and _dates_agree(twin.published, statement):
                return "alias", twin
        return "none", None

    def _claim(self, job: Job, entry: Entry, capture: Capture, capture_id: int, target: str, kind: str) -> str:
        """Wait with *entry* until *target* has been looked at in this run."""
        now = as_text(capture.fetched_at)
        role = job.scope.role(target)
        self._frontier.add(
            NewUrl(target, entry.source, host(target), role if role in STATEMENT_ROLES else "statement", "link", entry.url,
                   priority=frontier.CLAIM_PRIORITY), now,
        )  # fmt: skip
        self._archive.db.execute(
            "insert or replace into claims (url_id, capture_id, target, kind, made_at) values (?, ?, ?, ?, ?)",
            [entry.id, capture_id, target, kind, now],
        )
        self._done(job, entry, capture, "claims", now, capture_id=capture_id)
        row = self._frontier.get(target)
        if row and row.fetched_at and row.fetched_at >= job.started_at:
            self._settle_claims(job, target, row.outcome or "")
        return "claims"

    def _settle_claims(self, job: Job, target: str, outcome: str) -> None:
        """*target* has answered: whoever claimed to be it is its alias, or a statement of its own."""
        rows = self._archive.db.execute(
            "select url_id, capture_id, kind from claims where target = ?", [target]
        ).fetchall()
        if not rows or outcome == "claims":
            return
        self._archive.db.execute("delete from claims where target = ?", [target])
        for url_id, capture_id, kind in rows:
            entry, capture = self._frontier.by_id(url_id), self._facts.capture(capture_id)
            statement = self._history.read(job, entry, capture)
            url = job.scope.canonical(capture.url)
            twin = self._readings.find(job.source.name, target)
            if (
                kind == "canonical"
                and twin
                and twin.state.text_digest == State.of(statement).text_digest
                and twin.status != "gone"
            ):
                row = self._frontier.get(twin.url)
                if not (row and row.outcome == "missing"):
                    self._alias(job, entry, url, twin, "canonical", capture, capture_id, statement)
                    continue
            self._place(job, entry, url, statement, capture, capture_id, settled=True)

    def settle_all(self, job: Job, *, at_once: bool = False) -> None:
        """At the end of a run: claims on URLs that will not be looked at are settled with what is known.

        *at_once* settles all, where nothing will be fetched at all (imports).
        """
        with self._archive.writing():
            rows = self._archive.db.execute(
                "select distinct c.target from claims c join urls u on u.id = c.url_id "
                "left join urls t on t.url = c.target "
                "where u.source = ? and (? or t.id is null or t.state not in ('queued', 'leased'))",
                [job.source.name, at_once],
            ).fetchall()
            for (target,) in rows:
                self._settle_claims(job, target, "settled")

    def _alias(
        self,
        job: Job,
        entry: Entry,
        url: str,
        twin: Held,
        reason: str,
        capture: Capture,
        capture_id: int,
        statement: Statement,
    ) -> None:
        now = as_text(capture.fetched_at)
        for other in dict.fromkeys((url, entry.url)):
            if other != twin.url:
                self._readings.add_alias(other, twin.id, reason, now)
        self._done(job, entry, capture, "alias", now, capture_id=capture_id, statement_id=twin.id, held=twin)
        self._archive.db.execute("update sightings set statement_id = ? where url_id = ?", [twin.id, entry.id])

    # --- common -------------------------------------------------------------------------------------------------------

    def _statement_of(self, entry: Entry) -> Held | None:
        if entry.role not in STATEMENT_ROLES:
            return None
        held = self._readings.find(entry.source, entry.url)
        # Only the statement's present URL speaks for it: an old alias that dies says nothing.
        return held if held and held.url == entry.url else None

    def _done(
        self, job: Job, entry: Entry, capture: Capture, outcome: str, now: str, *, capture_id: int, changed: bool = False,
        statement_id: int | None = None, held: Held | None = None,
    ) -> None:  # fmt: skip
        self._facts.add_visit(
            entry.id, job.run_id, now, outcome, http_status=capture.status, capture_id=capture_id,
            elapsed_ms=_milliseconds(capture.elapsed), attempts=capture.attempts,
        )  # fmt: skip
        self._facts.resolve_failures(entry.id, now)
        known = held or (self._readings.by_id(statement_id) if statement_id else None)
        interval = self._interval(entry, known, changed=changed and held is not None, now=capture.fetched_at)
        result = Outcome(
            outcome, due_at=as_text(frontier.due(capture.fetched_at, interval)),
            interval_s=_seconds(interval), http_status=capture.status,
            changed=changed and held is not None, validators=capture.validators, digest=capture.digest,
            lastmod=entry.hints.get("lastmod"), statement_id=statement_id,
        )  # fmt: skip
        self._frontier.done(entry.id, result, now)

    def _interval(self, entry: Entry, held: Held | None, *, changed: bool, now: datetime) -> timedelta:
        published = held.published if held else entry.hints.get("published")
        return frontier.next_interval(
            role=entry.role, age=now - _start_of(published, now) if published else None,
            watched=now - as_time(entry.first_seen), checks=entry.checks + 1, changes=entry.changes + changed,
            changed=changed,
        )  # fmt: skip

    def _link(self, job: Job, entry: Entry, url: str, statement_id: int, now: str) -> None:
        """The URL's rows know their statement."""
        self._archive.db.execute(
            "update sightings set statement_id = ? where url_id = ? and statement_id is not ?",
            [statement_id, entry.id, statement_id],
        )
        if url != entry.url:
            self._archive.db.execute("update urls set statement_id = ? where url = ?", [statement_id, url])

    def _event(
        self, what: str, job: Job, statement_id: int, at: datetime, detail: str | None, version_id: int | None = None
    ) -> None:
        self._readings.add_event(
            what,
            statement_id,
            source=job.source.name,
            run_id=job.run_id,
            at=as_text(at),
            version_id=version_id,
            detail=detail,
        )


def _dates_agree(published: str | None, statement: Statement) -> bool:
    """Whether two dates can be the same day; an unknown one can be any."""
    return not (published and statement.published) or statement.published.on.isoformat().startswith(published)


def _empty(entry: Entry, capture: Capture, statement: Statement) -> Failure:
    size = len(capture.body)
    words = (
        "an empty page"
        if not capture.body.strip()
        else f"no statement in {size} bytes of {capture.content_type or 'no type'}"
    )
    if statement.warnings:
        words += f" ({', '.join(statement.warnings)})"
    advice = "look at it with `scraper extract --explain`, and exclude the URL if it is none"
    return Failure(
        entry.url, capture.fetched_at, "empty", f"{words}; {advice}", capture.status, attempts=capture.attempts
    )


def _start_of(published: str, now: datetime) -> datetime:
    """The first moment of a date that may lack its day or month."""
    year, month, day = (*(int(part) for part in published[:10].split("-")), 1, 1)[:3]
    return datetime(year, month, day, tzinfo=now.tzinfo)


def _milliseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())
