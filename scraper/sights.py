"""What pages name: every URL that a feed, sitemap, listing or page mentions is known from then on, with how it was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scraper.archive.frontier import Entry, NewUrl
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.crawler import discover, frontier
from scraper.crawler.sitemaps import LISTS_NOTHING
from scraper.job import STATEMENT_ROLES, Job, Page
from scraper.model import Capture, Sighting
from scraper.reading import markup
from scraper.urls import host

SILENT_LEAST = 5  # statements that a list named before its silence means something


class Sights:
    """Writes down what pages name. Runs inside the caller's transaction."""

    def __init__(self, archive: Archive) -> None:
        self._facts = archive.facts
        self._frontier = archive.frontier

    def seed(self, job: Job, now: str) -> None:
        """Feeds, sitemaps and listings are looked at in every run."""
        for role, url in job.scope.starts:
            canonical = job.scope.canonical(url)
            new = NewUrl(
                canonical, job.source.name, host(canonical), role, role, None, frontier.priority(role, role),
                hints=job.scope.hints(url),
            )  # fmt: skip
            _, is_new = self._frontier.add(new, now)
            if not is_new:
                self._frontier.hasten(canonical, now)

    def discover(self, job: Job, entry: Entry, capture: Capture) -> None:
        """A feed, sitemap, listing or other page: what it names is known from now on."""
        page = discover.read(entry.role, capture, job.source, job.scope, markup)
        # A list that gives something is only odd; one that gives nothing needs a person.
        gave = page.sightings or page.next_urls or page.other_lists
        # Of the parts of a sitemap one is often empty: the last page, or the one for stories.
        spare = entry.discovered_on is not None and all(one.endswith(LISTS_NOTHING) for one in page.problems)
        (job.tally.notes if gave or spare else job.tally.problems).extend(page.problems)
        if not page.sightings and entry.checks and entry.discovered_on is None:
            self._fell_silent(job, entry, capture)
        fresh = self.sight(job, page.sightings, capture.url, as_text(capture.fetched_at))
        for url in page.other_lists:
            self._walk(job, url, entry, False, as_text(capture.fetched_at))
        if entry.role in {"listing", "feed"}:
            job.listing_pages += entry.role == "listing" or bool(page.next_urls)
            if not fresh and entry.checks:
                return  # a run of known items: everything older was listed before
        if job.listing_pages > job.source.max_listing_pages and page.next_urls:
            job.tally.problems.append(
                f"{capture.url}: stopped after {job.source.max_listing_pages} listing pages (max_listing_pages)"
            )
            return
        for url in page.next_urls:
            self._walk(job, url, entry, fresh > 0, as_text(capture.fetched_at))

    def _fell_silent(self, job: Job, entry: Entry, capture: Capture) -> None:
        """A list that the source file names, and that names nothing any more, is said at once and not when months were missed."""
        before = (self._facts.listed_by(url, entry.source) for url in dict.fromkeys((entry.url, capture.url)))
        if max(before) >= SILENT_LEAST:
            leads = f" (leads to {capture.url} now)" if job.scope.canonical(capture.url) != entry.url else ""
            job.tally.problems.append(
                f"{entry.url}{leads}: names no statement any more, and named several before: moved, blocked, or another template; "
                f"`scraper sources check {entry.source}` tells"
            )

    def follow(self, page: Page) -> None:
        """What a statement page names: its translations always, other links where the source says so."""
        job, here = page.job, page.capture.url
        named = [Sighting(t.url, "link", here, language=t.language) for t in page.statement.translations]
        self.sight(
            job, [s for s in named if job.scope.role(job.scope.canonical(s.url)) in STATEMENT_ROLES], here, page.now
        )
        # Pages of a site link to the same places: each is written down once a run.
        self.sight(job, [s for s in page.read.links if job.first_link(s.url)], here, page.now)

    def sight(self, job: Job, sightings: Iterable[Sighting], listed_on: str, now: str) -> int:
        """Record what a page names; how many statements among it were unknown before this run."""
        fresh = 0
        for sighting in sightings:
            url = job.scope.canonical(sighting.url)
            role = job.scope.role(url)
            refusal = job.scope.refuses(url)
            if refusal and refusal.unrecorded:
                continue
            known = self._frontier.get(url)
            if known is None and role == "page" and not job.caps.admits(url):
                continue
            hints = _hints(sighting) | job.scope.hints(sighting.url)
            excluded = str(refusal) if refusal else None
            if known is None:
                new = NewUrl(
                    url, job.source.name, host(job.scope.asked(url)), role, sighting.discovered_via, listed_on,
                    frontier.priority(role, sighting.discovered_via), excluded, hints=hints,
                )  # fmt: skip
                url_id, _ = self._frontier.add(new, now)
                job.tally.excluded += bool(excluded)
            else:
                url_id = known.id
            if role not in STATEMENT_ROLES:
                continue
            fresh += (known.first_seen if known else now) >= job.started_at
            if self._facts.add_sighting(sighting, url_id, source=job.source.name, url=url, now=now):
                job.tally.listed += known is None
            if known is not None:
                self._frontier.hint(known, hints)
                if sighting.lastmod and known.lastmod and sighting.lastmod != known.lastmod and not excluded:
                    self._frontier.hasten(url, now, priority=frontier.CHANGED_PRIORITY)
        return fresh

    def _walk(self, job: Job, url: str, entry: Entry, fresh: bool, now: str) -> None:
        """Queue a further listing or sitemap page, again if it was read in an earlier run."""
        canonical = job.scope.canonical(url)
        found = job.scope.role(canonical)
        role = found if found in {"listing", "sitemap"} else entry.role
        if job.scope.refuses(canonical):
            return
        row = self._frontier.get(canonical)
        if row is None:
            new = NewUrl(
                canonical, entry.source, host(canonical), role, role, entry.url, frontier.priority(role, role),
                hints=job.scope.hints(url),
            )  # fmt: skip
            self._frontier.add(new, now)
        elif (fresh or role == "sitemap") and (row.fetched_at or "") < job.started_at:
            self._frontier.hasten(canonical, now)


def _hints(sighting: Sighting) -> dict[str, Any]:
    published = sighting.published
    return {
        "title": sighting.title,
        "published": published.on.isoformat() if published else None,
        "precision": published.precision if published else None,
        "printed": published.printed if published else None,
        "dated_by": published.source if published else None,
        "printed_date": sighting.printed,
        "via": sighting.discovered_via,
        "lastmod": sighting.lastmod,
        "language": sighting.language,
    }
