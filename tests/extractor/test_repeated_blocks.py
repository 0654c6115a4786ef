"""What a site repeats, seen from one of its pages: which blocks are doubted, and which never are."""

from __future__ import annotations

import pytest

from scraper.extractor.site_chrome import fingerprints
from scraper.extractor.statement import Extracted, extract_with_tree, read_page
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.model import SiteChrome
from tests.repeating import ABOUT, OFFICES, own_words, page

LABELLED = [
    (
        "Partners",
        "Eleven hospitals have joined the work on shared records since the spring, and four more will follow.",
    ),
    ("Releases", "The second release of the specification was approved by the committee after a review of two months."),
]
URL = "https://a.example/news/one"


def numbers(*texts: str) -> list[int]:
    """The fingerprints of these paragraphs."""
    return fingerprints(read_page("<body>" + "".join(f"<p>{text}</p>" for text in texts))[0])


def read(html: bytes, *repeated: str, share: float = 1.0) -> Extracted:
    """The page, of whose site it is known that it repeats these blocks."""
    known = SiteChrome(7, dict.fromkeys(numbers(*repeated), share))
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
    first, second = numbers(one, other)
    assert first == second != 0


def test_cells_and_telephone_numbers_are_no_words() -> None:
    assert numbers("1,204", "407-823-4872", "—") == [0, 0, 0]


def test_words_in_another_element_are_another_block() -> None:
    """A heading of the text has the words of a menu's entry."""
    entry, heading = fingerprints(read_page("<body><li>Industry partners</li><h2>Industry partners</h2>")[0])
    assert entry != heading


def test_a_twin_of_a_menus_entry_among_the_pages_own_blocks_stays() -> None:
    rows = "".join(f"<table><tr><td>{label}</td><td>{words}</td></tr></table>" for label, words in LABELLED)
    html = f"<body><table><tr><td>Partners</td></tr><tr><td>Releases</td></tr></table><main><h1>News</h1>{rows}</main>"
    cells = [number for number in fingerprints(read_page("<table><td>Partners<td>Releases</table>")[0]) if number]
    known = SiteChrome(7, dict.fromkeys(cells, 1.0))
    plain = extract_with_tree(html, URL, chrome=SiteChrome()).statement.text
    assert "Partners" in plain  # so that the next line means something
    assert extract_with_tree(html, URL, chrome=known).statement.text == plain


def test_each_block_of_a_page_has_its_number_and_they_are_the_same_in_every_process() -> None:
    assert numbers("Home", "Offices", "Home") == [
        -3769832145366789926,
        -7096395681089267647,
        -3769832145366789926,
    ]


def test_the_blocks_of_a_page_come_with_its_reading_only_where_somebody_remembers_them() -> None:
    assert set(numbers(*OFFICES)) <= read(page(1)).blocks
    assert extract_with_tree(page(1), URL).blocks == frozenset()
