"""Which languages of an archive a person means."""

from __future__ import annotations

import pytest

from scraper.commands.languages import languages_meant
from scraper.errors import UsageError

THERE = ("ar", "en", "he", "no", "tl", "zh")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        pytest.param("en", ("en",), id="tag"),
        pytest.param("EN", ("en",), id="RFC 5646, 2.1.1: case means nothing"),
        pytest.param("eng", ("en",), id="ISO 639-2"),
        pytest.param("arb", ("ar",), id="ISO 639-3: the individual language of a macrolanguage"),
        pytest.param("cmn", ("zh",), id="ISO 639-3, Mandarin"),
        pytest.param("chi", ("zh",), id="ISO 639-2/B"),
        pytest.param("iw", ("he",), id="withdrawn code"),
        pytest.param("nb", ("no",), id="Norwegian Bokmål, which the archive does not tell from Nynorsk"),
        pytest.param("Filipino", ("tl",), id="two codes of one language"),
        pytest.param("английский", ("en",), id="name in Russian"),
        pytest.param("العربية", ("ar",), id="name in Arabic"),
        pytest.param(" English ", ("en",), id="spaces around it"),
        pytest.param("sw", ("sw",), id="a language that the archive has nothing in yet"),
        pytest.param("swahili", ("sw",), id="and by its name"),
    ],
)
def test_a_language_is_known_by_every_usual_name(given: str, meant: tuple[str, ...]) -> None:
    assert languages_meant(given, THERE) == meant


def test_every_tag_of_the_archive_means_itself() -> None:
    there = (*THERE, "qaa", "en-GB", "zh-Hant")
    for tag in there:
        assert tag in languages_meant(tag, there)


def test_a_narrower_tag_that_the_archive_holds_is_taken_as_it_is() -> None:
    assert languages_meant("ZH-hant", ("zh", "zh-Hant-HK")) == ("zh-Hant",)


@pytest.mark.parametrize("given", ["", "e", "qqz", "en-", "und", "English!", "x-klingon", "12", "*"])
def test_what_is_no_language_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="--language"):
        languages_meant(given, THERE)
