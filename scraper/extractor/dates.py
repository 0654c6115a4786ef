"""Reads the dates that people and machines print, and never one that is not there.

Everything hangs on a year of four digits: no year, no date ("today", "25 min ago", "8 July"). Around each year the
text is read by small rules; names of months need no language (:mod:`scraper.extractor.months`). What a general parser
would guess is left out: a missing day stays missing (`precision`), a range of days is not a day, and 08/07/2026 is
read only if something says which way round.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from scraper.extractor.calendars import solar_hijri_to_gregorian
from scraper.extractor.date_shapes import Parts, find_parts, make_date
from scraper.extractor.months import EVERYDAY_WORDS, fold
from scraper.model import Precision

FIRST_YEAR, LAST_YEAR = 1900, 2100  # of a statement that somebody put on a page; the United Nations begin in 1945

_LONG_AGO = re.compile(r"[1١۱१১๑１]\d{3}")  # no Gregorian year of ours that other calendars count now begins so
_PRINTED_WITHIN = 1_000  # characters of a paragraph in which a date of another calendar is looked for


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date as it was read, and where in the text."""

    on: date  # of the page's own clock and offset; parts beyond `precision` are 1
    precision: Precision
    printed: str
    at: datetime | None = None  # aware; only when an offset is printed
    start: int = 0  # of `printed` in the text after :func:`visible`
    end: int = 0
    readings: tuple[date, ...] = ()  # both days that 08/07/2026 may mean, when nothing decides


# Marks that no eye sees: zero-width and bidirectional controls, soft hyphen, BOM, Arabic vowel signs and kashida.
_INVISIBLE = re.compile("[\u00ad\ufeff\u061c\u0640\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\u064b-\u0652]+")
_CLOCK = re.compile(
    r"(?:T|[\s,|]{0,3}(?:[-–—@•·]|at|à|um|a las|às|alle|в)?\s{0,2})(\d{1,2})[:.](\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s?([ap]\.?m\b\.?)?\s?(?:(?:GMT|UTC)?([+-]\d{2}):?(\d{2})|(Z|[A-Z]{3,4}))?(?!\w)",
    re.IGNORECASE,
)
# Offsets (hours) of zone names that mean one thing; CST, BST and IST mean several and are left out.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "wet": 0, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "eat": 3, "jst": 9,
          "est": -5, "edt": -4, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}  # fmt: skip

_MONTH_FIRST_REGIONS = frozenset({"us", "ph", "pr", "gu"})


def visible(text: str) -> str:
    """*text* without the marks that no eye sees; positions in a :class:`ParsedDate` count in this."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def reads_day_first(languages: Collection[str]) -> bool | None:
    """Whether 08/07/2026 is 8 July to readers of *languages* (BCP 47); None if they disagree or are unknown.

    Only the United States and a few neighbours put the month first, and plain "en" may be theirs.

    >>> reads_day_first(["fr"]), reads_day_first(["en-US", "en"]), reads_day_first(["en"])
    (True, False, None)
    """
    answers: set[bool | None] = set()
    for tag in languages:
        language, _, region = tag.lower().replace("_", "-").partition("-")
        if region in _MONTH_FIRST_REGIONS:
            answers.add(language not in {"en", "fil", "tl"})
        elif language == "en":
            answers.add(True if region and region != "ca" else None)
        else:
            answers.add(True)
    answers.discard(None)
    return answers.pop() if len(answers) == 1 else None


def parse_date(
    text: str, languages: Collection[str] = (), *, day_first: bool | None = None, latest: date | None = None
) -> ParsedDate | None:
    """The first date in a field, label or line; None if it holds none that can be read for sure.

    *languages* (BCP 47) or *day_first* decide between day and month of numeric dates. Nothing after *latest* is
    believed. A text that is a year and nothing else has precision "year".

    >>> parse_date("Published on 8 July 2026").on
    datetime.date(2026, 7, 8)
    >>> parse_date("Updated: 25 min 3 sec ago") is None
    True
    """
    text = visible(text).strip()
    for found in find_dates(text, languages, day_first=day_first, latest=latest, short_years=True):
        return found
    bare = re.fullmatch(r"(\d{4})(?:-?(\d{2})(?:(\d{2})(?:T\d{4,6}Z?)?)?)?", text)  # 2026, 2026-07, 20260708
    if bare is None or (bare[2] and not bare[3] and "-" not in text):
        return None
    parts = Parts(int(bare[1]), int(bare[2] or 1), int(bare[3]) if bare[3] else None, 0, len(text))
    read = _read(text, parts, languages, None)
    if read is None or (latest is not None and read.on > latest):
        return None
    return read if bare[2] else replace(read, precision="year")


def find_dates(
    text: str,
    languages: Collection[str] = (),
    *,
    day_first: bool | None = None,
    latest: date | None = None,
    short_years: bool = False,
) -> Iterator[ParsedDate]:
    """All dates in *text*, in reading order; ranges of days, and days that do not exist, are left out.

    *short_years*: 04/17/09 counts, as it does in a field or a line of its own.
    """
    text = visible(text)
    if day_first is None:
        day_first = reads_day_first(languages)
    for parts in find_parts(text, languages, short_years=short_years):
        read = _read(text, parts, languages, day_first)
        if read is not None and (latest is None or read.on <= latest + timedelta(days=1)):
            yield read


def foreign_date(text: str) -> str | None:
    """The first date of a calendar that we cannot convert for sure, as printed: lunar Hijri, or numbers alone.

    >>> foreign_date("الثلاثاء 15 رجب 1444")
    '15 رجب 1444'
    """
    text = visible(text[:_PRINTED_WITHIN])
    for parts in find_parts(text, ()) if _LONG_AGO.search(text) else ():
        if parts.calendar in ("lunar-hijri", "unknown"):
            return text[parts.start : parts.end]
    return None


def _read(text: str, parts: Parts, languages: Collection[str], day_first: bool | None) -> ParsedDate | None:
    """The value of *parts*; None if there is no such day or year."""
    printed = text[parts.start : parts.end]
    year, month, day = parts.year, parts.month, parts.day
    if parts.calendar == "solar-hijri":
        on = solar_hijri_to_gregorian(year, month, day or 0)
    elif parts.swapped and day_first is False and day is not None:
        on = make_date(year, day, month)
    else:
        on = make_date(year, month, day or 1) if parts.calendar == "gregorian" else None
    if on is None or not FIRST_YEAR <= on.year <= LAST_YEAR:
        return None
    if day is None:
        everyday = fold(printed.split()[0].strip(".,")) in EVERYDAY_WORDS and not languages
        return None if everyday else ParsedDate(on, "month", printed, None, parts.start, parts.end)
    if parts.swapped and day_first is None:
        readings = (on, date(year, day, month))
        return ParsedDate(date(year, 1, 1), "year", printed, None, parts.start, parts.end, readings)
    at, end = _clock(text, parts.end, on)
    return ParsedDate(on, "time" if at else "day", text[parts.start : end], at, parts.start, end)


def _clock(text: str, end: int, on: date) -> tuple[datetime | None, int]:
    """The aware time printed after a date, and where it ends; None and *end* if no offset is known."""
    found = _CLOCK.match(text, end)
    if found is None:
        return None, end
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + 12 * found[4].lower().startswith("p")
    if found[5]:
        offset = timedelta(hours=int(found[5]), minutes=int(found[6]) * (-1 if found[5][0] == "-" else 1))
    elif found[7] and found[7].lower() in _ZONES:
        offset = timedelta(hours=_ZONES[found[7].lower()])
    else:
        return None, end
    if hour > 23 or minute > 59 or second > 59 or abs(offset) >= timedelta(hours=15):
        return None, end
    return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=timezone(offset)), found.end()
