"""Who wrote a text, and who speaks in it."""

from __future__ import annotations

import pytest

from scraper import extract
from tests.extractor.pages import BODY, URL, read


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"head": "<meta name='author' content='Amina Diallo'>"}, id="metadata"),
        pytest.param(
            {"head": '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Amina Diallo"}}</script>'},
            id="structured data",
        ),
        pytest.param({"before": "<div class='byline'>By Amina Diallo</div>"}, id="a byline"),
        pytest.param({"before": "<p class='author'><a rel='author' href='/authors/amina-diallo'>Amina Diallo</a></p>"}, id="a link to her page"),
    ],
)  # fmt: skip
def test_an_author_is_named(options):
    assert read(**options).author == "Amina Diallo"


@pytest.mark.parametrize(
    ("author", "byline", "read_as"),
    [
        pytest.param('{"@id": "#office"}', "", None, id="by reference"),
        pytest.param('{"@type": "Organization", "name": "Ministry of the Sea"}', "", None, id="by name"),
        pytest.param(
            '[{"@id": "#office"}, {"@type": "Person", "name": "Amina Diallo"}]',
            "",
            "Amina Diallo",
            id="beside a person",
        ),
        pytest.param('{"@id": "#office"}', "By Ministry of the Sea", "Ministry of the Sea", id="in the byline as well"),
    ],
)
def test_a_publisher_that_the_data_name_as_author_is_one_where_the_page_says_so(author, byline, read_as):
    office = '{"@type": ["GovernmentOrganization"], "@id": "#office", "name": "Ministry of the Sea"}'
    article = f'{{"@type": "NewsArticle", "headline": "A Plan for Displaced Families", "author": {author}}}'
    script = f'<script type="application/ld+json">{{"@graph": [{office}, {article}]}}</script>'
    assert read(head=script, before=f"<div class='byline'>{byline}</div>").author == read_as


@pytest.mark.parametrize(
    "head",
    ["", "<meta name='author' content='admin'>", "<meta name='author' content='A'><meta property='og:site_name' content='A'>",
     "<meta name='author' content='https://www.facebook.com/a'>"],
)  # fmt: skip
def test_systems_and_sites_are_no_authors(head):
    assert read(head=head).author is None


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("Remarks by the Deputy Director General, Ugochi Daniels, at the Forum", "Ugochi Daniels"),
        ("Statement by IOM Director General António Vitorino on the Attack", "António Vitorino"),
        ("Message from the UN Secretary-General, António Guterres", "António Guterres"),
        ("Déclaration du Directeur général, Jean Dupont, à Genève", "Jean Dupont"),
        ("Palabras de la Directora General, María del Carmen Ruiz", "María del Carmen Ruiz"),
        ("Statement by the Director General", None),
        ("Statement by the Special Envoy on Climate Change", None),
        ("Statement by the Minister of Foreign Affairs of New Zealand", None),
        ("Statement of the Chief Executives Board", None),
        ("Statement by the Regional Director East Africa on Floods", None),
        ("Remarks by the Head of Mission South Sudan on Peace", None),
    ],
)
def test_who_speaks_is_named_in_the_titles_of_speeches(title, speaker):
    page = f"<html lang='en'><head><title>{title} | Agency</title></head><body><main><h1>{title}</h1>{BODY}</main></body></html>"
    assert extract(page, URL).author == speaker


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("Speech by Karin Lund, Deputy Governor of the Bank of Norland, at the Annual Conference", "Karin Lund"),
        ("Statement by H.E. Ms. Ida Dahl, Permanent Representative", "Ida Dahl"),
        ("Discours de M. Paul Ondo, ministre des affaires étrangères", "Paul Ondo"),
        ("BY THE PRESIDENT OF NORLAND", None),
        ("Speech by the Deputy Governor", None),
    ],
)
def test_who_speaks_is_named_in_the_line_below_the_title(line, speaker):
    assert read(body=f"<p>{line}</p>{BODY}").author == speaker


def test_who_made_the_site_is_no_author_of_its_pages():
    head = (
        '<meta name="author" content="Sam Heard, Thomas Beale"><meta name="designer" content="Adriana Csefalvay">'
        '<meta name="rating" content="General"><meta name="revisit-after" content="15 days">'
    )
    assert read(head).author is None


@pytest.mark.parametrize(
    "line",
    [
        "<div>Speaker:&nbsp;</div><div>H.E. Ms. Ida Dahl, Permanent Representative</div>",
        "<p>Statement by Ambassador Ida Dahl at the Security Council meeting on Norland</p>",
        "<p>Orador:</p><p>Ida Dahl</p>",
    ],
)
def test_who_speaks_stands_in_a_field_or_before_the_occasion(line):
    assert read(body=line + BODY).author == "Ida Dahl"


def test_who_entered_a_page_is_no_author():
    assert read(before="<div class=submitted>Submitted by webadmin</div>").author is None


def test_an_author_before_a_day_is_not_the_place():
    found = read(body=f"<p>By Ida Dahl</p><p>Ida Dahl, 8 July 2026</p>{BODY.replace('Geneva – ', '')}")
    assert (found.author, found.place) == ("Ida Dahl", None)


@pytest.mark.parametrize("office", ["Prensa", "Press Office", "Service de presse"])
def test_a_press_office_is_no_author(office):
    assert read(before=f"<p class=author>Por {office}</p>").author is None
