"""The frontier's rows: leases that outlive a killed run, hosts that have something to do, what a fetch leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.archive.frontier import Frontier, NewUrl, Outcome
from scraper.archive.store import Archive
from scraper.model import Validators

NOW, LATER = "2026-03-01T06:00:00Z", "2026-04-01T06:00:00Z"
HOSTS = ("a.example", "b.example", "c.example")


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Archive(tmp_path / "archive.db", create=True) as archive, archive.writing():
        for host in HOSTS:
            for number in range(2):
                archive.frontier.add(new(host, number), NOW)
        yield archive.frontier


def new(host: str, number: int, due_at: str | None = None) -> NewUrl:
    return NewUrl(f"https://{host}/news/{number}", "source", host, "statement", "listing", due_at=due_at)


def test_a_lease_is_given_to_one_run_only(frontier: Frontier) -> None:
    leased = [frontier.lease("a.example", {"source": 1}) for _ in range(3)]
    assert [entry and entry.url for entry in leased] == [
        "https://a.example/news/0",
        "https://a.example/news/1",
        None,
    ]


def test_leases_of_a_killed_run_are_taken_back_on_every_host(frontier: Frontier) -> None:
    for host in HOSTS:
        frontier.lease(host, {"source": 1})
    assert frontier.take_back_leases() == len(HOSTS)
    assert frontier.take_back_leases() == 0
    assert frontier.counts("source") == {"queued": 6}


def test_an_empty_frontier_has_no_leases_and_no_hosts(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db", create=True) as archive, archive.writing():
        assert archive.frontier.take_back_leases() == 0
        assert archive.frontier.stirred() == set()


def test_hosts_with_something_queued_are_named_once(frontier: Frontier) -> None:
    for _ in range(2):
        frontier.lease("b.example", {"source": 1})
    assert frontier.stirred() == {"a.example", "c.example"}
    assert frontier.stirred() == set()
    frontier.add(new("d.example", 0), NOW)
    frontier.add(new("e.example", 0, due_at=LATER), NOW)
    assert frontier.stirred() == {"d.example"}


def test_a_host_is_done_when_nothing_of_it_is_queued(frontier: Frontier) -> None:
    assert frontier.has_queued("b.example")
    for _ in range(2):
        frontier.lease("b.example", {"source": 1})
    assert not frontier.has_queued("b.example")
    assert not frontier.has_queued("z.example")


def test_an_answer_without_validators_keeps_those_that_are_known(frontier: Frontier) -> None:
    url = "https://a.example/news/0"
    entry = frontier.get(url)
    assert entry is not None
    frontier.done(entry.id, Outcome("new", due_at=LATER, digest="d", validators=Validators('"1"', "Sun")), NOW)
    frontier.done(entry.id, Outcome("not-modified", due_at=LATER), NOW)
    kept = frontier.get(url)
    assert kept is not None
    assert (kept.etag, kept.last_modified, kept.checks) == ('"1"', "Sun", 2)
    frontier.done(entry.id, Outcome("revised", due_at=LATER, validators=Validators()), NOW)
    dropped = frontier.get(url)
    assert dropped is not None
    assert (dropped.etag, dropped.last_modified) == (None, None)
