"""A statement reads like an article, says where it comes from, and can be cited, compared and followed."""

from __future__ import annotations

import json
import sqlite3

import pytest
from markup import Page
from servers import Server

from scraper.browse.pages import statement


@pytest.fixture(scope="module")
def conn(archive):
    connection = sqlite3.connect(f"{archive.path.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


@pytest.fixture
def page(site: Server, archive) -> Page:
    return Page(site.page(f"/statements/{archive.ids['edited']}"))


def test_reads_as_an_article(page: Page) -> None:
    assert page.one("h1").text == "Statement on the Los Angeles Declaration on Rivers"
    prose = next(element for element in page.all("div") if element.attributes.get("class") == "prose")
    assert prose.text.startswith("Los Angeles – Countries across the Americas adopted")
    assert prose["lang"] == "en"


def test_the_contact_stands_apart(page: Page) -> None:
    contact = next(element for element in page.all("section") if element.attributes.get("class") == "contact")
    assert "press@rivers.example" in contact.text
    assert "press@rivers.example" not in page.one("div", class_="prose").text


def test_says_how_the_date_is_known(page: Page) -> None:
    assert "from the page's metadata" in page.one("aside").text


def test_a_statement_without_a_date_says_so_instead_of_guessing(site: Server, archive) -> None:
    page = Page(site.page(f"/statements/{archive.ids['undated']}"))
    assert "undated" in page.one("p", class_="byline").text
    assert page.meta("citation_publication_date") == []


def test_names_original_capture_hash_extractor_and_confidence(page: Page, conn, archive) -> None:
    digest, url = conn.execute(
        "select c.digest, d.url from documents d join captures c on c.id = d.capture_id where d.id = ?",
        [archive.ids["edited"]],
    ).fetchone()
    proof = page.one("aside").text
    assert digest in proof
    assert url in proof
    assert "2.1.0" in proof
    assert "93 %" in proof


def test_an_arabic_statement_runs_from_right_to_left(site: Server, archive) -> None:
    page = Page(site.page(f"/statements/{archive.ids['arabic']}"))
    assert page.one("h1")["dir"] == "rtl"
    assert page.one("div", class_="prose")["dir"] == "rtl"


def test_a_statement_taken_down_says_so_and_keeps_its_text(site: Server, archive) -> None:
    text = site.page(f"/statements/{archive.ids['gone']}")
    assert "Taken down." in text
    assert "The archive keeps it." in text


# --- relations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "kind", "later", "other"),
    [
        pytest.param("copy", "copy", True, "edited", id="a copy names its original"),
        pytest.param("edited", "copy", False, "copy", id="an original names its copy"),
        pytest.param("arabic", "translation", True, "edited", id="a translation"),
        pytest.param("edited", "translation", False, "chinese", id="and back"),
        pytest.param("series", "series", True, "gone", id="a continuation"),
    ],
)
def test_relations_are_shown_from_both_ends(conn, archive, of, kind, later, other) -> None:
    read = statement.read(conn, archive.ids[of])
    assert (kind, later, archive.ids[other]) in {(r.kind, r.later, r.statement.id) for r in read.related}


def test_a_translation_declared_both_ways_is_shown_once(tmp_path) -> None:
    from invented import build

    made = build(tmp_path / "archive.db", statements=3)
    db = sqlite3.connect(made.path)
    db.execute(
        "insert into relations values (?, ?, 'translation', 1.0, 'declared', '2026-01-01T00:00:00Z')",
        [made.ids["edited"], made.ids["arabic"]],
    )
    related = statement.read(db, made.ids["edited"]).related
    db.close()
    assert [r.statement.id for r in related].count(made.ids["arabic"]) == 1


def test_countries_and_tags_lead_to_other_statements(site: Server, archive) -> None:
    page = Page(site.page(f"/statements/{archive.ids['edited']}"))
    assert page.links()["Mexico 2"] == "/search?sort=date&country=MX"
    some = Page(site.page("/statements/7"))
    tag = next(href for words, href in some.links().items() if words.startswith("SDG"))
    assert "statements, newest first" in site.page(tag) or "1 statement, newest first" in site.page(tag)


def test_earlier_and_later_of_the_same_publisher_are_neighbours(conn, archive) -> None:
    middle = statement.read(conn, archive.ids["edited"])
    assert middle.earlier.source == middle.later.source == "rivers"
    there = statement.read(conn, middle.later.id)
    assert there.earlier.id == archive.ids["edited"]


def test_walking_backwards_passes_every_dated_statement_once(conn) -> None:
    dated = conn.execute(
        "select id from documents where source = 'weather' and published is not null order by published desc, id desc"
    ).fetchall()
    walked = [dated[0][0]]
    while (earlier := statement.read(conn, walked[-1]).earlier) is not None:
        walked.append(earlier.id)
    assert walked == [row[0] for row in dated]


# --- versions ---------------------------------------------------------------------------------------------------------


def test_all_versions_are_listed_and_any_two_compared(site: Server, archive) -> None:
    number = archive.ids["edited"]
    assert "Edited twice." in site.page(f"/statements/{number}")
    page = Page(site.page(f"/statements/{number}/compare?from=1&to=2"))
    assert [element.text for element in page.all("del")[1:]] == ["21"]
    assert [element.text for element in page.all("ins")[1:]] == ["20"]


def test_the_comparison_begins_with_the_latest_edit_and_shows_its_title(site: Server, archive) -> None:
    page = Page(site.page(f"/statements/{archive.ids['edited']}/compare"))
    assert "Version 2" in page.one("p", class_="lede").text
    assert any("Los Angeles" in element.text for element in page.all("ins"))


@pytest.mark.parametrize("query", ["from=9&to=77", "from=x", "from=0", "to=-1"])
def test_versions_that_there_are_not_give_some_that_there_are(site: Server, archive, query) -> None:
    assert site.get(f"/statements/{archive.ids['edited']}/compare?{query}").status == 200


# --- citing -----------------------------------------------------------------------------------------------------------


def test_reference_managers_find_what_they_look_for(page: Page, archive) -> None:
    assert page.meta("citation_title") == ["Statement on the Los Angeles Declaration on Rivers"]
    assert page.meta("citation_publication_date") == ["2022/06/10"]
    assert page.meta("citation_language") == ["en"]
    assert page.meta("citation_author") == ["Ana Example"]
    assert page.meta("citation_public_url") == [f"https://rivers.example/en/news/{archive.ids['edited']}"]
    assert page.meta("DC.publisher") == ["International Office for Rivers"]


def test_json_ld_describes_the_statement(page: Page) -> None:
    described = json.loads(page.one("script", type="application/ld+json").texts[0])
    assert described["@type"] == "NewsArticle"
    assert described["datePublished"] == "2022-06-10"
    assert described["author"] == {"@type": "Person", "name": "Ana Example"}
    assert described["identifier"].startswith("sha256:")


@pytest.mark.parametrize(
    ("extension", "sign", "content_type"),
    [
        pytest.param("bib", "@", "application/x-bibtex", id="BibTeX"),
        pytest.param("ris", "TY  - ", "application/x-research-info-systems", id="RIS"),
        pytest.param("csl.json", "[", "application/vnd.citationstyles.csl+json", id="CSL-JSON"),
        pytest.param("txt", "Ana Example", "text/plain", id="plain text"),
    ],
)
def test_a_citation_is_one_click_away_in_every_style(
    site: Server, page, archive, extension, sign, content_type
) -> None:
    address = f"/statements/{archive.ids['edited']}.{extension}"
    assert address in page.links().values()
    answer = site.get(address)
    assert answer.headers["content-type"].startswith(content_type)
    assert answer.text.startswith(sign)
    assert "rivers.example" in answer.text


def test_the_citation_on_the_page_leads_back_to_the_bytes(page: Page, conn, archive) -> None:
    (digest,) = conn.execute(
        "select c.digest from documents d join captures c on c.id = d.capture_id where d.id = ?",
        [archive.ids["edited"]],
    ).fetchone()
    assert digest in page.one("p", id="citation").text
