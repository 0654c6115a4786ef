"""What is here and what a person should look at: a source that went quiet is loud.

Expectations are learnt from each source's own history (zavod's assertions, openSanctions: a minimum of what is usual,
fill rates of fields); a breach is a warning with its likely cause, until a person acknowledges it for a while.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from scraper.archive.store import Archive
from scraper.archive.times import as_text, as_time
from scraper.asserted import breaches
from scraper.config import parse_source
from scraper.errors import SourceFileError, SourceNotFound
from scraper.run import Report, SourceReport

Problem = Literal[
    "quiet", "dates", "titles", "short-texts", "failures", "run", "held", "unsure", "minimum", "maximum", "empty"
]
SEEN_IN_THE_RUN = frozenset({"failures", "run", "held"})  # what a run's own report says already

# What was held back in an earlier run waits for a person, so that each later run says so again.
LAST_RUNS = "select source, held from runs where id in (select max(id) from runs group by source)"

QUIET_LEAST = timedelta(days=14)  # no source is called quiet sooner
QUIET_TIMES = 4.0  # times the usual pause between days with statements
HISTORY_LEAST = 12  # statements before anything is expected of a source
RECENT = 20  # newest statements that are held against the older ones
FILL_DROP = 0.5  # of the usual share
SHORT_SHARE = 0.4  # of the usual length
UNSURE = 0.5  # a confidence below which a statement is worth a look
UNSURE_SHARE = 0.25  # of the newest statements


@dataclass(frozen=True, slots=True)
class Concern:
    """Something a person should look at."""

    source: str
    problem: Problem
    message: str  # what was seen, and its likely cause

    def __str__(self) -> str:
        return f"{self.source}: {self.message} [{self.problem}]"


@dataclass(frozen=True, slots=True)
class SourceOverview:
    """What is here of one source."""

    name: str
    title: str
    statements: int
    copies: int
    revised: int
    gone: int
    oldest: str | None
    newest: str | None
    undated: int
    last_run: dict[str, Any] | None
    open_failures: tuple[str, ...]
    repeated_blocks: int = 0  # that its pages are known to repeat: menus, offices, share bars


@dataclass(frozen=True, slots=True)
class Overview:
    """What is here."""

    archive: str
    kind: str | None  # "demo" or "real"
    captures: int
    sources: tuple[SourceOverview, ...]
    warnings: tuple[Concern, ...]


def overview(archive: Archive, now: datetime, source: str | None = None) -> Overview:
    """What *archive* holds of *source* (None: of all) at *now*. Raises :class:`SourceNotFound`."""
    rows = archive.rows(
        "select name, title, toml from sources where :name is null or name = :name order by name", {"name": source}
    )
    if source is not None and not rows:
        raise SourceNotFound(source, [row["name"] for row in archive.rows("select name from sources")])
    warnings = concerns(archive, now, rows)
    (captures,) = archive.db.execute("select count(*) from captures").fetchone()
    found = tuple(_source(archive, row["name"], row["title"]) for row in rows)
    return Overview(str(archive.path), archive.meta("kind"), captures, found, tuple(warnings))


def after_a_run(archive: Archive, now: datetime, names: Collection[str]) -> tuple[Concern, ...]:
    """What a person should look at in the sources called *names*, beyond what the run itself reports."""
    rows = [row for row in archive.rows("select name, toml from sources order by name") if row["name"] in names]
    said = {
        row["source"]: SEEN_IN_THE_RUN - ({"held"} if not row["held"] else set()) for row in archive.rows(LAST_RUNS)
    }
    return tuple(
        one for one in concerns(archive, now, rows) if one.problem not in said.get(one.source, SEEN_IN_THE_RUN)
    )


def concerns(archive: Archive, now: datetime, sources: Sequence[dict[str, Any]]) -> list[Concern]:
    """What a person should look at in *sources* (rows with `name` and `toml`), unless it is acknowledged."""
    silenced = _acknowledged(archive, now)
    return [
        concern
        for row in sources
        for concern in _warnings(archive, row["name"], row["toml"], now)
        if (concern.source, concern.problem) not in silenced
    ]


def unacknowledged(archive: Archive, now: datetime, report: Report) -> Report:
    """*report* without the troubles that a person has acknowledged: pages that failed, changes held, a run's problems."""
    silenced = _acknowledged(archive, now)
    return replace(report, sources=tuple(_without(source, silenced) for source in report.sources))


def _without(source: SourceReport, silenced: Collection[tuple[str, str]]) -> SourceReport:
    tally, name = source.tally, source.source
    quiet = {problem for problem in SEEN_IN_THE_RUN if (name, problem) in silenced}
    left = replace(
        tally,
        failed=0 if "failures" in quiet else tally.failed,
        held=0 if "held" in quiet else tally.held,
        problems=[] if "run" in quiet else tally.problems,
    )
    return replace(source, tally=left)


def _acknowledged(archive: Archive, now: datetime) -> set[tuple[str, str]]:
    """Sources and problems that a person wants to hear nothing of for now."""
    return {
        (row["source"], row["problem"])
        for row in archive.rows("select source, problem from acknowledgements where until > ?", [as_text(now)])
    }


def _source(archive: Archive, name: str, title: str) -> SourceOverview:
    (counts,) = archive.rows(
        "select count(*) as statements, sum(duplicate_of is not null) as copies, sum(revision_count > 1) as revised, "
        "sum(status = 'gone') as gone, min(published) as oldest, max(published) as newest, sum(published is null) as undated "
        "from documents where source = ?",
        [name],
    )
    runs = archive.rows("select * from runs where source = ? order by id desc limit 1", [name])
    failures = archive.rows(
        "select url, kind, message, max(at) as at from failures where source = ? and resolved_at is null "
        "group by url order by at desc",
        [name],
    )
    lines = tuple(f"{row['url']}: {row['message']}" for row in failures)
    numbers = {key: counts[key] or 0 for key in ("statements", "copies", "revised", "gone", "undated")}
    return SourceOverview(
        name, title, **numbers, oldest=counts["oldest"], newest=counts["newest"],
        last_run=runs[0] if runs else None, open_failures=lines, repeated_blocks=len(archive.chrome.newest(name).shares),
    )  # fmt: skip


def _warnings(archive: Archive, name: str, toml: str, now: datetime) -> Iterator[Concern]:
    run = next(iter(archive.rows("select * from runs where source = ? order by id desc limit 1", [name])), None)
    if run and run["outcome"] in {"failed", "running"} and run["finished_at"] is None:
        yield Concern(name, "run", f"the run of {run['started_at']} did not end by itself: killed, or out of memory or disk; "
                                    "the next run continues it")  # fmt: skip
    elif run and run["failed"]:
        pages = "1 page" if run["failed"] == 1 else f"{run['failed']} pages"
        yield Concern(
            name, "failures", f"{pages} failed in the run of {run['started_at']}: `scraper report {name}` lists them"
        )
    (held,) = archive.db.execute(
        "select count(*) from versions v join documents d on d.id = v.statement_id where d.source = ? and v.state = 'held'",
        [name],
    ).fetchone()
    if held:
        yield Concern(
            name, "held", f"{held} changes are held back as a likely change of template: `scraper changes --held`"
        )
    rows = archive.rows(
        "select published, published_precision, first_seen, title, words, confidence from documents "
        "where source = ? and duplicate_of is null order by coalesce(published, first_seen) desc, id desc",
        [name],
    )
    asked_in_vain = run and run["command"] == "crawl" and run["outcome"] == "finished" and run["problems"] == "[]"
    if asked_in_vain and not rows:
        yield Concern(name, "empty", "not one statement was ever found: `statement` patterns or `seeds` that do not fit its site; "
                                     f"`scraper sources check {name}` shows what its listings name")  # fmt: skip
    if len(rows) >= HISTORY_LEAST:
        yield from _quiet(name, rows, now)
        yield from _thinner(name, rows)
    with contextlib.suppress(SourceFileError):  # written by another release; the next crawl complains of it
        source = parse_source(toml, f"{name}.toml", least_delay=timedelta(0))
        for bound, message in breaches(archive, source, now):
            yield Concern(name, bound, message)


def _quiet(name: str, rows: Sequence[dict[str, Any]], now: datetime) -> Iterator[Concern]:
    """No new statement for much longer than is usual for this source."""
    days = sorted({_day(row) for row in rows})
    gaps = [(b - a).days for a, b in pairwise(days)]
    if gaps:
        usual = max(1.0, median(gaps[-50:]), sorted(gaps[-50:])[int(len(gaps[-50:]) * 0.9)] / 2)
        silence = now.date() - days[-1]
        if silence > max(QUIET_LEAST, timedelta(days=usual * QUIET_TIMES)):
            yield Concern(
                name, "quiet",
                f"nothing new since {days[-1]}, {silence.days} days; a statement every {usual:.0f} days is usual: a listing "
                f"or feed that moved, a block, or a recess; `scraper sources check {name}` tells",
            )  # fmt: skip
            return


def _day(row: dict[str, Any]) -> date:
    """The day a statement counts for: its publication, as far as that is known, and never later than it was first seen.

    A mistyped year must not make a source look busy until then.
    """
    seen = as_time(row["first_seen"]).astimezone(UTC).date()
    if row["published"] and row["published_precision"] in {"day", "time"}:
        return min(seen, date.fromisoformat(row["published"][:10]))
    return seen


def _thinner(name: str, rows: Sequence[dict[str, Any]]) -> Iterator[Concern]:
    """The newest statements lack what the older ones had: the site's template changed under the extractor."""
    new, old = rows[: min(RECENT, len(rows) // 3)], rows[min(RECENT, len(rows) // 3) :]
    advice = (
        f"its template may have changed; look at one with `scraper extract --explain`, then `scraper reextract {name}`"
    )
    fields: tuple[tuple[Problem, str], ...] = (("dates", "published"), ("titles", "title"))
    for problem, field in fields:
        usual, recent = _share(old, field), _share(new, field)
        if usual >= 0.5 and recent < usual * FILL_DROP:
            yield Concern(
                name,
                problem,
                f"{recent:.0%} of the newest {len(new)} statements have a {field}, {usual:.0%} is usual; {advice}",
            )
    usual_words, recent_words = median(row["words"] for row in old), median(row["words"] for row in new)
    if recent_words < usual_words * SHORT_SHARE:
        yield Concern(
            name,
            "short-texts",
            f"the newest {len(new)} statements have {recent_words:.0f} words, {usual_words:.0f} is usual; {advice}",
        )
    unsure = sum(row["confidence"] is not None and row["confidence"] < UNSURE for row in new)
    if unsure > UNSURE_SHARE * len(new):
        yield Concern(
            name,
            "unsure",
            f"{unsure} of the newest {len(new)} statements were read with a confidence below {UNSURE}; {advice}",
        )


def _share(rows: Sequence[dict[str, Any]], field: str) -> float:
    return sum(row[field] is not None for row in rows) / len(rows) if rows else 0.0
