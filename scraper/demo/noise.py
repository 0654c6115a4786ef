"""What differs at every fetch of a page although nobody edited it (4.4.9 of the site's description).

All chance comes from one :class:`random.Random`, so that a seed makes a run repeatable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@dataclass(frozen=True, slots=True)
class Noise:
    """The accidents of one response. Templates read it as ``noise``."""

    random: Random
    now: datetime  # the site's own clock

    def token(self, length: int = 8) -> str:
        """A token as Drupal's image styles (`itok`) and nonces carry it."""
        return "".join(self.random.choices(_ALPHABET, k=length))

    @property
    def rendered(self) -> str:
        """When and where the page was put together."""
        moment = self.now + timedelta(milliseconds=self.random.randrange(3_600_000))
        took, machine = self.random.randrange(40, 900), self.random.randrange(1, 9)
        return f"rendered {moment:%Y-%m-%dT%H:%M:%S}Z in {took} ms on web-{machine:02}"

    @property
    def views(self) -> str:
        """A visit counter."""
        return f"{self.random.randrange(1_000, 90_000):,}"

    @property
    def ago(self) -> str:
        """How long ago a side bar was refreshed."""
        return f"{self.random.randrange(2, 59)} min {self.random.randrange(1, 59)} sec ago"

    @property
    def countries(self) -> int:
        """The number in the menu's blurb, which grows over the years."""
        return self.random.randrange(171, 176)

    @property
    def year(self) -> int:
        """The copyright year: the caches do not agree on it."""
        return self.now.year - self.random.randrange(2)

    @property
    def cookie_banner(self) -> bool:
        """Whether this visitor is shown the cookie notice."""
        return self.random.random() < 0.5
