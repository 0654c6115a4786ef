"""Servers are asked for the addresses that were printed, whatever key the archive gives the document."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scraper.config import parse_source
from tests.crawling import crawl_pages, rows

WORDS = "The organization welcomes the declaration and stands ready to support governments in its implementation. " * 4
# A folder of saved files: each answers to its own name and no other.
FILES = {
    "/index?page=news&from=0": '<h1>News</h1><a href="index?page=article&id=1&mode=list">One of many</a>'
    '<a href="index?page=news&from=10" rel="next">next</a>',
    "/index?page=news&from=10": '<h1>News</h1><a href="index?page=article&id=2">Two of many</a>',
    "/index?page=article&id=1": f"<title>One</title><h1>One of many</h1><p>{WORDS}</p>",
    "/index?page=article&id=2": f"<title>Two</title><h1>Two of many</h1><p>Another. {WORDS}</p>",
}
SOURCE = parse_source(
    """
    name = "saved"
    hosts = ["saved.example"]
    seeds = ["https://saved.example/index?page=news&from=0"]
    statement = ['[?&]page=article']
    listing = ['[?&]page=news']
    drop_parameters = ["mode"]
    crawl_delay = 0
    """,
    "saved.toml",
    least_delay=timedelta(0),
)


def test_every_file_of_a_saved_site_is_found(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    asked = crawl_pages(path, SOURCE, FILES)
    assert sorted(asked) == sorted(FILES)
    assert rows(path, "select url from statements order by url") == [
        ("https://saved.example/index?id=1&page=article",),
        ("https://saved.example/index?id=2&page=article",),
    ]
