"""The running text in values made for scripts: which string, list of strings or tree of paragraphs is what people read.

Works on JSON values alone; knows neither pages nor where the values came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Final

from scraper.extractor.state_trees import MARKUP, TITLES, drawn, is_tree
from scraper.json_values import read_json

_VALUES: Final = 60_000  # that are looked at
_DEPTH: Final = 40
_LEAST_WORDS: Final = 30  # of a text
_PIECE_WORDS: Final = 6  # of a string that is part of one
_PIECES: Final = 3_000  # strings and paragraphs that are kept
_DATES: Final = (
    ["datePublished", "publishedAt", "published_at", "publishDate", "publicationDate", "publish_date", "publishedDate", "published"]
)  # fmt: skip
# Values that are texts of the site, not of the page: their names, split at case and underscore.
_ELSEWHERE: Final = re.compile(
    r"(?<![a-z])(?:cookies?|consent|gdpr|privacy|terms|legal|disclaimer|footer|header|nav|navigation|menus?|i18n|locales?|translations?"
    r"|intl|labels?|css|styles?|scripts?|quer(?:y|ies)|graphql|config|settings|env|flags?|newsletter|related|recommended|latest"
    r"|trending|popular|products?|variants?|offers?|reviews?|ratings?|comments?|sidebar|bio|biography|seo|meta|metadata|alt|caption|summary|excerpt|teaser|description|errors?)(?![a-z])"
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ESCAPED_TAG: Final = re.compile(r"&lt;/?(?:p|br|div|h[1-6]|ul|ol|li|strong|em|a)\b")
_CODE: Final = re.compile(r"[{};]\s*(?:$|\n)|\bfunction\b|=>|\$\w+\)", re.MULTILINE)
_ENDED: Final = re.compile(r"[.!?。！？؟।][\"”»’')\]]*(?:\s|<|$)|[。！？]")
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text found among values."""

    html: str
    words: int
    title: str | None  # of the object that holds it, or of one around that
    published: str | None  # that the same object names


def find_prose(values: Sequence[Any]) -> list[Prose]:
    """The texts in *values*, the longest first. Strings that stand in the same place of equal objects are one text."""
    search = _Search()
    for value in values:
        search.look(value, (), None, None, 0)
    return sorted(search.found(), key=lambda prose: -prose.words)


class _Search:
    """One look through values: what is left of its bounds, and the strings found by their place."""

    def __init__(self) -> None:
        self.left = _VALUES
        self.pieces = _PIECES
        self.places: dict[tuple[object, ...], list[str]] = {}
        self.facts: dict[tuple[object, ...], tuple[str | None, str | None]] = {}

    def look(self, value: Any, place: tuple[str, ...], title: str | None, published: str | None, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > _DEPTH or self.pieces <= 0:
            return
        if isinstance(value, str):
            if value[:1] in ("{", "[") and (inner := read_json(value)) is not None:
                self.look(inner, place, title, published, depth + 1)
            else:
                self.keep(value, place, title, published)
        elif isinstance(value, dict):
            title = _first(value, TITLES) or title
            published = _first(value, _DATES) or published
            for name, inner in value.items():
                words = _CAMEL.sub("_", name).lower()
                if not _ELSEWHERE.search(words):
                    self.look(inner, (*place, words), title, published, depth + 1)
        elif isinstance(value, list):
            if is_tree(value):
                self.keep("".join(drawn(value, _DEPTH - depth)), place, title, published, whole=True)
                return
            for inner in value:
                self.look(inner, (*place, ""), title, published, depth + 1)

    def keep(
        self, text: str, place: tuple[str, ...], title: str | None, published: str | None, *, whole: bool = False
    ) -> None:
        html = text if whole else as_html(text)
        least = _LEAST_WORDS if whole else _PIECE_WORDS
        if count_words(html) >= least and _ENDED.search(html) and (whole or not _CODE.search(MARKUP.sub("", text))):
            self.pieces -= 1
            group = (place, title)
            self.places.setdefault(group, []).append(html)
            self.facts.setdefault(group, (title, published))

    def found(self) -> Iterator[Prose]:
        for group, pieces in self.places.items():
            html = "\n".join(dict.fromkeys(pieces))
            if (words := count_words(html)) >= _LEAST_WORDS:
                yield Prose(html, words, *self.facts[group])


def _first(value: Mapping[str, Any], names: Sequence[str]) -> str | None:
    for name in names:
        text = value.get(name)
        if isinstance(text, dict):
            text = text.get("rendered")  # WordPress
        if isinstance(text, str) and text.strip():
            return unescape(MARKUP.sub("", text)).strip()
    return None


def count_words(html: str) -> int:
    """Words of two letters and more in markup or text; in scripts without spaces, pairs of characters."""
    text = MARKUP.sub(" ", html)
    return len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2


def as_html(text: str) -> str:
    """*text* as markup: escaped markup undone, plain text put into paragraphs."""
    if _ESCAPED_TAG.search(text) and not MARKUP.search(text):
        return unescape(text)
    if MARKUP.search(text):
        return text
    plain = unescape(text)
    parts = plain.split("\n\n") if "\n\n" in plain else plain.split("\n")
    return "".join(f"<p>{escape(part.strip())}</p>" for part in parts if part.strip())
