"""The weights by which title, date and author are chosen, learned by ``training/fields/fit.py``; read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _tables() -> Mapping[str, Mapping[str, float]]:
    data = json.loads(files("scraper.extractor").joinpath("field_weights.json").read_text("utf-8"))
    return {name: table["weights"] for name, table in data.items() if "weights" in table}


def weights(field: str) -> Mapping[str, float]:
    """Feature name to weight, for choosing one *field*."""
    return _tables()[field]
