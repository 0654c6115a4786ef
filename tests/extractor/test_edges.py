"""Where a text begins and ends: labels, datelines, credits, captions, footnotes and what other pages are announced."""

from __future__ import annotations

import pytest

from tests.extractor.settling import ARTICLE, BODY, PROSE, SECOND, settled


@pytest.mark.parametrize(
    ("before", "stays"),
    [
        ("<ul><li>25 Jan 2019</li><li>Global</li></ul>", False),
        ("<p>Home | News | Archive 2009 | Hits: 31,445</p>", False),
        ("<h2>Seven findings</h2>", True),
        ("<header><p>Ladies and gentlemen,</p></header>", True),
        ("<header><p>Excellencies,<br>Distinguished delegates,<br>Dear friends,</p></header>", True),
    ],
)
def test_labels_above_the_first_paragraph_go_and_salutations_stay(before, stays):
    assert (len(settled(before + ARTICLE)) > 2) == stays


@pytest.mark.parametrize(
    "dateline", ["<div>Geneva –</div>", '<div class="c-statement__dateline">Cotabato, 29 November</div>']
)
def test_a_dateline_in_an_element_of_its_own_opens_the_text(dateline):
    assert len(settled(dateline + ARTICLE, doubted=("Geneva", "Cotabato"))) == 3


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("Was this page helpful? Yes No", False),
        ("Help us improve this page", False),
        ("Help us improve GOV.EX", False),
        ("Don’t include personal or financial information like your National Insurance number.", False),
        ("Please take our short survey about this page.", False),
        ("Cette page vous a-t-elle été utile ?", False),
        ("¿Le ha sido útil esta página?", False),
        ("Была ли эта страница полезной?", False),
        ("هل كانت هذه الصفحة مفيدة؟", False),
        ("此页面对您有用吗？", False),
        ("Please take a survey of the damage before you return to the house.", True),
        ("This page of history was useful to those who came after us in the valley.", True),
    ],
)
def test_what_a_site_asks_about_its_page_is_no_part_of_a_text(line, stays):
    text = settled(f"<div class=body><p>{PROSE}</p><p>{line}</p><p>{PROSE}</p></div>")
    assert (line in text) == stays


@pytest.mark.parametrize(
    "line", ["© International Organization 2026", "Photo: IOM/Oksana Melnyk", "Copyright 2025. All rights reserved."]
)
def test_imprints_and_credits_are_no_part_of_a_text(line):
    assert settled(f"<div><p>{PROSE}</p><p>{line}</p><p>{PROSE}</p></div>") == [PROSE, PROSE]


@pytest.mark.parametrize(
    "caption",
    [
        "Women attend a sewing class in Limón. Photo: IOM/Allan Quirós.",
        "A boat at dawn. Crédit photo : OIM",
        "Ни одного. Фото: МОМ",
    ],
)
def test_captions_above_the_first_paragraph_are_no_part_of_a_text(caption):
    assert settled(f"<div><p>{caption}</p></div>{ARTICLE}") == [PROSE, PROSE]


def test_a_caption_between_dateline_and_text_does_not_part_them():
    caption = "Women attend a sewing class in Limón. Photo: IOM/Allan Quirós."
    found = settled(f"<div>Limón —</div><div><p>{caption}</p></div>{ARTICLE}", doubted=("Limón —",))
    assert found == ["Limón —", PROSE, PROSE]


@pytest.mark.parametrize(
    "number",
    [
        "Reference: E-101/19",
        "Ref. 2024/118",
        "Press Release No. 24/118",
        "Référence : SG/SM/22104",
        "Referencia: C-040/19",
    ],
)
def test_the_number_a_text_is_filed_under_is_no_part_of_it(number):
    assert settled(f"{ARTICLE}<p>{number}</p>") == [PROSE, PROSE]


@pytest.mark.parametrize("line", ["References to 2019 were struck out.", "Document it", "No. 7 was the last to speak."])
def test_last_lines_that_only_begin_like_a_number_stay(line):
    assert settled(f"{ARTICLE}<p>{line}</p>")[-1] == line


@pytest.mark.parametrize(
    "notice",
    [
        "You need to enable JavaScript to run this app.",
        "Veuillez activer JavaScript pour voir cette page.",
        "JavaScript is disabled in your browser; this site needs it.",
    ],
)
def test_a_notice_to_switch_on_scripts_is_no_text(notice):
    assert settled(f"<div><p>{notice}</p></div>") == []


def test_the_day_and_hour_that_a_system_prints_above_a_text_are_no_part_of_it():
    assert settled(f"<h6>Industry News | Aug. 9, 2021, 2:52 p.m.</h6>{ARTICLE}") == [PROSE, PROSE]


def test_links_to_print_and_send_after_the_last_line_go():
    assert settled(ARTICLE + '<p><a href="/s">Send this page</a> | <a href="/p">Print</a></p>') == [PROSE, PROSE]


@pytest.mark.parametrize("heading", ["Related News", "Noticias relacionadas", "Читайте также", "مواضيع ذات صلة"])
def test_what_follows_a_heading_for_other_pages_goes_if_it_is_little(heading):
    teaser = "<div><h3>Another story</h3><p>Short words of another story that has its own page.</p></div>"
    assert settled(ARTICLE * 3 + f"<h2>{heading}</h2>{teaser}", doubted=(heading, "Another")) == [PROSE] * 6


def test_a_caption_goes_with_its_table_and_footnotes_with_their_text():
    table = "<table><caption>Crossings</caption><tr><td>One</td><td>Two</td></tr></table>"
    notes = '<ol class="footnotes"><li>Mokoena, Borders at Work, p. 14. ↩</li></ol>'
    found = settled(ARTICLE + table + f"<p>{PROSE}</p>" + notes, doubted=("Crossings", "Mokoena"))
    assert "Crossings" in found
    assert found[-1].startswith("Mokoena")


TABLE = "<table><tr><th>Country</th><th>People</th></tr><tr><td>Chad</td><td>1,200</td></tr><tr><td>A | B</td><td>3</td></tr></table>"
CELLS = ["Country", "People", "Chad", "1,200", "A | B", "3"]


@pytest.mark.parametrize("doubted", [("3", "A | B"), tuple(CELLS)], ids=["two cells doubted", "all cells doubted"])
def test_a_table_among_the_paragraphs_is_kept_whole(doubted):
    assert settled(f"<div><p>{PROSE}</p>{TABLE}<p>{PROSE}</p></div>", doubted=doubted) == [PROSE, *CELLS, PROSE]


def test_a_table_of_links_or_outside_the_text_is_not():
    links = TABLE.replace("Chad", "<a href=/c>Chad and all the others</a>").replace(
        "<td>3", "<td><a href=/x>Three of them</a>"
    )
    assert settled(
        f"<div><p>{PROSE}</p>{links}<p>{PROSE}</p></div>",
        doubted=("Country", "People", "Chad and all the others", "1,200", "A | B", "Three of them"),
    ) == [PROSE, PROSE]
    assert settled(f"{ARTICLE}<aside>{TABLE}</aside>", doubted=tuple(CELLS)) == [PROSE, PROSE]


def test_a_heading_alone_is_no_text_but_its_sentences_are():
    sentence = "An article on records in a magazine, by Heather Leslie, Nov 2007."
    stamp = "<h6>Community News | Dec. 10, 2007, 4:06 p.m.</h6>"
    page = f"<div><h2>Health Press: The World’s Record</h2>{stamp}<p>{sentence}</p><p><a href=/n>Back to the news of the community.</a></p></div>"
    found = settled(
        f"{page}<div><h2>Sites</h2><p>Another part of the page, which says nothing.</p></div>",
        doubted=("An", "Back", "Sites", "Community"),
    )
    assert found == ["Health Press: The World’s Record", sentence]


def test_a_page_that_only_hands_out_a_file_has_no_text():
    assert (
        settled("<p>Press release</p><ul><li>30 Jul 2024</li></ul><p><a href=/f.pdf>communique.pdf (184 KB)</a></p>")
        == []
    )


def test_a_short_statement_with_a_file_beside_it_keeps_its_text():
    file = "<p><a href=/f.pdf>statement.pdf (184 KB)</a></p>"
    assert PROSE in settled(f"<h1>Condolences</h1><p>{PROSE}</p>{file}")


def test_a_sentence_about_copyright_is_no_imprint():
    line = "The copyright treaty for the blind enters into force today."
    assert line in settled(f"<div><p>{PROSE}</p><p>{line}</p><p>{PROSE}</p></div>")


def test_a_list_of_goods_is_left_as_the_model_kept_it():
    goods = "".join(f"<li>Lamp {n}</li><li>{n} EUR</li>" for n in range(9))
    assert len(settled(f"<ul>{goods}</ul>")) == 18


@pytest.mark.parametrize(
    "line", ["版权所有 东港外交部", "جميع الحقوق محفوظة", "Tous droits réservés", "Все права защищены"]
)
def test_imprints_are_known_in_other_languages(line):
    assert settled(f"<div><p>{PROSE}</p></div><div>{line}</div>") == [PROSE]


def test_a_line_of_labels_and_links_below_the_text_goes():
    assert settled(ARTICLE + "<div>Ministry, 12 Harbour Street | <a href=/w>Webmaster</a></div>") == [PROSE, PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "For the Republic of Norland",
        "Anna Berg, Minister of Finance",
        "[19] Resolution 19/7 of the Assembly.",
    ],
)
def test_a_short_line_that_goes_on_as_the_text_ends_stays_with_it(line):
    html = f"<div><p>{PROSE}</p><p>{PROSE}</p><p>{line}</p></div>"
    assert settled(html, doubted=(line,))[-1] == line


@pytest.mark.parametrize(
    "after",
    [
        "<div><p>Anna Berg opens the harbour</p></div>",
        "<p><a href='/next'>Next statement</a></p>",
        "<p>Share this page:</p>",
        "<p>Related stories</p>",
        "<h3>Contact</h3>",
    ],
)
def test_a_short_line_of_another_element_or_with_a_link_does_not(after):
    html = f"<div><p>{PROSE}</p><p>{PROSE}</p>{after}</div>"
    doubted = ("Anna", "Next", "Share", "Related", "Contact")
    assert settled(html, doubted) == [PROSE, PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "Last updated: 5 June 2022",
        "Back to top",
        "Back to top Last updated by the webmaster on 3 May 2003",
        "This page was last modified on 5 June 2022",
        "Dernière modification : 4 mars 2024",
        "Última actualización: 4 de marzo de 2024",
        "Zuletzt aktualisiert am 4. März 2024",
        "آخر تحديث: 4 مارس 2024",
    ],
)
def test_when_a_page_was_last_touched_is_no_part_of_its_text(line):
    assert settled(f"<div><p>{PROSE}</p><p>{PROSE}</p><p>{line}</p></div>") == [PROSE, PROSE]


def test_a_sentence_that_begins_like_such_a_line_stays():
    told = "The law was last updated in 2003, which is why the ministers met."
    assert settled(f"<div><p>{PROSE}</p><p>{PROSE}</p><p>{told}</p></div>")[-1] == told


@pytest.mark.parametrize(
    "line",
    [
        "Address: 12 Harbour Street, Eastport",
        "Anschrift: Hafenstraße 12",
        "العنوان: شارع الميناء",
        "Tel: +99 1 234 567",
    ],
)
def test_where_the_publisher_is_to_be_found_is_no_last_line_of_a_text(line):
    assert settled(f"{BODY}<p>{line}</p>", doubted=(line,)) == [PROSE, SECOND, PROSE]
    assert settled(f"<div><p>{PROSE}</p><p>{SECOND}</p><p>{line}</p></div>") == [PROSE, SECOND]


FACTS = "<dl><dt>From:</dt><dd>Foreign Office</dd><dt>{}</dt><dd>3 April 2022</dd></dl>"


@pytest.mark.parametrize("term", ["Published", "Last updated", "Delivered on:", "Fecha de publicación", "تاريخ النشر"])
def test_a_list_of_terms_that_dates_a_text_is_no_part_of_it(term):
    assert settled(FACTS.format(term) + BODY) == [PROSE, SECOND, PROSE]


def test_a_list_of_other_terms_is():
    assert "Foreign Office" in settled(BODY + FACTS.format("On paragraph 2") + f"<p>{PROSE}</p>")


@pytest.mark.parametrize(
    "line", ["Donnerstag, 6. Juli 2023", "6 July 2023", "2023年7月6日", "Reading time: 2 min (541 words)"]
)
def test_the_day_above_a_text_goes_though_it_stands_in_the_text_s_own_element(line):
    assert settled(f"<div><p>{line}</p><p>{PROSE}</p><p>{SECOND}</p></div>") == [PROSE, SECOND]


def test_a_day_that_is_the_heading_of_what_follows_stays():
    assert settled(f"<div><h3>5 May 2024</h3><p>{PROSE}</p><h3>4 May 2024</h3><p>{SECOND}</p></div>")[0] == "5 May 2024"


def test_place_and_day_above_a_text_stay():
    assert (
        settled(f"<div><p>Lakeside, 6 July 2023</p><p>{PROSE}</p><p>{SECOND}</p></div>")[0] == "Lakeside, 6 July 2023"
    )


@pytest.mark.parametrize("line", ["By Barb Abney July 24, 2006", "Von Anna Berg, 6. Juli 2023"])
def test_who_wrote_a_text_and_when_is_no_part_of_it(line):
    assert settled(f"<div><p>{line}</p><p>{PROSE}</p><p>{SECOND}</p></div>") == [PROSE, SECOND]


def test_a_sentence_that_opens_with_by_stays():
    line = "By 6 July 2023 all had gone."
    assert settled(f"<div><p>{line}</p><p>{PROSE}</p><p>{SECOND}</p></div>")[0] == line


def test_the_day_that_a_system_prints_above_a_programme_is_no_part_of_it():
    programme = [f"{hour}:00 Talk number {hour}" for hour in range(9, 18)]
    stamp = "<h6>Events | March 30, 2021, 6:21 p.m.</h6>"
    assert settled(f"<h2>A summit</h2>{stamp}<p>{'</p><p>'.join(programme)}</p>") == ["A summit", *programme]


def test_a_page_that_only_hands_out_a_file_has_no_text_whatever_can_be_ticked_beside_it():
    ticks = "".join(
        f"<label><input type=checkbox>{name}</label>"
        for name in (
            "Zambia",
            "United Kingdom of Great Britain and Northern Ireland (the)",
            "United Republic of Tanzania (the)",
        )
    )
    file = "<p>Press release</p><h1>Joint Communiqué</h1><ul><li>30 Jul 2024</li></ul><a href=/a.pdf>communique.pdf (184 KB)</a>"
    assert settled(f"{file}<form>{ticks}</form><h2>Related News</h2><p>{PROSE}</p>", doubted=("Related",)) == []


def test_a_line_that_announces_the_text_opens_it():
    announced = "The President issued the following statement today:"
    page = f"<div class=body><p>{announced}</p>{{}}</div>"
    quoted = f"<blockquote><p>{PROSE}</p><p>{PROSE}</p></blockquote>"
    assert settled(page.format(quoted), doubted=(announced,)) == [announced, PROSE, PROSE]
    assert settled(page.format(f"<p>{PROSE}</p>"), doubted=(announced,)) == [announced, PROSE]
    told = page.replace("today:", "today.")
    assert settled(told.format(quoted), doubted=(announced[:20],)) == [PROSE, PROSE]


def test_a_label_above_the_title_is_none_of_the_text():
    assert settled(f"<p>Speech</p><h1>Opening remarks</h1><p>{PROSE}</p><p>{PROSE}</p>", doubted=("Opening",)) == [
        PROSE,
        PROSE,
    ]


def test_the_table_of_an_annex_that_ends_a_text_is_whole():
    rows = "<tr><th>Project</th><th>Budget</th></tr><tr><td>Road to the coast</td><td>1,200,000</td></tr>"
    page = f"<div class=body><p>{PROSE}</p><p>{PROSE}</p><h2>ANNEX I</h2><p>What is planned for the period from 2020 to 2022.</p>"
    end = settled(f"{page}<table>{rows}</table></div>", doubted=("Project", "Budget", "Road", "1,"))[-4:]
    assert end == ["Project", "Budget", "Road to the coast", "1,200,000"]


@pytest.mark.parametrize(
    "line",
    ["Printed from https://www.mfa.example/news/123 on 20.05.2024", "For information media. Not an official record."],
)
def test_what_a_page_says_of_its_copies_below_the_text_goes(line):
    assert settled(f"<div class=body><p>{PROSE}</p><p>{PROSE}</p><p>{line}</p></div>") == [PROSE, PROSE]


def test_teasers_go_from_a_page_of_one_paragraph_though_they_have_more_words():
    cards = "".join(
        f"<div class=card><h3><a href=/{at}>Aid convoy {at} reaches the north</a></h3><p>{PROSE}</p></div>"
        for at in range(3)
    )
    page = f"<article><h1>On the storm</h1><p>{PROSE}</p></article><section><h2>Latest news</h2>{cards}</section>"
    assert settled(page, doubted=("On the", "Latest")) == [PROSE]
    sections = cards.replace("<a ", "<b ").replace("</a>", "</b>")
    assert len(settled(page.replace(cards, sections), doubted=("On the", "Latest"))) > 3
