"""Tables of data come whole or as far as they were kept; what only looks like one is left alone."""

from __future__ import annotations

from scraper.extractor.statement import read_page
from scraper.extractor.tables import whole_tables

ROWS = "".join(
    f"<tr><td>{place}</td><td>{crossings}</td><td>{women} %</td></tr>"
    for place, crossings, women in (("Beitbridge", "6,480,000", 52), ("Lebombo", "4,120,000", 47), ("Maseru", "9,010,000", 55))
)
TABLE = f"<table><caption>Crossings</caption><tr><th>Route</th><th>A year</th><th>Share of women</th></tr>{ROWS}</table>"


def completed(html: str, left_out: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> set[str]:
    """The texts added to those kept: all but *left_out*, or *only* these."""
    layout, _ = read_page(html, "https://agency.example/news/crossings")
    words = [len(text.split()) for text in layout.b_text]
    kept = [index for index, text in enumerate(layout.b_text) if (text in only if only else text not in left_out)]
    found = whole_tables(layout, kept, words)
    assert found == sorted(found)
    assert set(found) >= set(kept)
    return {layout.b_text[index] for index in found} - {layout.b_text[index] for index in kept}


def test_a_column_that_lost_its_heading_gets_it_back():
    assert completed(TABLE, left_out=("Share of women",)) == {"Share of women"}


def test_a_row_that_lost_a_figure_gets_it_back():
    assert completed(TABLE, left_out=("4,120,000", "47 %")) == {"4,120,000", "47 %"}


def test_of_a_table_that_was_mostly_left_out_nothing_is_added():
    assert completed(TABLE, only=("Beitbridge", "Lebombo")) == set()


def test_a_table_that_places_menu_and_text_side_by_side_is_none():
    text = "<p>The consultation of the four governments ended on Friday with a plan for the northern border posts.</p>" * 6
    page = f"<table><tr><td><a href='/a'>Home</a></td><td>{text}</td></tr><tr><td>Contact</td><td>Print</td></tr></table>"
    assert completed(page, left_out=("Home", "Contact", "Print")) == set()


def test_a_table_around_a_table_is_none_but_the_inner_one_is():
    page = f"<table><tr><td>Menu</td><td>{TABLE}</td></tr></table>"
    assert completed(page, left_out=("Menu", "A year")) == {"A year"}


def test_a_column_of_cells_is_none():
    page = "<table>" + "".join(f"<tr><td>Line {n} of the letter</td></tr>" for n in range(6)) + "</table>"
    assert completed(page, left_out=("Line 3 of the letter",)) == set()
