"""Whose turn it is, and work in lanes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from scraper.crawler.hostclock import HostClock
from scraper.crawler.lanes import Lanes, Turns
from tests.clock import FakeTime


def test_lanes_hand_back_what_workers_return() -> None:
    lanes: Lanes[int, int] = Lanes(2, lambda number: number * number)
    for number in range(4):
        lanes.submit("a.example", number)
    assert [lanes.next(10) for _ in range(4)] == [0, 1, 4, 9]
    assert lanes.under_way == 0
    lanes.close()


def test_a_bug_in_a_worker_ends_the_run() -> None:
    lanes: Lanes[int, float] = Lanes(1, lambda number: 1 / number)
    lanes.submit("a.example", 0)
    with pytest.raises(ZeroDivisionError):
        lanes.next(10)
    lanes.close()


def test_a_host_is_asked_by_at_most_so_many_threads_at_once_whatever_is_handed_in() -> None:
    both_there = threading.Barrier(2, timeout=30)
    together, most = 0, 0
    lock = threading.Lock()

    def work(number: int) -> int:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        if number < 2:
            both_there.wait()
        with lock:
            together -= 1
        return number

    lanes: Lanes[int, int] = Lanes(8, work)
    for number in range(50):
        lanes.submit("a.example", number, at_once=2)
    assert sorted(lanes.next(30) or 0 for _ in range(50)) == list(range(50))
    assert most == 2
    lanes.close()


def test_what_stands_in_line_takes_no_lane_and_can_be_taken_back() -> None:
    go_on = threading.Event()
    lanes: Lanes[int, int] = Lanes(2, lambda number: number if go_on.wait(30) else -1)
    for number in range(3):
        lanes.submit("a.example", number)
    assert not lanes.full
    lanes.submit("b.example", 10)
    assert lanes.full
    assert lanes.drop() == [1, 2]
    assert (lanes.busy("a.example"), lanes.busy("b.example"), lanes.under_way) == (1, 1, 2)
    go_on.set()
    assert {lanes.next(10), lanes.next(10)} == {0, 10}
    assert lanes.next(0) is None
    assert not lanes.full
    lanes.close()


def test_closed_lanes_begin_nothing_that_stood_in_line() -> None:
    began, go_on, done = threading.Event(), threading.Event(), []

    def work(number: int) -> int:
        began.set()
        go_on.wait(30)
        done.append(number)
        return number

    lanes: Lanes[int, int] = Lanes(1, work)
    for number in range(3):
        lanes.submit("a.example", number)
    began.wait(30)
    threading.Timer(0.05, go_on.set).start()
    lanes.close()
    assert done == [0]


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
    lanes: Lanes[str, str] = Lanes(2, str.upper)
    with lanes.together():
        lanes.submit("a.example", "first")
        assert lanes.busy("a.example") == 1
        assert lanes.next(0.05) is None
    assert lanes.next(10) == "FIRST"
    lanes.close()


def test_work_submitted_together_with_a_failure_never_starts() -> None:
    lanes: Lanes[str, str] = Lanes(1, str.upper)

    def submit_and_fail() -> None:
        with lanes.together():
            lanes.submit("a.example", "never")
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        submit_and_fail()
    lanes.submit("a.example", "later")
    assert lanes.next(10) == "LATER"
    lanes.close()
