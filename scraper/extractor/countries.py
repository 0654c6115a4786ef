"""Which countries a text speaks of, and how often."""

from __future__ import annotations

from collections.abc import Collection

from scraper.model import Mention


def count_countries(text: str, languages: Collection[str]) -> tuple[Mention, ...]:
    """Every country named in *text*, the most frequent first."""
    return ()
