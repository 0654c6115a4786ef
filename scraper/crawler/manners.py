"""How servers are asked: what the caller decides about every request, handed to the fetcher."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class Manners(Protocol):
    """How a host wants to be asked (see :class:`scraper.crawler.hostclock.HostClock`)."""

    def wait(self, host: str) -> timedelta | None:
        """Called before every request; blocks until *host* may be asked. How long ago it last was; None: never."""

    def answered(self, host: str, took: timedelta) -> None:
        """Called when an answer begins, or when none comes, *took* after it was asked for."""

    def pause(self, host: str, length: timedelta) -> None:
        """Called when *host* asks to be left alone for *length* (Retry-After), before anything else happens."""


class Unhurried:
    """The manners of somebody who asks once."""

    def wait(self, host: str) -> timedelta | None:
        """Nothing to wait for."""
        return None

    def answered(self, host: str, took: timedelta) -> None:
        """Nothing to learn."""

    def pause(self, host: str, length: timedelta) -> None:
        """Nobody will ask again."""


UNHURRIED = Unhurried()
