"""Days from one to another, as a meeting's statement is dated: "Geneva, 6-7 February 2020 –".

No day of them is the one on which the statement came out, so none is given; the month is, where all lie in one.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from scraper.extractor.date_shapes import DIGITS, make_date
from scraper.extractor.dates import ParsedDate, visible
from scraper.extractor.months import MONTHS, fold

_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_TO = r"(?:\s?[-–—/&]\s?|\s(?:to|and|through|et|au|y|al|e|a|und|bis|и|по|до|إلى|و)\s(?:le\s|el\s|the\s)?)"
_MONTH = r"(?:de\s|of\s)?([^\W\d_]{3,})\.?"
_YEAR = r",?\s(?:de\s|del\s)?((?:19|20)\d\d)"
_DAY_FIRST = re.compile(rf"(?<!\d){_DAY}(?:\s?{_MONTH}(?:{_YEAR})?)?{_TO}{_DAY}\s?{_MONTH}{_YEAR}(?!\d)", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_MONTH}\s{_DAY}(?:{_YEAR})?{_TO}(?:{_MONTH}\s)?{_DAY}{_YEAR}(?!\d)", re.IGNORECASE)
_CHINESE = re.compile(r"((?:19|20)\d\d)年\s?(\d{1,2})月\s?(\d{1,2})日?\s?[-–—~～至到]\s?(?:(\d{1,2})月\s?)?(\d{1,2})日")
_YEARS = re.compile(r"(?:19|20)\d\d|[٠-٩۰-۹]{4}")
_LEAD_IN = re.compile(r"\b(?:from(?: the)?|du|les|del|los(?: días)?|vom|desde el|с|من)\s\Z", re.IGNORECASE)


class Range(NamedTuple):
    """Days from one to another."""

    month: ParsedDate | None  # in which all of them lie; None if they lie in two
    printed: str
    start: int  # of `printed` in the text after :func:`visible`
    end: int


def find_range(text: str) -> Range | None:
    """The first range of days in *text*; None if there is none.

    >>> find_range("Geneva, 6-7 February 2020").printed
    '6-7 February 2020'
    >>> find_range("28 February – 2 March 2021").month is None
    True
    """
    if not _YEARS.search(text):
        return None
    text = visible(text)
    plain = text.translate(DIGITS)
    numbers = _day_first(plain) or _month_first(plain) or _chinese(plain)
    if numbers is None:
        return None
    first, last, start, end = numbers
    if first >= last:
        return None
    if lead := _LEAD_IN.search(plain[:start]):
        start = lead.start()
    printed = text[start:end]
    one = (first.year, first.month) == (last.year, last.month)
    month = ParsedDate(first.replace(day=1), "month", printed, None, start, end) if one else None
    return Range(month, printed, start, end)


def _days(first: tuple[str, str, str], last: tuple[str, str, str]) -> tuple[date, date] | None:
    """Both days, given as year, name or number of the month, and day; None if one does not exist."""
    made = []
    for year, month, day in (first, last):
        number = int(month) if month.isdigit() else MONTHS.get(fold(month), 0)
        if not number or (on := make_date(int(year), number, int(day))) is None:
            return None
        made.append(on)
    return made[0], made[1]


def _day_first(text: str) -> tuple[date, date, int, int] | None:
    for found in _DAY_FIRST.finditer(text):
        day, month, year, last_day, last_month, last_year = found.groups()
        days = _days((year or last_year, month or last_month, day), (last_year, last_month, last_day))
        if days is not None:
            return *days, *found.span()
    return None


def _month_first(text: str) -> tuple[date, date, int, int] | None:
    for found in _MONTH_FIRST.finditer(text):
        month, day, year, last_month, last_day, last_year = found.groups()
        days = _days((year or last_year, month, day), (last_year, last_month or month, last_day))
        if days is not None:
            return *days, *found.span()
    return None


def _chinese(text: str) -> tuple[date, date, int, int] | None:
    if (found := _CHINESE.search(text)) is None:
        return None
    year, month, day, last_month, last_day = found.groups()
    days = _days((year, month, day), (year, last_month or month, last_day))
    return None if days is None else (*days, *found.span())
