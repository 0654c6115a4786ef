"""Redirects that others keep as records of their own, joined to the page that each led to.

A crawl of ours keeps the way with the page. A WARC file of others has a response of 301 with its Location, and another
response, of the page; together they say that a statement moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from scraper.model import Capture, Hop
from scraper.urls import join_url

TOGETHER = timedelta(days=1)  # between the redirect and the page it led to: one visit of a crawler, however slow
MOST_HOPS = 10  # as browsers follow
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Redirected:
    """Answers that lead elsewhere, until the page comes that they lead to. Values only."""

    def __init__(self) -> None:
        self._to: dict[str, list[Capture]] = {}  # URL -> redirects that lead there
        self._came: set[tuple[str, datetime]] = set()  # those to be handed on
        self._joined: set[tuple[str, datetime]] = set()

    def put(self, capture: Capture) -> bool:
        """Remember *capture* if it leads elsewhere; whether it does."""
        if target_of(capture) is None:
            return False
        self._came.add((capture.url, capture.fetched_at))
        self.remember(capture)
        return True

    def remember(self, capture: Capture) -> None:
        """Take account of a redirect that came earlier, and is none of :meth:`alone`."""
        target = target_of(capture)
        held = self._to.setdefault(target, []) if target else []
        if all((one.url, one.fetched_at) != (capture.url, capture.fetched_at) for one in held):
            held.append(replace(capture, body=b""))

    def join(self, page: Capture) -> Capture:
        """*page* with the redirects that led to it; itself where none did, or the way came with it."""
        if page.hops or not self._to:
            return page
        hops: list[Hop] = []
        first = page
        while len(hops) < MOST_HOPS and (before := self._before(first)) and before.url != page.url:
            hops.insert(0, Hop(before.url, before.status, first.url))
            self._joined.add((before.url, before.fetched_at))
            first = before
        return replace(page, hops=tuple(hops), requested_url=first.url) if hops else page

    def alone(self) -> Iterator[Capture]:
        """Redirects to pages that did not come."""
        for leading in self._to.values():
            yield from (one for one in leading if (one.url, one.fetched_at) in self._came - self._joined)

    def _before(self, capture: Capture) -> Capture | None:
        """The last redirect to *capture* before it that led to no other yet."""
        near = [
            one
            for one in self._to.get(_name(capture.url), ())
            if timedelta(0) <= capture.fetched_at - one.fetched_at <= TOGETHER
            and (one.url, one.fetched_at) not in self._joined
        ]
        return max(near, key=lambda one: one.fetched_at, default=None)


def target_of(capture: Capture) -> str | None:
    """Where *capture* leads, if it is a redirect to another page."""
    location = capture.header("location") if capture.status in REDIRECTS else None
    found = join_url(capture.url, location) if location else None
    return _name(found) if found and _name(found) != _name(capture.url) else None


def _name(url: str) -> str:
    return url.partition("#")[0]
