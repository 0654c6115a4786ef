"""Days that are not those of their text: of the meetings that it lists, or by which something is to be done.

What tells a list is that several lines have one shape: a day and what happens on it, a place and a day. Knows nothing of
markup, and nothing of what the page's own day would be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from scraper.extractor.dates import ParsedDate, find_dates, visible
from scraper.extractor.months import WEEKDAYS, fold

# A day by which something is to be done, right before it or, in Chinese, behind it.
_DUE_BEFORE: Final = re.compile(
    r"(?:(?<!\w)(?:by|before|no later than|not later than|until|till|avant le|d.ici (?:le|au)|jusqu.au"
    r"|au plus tard le|antes del?|hasta el"
    r"|a más tardar el|até|bis(?: zum| spätestens(?: am)?)?|spätestens(?: am)?|vor dem|entro il|fino al"
    r"|до|не позднее|قبل|حتى|截至|截止(?:到|至)?)"
    r"|\b(?:deadline|closing date|due date|date limite|fecha límite|plazo|prazo|frist|scadenza|срок)\b[^\d.]{0,30})\W{0,3}\Z",
    re.IGNORECASE,
)
_DUE_AFTER: Final = re.compile(r"\s?(?:之?前|以前|为止|まで)")
_OPENING: Final = 90  # characters in which the day stands
_PLACE_WORDS: Final = 5
_LINES: Final = 1_000  # paragraphs looked at; more make no list of meetings
# 1900 to 2099, or any in Arabic digits; one set of characters comes first, so that the search can jump to it.
_YEAR: Final = re.compile(r"[12٠-٩۰-۹](?:(?<=1)9\d\d|(?<=2)0\d\d|(?<=[٠-٩۰-۹])[٠-٩۰-۹]{3})")
_DASH: Final = re.compile(r"[\s)\]،,.]*[–—―:|-]")
_PLACE: Final = re.compile(r"[^\d.:;!?]{2,48}[,،，(]\s*|[^\d.:;!?,]{2,48}\s[–—-]\s*")
_TOLD: Final = re.compile(r"[^\W\d_]{3}|[\u3040-\u9fff]")  # more than a time of day
# How many lines of a shape, each with another day, make a list. A place and a day alone open a text, and once.
_LEAST: Final = {"place": 2, "item": 3, "dateline": 3}


def days_listed(paragraphs: Sequence[str], languages: Collection[str] = ()) -> frozenset[date]:
    """The days of the lines that list days; empty if there is no list of them.

    >>> sorted(map(str, days_listed(["Geneva, 12 May 2023", "Nairobi, 4 August 2023"])))
    ['2023-05-12', '2023-08-04']
    >>> days_listed(["Geneva, 12 May 2023 – The Agency welcomes", "On 4 August 2023 it had called for"])
    frozenset()
    """
    days: dict[str, set[date]] = {}
    for paragraph in paragraphs[:_LINES]:
        if not _YEAR.search(paragraph, 0, _OPENING):
            continue
        line = " ".join(visible(paragraph[: 2 * _OPENING]).split())
        found = next(find_dates(line[:_OPENING], languages), None)
        if found is not None and found.precision in ("day", "time") and (shape := _shape(line, found)):
            days.setdefault(shape, set()).add(found.on)
    return frozenset(day for shape, each in days.items() if len(each) >= _LEAST[shape] for day in each)


def _shape(line: str, day: ParsedDate) -> str | None:
    before, after = line[: day.start].strip(), line[day.end :].strip(" .)")
    if not before or all(fold(word.strip(",،.")) in WEEKDAYS for word in before.split()):
        return "item" if _TOLD.search(after) else None
    if len(before.split()) > _PLACE_WORDS or not _PLACE.fullmatch(f"{before} "):
        return None
    return "dateline" if after and _DASH.match(line, day.end) else None if after else "place"


def is_due(line: str, day: ParsedDate, label: str) -> bool:
    """Whether something is to be done by *day*, found in *line*; *label* is what stands before it.

    >>> is_due("By Friday, 12 May 2023", next(find_dates("By Friday, 12 May 2023")), "By Friday, ")
    True
    """
    words = label.rstrip(" ,،")
    before, _, last = words.rpartition(" ")
    label = before if fold(last) in WEEKDAYS else words
    return _DUE_BEFORE.search(label) is not None or _DUE_AFTER.match(line, day.end) is not None
