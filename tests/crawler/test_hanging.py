"""Whatever a request waits for, it ends when the run is to stop: a name server, a connection, a handshake."""

from __future__ import annotations

import importlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from scraper.crawler.addresses import Resolver
from scraper.crawler.fetch import Fetcher, Limits
from scraper.model import Arrival, Failure

CLIENTS = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name)]
PATIENT = Limits(total=timedelta(minutes=10), connect=timedelta(minutes=5), read=timedelta(minutes=5))
HURRIED = Limits(connect=timedelta(seconds=0.2), attempts=1)
BOUND_S = 20  # far less than the patience above, far more than any of this takes


class Place:
    """Somewhere a request hangs; `reached` when one does."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.over = threading.Event()
        self._open: list[socket.socket] = []

    def resolver(self, how: str) -> tuple[Resolver, int]:
        """A name service that leads to where nobody answers, or does not answer itself; and the port."""
        listening = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._open.append(listening)
        address = listening.getsockname()
        if how == "the connection":
            for _ in range(4):  # beyond its backlog nobody is let in
                waiting = socket.socket()
                waiting.setblocking(False)
                waiting.connect_ex(address)
                self._open.append(waiting)
        return _Leading(lambda: self._look_up(how)), address[1]

    def _look_up(self, how: str) -> None:
        self.reached.set()
        if how == "the name server":
            self.over.wait(60)

    def close(self) -> None:
        """End it all."""
        self.over.set()
        for one in self._open:
            one.close()


class _Leading(Resolver):
    """Lets a test reach loopback under a name of its own."""

    def __init__(self, look_up: Callable[[], None]) -> None:
        super().__init__()
        self._meet = look_up

    def public_addresses(self, host: str, port: int) -> tuple[str, ...]:
        self._meet()
        return ("127.0.0.1",)


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


HANGS = pytest.mark.parametrize("how", ["the name server", "the connection", "the handshake"])


@pytest.mark.parametrize("client", CLIENTS)
@HANGS
def test_a_request_that_hangs_ends_with_the_run(place: Place, how: str, client: str) -> None:
    resolver, port = place.resolver(how)
    found: list[Arrival] = []
    with Fetcher(resolver=resolver, limits=PATIENT, http=importlib.import_module(client)) as fetcher:
        url = f"https://slow.example:{port}/"
        asking = threading.Thread(target=lambda: found.append(fetcher.fetch(url, user_agent="test/1")), daemon=True)
        asking.start()
        assert place.reached.wait(BOUND_S)
        time.sleep(0.1)  # so that it is where it hangs
        fetcher.give_up()
        asking.join(BOUND_S)
        assert not asking.is_alive()
    assert isinstance(found[0], Failure)
    assert found[0].kind == "stopped"


@HANGS
def test_a_request_that_hangs_is_a_failure_in_the_end(place: Place, how: str) -> None:
    resolver, port = place.resolver(how)
    with Fetcher(resolver=resolver, limits=HURRIED) as fetcher:
        found = fetcher.fetch(f"https://slow.example:{port}/", user_agent="test/1")
    assert isinstance(found, Failure)
    assert found.kind == ("dns" if how == "the name server" else "timeout")
