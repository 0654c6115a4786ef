"""What one run is for one source: the value that the pipeline's parts hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.archive.frontier import Entry
from scraper.archive.runs import Tally
from scraper.config import Source
from scraper.crawler.frontier import CLAIM_PRIORITY
from scraper.crawler.scope import Caps, Scope

STATEMENT_ROLES = frozenset({"statement", "digest"})


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
