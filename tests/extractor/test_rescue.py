"""Pages that show next to nothing and hold their text beside it: each shape, and what must not be taken for a text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper import extract
from scraper.model import Statement

SHELLS = Path(__file__).parents[2] / "fixtures" / "families" / "shells.example"
WANTED = json.loads((SHELLS / "expected.json").read_text(encoding="utf-8"))
UTF_8 = "text/html; charset=utf-8"
SENTENCES = [
    f"The {place} landing stays open in the {season}, the Commission said, and nobody who waits there will be sent away unheard."
    for place, season in (("upper", "spring"), ("lower", "summer"), ("northern", "autumn"), ("southern", "winter"))
]
PROSE = "\n\n".join(SENTENCES)


def read(html: str, url: str = "https://shells.example/news/landings-stay-open") -> Statement:
    return extract(html.encode(), url, content_type=UTF_8)


def shell(inside: str, *, title: str = "Landings Stay Open", visible: str = "") -> str:
    return (
        f"<html><head><title>{title} | Commission</title></head><body><div id=app>{visible}</div>{inside}</body></html>"
    )


def next_data(value: object) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(value)}</script>'


@pytest.mark.parametrize("wanted", WANTED, ids=[item["file"] for item in WANTED])
def test_a_shell_is_read_as_its_script_would_draw_it(wanted: dict) -> None:
    found = extract((SHELLS / wanted["file"]).read_bytes(), wanted["url"], content_type=UTF_8)
    assert found.text.split("\n\n") == wanted["paragraphs"]
    assert found.title == wanted["title"]
    assert found.language == wanted["language"]
    assert found.sources["text"] == wanted["text_source"]
    assert found.warnings == ("text from JSON-LD" if wanted["text_source"] == "json-ld" else "text from embedded data",)


@pytest.mark.parametrize("wanted", [item for item in WANTED if item["published"]], ids=lambda item: item["file"])
def test_the_date_beside_such_a_text_is_its_date(wanted: dict) -> None:
    found = extract((SHELLS / wanted["file"]).read_bytes(), wanted["url"], content_type=UTF_8)
    assert found.published is not None
    assert found.published.on.isoformat() == wanted["published"]["on"]


def test_a_list_of_teasers_is_no_text() -> None:
    found = extract((SHELLS / "list.html").read_bytes(), "https://shells.example/news", content_type=UTF_8)
    assert found.text == ""
    assert "text" not in found.sources


def test_what_a_page_shows_comes_before_what_it_hands_to_scripts() -> None:
    visible = f"<main><h1>Landings Stay Open</h1><p>{'</p><p>'.join(SENTENCES)}</p></main>"
    other = next_data({"title": "Landings Stay Open", "body": "Something else is said here, by others. " * 60})
    found = read(shell(other, visible=visible))
    assert found.text == PROSE
    assert "text" not in found.sources


def test_a_teaser_gives_way_to_the_body_that_the_page_declares() -> None:
    article = {"@type": "NewsArticle", "headline": "Landings Stay Open", "articleBody": PROSE}
    teaser = f"<main><h1>Landings Stay Open</h1><p>{SENTENCES[0]}</p></main>"
    declared = f'<script type="application/ld+json">{json.dumps(article)}</script>'
    assert read(shell(declared, visible=teaser)).text == PROSE


def test_a_text_under_another_title_is_another_pages() -> None:
    others = [
        {"title": f"Report number {number}", "slug": f"/{number}", "body": PROSE + f" {number}."} for number in range(3)
    ]
    assert read(shell(next_data({"items": others}))).text == ""


def test_what_customers_wrote_is_no_text_of_a_shops_page() -> None:
    product = '<script type="application/ld+json">{"@type": "Product", "name": "Landings Stay Open"}</script>'
    review = '<script type="application/ld+json">' + json.dumps({"@type": "Review", "text": PROSE}) + "</script>"
    assert read(shell(product + review + next_data({"title": "Landings Stay Open", "body": PROSE}))).text == ""


def test_texts_of_the_site_are_no_statement() -> None:
    assert read(shell(next_data({"cookieConsent": {"text": PROSE}, "i18n": {"terms": PROSE}}))).text == ""


TEMPLATE = f"<template id=page><h1>Landings Stay Open</h1><p>{'</p><p>'.join(SENTENCES)}</p></template>"


def test_a_template_that_scripts_put_in_is_the_text_of_a_page_that_shows_none() -> None:
    found = read(shell(TEMPLATE))
    assert (found.title, found.text, found.warnings) == ("Landings Stay Open", PROSE, ("text from a template",))


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(f"<template><p>{{{{ name }}}}</p><p>{PROSE}</p></template>", id="blanks to fill in"),
        pytest.param(f"<template><p>We use cookies.</p><p>{PROSE}</p></template>", id="a notice about cookies"),
    ],
)
def test_templates_of_parts_of_a_page_are_no_text(inside: str) -> None:
    assert read(shell(inside)).text == ""


def test_a_template_beside_a_text_stays_what_it_is() -> None:
    visible = f"<main><h1>Landings Stay Open</h1><p>{'</p><p>'.join(SENTENCES[:2])}</p></main>"
    other = "<template><p>The latest stories are on their way to you, please wait a moment for them.</p></template>"
    assert read(shell(other, visible=visible)).text == "\n\n".join(SENTENCES[:2])


@pytest.mark.parametrize("attribute", ['shadowrootmode="open"', 'shadowroot="open"', "class=a shadowrootmode=closed"])
def test_a_shadow_tree_is_read_where_a_browser_shows_it(attribute: str) -> None:
    inner = "<template><p>Never seen by anybody who reads this page in a browser.</p></template>"
    shadow = f"<template {attribute}><style>p {{ color: red }}</style><p>{SENTENCES[0]}</p>{inner}</template>"
    visible = f"<main><h1>Landings Stay Open</h1><x-text>{shadow}<p>{SENTENCES[1]}</p></x-text></main>"
    found = read(shell("", visible=visible))
    assert (found.text, found.warnings) == ("\n\n".join(SENTENCES[:2]), ())


def test_programs_are_no_prose() -> None:
    code = "function a(b) { return b; } // It ends here. It does. " * 20
    assert read(shell(f"<script>window.__STATE__ = {json.dumps({'body': code})}</script>")).text == ""


def test_a_text_from_beside_the_page_is_never_quite_sure() -> None:
    assert 0 < read(shell(next_data({"title": "Landings Stay Open", "body": PROSE}))).confidence < 0.8


def test_the_marks_of_editors_become_markup() -> None:
    tree = [
        {"_type": "block", "style": "h2", "children": [{"_type": "span", "text": "What changes"}]},
        {
            "_type": "block",
            "style": "normal",
            "children": [{"_type": "span", "text": sentence} for sentence in SENTENCES],
        },
        {"_type": "block", "style": "blockquote", "children": [{"_type": "span", "text": SENTENCES[0] + " Indeed."}]},
    ]
    found = read(shell(next_data({"page": {"title": "Landings Stay Open", "content": tree}})))
    assert found.text.startswith("What changes\n\nThe upper landing")
    assert "## What changes" in found.markdown
    assert "\n\n> The upper landing" in found.markdown


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('{"a":' * 200_000, id="nested without end"),
        pytest.param("window.a={" * 100_000, id="assignments without end"),
        pytest.param('x:"' + "a" * 1_000_000, id="a string that never closes"),
        pytest.param('a:"b",' * 200_000, id="names without end"),
        pytest.param("self.__next_f.push([1,\"" + "1:T7fffffff,x" * 50_000 + '"])', id="rows longer than their stream"),
        pytest.param("window.a=" + json.dumps([{"b": [{"c": PROSE}] * 40}] * 100), id="many copies"),
        pytest.param('window.a={"b":"\\ud800\\u0000 ' + "Half a pair. " * 50 + '"}', id="characters that cannot be stored"),
    ],
)  # fmt: skip
def test_hostile_values_break_nothing(script: str) -> None:
    found = read(shell(f"<script>{script}</script>"))
    found.text.encode()
    assert "\0" not in found.text


@pytest.mark.parametrize("kind", ["application/json", "application/ld+json"])
def test_nested_json_of_any_depth_is_bounded(kind: str) -> None:
    deep = '{"a":' * 900 + json.dumps({"articleBody": PROSE}) + "}" * 900
    read(shell(f'<script type="{kind}">{deep}</script>')).text.encode()
