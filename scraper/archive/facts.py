"""Writing what happened: captures, visits, failures, sightings, hosts. Facts are added, never edited.

Every method runs inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from scraper.archive.payloads import Payloads
from scraper.archive.requests import ON_THE_WAY
from scraper.archive.seals import SEALED, seal
from scraper.archive.times import as_text, as_time
from scraper.charset import clean_text
from scraper.model import Capture, Failure, Hop, Sighting

MOST_VISITS = 50  # of a URL, for judging its fate


@dataclass(frozen=True, slots=True)
class Visit:
    """One past answer of a URL, as far as judging its fate needs it."""

    at: datetime
    outcome: str
    http_status: int | None


@dataclass(frozen=True, slots=True)
class Host:
    """What politeness remembers of a host between runs."""

    host: str
    robots: bytes | None = None
    robots_status: int | None = None
    robots_fetched_at: datetime | None = None
    robots_problem: str | None = None
    crawl_delay_s: float | None = None
    last_request_at: datetime | None = None
    not_before: datetime | None = None
    latency_s: float | None = None


class Facts:
    """Captures and all that is known about asking for them."""

    def __init__(self, db: Database, payloads: Payloads) -> None:
        self._db = db
        self._payloads = payloads

    def add_capture(
        self, capture: Capture, *, source: str, via: str, url_id: int | None, run_id: int | None, previous: str | None
    ) -> int:
        """Keep *capture*; its id. *previous* is the digest of an earlier body of the same URL, to store the difference."""
        digest = self._payloads.put(capture.body, source=source, previous=previous)
        facts = {
            "url": capture.url,
            "fetched_at": as_text(capture.fetched_at),
            "http_status": capture.status,
            "headers": json.dumps(capture.headers, ensure_ascii=False),
            "digest": digest,
            "size": len(capture.body),
            "requested_url": capture.requested_url if capture.requested_url not in {"", capture.url} else None,
            "redirects": json.dumps([[hop.url, hop.status, hop.location] for hop in capture.hops]),
            "request_headers": json.dumps(capture.request_headers, ensure_ascii=False),
            "address": capture.address,
        }
        row = facts | {
            "seal": seal([facts[name] for name in SEALED]),
            "url_id": url_id,
            "source": source,
            "discovered_via": via,
            "run_id": run_id,
            "elapsed_ms": round(capture.elapsed.total_seconds() * 1000),
        }
        cursor = self._db.execute(
            f"insert into captures ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values())
        )
        self._payloads.train(source, as_text(capture.fetched_at))
        return int(cursor.lastrowid or 0)

    def capture(self, capture_id: int) -> Capture:
        """The capture numbered *capture_id*, bytes and all. Raises an ArchiveError if its bytes are damaged."""
        row = self._db.execute(
            "select url, fetched_at, http_status, headers, digest, requested_url, redirects, request_headers, address "
            "from captures where id = ?",
            [capture_id],
        ).fetchone()
        if row is None:
            raise KeyError(capture_id)
        url, fetched_at, status, headers, digest, requested_url, redirects, request_headers, address = row
        return Capture(
            url=url,
            fetched_at=as_time(fetched_at),
            status=status,
            headers=tuple((name, value) for name, value in json.loads(headers)),
            body=self._payloads.get(digest),
            requested_url=requested_url or "",
            hops=tuple(Hop(*hop) for hop in json.loads(redirects)),
            request_headers=tuple((name, value) for name, value in json.loads(request_headers)),
            address=address,
        )

    def capture_ids(self, statement_id: int) -> list[int]:
        """Successful captures of a statement under any of its URLs, oldest first.

        A capture has its URL as it was asked for, whose parameters may stand in another order than in the canonical one:
        where nothing redirected, it belongs to the URL that led to it.
        """
        rows = self._db.execute(
            "with names as (select url from documents where id = :id union select url from aliases where statement_id = :id), "
            "found as (select id from captures where url in (select url from names) union "
            "select c.id from urls u join captures c on c.url_id = u.id and c.redirects = '[]' "
            "where u.url in (select url from names)) "
            "select c.id from found join captures c using (id) where c.http_status between 200 and 299 "
            "order by c.fetched_at, c.id",
            {"id": statement_id},
        ).fetchall()
        return [row[0] for row in rows]

    def visits(self, url_id: int, most: int = MOST_VISITS) -> list[Visit]:
        """The last *most* answers of a URL, oldest first; second tries and redirects on the way are none."""
        rows = self._db.execute(
            "select at, outcome, http_status from visits where url_id = ? and outcome not in (?, ?, ?) "
            "order by at desc, id desc limit ?",
            [url_id, *ON_THE_WAY, most],
        ).fetchall()
        return [Visit(as_time(at), outcome, status) for at, outcome, status in reversed(rows)]

    def add_failure(self, failure: Failure, *, source: str, url_id: int | None, run_id: int | None) -> None:
        """A page that could not be had, for the report."""
        self._db.execute(
            "insert into failures (run_id, source, url, url_id, at, kind, http_status, attempts, message) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [run_id, source, failure.url, url_id, as_text(failure.at), failure.kind, failure.status, failure.attempts,
             clean_text(failure.message)],
        )  # fmt: skip

    def resolve_failures(self, url_id: int, now: str) -> None:
        """The URL works again: its failures are history."""
        self._db.execute("update failures set resolved_at = ? where url_id = ? and resolved_at is null", [now, url_id])

    def add_sighting(self, sighting: Sighting, url_id: int, *, source: str, url: str, now: str) -> bool:
        """Record that *url* was listed; whether it is the first time it was found this way."""
        printed, precision = None, None
        if sighting.published:
            printed, precision = (
                printed_date(sighting.published.on.isoformat(), sighting.published.precision),
                (sighting.published.precision),
            )
        # Most links of a page were seen before: one statement for them, and only a new one takes a second.
        known = self._db.execute(
            "update sightings set first_seen = min(first_seen, ?1), last_seen = max(last_seen, ?1), "
            "listed_on = coalesce(?, listed_on), title = coalesce(?, title), "
            "published = coalesce(?, published), published_precision = coalesce(?, published_precision), "
            "lastmod = coalesce(?, lastmod) where url_id = ? and discovered_via = ?",
            [
                now,
                sighting.listed_on,
                sighting.title,
                printed,
                precision,
                sighting.lastmod,
                url_id,
                sighting.discovered_via,
            ],
        ).rowcount
        if known:
            return False
        self._db.execute(
            "insert into sightings (source, url, url_id, statement_id, discovered_via, listed_on, title, published, "
            "published_precision, lastmod, first_seen, last_seen) "
            "values (?, ?, ?, (select statement_id from urls where id = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
            [source, url, url_id, url_id, sighting.discovered_via, sighting.listed_on, sighting.title, printed, precision,
             sighting.lastmod, now, now],
        )  # fmt: skip
        return True

    def listed_by(self, url: str, source: str) -> int:
        """How many URLs of *source* were last seen on the page at *url*."""
        (count,) = self._db.execute(
            "select count(*) from sightings where source = ? and listed_on = ?", [source, url]
        ).fetchone()
        return int(count)

    def hosts(self) -> Iterator[Host]:
        """All that politeness remembers."""
        for row in self._db.execute(
            "select host, robots, robots_status, robots_fetched_at, robots_problem, crawl_delay_s, last_request_at, "
            "not_before, latency_ms from hosts"
        ):
            host, robots, status, fetched_at, problem, delay, last, not_before, latency = row
            yield Host(
                host, robots, status, _maybe(fetched_at), problem, delay, _maybe(last), _maybe(not_before),
                None if latency is None else latency / 1000,
            )  # fmt: skip

    def touch_host(self, host: str, at: str) -> None:
        """A request to *host* starts at about *at*."""
        if not self._db.execute("update hosts set last_request_at = ? where host = ?", [at, host]).rowcount:
            self._db.execute("insert into hosts (host, last_request_at) values (?, ?)", [host, at])

    def keep_robots(
        self, host: str, body: bytes | None, status: int | None, fetched_at: datetime | None, problem: str | None
    ) -> None:
        """Remember what *host*'s robots.txt said; *fetched_at* is when the rules in use were read."""
        self._db.execute("insert or ignore into hosts (host) values (?)", [host])
        self._db.execute(
            "update hosts set robots = ?, robots_status = ?, robots_fetched_at = ?, robots_problem = ? where host = ?",
            [body, status, _text(fetched_at), problem, host],
        )

    def keep_pace(
        self,
        host: str,
        delay: timedelta,
        last_request_at: datetime | None,
        not_before: datetime | None,
        latency_s: float | None,
    ) -> None:
        """Remember how slowly *host* is to be asked."""
        self._db.execute("insert or ignore into hosts (host) values (?)", [host])
        self._db.execute(
            "update hosts set crawl_delay_s = ?, last_request_at = coalesce(?, last_request_at), not_before = ?, "
            "latency_ms = ? where host = ?",
            [
                delay.total_seconds(),
                _text(last_request_at),
                _text(not_before),
                None if latency_s is None else round(latency_s * 1000, 1),
                host,
            ],
        )


def printed_date(iso: str, precision: str) -> str:
    """As much of an ISO date as is known: 2022-06-10, 2022-06 or 2022.

    >>> printed_date("2022-06-01", "month")
    '2022-06'
    """
    return {"month": iso[:7], "year": iso[:4]}.get(precision, iso[:10])


def _maybe(text: str | None) -> datetime | None:
    return as_time(text) if text else None


def _text(time: datetime | None) -> str | None:
    return as_text(time) if time else None
