"""When to look again: by age, by what was seen to change, and cheaper than at fixed intervals."""

from __future__ import annotations

import math
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.crawl import freshness
from scraper.crawler.frontier import (
    LEAST_INTERVAL,
    MOST_INTERVAL,
    RESTLESS_INTERVAL,
    backoff,
    best_interval,
    change_rate,
    dead_interval,
    due,
    effective_delay,
    missing_interval,
    next_interval,
    priority,
)
from tests.clock import NOW

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def interval(
    age: timedelta | None, watched: timedelta, checks: int = 1, changes: int = 0, changed: bool = False
) -> timedelta:
    return next_interval(role="statement", age=age, watched=watched, checks=checks, changes=changes, changed=changed)


def test_new_statements_are_watched_hourly_to_daily_and_old_ones_monthly():
    assert interval(2 * HOUR, timedelta(0)) == LEAST_INTERVAL
    assert HOUR < interval(2 * DAY, 2 * DAY, 9) < DAY
    assert DAY < interval(20 * DAY, 20 * DAY, 14) < 4 * DAY
    assert 20 * DAY < interval(400 * DAY, 365 * DAY, 40) < 35 * DAY
    assert interval(4000 * DAY, 20_000 * DAY, 400) == MOST_INTERVAL


def test_an_old_statement_just_met_is_looked_at_within_a_week_and_then_ever_more_rarely():
    watched, found = timedelta(0), []
    for check in range(5):
        found.append(interval(None, watched, check + 1))
        watched += found[-1]
    assert found[0] == 6 * DAY
    assert found == sorted(found)
    assert found[-1] > 10 * DAY


def test_a_date_to_come_makes_no_statement_young_for_years():
    assert interval(-9000 * DAY, 300 * DAY, 30) == interval(None, 300 * DAY, 30)
    assert interval(-9 * HOUR, timedelta(0)) == LEAST_INTERVAL  # today, where it was published


def test_what_was_edited_is_looked_at_again_soon():
    assert interval(1000 * DAY, 300 * DAY, 30, 1, changed=True) <= 2 * DAY
    assert (
        interval(1000 * DAY, 300 * DAY, 30, 5)
        < interval(1000 * DAY, 300 * DAY, 30, 1)
        < interval(1000 * DAY, 300 * DAY, 30)
    )


def test_a_page_that_never_rests_is_looked_at_daily():
    assert best_interval(24.0) == RESTLESS_INTERVAL


def test_a_weekly_run_looks_at_what_is_due_a_moment_later():
    fetched = NOW + timedelta(seconds=40)
    assert due(fetched, timedelta(days=7)) < NOW + timedelta(days=7)
    assert due(fetched, timedelta(hours=1)) < NOW + timedelta(hours=1)
    assert due(fetched, timedelta(days=7)) > NOW + timedelta(days=6)


def test_lists_are_not_recrawled_by_this_rule():
    assert next_interval(role="listing", age=DAY, watched=DAY, checks=1, changes=1, changed=True) > 300 * DAY


# Cho and Garcia-Molina: looks that see one change where there were several hide the others.
@pytest.mark.parametrize("rate", [1 / 90, 1 / 10, 1.0])
def test_the_rate_of_change_is_found_from_what_looks_see(rate):
    generator, every, looks = random.Random(5), 1 / rate, 400
    seen = sum(generator.random() < 1 - math.exp(-rate * every) for _ in range(looks))
    assert change_rate(looks * every * DAY, looks, seen) == pytest.approx(rate, rel=0.2)


@given(
    st.none() | st.timedeltas(timedelta(0), timedelta(days=40_000)),
    st.timedeltas(timedelta(0), timedelta(days=20_000)),
    st.integers(1, 10_000),
    st.integers(0, 10_000),
    st.booleans(),
)
def test_every_history_gives_an_interval_within_bounds(age, watched, checks, changes, changed):
    assert LEAST_INTERVAL <= interval(age, watched, checks, min(changes, checks), changed) <= MOST_INTERVAL


def test_the_same_freshness_costs_half_the_requests_of_a_fixed_interval():
    found = freshness.run(pages=400, steps=7)
    assert found.freshness > 0.9
    assert found.requests <= found.fixed / 2


def test_failures_are_left_alone_ever_longer_but_not_for_ever():
    waits = [backoff(fails) for fails in range(1, 40)]
    assert waits[0] == timedelta(minutes=30)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=7)
    assert missing_interval(1) < DAY < missing_interval(20)
    assert dead_interval(1) == DAY
    assert dead_interval(99) == timedelta(days=60)


def test_what_lists_comes_before_what_is_listed():
    ranks = [priority(role, "listing") for role in ("feed", "sitemap", "listing", "statement", "digest", "page")]
    assert ranks == sorted(ranks)
    assert priority("statement", "link") > priority("statement", "feed")


@pytest.mark.parametrize(
    ("configured", "robots", "latency", "seconds"),
    [
        pytest.param(5, None, None, 5, id="what the source says"),
        pytest.param(5, 10.0, None, 10, id="robots.txt may ask for more"),
        pytest.param(5, 1.0, None, 5, id="never for less"),
        pytest.param(5, 1e9, None, 3600, id="an absurd wish is bounded"),
        pytest.param(5, None, 0.5, 5, id="a quick server"),
        pytest.param(5, None, 10.0, 20, id="a slow server is given time"),
        pytest.param(5, None, 1000.0, 60, id="within bounds"),
        pytest.param(0, None, 10.0, 0, id="a local copy needs none"),
    ],
)
def test_the_delay_is_the_longest_that_anybody_asks_for(configured, robots, latency, seconds):
    assert effective_delay(timedelta(seconds=configured), robots, latency) == timedelta(seconds=seconds)
