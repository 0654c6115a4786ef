"""Reading printed dates: what is there, as precisely as it is there, and nothing else."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.extractor.calendars import solar_hijri_to_gregorian
from scraper.extractor.dates import find_dates, foreign_date, parse_date, reads_day_first
from scraper.extractor.months import _MONTHS, MONTHS, _numbers

EIGHTH_OF_JULY = date(2026, 7, 8)


@pytest.mark.parametrize(
    "printed",
    [
        "8 July 2026", "July 8, 2026", "Jul. 8, 2026", "8th of July, 2026", "8-Jul-2026", "Jul-08-2026",
        "8 juillet 2026", "8 de julio de 2026", "8 de jul. de 2026", "8 июля 2026 г.", "8. Juli 2026",
        "8 de julho de 2026",
        "8 luglio 2026", "2026年7月8日", "2026 年 7 月 8 日", "08.07.2026", "8. 7. 2026", "2026-07-08", "2026/07/08",
        "2026.07.08", "20260708", "2026-Jul-08", "08 يوليو 2026", "8 تموز 2026", "8 تموز/يوليه 2026", "8 يوليه 2026",
        "二〇二六年七月八日", "二○二六年七月八号", "令和8年7月8日", "民國115年7月8日", "8.VII.2026", "8. VII. 2026", "8-VII-2026",
        "8 กรกฎาคม 2569", "๘ ก.ค. ๒๕๖๙", "8 กรกฎาคม พ.ศ. 2569", "8 กรกฎาคม 2026", "ngày 8 tháng 7 năm 2026", "8 ביולי 2026",
        "8. července 2026", "2026. július 8.", "8 юли 2026", "8η Ιουλίου 2026",
        "٨ يوليو ٢٠٢٦", "۸ ژوئیه ۲۰۲۶", "8 Temmuz 2026", "8 lipca 2026", "8 липня 2026", "2026년 7월 8일",
    ],
)  # fmt: skip
def test_a_day_reads_the_same_in_every_language(printed):
    read = parse_date(printed)
    assert read is not None
    assert (read.on, read.precision) == (EIGHTH_OF_JULY, "day")


LEVANT = [
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
]  # fmt: skip
EGYPT = [
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيه",
    "يوليه", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
]  # fmt: skip


@pytest.mark.parametrize("month", range(1, 13))
def test_arabic_months_read_in_both_conventions_and_in_the_united_nations_double_form(month):
    for name in (LEVANT[month - 1], EGYPT[month - 1], f"{LEVANT[month - 1]}/{EGYPT[month - 1]}"):
        read = parse_date(f"8 {name} 2026")
        assert read is not None, name
        assert read.on == date(2026, month, 8)
        assert read.printed == f"8 {name} 2026"


def test_a_month_name_means_one_month_in_all_languages():
    for language, row in _MONTHS.items():
        for name, number in _numbers(row).items():
            assert MONTHS[name] == number, f"{name} ({language})"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Published on 8 July 2026", "8 July 2026"),
        ("GENEVA, 8 July 2026 – The", "8 July 2026"),
        ("Manila, 8 July 2026 – 12 people were", "8 July 2026"),
        ("Wednesday, July 8, 2026 - 17:11", "July 8, 2026"),
        ("Language English Posted: Wednesday, July 8, 2026 - 17:11Image:", "July 8, 2026"),
        ("Wed, Jul-08-2026", "Jul-08-2026"),
        ("Ciudad de Guatemala 8 de julio de 2026.-", "8 de julio de 2026"),
        ("10:30 - July 8, 2026", "July 8, 2026"),
        ("الأربعاء ٨ يوليو ٢٠٢٦ - القاهرة", "٨ يوليو ٢٠٢٦"),
        ("Geneva,\u00a08\u200b July\u202f2026", "8 July\u202f2026"),
    ],
)
def test_the_words_around_a_date_do_not_hide_it_and_printed_is_what_was_read(text, printed):
    read = parse_date(text)
    assert read is not None
    assert (read.on, read.printed) == (EIGHTH_OF_JULY, printed)


@pytest.mark.parametrize(
    "text",
    [
        "", "today", "yesterday", "Updated: 25 min 3 sec ago", "PBN News Germany - 17 hours 23 min ago", "May", "10",
        "8 July", "(27-30/11)", "(18/10)", "(15-16 mayo)", "31 February 2026", "29 February 2025", "00/00/2026",
        "2025-26",
        "0001-01-01", "8 July 1066", "July 8, 2525", "version 2026.7", "tel. 2026 708", "set 2020 targets", "July2026",
        "in 171 countries", "24-26", "SC/15431", "8 באב תשפ״ו", "31.XI.2026", "8.VII.26", "2569年7月8日", "民國200年7月8日", "七月八日",
    ],
)  # fmt: skip
def test_no_date_is_made_of_what_is_none(text):
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "27-30 November 2018", "27 to 30 November 2018", "8 and 9 July 2026", "July 8-10, 2026",
        "July 8 – August 2, 2026",
        "30 June - 2 July 2026", "30 June 2026 – 2 July 2026", "27-30/11/2018", "del 8 al 10 de julio de 2026",
        "2026年7月8日至10日", "2026年7月8-10日", "2026年6月30日—7月2日", "二〇二六年七月八日至十日",
    ],
)  # fmt: skip
def test_a_range_of_days_is_an_event_not_a_day(text):
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    ("numeral", "month", "day"),
    [("十月十日", 10, 10), ("十一月二十日", 11, 20), ("十二月三十一日", 12, 31), ("三月十五日", 3, 15)],
)
def test_numerals_are_counted_as_chinese_counts(numeral, month, day):
    read = parse_date(f"二〇二四年{numeral}")
    assert read is not None
    assert read.on == date(2024, month, day)


@pytest.mark.parametrize(
    ("text", "on", "precision"),
    [
        ("Jul 2026", date(2026, 7, 1), "month"),
        ("juillet 2026", date(2026, 7, 1), "month"),
        ("2026年7月", date(2026, 7, 1), "month"),
        ("2026-07", date(2026, 7, 1), "month"),
        ("2026", date(2026, 1, 1), "year"),
    ],
)
def test_what_is_not_printed_is_not_invented(text, on, precision):
    read = parse_date(text)
    assert read is not None
    assert (read.on, read.precision) == (on, precision)


# RFC 5322, 3.3 and ISO 8601: with an offset the moment is known, and the day is that of the page's own clock.
@pytest.mark.parametrize(
    ("text", "on", "hours"),
    [
        ("Wed, 08 Jul 2026 12:00:00 +0200", EIGHTH_OF_JULY, 2),
        ("2026-07-08T12:00:00Z", EIGHTH_OF_JULY, 0),
        ("2026-07-08T12:00:00.123+05:30", EIGHTH_OF_JULY, 5.5),
        ("2026-07-08T23:30:00-04:00", EIGHTH_OF_JULY, -4),
        ("Wed Jul 08 2026 12:00:00 GMT+0200 (CEST)", EIGHTH_OF_JULY, 2),
        ("July 8, 2026 at 10:30 a.m. EST", EIGHTH_OF_JULY, -5),
    ],
)
def test_a_printed_offset_gives_the_moment_and_keeps_the_local_day(text, on, hours):
    read = parse_date(text)
    assert read is not None
    assert read.at is not None
    assert (read.on, read.precision, read.at.utcoffset()) == (on, "time", timedelta(hours=hours))


def test_a_clock_without_an_offset_is_no_moment():
    read = parse_date("2026-07-08T12:00:00")
    assert read is not None
    assert (read.precision, read.at) == ("day", None)
    twelve_hours = parse_date("July 8, 2026 12:05 am UTC")
    assert twelve_hours is not None
    assert twelve_hours.at == datetime(2026, 7, 8, 0, 5, tzinfo=timezone(timedelta(0)))


@pytest.mark.parametrize(
    ("text", "languages", "on"),
    [
        pytest.param("08/07/2026", ["fr"], EIGHTH_OF_JULY, id="French readers put the day first"),
        pytest.param("08/07/2026", ["en-GB"], EIGHTH_OF_JULY, id="British readers too"),
        pytest.param("07/08/2026", ["en-US"], EIGHTH_OF_JULY, id="American readers the month"),
        pytest.param("07/22/2026", ["es"], date(2026, 7, 22), id="US order on a Spanish page, by the number"),
        pytest.param("Mar, 01/08/2017 - 10:00", [], date(2017, 8, 1), id="by the weekday: 1 August 2017 was a Tuesday"),
        pytest.param("Tue, 08/01/2017", [], date(2017, 8, 1), id="by the weekday, the other way round"),
        pytest.param("08/08/2017", [], date(2017, 8, 8), id="both readings are one"),
    ],
)
def test_numeric_dates_are_read_when_something_decides(text, languages, on):
    read = parse_date(text, languages)
    assert read is not None
    assert (read.on, read.precision) == (on, "day")


@pytest.mark.parametrize("languages", [[], ["en"], ["en-US", "fr"]])
def test_when_nothing_decides_only_the_year_is_known(languages):
    read = parse_date("08/07/2026", languages)
    assert read is not None
    assert (read.on, read.precision) == (date(2026, 1, 1), "year")
    assert set(read.readings) == {date(2026, 7, 8), date(2026, 8, 7)}
    assert parse_date("08/07/2026", languages, day_first=True).on == EIGHTH_OF_JULY


# Nowruz by the Iranian calendar authority; 22 Bahman 1357 is a date of history.
@pytest.mark.parametrize(
    ("printed", "on"),
    [
        ("۱ فروردین ۱۴۰۳", date(2024, 3, 20)),
        ("۱ فروردین ۱۴۰۴", date(2025, 3, 21)),
        ("22 بهمن 1357", date(1979, 2, 11)),
        ("۱۷ تیر ۱۴۰۵", EIGHTH_OF_JULY),
        ("۱۷ سرطان ۱۴۰۵", EIGHTH_OF_JULY),
    ],
)
def test_solar_hijri_days_with_their_month_named_are_converted_and_kept_as_printed(printed, on):
    read = parse_date(printed)
    assert read is not None
    assert (read.on, read.printed) == (on, printed)


@pytest.mark.parametrize("printed", ["17 رمضان 1445", "15 رجب 1444", "1405/04/17", "17/04/1405"])
def test_dates_of_observed_or_unnamed_calendars_stay_as_printed(printed):
    assert parse_date(f"الثلاثاء {printed} هـ") is None
    assert foreign_date(f"الثلاثاء {printed} هـ") == printed


def test_the_gregorian_twin_of_a_lunar_date_is_read():
    assert parse_date("الثلاثاء 15 رجب 1444هـ الموافق 7 فبراير 2023م").on == date(2023, 2, 7)


def test_numbers_on_a_persian_page_count_solar_years():
    assert parse_date("1405/04/17", ["fa"]).on == EIGHTH_OF_JULY


def test_the_last_day_of_a_common_solar_year_does_not_exist():
    assert solar_hijri_to_gregorian(1402, 12, 30) is None
    assert solar_hijri_to_gregorian(1403, 12, 30) == date(2025, 3, 20)
    assert solar_hijri_to_gregorian(2026, 1, 1) is None


def test_what_lies_in_the_future_of_the_reader_is_not_believed():
    assert parse_date("8 July 2026", latest=date(2026, 7, 1)) is None
    assert parse_date("8 July 2026", latest=EIGHTH_OF_JULY).on == EIGHTH_OF_JULY


def test_all_dates_of_a_line_come_in_reading_order():
    line = "Created 6 July 2026 | Published 2026-07-08 | Updated July 9, 2026"
    assert [read.on.day for read in find_dates(line)] == [6, 8, 9]
    assert [line[read.start : read.end] for read in find_dates(line)] == ["6 July 2026", "2026-07-08", "July 9, 2026"]


def test_who_reads_the_day_first():
    assert [reads_day_first([tag]) for tag in ("de", "en-AU", "en_US", "en", "es-US")] == [
        True,
        True,
        False,
        None,
        True,
    ]
    assert reads_day_first([]) is None


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_being_printed(day):
    for printed in (day.isoformat(), f"{day.day} {day:%B %Y}", f"{day:%b} {day.day}, {day.year}", f"{day:%d.%m.%Y}"):
        assert parse_date(printed).on == day


@given(st.text(alphabet="0123456789/-.: ,年月日JulymayT+Zيوليو٨", max_size=60))
def test_any_text_can_be_asked(text):
    for read in find_dates(text):
        assert 1900 <= read.on.year <= 2100
