"""Codes, dates and sizes as a reader says them. Pure; English, from CLDR."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my"})  # languages whose words nobody counts

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# Scripts that run from right to left, by language (CLDR, character order); a script subtag decides before this does.
RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "ha-arab", "he", "ks", "ku-arab", "ps", "sd", "ug", "ur", "yi"}
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo"})

# ISO 3166 names as the news prints them, where CLDR's short form is longer or another one is meant.
_SHORT_NAMES = {"CD": "DR Congo", "CG": "Congo", "MM": "Myanmar", "PS": "Palestine", "HK": "Hong Kong", "MO": "Macao"}

SDGS = {
    "1": "No Poverty", "2": "Zero Hunger", "3": "Good Health and Well-being", "4": "Quality Education",
    "5": "Gender Equality", "6": "Clean Water and Sanitation", "7": "Affordable and Clean Energy",
    "8": "Decent Work and Economic Growth", "9": "Industry, Innovation and Infrastructure",
    "10": "Reduced Inequalities", "11": "Sustainable Cities and Communities",
    "12": "Responsible Consumption and Production", "13": "Climate Action", "14": "Life below Water",
    "15": "Life on Land", "16": "Peace, Justice and Strong Institutions", "17": "Partnerships for the Goals",
}  # fmt: skip

# What an archive's status means to a reader.
STATUS = {"live": "online", "gone": "taken down", "moved": "moved", "error": "failing"}

EVENTS = {
    "new": "Archived", "revised": "Edited", "gone": "Taken down", "back": "Back online", "moved": "Moved",
    "copy": "Copy found", "suspected": "Perhaps taken down",
}  # fmt: skip

# (kind, whether this statement is the later one) -> what the other one is to it.
RELATIONS = {
    ("copy", True): "Word for word the same as", ("copy", False): "Repeated word for word by",
    ("edited-copy", True): "An edited copy of", ("edited-copy", False): "Copied with edits by",
    ("excerpt", True): "An excerpt of", ("excerpt", False): "Excerpted by",
    ("series", True): "Continues", ("series", False): "Continued by",
    ("translation", True): "The same in another language", ("translation", False): "The same in another language",
}  # fmt: skip

# `published_source` -> how we know a date.
DATE_SOURCES = {
    "json-ld": "the page's structured data", "meta": "the page's metadata", "microdata": "the page's microdata",
    "time": "a marked-up date on the page", "text": "a date printed in the text", "dateline": "the dateline",
    "url": "the address of the page", "feed": "the publisher's feed", "listing": "a listing page",
    "sitemap": "the sitemap", "header": "a response header", "api": "the publisher's interface",
}  # fmt: skip


@lru_cache(maxsize=1)
def _english() -> Locale:
    return Locale("en")


@lru_cache(maxsize=512)
def language_name(code: str | None) -> str:
    """A language as English calls it; the code itself where CLDR has no name.

    >>> language_name("ar"), language_name("zh-Hant"), language_name("tlh-x")
    ('Arabic', 'Chinese (Traditional)', 'tlh-x')
    """
    if not code:
        return "unknown language"
    try:
        return Locale.parse(code, sep="-").get_display_name(_english()) or code
    except (UnknownLocaleError, ValueError, TypeError):
        return _english().languages.get(code.split("-")[0].lower(), code) if "-x" not in code else code


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """A country by its ISO 3166-1 code.

    >>> country_name("SD"), country_name("CD"), country_name("??")
    ('Sudan', 'DR Congo', '??')
    """
    return _SHORT_NAMES.get(code) or _english().territories.get(code) or code


def direction(language: str | None) -> str:
    """``rtl`` or ``ltr``; ``auto`` when the language is unknown, so that the first letter decides.

    >>> direction("ar-SY"), direction("zh"), direction(None), direction("az-Arab")
    ('rtl', 'ltr', 'auto', 'rtl')
    """
    if not language:
        return "auto"
    parts = language.lower().split("-")
    if _RIGHT_TO_LEFT_SCRIPTS.intersection(parts[1:]):
        return "rtl"
    return "rtl" if parts[0] in RIGHT_TO_LEFT else "ltr"


def day_words(iso: str | None) -> str:
    """As much of a date as is known, in words; "" for none, the text itself if it is no date.

    >>> day_words("2022-06-10"), day_words("2022-06"), day_words("2022"), day_words("2022-06-10T09:00:00Z")
    ('10 June 2022', 'June 2022', '2022', '10 June 2022')
    """
    if not iso:
        return ""
    parts = iso[:10].split("-")
    try:
        month = MONTHS[int(parts[1]) - 1] if len(parts) > 1 else ""
        day = str(int(parts[2])) if len(parts) > 2 else ""
    except (ValueError, IndexError):
        return iso
    return " ".join(part for part in (day, month, parts[0]) if part)


def time_words(iso: str | None) -> str:
    """A time of the archive's clock, to the minute.

    >>> time_words("2022-06-10T09:00:00Z")
    '10 June 2022, 09:00 UTC'
    """
    if not iso or len(iso) < 16:
        return day_words(iso)
    return f"{day_words(iso)}, {iso[11:16]} UTC"


def details_in_words(detail: str | None) -> str:
    """What the archive notes of an event, its dates as the rest of the page has them.

    >>> details_in_words("suspected gone: HTTP 410 on 2026-04-13")
    'HTTP 410 on 13 April 2026'
    """
    return _DAY.sub(lambda day: day_words(day[0]), (detail or "").removeprefix("suspected gone: "))


def length_words(language: str | None, words: int, text: str) -> str:
    """How long a text is: in words, or in characters where its script puts no spaces between words.

    >>> length_words("en", 340, "..."), length_words("zh-Hans", 7, "\u6d2a\u6c34 \u6d2a\u6c34")
    ('340 words', '4 characters')
    """
    if language and language.split("-")[0] in _WITHOUT_SPACES and text:
        return plural(sum(not character.isspace() for character in text), "character")
    return plural(words, "word")


def month_words(month: str) -> str:
    """``2022-06`` as ``June 2022``, short enough for a heading; anything else as it is."""
    return day_words(month)


def number(value: float | None) -> str:
    """A whole number with thousands marked; "–" for none.

    >>> number(1234567), number(None)
    ('1,234,567', '–')
    """
    return "–" if value is None else f"{value:,.0f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Count and noun.

    >>> plural(1, "copy", "copies"), plural(1200, "statement")
    ('1 copy', '1,200 statements')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def times(count: int) -> str:
    """How often.

    >>> times(1), times(2), times(12)
    ('once', 'twice', '12 times')
    """
    return {1: "once", 2: "twice"}.get(count) or f"{number(count)} times"


def share(part: int, whole: int) -> str:
    """A percentage that says 100 % only when it is, and 0 % only when it is.

    >>> share(999, 1000), share(1, 3000), share(0, 9), share(9, 9), share(0, 0)
    ('99 %', '<1 %', '0 %', '100 %', '–')
    """
    if whole <= 0:
        return "–"
    if 0 < part < whole / 100:
        return "<1 %"
    return f"{min(part * 100 // whole, 99 if part < whole else 100)} %"


def file_size(size: int | None) -> str:
    """Bytes for people.

    >>> file_size(812), file_size(48_211), file_size(3_400_000)
    ('812 bytes', '48 kB', '3.4 MB')
    """
    if size is None:
        return "–"
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def tag_words(scheme: str, tag: str) -> str:
    """A tag as a reader says it: SDGs by number and name, countries by name."""
    if scheme == "sdg":
        return f"SDG {tag} – {SDGS[tag]}" if tag in SDGS else f"SDG {tag}"
    if scheme == "country" and len(tag) == 2 and tag.isupper():
        return country_name(tag)
    return tag


def json_list(text: str | None) -> list[Any]:
    """A JSON list of the archive; an empty one when it is empty or no list."""
    try:
        value = json.loads(text or "[]")
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def web_address(url: str | None) -> str | None:
    """*url* if it may stand in a link: http or https, nothing else.

    >>> web_address("https://a.example/x"), web_address("javascript:alert(1)"), web_address(None)
    ('https://a.example/x', None, None)
    """
    return url if url and url.lower().startswith(("http://", "https://")) else None
