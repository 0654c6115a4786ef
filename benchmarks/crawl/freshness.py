"""What it costs to stay fresh: requests that the schedule needs, beside a fixed interval that is as fresh.

A simulated site, as a list of the times at which each page changes. Freshness is the share of time during which what we
hold is what the publisher shows. Shares of pages as on statement sites: most are never touched again. No server and no
clock: the schedule (:mod:`scraper.crawler.frontier`) is asked as the pipeline asks it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from scraper.crawler.frontier import next_interval

Policy = Callable[
    [float, int, int, bool], float
]  # days watched, looks, changes seen, changed just now -> days until the next look
DAY = timedelta(days=1)
FROM_DAY = 60.0  # the schedule has learnt something by then; what it does before is not counted
SHARES = ((0.02, 1 / 24, 1.0), (0.08, 1.0, 14.0), (0.20, 14.0, 90.0))  # of pages, that change every so many days
RARELY = 1800.0  # days between changes of all others


@dataclass(frozen=True, slots=True)
class Freshness:
    """One site, looked after in two ways."""

    pages: int
    freshness: float  # share of time, both
    requests: int  # a day, by the schedule
    fixed: int  # a day, at the interval that is as fresh
    interval_days: float  # that interval


def run(pages: int = 5_000, days: float = 240.0, steps: int = 9) -> Freshness:
    """Look after a site of *pages* from day to day; the fixed interval is found by halving, *steps* times."""
    site = simulated_site(pages, days)
    requests, freshness = crawl(site, days, adaptive)
    low, high = 0.5, 60.0
    for _ in range(steps):
        middle = math.sqrt(low * high)
        _, reached = crawl(site, days, lambda *_, every=middle: every)
        low, high = (middle, high) if reached > freshness else (low, middle)
    fixed, _ = crawl(site, days, lambda *_: low)
    span = days - FROM_DAY
    return Freshness(pages, freshness, round(requests / span), round(fixed / span), low)


def simulated_site(pages: int, days: float) -> list[list[float]]:
    """For each page, the days at which it changes."""
    generator, site = random.Random(3), []
    for _ in range(pages):
        pick, every = generator.random(), RARELY
        for share, shortest, longest in SHARES:
            if 0 <= pick < share:
                every = math.exp(generator.uniform(math.log(shortest), math.log(longest)))
            pick -= share
        at, changes = 0.0, []
        while (at := at + generator.expovariate(1 / every)) < days:
            changes.append(at)
        site.append(changes)
    return site


def adaptive(watched: float, checks: int, changes: int, changed: bool) -> float:
    """The schedule's interval for a page that is a thousand days old when it is met."""
    interval = next_interval(
        role="statement",
        age=(1000 + watched) * DAY,
        watched=watched * DAY,
        checks=checks,
        changes=changes,
        changed=changed,
    )
    return interval / DAY


def crawl(site: list[list[float]], days: float, policy: Policy) -> tuple[int, float]:
    """Requests, and mean freshness, from :data:`FROM_DAY` on."""
    requests, fresh = 0, 0.0
    for changes in site:
        at, checks, seen, position, changed = 0.0, 0, 0, 0, False
        while at < days:
            following = at + policy(at, checks + 1, seen, changed)
            next_change = changes[position] if position < len(changes) else math.inf
            fresh += max(0.0, min(next_change, following, days) - max(at, FROM_DAY))
            requests += FROM_DAY <= following < days
            at, checks, changed = following, checks + 1, next_change <= following
            seen += changed
            while position < len(changes) and changes[position] <= at:
                position += 1
    return requests, fresh / (len(site) * (days - FROM_DAY))
