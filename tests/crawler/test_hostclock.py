"""When a host may be asked: never sooner than anybody wishes, across lanes, answers and runs."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from scraper.crawler.hostclock import HostClock, HostState
from tests.clock import NOW, FakeTime


def clock(time: FakeTime, delay: float = 10.0) -> HostClock:
    found = HostClock(time.now, time.monotonic, time.sleep)
    found.keep_apart("a.example", timedelta(seconds=delay))
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


def test_a_turn_says_how_long_the_host_was_left_alone() -> None:
    time = FakeTime()
    beat = clock(time)
    assert beat.wait("a.example") is None  # it was never asked, as far as is known
    time.sleep(3.0)
    beat.answered("a.example", timedelta(seconds=3))
    assert beat.wait("a.example") == timedelta(seconds=10)
    time.sleep(25.0)
    assert beat.wait("a.example") == timedelta(seconds=25)


def test_how_long_a_host_was_left_alone_is_counted_across_runs() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.restore([HostState("a.example", last_request_at=NOW - timedelta(minutes=4))])
    assert beat.wait("a.example") == timedelta(minutes=4)


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
    assert beat.wait_s("a.example") + time.monotonic() >= 1000.0 + 4 * 10.0


def test_a_pause_holds_the_whole_host() -> None:
    time = FakeTime()
    beat = clock(time, delay=1.0)
    beat.pause("a.example", timedelta(seconds=90))
    assert beat.wait_s("a.example") == pytest.approx(90.0)


def test_the_delay_holds_across_runs() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.restore([HostState("a.example", last_request_at=NOW - timedelta(seconds=4))])
    beat.keep_apart("a.example", timedelta(seconds=10))
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
    beat.keep_apart("a.example", timedelta(seconds=10))
    assert beat.wait_s("a.example") <= 10.0


def test_what_is_remembered_is_what_happened() -> None:
    time = FakeTime()
    beat = clock(time)
    beat.wait("a.example")
    assert beat.state("a.example").last_request_at == NOW


def test_the_distance_is_counted_from_where_an_answer_begins() -> None:
    """A request can be long on its way: only its answer proves that the server has had it."""
    time = FakeTime()
    beat = clock(time)
    beat.wait("a.example")
    time.sleep(3.0)
    beat.answered("a.example", timedelta(seconds=3))
    assert beat.wait_s("a.example") == pytest.approx(10.0)


def test_a_turn_is_lost_if_the_host_asks_for_a_pause_meanwhile() -> None:
    time = FakeTime()

    def sleep(seconds: float) -> None:
        if not time.naps:
            beat.pause("a.example", timedelta(seconds=60))
        time.sleep(seconds)

    beat = HostClock(time.now, time.monotonic, sleep)
    beat.keep_apart("a.example", timedelta(seconds=10))
    beat.wait("a.example")
    began = time.ticks
    beat.wait("a.example")
    assert time.ticks - began == pytest.approx(60.0)


def test_a_slow_server_is_asked_more_slowly_until_it_recovers() -> None:
    time = FakeTime()
    beat = clock(time, delay=1.0)
    for _ in range(10):
        beat.answered("a.example", timedelta(seconds=8))
    assert beat.delay("a.example") == timedelta(seconds=16)
    found = []
    for _ in range(8):
        beat.answered("a.example", timedelta(seconds=0.2))
        found.append(beat.delay("a.example"))
    assert found == sorted(found, reverse=True)
    assert found[-1] == timedelta(seconds=1)


def test_one_slow_answer_is_no_slow_server() -> None:
    time = FakeTime()
    beat = clock(time, delay=5.0)
    beat.answered("a.example", timedelta(seconds=0.2))
    beat.answered("a.example", timedelta(seconds=6))
    assert beat.delay("a.example") == timedelta(seconds=5)


def test_how_slowly_a_server_answers_is_remembered_between_runs() -> None:
    time = FakeTime()
    beat = clock(time, delay=1.0)
    beat.wait("a.example")
    beat.answered("a.example", timedelta(seconds=8))
    later = HostClock(time.now, time.monotonic, time.sleep)
    later.restore(beat.asked())
    later.keep_apart("a.example", timedelta(seconds=1))
    assert later.delay("a.example") == timedelta(seconds=16)


def test_two_sources_on_one_host_keep_to_the_longer_delay() -> None:
    time = FakeTime()
    beat = clock(time, delay=10.0)
    beat.keep_apart("a.example", timedelta(seconds=2))
    assert beat.delay("a.example") == timedelta(seconds=10)


def test_what_is_remembered_is_never_too_early() -> None:
    """An archive keeps whole seconds; a fraction lost would let the next run ask too soon."""
    time = FakeTime(NOW + timedelta(seconds=0.4))
    beat = clock(time)
    beat.wait("a.example")
    beat.pause("a.example", timedelta(seconds=60))
    state = beat.state("a.example")
    assert state.last_request_at == NOW + timedelta(seconds=1)
    assert state.not_before == NOW + timedelta(seconds=61)


def test_our_own_rest_is_forgotten_with_the_run_and_a_servers_wish_is_not() -> None:
    time = FakeTime()
    beat = clock(time)
    beat.rest("a.example", timedelta(hours=1))
    assert beat.wait_s("a.example") == pytest.approx(3600.0)
    assert beat.state("a.example").not_before is None
    assert beat.paused() == []
    beat.pause("a.example", timedelta(hours=2))
    (state,) = beat.paused()
    assert state.not_before == NOW + timedelta(hours=2)
    assert beat.paused() == []


def test_a_pause_that_a_broken_clock_made_long_ends_in_a_week() -> None:
    time = FakeTime()
    beat = HostClock(time.now, time.monotonic, time.sleep)
    beat.restore([HostState("a.example", not_before=NOW + timedelta(days=400))])
    assert beat.wait_s("a.example") == pytest.approx(timedelta(days=7).total_seconds())
