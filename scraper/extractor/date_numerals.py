"""Dates that no year of four common digits anchors: numerals of Chinese, years of other eras, and a day counted in words.

An era is read only where its name or the names of its months stand beside the year, so that the sum is sure: the Buddhist
years of Thailand (543 ahead since 1941, when they came to begin in January), Reiwa and Heisei of Japan, and the Republic of China.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Numbers(NamedTuple):
    """A Gregorian date's numbers, not yet checked, and where in the text they were read."""

    year: int
    month: int
    day: int | None
    start: int
    end: int


_DIGITS = {digit: str(number) for number, digit in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_NUMERALS = re.compile(
    r"([〇○零一二三四五六七八九]{4})\s?年\s?([一二三四五六七八九十]{1,3})\s?月(?:\s?([一二三四五六七八九十]{1,3})\s?[日号號])?(?![一二三四五六七八九十])"
)
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # the year before the first
_ERA = re.compile(r"(令和|平成|中?[華华]?民[國国])\s?(\d{1,3}|元)\s?年\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?")
_THAI_MONTHS = (
    "มกราคม ม.ค.|กุมภาพันธ์ ก.พ.|มีนาคม มี.ค.|เมษายน เม.ย.|พฤษภาคม พ.ค.|มิถุนายน มิ.ย.|กรกฎาคม ก.ค.|สิงหาคม ส.ค.|กันยายน ก.ย."
    "|ตุลาคม ต.ค.|พฤศจิกายน พ.ย.|ธันวาคม ธ.ค."
)
_THAI = {name: month for month, names in enumerate(_THAI_MONTHS.split("|"), 1) for name in names.split()}
_IN_THAI = re.compile(
    rf"(?:(?<!\d)(\d{{1,2}})\s?)?({'|'.join(map(re.escape, _THAI))})\s?(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)?\s?(\d{{4}})(?!\d)"
)
_BUDDHIST, _BUDDHIST_FROM = 543, 2484
_VIETNAMESE = re.compile(r"\b(\d{1,2}) tháng (\d{1,2})(?:,? năm|,) (\d{4})\b", re.IGNORECASE)
# The signs by which a text is known to hold none of these.
_MARKS = re.compile("[年\u0e01-\u0e2e]|tháng", re.IGNORECASE)
# A second day behind the first: what lasts from one to the other is no day.
_GOES_ON = re.compile(r"\s?[-–—~～至到、及和]\s?[\d一二三四五六七八九十]")


def find_numbers(text: str) -> Iterator[Numbers]:
    """All such dates in *text*, each kind in reading order; ranges of days are left out.

    >>> next(find_numbers("二〇二四年三月十五日"))[:3]
    (2024, 3, 15)
    """
    if not _MARKS.search(text):
        return
    for found in (*_chinese(text), *_of_eras(text), *_thai(text), *_vietnamese(text)):
        if not _GOES_ON.match(text, found.end):
            yield found


def _chinese(text: str) -> Iterator[Numbers]:
    for found in _NUMERALS.finditer(text):
        year = int("".join(_DIGITS[digit] for digit in found[1]))
        yield Numbers(year, _counted(found[2]), _counted(found[3]) if found[3] else None, *found.span())


def _counted(numeral: str) -> int:
    """A number below a hundred as Chinese counts it: 三 is 3, 十五 is 15, 三十一 is 31."""
    tens, ten, ones = numeral.rpartition("十")
    return (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0"))


def _of_eras(text: str) -> Iterator[Numbers]:
    for found in _ERA.finditer(text):
        year = _ERAS[found[1][-2:]] + (1 if found[2] == "元" else int(found[2]))
        yield Numbers(year, int(found[3]), int(found[4]) if found[4] else None, *found.span())


def _thai(text: str) -> Iterator[Numbers]:
    for found in _IN_THAI.finditer(text):
        year = int(found[3])
        year -= _BUDDHIST if year >= _BUDDHIST_FROM else 0
        start = found.start() if found[1] else found.start(2)
        yield Numbers(year, _THAI[found[2]], int(found[1]) if found[1] else None, start, found.end())


def _vietnamese(text: str) -> Iterator[Numbers]:
    for found in _VIETNAMESE.finditer(text):
        yield Numbers(int(found[3]), int(found[2]), int(found[1]), *found.span())
