"""Which statement a page is: one we hold, under this URL or another, or a new one.

A page that claims another URL (`rel=canonical`), or repeats the words of one, is only believed after that URL has been
looked at: until then it waits as a claim. Runs inside the caller's transaction.
"""

from __future__ import annotations

from datetime import timedelta

from scraper.archive.decide import State
from scraper.archive.frontier import Entry, NewUrl
from scraper.archive.readings import Held
from scraper.archive.shingles import words_of
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.crawler import frontier
from scraper.history import History
from scraper.job import STATEMENT_ROLES, Job, Page
from scraper.ledger import Ledger
from scraper.model import Capture, NotModified, Statement
from scraper.sights import Sights
from scraper.states import States, date_of
from scraper.urls import host, path_query

ONE_VISIT = timedelta(days=1)  # of a crawler to a site, however slow: between a page and what is asked because of it
ALIAS_LEAST_WORDS = 40  # shorter texts with equal words may be two statements

# The answers of a URL just before and just after a moment.
_BESIDE = """
select * from (select outcome from visits where url_id = :url and at <= :at
and outcome not in ('retried', 'redirected', 'led-on') order by at desc, id desc limit 1)
union all select * from (select outcome from visits where url_id = :url and at > :at and at <= :until
and outcome not in ('retried', 'redirected', 'led-on') order by at, id limit 1)
"""


class Identity:
    """Finds a page's statement and hands it on to be written."""

    def __init__(self, archive: Archive, history: History, ledger: Ledger, states: States) -> None:
        self._archive = archive
        self._facts = archive.facts
        self._readings = archive.readings
        self._frontier = archive.frontier
        self._history = history
        self._ledger = ledger
        self._states = states
        self._sights = Sights(archive)
        self._claimed: set[str] | None = None  # URLs that pages have claimed to be, and perhaps some more

    def place(self, page: Page, *, settled: bool = False) -> str:
        """Keep what *page* says as the statement it is; the outcome. *settled*: its claims were looked into."""
        job = page.job
        held = self._readings.find(page.entry.source, page.url)
        if held is None and not settled and (target := self._canonical_claim(page)):
            return self._claim(page, target, "canonical")
        if held is None:
            match self._same_text(page, settled=settled):
                case ("alias", Held() as twin):
                    self._alias(page, twin, "same-text")
                    return "alias"
                case ("moved", Held() as twin):
                    self._move(job, twin, page.url, "same-text", page.capture, "same text, old URL is gone")
                    held = self._readings.by_id(twin.id)
                case ("ask", Held() as twin) if not settled:
                    self._frontier.hasten(twin.url, page.now, priority=frontier.CLAIM_PRIORITY)
                    return self._claim(page, twin.url, "same-text")
                case _:
                    pass
        statement_id, outcome = self._states.apply(page, held)
        language = page.statement.language or ""
        learnt_from = self._archive.chrome.count(job.source.name, statement_id, language, page.read.blocks, page.now)
        self._states.read_better(job, learnt_from)
        if page.entry.url not in {page.url, held.url if held else None}:
            self._readings.add_alias(page.entry.url, statement_id, "redirect", page.now)
        self._ledger.done(
            job, page.entry, page.capture, outcome, page.capture_id, changed=outcome in {"new", "revised"},
            statement_id=statement_id, held=held, published=date_of(page.statement),
        )  # fmt: skip
        self._ledger.link(page.entry, page.url, statement_id)
        self._sights.follow(page)
        return outcome

    def redirected(self, job: Job, source: str, came_from: str, url: str, arrival: Capture | NotModified) -> None:
        """*came_from* leads to *url*: the same statement, now or always."""
        now = as_text(arrival.fetched_at)
        old, new = self._readings.find(source, came_from), self._readings.find(source, url)
        permanent = all(hop.status in {301, 308} for hop in arrival.hops)
        if old and new is None and permanent:
            self._move(job, old, url, "redirect", arrival, f"HTTP {arrival.hops[0].status}", came_from)
        elif old and new is None:
            self._readings.add_alias(url, old.id, "redirect", now)
        elif new and old is None:
            self._readings.add_alias(came_from, new.id, "redirect", now)
        elif old and new and old.id != new.id and old.url == came_from and permanent and old.status != "moved":
            # Both are kept as they were read; which of them is up is the publisher's word.
            self._readings.set_status(
                old.id, "moved", f"HTTP {arrival.hops[0].status} to {url}, a statement of its own"
            )
            self._ledger.event("moved", job, old.id, arrival.fetched_at, f"to {url} (HTTP {arrival.hops[0].status})")
            job.tally.moved += 1

    def settle_claims(self, job: Job, target: str, outcome: str) -> None:
        """*target* has answered: whoever claimed to be it is its alias, or a statement of its own."""
        if self._claimed is None:
            self._claimed = {row[0] for row in self._archive.db.execute("select target from claims").fetchall()}
        if target not in self._claimed:
            return
        rows = self._archive.db.execute(
            "select url_id, capture_id, kind from claims where target = ?", [target]
        ).fetchall()
        if not rows or outcome == "claims":
            return
        self._archive.db.execute("delete from claims where target = ?", [target])
        for url_id, capture_id, kind in rows:
            entry, capture = self._frontier.by_id(url_id), self._facts.capture(capture_id)
            read = self._history.read_page(job, entry, capture)
            page = Page(job, entry, capture, capture_id, job.scope.canonical(capture.url), read)
            twin = self._readings.find(job.source.name, target) if kind == "canonical" else None
            if twin and self._speaks_for(twin, page.statement):
                self._alias(page, twin, "canonical")
            else:
                self.place(page, settled=True)

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
                self.settle_claims(job, target, "settled")

    def settle_earlier(self, job: Job, entry: Entry) -> None:
        """Settle what *entry*'s page claimed in an earlier capture, with what is known: another capture of it has come.

        Of imported captures each is a state of its own, and only one can wait.
        """
        rows = self._archive.db.execute("select target from claims where url_id = ?", [entry.id]).fetchall()
        for (target,) in rows:
            self.settle_claims(job, target, "settled")

    def _canonical_claim(self, page: Page) -> str | None:
        """The other URL that the page says it belongs under, if that can be true; a claim to look into."""
        statement, scope = page.statement, page.job.scope
        if not statement.canonical_url:
            return None
        target = scope.canonical(statement.canonical_url)
        if target == page.url or scope.role(target) not in STATEMENT_ROLES:
            return None
        if any(t.url == target and t.language not in {statement.language, "x-default"} for t in statement.translations):
            return None  # the translation is another statement, whatever the page says
        row = self._frontier.get(target)
        return None if row and row.fails else target

    def _same_text(self, page: Page, *, settled: bool) -> tuple[str, Held | None]:
        """Whether a statement of the same host has these words already: an alias, a move, or to be asked."""
        job, url, state = page.job, page.url, State.of(page.statement)
        # Counted by white space first: only scripts that have none need a closer look.
        if state.words < ALIAS_LEAST_WORDS and words_of(page.statement.text).length < ALIAS_LEAST_WORDS:
            return "none", None
        for twin in self._readings.same_text(job.source.name, state.text_digest):
            same_host = host(twin.url) == host(url)
            # Elsewhere than on its host or under its path, equal words are a copy, which is another statement.
            if twin.state.title != state.title or not (same_host or path_query(twin.url) == path_query(url)):
                continue
            row = self._frontier.get(twin.url)
            if self._is_missing(page, twin, row, settled=settled):
                return "moved", twin
            if not (row and row.fetched_at and row.fetched_at >= job.started_at):
                return "ask", twin
            if same_host and _dates_agree(twin.published, page.statement):
                return "alias", twin
        return self._same_title(page, state)

    def _same_title(self, page: Page, state: State) -> tuple[str, Held | None]:
        """A statement with this title, of this day, on this host: it may have moved here and been edited on the way.

        Only its own URL can tell, by leading here; where it answers itself, or is not there, this is another statement.
        """
        if (day := date_of(page.statement)) is None or not state.title:
            return "none", None
        for twin in self._readings.same_title(page.job.source.name, state.title, day):
            row = self._frontier.get(twin.url)
            if host(twin.url) == host(page.url) and row and (row.fetched_at or "") < page.job.started_at:
                return "ask", twin
        return "none", None

    def _is_missing(self, page: Page, twin: Held, row: Entry | None, *, settled: bool) -> bool:
        """Whether *twin*'s own URL says that there is nothing.

        A *page* of the past, which was imported, is judged by the last answer before it, and once its claim is
        *settled*, which waits for that, by the first one of the same visit after it.
        """
        if row is None or not row.fetched_at or row.fetched_at <= page.now or row.fetched_at >= page.job.started_at:
            return twin.status == "gone" or bool(row and row.outcome == "missing")
        until = as_text(page.capture.fetched_at + ONE_VISIT) if settled else page.now
        beside = self._archive.db.execute(_BESIDE, {"url": row.id, "at": page.now, "until": until}).fetchall()
        return ("missing",) in beside

    def _speaks_for(self, twin: Held, statement: Statement) -> bool:
        """Whether the statement that a page claims to be has its words, and is there."""
        if twin.state.text_digest != State.of(statement).text_digest or twin.status == "gone":
            return False
        row = self._frontier.get(twin.url)
        return not (row and row.outcome == "missing")

    def _claim(self, page: Page, target: str, kind: str) -> str:
        """Wait with *page* until *target* has been looked at in this run."""
        job, entry = page.job, page.entry
        role = job.scope.role(target)
        self._frontier.add(
            NewUrl(target, entry.source, host(target), role if role in STATEMENT_ROLES else "statement", "link", entry.url,
                   priority=frontier.CLAIM_PRIORITY), page.now,
        )  # fmt: skip
        self._archive.db.execute(
            "insert or replace into claims (url_id, capture_id, target, kind, made_at) values (?, ?, ?, ?, ?)",
            [entry.id, page.capture_id, target, kind, page.now],
        )
        self._ledger.done(job, entry, page.capture, "claims", page.capture_id)
        if self._claimed is not None:
            self._claimed.add(target)
        row = self._frontier.get(target)
        if row and row.fetched_at and row.fetched_at >= job.started_at:
            self.settle_claims(job, target, row.outcome or "")
        return "claims"

    def _alias(self, page: Page, twin: Held, reason: str) -> None:
        """*page* is *twin* under another URL."""
        for other in dict.fromkeys((page.url, page.entry.url)):
            if other != twin.url:
                self._readings.add_alias(other, twin.id, reason, page.now)
        self._ledger.done(
            page.job, page.entry, page.capture, "alias", page.capture_id, statement_id=twin.id, held=twin
        )  # fmt: skip
        self._archive.db.execute("update sightings set statement_id = ? where url_id = ?", [twin.id, page.entry.id])

    def _move(
        self, job: Job, held: Held, url: str, reason: str, arrival: Capture | NotModified, why: str,
        came_from: str | None = None,
    ) -> None:  # fmt: skip
        """The statement is at *url* from now on."""
        self._readings.move(held, url, reason, as_text(arrival.fetched_at))
        self._ledger.event("moved", job, held.id, arrival.fetched_at, f"from {came_from or held.url} ({why})")
        job.tally.moved += 1


def _dates_agree(published: str | None, statement: Statement) -> bool:
    """Whether two dates can be the same day; an unknown one can be any."""
    return not (published and statement.published) or statement.published.on.isoformat().startswith(published)
