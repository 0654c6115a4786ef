"""Boxes in and beside a text: teasers, notices, forms, cards, those who sign, calls for money."""

from __future__ import annotations

import pytest

from tests.extractor.settling import ARTICLE, BODY, PROSE, SECOND, settled

TEASERS = f"<section><h2>%s</h2><div><a href=/1>Another page</a><p>{PROSE}</p></div></section>"


@pytest.mark.parametrize(
    "heading", ["More news", "À lire aussi", "Contenido relacionado:", "Похожие новости", "相关新闻"]
)
def test_sentences_about_other_pages_go_with_the_heading_that_announces_them(heading):
    assert settled(ARTICLE + TEASERS % heading) == [PROSE, PROSE]


@pytest.mark.parametrize(
    "html",
    [
        ARTICLE + TEASERS % "Related measures",
        f"<p>{PROSE}</p><h2>More news</h2><p>{PROSE}</p>",  # the text goes on in its own element
        f"<p>{PROSE}</p>" + TEASERS % "More news" * 3,  # a page of news
    ],
)
def test_sentences_below_other_headings_stay(html):
    assert settled(html)[-1] == PROSE
    assert len(settled(html)) > 2


CONSENT = (
    f"<div><div><h2>Your choice</h2><p>We and our partners keep cookies on your device.</p><p>{PROSE}</p></div></div>"
)


def test_a_notice_about_cookies_above_the_title_goes():
    assert settled(f"{CONSENT}<h1>A title</h1>{ARTICLE}") == ["A title", PROSE, PROSE]


@pytest.mark.parametrize("html", [CONSENT, f"{CONSENT}<h1>A title</h1>", f"<h1>A title</h1>{CONSENT}"])
def test_a_text_about_cookies_stays(html):
    assert any("cookies" in text for text in settled(html))


def test_what_a_form_offers_to_be_ticked_is_no_text_and_a_list_is():
    names = [f"Country {number}" for number in range(50)]
    form = "".join(f"<div><input type=checkbox><span>{name}</span></div>" for name in names)
    assert settled(f"{ARTICLE}<form>{form}</form>") == [PROSE, PROSE]
    assert settled(f"{ARTICLE}<form><input type=checkbox></form><ul><li>{'<li>'.join(names)}</ul>")[2:] == names


def test_a_list_of_ticks_that_is_the_page_stays():
    items = "".join(f"<div><input type=checkbox> Task {number}</div>" for number in range(20))
    assert len(settled(f"<p>{PROSE}</p><form>{items}</form>", doubted=("A para",))) == 20


# --- who signs, who is quoted, what is asked --------------------------------------------------------------------------

NAMES = ["Amity", "Arms Watch", "Centre for Civil Rights"]


@pytest.mark.parametrize("heading", ["Signed by:", "Signatories", "Signataires", "Firmantes", "الموقعون"])
@pytest.mark.parametrize("shape", ["<ul><li>{}</li></ul>", "<table><tr><td>{}</td></tr></table>", "<p>{}</p>"])
def test_who_signs_below_a_heading_belongs_to_the_text_though_it_stands_in_a_box_beside_it(heading, shape):
    inner = shape.split("{}")[0].split(">")[-2].removeprefix("<")
    names = shape.format(f"</{inner}><{inner}>".join(NAMES))
    found = settled(
        f"{BODY}<div class=box><h3>{heading}</h3>{names}</div><p>Share this</p>", (heading, *NAMES, "Share")
    )
    assert found == [PROSE, SECOND, PROSE, heading, *NAMES]


def test_a_heading_that_only_begins_like_it_brings_nothing_in():
    html = f"{BODY}<div><h3>Signed by hand: our shop</h3><ul><li>Cups</li><li>Plates</li></ul></div>"
    assert settled(html, ("Signed", "Cups", "Plates")) == [PROSE, SECOND, PROSE]


def test_the_boxes_of_those_who_sign_are_kept_together():
    boxes = [f"<div class=sig><p>For {land}:</p><p>{who}</p></div>" for land, who in (("A", "Ana B"), ("C", "Carl D"))]
    assert settled(BODY + "".join(boxes), ("For C", "Carl"))[3:] == ["For A:", "Ana B", "For C:", "Carl D"]


def test_boxes_of_numbers_are_not():
    boxes = [f"<div class=n><p>{number}</p></div>" for number in range(4)]
    assert settled(BODY + "".join(boxes), ("1", "2", "3")) == [PROSE, SECOND, PROSE, "0"]


@pytest.mark.parametrize("line", ["<p>— Maria Holt, Director</p>", "<p class=sig>Maria Holt<br>Director</p>"])
def test_who_is_quoted_stays_with_the_quotation_that_ends_a_text(line):
    quotation = f"<blockquote><p>{PROSE}</p></blockquote>"
    found = settled(f"<div><p>{SECOND}</p>{quotation}{line}</div>", ("— Maria", "Maria"))
    assert (len(found), "Maria Holt" in found[-1]) == (3, True)


ANSWERS = "".join(
    f"<{{0}} {{1}}>{question}</{{0}}><div><p>{PROSE}</p></div>" for question in ("Who pays?", "When?", "Scope of works")
)


def test_the_buttons_that_unfold_a_text_are_its_questions():
    found = settled(f"<main>{ANSWERS.format('button', 'aria-expanded=false')}</main>", ("Who", "When", "Scope"))
    assert found == ["Who pays?", PROSE, "When?", PROSE, "Scope of works", PROSE]


def test_other_buttons_are_not():
    assert settled(f"<main>{ANSWERS.format('button', '')}</main>", ("Who", "When", "Scope")) == [PROSE] * 3
    same = "".join(f"<p>{PROSE}</p><button aria-expanded=false>More</button>" for _ in range(3))
    assert settled(f"<main>{same}<p>{PROSE}</p></main>", ("More",)) == [PROSE] * 4


# --- cards and calls --------------------------------------------------------------------------------------------------


def cards(day: str, shape: str = "<div class=card>{}<h3><a href=/{}>Title of page {}</a></h3><p>{}</p></div>") -> str:
    return (
        "<div>"
        + "".join(shape.format(day, n, n, "Short words of what the other page says.") for n in range(3))
        + "</div>"
    )


@pytest.mark.parametrize("day", ["", "<span>3 May 2024</span>"])
def test_cards_that_lead_to_other_pages_go_without_a_heading_that_announces_them(day):
    assert settled(BODY + cards(day)) == [PROSE, SECOND, PROSE]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(f"<div><p>{PROSE}</p></div>{cards('')}", id="a page of cards with one sentence"),
        pytest.param(f"{BODY}<h2>What we offer</h2>{cards('')}".replace("<div class=body>", "<div><h2>Who we are</h2>"), id="sections"),
        pytest.param(BODY + cards("").replace("<a ", "<b ").replace("</a>", "</b>"), id="cards that lead nowhere"),
        pytest.param(f"<div><p>{PROSE}</p><p>{SECOND}</p>{cards('')}<p>{PROSE}</p></div>", id="the text goes on"),
    ],
)  # fmt: skip
def test_cards_of_the_text_itself_stay(html):
    assert "Short words of what the other page says." in settled(html)


@pytest.mark.parametrize(
    "call", ["<a href=/d>Donate now</a>", "<button>Subscribe</button>", "<a href=/d>Faire un don</a>"]
)
def test_a_box_that_asks_for_money_or_an_address_goes_with_what_it_says(call):
    box = f"<div class=box><h4>Your gift can help to save lives around the world.</h4><p>Every gift counts for them.</p>{call}</div>"
    assert settled(BODY + box + f"<div><p>{SECOND}</p></div>") == [PROSE, SECOND, PROSE, SECOND]


def test_a_text_that_says_donate_stays():
    assert settled(f"<div><p>{PROSE}</p><p>{SECOND}</p><p>Donate</p></div>")[:2] == [PROSE, SECOND]


def test_a_small_box_among_the_paragraphs_that_leads_to_another_page_goes():
    lead = "<div><span>Related</span><a href=/r><h4>Norland: a year at the lake</h4></a><p>Project Update 1 Feb 2024</p></div>"
    assert settled(f"<div><p>{PROSE}</p><p>{SECOND}</p>{lead}<p>{PROSE}</p></div>", ("Norland", "Related")) == [
        PROSE,
        SECOND,
        PROSE,
    ]
