"""What a crawl of each copy should find, read from the copy's own files: addresses of articles, and the dates they print.

The rules look at file names and at one line of markup that the site's own template writes; nothing of the scraper is
used, so that the two cannot be wrong together.

* openEHR: the numbered pages below ``industry_news``, ``community_news``, ``foundation_news`` (the newsfeed calls them
  openEHR News) and ``releases``, unless the copier saved an error page ("404 Page Not Found"). The date stands in the
  ``<h6>`` under the title: ``Industry News | June 2, 2014, 12:05 p.m.``. The event calendar, ``events``, and what hangs
  below it, ``event_reports``, are no news.
* UCF: the files ``index?page=article&id=…`` with a title in their ``<h2>``; the date is ``<span class="date">``. One of
  the 2,478 has neither title nor text. One more article was saved under a `subject_id` only: asked by its own address,
  this copy does not have it.
  "Updated Sept. 29, 2008" dates an update and no publication.
* DigitalJLearning: ``blog/<year>/<month>/<day>/<slug>/index.html``, dated by the page's own ``dc:date``, else by its
  path; ``join-our-enewsletter`` in it is the copier's doing.
* World Humanitarian Day: ``stories/<slug>.html`` in six languages; no story is dated, so every date found is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

Dated = Iterator[tuple[str, date | None]]  # an article's path below the top folder, and the day its page prints

_OPENEHR = re.compile(r"news_events/(?:(?:industry|community|foundation)_news|releases)/\d+\.html")
_OPENEHR_DATE = re.compile(r"<h6>[^<|]*\|\s*([A-Z][a-z]+)\.? (\d{1,2}), (\d{4})")
_UCF = re.compile(r"UCFnews/index\?page=article&id=[0-9a-f]+")
_UCF_TITLE = re.compile(r'<div id="main_content">\s*<h2>(.*?)</h2>', re.DOTALL)
_UCF_DATE = re.compile(r'<span class="date">\s*([A-Z][a-z]+)\.? (\d{1,2}), ?(\d{4})')
_DJLN = re.compile(r"blog/(\d{4})/(\d\d)/(\d\d)/(?!join-our-enewsletter)[^/]+/index\.html")
_DJLN_DATE = re.compile(r'property="dc:date"[^>]*content="(\d{4})-(\d\d)-(\d\d)T')
_WHD = re.compile(r"(?:(?:ar|es|fr|ru|zh)/)?stories/[^/]+\.html")


@dataclass(frozen=True, slots=True)
class Site:
    """One copy, and how its source is crawled and judged."""

    name: str  # on the command line
    host: str
    source_file: str
    articles: Callable[[Path], Dated]

    def truth(self, folder: Path) -> Mapping[str, date | None]:
        """Every article's canonical URL with the day that its page prints; None if it prints none."""
        return {f"https://{self.host}/{quote(path, safe='/?=&%!()*,:@$')}": on for path, on in self.articles(folder)}


def openehr(folder: Path) -> Dated:
    """News of openEHR."""
    for path, text in _matching(folder, _OPENEHR):
        if "404 Page Not Found" not in text:
            yield path, _day(_OPENEHR_DATE.search(text))


def ucf(folder: Path) -> Dated:
    """Articles of the UCF newsroom; parameters in the order of the archive's keys."""
    for path, text in _matching(folder, _UCF):
        title = _UCF_TITLE.search(text)
        if title and title[1].strip():
            yield re.sub(r"\?(page=article)&(id=\w+)", r"?\2&\1", path), _day(_UCF_DATE.search(text))


def djln(folder: Path) -> Dated:
    """Posts of the DigitalJLearning blog."""
    for path, text in _matching(folder, _DJLN):
        found = _DJLN_DATE.search(text) or _DJLN.fullmatch(path)
        yield path, date(int(found[1]), int(found[2]), int(found[3])) if found else None


def whd(folder: Path) -> Dated:
    """Survivors' stories, in every language."""
    for path, _ in _matching(folder, _WHD):
        yield path, None


SITES = (
    Site("openehr", "www.openehr.org", "openehr.toml", openehr),
    Site("ucf-news", "news.ucf.edu", "ucf-news.toml", ucf),
    Site("djln", "djln.example", "djln.toml", djln),
    Site("ocha-whd-2023", "whd-2023.example", "ocha-whd.toml", whd),
)


def _matching(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if pattern.fullmatch(path) and file.is_file():
            yield path, file.read_text(encoding="utf-8", errors="replace")


def _day(found: re.Match[str] | None) -> date | None:
    """A date as Django and the newsroom print it: June 2, 2014; Sept. 12, 2013."""
    if found is None:
        return None
    return datetime.strptime(f"{found[1][:3]} {found[2]} {found[3]}", "%b %d %Y").date()  # noqa: DTZ007 - a day has no zone
