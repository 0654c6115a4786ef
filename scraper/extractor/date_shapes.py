"""The shapes in which a date is printed: text to year, month, day and calendar, as numbers that are not yet checked.

A year of four digits is the anchor; what stands around it is read by small rules, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from scraper.extractor.date_numerals import find_numbers
from scraper.extractor.months import LUNAR_HIJRI, MONTHS, SOLAR_HIJRI, WEEKDAYS, fold


@dataclass(frozen=True, slots=True)
class Parts:
    """A date's numbers as printed, and where in the text they stand."""

    year: int
    month: int
    day: int | None
    start: int
    end: int
    calendar: str = "gregorian"
    swapped: bool = False  # day and month could also be read the other way round


# Every decimal digit that our publishers print, one for one, so that positions stay.
DIGITS = {
    first + digit: 0x30 + digit for first in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10) for digit in range(10)
} | {0xA0: 0x20, 0x202F: 0x20, 0x2009: 0x20, 0x2011: 0x2D}
_OTHERWISE = re.compile(
    f"[{''.join(map(chr, DIGITS))}]"
)  # looked for first: putting characters in others' places is slow

# What stands before comes after the first digits, so that the search can jump to them.
_YEAR = re.compile(r"(?:1[3-9]|2[01])(?<!\d..)\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"([-/.])(\d{1,2})\1(\d{1,2})(?!\d)")
_YEAR_FIRST_CJK = re.compile(r"\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})(?!\d)\s?[日号號일]?)?")
_RANGE_AFTER_CJK = re.compile(
    r"\s?[-–—~～至到、及和]\s?(?:\d{1,2}\s?[月월]\s?)?\d{1,2}\s?[日号號일]"
)  # 2024年3月5日至7日
_YEAR_FIRST_NAMED = re.compile(r"[\s,.-]{1,3}([^\W\d_]{3,})[.\s-]{1,2}(\d{1,2})(?![\d:])")
_YEAR_LAST = re.compile(r"(?<![\d/.-])(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?$")
_SHORT_YEAR = re.compile(r"(?<![\d/.,:-])(\d{2})([/.])(\d{2})\2(\d{2})(?![\d/.,:-]|\s?[-–])")
_PIVOT = 60  # 04/17/59 is of 2059 and not believed, 04/17/60 of 1960
_YEAR_LAST_ROMAN = re.compile(r"(?<![\d/.-])(\d{1,2})(\.\s?|[/-])(I{1,3}|I?[VX]|VI{1,3}|XI{1,2})\2\s?$")  # 12.III.2021
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_CLOCK_BEFORE_YEAR = re.compile(r"\s\d{1,2}:\d{2}(?::\d{2})?(?:\s(?:[A-Z]{3,4}|[+-]\d{4}))?\s$")
_RANGE_BEFORE = re.compile(r"\d\s?[-–—]\s?$")  # 27 - 30/11/2018
_RANGE_AFTER = re.compile(r"\s?[-–—]\s?\d{1,2}\.?\s(?:de\s)?([^\W\d_]{3,})")  # 30 June 2018 - 2 July
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_BEFORE = 48  # characters before a year that may belong to its date ("Monday, the 14th day of ...", both Arabic names)

_FILLERS = {*",،，.-–/'’", "de", "del", "do", "of", "d", "di", "den", "من"}
_ORDINALS = {*"ºª°oae", "st", "nd", "rd", "th", "er", "ero", "re", "ème", "eme", "го", "η", "ης"}
_RANGE_SIGNS = {*"-–—/&aeyиو", "to", "al", "au", "bis", "and", "et", "und", "до", "إلى"}
_MONTH_WORDS = 2  # longest name: "تشرين الثاني"

_PERSIAN = frozenset({"fa", "prs", "ps"})


def find_parts(text: str, languages: Collection[str], *, short_years: bool = False) -> Iterator[Parts]:
    """All dates in *text* in reading order; *languages* only tell which calendar 1405/04/17 is of.

    *short_years*: 04/17/09 is a date too, as it is in a line of its own and is not in prose.
    """
    if text.isascii():
        yield from _anchored(text, languages, short_years=short_years)
        return
    if _OTHERWISE.search(text):
        text = text.translate(DIGITS)
    found = [Parts(*numbers) for numbers in find_numbers(text)]
    if not found:
        yield from _anchored(text, languages, short_years=short_years)
        return
    found += _anchored(text, languages, short_years=short_years)
    past = 0
    for parts in sorted(found, key=lambda each: (each.start, -each.end)):
        if parts.start >= past:
            past = parts.end
            yield parts


def _anchored(text: str, languages: Collection[str], *, short_years: bool) -> Iterator[Parts]:
    """The dates around years of four digits."""
    if short_years and (short := _SHORT_YEAR.search(text)):
        century = 2000 if int(short[4]) < _PIVOT else 1900
        yield _day_and_month(int(short[1]), int(short[3]), short[2], century + int(short[4]), text, short.span())
        return
    past = 0
    for year in _YEAR.finditer(text):
        if year.start() < past:
            continue
        parts = _year_first(text, year, languages) or _year_last(text, year)
        if parts is not None and parts.start >= past:
            past = parts.end
            yield parts


def _year_first(text: str, found: re.Match[str], languages: Collection[str]) -> Parts | None:
    """2026-07-08, 2026/7/8, 2026年7月8日, 2012-Jun-05."""
    start, year = found.start(), int(found[0])
    if after := _YEAR_FIRST_CJK.match(text, found.end()):
        if _RANGE_AFTER_CJK.match(text, after.end()):
            return None
        return Parts(year, int(after[1]), int(after[2]) if after[2] else None, start, after.end())
    if after := _YEAR_FIRST.match(text, found.end()):
        if year >= 1600:
            return Parts(year, int(after[2]), int(after[3]), start, after.end())
        # Persian pages count Solar years in numbers too; elsewhere it may be the lunar calendar.
        calendar = "solar-hijri" if _PERSIAN.intersection(tag[:2] for tag in languages) else "unknown"
        return Parts(year, int(after[2]), int(after[3]), start, after.end(), calendar)
    after = _YEAR_FIRST_NAMED.match(text, found.end())
    if after and (month := MONTHS.get(fold(after[1]))) and not _YEAR.match(text, after.end() + 1):
        return Parts(year, month, int(after[2]), start, after.end())
    return None


def _year_last(text: str, found: re.Match[str]) -> Parts | None:
    """08/07/2026, 8 July 2026, July 8, 2026, July 2026, and the same with the clock before the year."""
    offset = max(0, found.start() - _BEFORE)
    window = text[offset : found.start()]
    if clock := _CLOCK_BEFORE_YEAR.search(window):
        window = window[: clock.start()]
    if numeric := _YEAR_LAST.search(window):
        return _numeric(text, numeric, offset, found)
    if roman := _YEAR_LAST_ROMAN.search(window):
        month = _ROMAN.index(roman[3]) + 1
        return Parts(int(found[0]), month, int(roman[1]), offset + roman.start(), found.end())
    tokens = list(_TOKEN.finditer(window))
    at = _skip(tokens, len(tokens), _FILLERS)
    if at == len(tokens) and clock is None and window[-1:].isalpha():
        return None  # "v2026", "July2026"
    day = _day(tokens, at)
    month, calendar, at_month = _month(tokens, _skip(tokens, at if day is None else day[1], _FILLERS))
    if not month or (calendar == "gregorian") is (int(found[0]) < 1600):
        return None
    first = at_month
    if day is None:  # day before month, or none
        day = _day(tokens, _skip(tokens, at_month, _FILLERS))
        if day is not None:
            first = day[1]
    if day is not None and _is_range(tokens, first):
        return None
    end = found.end() + (clock is None and text[found.end() : found.end() + 3] == " г.") * 3
    if (after := _RANGE_AFTER.match(text, end)) and fold(after[1]) in MONTHS:
        return None
    return Parts(int(found[0]), month, day[0] if day else None, offset + tokens[first].start(), end, calendar)


def _numeric(text: str, numeric: re.Match[str], offset: int, found: re.Match[str]) -> Parts | None:
    first, sign, second = int(numeric[1]), numeric[2], int(numeric[3])
    start, year = offset + numeric.start(), int(found[0])
    if year < 1600:
        return Parts(year, second, first, start, found.end(), "unknown")
    if _RANGE_BEFORE.search(text, max(0, start - 6), start):
        return None
    return _day_and_month(first, second, sign, year, text, (start, found.end()))


def _day_and_month(first: int, second: int, sign: str, year: int, text: str, span: tuple[int, int]) -> Parts:
    """Two numbers as day and month, by their size, their sign, or the weekday before them."""
    start, end = span
    if second > 12:
        return Parts(year, first, second, start, end)
    undecided = first <= 12 and first != second and sign != "."  # points are European: the day is first
    if undecided and (weekday := _weekday(text[max(0, start - 20) : start])) is not None:
        for month, day in ((second, first), (first, second)):
            if (made := make_date(year, month, day)) and made.weekday() == weekday:
                return Parts(year, month, day, start, end)
    return Parts(year, second, first, start, end, swapped=undecided)


def _weekday(before: str) -> int | None:
    words = re.findall(r"[^\W\d_]+", before)
    return WEEKDAYS.get(fold(words[-1])) if words else None


def _skip(tokens: list[re.Match[str]], at: int, what: Collection[str]) -> int:
    """The index after which the last token stands, at most three fillers skipped."""
    for _ in range(3):
        if at == 0 or tokens[at - 1][0].lower() not in what:
            break
        at -= 1
    return at


def _day(tokens: list[re.Match[str]], at: int) -> tuple[int, int] | None:
    """A day number that ends before token *at*, and its index."""
    if at and not tokens[at - 1][0].isdigit() and tokens[at - 1][0].lower() in _ORDINALS:
        at -= 1
    if at and len(tokens[at - 1][0]) <= 2 and tokens[at - 1][0].isdigit() and 1 <= int(tokens[at - 1][0]) <= 31:
        return int(tokens[at - 1][0]), at - 1
    return None


def _month(tokens: list[re.Match[str]], at: int) -> tuple[int, str, int]:
    """The month whose name ends before token *at*, its calendar and its index; month 0 if there is none."""
    for size in range(min(_MONTH_WORDS, at), 0, -1):
        name = fold(" ".join(token[0] for token in tokens[at - size : at]))
        for calendar, table in (("gregorian", MONTHS), ("solar-hijri", SOLAR_HIJRI), ("lunar-hijri", LUNAR_HIJRI)):
            if month := table.get(name):
                first = at - size
                if first >= 2 and tokens[first - 1][0] == "/":  # the UN prints both Arabic names: تموز/يوليه
                    twin, _, twin_at = _month(tokens, first - 1)
                    first = twin_at if twin == month else first
                return month, calendar, first
    return 0, "", at


def _is_range(tokens: list[re.Match[str]], first: int) -> bool:
    """Whether the date that begins at token *first* ends a range: 27-30 November, 30 June to 2 July, July 8-10."""
    if first < 2 or tokens[first - 1][0].lower() not in _RANGE_SIGNS:
        return False
    before = tokens[first - 2][0]
    earlier = tokens[first - 3][0] if first >= 3 else ""
    if not before.isdigit():
        return fold(before) in MONTHS and earlier.isdigit()
    if len(before) <= 2:
        return earlier != ":" and int(before) <= 31 and (tokens[first][0].isdigit() or fold(earlier) in MONTHS)
    return len(before) == 4 and fold(earlier) in MONTHS


def make_date(year: int, month: int, day: int) -> date | None:
    """That day, or None if the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
