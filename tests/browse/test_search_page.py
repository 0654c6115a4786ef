"""The search page: ranked, narrowed by counts in words, restricted by month and fate, shareable, in six languages."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import Page
from servers import Server

from scraper.archive import search as archive_search
from scraper.browse import columns
from scraper.browse.pages import search
from scraper.browse.rooms import Asked
from scraper.errors import QueryError
from scraper.plugin import ROOMS


@pytest.fixture(scope="module")
def conn(archive):
    connection = sqlite3.connect(f"{archive.path.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def facts(conn):
    return columns.read(conn)


def found(conn, facts, **asked) -> search.SearchPage:
    return search.read(conn, ROOMS, facts, Asked(**asked), 1, {})


@pytest.mark.parametrize(
    ("words", "language"),
    [
        pytest.param("floods", "en", id="English"),
        pytest.param("inondations", "fr", id="French"),
        pytest.param("sequia", "es", id="Spanish, typed without its accent"),
        pytest.param("فيضانات", "ar", id="Arabic, without the article"),
        pytest.param("наводнение", "ru", id="Russian, another case"),
        pytest.param("洪水", "zh", id="Chinese, two characters"),
    ],
)
def test_finds_and_marks_words_in_six_languages(site: Server, words: str, language: str) -> None:
    page = Page(site.page(f"/search?q={words}"))
    heading = page.one("h1").text
    assert int(heading.split()[0]) > 0, heading
    assert page.all("mark")
    assert any(element.attributes.get("lang") == language for element in page.all("h2"))


def test_arabic_results_run_from_right_to_left(site: Server) -> None:
    page = Page(site.page("/search?q=الفيضانات"))
    passages = [p for p in page.all("p") if "passage" in p.attributes.get("class", "")]
    assert passages
    assert all(p["dir"] == "rtl" for p in passages if p["lang"] == "ar")


def test_a_passage_says_where_its_paragraph_was_cut(conn, facts) -> None:
    cut = set()
    for words in ("families", "embank*"):
        for line in found(conn, facts, words=words).lines:
            (text,) = conn.execute("select text from statements where id = ?", [line.statement.id]).fetchone()
            for passage in line.hit.passages:
                paragraph = next(part for part in text.split("\n") if passage.text in part)
                assert passage.cut_before == (not paragraph.startswith(passage.text))
                assert passage.cut_after == (not paragraph.endswith(passage.text))
                cut.add((passage.cut_before, passage.cut_after))
    assert len(cut) > 1


@pytest.mark.parametrize(
    ("became", "asked"), [("gone", {"status": "gone"}), ("moved", {"status": "moved"}), ("changed", {"changed": True})]
)
def test_the_count_beside_a_fate_is_what_it_leaves(conn, facts, became: str, asked) -> None:
    page = found(conn, facts, words="families")
    assert page.became.get(became, 0) == found(conn, facts, words="families", **asked).total


def test_a_fate_that_leaves_nothing_is_no_link(site: Server) -> None:
    page = Page(site.page("/search?q=families"))
    assert any(element.text == "Moved 0" for element in page.all("span"))
    assert not any("status=moved" in href for href in page.links().values())


# --- counts and order agree with the archive's own searching ----------------------------------------------------------

ASKED = [
    pytest.param({"words": "floods"}, id="words"),
    pytest.param({"words": "families"}, id="common word"),
    pytest.param({"words": "embank*"}, id="prefix"),
    pytest.param({"words": '"before the rains"'}, id="phrase"),
    pytest.param({"words": "declaration -reprint"}, id="without"),
    pytest.param({"words": "rivers", "copies": True}, id="with copies"),
    pytest.param({"words": "families", "source": "rivers", "kind": "news"}, id="source and kind"),
    pytest.param({"words": "", "country": "SD"}, id="country"),
    pytest.param({"words": "", "language": "ar"}, id="language"),
    pytest.param({"words": "", "status": "gone"}, id="taken down"),
    pytest.param({"words": "", "changed": True}, id="edited"),
    pytest.param({"words": "families", "since": "2022-06", "until": "2023"}, id="period"),
    pytest.param({"words": "families", "order": "date"}, id="by date"),
    pytest.param({"words": ""}, id="everything"),
    pytest.param({"words": "nosuchwordanywhere"}, id="nothing"),
]


def filters(asked: Asked) -> archive_search.Filters:
    return archive_search.Filters(
        source=asked.source, kind=asked.kind, language=asked.language, country=asked.country, status=asked.status,
        since=asked.since, until=asked.until, hide_copies=not asked.copies, changed=asked.changed,
    )  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_the_page_finds_what_the_archive_finds_in_its_order(conn, facts, asked) -> None:
    page = found(conn, facts, **asked)
    wanted = archive_search.search(
        conn, asked["words"], filters=filters(Asked(**asked)), limit=20, order=asked.get("order", "relevance")
    )
    assert page.total == wanted.total
    scores = {hit.statement_id: hit.score for hit in wanted.hits}
    ours = [line.statement.id for line in page.lines]
    if len(set(scores.values())) == len(scores):  # among equals, either may come first
        assert ours == list(scores)
    else:
        assert len(ours) == len(scores)


@pytest.mark.parametrize("asked", ASKED)
def test_the_counts_beside_it_are_those_of_the_archive(conn, facts, asked) -> None:
    every = search.find(conn, ROOMS, facts, Asked(**asked))
    wanted = archive_search.facets(
        conn, asked["words"], filters(Asked(**asked)), by=("source", "kind", "language", "country"), at_most=99
    )
    for facet, counts in wanted.items():
        expected = {count.value: count.count for count in counts if count.value is not None}
        assert dict(facts.counts(facet, every.ids)) == expected, facet
    months = archive_search.by_month(conn, asked["words"], filters(Asked(**asked)))
    assert facts.by_month(every.ids) == {month or "unknown": count for month, count in months.items()}


def test_copies_are_hidden_until_asked_for(conn, facts, archive) -> None:
    without = found(conn, facts, words="declaration rivers")
    with_copies = found(conn, facts, words="declaration rivers", copies=True)
    assert archive.ids["copy"] not in {line.statement.id for line in without.lines}
    assert archive.ids["copy"] in {line.statement.id for line in with_copies.lines}


def test_a_facet_counts_what_choosing_it_gives(conn, facts) -> None:
    page = found(conn, facts, words="families")
    for facet in search.FACETS:
        for value in page.facets[facet][:3]:
            assert found(conn, facts, words="families", **{facet: value.value}).total == value.count


def test_facets_speak_in_words(site: Server) -> None:
    text = site.page("/search?q=families")
    assert "International Office for Rivers" in text
    assert "English" in text
    assert "Sudan" in text


def test_a_month_narrows_and_the_chosen_month_widens_again() -> None:
    asked = Asked(words="floods")
    once = search.narrowed(asked, "2022-06")
    assert parse_qs(once) == {"q": ["floods"], "since": ["2022-06"], "until": ["2022-06"]}
    chosen, _ = search.asked_from({key: values[0] for key, values in parse_qs(once).items()})
    assert search.narrowed(chosen, "2022-06") == "q=floods"


def test_restrictions_in_force_can_be_removed_one_by_one(site: Server) -> None:
    page = Page(site.page("/search?q=families&source=rivers&language=en&status=live&since=2020&until=2024"))
    chips = {
        text.removeprefix("Remove: ").removesuffix(" ×"): href for text, href in page.links().items() if "×" in text
    }
    assert set(chips) == {"International Office for Rivers", "English", "online", "from 2020 to 2024"}
    without = parse_qs(urlsplit(chips["English"]).query)
    assert "language" not in without
    assert without["source"] == ["rivers"]


@given(
    st.builds(
        Asked,
        words=st.text(max_size=20).map(str.strip),
        source=st.none() | st.sampled_from(["rivers", "water"]),
        country=st.none() | st.sampled_from(["SD", "YE"]),
        status=st.none() | st.sampled_from(["live", "gone"]),
        since=st.none() | st.sampled_from(["2020", "2021-03", "2021-03-04"]),
        changed=st.booleans(),
        copies=st.booleans(),
        order=st.sampled_from(["relevance", "date"]),
    ),
    st.integers(min_value=1, max_value=search.MOST_PAGES),
)
def test_an_address_can_be_shared(asked: Asked, page: int) -> None:
    arguments = {key: values[0] for key, values in parse_qs(search.address(asked, page)).items()}
    assert search.asked_from(arguments) == (asked, page)


@given(st.text(max_size=60))
def test_no_words_break_the_page(words: str) -> None:
    # The archive in use is not needed: whatever is typed is read, or refused with a sentence.
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("create table documents (id integer primary key, language text)")
        memory.execute("create virtual table search using fts5(title, lead, body)")
        try:
            ROOMS.match(memory, Asked(words=words.strip()))
        except QueryError as error:
            refused = str(error)
        else:
            refused = "not refused"
        assert refused
    finally:
        memory.close()


def test_words_that_cannot_be_read_are_a_400_with_a_sentence(site: Server) -> None:
    answer = site.get("/search?q=-only -without")
    assert answer.status == 400
    assert "cannot be read" in answer.text


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=x", "page=99999999999", "since=2022-13", "status=dead", "sort=up"]
)
def test_nonsense_in_an_address_is_passed_over(site: Server, query: str) -> None:
    assert site.get(f"/search?q=floods&{query}").status == 200


def test_pages_follow_each_other_without_gap_or_repetition(conn, facts) -> None:
    asked = Asked(words="families")
    every = search.find(conn, ROOMS, facts, asked)
    walked = [number for page in range(0, len(every.ids), 20) for number in every.page(20, page)]
    assert sorted(walked) == sorted(every.ids)


# --- taken away -------------------------------------------------------------------------------------------------------


def ids_of(site: Server, path: str) -> list[int]:
    return [row["id"] for row in json.loads(site.page(path))]


def test_json_and_csv_hold_this_very_search(site: Server, conn, facts) -> None:
    every = search.find(conn, ROOMS, facts, Asked(words="families", source="water"))
    assert sorted(ids_of(site, "/search.json?q=families&source=water")) == sorted(every.ids)
    rows = list(csv.DictReader(io.StringIO(site.page("/search.csv?q=families&source=water"))))
    assert sorted(int(row["id"]) for row in rows) == sorted(every.ids)


def test_an_empty_search_is_empty_in_every_format(site: Server) -> None:
    assert json.loads(site.page("/search.json?q=nosuchwordanywhere")) == []
    assert len(site.page("/search.csv?q=nosuchwordanywhere").splitlines()) == 1


def test_csv_for_excel_begins_with_a_byte_order_mark(site: Server) -> None:
    assert site.get("/search.excel.csv?q=الفيضانات").body.startswith(b"\xef\xbb\xbf")
    assert not site.get("/search.csv?q=الفيضانات").body.startswith(b"\xef\xbb\xbf")


def test_exports_are_files_that_no_browser_runs(site: Server) -> None:
    answer = site.get("/search.json?q=floods")
    assert answer.headers["content-disposition"] == 'attachment; filename="statements.json"'
    assert "sandbox" in answer.headers["content-security-policy"]


def test_an_export_of_words_that_cannot_be_read_is_a_400(site: Server) -> None:
    assert site.get("/search.csv?q=-only -without").status == 400


def test_the_page_links_to_the_feed_and_files_of_the_same_search(site: Server) -> None:
    links = Page(site.page("/search?q=floods&source=rivers")).links()
    assert links["Feed of new results (Atom)"] == "/search.atom?q=floods&source=rivers"
    assert links["CSV"] == "/search.csv?q=floods&source=rivers"
    assert links["JSON"] == "/search.json?q=floods&source=rivers"
