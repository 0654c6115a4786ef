"""``scraper report --html FILE``: one page that needs nothing else, with the pictures of a period, to be mailed by cron."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from scraper.browse import archives, charts, figures
from scraper.browse.figures import Covered, SourceCount
from scraper.browse.jinja import furnish
from scraper.browse.pages.changes import Change, Texts, edited, latest
from scraper.browse.pages.coverage import Run, runs_between
from scraper.browse.pages.lists import Listed, first_seen_between
from scraper.browse.rooms import Compared
from scraper.browse.serve import check
from scraper.browse.site import static_bytes
from scraper.version import __version__

CHANGES_SHOWN = 60
NEW_SHOWN = 60


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One publisher in the period."""

    count: SourceCount
    covered: Covered
    runs: int
    new: int
    revised: int
    gone: int
    failed: int
    last: Run | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says."""

    title: str
    since: str  # ISO 8601, UTC
    until: str
    sources: Sequence[SourceReport]
    problems: Sequence[tuple[str, str]]  # source title, what a person should look at
    new: Sequence[Listed]
    new_count: int
    changes: Sequence[Change]
    texts: Mapping[int, Texts]  # event id -> what an edit changed
    months: Mapping[str, int]  # statements by month of publication, whole archive
    days: Mapping[str, int]  # statements archived on each day of the period

    @property
    def quiet(self) -> bool:
        """Whether nothing happened that a reader would call news."""
        return not (self.new_count or self.changes or self.problems)


def report_html(path: Path, *, since: str, until: str, compare_briefly: Callable[[str, str], Compared]) -> str:
    """The report on the archive at *path* from *since* to *until* (ISO 8601, UTC, both included), as one HTML page.

    *compare_briefly* shows what an edit changed. The page has its style inside, no script, and asks for nothing.
    Raises what opening an archive raises.
    """
    check(path)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        report = read(conn, since, until)
    titles = {source.count.source: source.count.title for source in report.sources}
    return (
        _environment()
        .get_template("statements/report.html")
        .render(
            report=report,
            titles=titles,
            style=_style(),
            by_day=charts.strip(charts.by_day(report.days), "Statements archived by day"),
            by_month=charts.strip(charts.by_month(report.months), "All statements by month of publication"),
            years=charts.year_totals(report.months),
            brief={event: compare_briefly(texts.old, texts.new) for event, texts in report.texts.items()},
            version=__version__,
        )
    )


def read(conn: sqlite3.Connection, since: str, until: str) -> Report:
    """What the archive says of the period."""
    sources = figures.sources(conn)
    coverage = figures.coverage(conn)
    runs = runs_between(conn, since, until)
    changes = [change for change in latest(conn, limit=CHANGES_SHOWN, until=until) if change.at >= since]
    lines = []
    problems: list[tuple[str, str]] = []
    for source in sources:
        own = [run for run in runs if run.source == source.source]
        last = own[0] if own else None
        lines.append(
            SourceReport(
                source,
                sum(coverage.get(source.source, {}).values(), Covered()),
                len(own),
                sum(run.new for run in own),
                sum(run.revised for run in own),
                sum(run.gone for run in own),
                sum(run.failed for run in own),
                last,
            )
        )
        # The last run's word counts: what an earlier one complained of may be over.
        problems += [(source.title, problem) for problem in (last.problems if last else ())]
    months: dict[str, int] = {}
    for source in sources:
        for month, count in source.months.items():
            months[month] = months.get(month, 0) + count
    days = conn.execute(
        "select substr(first_seen, 1, 10), count(*) from documents where first_seen between ? and ? group by 1 order by 1",
        [since, until],
    ).fetchall()
    new, new_count = first_seen_between(conn, since, until, NEW_SHOWN)
    return Report(
        title=archives.title(conn) or archives.UNTITLED,
        since=since,
        until=until,
        sources=lines,
        problems=problems,
        new=new,
        new_count=new_count,
        changes=changes,
        texts={change.id: texts for change in changes if change.what == "revised" and (texts := edited(conn, change))},
        months=months,
        days=dict(days),
    )


def _style() -> Markup:
    """Our own style sheets, to stand inside the page."""
    sheets = ((static_bytes(name) or b"").decode() for name in ("statements.css", "pages.css"))
    return Markup("\n".join(sheets))  # noqa: S704 - our own files


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Our templates without datasette. Addresses lead nowhere in a mail, so a statement's title leads to its original."""
    env = Environment(loader=PackageLoader("scraper.browse"), autoescape=select_autoescape(default=True))
    furnish(env)
    return env
