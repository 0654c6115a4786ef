"""Finding statements: in six languages, ranked, filtered, with the passages that say why."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database
from statement_rows import add_statement, set_text

from scraper.archive.passages import WIDTH
from scraper.archive.search import Filters, Results, by_month, facets, index, register, search
from scraper.errors import QueryError

# Words as people type them for texts as institutions print them; not a rule of ours but what readers expect.
SIX_LANGUAGES = [
    ("en", "Migrants were detained in Libya", ["migrant", "migrants", "libya", "LIBYA"]),
    (
        "fr",
        "Les réfugiés déplacés au Soudan, l'aide d'urgence",
        ["refugies", "réfugiés", "refugie", "urgence", "soudan"],
    ),
    ("es", "Migración y protección de los niños", ["migracion", "migración", "ninos"]),
    ("ru", "Мигранты в Судане", ["мигранты", "мигрант", "судан"]),
    ("ar", "تدعو المنظمة الدولية للهجرة في السودان واليمن", ["السودان", "سودان", "اليمن", "واليمن"]),
    ("ar", "أُعلن عن إطلاق الخطّة", ["اطلاق", "إطلاق", "الخطة", "الخطّة", "أعلن"]),
    ("zh", "苏丹和海地的流离失所者", ["苏丹", "海地", "流离失所", "流离失所者"]),
]


def add(db: Database, body: str, *, title: str = "A title", language: str | None = "en", **facts: object) -> int:
    """A statement that can be found."""
    statement_id = add_statement(db, body, title=title, language=language, **facts)
    index(db, statement_id, title=title, lead=body[:280], body=body, language=language)
    return statement_id


def ids(results: Results) -> list[int]:
    return [hit.statement_id for hit in results.hits]


def shown(results: Results) -> list[str]:
    """What is highlighted in the passages of the first hit."""
    return [passage.text[start:end] for passage in results.hits[0].passages for start, end in passage.highlights]


FILLER = " ".join(f"Sentence number {n} says nothing of it." for n in range(60))


# --- languages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "query"),
    [(number, query) for number, (_, _, queries) in enumerate(SIX_LANGUAGES, 1) for query in queries],
)
def test_a_word_is_found_as_it_is_typed(db: Database, number: int, query: str) -> None:
    for language, text, _ in SIX_LANGUAGES:
        add(db, text, language=language)
    results = search(db, query)
    assert number in ids(results)
    passages = next(hit.passages for hit in results.hits if hit.statement_id == number)
    assert passages[0].highlights
    assert passages[0].text == SIX_LANGUAGES[number - 1][1]


@pytest.mark.parametrize(
    ("language", "text", "query", "highlighted"),
    [
        pytest.param("zh", "国际移民组织欢迎苏丹的决定", "苏丹", ["苏丹"], id="Chinese, in the middle of a clause"),
        pytest.param("ar", "وصل المهاجرون إلى لبنان ثم عادوا من بلبنان", "لبنان", ["لبنان", "بلبنان"], id="Arabic"),
        pytest.param("fr", "L’aide d’urgence aux réfugiés", "urgence", ["urgence"], id="French elision"),
        pytest.param("th", "ประเทศไทยช่วยเหลือ", "ไทย", ["ไทย"], id="Thai"),
        pytest.param("en", "Support for IOM’s work", "iom", ["IOM"], id="possessive"),
        pytest.param(
            "en", "A climate that changes. Climate change!", '"climate change"', ["Climate change"], id="phrase"
        ),
        pytest.param("en", "Migrants, migration; immigrants", "migra*", ["Migrants", "migration"], id="prefix"),
    ],
)
def test_highlights_are_the_characters_of_the_original(
    db: Database, language: str, text: str, query: str, highlighted: list[str]
) -> None:
    add(db, text, language=language)
    assert shown(search(db, query)) == highlighted


def test_a_language_filter_stems_in_that_language_alone(db: Database) -> None:
    english = add(db, "The price of bread", language="en-GB")
    add(db, "Le prix du pain", language="fr")
    assert ids(search(db, "prices", filters=Filters(language="en"))) == [english]
    assert ids(search(db, "prix", filters=Filters(language="en"))) == []


def test_a_statement_in_an_unknown_language_is_found_by_its_very_words(db: Database) -> None:
    found = add(db, "Wahamiaji walisaidiwa", language=None)
    add(db, "Something English", language="en")
    assert ids(search(db, "wahamiaji")) == [found]


# --- what is searched -------------------------------------------------------------------------------------------------


def test_only_title_and_body_are_searched_never_the_page(db: Database) -> None:
    found = add(db, "The Los Angeles Declaration is welcome.")
    db.execute("update captures set headers = ?", ['[["X-Office", "Zimbabwe"]]'])
    db.execute("update payloads set data = ?", [b"<form>Zimbabwe <p>The Los Angeles Declaration is welcome."])
    db.execute("update documents set contact = 'Zimbabwe office'")
    assert search(db, "zimbabwe").total == 0
    assert ids(search(db, "declaration")) == [found]


def test_a_revision_replaces_the_words_that_were_there(db: Database) -> None:
    found = add(db, "The road is closed")
    index(db, found, title="A title", lead="", body="The road is open", language="en")
    assert search(db, "closed").total == 0
    assert ids(search(db, "open")) == [found]
    db.execute("insert into search(search, rank) values ('integrity-check', 1)")


def test_indexing_the_same_again_writes_nothing(db: Database) -> None:
    found = add(db, "The road is closed")
    before = db.conn.total_changes
    index(db, found, title="A title", lead="The road is closed", body="The road is closed", language="en")
    assert db.conn.total_changes == before


# --- ranking and order ------------------------------------------------------------------------------------------------


def test_a_word_in_the_title_counts_more_than_in_the_body(db: Database) -> None:
    body = add(db, f"{FILLER} A drought. The drought. No drought.", title="A visit")
    title = add(db, f"{FILLER} Nothing of that here.", title="Drought in the north")
    results = search(db, "drought")
    assert ids(results) == [title, body]
    assert results.hits[0].score > results.hits[1].score
    assert results.hits[0].title_highlights == ((0, 7),)


def test_the_very_form_ranks_before_its_cousins(db: Database) -> None:
    cousin = add(db, "A national plan for the town")
    exact = add(db, "The nationality of the child")
    assert ids(search(db, "nationality")) == [exact, cousin]


def test_by_date_newest_come_first_and_undated_last(db: Database) -> None:
    old = add(db, "rain", published="2026-01-05")
    undated = add(db, "rain rain rain")
    new = add(db, "rain", published="2026-07")
    results = search(db, "rain", order="date")
    assert ids(results) == [new, old, undated]


def test_a_blank_query_lists_by_date_what_the_filters_leave(db: Database) -> None:
    old = add(db, "rain", published="2026-01-05", kind="news")
    new = add(db, "snow", published="2026-07-01", kind="news")
    add(db, "hail", published="2026-07-01", kind="speech")
    results = search(db, "  ", filters=Filters(kind="news"))
    assert ids(results) == [new, old]
    assert results.hits[0].score is None
    assert results.hits[0].passages[0].text == "snow"


@pytest.mark.parametrize("order", ["relevance", "date"])
def test_pages_of_results_add_up_to_all_of_them(db: Database, order) -> None:
    for day in range(1, 8):
        add(db, f"rain on day {day}", published=f"2026-07-{day:02}")
    pages = [search(db, "rain", limit=3, offset=offset, order=order) for offset in (0, 3, 6, 9)]
    assert [len(page.hits) for page in pages] == [3, 3, 1, 0]
    assert {page.total for page in pages} == {7}
    assert len({statement for page in pages for statement in ids(page)}) == 7


def test_a_bad_query_is_an_error_of_ours(db: Database) -> None:
    with pytest.raises(QueryError):
        search(db, "NOT rain")


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param(Filters(), "abcde", id="none"),
        pytest.param(Filters(source="org"), "abce", id="source"),
        pytest.param(Filters(source=("org", "other")), "abcde", id="any of two sources"),
        pytest.param(Filters(source="org' or 1=1 --"), "", id="a source that is SQL"),
        pytest.param(Filters(kind="speech"), "b", id="kind"),
        pytest.param(Filters(language="en"), "abde", id="language with regions"),
        pytest.param(Filters(language="en-GB"), "b", id="language of one region"),
        pytest.param(Filters(country="sd"), "a", id="country"),
        pytest.param(Filters(status=("gone", "error")), "c", id="status"),
        pytest.param(Filters(since="2026-07"), "abe", id="since a month"),
        pytest.param(Filters(since=date(2026, 7, 2)), "be", id="since a day; a statement of that year may be later"),
        pytest.param(Filters(until="2026-06-30"), "cde", id="until a day; a statement of that year may be earlier"),
        pytest.param(Filters(until="2026-07"), "abcde", id="until the end of a month"),
        pytest.param(Filters(since="2026-07-01", until="2026-07-01"), "ae", id="one day"),
        pytest.param(Filters(hide_copies=True), "abce", id="without copies"),
        pytest.param(Filters(changed=True), "c", id="changed"),
        pytest.param(Filters(source="org", kind="speech", since="2026"), "b", id="several"),
    ],
)
def test_filters_narrow_words_and_listings_alike(db: Database, filters: Filters, found: str) -> None:
    made = {
        "a": add(db, "rain", published="2026-07-01"),
        "b": add(db, "rain", published="2026-07-20", kind="speech", language="en-GB"),
        "c": add(db, "rain", published="2026-02-03", status="gone", language="fr"),
        "d": add(db, "rain", published="2026-02-04", source="other"),
        "e": add(db, "rain", published="2026"),
    }
    db.execute("insert into mentions values (?, 'SD', 2)", [made["a"]])
    db.execute("update documents set duplicate_of = ? where id = ?", [made["c"], made["d"]])
    set_text(db, made["c"], "rain and more rain")
    wanted = sorted(made[name] for name in found)
    for query in ("rain", ""):
        for order in ("relevance", "date"):
            results = search(db, query, filters=filters, order=order)
            assert sorted(ids(results)) == wanted
            assert results.total == len(wanted)


def test_a_hit_says_how_often_it_was_copied(db: Database) -> None:
    first, *others = (add(db, "rain") for _ in range(3))
    db.execute("update documents set duplicate_of = ? where id > ?", [first, first])
    results = search(db, "rain", filters=Filters(hide_copies=True))
    assert [(hit.statement_id, hit.copies, hit.duplicate_of) for hit in results.hits] == [(first, 2, None)]
    assert others


# --- passages ---------------------------------------------------------------------------------------------------------


def test_a_passage_is_cut_from_word_to_word_around_what_was_found(db: Database) -> None:
    text = f"{FILLER} The drought of “Puerto Verde” ended. {FILLER}"
    add(db, text)
    (passage,) = search(db, "drought").hits[0].passages
    assert text[passage.start : passage.start + len(passage.text)] == passage.text
    assert len(passage.text) <= WIDTH + 20
    assert not passage.whole
    assert text[passage.start - 1] == " "
    assert [passage.text[a:b] for a, b in passage.highlights] == ["drought"]


def test_no_passage_begins_with_the_dash_of_a_dateline_that_was_cut_off(db: Database) -> None:
    for before in range(60, 110, 2):  # somewhere in between the cut falls on the dash
        add(db, f"Geneva – {'x ' * (before // 2)}drought {FILLER}")
    begins = {passage.text[0] for hit in search(db, "drought", limit=40).hits for passage in hit.passages}
    assert begins == {"G", "x"}


def test_the_passage_with_most_of_the_words_is_shown(db: Database) -> None:
    text = f"The storm came.\n\n{FILLER}\n\nThe harbour closed.\n\n{FILLER}\n\nA storm closed the harbour."
    add(db, text)
    passages = search(db, "storm harbour").hits[0].passages
    assert passages[-1].text == "A storm closed the harbour."
    assert passages[-1].whole


def test_two_far_apart_words_give_two_passages_in_the_order_of_the_text(db: Database) -> None:
    add(db, f"The harbour closed.\n\n{FILLER}\n\nA storm came.")
    passages = search(db, "storm harbour").hits[0].passages
    assert [passage.text for passage in passages] == ["The harbour closed.", "A storm came."]


def test_a_match_in_the_title_alone_shows_the_beginning(db: Database) -> None:
    add(db, "The first paragraph.\n\nThe second.", title="Drought")
    (passage,) = search(db, "drought").hits[0].passages
    assert (passage.text, passage.highlights) == ("The first paragraph.", ())


def test_a_statement_without_text_has_no_passage(db: Database) -> None:
    add(db, "", title="Drought")
    assert search(db, "drought").hits[0].passages == ()


@given(
    text=st.text(alphabet="ab é苏丹للبنان\n.’", max_size=400),
    query=st.text(alphabet="ab é苏丹لبنان*", min_size=1, max_size=6),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_highlights_stay_inside_passages_and_passages_inside_the_text(db: Database, text: str, query: str) -> None:
    statement_id = add(db, text, language="ar")
    try:
        results = search(db, query, limit=500)
    except QueryError:
        return
    for hit in results.hits:
        if hit.statement_id != statement_id:
            continue
        assert len(hit.passages) <= 2
        for passage in hit.passages:
            assert text[passage.start : passage.start + len(passage.text)] == passage.text
            flat = [at for span in passage.highlights for at in span]
            assert flat == sorted(flat)
            assert not flat or (flat[0] >= 0 and flat[-1] <= len(passage.text))


# --- counts -----------------------------------------------------------------------------------------------------------


def test_facets_count_the_statements_found(db: Database) -> None:
    rain = [
        add(db, "rain", source="org", language="en-GB", published="2026-07-01"),
        add(db, "rain", source="org", language="en"),
    ]
    add(db, "snow", source="other")
    db.execute("insert into mentions values (?, 'SD', 4), (?, 'YE', 1), (?, 'SD', 1)", [rain[0], rain[0], rain[1]])
    found = {facet: [(count.value, count.count) for count in counts] for facet, counts in facets(db, "rain").items()}
    assert found["source"] == [("org", 2)]
    assert found["language"] == [("en", 2)]
    assert found["country"] == [("SD", 2), ("YE", 1)]
    assert found["year"] == [("2026", 1), (None, 1)]
    assert found["kind"] == [(None, 2)]


def test_facets_of_everything_and_of_filters_agree_with_the_listing(db: Database) -> None:
    add(db, "rain", kind="news")
    add(db, "snow", kind="speech", status="gone")
    assert {count.value: count.count for count in facets(db, by=["kind"])["kind"]} == {"news": 1, "speech": 1}
    narrowed = facets(db, "", Filters(status="gone"), by=["kind", "status"])
    assert [(count.value, count.count) for count in narrowed["kind"]] == [("speech", 1)]


def test_months_are_counted_and_unknown_ones_apart(db: Database) -> None:
    for published in ("2026-07-01", "2026-07", "2026-05-30", "2026", None):
        add(db, "rain", published=published)
    assert list(by_month(db, "rain").items()) == [("2026-05", 1), ("2026-07", 2), (None, 2)]


# --- in SQL -----------------------------------------------------------------------------------------------------------


def test_sql_finds_what_the_search_finds(db: Database) -> None:
    register(db.conn)
    found = add(db, "Les réfugiés du Soudan", language="fr")
    rows = db.execute(
        "select statement_id, search_passage(t.text, :q), search_passage(t.text, :q, '<', '>') from search "
        "join versions v on v.statement_id = search.rowid join texts t on t.id = v.text_id "
        "where search match search_query(:q)",
        {"q": "refugie -zimbabwe"},
    ).fetchall()
    assert rows == [(found, "Les **réfugiés** du Soudan", "Les <réfugiés> du Soudan")]
    assert db.execute("select search_fold('Les réfugiés', 'fr')").fetchone() == ("le refug",)


@pytest.mark.parametrize("query", ["", "NOT", '"', "a OR", None, 5, "((((", b"\xff"])
def test_in_sql_a_query_that_cannot_be_read_finds_nothing(db: Database, query: object) -> None:
    register(db.conn)
    add(db, "rain")
    assert db.execute("select rowid from search where search match search_query(?)", [query]).fetchall() == []
    assert db.execute("select search_passage('rain', ?)", [query]).fetchone()[0] in ("", "rain")


def test_the_functions_work_on_a_read_only_connection(db: Database) -> None:
    add(db, "Les réfugiés", language="fr")
    (path,) = (row[2] for row in db.execute("pragma database_list").fetchall() if row[1] == "main")
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    register(reader)
    assert search(reader, "refugie").total == 1
    assert reader.execute("select count(*) from search where search match search_query('refugie')").fetchone() == (1,)
    reader.close()
