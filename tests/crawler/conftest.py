"""A raw server, and a fetcher on each client that is led to it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from scraper.crawler.fetch import Fetcher, Limits
from tests.clock import FakeTime
from tests.crawler.raw_server import CLIENTS, Server


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture(params=CLIENTS)
def fetcher(server: Server, request: pytest.FixtureRequest) -> Iterator[Fetcher]:
    time = FakeTime()
    hosts = {"www.a.example": server.origin, "b.example": server.origin}
    limits = Limits(body_bytes=200_000, total=timedelta(seconds=5), read=timedelta(seconds=2))
    with Fetcher(
        resolve=hosts, limits=limits, now=time.now, sleep=time.sleep, http=importlib.import_module(request.param)
    ) as made:
        made.time = time  # type: ignore[attr-defined]
        yield made
