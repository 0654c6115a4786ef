"""A translation in a tab that is shut is no part of the text; other panels that are shut may be."""

from __future__ import annotations

import pytest

from scraper import extract

TEXT = [
    "The Agency welcomes the decision of the Council to extend the mandate of the mission by another year, and thanks its members.",
    "All parties are called upon to let the convoys pass, to protect those who work in them, and to keep to the agreement.",
    "The mission, which began its work in 2012, helps people who were driven from their homes by the floods.",
]
FRENCH = [
    "L’Agence salue la décision du Conseil de prolonger d’un an le mandat de la mission et remercie les membres de leur confiance.",
    "Toutes les parties sont appelées à laisser passer les convois et à protéger ceux qui y travaillent.",
]
ARABIC = [
    "ترحب الوكالة بقرار المجلس تمديد ولاية البعثة لمدة عام آخر، وتشكر الأعضاء على ثقتهم، وتدعو جميع الأطراف إلى حماية القوافل والعاملين فيها."
]
QUESTIONS = [
    "The convoys are led by drivers of the towns that they go through, and every one of them carries a list of what is on board.",
    "Whoever wants to know more may ask at the landing, where the list of the convoys is put up in the morning of every day.",
]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def text_of(first: str, second: str, other: list[str]) -> list[str]:
    html = (
        "<title>Mandate of the mission extended</title><main><article><h1>Mandate of the mission extended</h1>"
        f"<div><div {first}>{paragraphs(TEXT)}</div><div {second}>{paragraphs(other)}</div></div></article></main>"
    )
    return extract(html, "https://agency.example/news/mandate-extended").text.split("\n\n")


@pytest.mark.parametrize("other", [FRENCH, ARABIC])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("class='tab-pane active'", "class='tab-pane'", id="the other tab is the active one"),
        pytest.param("role=tabpanel", "role=tabpanel hidden", id="hidden"),
        pytest.param("id=en", "id=other style='display: none'", id="not displayed"),
    ],
)
def test_a_translation_in_a_shut_panel_is_no_part_of_the_text(first, second, other):
    assert text_of(first, second, other) == TEXT


def test_a_shut_panel_in_the_same_language_goes_on_with_the_text():
    assert text_of("class='panel active'", "class='panel'", QUESTIONS) == TEXT + QUESTIONS


def test_both_versions_of_a_page_that_shows_both_stay():
    assert text_of("lang=en", "lang=fr", FRENCH) == TEXT + FRENCH


def test_code_in_a_shut_panel_is_in_no_other_language():
    code = "metadata:\n  annotations:\n    alibaba-cloud-loadbalancer-address-type: intranet\n    aws-load-balancer-scheme: internal\n"
    html = f"<title>Ports</title><main><h1>Ports</h1>{paragraphs(TEXT)}<div class='tab-pane active'><pre>{code}</pre></div>"
    html += f"<div class='tab-pane'><pre>{code * 3}</pre></div>{paragraphs(QUESTIONS)}</main>"
    assert extract(html, "https://agency.example/docs/ports").text.count("intranet") == 4
