"""Answers that go wrong on purpose: each kind is a small function, each address a line of ``traps.toml``."""

from __future__ import annotations

from scraper.demo.server import Response
from scraper.demo.visit import Visit


def answer(visit: Visit) -> Response | None:
    """The trap at this address, or None."""
    return None
