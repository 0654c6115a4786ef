"""What became of a statement, worked out anew from all answers in the order of their times.

A crawl hears of a page in that order and judges as it goes. Captures of others come in any: an answer of the past may
begin a suspicion, or end one that later answers bore out. Runs inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.archive.facts import MOST_VISITS, Visit
from scraper.archive.store import Archive
from scraper.archive.times import as_text, as_time
from scraper.crawler import fate
from scraper.job import Job

_THERE = frozenset({"new", "revised", "unchanged", "history", "vanished", "not-modified"})
_JUDGED = fate.BAD_OUTCOMES | fate.UNTELLING - {"robots"}
_RENEWED = "('suspected', 'gone', 'back')"
_MOVED_FROM = "from "  # how the diary begins a move that the statement made; one that it did not says "to"

_ANSWERS = """
with names as (select url from documents where id = :id union select url from aliases where statement_id = :id)
select v.at, u.url, v.outcome, v.http_status from names n join urls u on u.url = n.url join visits v on v.url_id = u.id
where v.outcome not in ('retried', 'redirected', 'led-on') order by v.at, v.id
"""
# Addresses of a statement that led elsewhere, and when each had answered itself first.
_STOOD = """
select a.url, min(c.fetched_at) from aliases a join urls u on u.url = a.url join captures c on c.url_id = u.id
where a.statement_id = :id and a.reason = 'redirect' and u.source = :source and c.redirects = '[]'
and c.http_status between 200 and 299 group by a.url
"""
# When such an address first led to the present one for good, and how it said so.
_LED = """
select c.fetched_at as at, json_extract(c.redirects, '$[0][1]') as status
from urls u join captures c on c.url_id = u.id where u.url = :before and c.url = :url and c.fetched_at > :seen
and not exists (select 1 from json_each(c.redirects) where json_extract(value, '$[1]') not in (301, 308))
union all
select min(c.fetched_at), v.http_status from urls u join visits v on v.url_id = u.id
join urls p on p.url = :url join captures c on c.url_id = p.id and c.fetched_at >= v.at
where u.url = :before and v.outcome = 'led-on' and v.http_status in (301, 308) and v.at > :seen group by v.id
order by 1 limit 1
"""
_KNOWN = "select 1 from events where statement_id = ?1 and what = 'moved' and substr(detail, 1, length(?2)) = ?2"


class _Answer(NamedTuple):
    at: str
    url: str
    outcome: str
    http_status: int | None


class _Event(NamedTuple):
    at: str
    what: str
    detail: str


@dataclass(slots=True)
class _Fate:
    """What is believed while the answers are gone through."""

    status: str = "live"
    reason: str | None = None
    since: str | None = None
    events: list[_Event] = field(default_factory=list)

    def there(self, at: str) -> None:
        """The page answered."""
        if self.status == "gone":
            self.events.append(_Event(at, "back", "was gone"))
        if self.status in {"gone", "error"}:
            self.status, self.reason, self.since = "live", None, None

    def judged(self, judgement: fate.Judgement, at: str) -> None:
        """The page did not answer, or said that there is nothing."""
        if self.status == "gone" or judgement.status == "live":
            return
        if judgement.status == "gone":
            self.events.append(_Event(at, "gone", judgement.reason))
            self.status, self.reason = "gone", judgement.reason
            self.since = as_text(judgement.since) if judgement.since else at
        elif self.status != "error" or judgement.suspected:
            if judgement.suspected and self.status != "error":
                self.events.append(_Event(at, "suspected", judgement.reason))
            self.status, self.reason = "error", judgement.reason

    def moved(self, reason: str) -> None:
        """The statement stands elsewhere from now on."""
        self.status, self.reason, self.since = "moved", reason, None


class Fates:
    """Works out what became of statements."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._db = archive.db

    def renew(self, job: Job, statement_id: int) -> None:
        """Write what all answers about a statement say of it, and the diary's lines on it."""
        url, first_seen = self._db.execute(
            "select url, first_seen from documents where id = ?", [statement_id]
        ).fetchone()
        self._moved_before(job, statement_id, url)
        moves = self._db.execute(
            "select at, detail from events where statement_id = ? and what = 'moved' order by at, id", [statement_id]
        ).fetchall()
        answers = [_Answer(*row) for row in self._db.execute(_ANSWERS, {"id": statement_id}).fetchall()]
        self._write(job, statement_id, _fate(url, moves, [answer for answer in answers if answer.at >= first_seen]))

    def _moved_before(self, job: Job, statement_id: int, url: str) -> None:
        """Where a capture shows that the statement stood at an address that led to *url* later, it moved then."""
        for before, seen in self._db.execute(_STOOD, {"id": statement_id, "source": job.source.name}).fetchall():
            led = self._db.execute(_LED, {"before": before, "url": url, "seen": seen}).fetchone()
            if led and not self._db.execute(_KNOWN, [statement_id, f"from {before} "]).fetchone():
                self._archive.readings.add_event(
                    "moved", statement_id, source=job.source.name, run_id=job.run_id, at=led[0],
                    detail=f"from {before} (HTTP {led[1]})",
                )  # fmt: skip
                job.tally.moved += 1

    def _write(self, job: Job, statement_id: int, found: _Fate) -> None:
        held = self._db.execute(
            f"select id, at, what, detail from events where statement_id = ? and what in {_RENEWED}", [statement_id]
        ).fetchall()
        known = {_Event(*row[1:]): row[0] for row in held}
        for event_id in (number for event, number in known.items() if event not in found.events):
            self._db.execute("delete from events where id = ?", [event_id])
        for event in found.events:
            if event not in known:
                self._archive.readings.add_event(
                    event.what,
                    statement_id,
                    source=job.source.name,
                    run_id=job.run_id,
                    at=event.at,
                    detail=event.detail,
                )
        self._archive.readings.set_status(statement_id, found.status, found.reason, found.since)


def _fate(url: str, moves: list[tuple[str, str]], answers: list[_Answer]) -> _Fate:
    """What *answers*, in their order, say of a statement now at *url*; *moves*: when it moved, as the diary has it."""
    found = _Fate()
    heard: dict[str, list[Visit]] = {}
    left = [(at, *_place(detail)) for at, detail in moves]
    for answer in answers:
        while left and left[0][0] <= answer.at:
            found.moved(left.pop(0)[2])
        heard.setdefault(answer.url, []).append(Visit(as_time(answer.at), answer.outcome, answer.http_status))
        speaks = next((before for _, before, _ in left if before), url)
        if answer.outcome in _THERE:
            found.there(answer.at)
        elif answer.outcome in _JUDGED and answer.url == speaks:
            found.judged(fate.judge(heard[answer.url][-MOST_VISITS:], as_time(answer.at)), answer.at)
    for _, _, reason in left:
        found.moved(reason)
    return found


def _place(detail: str) -> tuple[str | None, str]:
    """Where a statement stood before a move (None: it moved in word only), and what its status says of the move."""
    if detail.startswith(_MOVED_FROM):
        before = detail.removeprefix(_MOVED_FROM).partition(" ")[0]
        return before, f"moved here from {before}"
    target, _, why = detail.removeprefix("to ").partition(" ")
    return None, f"{why.strip('()')} to {target}, a statement of its own"
