"""JSON as pages hold it: raw line breaks in strings, characters that no text may hold, nesting without end."""

from __future__ import annotations

import json
import re
from typing import Any

from scraper.charset import clean_text

_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # escapes that may stand for NUL or half a surrogate pair
_DECODER = json.JSONDecoder(strict=False)  # people's strings hold raw line breaks


def read_json(text: str) -> Any:
    """The value of *text*, strings fit to be stored; None if it is no JSON or nested too deeply."""
    stripped = text.strip()
    value, end = read_json_at(stripped, 0)
    return value if end == len(stripped) else None


def read_json_bytes(body: bytes) -> Any:
    """The value of *body* in any of JSON's encodings, strings fit to be stored.

    Raises ValueError if it is no JSON, RecursionError if it is nested too deeply.
    """
    plain = body.removeprefix(b"\xef\xbb\xbf")
    text = clean_text(plain.decode(json.detect_encoding(plain), "surrogatepass"))
    value = json.loads(text)
    return _storable(value) if _UNSTORABLE.search(text) else value


def read_json_at(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at *start* and where it ends; None and *start* if none does."""
    try:
        value, end = _DECODER.raw_decode(text, start)
        return (_storable(value) if _UNSTORABLE.search(text, start, end) else value), end
    except (ValueError, RecursionError):
        return None, start


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(name): _storable(item) for name, item in value.items()}
    return value
