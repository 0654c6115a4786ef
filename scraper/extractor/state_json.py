"""The values that a page's scripts start from: what a server hands to a page that its scripts will draw.

Finds and decodes; :mod:`scraper.extractor.state_prose` looks for text in what is found. Never fails: what is no JSON is looked
through for its strings, and everything is bounded, because these scripts are the largest and least kept part of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from scraper.extractor.page import Page
from scraper.json_values import read_json, read_json_at

_SCRIPT_CHARS: Final = 3_000_000  # of one script; longer ones hold the code, or a catalogue
_SCRIPTS: Final = 200
_ASSIGNMENTS: Final = 30  # of one script
_PAIRS: Final = 5_000
_LEAST_CHARS: Final = 200  # of a script or attribute: a text takes more
# Attributes in which servers hand values to scripts: Discourse, Inertia, Rails' React, Vue and plain ones.
_ATTRIBUTES: Final = (
    ["data-preloaded", "data-page", "data-props", "data-react-props", "data-state", "data-initial-state", "data-json"]
)  # fmt: skip
# `window.__INITIAL_STATE__ = {`, `var data = [`, `__APOLLO_STATE__=JSON.parse("`
_ASSIGNMENT: Final = re.compile(r'[\w$\]"\']\s{0,9}=\s{0,9}(?:(?=[{\[]["\w{\[])|JSON\.parse\(\s{0,9}(?="))')
# `body: "..."` in an object that is no JSON: Nuxt 2 writes a function, others leave out the quotes of names.
_PAIR: Final = re.compile(r'\b(\w{2,40})["\']?\s{0,9}:\s{0,9}("(?:[^"\\]++|\\.)*+")', re.DOTALL)
_HEX: Final = re.compile(r"\\x([0-9a-fA-F]{2})")  # an escape that JavaScript knows and JSON does not
# The rows in which React streams what it drew: `self.__next_f.push([1,"..."])`.
_STREAMED: Final = re.compile(r'__next_f\.push\(\[1,\s{0,9}("(?:[^"\\]++|\\.)*+")\]\)', re.DOTALL)
_ROW: Final = re.compile(r"(?:^|\n)?([0-9a-f]{1,6}):(?:T([0-9a-f]{1,6}),)?")
_REFERENCES: Final = 20_000  # values of a flattened state that are put back in their places


def read_states(page: Page) -> Iterator[Any]:
    """Every JSON value that *page* hands to its scripts, in order; JSON-LD is read elsewhere."""
    streamed: list[str] = []
    for script in page.tree.css("script:not([src])")[:_SCRIPTS]:
        kind = (script.attributes.get("type") or "").lower()
        text = script.text(deep=True)
        if "ld+json" in kind or not _LEAST_CHARS <= len(text) <= _SCRIPT_CHARS:
            continue
        if "json" in kind:
            yield from _whole(text, flat=script.attributes.get("id") == "__NUXT_DATA__")
        elif pieces := _STREAMED.findall(text):
            streamed += (piece for each in pieces if isinstance(piece := read_json(each), str))
        else:
            yield from _assigned(text)
    yield from _rows("".join(streamed)[:_SCRIPT_CHARS])
    for name in _ATTRIBUTES:
        for node in page.tree.css(f"[{name}]")[:_SCRIPTS]:
            text = node.attributes.get(name) or ""
            if _LEAST_CHARS <= len(text) <= _SCRIPT_CHARS:
                yield from _whole(text)


def _whole(text: str, *, flat: bool = False) -> Iterator[Any]:
    value = read_json(text)
    if value is not None:
        yield _unflattened(value) if flat else value


def _assigned(script: str) -> Iterator[Any]:
    """The objects and lists that *script* gives to variables; if there is none, the strings in it that have names."""
    at = found = 0
    for _ in range(_ASSIGNMENTS):
        match = _ASSIGNMENT.search(script, at)
        if match is None:
            break
        value, at = read_json_at(script, match.end())
        value = read_json(value) if isinstance(value, str) else value
        if value is not None:
            found += 1
            yield value
    if not found:
        yield from _named_strings(script)


def _named_strings(script: str) -> Iterator[Any]:
    pairs: dict[str, str] = {}
    for match in islice(_PAIR.finditer(script), _PAIRS):
        value = read_json(_HEX.sub(r"\\u00\1", match[2])) if len(match[2]) >= _LEAST_CHARS else None
        if isinstance(value, str) and len(value) > len(pairs.get(match[1], "")):
            pairs[match[1]] = value
    if pairs:
        yield pairs


def _unflattened(value: Any) -> Any:
    """Nuxt's list of values that name each other by their place, with the names of the first level put back."""
    if not isinstance(value, list):
        return value
    left = _REFERENCES
    found: list[Any] = []
    for item in value:
        if isinstance(item, dict):
            left -= len(item)
            if left < 0:
                break
            found.append({name: _referred(value, place) for name, place in item.items()})
        elif isinstance(item, list) and (strings := [text for place in item if (text := _referred(value, place))]):
            left -= len(item)
            found.append(strings)
    return found


def _referred(values: list[Any], place: Any) -> Any:
    """The string at *place*; None for what is no string and no place."""
    if not isinstance(place, int) or not 0 <= place < len(values):
        return None
    return text if isinstance(text := values[place], str) else None


def _rows(stream: str) -> Iterator[Any]:
    """The rows of React's stream: `id:JSON` up to the end of the line, `id:Tlength,text` of so many bytes."""
    at = 0
    while match := _ROW.match(stream, at):
        at = match.end()
        if match[2]:
            length = int(match[2], 16)
            text = stream[at : at + length].encode()[:length].decode(errors="ignore")
            at += len(text)
            yield {"text": text}
        else:
            end = stream.find("\n", at)
            end = len(stream) if end < 0 else end
            if (value := read_json(stream[at:end].lstrip("IHLD"))) is not None:
                yield value
            at = end
