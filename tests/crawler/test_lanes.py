"""When a host may be asked, and work in lanes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from scraper.crawler.lanes import HostClock, HostState, Lanes, Turns
from tests.clock import NOW, FakeTime


def clock(time: FakeTime, delay: float = 10.0) -> HostClock:
    found = HostClock(time.now, time.monotonic, time.sleep)
    found.set_delay("a.example", timedelta(seconds=delay))
    return found


def test_the_first_request_waits_for_nothing() -> None:
    time = FakeTime()
    clock(time).wait("a.example")
    assert time.naps == []


def test_two_requests_to_a_host_are_a_delay_apart() -> None:
    time = FakeTime()
    beat = clock(time)
    for _ in range(3):
        beat.wait("a.example")
    assert time.naps == [10.0, 10.0]


def test_hosts_do_not_wait_for_each_other() -> None:
    time = FakeTime()
    beat = clock(time)
    beat.wait("a.example")
    beat.wait("b.example")
    assert time.naps == []


def test_two_threads_at_once_still_take_turns() -> None:
    time = FakeTime()
    beat = clock(time)
    threads = [threading.Thread(target=beat.wait, args=("a.example",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert beat.wait_s("a.example") >= 10.0 - sum(time.naps) % 10.0


def test_a_pause_holds_the_whole_host() -> None:
    time = FakeTime()
    beat = clock(time, delay=1.0)
    beat.pause("a.example", timedelta(seconds=90))
    assert beat.wait_s("a.example") == pytest.approx(90.0)


def test_the_delay_holds_across_runs() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.restore([HostState("a.example", last_request_at=NOW - timedelta(seconds=4))])
    beat.set_delay("a.example", timedelta(seconds=10))
    assert beat.wait_s("a.example") == pytest.approx(6.0)


def test_a_pause_holds_across_runs() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.restore([HostState("a.example", not_before=NOW + timedelta(minutes=5))])
    assert beat.wait_s("a.example") == pytest.approx(300.0)


def test_a_clock_that_went_backwards_costs_one_delay_at_most() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.restore([HostState("a.example", last_request_at=NOW + timedelta(days=400))])
    beat.set_delay("a.example", timedelta(seconds=10))
    assert beat.wait_s("a.example") <= 10.0


def test_what_is_remembered_is_what_happened() -> None:
    time = FakeTime()
    beat = clock(time)
    beat.wait("a.example")
    assert beat.state("a.example").last_request_at == NOW


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
    beat = clock(time)
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
