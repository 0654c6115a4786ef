"""Kinds and scopes: where publishers say what a text is."""

from __future__ import annotations

import pytest

from scraper import extract
from scraper.extractor.kinds import titled_kind
from tests.extractor.pages import BODY, URL, read


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Press Release", "press release"), ("Statements and Speeches", "speech"), ("DG's Statements and Speeches", "speech"),
        ("Statement", "statement"), ("Media Advisory", "advisory"), ("Joint Statement", "statement"), ("News", "news"),
        ("Press release No. 12/2025", "press release"), ("PRESS RELEASE 2025/14", "press release"),
        ("Comunicado", "press release"), ("Declaración", "statement"), ("Noticia", "news"), ("Discurso", "speech"),
        ("Communiqué de presse", "press release"), ("Déclaration", "statement"), ("Communiqué de presse n° 7", "press release"),
        ("Пресс-релиз", "press release"), ("Заявление", "statement"), ("Выступление", "speech"),
        ("بيان صحفي", "press release"), ("بيان", "statement"), ("خطاب", "speech"),
        ("新闻稿", "press release"), ("声明", "statement"), ("讲话", "speech"),
        ("Pressemitteilung", "press release"), ("Rede", "speech"), ("Comunicato stampa", "press release"),
        ("Nota à imprensa", "press release"), ("سخنرانی", "speech"),
    ],
)  # fmt: skip
def test_the_printed_label_says_what_a_text_is(label, kind):
    assert read(before=f"<div class='x'>{label}</div>").kind == kind


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        pytest.param({"attributes": "class='path-node page-node-type-press-release'"}, "press release", id="the system's type"),
        pytest.param({"url": "https://www.a.example/en/speeches/a-plan"}, "speech", id="the path"),
        pytest.param({"url": "https://www.a.example/en/press-releases/2025/05/a-plan"}, "press release", id="the path, dated"),
        pytest.param({}, None, id="nothing says it"),
        pytest.param(
            {"before": "<div>News</div>", "attributes": "class='page-node-type-press-release'"}, "press release",
            id="news says least",
        ),
    ],
)  # fmt: skip
def test_without_a_label_type_and_path_say_it(options, kind):
    assert read(**options).kind == kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Joint statement on the safety of aid workers", "statement"),
        ("Statement by the Minister on the ceasefire", "statement"),
        ("Joint Communiqué of the 12th Ministerial Meeting", "statement"),
        ("Joint NGO statement on seed", "statement"),
        ("Declaración conjunta de los cancilleres", "statement"),
        ("بيان صادر عن وزارة الخارجية", "statement"),
        ("外交部关于海上局势的声明", "statement"),
        ("Opening remarks at the Harbour Conference", "speech"),
        ("Discours du Président de la République", "speech"),
        ("Statement of cash flows explained", None),
        ("Ministers remarks draw criticism", None),
    ],
)
def test_without_all_of_these_the_title_says_it(title, kind):
    assert titled_kind(title) == (kind and (kind, "title"))


@pytest.mark.parametrize(
    ("above", "kind"),
    [
        ("<header><nav><ul><li><a href=/a>About</a></li><li><a href=/s>Speeches</a></li></ul></nav></header>", None),
        ("<nav class=breadcrumb><a href=/>Home</a> » <a href=/s>Speeches</a></nav>", "speech"),
        ("<nav class=breadcrumb><ol><li><a href=/>Home</a></li><li><a href=/s>Speeches</a></li></ol></nav>", "speech"),
        ("<p><a href=/s>Speeches</a></p>", "speech"),
    ],
)
def test_the_last_of_a_trail_is_a_label_and_the_last_of_a_menu_is_none(above, kind):
    page = f"<html lang=en><title>A Plan</title><body>{above}<main><h1>A Plan</h1>{BODY}</main></body></html>"
    assert extract(page, URL).kind == kind


def test_a_line_that_says_whose_a_text_is_says_its_kind():
    assert read(body=f"<p>Speech by Karin Lund, Deputy Governor, at the Annual Conference</p>{BODY}").kind == "speech"


@pytest.mark.parametrize(
    ("before", "scope"),
    [
        ("<div>News -<br>Global</div>", "global"), ("<div>News</div><div>Local</div>", "local"), ("<div>Comunicado</div><div>Mundial</div>", "global"),
        ("<div>Global warming</div>", None), ("<div>Press release</div>", None),
    ],
)  # fmt: skip
def test_scope_is_a_word_of_its_own(before, scope):
    assert read(before=before).scope == scope


def test_the_heading_of_a_part_says_nothing_of_the_whole():
    assert read(body=f"{BODY}<p><strong>Statements</strong></p>{BODY}").kind is None
