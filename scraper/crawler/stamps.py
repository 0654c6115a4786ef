"""Dates that machines wrote for machines: RFC 822 (RSS, HTTP), RFC 3339 and W3CDTF (Atom, sitemaps, ``<time datetime>``).

Printed dates ("10 June 2022") are the extractor's. What is not exactly one of these forms is unknown, never guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from scraper.model import DateSource, NotModified, Precision, Published, Validators

MAX_RETRY_AFTER = timedelta(days=7)  # a longer one is a mistake, or for ever
EARLIEST_YEAR = 1900  # institutions do put their archives of a century online; 0001-01-01 is an empty field

_CLOCK = r"(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ]{_CLOCK}\s*{_ZONE})?)?)?\Z",
    re.IGNORECASE | re.ASCII,
)
_PACKED = re.compile(r'(?:-|;|--)(?:gzip|br|df|deflate)"$')
_RFC_822 = re.compile(r"(?:\w{3,9},?\s+)?\d{1,2}[\s-]+[A-Za-z]{3,9}\.?[\s-]+\d{2,4}\b", re.ASCII)


def read_stamp(printed: str, source: DateSource, *, confidence: float = 1.0) -> Published | None:
    """The date in *printed*, or None if that is not exactly one machine-written date.

    The day is the one the publisher wrote, in the publisher's own offset. A time of day counts only with an offset:
    without one, and at midnight, which is how systems write a day without a time, precision is "day".
    """
    text = printed.strip()
    if not 4 <= len(text) <= 60:
        return None
    found = _read_iso(text) or _read_rfc_822(text)
    if found is None or found[0].year < EARLIEST_YEAR:
        return None
    on, precision, at = found
    return Published(on, precision, source, text, at, confidence)


def _read_iso(text: str) -> tuple[date, Precision, datetime | None] | None:
    match = _ISO.match(text)
    if match is None:
        return None
    try:
        on = date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
        if match["hour"] is None:
            return on, "day" if match["day"] else "month" if match["month"] else "year", None
        zone = match["zone"] or ""
        offset = "+00:00" if zone.upper() in {"Z", "UTC", "GMT"} else zone
        clock = time.fromisoformat(f"{match['hour']}:{match['minute']}:{match['second'] or '00'}{offset}")
    except ValueError:  # 31 February, 25 o'clock, an offset of 99 hours
        return None
    return _with_time(datetime.combine(on, clock))


def _read_rfc_822(text: str) -> tuple[date, Precision, datetime | None] | None:
    if not _RFC_822.match(text):
        return None
    try:
        stamp = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _with_time(stamp)


def _with_time(stamp: datetime) -> tuple[date, Precision, datetime | None]:
    if stamp.tzinfo is None or stamp.time() == time():
        return stamp.date(), "day", None
    return stamp.date(), "time", stamp


def read_retry_after(printed: str | None, sent: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to stay away: seconds, or a date (RFC 9110, 10.2.3).

    A date is seen from *sent*, the same answer's Date, since both are by the server's clock, or else from *now*.
    Between nothing and :data:`MAX_RETRY_AFTER`; None if it says nothing that can be read.
    """
    text = (printed or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), MAX_RETRY_AFTER.total_seconds()))
    until = _read_http_date(text)
    if until is None:
        return None
    return min(max(timedelta(0), until - (_read_http_date(sent or "") or now)), MAX_RETRY_AFTER)


def _read_http_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def vouches(answer: NotModified, held: Validators) -> bool:
    """Whether a 304 speaks of the body that was *held* (RFC 9111, 4.3.4): the tag it names, if any, is the one we hold.

    Weak tags and the suffixes that servers add for a compressed body name the same state.
    """
    named = next((value for name, value in answer.headers if name.lower() == "etag"), None)
    return not (named and held.etag) or _tag(named) == _tag(held.etag)


def _tag(etag: str) -> str:
    return _PACKED.sub('"', etag.strip().removeprefix("W/"))
