"""Kinds, scope, dates, authors, tags, translations, attachments and contact: where publishers put them, and what is not one."""

from __future__ import annotations

from datetime import date

import pytest

from scraper import extract
from scraper.extractor.kinds import titled_kind

BODY = (
    "<p>Geneva – The organization welcomes the plan that the ministers of eleven states agreed upon this morning in the city.</p>"
    * 3
)
URL = "https://www.a.example/node/7"


def read(head="", before="", after="", url=URL, body=BODY, attributes="", **options):
    page = (
        f"<html lang='en'><head><title>A Plan for Displaced Families | A</title>{head}</head><body {attributes}><main><article>"
        f"{before}<h1>A Plan for Displaced Families</h1>{body}{after}</article></main></body></html>"
    )
    return extract(page, url, **options)


# --- kind and scope ---------------------------------------------------------------------------------------------------


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


# --- dates ------------------------------------------------------------------------------------------------------------


def day(found):
    return found.published and found.published.on


PUBLISHED = "<meta property='article:published_time' content='2026-07-08T10:00:00+02:00'>"


@pytest.mark.parametrize(
    ("options", "source"),
    [
        pytest.param({"head": PUBLISHED}, "meta", id="metadata"),
        pytest.param(
            {"head": '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-07-08"}</script>',
             "before": "<div class='date'>8 July 2026</div>"},
            "json-ld", id="structured data, and printed as well",
        ),
        pytest.param({"before": "<time datetime='2026-07-08'>8 July 2026</time>"}, "time", id="marked as a time"),
        pytest.param({"before": "<div class='date'>8 July 2026</div>"}, "text", id="printed above the title"),
        pytest.param({"body": BODY.replace("Geneva –", "Geneva, 8 July 2026 –", 1)}, "dateline", id="in the dateline"),
        pytest.param({"url": "https://www.a.example/en/statements/2026/07/08/a-plan"}, "url", id="in the address"),
    ],
)  # fmt: skip
def test_a_date_says_where_it_was_read(options, source):
    found = read(**options)
    assert (day(found), found.published and found.published.source) == (date(2026, 7, 8), source)


def test_a_date_of_migration_that_contradicts_the_dateline_loses():
    stamped = PUBLISHED.replace("2026-07-08", "2029-01-01")
    assert day(read(head=stamped, body=BODY.replace("Geneva –", "Geneva, 8 July 2026 –", 1))) == date(2026, 7, 8)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="nothing on the page"),
        pytest.param(
            {"after": "<p>The drill of 3 March 2024 was the first of its kind, and it showed that the villages by the river can be empty "
             "within an hour if everybody knows the way and the boats are where they should be.</p>"},
            id="a day told of",
        ),
        pytest.param({"head": "<meta property='article:modified_time' content='2026-07-08'>"}, id="only when it was modified"),
    ],
)  # fmt: skip
def test_a_page_without_a_date_of_its_own_has_none(options):
    assert read(**options).published is None


def test_a_day_printed_with_its_time_at_the_title_beats_an_earlier_dateline():
    stamp = "<h6>Industry News | Sept. 18, 2017, 12:05 p.m.</h6>"
    found = read(body=stamp + BODY.replace("Geneva –", "Geneva, 15 September 2017 –", 1))
    assert (day(found), found.place) == (date(2017, 9, 18), "Geneva")


def test_the_only_day_of_a_page_is_its_own_where_a_system_printed_it_with_its_time_at_the_title():
    programme = "".join(f"<p>{hour}:00 Talk number {hour}</p>" for hour in range(9, 18))
    page = "<title>Events</title><h1>Events</h1><h2>Programme</h2>{}" + programme
    assert day(extract(page.format("<h6>Events | July 14, 2022, 1:09 p.m.</h6>"), URL)) == date(2022, 7, 14)


@pytest.mark.parametrize(
    "opening",
    [
        "Fifty years ago, on 4 July 1973, our two countries signed the treaty of Eastport in the old town hall.",
        "The Academy mourns its former president, who died on 3 November 2020 at the age of 89 in Eastport.",
        "Correction, 9 May 2023: an earlier version of this statement gave the number of pupils as 40,000, not 400,000.",
    ],
)
def test_a_day_inside_a_sentence_is_of_what_happened_and_not_of_the_page(opening):
    assert read(body=f"<p>{opening}</p>{BODY}").published is None


@pytest.mark.parametrize(
    "opening",
    [
        "Eastport, 9 May 2023: the ministers of eleven states agreed this morning on a plan for displaced families.",
        "The Council of Ministers of the eleven states decided today, 9 May 2023, on a plan for displaced families.",
    ],
)
def test_the_day_on_which_a_text_was_issued_may_open_it_or_follow_today(opening):
    assert day(read(body=f"<p>{opening}</p>{BODY}")) == date(2023, 5, 9)


def test_the_day_on_which_somebody_was_born_is_not_that_of_the_page():
    assert (
        read(
            body=f"{BODY}<p>Born on 12 April 1948 in Enugu, he studied medicine in Ibadan and joined us in 1979.</p>"
        ).published
        is None
    )


@pytest.mark.parametrize(
    "line", ["Embargoed until delivery: 10 a.m., 12 June 2023", "Sous embargo jusqu’au 12 juin 2023 à 10 h"]
)
def test_the_end_of_an_embargo_is_the_day_on_which_a_text_comes_out(line):
    assert day(read(body=f"<p><em>{line}</em></p>{BODY}")) == date(2023, 6, 12)


def test_a_full_stop_may_end_a_dateline_behind_its_year():
    found = read(
        body=f"<p>San José, 12 de mayo del 2023. La Cancillería de la República saluda el acuerdo alcanzado ayer.</p>{BODY}"
    )
    assert (day(found), found.place) == (date(2023, 5, 12), "San José")


def test_a_day_told_of_in_chinese_is_not_that_of_the_page():
    told = "一、应中华人民共和国主席邀请，诺兰王国国王于2024年5月12日至14日对中国进行国事访问。"
    page = f"<html lang=zh><title>联合声明（全文）</title><h1>中华人民共和国和诺兰王国联合声明（全文）</h1><p>{told}</p><p>二、双方一致认为，两国关系保持健康稳定发展。</p>"
    found = extract(page, URL)
    assert (found.published, found.kind) == (None, "statement")


def test_a_change_printed_right_behind_the_time_of_publication_is_one():
    dates = "<p>Publicado em <span>14/05/2024 11h30</span><span>Atualizado em 15/05/2024 09h12</span></p>"
    found = read(before=dates)
    assert (day(found), found.modified and found.modified.on) == (date(2024, 5, 14), date(2024, 5, 15))


def test_the_day_of_an_event_in_the_title_gives_way_to_the_one_that_a_system_printed_below_it():
    body = f"<h1>Seminar held 13 September 2018, Oslo</h1><h6>Community News | Sept. 20, 2018, 2:15 p.m.</h6>{BODY}"
    page = f"<html lang='en'><head><title>The Agency</title></head><body><div>{body}</div></body></html>"
    assert day(extract(page, URL)) == date(2018, 9, 20)


def test_a_day_that_stands_in_json_ld_alone_is_the_day_of_what_calls_itself_news():
    script = '<script type="application/ld+json">{"@type": "%s", "datePublished": "2026-02-03T08:30:00Z"}</script>'
    address = "https://www.a.example/news/plan-for-displaced-families"
    assert day(read(script % "NewsArticle", url=address)) == date(2026, 2, 3)
    assert day(read(script % "WebPage", url="https://www.a.example/about")) is None


def test_modified_stands_apart():
    found = read(head=PUBLISHED + "<meta property='article:modified_time' content='2026-08-01T09:00:00Z'>")
    assert (day(found), found.modified and found.modified.on) == (date(2026, 7, 8), date(2026, 8, 1))


@pytest.mark.parametrize(
    "line", ["Last updated: 8 July 2026", "This page was last modified on 8 July 2026", "Dernière mise à jour : 8 juillet 2026"]
)  # fmt: skip
def test_a_page_that_only_says_below_its_text_when_it_was_last_touched_has_no_day_of_its_own(line):
    found = read(after=f"<p>{line}</p>")
    assert (day(found), found.modified and found.modified.on) == (None, date(2026, 7, 8))


@pytest.mark.parametrize(
    ("label", "head", "published"),
    [
        pytest.param("Statement", "<meta property='og:type' content='article'>", None, id="what was issued"),
        pytest.param("News", "", None, id="news"),
        pytest.param("", "", None, id="a page that does not say what it is"),
        pytest.param("", "<meta property='og:type' content='article'>", date(2026, 7, 8), id="an article: a guide"),
        pytest.param("Blog", "", date(2026, 7, 8), id="a post"),
    ],
)
def test_a_change_printed_at_the_title_dates_guides_and_posts_alone(label, head, published):
    found = read(head=head, before=f"<p>{label}</p>", body=f"<p>Updated: 8 July 2026</p>{BODY}")
    assert (day(found), found.modified and found.modified.on) == (published, date(2026, 7, 8))


@pytest.mark.parametrize(
    "meetings",
    [
        pytest.param("<ul><li>Geneva, 12 May 2023</li><li>Nairobi, 4 August 2023</li></ul>", id="place and day"),
        pytest.param(
            "<h3><a href='/1'>Round table</a></h3><p>Geneva, 12 May 2023</p><p>A talk with experts on how shelter is built.</p>"
            "<h3><a href='/2'>Conference</a></h3><p>Nairobi, 4 August 2023</p><p>The yearly meeting of those who fund our work.</p>",
            id="with what they are",
        ),
        pytest.param(
            "<p>12 May 2023 – Geneva: Standing Committee on Programmes, thirty-second session</p>"
            "<p>Friday, 4 August 2023 – Nairobi: Regional consultation on climate in the Horn of Africa</p>"
            "<p>3 November 2023 – New York: Side event on the high-level week of the General Assembly</p>",
            id="the day first",
        ),
    ],
)
def test_a_list_of_meetings_gives_a_page_neither_day_nor_place(meetings):
    opening = (
        "<p>The Committee of the eleven states meets several times a year. The following meetings are planned.</p>"
    )
    for found in (read(body=meetings), read(body=opening + meetings)):
        assert (found.published, found.place) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "By 12 May 2023", "Apply by Friday, 12 May 2023", "Deadline: 12 May 2023", "Applications open until 12 May 2023",
        "Avant le 12 mai 2023", "Fecha límite: 12 de mayo de 2023", "Bis zum 12. Mai 2023", "Срок подачи: до 12 мая 2023",
        "قبل 12 مايو 2023", "2023年5月12日前",
    ],
)  # fmt: skip
def test_the_day_by_which_something_is_to_be_done_is_not_that_of_the_page(line):
    assert read(body=f"<p>{line}</p>{BODY}").published is None
    assert read(body=f"{BODY}<p>{line}</p>").published is None


def test_what_was_edited_below_a_text_is_another_one_s():
    assert read(after="<div class=answer><p>edited 9 July 2026</p></div>").modified is None


# --- people -----------------------------------------------------------------------------------------------------------


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


# --- tags, translations, files, contact -------------------------------------------------------------------------------

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
