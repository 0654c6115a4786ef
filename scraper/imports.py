"""Captures that somebody else made: WARC files, crawls of the Wayback Machine, folders saved from a site.

They take their places in the histories of their statements, whatever the order they come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from scraper.archive.frontier import Entry, NewUrl, Outcome
from scraper.archive.runs import Tally
from scraper.archive.store import Archive
from scraper.archive.times import as_text, as_time
from scraper.clock import Clock
from scraper.config import Source
from scraper.crawler import frontier
from scraper.crawler.fate import MISSING_STATUSES
from scraper.crawler.mediatypes import refused_type
from scraper.crawler.scope import Scope
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.history import History
from scraper.job import STATEMENT_ROLES, Job
from scraper.keep import Keeper
from scraper.model import Capture, Failure, Hop, NotModified
from scraper.readers import Readers, Wish
from scraper.reading import Read, Unread
from scraper.redirected import REDIRECTS, TOGETHER, Redirected, target_of
from scraper.rescope import edited, rescope
from scraper.spool import Spool
from scraper.urls import host

NOT_MODIFIED = 304
_TELLING = (
    MISSING_STATUSES | REDIRECTS | {NOT_MODIFIED}
)  # answers that say something of a statement without bringing it
MOST_FAILS = 9  # as good as: an address where others found nothing is asked for seldom
_WITHOUT_PAGE = frozenset({204, 205, 206})  # successes that bring no page, or a part of one


_Late = defaultdict[str, set[int]]  # source -> statements about which something came late


class _Item(NamedTuple):
    """What came, and what it is to whom."""

    arrival: Capture | Failure
    job: Job | None  # of the source that has such pages
    role: str


@dataclass(slots=True)
class Imported:
    """What an import did."""

    tallies: dict[str, Tally] = field(default_factory=dict)  # by source
    captures: int = 0
    known: int = 0  # captures that the archive held already
    without_source: int = 0  # captures of no source's pages
    skipped: dict[str, int] = field(default_factory=dict)  # why -> files or records that were no capture of a page
    failures: list[str] = field(default_factory=list)  # one line each


def import_captures(
    archive: Archive, sources: Sequence[Source], arrivals: Iterable[Capture | Failure], clock: Clock,
    readers: Readers | None = None, renamed: Mapping[str, str] | None = None,
) -> Imported:  # fmt: skip
    """Keep captures that somebody else made, with their own times, each in its place in its statement's history.

    *renamed*: addresses that a copier made up for the links of its pages, and what they stand for. With *readers*, other
    processes read the pages ahead and this one decides and writes.
    """
    done = Imported()
    now = as_text(clock.now())
    keeper = Keeper(archive)
    jobs = [Job(source, Scope(source, renamed), 0, now) for source in sources]
    late: _Late = defaultdict(set)
    with archive.writing():
        archive.runs.mark_killed()
    for item, read in _with_readings(archive, _lists_first(arrivals, jobs, _remembered(archive, jobs)), jobs, readers):
        arrival, job, role = item
        if isinstance(arrival, Failure):
            done.failures.append(f"{arrival.url}: {arrival.message}")
        elif job is None or role == "page":
            done.without_source += 1
        elif why := _no_page(arrival):
            if not _told(archive, keeper, job, arrival, role, late):
                done.skipped[why] = done.skipped.get(why, 0) + 1
        else:
            done.captures += 1
            _begin(archive, job)
            done.known += not _import_one(archive, keeper, job, arrival, role, read, late)
    with archive.writing():
        for job in (job for job in jobs if job.run_id):
            keeper.settle_all(job, at_once=True)
            _record(archive, job)
            keeper.renew_fates(job, late[job.source.name])
            archive.runs.end(job.run_id, job.tally, "finished", as_text(clock.now()))
            done.tallies[job.source.name] = job.tally
    return done


def _begin(archive: Archive, job: Job) -> None:
    """Begin the run of a source when the first of its captures comes: the archive knows no source that nothing is of."""
    if job.run_id:
        return
    with archive.writing():
        before = archive.runs.know(job.source, job.started_at)
        job.run_id = archive.runs.begin(job.source.name, "import", EXTRACTOR_VERSION, job.started_at)
        if edited(before, job.source):
            rescope(archive, job)


def _with_readings(
    archive: Archive, arrivals: Iterable[Capture | Failure], jobs: Sequence[Job], readers: Readers | None
) -> Iterator[tuple[_Item, Read | Unread | None]]:
    """Each arrival with the source whose it is and what it is to it, and what readers found in it."""

    def wishes() -> Iterator[tuple[_Item, Wish | None]]:
        for arrival in arrivals:
            item = _placed(arrival, jobs)
            job, wish = item.job, None
            if (
                job
                and isinstance(arrival, Capture)
                and item.role in STATEMENT_ROLES
                and not (_no_page(arrival) or _holds(archive, arrival))
            ):
                wish = Wish(arrival, job.source, archive.chrome.newest(job.source.name))
            yield item, wish

    if readers is not None:
        yield from readers.ahead(wishes())
    else:
        yield from ((_placed(arrival, jobs), None) for arrival in arrivals)


def _placed(arrival: Capture | Failure, jobs: Sequence[Job]) -> _Item:
    if isinstance(arrival, Failure):
        return _Item(arrival, None, "page")
    job = next((job for job in jobs if job.scope.refuses(job.scope.canonical(arrival.url)) is None), None)
    return _Item(arrival, job, job.scope.role(job.scope.canonical(arrival.url)) if job else "page")


def _no_page(capture: Capture) -> str | None:
    """Why *capture*, which somebody else kept, is none that a crawl would keep; None if it is a page."""
    if not 200 <= capture.status < 300 or capture.status in _WITHOUT_PAGE:
        return f"answer {capture.status}"
    return refused_type(capture.content_type)


def _told(archive: Archive, keeper: Keeper, job: Job, capture: Capture, role: str, late: _Late) -> bool:
    """Keep an answer without a page for what it says of a statement: that there is nothing, that nothing changed, or that
    it is elsewhere; whether it says so of one that is known. What is said of others is remembered, for their pages may come.
    """
    if capture.status not in _TELLING or role not in STATEMENT_ROLES:
        return False
    _begin(archive, job)
    url, at = _asked_for(job, capture), as_text(capture.fetched_at)
    with archive.writing():
        row = NewUrl(
            url, job.source.name, host(url), role, "import", None, frontier.priority(role, "import"),
            due_at=as_text(as_time(job.started_at) + frontier.dead_interval(MOST_FAILS)),
        )  # fmt: skip
        entry = archive.frontier.by_id(archive.frontier.add(row, at)[0])
        if archive.requests.has(entry, capture.fetched_at, capture.status):
            return False
        if capture.status in REDIRECTS:
            return _led(archive, keeper, job, entry, capture)
        keeper.settle_earlier(job, entry)
        arrival = _without_page(capture)
        held = archive.readings.find(job.source.name, entry.url)
        if held is None or _is_late(entry, at):
            archive.requests.add(entry, job.run_id, arrival, _outcome(arrival))
            if held is None and not _is_late(entry, at):
                missing = isinstance(arrival, Failure)
                result = Outcome(_outcome(arrival), row.due_at or at, http_status=capture.status, failed=missing)
                archive.frontier.done(entry.id, result, at)
            late[job.source.name].update([held.id] if held else [])
            return held is not None
        keeper.keep(job, entry, arrival)
        keeper.save([job])
    return True


def _led(archive: Archive, keeper: Keeper, job: Job, entry: Entry, capture: Capture) -> bool:
    """Remember a redirect whose page did not come with it; whether that page is known."""
    target = target_of(capture)
    if target is None:
        return False
    archive.requests.add_led(entry, job.run_id, capture.fetched_at, capture.status, target)
    url = job.scope.canonical(target)
    known = archive.db.execute(
        "select c.id from urls u join captures c on c.url_id = u.id where u.url = ? and c.fetched_at between ? and ? "
        "and c.http_status between 200 and 299 order by c.fetched_at limit 1",
        [url, as_text(capture.fetched_at), as_text(capture.fetched_at + TOGETHER)],
    ).fetchone()
    if known is None or url == entry.url:
        return False
    hop = Hop(capture.url, capture.status, target)
    page = replace(archive.facts.capture(known[0]), requested_url=capture.url, hops=(hop,))
    keeper.led(job, entry, url, page)
    return True


def _outcome(arrival: Failure | NotModified) -> str:
    return "not-modified" if isinstance(arrival, NotModified) else "missing"


def _is_late(entry: Entry, at: str) -> bool:
    """Whether what came *at* that time is older than what is known of *entry*."""
    return bool(entry.fetched_at and entry.fetched_at > at)


def _without_page(capture: Capture) -> Failure | NotModified:
    """What a crawl makes of such an answer."""
    if capture.status == NOT_MODIFIED:
        return NotModified(
            capture.url, capture.fetched_at, capture.headers, requested_url=capture.requested_url, hops=capture.hops
        )
    return Failure(capture.url, capture.fetched_at, "http", f"HTTP {capture.status}", capture.status)


def _holds(archive: Archive, capture: Capture) -> bool:
    """Whether the archive has this very capture."""
    known = archive.db.execute(
        "select 1 from captures where url = ? and fetched_at = ? and digest = ?",
        [capture.url, as_text(capture.fetched_at), capture.digest],
    ).fetchone()
    return known is not None


def _import_one(
    archive: Archive, keeper: Keeper, job: Job, capture: Capture, role: str, read: Read | Unread | None,
    late: _Late,
) -> bool:  # fmt: skip
    """Keep one capture; whether it was news."""
    if _holds(archive, capture):
        return False
    url = _asked_for(job, capture)
    with archive.writing():
        new = NewUrl(url, job.source.name, host(url), role, "import", None, frontier.priority(role, "import"))
        url_id, _ = archive.frontier.add(new, as_text(capture.fetched_at))
    with archive.writing():
        entry = archive.frontier.by_id(url_id)
        keeper.settle_earlier(job, entry)
        outcome = keeper.keep(job, entry, capture, read)
        is_late = _is_late(entry, as_text(capture.fetched_at))
        if is_late:
            archive.frontier.believe(entry)
        if (is_late or outcome == "history") and (found := archive.readings.find(job.source.name, url)):
            late[job.source.name].add(found.id)
        keeper.save([job])
    if outcome == "revised":
        with archive.writing():
            _record(archive, job)  # before the next capture: years of edits may come in one import
    return True


def _asked_for(job: Job, capture: Capture) -> str:
    """The URL that led to *capture*: where a statement stood before it moved, if the redirect was kept with it."""
    began, url = job.scope.canonical(capture.requested_url or capture.url), job.scope.canonical(capture.url)
    return began if job.scope.role(began) in STATEMENT_ROLES and job.scope.refuses(began) is None else url


def _record(archive: Archive, job: Job) -> None:
    """Changes that captures of the past show are revisions at once: no template has changed in between."""
    for version_id, statement_id, capture_id in archive.readings.unsettled(job.source.name, "pending"):
        History(archive).record(job, version_id, statement_id, capture_id)


def _remembered(archive: Archive, jobs: Sequence[Job]) -> Redirected:
    """Redirects that came without their pages in earlier imports."""
    redirected = Redirected()
    for job in jobs:
        for url, at, status, target in archive.requests.led(job.source.name):
            redirected.remember(Capture(url, as_time(at), status, (("Location", target),), b""))
    return redirected


def _lists_first(
    arrivals: Iterable[Capture | Failure], jobs: Sequence[Job], redirected: Redirected
) -> Iterator[Capture | Failure]:  # fmt: skip
    """What lists statements before the statements, so that titles and dates given there are known; then by time.

    Redirects that came by themselves go with the pages that they led to.
    """
    with Spool() as later:
        for arrival in arrivals:
            role = "page"
            if isinstance(arrival, Capture):
                role = next(
                    (r for job in jobs if (r := job.scope.role(job.scope.canonical(arrival.url))) != "page"), "page"
                )
            if role in STATEMENT_ROLES and isinstance(arrival, Capture) and redirected.put(arrival):
                continue
            if role in STATEMENT_ROLES or isinstance(arrival, Failure):
                later.put(arrival)
            else:
                yield arrival
        for arrival in later.by_time():
            yield redirected.join(arrival) if isinstance(arrival, Capture) else arrival
    yield from redirected.alone()
