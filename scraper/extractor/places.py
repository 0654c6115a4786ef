"""Names of places that datelines are written from: countries and the larger cities, in ten languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from scraper.extractor.months import fold


@cache
def _places() -> frozenset[str]:
    """Made by ``training/countries/build.py`` from CLDR and our own list of cities."""
    table = files("scraper.extractor").joinpath("country_names", "places.txt")
    return frozenset(table.read_text("utf-8").splitlines())


def is_known_place(name: str) -> bool:
    """Whether *name* is a country or a city of the table; of "Tunis/Geneva" and "Kyiv, Ukraine" one part is enough.

    >>> is_known_place("Tunis/Geneva"), is_known_place("Migration")
    (True, False)
    """
    known = _places()
    folded = fold(name)
    return folded in known or any(
        part.strip() in known for part in folded.replace("/", ",").replace("،", ",").split(",")
    )
