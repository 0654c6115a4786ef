"""The request log: every request on the wire, for those who ask what was asked of whom, how often and how closely.

A row of `visits` for each: the answer that counts, and before it the second tries and the redirects on its way, robots.txt
like any page. What a column of its own would be too narrow for stands in `detail` as JSON: when it was sent, how long the
host had been left alone before, bytes received, and why it brought nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from scraper.archive.frontier import Entry, NewUrl
from scraper.archive.times import as_text
from scraper.charset import clean_text
from scraper.model import Arrival, Asked, Capture, Failure, NotModified
from scraper.urls import host

LED_ON = "led-on"  # outcome of a redirect that others kept without the page that it led to
ON_THE_WAY = (
    "retried",
    "redirected",
    LED_ON,
)  # outcomes of requests that were not the last; they say nothing of the page
RULES = "robots.txt: read before anything else is asked of its host"

# What others saved and we imported was never asked for by us.
_LOG = """
with noted as (
  select v.*, u.url as page, u.host as page_host, case when json_valid(v.detail) then v.detail end as facts,
         case when not json_valid(v.detail) then v.detail end as words  -- as earlier releases wrote it
  from visits v join urls u on u.id = v.url_id left join runs r on r.id = v.run_id
  where (:source is null or u.source = :source) and (:since is null or v.at >= :since) and r.command is not 'import'
), log as (
  select id, coalesce(json_extract(facts, '$.sent'), at) as sent, coalesce(json_extract(facts, '$.url'), page) as url,
         coalesce(json_extract(facts, '$.host'), page_host) as host, http_status as status, outcome,
         json_extract(facts, '$.apart_s') as wait_s, json_extract(facts, '$.bytes') as bytes, elapsed_ms,
         attempts as try, coalesce(json_extract(facts, '$.why'), words) as why, run_id as run
  from noted where coalesce(json_extract(facts, '$.request'), 1)
)
"""
_LINES = f"{_LOG} select sent, url, status, outcome, wait_s, bytes, elapsed_ms, try, why, run from log order by id"
_HOSTS = f"""{_LOG}
select l.host, count(*) as requests, min(sent) as first, max(sent) as last, h.crawl_delay_s as delay_s,
       min(wait_s) as closest_s, sum(status between 200 and 299) as answered, sum(status = 304) as not_modified,
       sum(status in (403, 429)) as refused, sum(status >= 500) as errors, sum(status is null) as unanswered,
       sum(bytes) as bytes
from log l left join hosts h on h.host = l.host group by l.host order by requests desc, l.host
"""


class RequestLog:
    """Writes and reads the log. Writing runs inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self, entry: Entry, run_id: int | None, arrival: Arrival, outcome: str, *, capture_id: int | None = None,
        why: str | None = None,
    ) -> None:  # fmt: skip
        """What *arrival* took, and that it led to *outcome*; *why* in one line, where that needs saying."""
        self.add_way(entry, run_id, arrival.asked[:-1])
        last = arrival.asked[-1] if arrival.asked else None
        elapsed = last.elapsed if last else arrival.elapsed if isinstance(arrival, Capture | NotModified) else None
        self._insert(
            entry.id, run_id, arrival.at if isinstance(arrival, Failure) else arrival.fetched_at, outcome,
            304 if isinstance(arrival, NotModified) else arrival.status, capture_id, _milliseconds(elapsed),
            arrival.attempts, _facts(entry.url, last, why),
        )  # fmt: skip

    def add_way(self, entry: Entry, run_id: int | None, asked: Sequence[Asked]) -> None:
        """Requests that were not the last: each was tried again, or led elsewhere."""
        tries: dict[str, int] = {}
        for one in asked:
            tries[one.url] = tries.get(one.url, 0) + 1
            outcome = "redirected" if one.status is not None and 300 <= one.status < 400 else "retried"
            self._insert(
                entry.id, run_id, one.at, outcome, one.status, None, _milliseconds(one.elapsed),
                tries[one.url], _facts(entry.url, one, one.why),
            )  # fmt: skip

    def add_led(self, entry: Entry, run_id: int | None, at: datetime, status: int, target: str) -> None:
        """A redirect that others kept by itself: *entry* led to *target*."""
        detail = json.dumps({"request": False, "to": target}, ensure_ascii=False)
        self._insert(entry.id, run_id, at, LED_ON, status, None, None, 1, detail)

    def led(self, source: str) -> list[tuple[str, str, int, str]]:
        """Redirects that others kept by themselves: URL, when (ISO 8601, UTC), status, target."""
        return self._db.execute(
            "select u.url, v.at, v.http_status, json_extract(v.detail, '$.to') from visits v join urls u on u.id = v.url_id "
            "where v.outcome = ? and u.source = ? order by v.at, v.id",
            [LED_ON, source],
        ).fetchall()

    def has(self, entry: Entry, at: datetime, status: int) -> bool:
        """Whether this answer of *entry* is in the log."""
        known = self._db.execute(
            "select 1 from visits where url_id = ? and at = ? and http_status = ?", [entry.id, as_text(at), status]
        ).fetchone()
        return known is not None

    def _insert(
        self, url_id: int, run_id: int | None, at: datetime, outcome: str, status: int | None, capture_id: int | None,
        elapsed_ms: int | None, attempts: int, detail: str,
    ) -> None:  # fmt: skip
        self._db.execute(
            "insert into visits (url_id, run_id, at, outcome, http_status, capture_id, elapsed_ms, attempts, detail) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [url_id, run_id, as_text(at), outcome, status, capture_id, elapsed_ms, attempts, detail],
        )

    def lines(self, source: str | None = None, since: str | None = None) -> list[dict[str, Any]]:
        """Every request, in the order of the answers: when, what, how far from the one before on that host, with what result."""
        return list(self._db.query(_LINES, {"source": source, "since": since}))

    def by_host(self, source: str | None = None, since: str | None = None) -> list[dict[str, Any]]:
        """How each host was treated: requests, the two that were closest, and what it said of it."""
        return list(self._db.query(_HOSTS, {"source": source, "since": since}))


def _facts(url: str, asked: Asked | None, why: str | None) -> str:
    """The `detail` of a request for *url*, as JSON."""
    facts: dict[str, Any] = {}
    if asked is None:
        facts["request"] = False  # an answer that was kept before, or by somebody else, is read now
    else:
        facts["sent"] = asked.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if asked.apart is not None:
            facts["apart_s"] = round(asked.apart.total_seconds(), 3)
        facts["bytes"] = asked.size
        if asked.url != url:
            facts["url"] = asked.url
            if host(asked.url) != host(url):
                facts["host"] = host(asked.url)
    if why:
        facts["why"] = clean_text(why)
    return json.dumps(facts, ensure_ascii=False)


def _milliseconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds() * 1000)


def rules_url(url: str, source: str) -> NewUrl:
    """The row that a host's robots.txt at *url* has in the frontier, so that its requests have one to belong to."""
    return NewUrl(url, source, host(url), "robots", "manual", excluded=RULES)
