"""An archive of institutional statements: the public names of the package, loaded when first used.

Loading lazily keeps ``import scraper`` under 150 ms although the extractor brings numpy and the crawler httpx.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scraper.version import __version__

if TYPE_CHECKING:
    from scraper.archive.store import Archive
    from scraper.crawler.feeds import parse_feed
    from scraper.crawler.robots import parse_robots
    from scraper.crawler.sitemaps import parse_sitemap
    from scraper.dom import decode_html
    from scraper.extractor.statement import extract
    from scraper.urls import canonical_url, join_url

_HOMES = {
    "Archive": "scraper.archive.store",
    "canonical_url": "scraper.urls",
    "decode_html": "scraper.dom",
    "extract": "scraper.extractor.statement",
    "join_url": "scraper.urls",
    "parse_feed": "scraper.crawler.feeds",
    "parse_robots": "scraper.crawler.robots",
    "parse_sitemap": "scraper.crawler.sitemaps",
}

__all__ = [
    "Archive",
    "__version__",
    "canonical_url",
    "decode_html",
    "extract",
    "join_url",
    "parse_feed",
    "parse_robots",
    "parse_sitemap",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'scraper' has no attribute {name!r}") from None
    value = globals()[name] = getattr(import_module(home), name)
    return value
