"""One request as the site sees it: which host and path, at which crawl, with which accidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from scraper.demo.content import Content
from scraper.demo.noise import Noise
from scraper.demo.server import Request
from scraper.demo.timeline import State


@dataclass(frozen=True, slots=True)
class Visit:
    """What every part of the site needs to know to answer."""

    request: Request
    content: Content
    state: State
    noise: Noise
    hits: int  # how often this address was asked before, in this site's life

    @property
    def host(self) -> str:
        """Host asked for, lower case."""
        return self.request.host

    @property
    def path(self) -> str:
        """Path without query, percent-decoded."""
        return unquote(self.request.target.partition("?")[0])

    @property
    def query(self) -> list[tuple[str, str]]:
        """Decoded query parameters, in order."""
        return parse_qsl(self.request.target.partition("?")[2], keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    @property
    def about_host(self) -> Mapping[str, Any]:
        """The host's line in ``hosts.toml``, its name included."""
        return {"name": self.host, **self.content.tables["hosts"]["host"][self.host]}

    @property
    def now(self) -> datetime:
        """The site's own clock."""
        return self.state.at
