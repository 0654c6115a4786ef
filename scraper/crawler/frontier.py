"""When to ask for what: priorities, pauses after failures, how soon to look again. Pure; the rows are the archive's.

Two rhythms, after Common Crawl's news crawler: what lists (feeds, sitemaps, listings) is looked at in every run, what
is listed is looked at again by evidence: young statements soon, old ones rarely, those seen to change more often.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

EXCLUDED_INTERVAL = timedelta(days=7)  # robots.txt changes: what it forbids is held against it again then, unasked
CLAIM_PRIORITY = 3  # a URL that another page claims to be is looked at before further statements
# A run that is cut short reads what is new first, then what the publisher calls changed, then what is overdue.
CHANGED_PRIORITY = 6
RECHECK_PRIORITY = 7
A_DAY = timedelta(days=1)  # by which a date may lie ahead of us: the day has begun elsewhere
LEAST_INTERVAL = timedelta(hours=1)
MOST_INTERVAL = timedelta(days=60)
LISTING_INTERVAL = timedelta(days=365)  # listings are hastened by name; their own date hardly matters
AGE_SHARE = 0.15  # most edits follow publication closely: the next look is due after this share of a page's age
ACQUAINTED = timedelta(days=6)  # a page just met is looked at within a week, then after as long as it was watched
RESTLESS_INTERVAL = timedelta(days=1)  # for pages that change faster than looking at them can follow
# Runs come at fixed times: a page due a second after one would wait for the next, an hour or a week.
SLACK = 0.05  # of an interval, by which a page is due sooner
AFTER_CHANGE = timedelta(days=2)  # what was edited is often edited again soon, or the edit undone

# What one look is worth, in days of freshness; and what is believed of a page before it was watched: 0.4 changes in 90
# days (a gamma distribution). Swept over simulated sites, see tests/crawler/test_recrawl.py.
WORTH_DAYS = 0.25
PRIOR_CHANGES, PRIOR_DAYS = 0.4, 90.0

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
    *, role: str, age: timedelta | None, watched: timedelta, checks: int, changes: int, changed: bool
) -> timedelta:
    """How soon to look again at a page that answered.

    *age* is the time since publication, None if that is unknown, *watched* the time since it was first looked at,
    *checks* and *changes* count its history and *changed* is its last answer. Between :data:`LEAST_INTERVAL` and
    :data:`MOST_INTERVAL`.
    """
    if role not in {"statement", "digest"}:
        return LISTING_INTERVAL
    interval = min(best_interval(change_rate(watched, checks, changes)), max(ACQUAINTED, watched))
    # A date to come is a mistake or an embargo: it makes nothing young for years.
    if age is not None and age > -A_DAY:
        interval = min(interval, max(age, timedelta(0)) * AGE_SHARE)
    if changed:
        interval = min(interval, AFTER_CHANGE)
    return max(LEAST_INTERVAL, min(interval, MOST_INTERVAL))


def due(looked_at: datetime, interval: timedelta) -> datetime:
    """When a page that was looked at then is due again: after *interval*, or in the run that comes just before."""
    return looked_at + interval * (1 - SLACK)


def change_rate(watched: timedelta, checks: int, changes: int) -> float:
    """How often a page changes, in changes a day, as far as looking at it tells.

    A look sees one change where there were several, so the counted share is corrected as in Cho and Garcia-Molina,
    "Estimating Frequency of Change" (ACM TOIT 2003): of looks every `i` days the share ``1 - exp(-rate * i)`` sees one.
    """
    days = max(watched / timedelta(days=1), 0.0)
    rate = (changes + PRIOR_CHANGES) / (days + PRIOR_DAYS)
    if not (changes and checks and days):
        return rate
    share = min((changes + PRIOR_CHANGES / 2) / (checks + 0.5), 0.97)
    # Shrunk while the looks are few: the first one that sees a change says little.
    return max(rate, -math.log1p(-share) * checks / days * checks / (checks + 2))


def best_interval(rate: float) -> timedelta:
    """The interval at which one more look is worth what it costs, for a page that changes *rate* times a day.

    The freshness that a look adds falls with the interval; all pages are looked at so often that it is
    :data:`WORTH_DAYS` for each (Cho and Garcia-Molina, "Effective Page Refresh Policies for Web Crawlers", ACM TODS
    2003: ``1 - exp(-x) * (1 + x) = worth * rate`` with ``x = rate * interval``). Pages too restless to be worth any look
    by that rule are statements all the same, and seen once in :data:`RESTLESS_INTERVAL`.
    """
    wanted = WORTH_DAYS * rate
    if wanted >= 1:
        return RESTLESS_INTERVAL
    x = math.sqrt(2 * wanted)  # where a change is rare; Newton's steps from there
    for _ in range(60):
        step = (wanted - 1 + math.exp(-x) * (1 + x)) / (x * math.exp(-x))
        x += step
        if abs(step) < 1e-9 * x:
            break
    return timedelta(days=min(x / rate, MOST_INTERVAL.days))


def effective_delay(configured: timedelta, robots_delay_s: float | None, latency_s: float | None) -> timedelta:
    """Time between two requests: what we promise, what robots.txt asks, twice what the server needs to answer."""
    asked = timedelta(seconds=min(robots_delay_s or 0.0, 3600.0))
    # Only a slow server is slowed for: an answer in a tenth of the delay says that all is well.
    slow = timedelta(seconds=min(2 * latency_s, 60.0)) if latency_s and configured and latency_s > 1.0 else timedelta(0)
    return max(configured, asked, slow)
