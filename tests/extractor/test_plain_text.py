"""Statements without markup: what was pasted from a browser, what old servers send, what corpora hold."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import extract
from scraper.config import parse_source
from scraper.crawler.scope import Scope
from scraper.extractor.explain import explain_html
from scraper.extractor.plain_text import as_html, is_plain_text
from scraper.model import Capture
from scraper.reading import read_capture

EXPECTED = Path(__file__).parents[2] / "fixtures" / "expected"
PASTED = (EXPECTED / "P01-seed.txt").read_bytes()
OFFICES = (EXPECTED.parent / "site" / "offices.txt").read_text(encoding="utf-8").split("\n")
PROSE = (
    "The ferry landings stay open through the winter, the Commission said, and nobody who waits there is sent away unheard.",
    "It asked both ministries to publish what they have agreed, so that those who cross may know what they can count on.",
)

TELEGRAM = """
FOR IMMEDIATE RELEASE                                   Press Release RC/SM/13
                                                        9 December 1998

        CHAIR WELCOMES AGREEMENT ON WINTER FERRIES

     Following is the statement of the Chair, Dr. Ana Ruiz, on the agreement of
the two ministries on ferries that run in winter, in fog and in the well-
established lanes of the delta:

     I welcome the agreement, which marks a turning point for those who cross
the delta every day and who have waited for it through three winters.

     The ministries have agreed:

     -  to run two ferries from each landing, and to keep
        both in the water;
     -  to publish the hours.

                              * *** *
"""


def page(*lines: str) -> str:
    return "\n\n".join(lines)


def test_a_page_pasted_as_text_is_the_statement_without_the_page_around_it() -> None:
    wanted = json.loads((EXPECTED / "P01.json").read_text(encoding="utf-8"))
    found = extract(PASTED)
    assert found.title == wanted["title"]
    paragraphs = found.text.split("\n\n")
    assert len(paragraphs) == wanted["paragraphs"]
    assert paragraphs[0].startswith(wanted["first_words"])
    assert paragraphs[-1].endswith(wanted["last_words"])
    assert (found.place, found.mentions) == ("Los Angeles", ())


def test_a_pasted_page_may_have_no_empty_lines() -> None:
    lines = [line for line in PASTED.decode().splitlines() if line.strip()]
    assert extract("\n".join(lines)) == extract(PASTED)


def test_wrapped_lines_are_paragraphs_and_a_letterhead_says_when_and_what() -> None:
    found = extract(TELEGRAM, "https://commission.example/1998/sm13.txt", content_type="text/plain")
    assert found.title == "CHAIR WELCOMES AGREEMENT ON WINTER FERRIES"
    assert found.kind == "press release"
    assert found.published is not None
    assert found.published.on == date(1998, 12, 9)
    first, second, third, *items = found.text.split("\n\n")[:3] + found.text.split("\n\n")[3].split("\n")
    assert first.endswith("in winter, in fog and in the well-established lanes of the delta:")
    assert second.startswith("I welcome the agreement, which marks")
    assert third == "The ministries have agreed:"
    assert items == [
        "- to run two ferries from each landing, and to keep both in the water;",
        "- to publish the hours.",
    ]


def test_a_line_a_paragraph_stays_one_though_no_empty_line_stands_between() -> None:
    found = extract("\n".join(("Landings stay open in winter", *PROSE)))
    assert found.text.split("\n\n")[-2:] == list(PROSE)


def test_numbered_paragraphs_keep_their_numbers() -> None:
    found = extract(page("Landings stay open in winter", *PROSE) + "\n\n1. Ferries run.\n2. Hours are published.")
    assert found.text.split("\n\n")[-2:] == ["1. Ferries run.", "2. Hours are published."]


def test_markdown_headings_are_headings() -> None:
    found = extract(
        page("# Landings stay open", PROSE[0], "## What is asked for", PROSE[1]), content_type="text/markdown"
    )
    assert found.title == "Landings stay open"
    assert found.markdown == page(PROSE[0], "## What is asked for", PROSE[1])


def test_chinese_lines_are_joined_without_spaces() -> None:
    lines = "国际移民组织今天对边境局势深表关切，并呼吁各方保护所有移民和流离失所者的生命\n和尊严，确保人道主义准入，并敦促各国在这一问题上开展合作，共同承担起各自的责\n任。"
    found = extract(page("国际移民组织关于边境局势的声明", lines))
    assert lines.replace("\n", "") in found.text


def test_a_list_of_offices_below_the_last_sentence_is_no_part_of_it() -> None:
    assert extract(page("Landings stay open in winter", *PROSE) + "\n\n" + "\n".join(OFFICES)).text == page(*PROSE)


@pytest.mark.parametrize("opening", ["Signed by:", "On behalf of the following:", "Signataires :"])
def test_those_who_sign_stay_however_many(opening: str) -> None:
    text = page("Landings stay open in winter", *PROSE) + f"\n\n{opening}\n" + "\n".join(OFFICES[:40])
    assert extract(text).text.split("\n\n")[-40:] == OFFICES[:40]


@pytest.mark.parametrize(
    ("text", "content_type", "plain"),
    [
        ("One\n\nTwo", None, True),
        ("One\n\nTwo", "text/plain; charset=utf-8", True),
        ("<p>One\n\nTwo", None, False),
        ("<!doctype html><p>One", "text/plain", False),  # servers that know no better type
        ("a <b>bold</b> claim\n", "text/plain", True),
        ("One\n\nTwo", "text/html", False),
        ("", None, False),
    ],
)
def test_what_is_plain_text(text: str, content_type: str | None, plain: bool) -> None:
    assert is_plain_text(text, content_type) is plain


def test_a_plain_text_that_speaks_of_markup_shows_it() -> None:
    found = extract(
        page("Use of <b> in our pages", f"{PROSE[0]} Write <b>so</b> & not <i>so</i>.", PROSE[1]),
        content_type="text/plain",
    )
    assert "Write <b>so</b> & not <i>so</i>." in found.text


def test_a_crawled_text_file_is_a_statement() -> None:
    toml = 'title = "C"\nhosts = ["c.example"]\nseeds = ["https://c.example/"]\nstatement = ["txt"]\n'
    source = parse_source(toml, "c.toml")
    capture = Capture(
        url="https://c.example/sm13.txt", fetched_at=datetime(2026, 1, 1, tzinfo=UTC), status=200,
        headers=(("Content-Type", "text/plain"),), body=TELEGRAM.encode(),
    )  # fmt: skip
    assert read_capture(capture, Scope(source)).title == "CHAIR WELCOMES AGREEMENT ON WINTER FERRIES"


def test_explain_shows_its_lines_as_blocks() -> None:
    shown = explain_html(PASTED)
    assert shown.count("Zimbabwe") == 1
    assert "Finally, IOM reiterates its willingness" in shown


@given(st.text(st.sampled_from("ab .-*#1)\n\t:é国。<&"), max_size=300))
def test_no_word_is_lost_on_the_way_to_a_page(text: str) -> None:
    shown = "".join(as_html(text).split("<body>")[1]).replace("</body></html>", "")
    letters = [char for char in text if char.isalnum() or char in "<&"]
    for tag in ("p", "li", "ul", "a", "nav", "header", "footer", "h1", "h2"):
        shown = shown.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    shown = shown.replace("&lt;", "<").replace("&amp;", "&")
    assert [char for char in shown if char.isalnum() or char in "<&"] == letters
