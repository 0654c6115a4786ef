"""What a citation needs to know of an archived statement, and where the archive has it.

Knows nothing of styles: :mod:`scraper.archive.cite` writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scraper.archive.filters import Executes


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """What a citation needs to know of one state of a statement."""

    id: int  # number of the statement in the archive
    source: str  # short name of the publisher
    publisher: str  # the institution's name
    url: str
    captured_at: str  # ISO 8601, UTC: when the cited state was captured
    digest: str  # SHA-256 of the captured bytes
    title: str | None = None
    author: str | None = None  # as printed; None: the institution speaks
    published: str | None = None  # YYYY-MM-DD, YYYY-MM or YYYY; None: the publisher does not say
    language: str | None = None  # BCP 47
    kind: str | None = None
    capture_id: int | None = None
    revision: int | None = None  # number of the cited state, where it was asked for by number
    revisions: int = 1  # how many states there are
    revised_at: str | None = None  # ISO 8601, UTC: when the next state was first seen; of the last, when it was itself
    moved_from: str | None = None  # the URL that it had before
    moved_at: str | None = None  # ISO 8601, UTC: when that was seen
    gone_since: str | None = None  # ISO 8601, UTC: when it was first found missing, where it is

    @property
    def key(self) -> str:
        """A key for reference managers, unique in the archive: ``iom-2022-12``, ``iom-nd-12``."""
        year = (self.published or "nd")[:4]
        return f"{re.sub('[^a-z0-9-]', '', self.source.lower())}-{year}-{self.id}" + (
            f"-r{self.revision}" if self.revision else ""
        )


# The last move of a statement, as the archive's diary tells it: "from URL (why)".
LAST_MOVE = "(select {} from events where statement_id = d.id and what = 'moved' order by id desc limit 1)"
MOVED_FROM = LAST_MOVE.format("substr(detail, 6, instr(substr(detail, 6) || ' ', ' ') - 1)")
MOVED_AT = LAST_MOVE.format("at")


def citation_of(db: Executes, statement_id: int, revision: int | None = None) -> CitedStatement:
    """What a citation of that statement needs: of its latest state, or of the state numbered *revision*.

    Raises :class:`KeyError` if there is no such statement or state.
    """
    row = db.execute(
        "select d.id, d.source, coalesce(s.title, d.source), d.url, c.fetched_at, c.digest, "
        "iif(:revision is null, d.title, v.title), d.author, d.published, d.language, d.kind, c.id, :revision, "
        "d.revision_count, coalesce((select seen_from from versions n where n.statement_id = d.id "
        "and n.state = 'recorded' and n.number = v.number + 1), iif(v.number > 1, v.seen_from, null)), "
        f"{MOVED_FROM}, {MOVED_AT}, d.gone_since "
        "from documents d left join sources s on s.name = d.source "
        "join versions v on v.statement_id = d.id and v.state = 'recorded' "
        "and iif(:revision is null, v.id = d.version_id, v.number = :revision) "
        "join captures c on c.id = iif(:revision is null, coalesce(d.capture_id, v.capture_id), v.capture_id) "
        "where d.id = :id",
        {"id": statement_id, "revision": revision},
    ).fetchone()
    if row is None:
        raise KeyError((statement_id, revision))
    return CitedStatement(*row)
