"""Arrivals that wait for their turn outside the memory: in a temporary file, which is gone when nobody waits any more."""

from __future__ import annotations

import pickle
import tempfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from scraper.model import Capture, Failure

_FASTEST = 1  # zlib's level: HTML shrinks to a quarter, for a hundredth of the time that reading it takes


class Spool:
    """Captures and failures put down in any order and taken up by their times; a context manager.

    What stays in memory of each is its time and its place, so that years of a site can be sorted.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._places: list[tuple[datetime, int, int]] = []  # time, where it begins, bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, arrival: Capture | Failure) -> None:
        """Put *arrival* down. Raises :class:`OSError` where there is no room for it."""
        at = arrival.fetched_at if isinstance(arrival, Capture) else arrival.at
        data = zlib.compress(pickle.dumps(arrival, pickle.HIGHEST_PROTOCOL), _FASTEST)
        self._places.append((at, self._file.tell(), len(data)))
        self._file.write(data)

    def by_time(self) -> Iterator[Capture | Failure]:
        """All that was put down, oldest first; of one time, in the order in which they came."""
        for _, start, size in sorted(self._places):
            self._file.seek(start)
            arrival: Capture | Failure = pickle.loads(zlib.decompress(self._file.read(size)))  # noqa: S301 - our own
            yield arrival
