"""Times as the archive writes them: ISO 8601, UTC, whole seconds, "Z": they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime


def as_text(time: datetime) -> str:
    """An aware *time* as the archive writes it.

    >>> from datetime import timedelta, timezone
    >>> as_text(datetime(2022, 6, 10, 9, 30, tzinfo=timezone(timedelta(hours=2))))
    '2022-06-10T07:30:00Z'
    """
    return f"{time.astimezone(UTC).isoformat()[:19]}Z"


def as_time(text: str) -> datetime:
    """What :func:`as_text` wrote, as an aware time.

    >>> as_time("2022-06-10T07:30:00Z").isoformat()
    '2022-06-10T07:30:00+00:00'
    """
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
