"""A source's adapter, if it has one."""

from __future__ import annotations

from scraper.config import Source
from scraper.crawler.adapters.base import Adapter
from scraper.urls import host as host_of
from scraper.urls import origin


def adapter_of(source: Source) -> Adapter | None:
    """The adapter that *source* names, set up by its options; None if it is read from pages."""
    match source.adapter:
        case "govuk":
            from scraper.crawler.adapters.govuk import GovUk

            return GovUk(source)
        case "who":
            from scraper.crawler.adapters.who import Who

            return Who(source)
        case "presscorner":
            from scraper.crawler.adapters.presscorner import PressCorner

            return PressCorner(source)
        case "reliefweb":
            from scraper.crawler.adapters.reliefweb import ReliefWeb

            return ReliefWeb(source)
        case _:
            return None


# Where the interfaces stand on the sites that have them.
_PLACES = {"govuk": "/api", "who": "/api/news/newsitems", "presscorner": "/commission/presscorner/api"}


def possible(site: str) -> list[Source]:
    """A source for each interface that the host of *site* may have: to be tried where its pages tell nothing."""
    root, host = origin(site), host_of(site)
    return [
        Source(name, host, (host,), adapter=name, adapter_url=f"{root}{place}", homepage=f"{root}/")
        for name, place in _PLACES.items()
    ]
