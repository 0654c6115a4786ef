"""A source's TOML: read once, checked whole, complained about precisely."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scraper.config import KEYS, Source, catalogue, check_delay, find_source, parse_source, read_source
from scraper.errors import SourceFileError, SourceNotFound, UnreadableInput

GOOD = """
title = "Bank of Example"
hosts = ["bank.example"]
seeds = ["https://bank.example/statements/"]
statement = '/statements/\\d{4}/'
crawl_delay = 5
contact = "press@example.org"
"""


def bad(line: str, without: str = "") -> str:
    kept = [row for row in GOOD.splitlines() if not without or not row.startswith(without)]
    return "\n".join([*kept, line])


def test_a_source_is_read_into_a_frozen_object() -> None:
    source = parse_source(GOOD, "bank-of-example.toml")
    assert source.name == "bank-of-example"
    assert source.crawl_delay == timedelta(seconds=5)
    assert source.statement[0].search("/statements/2024/rates")
    with pytest.raises(AttributeError):
        source.title = "other"  # type: ignore[misc]


def test_the_agent_header_carries_the_contact() -> None:
    assert parse_source(GOOD, "b.toml").agent_header.endswith("(+mailto:press@example.org)")


@pytest.mark.parametrize(
    ("text", "key", "expected", "found"),
    [
        pytest.param(
            bad('crawl_delay = "fast"', "crawl_delay"), "crawl_delay", "seconds >= 1", '"fast"', id="not a number"
        ),
        pytest.param(
            bad("crawl_delay = 0", "crawl_delay"), "crawl_delay", "seconds >= 1", "0", id="no delay for strangers"
        ),
        pytest.param(bad("crawl_delay = nan", "crawl_delay"), "crawl_delay", "seconds >= 1", "nan", id="nan"),
        pytest.param(bad("statement = '['", "statement"), "statement", "a regular expression", '"["', id="pattern"),
        pytest.param(bad("statement = []", "statement"), "statement", "at least one", "none", id="no pattern"),
        pytest.param(bad('seeds = ["ftp://x.example/"]', "seeds"), "seeds", "http://", "ftp", id="scheme"),
        pytest.param(
            bad('hosts = ["https://bank.example"]', "hosts"), "hosts", "a host name", "https", id="host is a URL"
        ),
        pytest.param(bad('languages = ["English"]'), "languages", "language codes", "English", id="language"),
        pytest.param(bad("max_pages = true"), "max_pages", "a whole number", "True", id="a flag is no number"),
        pytest.param(bad("delay = 5"), "delay", "did you mean 'crawl_delay'", "5", id="unknown key"),
        pytest.param(bad('adapter = "ftp"'), "adapter", "one of", "ftp", id="adapter"),
        pytest.param("title = ", "whole file", "valid TOML", "text that is not", id="broken TOML"),
        pytest.param('statement = "x"', "seeds", "at least one address", "none", id="nothing to look at"),
    ],
)
def test_a_mistake_names_file_key_expectation_and_finding(text: str, key: str, expected: str, found: str) -> None:
    with pytest.raises(SourceFileError) as caught:
        parse_source(text, "bank.toml")
    message = str(caught.value)
    assert message.startswith(f"bank.toml: {key}: expected ")
    assert expected in message
    assert found in message
    assert "\n" not in message


def test_less_delay_only_where_every_host_is_mapped() -> None:
    source = parse_source(bad("crawl_delay = 0", "crawl_delay"), "bank.toml", least_delay=timedelta(0))
    assert check_delay(source, {"bank.example"}) is source
    with pytest.raises(SourceFileError, match="--resolve"):
        check_delay(source, set())


def test_a_missing_file_is_one_clear_line(tmp_path) -> None:
    with pytest.raises(UnreadableInput, match="cannot be read"):
        read_source(tmp_path / "absent.toml")


def test_a_file_that_is_not_text_is_one_clear_line(tmp_path) -> None:
    (tmp_path / "x.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(SourceFileError, match="UTF-8"):
        read_source(tmp_path / "x.toml")


def test_every_key_of_a_source_is_described() -> None:
    own = {name for name in Source.__dataclass_fields__ if name not in {"file", "toml"}}
    assert own == set(KEYS)


def test_every_source_that_ships_is_valid_and_polite() -> None:
    for source in catalogue().values():
        assert source.crawl_delay >= timedelta(seconds=1)


def test_an_unknown_source_names_its_neighbour() -> None:
    known = {"iom": parse_source(GOOD, "iom.toml")}
    with pytest.raises(SourceNotFound, match="did you mean 'iom'"):
        find_source("iomm", known)
