"""What a site repeats, seen from one of its pages: which blocks are doubted, and which never are."""

from __future__ import annotations

import pytest

from scraper.extractor.site_chrome import fingerprints
from scraper.extractor.statement import Extracted, extract_with_tree
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.model import SiteChrome
from tests.repeating import ABOUT, OFFICES, own_words, page

URL = "https://a.example/news/one"


def read(html: bytes, *repeated: str, share: float = 1.0) -> Extracted:
    """The page, of whose site it is known that it repeats these blocks."""
    known = SiteChrome(7, dict.fromkeys(fingerprints(repeated), share))
    return extract_with_tree(html, URL, content_type="text/html; charset=utf-8", chrome=known)


def test_a_page_of_which_nothing_is_known_keeps_all_its_own_words() -> None:
    text = read(page(1)).statement.text
    assert all(paragraph in text for paragraph in [*own_words(1), ABOUT])
    assert OFFICES[0] in text  # so that the tests below mean something


def test_full_sentences_that_the_site_repeats_in_an_element_of_their_own_are_left_out() -> None:
    assert read(page(1), *OFFICES).statement.text == "\n\n".join([*own_words(1), ABOUT])


def test_what_the_publisher_repeats_among_the_texts_own_paragraphs_stays() -> None:
    assert ABOUT in read(page(1), *OFFICES, ABOUT).statement.text


def test_a_page_that_would_lose_all_its_paragraphs_is_read_as_if_nothing_were_known() -> None:
    html = page(1, paragraphs=[])
    known, unknown = read(html, *OFFICES, ABOUT).statement, read(html).statement
    assert known == unknown
    assert ABOUT in known.text


def test_a_block_on_few_pages_that_the_model_is_sure_of_stays() -> None:
    """An interviewer's standing question recurs on a third of the pages, too."""
    assert OFFICES[0] in read(page(1), *OFFICES, share=0.3).statement.text


@pytest.mark.parametrize(
    ("repeated", "named"),
    [
        pytest.param(OFFICES, f"{EXTRACTOR_VERSION}+c7", id="it left something out"),
        pytest.param(["Subscribe to our newsletter"], EXTRACTOR_VERSION, id="nothing of it on this page"),
        pytest.param([ABOUT], EXTRACTOR_VERSION, id="it changed nothing"),
        pytest.param([], EXTRACTOR_VERSION, id="nothing is known"),
    ],
)
def test_a_text_names_the_site_chrome_if_that_decided_about_it(repeated: list[str], named: str) -> None:
    assert read(page(1), *repeated).statement.extractor_version == named


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Read 1,204 times", "Read 17,002 times", id="a counter"),
        pytest.param("89°F, Fair", "102°F, fair", id="the weather"),
        pytest.param("© 2024 The Organization", "© 2026 The Organization", id="a year"),
        pytest.param("اقرأ ٣ مرات", "اقرأ ١٢ مرات", id="digits of another script"),
    ],
)
def test_numbers_and_case_move_in_blocks_that_are_the_same(one: str, other: str) -> None:
    first, second = fingerprints([one, other])
    assert first == second != 0


def test_cells_and_telephone_numbers_are_no_words() -> None:
    assert fingerprints(["1,204", "407-823-4872", "—", ""]) == [0, 0, 0, 0]


def test_each_block_of_a_page_has_its_number_and_they_are_the_same_in_every_process() -> None:
    assert fingerprints(["Home", "Offices", "Home"]) == [
        -7833351359669312601,
        2066295430913441498,
        -7833351359669312601,
    ]


def test_the_blocks_of_a_page_come_with_its_reading_only_where_somebody_remembers_them() -> None:
    assert set(fingerprints(OFFICES)) <= read(page(1)).blocks
    assert extract_with_tree(page(1), URL).blocks == frozenset()
