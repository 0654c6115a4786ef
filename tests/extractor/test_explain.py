"""The page that explains a reading: what was kept, what was left, and nothing of the original can run in it."""

from __future__ import annotations

import re
from pathlib import Path

from scraper import dom
from scraper.extractor.explain import explain_html
from scraper.extractor.site_chrome import fingerprints
from scraper.extractor.statement import read_page
from scraper.model import SiteChrome

PAGE = """<html lang="en"><head><title>Title | Site</title><script>alert(1)</script></head><body>
<nav class="menu"><a href="/a">Who we are</a></nav><main><article><h1>The Organization Welcomes an Agreement</h1>
<p>Geneva – The Organization welcomes the agreement that was signed this morning by the ministers of eleven states.</p>
<p>&lt;script&gt;alert(2)&lt;/script&gt; is what the second paragraph of this statement says to everybody who reads it.</p>
</article></main><footer>© 2026 The Organization</footer></body></html>"""


def test_kept_and_left_blocks_are_told_apart() -> None:
    tree = dom.parse(explain_html(PAGE, "https://a.example/news/1"))
    kept = [node.text() for node in tree.css(".block.kept .text")]
    left = " ".join(node.text() for node in tree.css(".block.left .text"))
    assert any("welcomes the agreement" in text for text in kept)
    assert "Who we are" in left
    assert "© 2026" in left


def test_every_block_says_where_it_stands() -> None:
    tree = dom.parse(explain_html(PAGE, "https://a.example/news/1"))
    whys = [node.text() for node in tree.css(".why")]
    assert all(" in " in why for why in whys)
    assert any("nav.menu" in why for why in whys)


def test_the_colours_are_explained_and_words_are_counted() -> None:
    tree = dom.parse(explain_html("<main><p>Geneva</p><p>Two words</p></main>"))
    assert "Green blocks are the text" in tree.css(".legend")[0].text()
    assert sorted(node.text().split(";")[0] for node in tree.css(".why")) == ["1 word", "2 words"]


def test_a_block_that_the_site_repeats_says_on_how_many_pages_it_stands() -> None:
    menu = fingerprints(read_page("<li>Who we are</li>")[0])[0]
    html = PAGE.replace('<a href="/a">Who we are</a>', "<ul><li>Who we are</li></ul>")
    tree = dom.parse(explain_html(html, "https://a.example/news/1", chrome=SiteChrome(1, {menu: 0.86})))
    whys = [node.text() for node in tree.css(".why")]
    assert [why.endswith("stands on 86% of this site's pages") for why in whys].count(True) == 1


def test_a_block_that_was_decided_against_its_score_says_why() -> None:
    story = "The ministers of eleven states agreed this morning on a plan for displaced families in the north of the country."
    card = '<div class=card><p>3 May 2024</p><h3><a href="/{0}">Title of page {0}</a></h3><p>{1}</p></div>'
    cards = "".join(card.format(number, story.replace("plan", f"list {number}")) for number in range(3))
    text = "".join(f"<p>{story} Point {number}.</p>" for number in range(6))
    body = f"<main><h1>A plan for the north</h1>{text}{cards}</main>"
    tree = dom.parse(explain_html(f"<title>A plan for the north</title>{body}", "https://a.example/news/1"))
    assert "a score of 0." in tree.css_first("h2 + p").text()
    whys = [node.css_first(".why").text() for node in tree.css(".block.left") if "list" in node.text()]
    assert len(whys) == 3
    assert all("left out by a rule" in why for why in whys)


def test_nothing_of_the_page_can_run() -> None:
    shown = explain_html(PAGE, 'https://a.example/"><script>alert(3)</script>')
    assert "<script" not in shown
    assert "Content-Security-Policy" in shown


def test_any_bytes_are_explained() -> None:
    for body in (b"", b"\x00\xff", b"<", b"<p>" * 50):
        assert explain_html(body).startswith("<!doctype html>")


# --- PDF --------------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"column or band (\d) of 3")
FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "pdf"


def blocks_of(name: str) -> list[tuple[str, str, str]]:
    """(label, text, why) of each block of the page that explains a document."""
    tree = dom.parse(explain_html((FIXTURES / name).read_bytes(), "https://a.example/statement.pdf"))
    parts = (".score", ".text", ".why")
    return [tuple(node.css_first(part).text() for part in parts) for node in tree.css(".block")]  # type: ignore[misc]


def test_a_pdf_shows_what_its_paragraphs_were_taken_for() -> None:
    found = blocks_of("joint-communique.pdf")
    labels = {label for label, _, _ in found}
    assert {"title", "text", "footnote", "contact", "margin"} <= labels
    assert [text for label, text, _ in found if label == "title"] == [
        "River States Agree on a Common Plan for Displaced Families"
    ]


def test_running_heads_and_page_numbers_of_a_pdf_are_shown_with_their_reason() -> None:
    margins = [(text, why) for label, text, why in blocks_of("joint-communique.pdf") if label == "margin"]
    assert any(why.startswith("running head or foot: on") for _, why in margins)
    assert all(text for text, _ in margins)


def test_columns_of_a_pdf_are_named_in_reading_order() -> None:
    columns = [found[1] for _, _, why in blocks_of("joint-communique.pdf") if (found := _PLACE.search(why))]
    assert columns[:3] == ["1", "1", "1"]  # the head runs across both
    assert {"2", "3"} <= set(columns)


def test_a_pdf_that_cannot_be_read_is_explained_by_its_warning() -> None:
    shown = explain_html(b"%PDF-1.7 nothing else", "https://a.example/statement.pdf")
    assert "damaged PDF" in shown
