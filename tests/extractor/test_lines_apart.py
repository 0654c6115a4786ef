"""Lines that have a field of their own, that offer something to do with the page, or that only say that it ends."""

from __future__ import annotations

import pytest

from scraper import extract
from tests.extractor.settling import BODY, settled

TITLE = "Agency welcomes the longer mandate"
TEXT = [
    "The Agency welcomes the decision of the Council to extend the mandate of the mission by another year, and thanks its members.",
    "All parties are called upon to let the convoys pass, to protect those who work in them, and to keep to the agreement.",
    "The mission, which began its work in 2012, helps people who were driven from their homes by the floods.",
]
PROSE = "".join(f"<p>{line}</p>" for line in TEXT)


def read(above: str = "", below: str = "", heading: str = f"<h1>{TITLE}</h1>"):
    html = f"<title>{TITLE} | The Agency</title><body>{heading}<div>{above}{PROSE}{below}</div></body>"
    return extract(html, "https://agency.example/news/agency-welcomes-the-longer-mandate")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Roe", "Jane Roe"), ("By Jane Roe, Communications Officer", "Jane Roe, Communications Officer"),
        ("Author: Jane Roe", "Jane Roe"), ("Por Juana Pérez", "Juana Pérez"), ("Par Jeanne Dupont", "Jeanne Dupont"),
    ],
)  # fmt: skip
def test_the_line_that_names_the_author_is_a_field_and_no_text(line, author):
    found = read(f"<p>{line}</p>")
    assert (found.author, found.text.split("\n\n")) == (author, TEXT)


def test_a_sentence_that_opens_with_by_is_text():
    line = "By the evening Jane Roe had counted more than two thousand boats on the lower river, and no end of them."
    assert read(f"<p>{line}</p>").text.split("\n\n") == [line, *TEXT]


def test_labels_above_a_title_that_is_no_heading_are_none_of_the_text():
    assert read(heading=f"<p>News -</p><p>Global</p><p>{TITLE}</p>").text.split("\n\n") == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "[Close]",
        "Close window",
        "Printer-friendly version",
        "Print this page",
        "Версия для печати",
        "نسخة للطباعة",
        "打印本页",
        "[Imprimir]",
    ],
)
def test_what_can_be_done_with_a_page_is_no_part_of_its_text(line):
    assert not any(line in text for text in settled(f"<p>{line}</p>{BODY}") + settled(f"{BODY}<p>{line}</p>"))


@pytest.mark.parametrize("line", ["close", "Print()"])
def test_a_word_that_may_be_a_command_stays(line):
    assert settled(f"{BODY}<h3>{line}</h3>{BODY}").count(line) == 1


@pytest.mark.parametrize("end", ["ENDS", "***ENDS***", "– Ends –", "FIN", "(完)"])
def test_a_line_that_only_says_that_the_text_ends_is_none_of_it(end):
    assert read(below=f"<p>{end}</p>").text.split("\n\n") == TEXT
    assert read(below=f"<p>Press contact: Ida Dahl, +41 22 555 12 12</p><p>{end}</p>").text.split("\n\n") == TEXT


@pytest.mark.parametrize(
    ("office", "number"),
    [
        ("Oficina de Prensa", "Tel.: +34 91 555 12 12"), ("Service de presse", "Tél. : +33 1 44 55 12 12"),
        ("Bureau de presse", "Tél. : +33 1 44 55 12 12"), ("Пресс-служба", "Тел.: +7 495 555 12 12"),
        ("المكتب الإعلامي", "هاتف: 0041225551212"), ("新闻处", "电话：+86 10 5555 1212"),
        ("Pressestelle", "Telefon: +49 30 5551212"), ("Assessoria de Imprensa", "Tel.: +55 61 5555 1212"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", ["</p><p>", "<br>"])
def test_the_press_office_below_a_text_is_its_contact(office, number, between):
    found = read(below=f"<p>{office}{between}{number}</p>")
    assert (found.contact, found.text.split("\n\n")) == (f"{office}\n{number}", TEXT)


def test_a_sentence_of_the_press_office_is_text():
    line = "Oficina de Prensa y Comunicación de la Agencia atendió a los medios en la escuela, y a quien llamó al +34 91 555 12 12."
    assert read(below=f"<p>{line}</p>").contact is None


def test_a_page_that_is_one_run_of_lines_has_paragraphs():
    lines = ["Skip to main content", "News", TITLE, *(f"{line} {line}" for line in TEXT), "Share this page via:"]
    found = extract(
        f"<title>{TITLE} | The Agency</title><body><div>{'<br>'.join(lines)}</div>", "https://agency.example/n/7"
    )
    assert (found.title, found.text.split("\n\n")) == (TITLE, [f"{line} {line}" for line in TEXT])
