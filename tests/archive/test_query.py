"""What people type into a search box: read, or refused with a sentence on how to write it. Never an SQL error."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.archive.query import MAX_TERMS, parse
from scraper.errors import QueryError

TEXTS = {
    1: "refugees and migrants in libya",
    2: "climate change displaces people",
    3: "change of climate in the talks",
    4: "food prices and health",
    5: "nationality of the migrants",
}


@pytest.fixture(scope="module")
def found():
    """A function from a query to the numbers of the texts above that it finds; unstemmed, as in no known language."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table search using fts5(title, body)")
    for number, text in TEXTS.items():
        connection.execute("insert into search (rowid, title, body) values (?, ?, ?)", (number, text.split()[0], text))
    yield lambda query: [
        number
        for (number,) in connection.execute(
            "select rowid from search where search match ? order by rowid", (parse(query).expression(()),)
        )
    ]
    connection.close()


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("migrants", [1, 5], id="word"),
        pytest.param("migrants libya", [1], id="words are all wanted"),
        pytest.param("migrants AND libya", [1], id="AND"),
        pytest.param("libya OR health", [1, 4], id="OR"),
        pytest.param("libya | health", [1, 4], id="bar"),
        pytest.param("climate change", [2, 3], id="words in any order"),
        pytest.param('"climate change"', [2], id="phrase"),
        pytest.param("“climate change”", [2], id="typographic quotes"),
        pytest.param('"climate change', [2], id="quote not closed"),
        pytest.param("«climate change»", [2], id="French quotes"),
        pytest.param('"climate cha*"', [2], id="prefix in a phrase"),
        pytest.param('"climate cha"*', [2], id="prefix behind a phrase"),
        pytest.param("national*", [5], id="prefix"),
        pytest.param("migrants NOT libya", [5], id="NOT"),
        pytest.param("migrants -libya", [5], id="minus"),
        pytest.param('change -"climate change"', [3], id="minus phrase"),
        pytest.param("-libya migrants", [5], id="minus first"),
        pytest.param("(libya OR food) -prices", [1], id="parentheses"),
        pytest.param("libya OR food -prices", [1], id="AND binds closer than OR"),
        pytest.param("change -(people OR food)", [3], id="minus parentheses"),
        pytest.param("(migrants (libya", [1], id="parentheses not closed"),
        pytest.param("migrants) libya))", [1], id="parentheses too many"),
        pytest.param("title:climate", [2], id="title only"),
        pytest.param("title:(climate OR change) talks", [3], id="title of parentheses"),
        pytest.param("near(migrants libya)", [], id="FTS5's NEAR is a word"),
        pytest.param("body:migrants", [], id="FTS5's other columns are words"),
        pytest.param("or", [], id="lower-case operators are words"),
        pytest.param("^refugees + libya", [1], id="stray punctuation"),
        pytest.param("COVID-19", [], id="a hyphen inside a word joins a phrase"),
    ],
)
def test_a_query_finds(found, query: str, numbers: list[int]) -> None:
    assert found(query) == numbers


@pytest.mark.parametrize(
    ("query", "says"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("  \t\n", "empty", id="blank"),
        pytest.param("?! …", "no letter or digit", id="punctuation"),
        pytest.param('""', "no letter or digit", id="empty phrase"),
        pytest.param("-libya", "only says what to leave out", id="only minus"),
        pytest.param("NOT libya", "only says what to leave out", id="only NOT"),
        pytest.param("migrants -(-libya)", "only says what to leave out", id="double negation"),
        pytest.param("OR libya", "OR needs a word on both sides", id="OR first"),
        pytest.param("libya OR", "OR needs a word on both sides", id="OR last"),
        pytest.param("libya AND", "AND needs a word on both sides", id="AND last"),
        pytest.param("libya NOT", "NOT needs a word after it", id="NOT last"),
        pytest.param("(" * 40 + "libya", "deep", id="too deep"),
        pytest.param("word " * (MAX_TERMS + 1), "more than", id="too long"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_in_words(query: str, says: str) -> None:
    with pytest.raises(QueryError, match=says) as refused:
        parse(query)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


def test_a_word_stands_in_the_index_under_the_stems_of_all_languages() -> None:
    assert parse("migrants").expression(["en", "fr-CA"]) == '("migrants" OR "migrant" OR "migr")'


SYNTAX = st.sampled_from(
    [*"\"()*-+:^{}[]|&,;'\\%\x00\n ", "AND", "OR", "NOT", "NEAR", "title:", "search:", "苏丹", "لبنان", "é", "a"]
)


@given(
    st.one_of(
        st.text(max_size=80), st.lists(SYNTAX, max_size=40).map("".join), st.lists(SYNTAX, max_size=30).map(" ".join)
    )
)
@settings(deadline=None, max_examples=400)
@example("(" * 16 + "a" + ")" * 16)
@example(" ".join(f"-(w{n})" for n in range(30)) + " a")
@example('a "" b')
@example("\ud800 a")
def test_no_text_is_an_sql_error(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("create virtual table search using fts5(title, lead, body)")
        try:
            expression = parse(text).expression(["en", "ar", "fr", "zh", "ru"])
        except QueryError:
            return
        connection.execute(
            "select rowid, rank from search where search match ? order by rank", (expression,)
        ).fetchall()
    finally:
        connection.close()
