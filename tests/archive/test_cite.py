"""A citation leads back to the same bytes, in the form that each style and each reference manager expects."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.archive.cite import STYLES, cite
from scraper.archive.cited import CitedStatement

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
IOM = CitedStatement(
    id=12,
    source="iom",
    publisher="International Organization for Migration",
    url="https://www.iom.example/news/declaration",
    captured_at="2026-11-23T06:05:09Z",
    digest=SHA,
    title="IOM Welcomes the Los Angeles Declaration",
    published="2022-06-10",
    language="en",
    kind="statement",
    capture_id=30,
)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "apa",
            "International Organization for Migration. (2022, June 10). IOM Welcomes the Los Angeles Declaration. "
            "https://www.iom.example/news/declaration "
            f"Archived November 23, 2026, 06:05 UTC, statement 12, capture 30, SHA-256 {SHA}.",
        ),
        (
            "chicago",
            "International Organization for Migration. “IOM Welcomes the Los Angeles Declaration.” June 10, 2022. "
            f"Archived November 23, 2026, 06:05 UTC, statement 12, capture 30, SHA-256 {SHA}. "
            "https://www.iom.example/news/declaration.",
        ),
        (
            "mla",
            "International Organization for Migration. “IOM Welcomes the Los Angeles Declaration.” 10 June 2022, "
            "https://www.iom.example/news/declaration. "
            f"Archived 23 Nov. 2026, 06:05 UTC, statement 12, capture 30, SHA-256 {SHA}.",
        ),
        (
            "plain",
            "International Organization for Migration: IOM Welcomes the Los Angeles Declaration. "
            "https://www.iom.example/news/declaration (published 2022-06-10). "
            f"Archived 2026-11-23T06:05:09Z, statement 12, capture 30, SHA-256 {SHA}.",
        ),
    ],
)
def test_style(style, expected):
    assert cite(IOM, style) == expected


# As much of a date is printed as is known, and none is invented.
@pytest.mark.parametrize(
    ("published", "apa", "chicago", "mla"),
    [
        pytest.param("2022-06-10", "(2022, June 10)", " June 10, 2022. ", " 10 June 2022, ", id="day"),
        pytest.param("2022-09", "(2022, September)", " September 2022. ", " Sept. 2022, ", id="month"),
        pytest.param("2022", "(2022)", " 2022. ", " 2022, ", id="year"),
        pytest.param(None, "(n.d.)", " n.d. ", "Declaration.” https:", id="not known"),
    ],
)
def test_date_is_as_precise_as_it_is_known(published, apa, chicago, mla):
    citation = replace(IOM, published=published)
    assert apa in cite(citation, "apa")
    assert chicago in cite(citation, "chicago")
    assert mla in cite(citation, "mla")


def test_unknown_date_is_left_out_of_records_for_machines():
    citation = replace(IOM, published=None)
    assert "issued" not in json.loads(cite(citation, "csl-json"))
    assert not re.search(r"^(PY|DA)", cite(citation, "ris"), re.MULTILINE)
    assert not re.search(r"^  (year|month|date) ", cite(citation, "bibtex"), re.MULTILINE)


def test_person_is_cited_as_printed_beside_the_institution():
    citation = replace(IOM, author="Amy Pope, Director General")
    assert cite(citation, "apa").startswith("Amy Pope, Director General. (2022, June 10). ")
    assert ". International Organization for Migration. https:" in cite(citation, "apa")
    assert json.loads(cite(citation, "csl-json"))["author"] == [{"literal": "Amy Pope, Director General"}]


def test_untitled_statement_is_described_in_brackets():
    citation = replace(IOM, title=None, kind="press release")
    assert "(2022, June 10). [Press release]. https:" in cite(citation, "apa")


def test_title_that_ends_with_a_question_mark_gets_no_full_stop():
    assert "“Who helps?” June 10" in cite(replace(IOM, title="Who helps?"), "chicago")


def test_earlier_state_is_cited_with_its_number_and_a_key_of_its_own():
    citation = replace(IOM, revision=2)
    assert "statement 12, revision 2, capture 30" in cite(citation, "plain")
    assert cite(citation, "bibtex").startswith("@misc{iom-2022-12-r2,")


# Who follows the URL finds another text, another page or none: the citation says so, in the style's own dates.
FATES = {
    "gone": ({"gone_since": "2026-12-01T06:00:00Z"}, "Removed by the publisher: missing since {}"),
    "moved": (
        {"moved_from": "https://old.iom.example/1", "moved_at": "2026-12-01T06:00:00Z"},
        "Moved by the publisher from https://old.iom.example/1, seen {}",
    ),
    "revised before": (
        {"revisions": 2, "revised_at": "2026-12-01T06:00:00Z"},
        "Edited by the publisher: this text, revision 2 of 2, was first seen {}",
    ),
    "revised since": (
        {"revision": 1, "revisions": 3, "revised_at": "2026-12-01T06:00:00Z"},
        "Edited by the publisher since: revision 2 of 3 was first seen {}",
    ),
}
WHEN = {"apa": "December 1, 2026, 06:00 UTC", "chicago": "December 1, 2026, 06:00 UTC", "mla": "1 Dec. 2026, 06:00 UTC"}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fate", FATES)
def test_what_became_of_the_page_is_said_after_the_capture(style, fate):
    facts, says = FATES[fate]
    said = f"SHA-256 {SHA}. {says.format(WHEN.get(style, '2026-12-01T06:00:00Z'))}"
    assert said in cite(replace(IOM, **facts), style)
    assert "the publisher" not in cite(IOM, style)
    assert len(cite(replace(IOM, **facts), style).splitlines()) == len(cite(IOM, style).splitlines())


def test_fates_are_said_together():
    facts = {name: value for given, _ in FATES.values() for name, value in given.items()}
    note = json.loads(cite(replace(IOM, **facts), "csl-json"))["note"]
    places = [note.index(word) for word in ("Edited", "Moved", "Removed")]
    assert places == sorted(places)


def test_bibtex_record():
    assert cite(IOM, "bibtex").splitlines() == [
        "@misc{iom-2022-12,",
        "  author = {{International Organization for Migration}},",
        "  title = {{IOM Welcomes the Los Angeles Declaration}},",
        "  year = {2022},",
        "  month = jun,",
        "  date = {2022-06-10},",
        "  publisher = {{International Organization for Migration}},",
        "  url = {https://www.iom.example/news/declaration},",
        "  urldate = {2026-11-23},",
        "  language = {en},",
        f"  note = {{Archived 2026-11-23T06:05:09Z, statement 12, capture 30, SHA-256 {SHA}}},",
        "}",
    ]


def test_bibtex_escapes_what_tex_would_read():
    assert r"title = {{50\% \& {\textbraceleft}C\#\_x \textbackslash{}y\$}}" in cite(
        replace(IOM, title="50% & {C#_x \\y$"), "bibtex"
    )


def test_ris_record():
    assert cite(IOM, "ris").split("\r\n") == [
        "TY  - ELEC",
        "AU  - International Organization for Migration",
        "TI  - IOM Welcomes the Los Angeles Declaration",
        "PY  - 2022",
        "DA  - 2022/06/10/",
        "PB  - International Organization for Migration",
        "LA  - en",
        "M3  - statement",
        "UR  - https://www.iom.example/news/declaration",
        "Y2  - 2026/11/23/",
        f"N1  - Archived 2026-11-23T06:05:09Z, statement 12, capture 30, SHA-256 {SHA}",
        "ID  - iom-2022-12",
        "ER  - ",
    ]


def test_csl_item():
    item = json.loads(cite(IOM, "csl-json"))
    assert item["issued"] == {"date-parts": [[2022, 6, 10]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 23]]}
    assert item["note"].endswith(f"statement 12, capture 30, SHA-256 {SHA}")


WILD = st.text(alphabet=st.characters() | st.sampled_from('{}\\%\r\n\x00\u2028"“”\ud800TY -'), max_size=40)


@given(title=WILD, author=WILD, style=st.sampled_from(STYLES))
def test_no_title_or_name_breaks_out_of_its_record(title, author, style):
    text = cite(replace(IOM, title=title, author=author), style)
    text.encode()  # no lone surrogate
    assert SHA in text
    if style == "ris":
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.split("\r\n"))
    elif style == "bibtex":
        assert text.count("{") == text.count("}")
        assert len(text.split("\n")) == 12
    elif style == "csl-json":
        json.loads(text)
    else:
        assert len(text.splitlines()) == 1
