"""A source's adapter, if it has one."""

from __future__ import annotations

from scraper.config import Source
from scraper.crawler.adapters.base import Adapter


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
