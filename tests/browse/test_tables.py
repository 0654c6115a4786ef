"""Datasette's own pages: narrow, newest first, described, in a reader's words; saved questions on both of its lines."""

from __future__ import annotations

import json
import sqlite3

import pytest
from markup import Page
from servers import Server, serving

from scraper.archive import describe
from scraper.browse import config, tables
from scraper.browse.queries import QUERIES
from scraper.plugin import ROOMS


@pytest.fixture(scope="module")
def conn(archive):
    connection = sqlite3.connect(f"{archive.path.as_uri()}?mode=ro", uri=True)
    ROOMS.register(connection)
    yield connection
    connection.close()


PARAMETERS = {"source": "", "q": "floods", "language": "", "country": "sd", "scheme": ""}


def test_questions_have_different_names() -> None:
    assert len({query.name for query in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_question_has_an_answer_in_the_archive(conn, query) -> None:
    rows = conn.execute(query.sql, PARAMETERS).fetchall()
    assert rows, query.name
    assert query.description.endswith(".")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_question_is_a_saved_query_with_title_and_description(site: Server, query) -> None:
    page = site.page(f"/archive/{query.name}?q=floods&country=SD")
    assert query.title in Page(page).one("h1").text
    assert query.description.split("'")[0].split('"')[0] in page
    assert json.loads(site.page(f"/archive/{query.name}.json?q=floods&country=SD&_shape=array"))


def test_the_search_question_ranks_and_cuts_passages(site: Server) -> None:
    rows = json.loads(site.page("/archive/search_ranked.json?q=洪水&_shape=array"))
    assert rows
    assert all("**洪水**" in row["passage"] or "洪水" in row["title"] for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def asked(conn, name: str, **parameters: str) -> list[dict]:
    (query,) = (query for query in QUERIES if query.name == name)
    found = conn.execute(query.sql, {**PARAMETERS, **parameters})
    return [dict(zip([column[0] for column in found.description], row, strict=True)) for row in found]


def test_an_edit_lies_between_the_last_visit_before_it_and_the_first_after_it(conn, archive) -> None:
    edits = {row["version"]: row for row in asked(conn, "silent_edits") if row["id"] == archive.ids["edited"]}
    assert {version: (row["days_at_least"], row["days_at_most"]) for version, row in edits.items()} == {
        2: (3, 4),  # published on 10 June, seen as it was on the 13th and with other words on the 14th
        3: (21, 22),
    }


def test_the_share_of_a_country_knows_the_months_in_which_nobody_named_it(conn) -> None:
    rows = asked(conn, "countries_by_month")
    months = conn.execute(
        "select substr(published, 1, 7), count(*) from documents where duplicate_of is null and length(published) >= 7 "
        "group by 1 order by 1 desc"
    ).fetchall()
    assert [row["month"] for row in rows] == [month for month, _ in months]
    assert {row["country"] for row in rows} == {"SD"}
    silent = [row for row in rows if row["statements"] == 0]
    assert silent
    assert all((row["times_named"], row["percent_of_statements"]) == (0, 0.0) for row in silent)
    of = dict(months)
    assert all(row["percent_of_statements"] == round(100 * row["statements"] / of[row["month"]], 1) for row in rows)


def test_no_country_asks_for_every_country(conn) -> None:
    assert len({row["country"] for row in asked(conn, "countries_by_month", country="")}) > 5


def test_a_word_over_the_years_is_a_share_of_every_year(conn) -> None:
    rows = asked(conn, "words_over_time", q='"declaration on rivers"')
    assert sum(row["statements"] for row in rows) == conn.execute(
        "select count(*) from documents where duplicate_of is null"
    ).fetchone()[0]  # fmt: skip
    (there,) = (row for row in rows if row["year"] == "2022")
    assert there["statements_with_it"] > 0
    assert there["percent_of_statements"] == round(100 * there["statements_with_it"] / there["statements"], 1)
    assert any(row["statements_with_it"] == 0 for row in rows)


def test_every_public_table_has_a_title_and_every_column_a_description(conn) -> None:
    described = tables.described(conn)["tables"]
    for name, table in describe.tables().items():
        assert described[name]["description"] == table.text
        assert described[name]["columns"] == dict(table.columns)
        assert described[name].get("hidden", False) == (name not in config.SHOWN)


def test_the_description_covers_every_table_of_the_file(conn) -> None:
    described = tables.described(conn)["tables"]
    assert set(tables.names(conn)) == set(described)
    assert set(config.NARROW) <= set(config.SHOWN) <= set(described)


def test_narrow_columns_exist(conn) -> None:
    for table, columns in config.NARROW.items():
        have = {row[1] for row in conn.execute(f"pragma table_info({table})")}
        assert set(columns) <= have, table


@pytest.mark.parametrize("table", config.SHOWN)
def test_every_public_table_opens(site: Server, table: str) -> None:
    page = Page(site.page(f"/archive/{table}"))
    assert config.SHOWN[table][0] in page.one("h1").text


def test_statements_are_listed_newest_first_and_lead_to_their_pages(site: Server) -> None:
    page = Page(site.page("/archive/statements"))
    dates = [time["datetime"] for time in page.all("time") if len(time["datetime"]) == 10]
    assert dates == sorted(dates, reverse=True)
    assert any(href.startswith("/statements/") for href in page.links().values())


def test_the_text_of_a_statement_is_not_in_the_list(site: Server) -> None:
    page = Page(site.page("/archive/statements"))
    heading = next(th for th in page.all("th") if th["data-column"] == "text")
    assert "left-out" in heading["class"]
    assert not any("col-text" in td.attributes.get("class", "") for td in page.all("td"))


def test_a_page_of_a_table_is_as_long_as_we_set_it_where_the_reader_set_nothing(site: Server) -> None:
    rows = len(Page(site.page("/archive/statements")).all("tr")) - 1
    assert rows == config.SETTINGS["default_page_size"]


def test_names_of_tables_in_a_description_are_code(site: Server) -> None:
    page = Page(site.page("/archive/captures"))
    assert "`" not in page.one("div", class_="metadata-description").text
    assert "payloads" in [code.text for code in page.all("code")]


def test_the_page_of_one_row_leaves_nothing_out(site: Server) -> None:
    page = Page(site.page("/archive/captures/1"))
    assert any("col-headers" in td.attributes.get("class", "") and td.text.strip() for td in page.all("td"))


def test_the_page_of_one_row_says_what_each_column_means(site: Server) -> None:
    page = Page(site.page("/archive/captures/1"))
    assert [th.text for th in page.all("th", scope="row")][:2] == ["id", "url"]
    assert describe.tables()["captures"].columns["digest"] in " ".join(td.text for td in page.all("td"))


def test_the_answers_of_a_saved_question_lead_to_statements_and_to_what_was_changed(site: Server, archive) -> None:
    edited = archive.ids["edited"]
    links = Page(site.page("/archive/silent_edits?source=rivers")).links()
    assert links["Statement on the Los Angeles Declaration on Rivers"] == f"/statements/{edited}"
    assert f"/statements/{edited}/compare?from=2&to=3" in links.values()
    others = Page(site.page("/archive/translations?language=ar")).links()
    assert others["Statement on the Los Angeles Declaration on Rivers"] == f"/statements/{edited}"


def test_columns_that_were_chosen_are_shown(site: Server) -> None:
    page = Page(site.page("/archive/documents?_col=title&_col=lead"))
    assert any("col-lead" in td.attributes.get("class", "") for td in page.all("td"))


def test_cells_speak_in_words_and_find_their_direction(site: Server, archive) -> None:
    page = site.page("/archive/statements?language=ar")
    assert "Arabic" in page
    assert 'dir="auto"' in page
    assert "10 June 2022" in page


def test_sql_of_ones_own_is_a_click_away_and_knows_the_search(site: Server) -> None:
    sql = "select count(*) as n from search where search match search_query('floods')"
    rows = json.loads(site.follow(f"/archive.json?sql={sql.replace(' ', '+')}&_shape=array").text)
    assert rows[0]["n"] > 0


def test_the_archive_cannot_be_written(site: Server) -> None:
    answer = site.follow("/archive.json?sql=delete+from+documents")
    assert answer.status in (400, 403)


def test_the_bare_database_leads_to_our_page_of_tables(site: Server) -> None:
    answer = site.get("/archive")
    assert (answer.status, answer.headers["location"]) == (302, "/data")


@pytest.mark.parametrize("extension", ["", ".json", ".csv"])
def test_datasettes_search_parameter_leads_to_our_search_instead_of_every_row(site: Server, extension: str) -> None:
    answer = site.get(f"/archive/statements{extension}?_search=洪水+rains&_sort=id")
    assert answer.status == 302
    assert answer.headers["location"] == f"/search{extension}?q=%E6%B4%AA%E6%B0%B4+rains"


def test_both_configurations_say_the_same(conn) -> None:
    descriptions, names = tables.descriptions(conn), tables.names(conn)
    old = config.metadata(descriptions, names, name="archive", title="T")["databases"]["archive"]
    new = config.datasette_config(descriptions, names, name="archive")["databases"]["archive"]
    assert old["queries"] == new["queries"]
    words = {"title", "description", "columns"}
    assert new["tables"] == {
        table: options
        for table, about in old["tables"].items()
        if (options := {k: v for k, v in about.items() if k not in words})
    }


def test_a_database_that_is_no_archive_is_left_as_datasette_shows_it(tmp_path, python, archive) -> None:

    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("create table t (a)")
    db.commit()
    db.close()
    with serving(python, str(other), archive=archive) as server:
        front = server.get("/")
        assert front.status == 200
        assert "Powered by" in front.text
        assert "masthead" not in front.text
        assert "content-security-policy" not in front.headers
        assert server.get("/search").status == 404
        assert server.get("/other/t").status == 200
