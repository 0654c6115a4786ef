"""Does a source work? Look at its robots.txt, feeds, sitemaps, a listing and a statement, archiving nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scraper.clock import Clock
from scraper.config import Source
from scraper.crawler import discover
from scraper.crawler.fetch import Fetcher
from scraper.crawler.hostclock import HostClock
from scraper.crawler.robotsbook import RobotsBook
from scraper.crawler.scope import Role, Scope
from scraper.crawler.sitemaps import MAX_BYTES as SITEMAP_BYTES
from scraper.history import with_hints
from scraper.model import Capture, Failure, NotModified, Sighting, Statement
from scraper.reading import markup, read_capture


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at."""

    name: str
    works: bool
    message: str  # one line: what was seen, or what is wrong and what to do


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of one source saw."""

    source: str
    steps: tuple[Step, ...]
    statement: Statement | None  # the first statement found, as it would be archived

    @property
    def works(self) -> bool:
        """Whether everything that was looked at works."""
        return all(step.works for step in self.steps)


class Visitor:
    """Fetches one page at a time as politely as a crawl would."""

    def __init__(self, source: Source, fetcher: Fetcher, clock: Clock) -> None:
        self._source = source
        self._fetcher = fetcher
        self._beat = HostClock(clock.now, clock.monotonic, clock.sleep)
        self.book = RobotsBook(fetcher, self._beat, clock.now)

    def get(self, url: str) -> Capture | Failure:
        """What *url* answers, or why it was not asked."""
        if refusal := self.book.refuses(url, self._source):
            return refusal
        arrival = self._fetcher.fetch(
            url, user_agent=self._source.agent_header, manners=self._beat, most_bytes=SITEMAP_BYTES
        )
        assert not isinstance(arrival, NotModified), "no validators were sent"
        return arrival


def check_source(source: Source, fetcher: Fetcher, clock: Clock) -> CheckReport:
    """Look at each part of *source* once."""
    scope = Scope(source)
    visitor = Visitor(source, fetcher, clock)
    steps: list[Step] = []
    named: list[Sighting] = []
    if scope.adapter and scope.adapter.problem:
        steps.append(Step("adapter", False, scope.adapter.problem))
    refused = {url: refusal for _, url in scope.starts if (refusal := visitor.book.refuses(url, source)) is not None}
    for url, refusal in refused.items():
        if refusal.retry_after is None:  # else it is the host's rules that could not be had: said once, below
            steps.append(Step("robots", False, f"{url}: {refusal.message}"))
    for record in visitor.book.news():
        rules = "no robots.txt" if not record.body else f"robots.txt read, {len(record.sitemaps)} sitemaps named"
        steps.append(Step("robots", record.problem is None, f"{record.host}: {record.problem or rules}"))
    for role, url in scope.starts:
        if url not in refused and (role != "listing" or url not in source.seeds[1:]):  # one listing tells enough
            step, found = _look(role, url, source, scope, visitor.get)
            steps.append(step)
            named += found
    if not named:
        asked = any(url not in refused for _, url in scope.starts)
        why = "nothing lists a statement: look at `seeds` and `statement` in the source file"
        steps.append(Step("statement", False, why if asked else "no list could be asked"))
        return CheckReport(source.name, tuple(steps), None)
    step, statement = _read_one(named, scope, visitor.get)
    return CheckReport(source.name, (*steps, step), statement)


def _look(
    role: Role, url: str, source: Source, scope: Scope, get: Callable[[str], Capture | Failure]
) -> tuple[Step, list[Sighting]]:
    answer = get(url)
    if isinstance(answer, Failure):
        return Step(role, False, f"{url}: {answer.message}"), []
    page = discover.read(role, answer, source, scope, markup)
    statements = [s for s in page.sightings if scope.role(scope.canonical(s.url)) in {"statement", "digest"}]
    dated = sum(s.published is not None for s in statements)
    further = f", {len(page.next_urls)} further pages" if page.next_urls else ""
    problems = f"; {'; '.join(page.problems)}" if page.problems else ""
    works = bool(statements or (role == "sitemap" and page.next_urls))
    return Step(role, works, f"{url}: {len(statements)} statements, {dated} with a date{further}{problems}"), statements


def _read_one(
    named: list[Sighting], scope: Scope, get: Callable[[str], Capture | Failure]
) -> tuple[Step, Statement | None]:
    answer: Capture | Failure | None = None
    for sighting in [s for s in named if scope.refuses(scope.canonical(s.url)) is None][:3]:
        answer = get(scope.asked(scope.canonical(sighting.url)) if scope.adapter else sighting.url)
        if isinstance(answer, Capture):
            read = read_capture(answer, scope)
            hints = {"title": sighting.title, "via": sighting.discovered_via}
            if sighting.published:
                hints |= {"published": sighting.published.on.isoformat(), "precision": sighting.published.precision}
            statement = with_hints(read, hints)
            works = statement.words > 0 and statement.title is not None
            return Step(
                "statement", works, f"{answer.url}: {statement.words} words, confidence {statement.confidence:.2f}"
            ), statement
    message = answer.message if isinstance(answer, Failure) else "all that is listed is excluded by the source file"
    return Step("statement", False, message), None
