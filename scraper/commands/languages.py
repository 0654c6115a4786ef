"""Which languages of an archive a person means: by a tag, by the three letters of ISO 639, by a name.

The archive marks a statement with its language alone (BCP 47, mostly two letters): a text does not prove a region.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import cache

from scraper.errors import UsageError

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)  # BCP 47, as far as the archive uses it
_NONE = frozenset({"und", "mul", "zxx", "mis"})  # codes of ISO 639 that name no language
_NAMED_IN = ("en", "fr", "es", "ar", "ru", "zh")  # the languages whose names for languages are understood
_ALSO = {"nn": "no", "nb": "no", "tl": "fil"}  # what is told apart by some and not by others


def languages_meant(given: str, there: Collection[str]) -> tuple[str, ...]:
    """The tags among *there*, those of the archive, that *given* means; its own where the archive has none of it yet.

    Raises :class:`UsageError` for what is no language, or narrower than the archive tells.
    """
    tag = given.strip().replace("_", "-")
    if not _TAG.fullmatch(tag):
        tag = _codes_by_name().get(given.strip().casefold(), "")
    primary, *rest = tag.lower().split("-")
    same = tuple(held for held in there if _canonical(held) == _canonical(primary))
    if not same and _canonical(primary) not in _names("en"):
        raise UsageError(f"--language {given}: is no language that is known here; {_hint(given, there)}")
    if not rest:
        return same or (_canonical(primary),)
    narrower = "-".join([primary, *({2: part.upper(), 4: part.title()}.get(len(part), part) for part in rest)])
    if any(held == narrower or held.startswith(f"{narrower}-") for held in there):
        return (narrower,)
    raise UsageError(
        f"--language {given}: statements are marked with their language alone, not with where it is spoken or how it is "
        f"written: ask for {', '.join(same) or _canonical(primary)}"
    )


def _hint(given: str, there: Collection[str]) -> str:
    names = _names("en")
    near = get_close_matches(given.casefold(), [name.casefold() for name in names.values()], 1)
    if near:
        return f"did you mean {_codes_by_name()[near[0]]} ({near[0].title()})?"
    held = ", ".join(sorted(there))
    return f"the archive holds {held}" if held else "expected a tag such as en (BCP 47) or a name such as English"


@cache
def _canonical(tag: str) -> str:
    """One tag for one language, whichever standard and age *tag* is of: eng, en-GB -> en; iw -> he.

    >>> [_canonical(tag) for tag in ("eng", "fre", "fra", "iw", "nb-NO", "cmn", "tlh")]
    ['en', 'fr', 'fr', 'he', 'no', 'zh', 'tlh']
    """
    from babel.core import get_global  # CLDR; 20 ms that only this needs

    primary = tag.lower().partition("-")[0]
    if primary == "no":  # CLDR takes the language for one of its two written forms
        return primary
    known = str(get_global("language_aliases").get(primary, primary)).lower().partition("_")[0]
    return _ALSO.get(known, known)


@cache
def _codes_by_name() -> dict[str, str]:
    """Codes by what each language is called in English, French, Spanish, Arabic, Russian and Chinese, case folded."""
    return {name.casefold(): code for locale in reversed(_NAMED_IN) for code, name in _names(locale).items()}


@cache
def _names(locale: str) -> dict[str, str]:
    """The names of languages in that of *locale*, by code; without those of regions and scripts."""
    from babel import Locale

    return {code: name for code, name in Locale(locale).languages.items() if code.isalpha() and code not in _NONE}
