"""What one run is for one source, and one page of it: the values that the pipeline's parts hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.archive.frontier import Entry
from scraper.archive.runs import Tally
from scraper.archive.times import as_text
from scraper.config import Source
from scraper.crawler.frontier import CLAIM_PRIORITY
from scraper.crawler.scope import Caps, Scope
from scraper.model import Capture, Statement
from scraper.reading import Read

STATEMENT_ROLES = frozenset({"statement", "digest"})
REMEMBERED = 50_000  # links that were written down; pages repeat their menus


@dataclass(slots=True)
class Job:
    """One source in one run."""

    source: Source
    scope: Scope
    run_id: int
    started_at: str  # ISO 8601, UTC
    tally: Tally = field(default_factory=Tally)
    listing_pages: int = 0
    caps: Caps = field(default_factory=Caps)
    rechecks: int = 0  # statements looked at again
    put_off: int = 0  # statements that are due again, beyond what this run looks at
    barred: int = 0  # statements we hold that robots.txt has come to forbid
    linked: set[str] = field(default_factory=set)  # links that this run wrote down

    @property
    def requests_left(self) -> int:
        """How many requests for pages the run may still make for this source."""
        return self.source.max_pages - self.tally.requests

    def affords(self, entry: Entry) -> bool:
        """Whether *entry* may be fetched within `max_rechecks`; counts it if it is a look at a known statement.

        A statement whose identity another page claims is always looked at: the answer settles what that page is.
        """
        if entry.role not in STATEMENT_ROLES or not entry.checks or entry.priority <= CLAIM_PRIORITY:
            return True
        if self.rechecks >= self.source.max_rechecks:
            self.put_off += 1
            return False
        self.rechecks += 1
        return True

    def put_off_note(self) -> list[str]:
        """A line that says what was left to later runs; none if nothing was."""
        if not self.put_off:
            return []
        return [
            f"{self.put_off} statements are due again beyond the {self.source.max_rechecks} that one run looks at "
            "(max_rechecks): the next runs look at them, the most overdue first"
        ]

    def barred_problem(self) -> list[str]:
        """A line that says what robots.txt has come to forbid; none if nothing."""
        if not self.barred:
            return []
        return [
            f"{self.source.name}: robots.txt has come to forbid {self.barred} statements that are archived: they are not looked at "
            "again while it does, and stay as they are; ask the publisher if that is meant"
        ]

    def first_link(self, url: str) -> bool:
        """Whether this is the first page of the run that links to *url*, as far as is remembered."""
        if url in self.linked:
            return False
        if len(self.linked) >= REMEMBERED:
            self.linked.clear()
        self.linked.add(url)
        return True


@dataclass(frozen=True, slots=True)
class Page:
    """A statement's URL that answered with a page: what was asked for, what came and what it says."""

    job: Job
    entry: Entry
    capture: Capture
    capture_id: int
    url: str  # canonical, where redirects ended
    read: Read

    @property
    def statement(self) -> Statement:
        """What it says."""
        return self.read.statement

    @property
    def now(self) -> str:
        """When it was captured (ISO 8601, UTC)."""
        return as_text(self.capture.fetched_at)
