"""Whose turn it is, and work in lanes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scraper.crawler.hostclock import HostClock
from scraper.crawler.lanes import Lanes, Turns
from tests.clock import FakeTime


def test_lanes_hand_back_what_workers_return() -> None:
    lanes: Lanes[int] = Lanes(2)
    for number in range(4):
        lanes.submit("a.example", lambda number=number: number * number)
    assert sorted(str(lanes.next(10)) for _ in range(4)) == ["0", "1", "4", "9"]
    assert lanes.under_way == 0
    lanes.close()


def test_a_bug_in_a_worker_ends_the_run() -> None:
    lanes: Lanes[int] = Lanes(1)
    lanes.submit("a.example", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        lanes.next(10)
    lanes.close()


def test_who_may_be_asked_first_is_first_in_line() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.keep_apart("a.example", timedelta(seconds=10))
    beat.wait("a.example")
    turns = Turns(beat, time.monotonic)
    for host in ("a.example", "b.example", "b.example"):
        turns.line_up(host)
    assert turns.take() == "b.example"
    assert turns.take() is None
    assert turns.soonest_s() == pytest.approx(10.0)
    time.sleep(10.0)
    assert turns.take() == "a.example"
    assert turns.soonest_s() is None


def test_a_turn_comes_early_enough_to_be_there_when_the_host_may_be_asked() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.keep_apart("a.example", timedelta(seconds=10))
    beat.wait("a.example")
    turns = Turns(beat, time.monotonic, early_s=0.25)
    turns.line_up("a.example")
    assert turns.soonest_s() == 9.75
    time.sleep(9.75)
    assert turns.take() == "a.example"
    beat.wait("a.example")
    assert time.naps[-1] == 0.25  # the rest is waited out by who takes the turn


def test_work_submitted_together_starts_when_all_of_it_is_in() -> None:
    lanes: Lanes[str] = Lanes(2)
    with lanes.together():
        lanes.submit("a.example", lambda: "first")
        assert lanes.busy("a.example") == 1
        assert lanes.next(0.05) is None
    assert lanes.next(10) == "first"
    lanes.close()


def test_work_submitted_together_with_a_failure_never_starts() -> None:
    lanes: Lanes[str] = Lanes(1)

    def submit_and_fail() -> None:
        with lanes.together():
            lanes.submit("a.example", lambda: "never")
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        submit_and_fail()
    lanes.submit("a.example", lambda: "later")
    assert lanes.next(10) == "later"
    lanes.close()
