"""Tables of data: every number stays in its column, in the text and in Markdown."""

from __future__ import annotations

import pytest

from scraper import dom
from scraper.extractor.assemble import assemble
from scraper.extractor.statement import read_page
from scraper.extractor.table_columns import columns_of


def written(table: str) -> tuple[str, str]:
    layout, _ = read_page(f"<body>{table}</body>")
    found = assemble(layout, range(len(layout.b_text)), lambda href: href)
    return found.text, found.mark().markdown


# HTML, 4.9.12: which cell of a row stands in which column.
@pytest.mark.parametrize(
    ("rows", "text"),
    [
        pytest.param("<tr><th>State<th>In<th>Out</tr><tr><td>Chad<td><td>7</tr>", "State | In | Out\nChad |  | 7", id="empty cell"),
        pytest.param("<tr><th><th>In<th>Out</tr><tr><td>Chad<td>1<td>7</tr>", " | In | Out\nChad | 1 | 7", id="empty corner"),
        pytest.param(
            "<tr><th rowspan=2>State<th colspan=2>People</tr><tr><th>In<th>Out</tr><tr><td>Chad<td>1<td>7</tr>",
            "State | People\n | In | Out\nChad | 1 | 7", id="cells that span",
        ),
        pytest.param("<tr><td><p>One</p><p>Two</p><td>3</tr><tr><td>A<td>B</tr>", "One Two | 3\nA | B", id="paragraphs in a cell"),
    ],
)  # fmt: skip
def test_a_number_stays_in_its_column(rows, text):
    assert written(f"<table>{rows}</table>")[0] == text


def test_markdown_has_the_same_columns_and_as_many_in_each_row():
    _, markdown = written("<table><tr><th>State<th>In<th>Out</tr><tr><td>Chad<td><td>7</tr><tr><td>Mali</tr></table>")
    assert markdown.split("\n") == ["| State | In | Out |", "| --- | --- | --- |", "| Chad |  | 7 |", "| Mali |  |  |"]


@pytest.mark.parametrize("span", ["0", "-1", "x", "999999999999", "²", ""])
def test_spans_that_are_none_are_one_and_long_ones_are_bounded(span):
    tree = dom.parse(
        f"<table><tr><td colspan='{span}' rowspan='{span}'>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
    )
    assert max(columns_of(tree.css("table")[0]).values()) <= 100
