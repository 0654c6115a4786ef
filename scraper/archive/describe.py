"""What every table, view and column of the archive means, in words a researcher understands.

The words are data, a file for each subject in ``described/``. The archive carries them in its ``descriptions`` table,
datasette shows them, and a test holds them against the schema, so that none can be missing or left over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SHARED = "shared"  # the table of the data that holds what two tables have in common


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view: what a row is, and what each column holds."""

    text: str
    columns: Mapping[str, str]


@cache
def tables() -> Mapping[str, Described]:
    """Every table and view of the newest schema, by name."""
    found: dict[str, Described] = {}
    for subject in sorted(files("scraper.archive").joinpath("described").iterdir(), key=lambda file: file.name):
        said = tomllib.loads(subject.read_text(encoding="utf-8"))
        shared = said.pop(_SHARED, {})
        for name, table in said.items():
            found[name] = Described(table["what"], shared.get(table.get("shares"), {}) | table["columns"])
    return found
