"""Days of other calendars as Gregorian days, where arithmetic alone settles them.

Solar Hijri (Iran, Afghanistan) follows the sun and is computable; lunar Hijri follows observed moons, differs by a
day between countries, and is not here: such dates stay as printed.
"""

from __future__ import annotations

from datetime import date, timedelta

# The years in which the mean 33-year leap cycle and the astronomical calendar of Iran agree without exception
# (checked against the published equinoxes by Borkowski, "The Persian calendar for 3000 years", 1996).
FIRST_SURE_YEAR, LAST_SURE_YEAR = 1244, 1471

# Remainders modulo 33 that are leap in that span. 1 Farvardin 1244 fell on 21 March 1865.
_LEAP_REMAINDERS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_EPOCH = date(1865, 3, 21)


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAP_REMAINDERS


def solar_hijri_to_gregorian(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a Solar Hijri date; None if there is no such day or the year is not settled.

    >>> solar_hijri_to_gregorian(1403, 1, 1)
    datetime.date(2024, 3, 20)
    >>> solar_hijri_to_gregorian(1402, 12, 30) is None
    True
    """
    if not (FIRST_SURE_YEAR <= year <= LAST_SURE_YEAR and 1 <= month <= 12):
        return None
    length = 31 if month <= 6 else 30 if month < 12 or _is_leap(year) else 29
    if not 1 <= day <= length:
        return None
    years = year - FIRST_SURE_YEAR
    leaps = sum(_is_leap(past) for past in range(FIRST_SURE_YEAR, year))
    before = 31 * min(month - 1, 6) + 30 * max(0, month - 7)
    return _EPOCH + timedelta(days=years * 365 + leaps + before + day - 1)
