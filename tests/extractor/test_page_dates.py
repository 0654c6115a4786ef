"""When a page was published and when changed, chosen among all days that it names."""

from __future__ import annotations

from datetime import date

import pytest

from scraper import extract
from tests.extractor.pages import BODY, URL, read


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


def test_the_day_marked_as_a_field_beats_the_one_on_which_somebody_entered_the_page():
    entered = "<div class=submitted>Submitted by editor on Tue, 03/05/2024 - 14:12</div>"
    field = "<div>Date:&nbsp;<span class='date-display-single' property='dc:date' content='2024-03-04'>Monday, March 4, 2024</span></div>"
    assert day(read(body=f"{entered}{field}{BODY}")) == date(2024, 3, 4)
