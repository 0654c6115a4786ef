"""URLs that look alike: what is the same in them, what varies, and the regular expression that says so. Pure.

A family is all URLs of one folder, whatever their last segment: ``/news/<slug>``, ``/blog/<year>/<month>/<day>/<slug>``,
``/report/<any>/<slug>``, ``/index?page=article&id=<value>``. Languages (``/es/news/<slug>``) are one family.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from scraper import urls
from scraper.crawler.sections import names_a_section

# ISO 639-1, the languages that institutions publish in. "us" or "io" in a path are no languages.
LANGUAGES = frozenset(
    """ar bg bn bs ca cs cy da de el en es et fa fi fr ga he hi hr hu hy id it ja ka km ko ky lt lv mk mn ms mt my ne nl no
    pl ps pt ro ru si sk sl sq sr sv sw ta tg th tk tr uk ur uz vi zh""".split()  # noqa: SIM905
)
MANY = 2  # so many different words in one place of a path, each with few pages below, are values and not sections
MOSTLY = 0.9  # of last segments that are numbers: the others are other pages of the folder
FEW = 3  # pages below one of them, on average

_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][A-Za-z]{2,4})?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_DAY_NUMBER = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d\Z|[0-3]\d-[01]\d-(?:19|20)\d\d\Z")
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{8,}\Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_FILE_NAME = re.compile(r"(.+?)(\.(?:html?|php|aspx?|jsp|cfm|do|shtml))\Z", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php|aspx?|jsp)\Z", re.IGNORECASE)
_BARE = re.compile(r"([A-Za-z_]+?)(\d+)\Z")  # `?article812`: a name and a number without "="
_FACET = re.compile(r"[?&]f(?:\[|%5B)\d*(?:\]|%5D)=", re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Za-z]{2,12})_?\d{2,}\Z")
_WORD_VALUE = re.compile(r"[A-Za-z][A-Za-z_-]{1,24}\Z")

# Placeholders in a family's folders, and what they match.
PLACEHOLDERS = {
    "{year}": r"\d{4}", "{month}": r"\d{1,2}", "{day}": r"\d{1,2}", "{date}": r"[\d-]{8,10}", "{number}": r"\d+",
    "{hex}": r"[0-9a-f-]+", "{any}": r"[^/?]+",
}  # fmt: skip


class Shape(NamedTuple):
    """One URL taken apart."""

    family: Family
    language: str  # "" if its path does not begin with one
    leaf: str  # the last segment without its ending; "" for the folder itself
    ending: str  # "/", ".html", "/index.html" or ""


class Family(NamedTuple):
    """What URLs of one kind have in common."""

    host: str
    folders: tuple[str, ...]  # literal or one of PLACEHOLDERS
    leaf: str = ""  # what the last segment begins with before a number: "nota" of ``nota0312.htm``
    script: str = ""  # the last segment where the query tells documents apart: "index", "press_release.asp"
    query: tuple[tuple[str, str], ...] = ()  # name and literal value, or "{value}"; sorted

    @property
    def words(self) -> list[str]:
        """The literal words of the path and query, the last first: where a section's name stands."""
        values = [value for _, value in self.query if value != "{value}"] + [name for name, _ in self.query]
        return [*values, self.script, self.leaf, *reversed([f for f in self.folders if f not in PLACEHOLDERS])]

    @property
    def is_dated(self) -> bool:
        """Whether a date stands in its path."""
        return "{date}" in self.folders or "{year}" in self.folders


def take_apart(url: str) -> Shape:
    """The shape of a canonical *url*, its folders literal except dates and numbers."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    language = ""
    if segments and (found := _LANGUAGE.match(segments[0])) and found[1] in LANGUAGES:
        language = segments.pop(0)
    ending = "/" if parts.path.endswith("/") and segments else ""
    if segments and _INDEX.match(segments[-1]):
        ending = f"/{segments.pop()}" if len(segments) > 1 or not parts.query else ending
    if parts.query and (names := _read_query(parts.query)):
        script = segments.pop() if segments and not ending else ""
        return Shape(Family(urls.host(url), _folders(segments), "", script, names), language, "", ending)
    leaf = segments.pop() if segments else ""
    if not ending and (named := _FILE_NAME.match(leaf)):
        leaf, ending = named.groups()
    prefix = _NUMBERED.match(leaf)
    return Shape(
        Family(urls.host(url), _folders(segments), prefix[1].lower() if prefix else ""), language, leaf, ending
    )


def _read_query(query: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        if not equals and (bare := _BARE.match(name)):
            pairs.append((bare[1], "{bare}"))
        else:
            pairs.append((name, value if _WORD_VALUE.match(value) and not _HEX.match(value) else "{value}"))
    return tuple(sorted(pairs))


def _folders(segments: Sequence[str]) -> tuple[str, ...]:
    folders: list[str] = []
    for segment in segments:
        before = folders[-1] if folders else ""
        if _YEAR.match(segment):
            folders.append("{year}")
        elif before == "{year}" and segment.isdigit() and 1 <= int(segment) <= 12:
            folders.append("{month}")
        elif before == "{month}" and segment.isdigit() and 1 <= int(segment) <= 31:
            folders.append("{day}")
        elif _DAY_NUMBER.match(segment):
            folders.append("{date}")
        elif segment.isdigit():
            folders.append("{number}")
        else:
            folders.append("{hex}" if _HEX.match(segment) else segment)
    return tuple(folders)


def is_date(leaf: str) -> bool:
    """Whether a last segment is nothing but a date or a part of one: a calendar's or an archive's, not a document's."""
    return bool(_YEAR.match(leaf) or _DAY_NUMBER.match(leaf) or (leaf.isdigit() and len(leaf) <= 2))


def is_facet(url: str) -> bool:
    """Whether *url* is a listing narrowed by Drupal's facets: there is one for every combination."""
    return bool(_FACET.search(url))


def families(found: Iterable[str]) -> dict[str, Shape]:
    """Each URL of *found* with its shape, folders that vary like values generalised to ``{any}``."""
    shapes = {url: take_apart(url) for url in found}
    places: dict[tuple[str, tuple[str, ...], int, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    for shape in shapes.values():
        for index, folder in enumerate(shape.family.folders):
            # The first folder is a section, however many there are, and so is a word that names one.
            if index and folder not in PLACEHOLDERS and not names_a_section(folder):
                before, after = shape.family.folders[:index], shape.family.folders[index + 1 :]
                places[shape.family.host, before, index, after][folder] += 1
    vary = {place for place, words in places.items() if len(words) >= MANY and words.total() <= FEW * len(words)}
    return {url: shape._replace(family=_generalised(shape.family, vary)) for url, shape in shapes.items()}


def _generalised(family: Family, vary: set[tuple[str, tuple[str, ...], int, tuple[str, ...]]]) -> Family:
    folders = family.folders
    for index in range(1, len(folders)):
        if (family.host, folders[:index], index, folders[index + 1 :]) in vary:
            return family._replace(folders=(*folders[:index], "{any}", *folders[index + 1 :]))
    return family


# --- regular expressions ----------------------------------------------------------------------------------------------


def pattern(family: Family, members: Sequence[Shape], languages: Iterable[str] = ()) -> str:
    """What matches *members* and their like. *languages* are first segments that may stand before the path."""
    front = "^" + _language(languages) + "".join(f"/{PLACEHOLDERS.get(f, _literal(f))}" for f in family.folders)
    if family.query:
        script = f"/{_literal(family.script)}" if family.script else "/"
        return rf"{front}{script}\?{_query(family.query)}$"
    return f"{front}/{_leaf(family.leaf, [one.leaf for one in members])}{_ending([one.ending for one in members])}$"


def _literal(text: str) -> str:
    """*text* as a regular expression; a hyphen needs no escape outside brackets, and reads better without."""
    return re.escape(text).replace(r"\-", "-")


def _language(languages: Iterable[str]) -> str:
    named = sorted(set(languages) - {""})
    if not named:
        return ""
    choice = "|".join(map(_literal, named))
    return f"(?:/{choice})?" if len(named) == 1 else f"(?:/(?:{choice}))?"


def _query(query: Sequence[tuple[str, str]]) -> str:
    pieces = []
    for name, value in query:
        if value == "{bare}":
            pieces.append(rf"{_literal(name)}\d+")
        else:
            pieces.append(f"{_literal(name)}={'[^&]+' if value == '{value}' else _literal(value)}")
    return "&".join(pieces)


def _leaf(prefix: str, leaves: Sequence[str]) -> str:
    """The narrowest of a few forms that all *leaves* have."""
    if prefix:
        spellings = sorted({leaf[: len(prefix)] for leaf in leaves})
        return rf"{'|'.join(spellings) if len(spellings) == 1 else '(?:' + '|'.join(spellings) + ')'}_?\d+"
    if leaves and sum(leaf.isdigit() for leaf in leaves) >= MOSTLY * len(leaves):
        return r"\d+"
    if leaves and all(_HEX.match(leaf) for leaf in leaves):
        return r"[0-9a-f-]+"
    return "[^/?]+"


def _ending(endings: Sequence[str]) -> str:
    found = sorted({ending for ending in endings if ending})
    if not found:
        return ""
    if found == ["/"]:
        return "/?"
    if all(ending.startswith("/") for ending in found):
        # `/x/` and `/x/index.html` are one page.
        names = sorted(ending[1:] for ending in found if ending != "/")
        return f"/(?:{'|'.join(map(_literal, names))})?"
    if len(found) == 1 and "" not in endings:
        return _literal(found[0])
    return f"(?:{'|'.join(map(_literal, found))})?"


def listing_pattern(listing: str, further: Iterable[str], languages: Iterable[str] = ()) -> str:
    """What matches the listing page at *listing* and the pages in *further* that continue or narrow it."""
    pages = [urlsplit(url) for url in (listing, *further)]
    queries = [_pairs(page.query) for page in pages]
    fixed = {name: value for name, value in queries[0].items() if all(query.get(name) == value for query in queries)}
    free = sorted({name for query in queries for name in query} - fixed.keys())
    paths = list(dict.fromkeys(_counted(page.path) for page in pages))
    path = f"(?:{'|'.join(paths)})" if len(paths) > 1 else paths[0]
    front = f"^{_language(languages)}{path}"
    counted = all(query.get(name, "0").isdigit() for query in queries for name in free)
    value = r"\d+" if counted else "[^&]*"
    if not fixed and len(free) <= 1:
        return f"{front}(?:\\?{_literal(free[0])}={value})?$" if free else f"{front}$"
    musts = "".join(rf"(?=(?:.*&)?{_literal(name)}={_literal(given)}(?:&|$))" for name, given in sorted(fixed.items()))
    names = "|".join(_literal(name) for name in sorted([*fixed, *free]))
    query = rf"{musts}(?:(?:{names})=[^&]*(?:&|$))+"
    return rf"{front}\?{query}$" if fixed else rf"{front}(?:\?{query})?$"


def _pairs(query: str) -> dict[str, str]:
    return dict(piece.partition("=")[::2] for piece in query.split("&") if piece)


def _counted(path: str) -> str:
    """*path* as a regular expression with its page number left open, the final slash as well."""
    language, rest = re.match(r"(?:/([a-z]{2}(?:-[A-Za-z]+)?)(?=/|$))?(.*)", path).groups()  # type: ignore[union-attr]
    if language and language[:2] in LANGUAGES:
        path = rest or "/"
    escaped = _literal(path.rstrip("/"))
    escaped = re.sub(r"((?:/|=|page|index|p|p-|page-))\d+(?=$|/|\\\.html?$|%|\\\.)", r"\1\\d+", escaped)
    return f"{escaped}/?" if path.endswith("/") or not path.rpartition("/")[2].count(".") else escaped


def same_family(shapes: Mapping[str, Shape]) -> dict[Family, list[str]]:
    """The URLs of each family, in the order of *shapes*."""
    grouped: dict[Family, list[str]] = defaultdict(list)
    for url, shape in shapes.items():
        grouped[shape.family].append(url)
    return grouped
