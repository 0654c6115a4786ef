"""A source file was edited: what it says now of the URLs that are known already.

Patterns are tried out: somebody crawls, looks, mends `statement` or `exclude`, and crawls again. The second crawl must
not go by what the first one believed.
"""

from __future__ import annotations

from datetime import timedelta

from scraper.archive.store import Archive
from scraper.config import Source, parse_source
from scraper.crawler.frontier import priority
from scraper.errors import SourceFileError
from scraper.job import STATEMENT_ROLES, Job

JUDGED = (*sorted(STATEMENT_ROLES), "page")  # roles that patterns give; the others come from how a URL was found
# What decides what a URL is, and how far lists are walked. A new title or delay changes none of that.
TELLING = ("hosts", "statement", "digest", "listing", "exclude", "follow_links", "keep_parameters", "drop_parameters",
           "aliases", "languages", "adapter", "adapter_url", "adapter_options", "max_listing_pages")  # fmt: skip


def edited(before: str | None, source: Source) -> bool:
    """Whether *source* judges URLs otherwise than its file did *before* (TOML; None: it was not known)."""
    if before is None or before == source.toml:
        return False
    try:
        old = parse_source(before, f"{source.name}.toml", least_delay=timedelta(0))
    except SourceFileError:  # written by another release
        return True
    return any(getattr(old, name) != getattr(source, name) for name in TELLING)


def rescope(archive: Archive, job: Job) -> None:
    """Judge every known URL of the source anew, and read its lists again to their ends. Inside the caller's transaction.

    What became a statement is read, what was excluded and is not any more is fetched, what is excluded now is left
    alone. Statements that are archived stay what they are.
    """
    scope = job.scope
    archive.frontier.read_lists_again(job.source.name, job.started_at)
    for known in archive.frontier.judged(job.source.name, JUDGED):
        role, refusal = scope.role(known.url), scope.refuses(known.url)
        other = role != known.role and known.statement_id is None
        if refusal is not None:
            if known.state != "excluded":
                archive.frontier.exclude(known.id, str(refusal))
        elif other or (known.state == "excluded" and known.outcome in {None, "scope"}):
            new_role = role if other else known.role
            archive.frontier.admit(known.id, new_role, priority(new_role, known.discovered_via), job.started_at)
