"""Tags, translations, attachments and contact: where publishers put them, and what is not one."""

from __future__ import annotations

import pytest

from tests.extractor.pages import URL, read

GOALS = "<h3>Related SDGs</h3>" + "".join(
    f"<img alt='SDG {n} - Goal' src='/sdgs-icon/e_web_{n:02}.png'>" for n in (10, 16)
)


def test_goals_are_those_that_the_page_shows():
    assert [tag.tag for tag in read(after=f"<div>{GOALS}</div>").tags if tag.scheme == "sdg"] == ["10", "16"]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(f"<form>{GOALS}</form>", id="a filter to choose from"),
        pytest.param(
            "<div>" + "".join(f"<img alt='SDG {n} - Goal'>" for n in range(1, 18)) + "</div>", id="all seventeen"
        ),
    ],
)
def test_goals_to_choose_from_are_no_tags(after):
    assert not [tag for tag in read(after=after).tags if tag.scheme == "sdg"]


def test_a_feed_in_another_language_is_no_translation():
    head = '<link rel="alternate" type="application/rss+xml" hreflang="es" href="/es/rss.xml">'
    assert read(head).translations == ()


def test_files_offered_among_the_paragraphs_are_attachments_though_the_line_is_a_link_and_nothing_else():
    found = read(
        after='<p><a href="/files/report.pdf">The report (PDF)</a></p><ul><li><a href="/files/annex.docx?v=2">Annex</a></li></ul>'
    )
    assert [link.url for link in found.attachments] == [
        "https://www.a.example/files/report.pdf",
        "https://www.a.example/files/annex.docx?v=2",
    ]


def test_translations_are_those_that_the_head_declares():
    head = "".join(
        f"<link rel='alternate' hreflang='{tag}' href='{href}'>"
        for tag, href in (
            ("en", URL),
            ("fr", "/fr/node/7"),
            ("zh-hans", "/zh-hans/node/7"),
            ("x-default", URL),
            ("!", "/x"),
        )
    )
    found = [(each.language, each.url) for each in read(head=head).translations]
    assert found == [("fr", "https://www.a.example/fr/node/7"), ("zh-hans", "https://www.a.example/zh-hans/node/7")]


@pytest.mark.parametrize(
    ("after", "files"),
    [
        pytest.param("<p>Read <a href='/files/plan.pdf'>the plan</a> that they agreed upon in the city this morning.</p>", ["plan.pdf"], id="in the text"),
        pytest.param("<div class='field--type-file'><a href='/files/plan.docx'>Plan</a></div>", ["plan.docx"], id="among downloads"),
        pytest.param("<footer><a href='/files/annual-report.pdf'>Annual report</a></footer>", [], id="in the foot of the page"),
    ],
)  # fmt: skip
def test_files_of_the_statement_are_attachments(after, files):
    assert [link.url.rpartition("/")[2] for link in read(after=after).attachments] == files


@pytest.mark.parametrize(
    "contact",
    [
        "For more information, please contact: Jane Doe, Tel: +41 22 555 0100, press@a.example",
        "Para más información, comuníquese con: Juan Pérez, Tel: +506 2555 0100, prensa@a.example",
        "Pour plus d’informations, veuillez contacter : Jeanne Petit, tél. +41 22 555 01 00, presse@a.example",
        "За дополнительной информацией обращайтесь: Иван Петров, тел. +7 495 555 01 00, press@a.example",
        "لمزيد من المعلومات يرجى الاتصال: press@a.example",
        "如需更多信息，请联系：press@a.example",
        "Weitere Informationen: Pressestelle, Tel. +49 30 5550 100, presse@a.example",
        "Para mais informações: imprensa@a.example",
        "Per ulteriori informazioni: stampa@a.example",
        "برای کسب اطلاعات بیشتر: press@a.example",
    ],
)
def test_whom_to_call_is_no_part_of_what_was_said(contact):
    found = read(after=f"<p>***</p><p>{contact}</p>")
    assert found.contact == contact
    assert "a.example" not in found.text
    assert not found.text.endswith("***")
