"""What a source file asserts of its statements, and what of that does not hold.

After zavod's assertions (OpenSanctions): a minimum and a maximum for a few figures, written down by a person who knows
the publisher. They speak from the first run on, where expectations learnt from history cannot yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from scraper.archive.store import Archive
from scraper.config import Source

Bound = Literal["minimum", "maximum"]
MONTH = timedelta(days=30)

# Why a figure is likely to be out of bounds, and what to do.
_CAUSES: Mapping[tuple[Bound, str], str] = {
    ("minimum", "statements"): "a listing or sitemap that gives less than it did, or `statement` patterns that are too narrow",
    ("maximum", "statements"): "`statement` patterns that match other pages too, or parameters that fork a page",
    ("minimum", "per_month"): "a listing or feed that moved, a block, or a recess",
    ("maximum", "per_month"): "`statement` patterns that match other pages too, or new addresses for old pages",
    ("minimum", "dated"): "a template that changed: look at one with `scraper extract --explain`",
    ("minimum", "titled"): "a template that changed: look at one with `scraper extract --explain`",
    ("minimum", "words"): "pages that are read only in part: look at one with `scraper extract --explain`",
    ("maximum", "words"): "texts that hold more than the statement: look at one with `scraper extract --explain`",
}  # fmt: skip


def breaches(archive: Archive, source: Source, now: datetime) -> Iterator[tuple[Bound, str]]:
    """Each bound of *source* that its statements break at *now*, with a line for a person. None before the first statement."""
    if not (source.minimum or source.maximum):
        return
    found = _figures(archive, source.name, now)
    if not found:
        return
    for key, least in source.minimum.items():
        if found[key] < least:
            yield "minimum", _words("minimum", key, found[key], least, source.name)
    for key, most in source.maximum.items():
        if found[key] > most:
            yield "maximum", _words("maximum", key, found[key], most, source.name)


def _figures(archive: Archive, source: str, now: datetime) -> dict[str, float]:
    """What bounds can be set for; the keys are those of :data:`scraper.config.FIGURES`."""
    rows = archive.rows(
        "select min(coalesce(published, first_seen), first_seen) as day, published, title, words from documents where source = ?",
        [source],
    )
    if not rows:
        return {}
    month_ago = (now - MONTH).date().isoformat()
    return {
        "statements": len(rows),
        "per_month": sum(row["day"] >= month_ago for row in rows),
        "dated": sum(row["published"] is not None for row in rows) / len(rows),
        "titled": sum(row["title"] is not None for row in rows) / len(rows),
        "words": median(row["words"] for row in rows),
    }


def _words(bound: Bound, key: str, found: float, limit: float, source: str) -> str:
    side = "fewer than the" if bound == "minimum" else "more than the"
    what = {"per_month": "statements in 30 days", "words": "words in the middle statement"}.get(key, key)
    if key in {"dated", "titled"}:
        figure, side, limit_words = f"{found:.0%} {key}", "less than the", f"{limit:.0%}"
    else:
        figure, limit_words = f"{found:g} {what}", f"{limit:g}"
    cause = _CAUSES.get((bound, key), "look at the newest ones")
    return (
        f"{figure}, {side} {limit_words} that its source file asserts ({bound}.{key}): likely {cause}; "
        f"`scraper sources check {source}` looks at the site"
    )
