"""What one run is for one source: the value that the pipeline's parts hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.archive.runs import Tally
from scraper.config import Source
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
