"""Datelines in all the shapes in which offices print them, and sentences that only look like one."""

from __future__ import annotations

from datetime import date

import pytest

from scraper.extractor.dateline import place_beside_day, read_dateline
from scraper.extractor.places import is_known_place

REST = "The organization welcomes the declaration that was signed today by the ministers of eleven states."


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        pytest.param("Geneva – ", "Geneva", id="en dash"), pytest.param("Geneva - ", "Geneva", id="hyphen"),
        pytest.param("Limón — ", "Limón", id="em dash"), pytest.param("Geneva— ", "Geneva", id="no space before it"),
        pytest.param("Geneva (IOM) – ", "Geneva", id="the agency in brackets"),
        pytest.param("New York (IOM) — ", "New York", id="two words and the agency"),
        pytest.param("Tunis/Geneva – ", "Tunis/Geneva", id="two cities"),
        pytest.param("Philippines - ", "Philippines", id="a country"), pytest.param("Switzerland - ", "Switzerland", id="another"),
        pytest.param("LOS ANGELES – ", "LOS ANGELES", id="capitals"),
        pytest.param("Washington, D.C. – ", "Washington, D.C.", id="full stops"),
        pytest.param("Port-au-Prince – ", "Port-au-Prince", id="hyphens in the name"),
        pytest.param("N'Djamena – ", "N'Djamena", id="an apostrophe"),
        pytest.param("Kyiv, Ukraine – ", "Kyiv, Ukraine", id="city and country"),
        pytest.param("Los Ángeles – ", "Los Ángeles", id="Spanish"), pytest.param("Genève – ", "Genève", id="French"),
        pytest.param("Женева – ", "Женева", id="Russian"), pytest.param("Genf – ", "Genf", id="German"),
        pytest.param("Genebra – ", "Genebra", id="Portuguese"), pytest.param("Ginevra – ", "Ginevra", id="Italian"),
        pytest.param("طرابلس – ", "طرابلس", id="Arabic"), pytest.param("ژنو – ", "ژنو", id="Persian"),
    ],
)  # fmt: skip
def test_a_place_before_a_dash(opening, place):
    found = read_dateline([opening + REST])
    assert found is not None
    assert (found.place, found.date, found.day_month) == (place, None, None)


@pytest.mark.parametrize(
    ("opening", "place", "on"),
    [
        ("Manila, 14 November 2025 - ", "Manila", date(2025, 11, 14)),
        ("Geneva, 8 July 2026 – ", "Geneva", date(2026, 7, 8)),
        ("GENEVA (8 July 2026) – ", "GENEVA", date(2026, 7, 8)),
        ("(Geneva, 8 July 2026) – ", "Geneva", date(2026, 7, 8)),
        ("Ciudad de Guatemala 26 de agosto de 2019.- ", "Ciudad de Guatemala", date(2019, 8, 26)),
        ("Marseille, le 9 septembre 2024 – ", "Marseille", date(2024, 9, 9)),
        ("Москва, 8 июля 2026 г. – ", "Москва", date(2026, 7, 8)),
        ("طرابلس - 17 مارس 2022 – ", "طرابلس", date(2022, 3, 17)),
        ("Berlin, 8. Juli 2026 – ", "Berlin", date(2026, 7, 8)),
        ("Roma, 8 luglio 2026 – ", "Roma", date(2026, 7, 8)),
        ("Addis Ababa, 8 July 2026: ", "Addis Ababa", date(2026, 7, 8)),
        ("Genève, le 8 juillet 2026 : ", "Genève", date(2026, 7, 8)),
    ],
)
def test_a_place_and_a_day(opening, place, on):
    found = read_dateline([opening + REST])
    assert found is not None
    assert (found.place, found.date and found.date.on) == (place, on)


@pytest.mark.parametrize(
    "opening",
    [
        "Geneva, 6-7 February 2020 – ", "Geneva, 6–7 February 2020 – ", "GENEVA (6-7 February 2020) – ", "Geneva, February 6-7, 2020 — ",
        "Ginebra, del 6 al 8 de febrero de 2020.- ", "Genève, les 6 et 7 février 2020 – ", "Женева, 6–7 февраля 2020 – ",
    ],
)  # fmt: skip
def test_the_days_of_a_meeting_are_their_month_and_no_day(opening):
    found = read_dateline([opening + REST])
    assert found is not None
    assert found.place in ("Geneva", "GENEVA", "Ginebra", "Genève", "Женева")
    assert found.date is not None
    assert (found.date.on, found.date.precision) == (date(2020, 2, 1), "month")


@pytest.mark.parametrize("sign", ["–", "-", " to "])
def test_days_in_two_months_stay_as_printed(sign):
    printed = f"28 February {sign.strip()} 2 March 2021"
    found = read_dateline([f"Geneva, {printed} – {REST}"])
    assert found is not None
    assert (found.place, found.date, found.printed_date) == ("Geneva", None, printed)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Done at Brussels, 6 February 2020.", "Brussels"), ("Done in Geneva on 6 February 2020", "Geneva"),
        ("Done at Geneva this 6 February 2020", "Geneva"), ("Fait à Bruxelles, le 6 février 2020", "Bruxelles"),
        ("Hecho en Madrid, el 6 de febrero de 2020.", "Madrid"), ("حرر في جنيف، 6 فبراير 2020", "جنيف"),
        ("北京，2020年2月6日", "北京"),
    ],
)  # fmt: skip
def test_where_and_when_a_text_was_signed_stands_at_its_end(line, place):
    found = read_dateline([REST, REST, REST, REST, line])
    assert found is not None
    assert (found.place, found.date and found.date.on) == (place, date(2020, 2, 6))


@pytest.mark.parametrize(
    ("opening", "day_month"),
    [("أنقرة، 5 فبراير - ", (5, 2)), ("Ankara, 5 February – ", (5, 2)), ("(Lima, 8 July) – ", (8, 7))],
)
def test_a_day_without_its_year_is_no_date(opening, day_month):
    found = read_dateline([opening + REST])
    assert found is not None
    assert (found.date, found.day_month) == (None, day_month)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("Joint Press Release IOM/UNHCR", id="a line that names the senders"),
        pytest.param("Familias en el puente de Tapachula. Foto: OIM/Allen Ulloa.", id="the caption of a photograph"),
    ],
)
def test_captions_and_labels_may_stand_before_it(before):
    found = read_dateline([before, f"Tunis/Geneva – {REST}"])
    assert found is not None
    assert found.place == "Tunis/Geneva"


@pytest.mark.parametrize(
    "text",
    [
        "Migration – a fact of our time – is here to stay.",
        "Today – on International Migrants Day – we remember those who did not arrive.",
        "The number of people – more than 2,000 – has never been higher.",
        "Excellencies, dear friends – thank you for being here.",
        "UNHCR – The UN Refugee Agency welcomes the decision.",
        "COVID-19 – What you need to know",
        "On 8 July 2026 – a Wednesday – ministers met.",
        "We are appalled by last night’s attack on a convoy that carried food.",
    ],
)
def test_a_sentence_with_a_dash_is_none(text):
    assert read_dateline([text, REST]) is None


def test_a_capitalised_word_that_the_text_has_in_small_letters_is_no_place():
    assert read_dateline(["Hope – The boats came back.", "There was hope in the harbour."]) is None


@pytest.mark.parametrize(
    ("line", "languages"),
    [("Published 3 April 2022", ["en"]), ("الأحد 5 مايو 2024", ["ar"]), ("الخميس، 9 مايو 2024", ["ar"])],
)
def test_a_label_or_a_weekday_before_a_day_is_no_place(line, languages):
    found = read_dateline([line, REST], languages)
    assert found is None or found.place is None


def test_a_dated_place_counts_below_a_line_with_the_number_of_the_release():
    found = read_dateline(["Comunicado de prensa N° 045-24", f"Lima, 8 de julio de 2024.- {REST}"], ["es"])
    assert found is not None
    assert (found.place, found.date and found.date.on) == ("Lima", date(2024, 7, 8))


OPENING = ["Permanent Mission of Norland", "52nd session", "Item 4: General debate", "Statement by Ida Dahl"]
LINE = "Lakeside, 21 March 2023"


@pytest.mark.parametrize("paragraphs", [[*OPENING, LINE, REST], [REST, REST, "Embassy of Norland", LINE]])
def test_place_and_day_may_stand_alone_below_the_lines_that_open_a_text_or_at_its_end(paragraphs):
    found = read_dateline(paragraphs)
    assert found is not None
    assert (found.place, found.date and found.date.on) == ("Lakeside", date(2023, 3, 21))


@pytest.mark.parametrize(
    "paragraphs",
    [
        pytest.param([*[REST] * 4, LINE, REST, REST], id="in the middle of a text"),
        pytest.param([*[REST] * 4, LINE, "Rome, 4 May 2023"], id="a list of meetings"),
        pytest.param([REST, REST, "Since 21 March 2023"], id="no place"),
    ],
)
def test_such_a_line_elsewhere_is_no_dateline(paragraphs):
    assert read_dateline(paragraphs) is None


@pytest.mark.parametrize(
    "city", ["Brussels", "Rome", "Addis Ababa", "Kabul", "Lima", "Tokyo", "Moscow", "Buenos Aires"]
)
def test_cities_are_known_by_their_english_names(city):
    assert read_dateline(["Joint press release", f"{city} – {REST}"])
    assert is_known_place(city)


@pytest.mark.parametrize("opening", ["(Lakeside, 4 March 2024) ", "(New York, 4 March 2024): "])
def test_place_and_day_in_brackets_need_no_dash(opening):
    found = read_dateline([opening + REST])
    assert found is not None
    assert (found.place, found.date and found.date.on) == (opening[1:].partition(",")[0], date(2024, 3, 4))


@pytest.mark.parametrize(
    "line", ["Adopted on 12 June 2024", "Delivered on 12 June 2024", "Publicado el 12 de junio de 2024"]
)
def test_what_was_done_on_a_day_is_no_place(line):
    found = read_dateline([line, REST])
    assert found is None or found.place is None


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (["Statement", "5 March 2024", "Brussels"], "Brussels"),
        (["Geneva", "5 March 2024"], "Geneva"),
        (["5 March 2024", "Norway"], None),  # what it is about
        (["5 March 2024", "Reading time: 2 min", "Brussels"], None),
    ],
)
def test_a_city_right_beside_the_day_is_where_a_text_was_issued(lines, place):
    assert place_beside_day(lines) == place


@pytest.mark.parametrize(
    "line",
    [
        "Jane Roe 4 August 2010", "Jane Roe on Dec. 13, 2025", "Jane Roe | October 15, 2025", "Jane Roe •Oct 20, 2025",
        "| December 17, 2025", "📅Jul. 11. 2025", "Jane Roe July 13, 2025 — 7 minutes read", "The Roe Team | 5 min read",
        "Essay - Published: 2025.12.17 | programming",
    ],
)  # fmt: skip
def test_who_wrote_a_text_is_no_place(line):
    found = read_dateline([line, REST])
    assert found is None or found.place is None


def test_empty_paragraphs_have_none():
    assert read_dateline(["", "  "]) is None
