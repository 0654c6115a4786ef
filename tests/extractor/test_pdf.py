"""PDF statements: what a person copies out of the file by hand, in the order in which it is read."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import dom, extract
from scraper.extractor import pdf_worker
from scraper.extractor.pdf import TOO_HEAVY, Run, is_pdf, read_pdf
from scraper.extractor.pdf_lines import line_of, rows_of
from scraper.extractor.pdf_paragraphs import Paragraph
from scraper.extractor.pdf_statement import plan_of
from tests.extractor.pdf_builder import Text, column, pdf

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "pdf"
URL = "https://a.example/files/statement.pdf"
PROSE = [
    "The ministers of the eleven river states met in Riverton on Monday to look at the",
    "damage that the floods have done, and to agree on what each of them will give before",
    "the next rainy season begins.",
]
SECOND = [
    "They thanked the people who opened schools, churches and mosques to their neighbours",
    "during the first weeks of the emergency, often without being asked.",
]


def read(*pages, **options):
    return extract(pdf(pages, **options), URL, content_type="application/pdf")


def titled(lines, title="River states agree on a plan"):
    return [Text(60, 770, title, 18, bold=True), *column(60, 730, lines)]


# --- documents as publishers set them ---------------------------------------------------------------------------------

# Written by whoever wrote the document; the text of each is its HTML source's, without label, address and contact.
DOCUMENTS = {
    "joint-communique": {
        "title": "River States Agree on a Common Plan for Displaced Families",
        "published": date(2025, 5, 14), "language": "en", "kind": "statement", "place": None,
        "contact": "For media enquiries: Office of the Spokesperson, press@river-states.example, +000 11 551 7701",
        "countries": {"MW": 1, "MZ": 2, "ZM": 1},
    },
    "communique-de-presse": {
        "title": "La Ligue des ports appelle à protéger les marins bloqués en mer",
        "published": date(2024, 9, 9), "language": "fr", "kind": "press release", "place": "Marseille",
        "contact": "Contact presse : Service de la communication, tél. +000 91 55 01 20, presse@ligue-des-ports.example",
        "countries": {"IN": 1, "PH": 1, "GE": 1},
    },
    "bayan-sahafi": {
        "title": "رابطة مدن الساحل تدعو إلى تحرك عاجل لإنقاذ الأرواح في البحر",
        "published": date(2022, 3, 17), "language": "ar", "kind": "press release", "place": "طرابلس",
        "contact": "لمزيد من المعلومات يرجى الاتصال بالمكتب الإعلامي: press@coast-cities.example",
        "countries": {"LY": 2, "TN": 1, "EG": 1},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def readings():
    return {
        name: extract((FIXTURES / f"{name}.pdf").read_bytes(), f"https://a.example/files/{name}.pdf")
        for name in DOCUMENTS
    }


def written(name):
    """The paragraphs of a document's source in reading order, footnotes last."""
    tree = dom.parse((FIXTURES / f"{name}.html").read_text(encoding="utf-8"))
    found = []
    for node in tree.css("p, h2, li"):
        for mark in node.css("sup"):
            mark.replace_with(f"[{mark.text()}]")
        text = " ".join(node.text().replace("\u00ad", "").split())
        if text and "label" not in (node.attributes.get("class") or ""):
            found.append(text)
    want = DOCUMENTS[name]
    return [text for text in found if text != want["contact"] and not re.fullmatch(r"Riverton, 14 May 2025", text)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_text_is_the_authors_word_for_word(readings, name):
    assert readings[name].text.split("\n\n") == written(name)


@pytest.mark.parametrize("field", ["title", "published", "language", "kind", "place", "contact", "countries"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_fields_of_a_pdf_are_read_as_those_of_a_page(readings, name, field):
    found = readings[name]
    value = {
        "published": found.published and found.published.on,
        "countries": {mention.country: mention.count for mention in found.mentions},
    }.get(field, getattr(found, field, None))
    assert value == DOCUMENTS[name][field]


def test_nothing_is_said_against_a_sound_document(readings):
    assert all(found.warnings == () and found.confidence > 0.5 for found in readings.values())


# --- paragraphs -------------------------------------------------------------------------------------------------------


def test_lines_are_joined_and_a_wider_step_begins_a_paragraph():
    found = read([*titled(PROSE), *column(60, 685, SECOND)])
    assert found.text.split("\n\n") == [" ".join(PROSE), " ".join(SECOND)]


def test_a_first_line_that_is_moved_in_begins_a_paragraph():
    lines = column(
        60, 730, [*PROSE[:2], "the next rainy season begins, whenever that will be, and sooner if they can."]
    )
    found = read(
        [Text(60, 770, "River states agree on a plan", 18), *lines, Text(75, 694, SECOND[0]), Text(60, 682, SECOND[1])]
    )
    assert found.text.split("\n\n")[1] == " ".join(SECOND)


def test_a_paragraph_goes_on_over_the_page():
    first = titled([*PROSE, SECOND[0]])
    found = read(first, column(60, 780, SECOND[1:]))
    assert found.text.endswith(" ".join(SECOND))


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(["the interna-", "tional community"], "the international community", id="a word that was cut"),
        pytest.param(["a well-known fact, a well-", "known name"], "a well-known name", id="a hyphen that is used elsewhere"),
        pytest.param(["a plan for the long-", "term future"], "the long-term future", id="a compound"),
        pytest.param(["those who are un-", "known"], "those who are unknown", id="a prefix before what else ends compounds"),
        pytest.param(["a state-of-the-", "art hospital"], "a state-of-the-art hospital", id="amid a compound"),
        pytest.param(["a 12-", "year plan"], "a 12-year plan", id="a number of years"),
        pytest.param(["short-", "and long-term help"], "short- and long-term help", id="two compounds with one end"),
        pytest.param(["between 2024-", "2025 and now"], "between 2024-2025 and now", id="a range of years"),
        pytest.param(["the Israeli-", "Lebanese border"], "the Israeli-Lebanese border", id="two names"),
    ],
)  # fmt: skip
def test_hyphens_at_the_end_of_a_line(lines, joined):
    padding = "and in this long line nothing of note happens until at last it comes to an end with "
    text = read(titled([*PROSE, padding + lines[0], lines[1] + " which was meant."])).text
    assert joined in text


def test_items_of_a_list_stand_on_lines_of_their_own():
    found = read(
        [*titled(PROSE), *column(70, 680, ["\u2022 open the borders to relief goods", "\u2022 share what is measured"])]
    )
    assert found.text.endswith("- open the borders to relief goods\n- share what is measured")


# --- pages ------------------------------------------------------------------------------------------------------------


def test_running_heads_feet_and_page_numbers_are_left_out():
    def page(number, lines):
        return [Text(60, 815, "Council of River States"), *column(60, 730, lines), Text(280, 30, f"Page {number} of 3")]

    found = read(page(1, PROSE), page(2, SECOND), page(3, ["Nobody voted against it."]))
    assert "Council" not in found.text
    assert "Page" not in found.text


def test_a_line_that_is_repeated_in_the_text_is_kept():
    refrain = "We shall not forget."
    found = read(*([*column(60, 700, PROSE), Text(60, 400, refrain), *column(60, 300, SECOND)] for _ in range(3)))
    assert found.text.count(refrain) == 3


LEFT = [f"left line {number} of the first column of it" for number in range(8)]
RIGHT = [f"right line {number} of the second column of it" for number in range(8)]


def test_two_columns_are_read_one_after_the_other_though_the_file_holds_them_row_by_row():
    rows = [
        text
        for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
        for text in (Text(60, 700 - 12 * number, left), Text(320, 700 - 12 * number, right))
    ]
    found = read([Text(60, 770, "River states agree on a plan", 18), *rows])
    assert found.text == " ".join(LEFT + RIGHT)


def test_a_column_that_goes_on_a_line_higher_than_the_first_begins_is_read_whole():
    columns = [*column(60, 688, LEFT), *column(320, 700, RIGHT)]
    found = read([Text(60, 770, "River states agree on a plan for the districts of the delta", 18), *columns])
    assert found.text == " ".join(LEFT + RIGHT)


def test_a_document_of_few_lines_has_paragraphs_too():
    date_line, last = "Riverton, 3 May 2021", "They will meet again before the rains, they said."
    lines = [Text(60, 700, date_line), *column(60, 675, PROSE[:2]), Text(60, 636, last)]
    found = read([Text(60, 740, "River states agree on a plan", 18), *lines])
    assert found.text.split("\n\n")[-2:] == [" ".join(PROSE[:2]), last]
    assert found.published is not None
    assert found.published.on == date(2021, 5, 3)


def test_a_title_without_spaces_is_one():
    paragraphs = [
        Paragraph("外交部发言人声明", "heading", 22, False, 0),
        Paragraph("发言人强调，国际社会应共同努力，推动局势尽快降温。" * 5, "p", 11, False, 0),
    ]
    assert plan_of(paragraphs, "").title == range(1)


def test_the_cells_of_a_row_stay_together():
    cells = [("Malawi", "12 boats"), ("Mozambique", "40 boats"), ("Zambia", "7 boats"), ("Botswana", "2 boats")]
    rows = [
        text
        for at, (left, right) in enumerate(cells)
        for text in (Text(60, 600 - 14 * at, left), Text(320, 600 - 14 * at, right))
    ]
    assert "Mozambique 40 boats" in read([*titled(PROSE), *rows]).text


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(
            ["For the Government of Norland", "Anna Berg", "Minister of the Interior"],
            ["For the River Agency", "Amadou Keita", "Director General"],
            id="opened alike",
        ),
        pytest.param(
            ["____________", "Anna Berg", "Norland"], ["____________", "Amadou Keita", "Sudland"], id="rules to sign on"
        ),
        pytest.param(
            ["Anna Berg", "Minister of the Interior"], ["Amadou Keita", "Ambassador of Sudland"], id="offices"
        ),
    ],
)
def test_who_signs_side_by_side_is_read_one_after_the_other(left, right):
    rows = [
        text
        for at, cells in enumerate(zip(left, right, strict=True))
        for text in (Text(60, 640 - 14 * at, cells[0]), Text(320, 640 - 14 * at, cells[1]))
    ]
    text = read([*titled(PROSE), *rows]).text
    assert text == "\n\n".join([" ".join(PROSE), "\n".join(left), "\n".join(right)])


def test_a_page_that_is_displayed_turned_is_read_as_displayed():
    assert read(titled(PROSE), rotate=90).text == " ".join(PROSE)


def test_raised_numbers_are_footnote_marks_and_footnotes_come_last():
    marked = [
        Text(60, 730, "The rains began in May"),
        Text(163, 734, "1", 6),
        Text(172, 730, "and have not stopped since then, in any of the districts."),
    ]
    note = Text(60, 90, "1 According to the weather service.", 7)
    found = read(
        [Text(60, 770, "River states agree on a plan", 18), *marked, *column(60, 718, PROSE), note],
        column(60, 780, SECOND),
    )
    assert "in May[1] and" in found.text
    assert found.text.endswith("1 According to the weather service.")


# --- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        pytest.param("Microsoft Word - Document1", "River states agree on a plan", id="a template's name"),
        pytest.param("Seventh meeting of ministers", "Seventh meeting of ministers", id="printed on the page as well"),
        pytest.param("A title that is printed nowhere", "River states agree on a plan", id="printed nowhere"),
    ],
)
def test_the_files_own_title_is_believed_where_the_page_prints_it(declared, title):
    page = [*titled(PROSE), Text(60, 750, "Seventh meeting of ministers", 14)]
    assert read(page, info={"Title": declared}).title == title


def test_the_files_own_dates_and_author_are_not_believed():
    found = read(titled(PROSE), info={"CreationDate": "D:20240102030405Z", "Author": "Jane Clerk"})
    assert (found.published, found.modified, found.author) == (None, None, None)


def test_letterhead_label_and_date_above_the_title_are_not_text():
    page = [
        Text(200, 815, "COUNCIL OF STATES", 20, bold=True), Text(60, 800, "PRESS RELEASE No. 12/2025"), Text(60, 788, "14 May 2025"),
        *titled(PROSE),
    ]  # fmt: skip
    found = read(page)
    assert (found.title, found.text) == ("River states agree on a plan", " ".join(PROSE))
    assert (found.kind, found.published and found.published.on) == ("press release", date(2025, 5, 14))


# --- files that cannot be read ----------------------------------------------------------------------------------------

WHOLE = pdf([titled(PROSE)])


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        pytest.param(pdf([titled(PROSE)], encrypted=True), "encrypted PDF", id="a password"),
        pytest.param(WHOLE[:200], "damaged PDF", id="cut short"),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged PDF", id="noise"),
        pytest.param(b"%PDF-1.7", "damaged PDF", id="a head alone"),
        pytest.param(pdf([[]]), "PDF without text, probably scanned", id="a picture of a page"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_invented(body, warning):
    found = extract(body, URL, content_type="application/pdf")
    assert (found.text, found.title, found.published, found.confidence) == ("", None, None, 0.0)
    assert found.warnings == (warning,)


def test_of_a_file_of_five_thousand_pages_the_first_are_read_and_that_is_said():
    page = titled(PROSE)
    found = extract(pdf([page] * 5000), URL)
    assert f"PDF cut after {pdf_worker.MAX_PAGES} of 5000 pages" in found.warnings
    assert found.text


def test_a_reader_that_does_not_come_back_is_ended():
    assert read_pdf(WHOLE, seconds=0.001).problem == TOO_HEAVY


def test_the_reader_imports_nothing_of_ours_and_runs_from_anywhere(tmp_path):
    import sys

    from scraper.extractor.pdf import WORKER

    done = subprocess.run(
        [sys.executable, "-P", str(WORKER)], input=WHOLE, capture_output=True, cwd=tmp_path, check=True
    )
    assert b"River states" in done.stdout


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param(WHOLE, "application/pdf", True, id="declared"),
        pytest.param(WHOLE, "text/html", True, id="called HTML"),
        pytest.param(WHOLE, None, True, id="called nothing"),
        pytest.param(b"\r\n " + WHOLE, "text/html", True, id="after white space"),
        pytest.param(b"junk\n" + WHOLE, "application/pdf", True, id="after junk, declared"),
        pytest.param(b"<!doctype html><p>Not found", "application/pdf", False, id="HTML that is called PDF"),
        pytest.param(b"<p>%PDF-1.7 is how such files begin", "text/html", False, id="HTML about PDF"),
        pytest.param(b"", "text/html", False, id="nothing"),
    ],
)
def test_what_a_pdf_is(body, content_type, expected):
    assert is_pdf(body, content_type) is expected


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_no_bytes_break_the_reading(data):
    cut = data.draw(st.integers(0, len(WHOLE)))
    junk = data.draw(st.binary(max_size=200))
    found = extract(b"%PDF-1.4\n" + WHOLE[9:cut] + junk + WHOLE[cut:], URL)
    found.text.encode("utf-8")


def test_a_raised_mark_stays_with_its_word_though_the_other_column_has_a_line_of_its_height():
    def run(x0: float, x1: float, y: float, text: str, size: float = 10) -> Run:
        return Run(x0, x1, y, size, False, text, ())

    left = run(60, 200, 700, "before they have been given water,")
    mark = run(200.5, 204, 703.5, "1", 6)
    right = run(320, 500, 703.2, "They will train pilots together,")
    between = run(320, 500, 702, "twice a year and in turn.")
    for others in ([right], [right, between]):
        rows = [line_of(row).text for row in rows_of([left, mark, *others])]
        assert "before they have been given water,[1]" in rows


def test_a_house_number_is_no_footnote():
    lines = [Text(60, 800, "17th Street and Constitution Avenue", 7), *titled(PROSE + SECOND)]
    found = extract(pdf([lines]), URL, content_type="application/pdf")
    assert "17th Street" not in found.text


def test_a_title_is_said_to_come_from_the_text_since_a_pdf_has_no_headings():
    assert read(titled(PROSE + SECOND)).sources["title"] == "text"
