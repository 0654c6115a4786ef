"""What a source file says of its statements: their kind, where pages are silent, and the languages that are kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scraper.config import parse_source
from tests.crawling import crawl_pages, rows

FRONT = "https://says.example"
WORDS = {
    "en": "The ministers discussed the situation in the region and agreed on further help for the people there. ",
    "fr": "Les ministres ont discuté de la situation dans la région et ont décidé d'aider davantage les habitants. ",
    "es": "Los ministros hablaron de la situación en la región y acordaron más ayuda para las personas de allí. ",
}


def crawl(folder: Path, pages: dict[str, str], more: str) -> list[str]:
    """A run over these pages, all of them listed but those below /tr/; what was asked for."""
    toml = f'hosts = ["says.example"]\nseeds = ["{FRONT}/"]\nstatement = ["^/(?:item|tr)/."]\ncrawl_delay = 0\n{more}'
    source = parse_source(toml, "says.toml", least_delay=timedelta(0))
    listed = "".join(f'<p><a href="{path}">What {path} says</a></p>' for path in pages if not path.startswith("/tr/"))
    return crawl_pages(folder / "a.db", source, {"/": f"<title>All</title>{listed}", **pages})


def page(language: str, head: str = "", title: str = "Meeting") -> str:
    return f"<html lang={language}><title>{title}</title>{head}<h1>{title}</h1><p>{WORDS[language] * 5}"


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        pytest.param("", {"/item/a": None, "/item/b": "speech"}, id="nothing"),
        pytest.param('kind = "press_release"', {"/item/a": "press_release", "/item/b": "speech"}, id="a kind"),
        pytest.param(
            'kind = "press_release"\ndigest = ["^/item/b"]', {"/item/a": "press_release", "/item/b": "digest"}, id="digests"
        ),
    ],
)  # fmt: skip
def test_the_kind_of_a_page_that_says_none_is_its_sources(tmp_path: Path, more: str, kinds: dict[str, str]) -> None:
    pages = {"/item/a": page("en"), "/item/b": page("en", title="Speech by the Director General at the meeting")}
    crawl(tmp_path, pages, more)
    found = rows(tmp_path / "a.db", "select url, kind from statements")
    assert {url.removeprefix(FRONT): kind for url, kind in found} == kinds


def test_pages_in_other_languages_than_the_source_keeps_are_left_out_and_said_to_be(tmp_path: Path) -> None:
    pages = {f"/item/{language}": page(language) for language in WORDS}
    crawl(tmp_path, pages, 'languages = ["en-GB", "ES"]')
    assert {language for (language,) in rows(tmp_path / "a.db", "select language from statements")} == {"en", "es"}
    why = rows(tmp_path / "a.db", "select url, state, reason from urls where state = 'excluded' and role = 'statement'")
    assert why == [(f"{FRONT}/item/fr", "excluded", "in fr, not one of en-GB, ES")]
    assert rows(tmp_path / "a.db", "select url from captures where url like '%/fr'") == [(f"{FRONT}/item/fr",)]
    assert rows(tmp_path / "a.db", "select count(*) from failures") == [(0,)]


def test_translations_that_a_page_names_are_asked_for_though_nothing_lists_them(tmp_path: Path) -> None:
    named = "".join(
        f'<link rel="alternate" hreflang="{language}" href="{FRONT}{path}">'
        for language, path in {"en": "/item/a", "fr": "/tr/a-fr", "es": "/elsewhere/a-es"}.items()
    )
    asked = crawl(tmp_path, {"/item/a": page("en", named), "/tr/a-fr": page("fr", named)}, "")
    assert asked == ["/", "/item/a", "/tr/a-fr"]
    assert rows(tmp_path / "a.db", "select kind from relations") == [("translation",)]
    assert rows(tmp_path / "a.db", "select discovered_via from urls where url like '%/a-fr'") == [("link",)]
