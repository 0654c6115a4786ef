"""When to ask for what: priorities, pauses after failures, how soon to look again. Pure; the rows are the archive's.

Two rhythms, after Common Crawl's news crawler: what lists (feeds, sitemaps, listings) is looked at in every run, what
is listed is looked at again by evidence: young statements soon, old ones rarely, those seen to change more often.
"""

from __future__ import annotations

from datetime import timedelta

EXCLUDED_INTERVAL = timedelta(days=30)  # robots.txt and source files change; excluded URLs are reconsidered then
CLAIM_PRIORITY = 3  # a URL that another page claims to be is looked at before further statements
FIRST_INTERVAL = timedelta(hours=12)
LEAST_INTERVAL = timedelta(hours=1)
MOST_INTERVAL = timedelta(days=60)
LISTING_INTERVAL = timedelta(days=365)  # listings are hastened by name; their own date hardly matters
LONGER = 1.5  # unchanged: the next look is so much later (news-crawl's adaptive scheduler)
SOONER = 0.4  # changed: so much sooner
AFTER_CHANGE = timedelta(days=2)  # what was edited is often edited again soon, or the edit undone
AGE_SHARE = 0.15  # the next look is due after this share of the page's age

_PRIORITIES = {"feed": 0, "sitemap": 1, "listing": 2, "statement": 5, "digest": 6, "page": 8}


def priority(role: str, via: str) -> int:
    """Rank of a URL in its host's queue; lower is sooner. What lists comes before what is listed."""
    return _PRIORITIES.get(role, 8) + (1 if via == "link" and role in {"statement", "page"} else 0)


def backoff(fails: int) -> timedelta:
    """How long to leave a URL alone after *fails* failures in a row: half an hour, doubling, at most a week."""
    return min(timedelta(minutes=30) * (1 << min(max(fails, 1) - 1, 16)), timedelta(days=7))


def missing_interval(fails: int) -> timedelta:
    """How soon to look again for a page that was not there: daily while its fate is open, weekly once it is known."""
    return timedelta(hours=20) if fails < 15 else timedelta(days=7)


def dead_interval(fails: int) -> timedelta:
    """How soon to look again at a listed URL where nothing ever was: a day, doubling, at most two months."""
    return min(timedelta(days=1) * (1 << min(max(fails, 1) - 1, 6)), timedelta(days=60))


def next_interval(
    *, role: str, age: timedelta, checks: int, changes: int, changed: bool, last: timedelta | None
) -> timedelta:
    """How soon to look again at a page that answered.

    *age* is the time since publication (or since it was first seen), *checks* and *changes* count its history,
    *last* is the interval before this answer. Between :data:`LEAST_INTERVAL` and :data:`MOST_INTERVAL`.
    """
    if role not in {"statement", "digest"}:
        return LISTING_INTERVAL
    by_age = max(FIRST_INTERVAL, age * AGE_SHARE)
    if changed:
        interval = min(min(last or by_age, by_age) * SOONER, AFTER_CHANGE)
    elif last is not None:
        interval = last * LONGER
    else:
        interval = by_age
    # A page that changed in a third of its checks is worth looking at three times as often as its age suggests.
    usual = by_age / (1 + 6 * changes / max(checks, 1))
    return max(LEAST_INTERVAL, min(interval, max(usual, FIRST_INTERVAL / 2), MOST_INTERVAL))


def effective_delay(configured: timedelta, robots_delay_s: float | None, latency_s: float | None) -> timedelta:
    """Time between two requests: what we promise, what robots.txt asks, twice what the server needs to answer."""
    asked = timedelta(seconds=min(robots_delay_s or 0.0, 3600.0))
    # Only a slow server is slowed for: an answer in a tenth of the delay says that all is well.
    slow = timedelta(seconds=min(2 * latency_s, 60.0)) if latency_s and configured and latency_s > 1.0 else timedelta(0)
    return max(configured, asked, slow)
