"""Reports as words for a person: pure functions from values to text. Nothing here prints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from scraper.archive.payloads import Compaction
from scraper.archive.store import ArchivedStatement, Revision
from scraper.imports import Imported
from scraper.model import Statement
from scraper.report import Overview
from scraper.reread import Rereading
from scraper.run import Report

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: object) -> str:
    r"""*text* on one line and without control characters: page titles must not steer anybody's terminal.

    >>> plain("a\x1b[31m b\nc")
    'a[31m b c'
    """
    return _CONTROL.sub("", " ".join(str(text).split()))


def safe(text: str) -> str:
    """*text* with its line breaks and without control characters."""
    return _CONTROL.sub("", text.replace("\r", ""))


def as_json(value: Any) -> str:
    """*value* as JSON: dataclasses as objects, times in ISO 8601, letters as they are."""
    return json.dumps(value, default=_jsonable, ensure_ascii=False, indent=2, allow_nan=False)


def _jsonable(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Path | Enum):
        return str(value)
    return str(value)


def run_report(report: Report) -> str:
    """What a run did, a block for each source."""
    blocks = []
    for source in report.sources:
        tally = source.tally
        span = f"{tally.oldest_published} to {tally.newest_published}" if tally.oldest_published else "none new"
        lines = [
            f"{source.source}: {source.outcome}",
            f"  found     {tally.listed:>6} new statement URLs listed, {tally.excluded} out of scope or barred by robots.txt",
            f"  fetched   {tally.fetched:>6} statement pages with {tally.requests} requests, {tally.not_modified} not modified",
            f"  new       {tally.new:>6}   of these {tally.copies} copies",
            f"  revised   {tally.revised:>6}   gone {tally.gone}, moved {tally.moved}, back {tally.back}",
            f"  unchanged {tally.unchanged + tally.not_modified:>6}",
            f"  failed    {tally.failed:>6}   and {tally.dead} dead links",
            f"  dates     {span}",
        ]
        if source.queued:
            lines.append(f"  still due {source.queued:>6}   the next run continues")
        lines += [f"  ! {plain(problem)}" for problem in dict.fromkeys(tally.problems)]
        lines += [f"  · {plain(note)}" for note in dict.fromkeys(tally.notes)]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def run_problems(report: Report) -> list[str]:
    """One line for each thing a person should look at: what cron mails."""
    lines = []
    for source in report.sources:
        if failed := source.tally.failed:
            pages = "1 page" if failed == 1 else f"{failed} pages"
            lines.append(f"{source.source}: {pages} failed; `scraper report {source.source}` lists them")
        lines += [problem if problem.startswith(source.source) else f"{source.source}: {problem}"
                  for problem in dict.fromkeys(map(plain, source.tally.problems))]  # fmt: skip
    return lines


def statement(found: ArchivedStatement, revisions: Sequence[Revision], aliases: Iterable[str]) -> str:
    """A statement as one reads it."""
    facts = [
        ("id", found.id), ("url", found.url), ("source", found.source),
        ("published", f"{found.published} (from {found.published_source})" if found.published else "not stated"),
        ("modified", found.modified), ("language", found.language), ("kind", found.kind), ("place", found.place),
        ("author", found.author), ("status", found.status + (f" since {found.gone_since}" if found.gone_since else "")),
        ("seen", f"{found.first_seen} to {found.last_seen}"),
        ("revisions", found.revision_count if found.revision_count > 1 else None),
        ("copy of", found.duplicate_of),
        ("confidence", f"{found.confidence:.2f}" if found.confidence is not None else None),
        ("capture", found.capture_id), ("also at", ", ".join(aliases) or None),
        ("contact", revisions[-1].contact if revisions else None),
    ]  # fmt: skip
    head = "\n".join(f"{name + ':':<12}{plain(value)}" for name, value in facts if value not in {None, ""})
    return f"{plain(found.title or 'Without title')}\n\n{head}\n\n{safe(found.text)}"


def extracted(found: Statement) -> str:
    """A freshly read statement, for `extract` and `sources check`."""
    published = found.published
    facts = [
        ("url", found.url), ("canonical", found.canonical_url),
        ("published", f"{published.on} ({published.precision}, from {published.source}: {published.printed!r})" if published else
         found.printed_date and f"printed as {found.printed_date!r}, not converted"),
        ("modified", found.modified and f"{found.modified.on} (from {found.modified.source})"),
        ("language", ", ".join(found.languages or ((found.language,) if found.language else ()))),
        ("kind", found.kind), ("scope", found.scope), ("place", found.place), ("author", found.author),
        ("contact", found.contact),
        ("tags", ", ".join(f"{tag.scheme} {tag.tag}" for tag in found.tags)),
        ("translations", ", ".join(f"{t.language} {t.url}" for t in found.translations)),
        ("attachments", ", ".join(link.url for link in found.attachments)),
        ("countries", ", ".join(f"{m.country} {m.count}" for m in found.mentions)),
        ("words", found.words), ("confidence", f"{found.confidence:.2f}"), ("warnings", ", ".join(found.warnings)),
    ]  # fmt: skip
    head = "\n".join(f"{name + ':':<14}{plain(value)}" for name, value in facts if value not in {None, ""})
    return f"{plain(found.title or 'Without title')}\n\n{head}\n\n{safe(found.text)}"


def safe_with_colours(text: str) -> str:
    """*text* without control characters, but with the colour codes that we wrote ourselves."""
    return _CONTROL.sub("", text.replace("\x1b[", "\ue001")).replace("\ue001", "\x1b[")


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of a query in columns."""
    if not rows:
        return "nothing"
    cells = [[*rows[0]], *([plain("" if value is None else value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def overview(seen: Overview) -> str:
    """What is in an archive, and what a person should look at."""
    lines = [f"{seen.archive}" + (" (demonstration)" if seen.kind == "demo" else "") + f": {seen.captures} captures"]
    for source in seen.sources:
        span = f"{source.oldest} to {source.newest}" if source.oldest else "no dates"
        lines += [
            "",
            f"{source.name}: {plain(source.title)}",
            f"  {source.statements} statements, {span}; {source.undated} undated, {source.copies} copies, "
            f"{source.revised} revised, {source.gone} gone",
        ]
        if run := source.last_run:
            lines.append(f"  last run {run['started_at']}: {run['outcome']}, {run['new']} new, {run['failed']} failed")
        if source.repeated_blocks:
            lines.append(f"  {source.repeated_blocks} blocks known to recur over its pages, left out of the texts")
        lines += [f"  failed: {plain(failure)}" for failure in source.open_failures[:20]]
        if len(source.open_failures) > 20:
            lines.append(f"  ... and {len(source.open_failures) - 20} more in the table `failures`")
    lines += ["", *(f"! {plain(warning)}" for warning in seen.warnings)] if seen.warnings else []
    return "\n".join(lines)


def rereadings(found: Iterable[Rereading]) -> str:
    """What reading captures again would change."""
    lines = []
    for one in found:
        lines.append(f"{one.source}: {one.statements} statements, {one.same} read the same")
        for name, ids in (
            ("text differs", one.text_changed), ("title differs", one.title_changed), ("date differs", one.date_changed),
            ("number of versions differs", one.states_changed), ("nothing read any more (kept as it is)", one.lost),
        ):  # fmt: skip
            if ids:
                shown = ", ".join(map(str, ids[:10])) + (" ..." if len(ids) > 10 else "")
                lines.append(f"  {name}: {len(ids)} ({shown})")
    return "\n".join(lines)


def imported(done: Imported) -> str:
    """What an import did."""
    lines = [f"{done.captures} captures of statements and listings, {done.known} of them known already; "
             f"{done.without_source} of no source's pages"]  # fmt: skip
    lines += [
        f"skipped {count}: {why}" for why, count in sorted(done.skipped.items(), key=lambda one: (-one[1], one[0]))
    ]
    for name, tally in done.tallies.items():
        if tally.new or tally.fetched or tally.gone:
            gone = f", {tally.gone} gone" if tally.gone else ""
            lines.append(
                f"{name}: {tally.new} new, {tally.revised} revised, {tally.copies} copies, {tally.failed} without a statement{gone}"
            )
    return "\n".join(lines)


def compacted(done: Compaction) -> str:
    """What compressing captures anew did."""
    line = (
        f"{done.rewritten} of {done.payloads} bodies stored anew: {done.bytes_before:,} bytes before, "
        f"{done.bytes_after:,} after"
    )
    return "\n".join([line, *(f"cannot be read, left as it is: {digest}" for digest in done.lost)])
