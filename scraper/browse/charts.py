"""Pictures as inline SVG: bars by month, small multiples, levels of a heat map. Pure, and without a script.

Widths are percentages and heights pixels, so a chart keeps its height and its letters their size at any width of the
page and nothing shifts. Colours come from the style sheet. No chart says anything by colour alone: every bar has a
title, and the page prints the numbers as a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from markupsafe import Markup, escape

from scraper.browse.words import day_words, number

TOP = 16  # pixels above the bars, for the scale's label
FOOT = 18  # pixels below them, for the years
FEWEST_PLACES = 12  # a chart of one month is a bar, not a block
MOST_LABELS = 10  # more years than this, and some go unnamed


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a bar chart."""

    key: str  # "2022-06" or "2022"
    count: int
    href: str | None = None
    chosen: bool = False


def months_between(first: str, last: str) -> list[str]:
    """Every month from *first* to *last*, both included, as YYYY-MM.

    >>> months_between("2021-11", "2022-02")
    ['2021-11', '2021-12', '2022-01', '2022-02']
    """
    start = int(first[:4]) * 12 + int(first[5:7]) - 1
    end = int(last[:4]) * 12 + int(last[5:7]) - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, end + 1)]


def by_month(
    counts: Mapping[str, int],
    link: Callable[[str], str] | None = None,
    chosen: Callable[[str], bool] = lambda month: False,
) -> list[Bar]:
    """Bars for all months from the first to the last of *counts*, empty ones included.

    Keys that are no month (``2022``, ``unknown``) are left out: a bar has to stand somewhere.
    """
    dated = sorted(key for key in counts if len(key) == 7 and key[4] == "-" and key.replace("-", "").isdigit())
    if not dated:
        return []
    return [
        Bar(month, counts.get(month, 0), link(month) if link else None, chosen(month))
        for month in months_between(dated[0], dated[-1])
    ]


def by_day(counts: Mapping[str, int]) -> list[Bar]:
    """Bars for all days from the first to the last of *counts* (YYYY-MM-DD), empty ones included."""
    if not counts:
        return []
    first, last = (date.fromisoformat(day) for day in (min(counts), max(counts)))
    days = ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))
    return [Bar(day, counts.get(day, 0)) for day in days]


def nice_top(value: int) -> int:
    """The end of a scale that holds *value*: 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten.

    >>> [nice_top(n) for n in (0, 3, 7, 11, 47, 812)]
    [1, 3, 8, 20, 50, 1000]
    """
    power = 1
    while True:
        for step in (1, 2, 3, 4, 5, 6, 8):
            if value <= step * power:
                return step * power
        power *= 10


def strip(bars: Sequence[Bar], label: str, height: int = 112) -> Markup:
    """A bar chart over time with a scale and years below. Linked bars can be clicked, and walked with arrow keys."""
    if not bars:
        return Markup("")
    top = nice_top(max(bar.count for bar in bars))
    width = 100 / max(len(bars), FEWEST_PLACES)
    room = height - TOP - FOOT
    linked = any(bar.href for bar in bars)
    parts = [_open("strip", height, label, linked), _grid(top, room)]
    for n, bar in enumerate(bars):
        tall = bar.count * room / top
        tall = max(tall, 2.0) if bar.count else 0.0
        parts.append(_bar(bar, n * width, width, tall, room))
    parts.append(_years([bar.key for bar in bars], width, height))
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - numbers, and names that _bar and _open escape


def spark(counts: Sequence[int], top: int, label: str, height: int = 44) -> Markup:
    """A small bar chart without a scale, to stand beside others that share *top*."""
    width = 100 / max(len(counts), 1)
    parts = [_open("spark", height, label, False)]
    for n, count in enumerate(counts):
        tall = max(count * (height - 1) / max(top, 1), 1.5) if count else 0
        parts.append(_rect("bar", n * width, width * 0.84, height - 1 - tall, tall))
    parts.append(f'<line class="base" x1="0" x2="100%" y1="{height - 0.5}" y2="{height - 0.5}"/></svg>')
    return Markup("".join(parts))  # noqa: S704 - numbers, and names that _bar and _open escape


def share_bar(part: int, whole: int) -> Markup:
    """A thin bar for *part* of *whole*, beside its number; decoration, so hidden from screen readers."""
    width = 100 * part / whole if whole else 0
    return Markup(
        '<svg class="share" width="100%" height="6" aria-hidden="true" focusable="false">'
        '<rect class="ground" width="100%" height="6" rx="3"/>'
        '<rect class="bar" width="{:.1f}%" height="6" rx="3"/></svg>'
    ).format(width)


def level(value: int, top: int, levels: int = 5) -> int:
    """The shade of a heat map's cell: 0 for nothing, else 1 to *levels*, by square root so that small counts show.

    >>> [level(n, 100) for n in (0, 1, 10, 50, 100)]
    [0, 1, 2, 4, 5]
    """
    if value <= 0 or top <= 0:
        return 0
    return max(1, min(levels, round(math.sqrt(value / top) * levels)))


def year_totals(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Sums by year, oldest first; keys without a year last, under "unknown"."""
    years: dict[str, int] = {}
    for key, count in counts.items():
        year = key[:4] if key[:4].isdigit() else "unknown"
        years[year] = years.get(year, 0) + count
    return sorted(years.items())


def _open(kind: str, height: int, label: str, linked: bool) -> str:
    role = "group" if linked else "img"
    size = f'width="100%" height="{height}"'
    return f'<svg class="chart {kind}" {size} role="{role}" aria-label="{escape(label)}" focusable="false">'


def _grid(top: int, room: int) -> str:
    lines = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{TOP + room * (1 - part):.1f}" y2="{TOP + room * (1 - part):.1f}"/>'
        for part in (0, 0.5, 1)
    )
    return f'{lines}<text class="scale" x="0" y="{TOP - 5}" aria-hidden="true">{number(top)}</text>'


def _rect(kind: str, x: float, width: float, y: float, height: float) -> str:
    """A rectangle: across in per cent, down in pixels."""
    return f'<rect class="{kind}" x="{x:.3f}%" width="{width:.3f}%" y="{y:.1f}" height="{height:.1f}"/>'


def _bar(bar: Bar, x: float, width: float, tall: float, room: float) -> str:
    name = f"{day_words(bar.key)}: {number(bar.count)}"
    kind = "bar chosen" if bar.chosen else "bar"
    gap = 0.12 if width > 0.8 else 0.06
    drawn = _rect(kind, x + width * gap, width * (1 - 2 * gap), TOP + room - tall, tall)
    if not bar.href or not bar.count:
        return drawn
    # The whole column is the target, not the few pixels of a low bar.
    target = _rect("target", x, width, TOP, room)
    link = f'<a href="{escape(bar.href)}" tabindex="-1" aria-label="{escape(name)}">'
    return f"{link}<title>{escape(name)}</title>{target}{drawn}</a>"


def _years(keys: Sequence[str], width: float, height: int) -> str:
    # Months are named by their years, days by their months.
    unit = 7 if len(keys[0]) > 7 else 4
    starts = [n for n, (before, key) in enumerate(pairwise(["", *keys])) if before[:unit] != key[:unit]]
    step = -(-len(starts) // MOST_LABELS)
    parts = []
    shown: Iterable[int] = starts[::step]
    for place, n in enumerate(shown):
        kind = "year minor" if place % 2 else "year"
        # A first year that begins late would run into the second one's name.
        if n == 0 and len(starts) > 1 and (starts[1] - n) * width < 5:
            continue
        # A name that would run over the edge ends there.
        where = (
            f'x="{n * width:.3f}%" y="{height - 4}"'
            if n * width < 94
            else f'x="100%" y="{height - 4}" text-anchor="end"'
        )
        parts.append(f'<text class="{kind}" {where} aria-hidden="true">{escape(day_words(keys[n][:unit]))}</text>')
    return "".join(parts)
