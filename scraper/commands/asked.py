"""What options mean that several commands have: times, days and filters, each refused by name where it cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from difflib import get_close_matches

from scraper.archive.filters import Filters, languages_of
from scraper.archive.store import Archive
from scraper.archive.times import as_text
from scraper.commands.languages import languages_meant
from scraper.errors import SourceNotFound, UsageError
from scraper.extractor.country_index import country_codes
from scraper.extractor.kinds import KINDS, label_kind

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_COUNTRY = re.compile(r"[A-Za-z]{2}")  # ISO 3166-1 alpha-2
_MEANT = {"UK": "GB", "EL": "GR"}  # what countries are called that ISO 3166 calls otherwise


def moment(text: str | None, option: str) -> datetime | None:
    """The value of *option* as a time in UTC; None if it was not given. Raises :class:`UsageError`."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {text}: expected a time such as 2026-01-31T06:00:00Z") from None


def day(text: str | None, option: str) -> str | None:
    """The value of *option*, checked to be YYYY, YYYY-MM or YYYY-MM-DD. Raises :class:`UsageError`."""
    if text is None:
        return None
    try:
        parts = _DAY.fullmatch(text)
        if parts is None:
            raise ValueError
        date(*(int(part or 1) for part in parts.groups()))
    except ValueError:
        raise UsageError(f"{option} {text}: expected a date such as 2026, 2026-01 or 2026-01-31") from None
    return text


def day_or_moment(text: str | None, option: str) -> str | None:
    """The value of *option* as the archive writes times, so that the two compare as text. Raises :class:`UsageError`."""
    if text is None or _DAY.fullmatch(text):
        return day(text, option)
    found = moment(text, option)
    return as_text(found) if found else None


def known(archive: Archive, names: Collection[str]) -> None:
    """Raises :class:`SourceNotFound`: of a source whose name is mistyped, nothing is to be had and nothing is wrong."""
    there = [row["name"] for row in archive.rows("select name from sources order by name")]
    for name in names:
        if name not in there:
            raise SourceNotFound(name, there, next(iter(get_close_matches(name, there, 1)), None))


def _kind(archive: Archive, given: str) -> str:
    """A kind of statements by its name or by a label of it ("Press Releases"). Raises :class:`UsageError`."""
    there = [row["kind"] for row in archive.rows("select distinct kind from documents where kind is not null")]
    if found := given if given in {*there, *KINDS} else label_kind(given):
        return found
    near = next(iter(get_close_matches(given.lower(), {*there, *KINDS}, 1)), None)
    hint = f"did you mean {near!r}?" if near else f"expected one of {', '.join(sorted({*there, *KINDS}))}"
    raise UsageError(f"--kind {given}: no statement is of that kind: {hint}")


def _languages(archive: Archive, given: tuple[str, ...]) -> tuple[str, ...] | None:
    """The languages of the archive that are meant. Raises :class:`UsageError`."""
    there = languages_of(archive.db) if given else ()
    return tuple(tag for one in given for tag in languages_meant(one, there)) or None


def _country(given: str) -> str:
    """A country's code. Raises :class:`UsageError` for one that no text can be found to speak of."""
    code = given.upper()
    if not _COUNTRY.fullmatch(given):
        raise UsageError(f"--country {given}: expected a country code of two letters (ISO 3166) such as ZW")
    if code not in country_codes():
        hint = f"; did you mean {_MEANT[code]}?" if code in _MEANT else ""
        raise UsageError(f"--country {given}: is no country's code (ISO 3166){hint}")
    return code


def filters(
    archive: Archive,
    *,
    source: tuple[str, ...],
    kind: tuple[str, ...],
    language: tuple[str, ...],
    country: tuple[str, ...],
    since: str | None,
    until: str | None,
    hide_copies: bool,
    status: tuple[str, ...] = (),
    changed: bool = False,
) -> Filters:
    """Filters as given on the command line. Raises :class:`UsageError` for values that no statement could have."""
    known(archive, source)
    first, last = day(since, "--since"), day(until, "--until")
    if first and last and first > last + "~":
        raise UsageError(f"--since {first} is after --until {last}: no date is between them")
    return Filters(
        source=source or None, kind=tuple(_kind(archive, one) for one in kind) or None,
        language=_languages(archive, language),
        country=tuple(_country(one) for one in country) or None,
        status=status or None, since=first, until=last, hide_copies=hide_copies, changed=changed,
    )  # fmt: skip
