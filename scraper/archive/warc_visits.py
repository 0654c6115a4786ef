"""Answers that brought no body, for a WARC file: nothing there (404, 410), or nothing changed where that says something.

Neither their headers nor their bodies were kept, so a response record would have to be made up. ISO 28500 (6.6) has the
metadata record for what else is known of a URL: these are of application/warc-fields, one an answer::

    answer: 404
    requestedURL: https://iom.example/old
    redirect: 301 https://iom.example/old https://iom.example/new
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from scraper.archive.filters import Executes
from scraper.model import Hop

_ANSWER = re.compile(r"answer: (\d{3})\s*$", re.MULTILINE)
_HOP = re.compile(r"redirect: (\d{3}) (\S+) (\S+)\s*$", re.MULTILINE)
_REQUESTED = re.compile(r"requestedURL: (\S+)\s*$", re.MULTILINE)
_OF_ALL = "select url from documents union select url from aliases"
_OF_ONE = "select url from documents where id = :id union select url from aliases where statement_id = :id"
_VISITS = """
select v.url_id, v.at, v.outcome, v.http_status, u.url,
       coalesce(case when json_valid(v.detail) then json_extract(v.detail, '$.url') end, u.url) as answered,
       v.capture_id is null as bare
from urls u join visits v on v.url_id = u.id
where u.url in ({})
order by v.url_id, v.at, v.id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer without a body."""

    url: str  # that answered
    at: str  # ISO 8601, UTC
    status: int
    requested_url: str  # that was asked for
    hops: tuple[Hop, ...]  # redirects between the two

    @property
    def fields(self) -> list[tuple[str, str]]:
        """As fields of a metadata record."""
        return [("answer", str(self.status)), *way(self.requested_url, self.hops)]


@dataclass(frozen=True, slots=True)
class _Visit:
    """One row of `visits`."""

    url_id: int
    at: str
    outcome: str
    status: int | None
    url: str
    answered: str
    bare: bool  # no body was kept

    def as_answer(self, before: list[_Visit]) -> Answer:
        """*before*: the requests on its way that were redirected."""
        places = [*(visit.answered for visit in before), self.answered]
        hops = tuple(Hop(visit.answered, visit.status or 0, to) for visit, to in zip(before, places[1:], strict=True))
        return Answer(self.answered, self.at, self.status or 0, self.url, hops)


def answers(db: Executes, statement_ids: Iterable[int] | None = None) -> Iterator[Answer]:
    """Answers without a body, of those statements or of all, under any of their URLs: each URL's in their order.

    All that say that nothing is there; of those that say that nothing changed, the ones before and after such an answer,
    the last, and each that another URL led to.
    """
    for statement_id in [None] if statement_ids is None else statement_ids:
        asked = _VISITS.format(_OF_ALL if statement_id is None else _OF_ONE)
        rows = (_Visit(*row) for row in db.execute(asked, {"id": statement_id}))
        for _, visits in groupby(rows, key=lambda visit: visit.url_id):
            yield from _telling(visits)


def way(requested_url: str, hops: Iterable[Hop]) -> list[tuple[str, str]]:
    """How a URL was reached, as fields of a metadata record; none where nothing redirected."""
    found = [("redirect", f"{hop.status} {hop.url} {hop.location}") for hop in hops]
    return [("requestedURL", requested_url), *found] if found else []


def way_in(words: str) -> tuple[str, tuple[Hop, ...]]:
    """The URL that was asked for ("": none is named) and the redirects, out of the fields of a metadata record."""
    requested = _REQUESTED.search(words)
    hops = tuple(Hop(url, int(status), location) for status, url, location in _HOP.findall(words))
    return requested[1] if requested and hops else "", hops


def answer_in(words: str) -> int | None:
    """The status of an answer without a body, out of the fields of a metadata record; None: it is about no such answer."""
    found = _ANSWER.search(words)
    return int(found[1]) if found else None


def _telling(visits: Iterable[_Visit]) -> Iterator[Answer]:
    """Of one URL's *visits*, in their order, the answers without a body that say something."""
    on_the_way: list[_Visit] = []
    in_doubt = False  # the answer before said that nothing was there
    last: Answer | None = None  # that nothing changed, and was not given yet
    for visit in visits:
        if visit.outcome == "retried":
            continue
        if visit.outcome == "redirected":
            on_the_way.append(visit)
            continue
        is_bad = visit.outcome in {"missing", "soft-404"}
        is_there = visit.outcome == "not-modified" or not (visit.bare or is_bad)
        if is_bad and last is not None:
            yield last
        answer = visit.as_answer(on_the_way)
        on_the_way = []
        tells = visit.bare if is_bad else visit.outcome == "not-modified" and (in_doubt or bool(answer.hops))
        if tells:
            yield answer
        if is_bad or is_there:  # anything else says nothing of the page
            last = answer if visit.outcome == "not-modified" and not tells else None
            in_doubt = is_bad
    if last is not None:
        yield last
