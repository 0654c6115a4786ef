"""What two texts in different languages can be compared by: figures, names, countries, place."""

from __future__ import annotations

import pytest

from scraper.archive.agreement import Facts, agreement

ENGLISH = Facts(
    "Geneva – Maria Keller said that 12,500 people reached Puerto Verde. Of them 3,400 need shelter; 780 travel alone.",
    "Geneva",
    {"CR": 3, "PA": 1},
)
FRENCH = Facts(
    "Genève – Maria Keller a dit que 12 500 personnes ont atteint Puerto Verde. Parmi elles 3 400 cherchent un abri et "
    "780 voyagent seules.",
    "Genève",
    {"CR": 3, "PA": 1},
)


@pytest.mark.parametrize(
    "printed",
    ["12,500", "12.500", "12 500", "12\u00a0500", "12\u202f500", "12’500", "12500", "١٢٬٥٠٠", "१२,५००"],
)
def test_a_figure_is_the_same_however_a_language_prints_it(printed: str) -> None:
    assert Facts(f"({printed})", None, {}).figures == {"12500"}


def test_numbers_in_a_row_are_not_one_figure() -> None:
    assert Facts("in 2025, 2026 and 2027", None, {}).figures == {"2025", "2026", "2027"}


def test_a_translation_agrees_in_everything_it_can() -> None:
    score, evidence = agreement(ENGLISH, FRENCH)
    assert score > 0.9
    assert evidence == "3 figures, 5 names, countries, place"  # Geneva, Maria, Keller, Puerto, Verde


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Facts(FRENCH.text.replace("12 500", "900").replace("3 400", "17 200"), None, {}), "other figures"),
        (Facts("Keller.", None, {"CR": 3}), "too little to compare"),
        (Facts(" ".join([FRENCH.text] * 4), None, FRENCH.countries), "four times as long"),
        (Facts("", None, {}), "no text"),
    ],
)
def test_what_does_not_agree_is_nothing(other: Facts, why: str) -> None:
    assert agreement(ENGLISH, other)[0] == 0.0, why


def test_agreement_is_symmetric() -> None:
    assert agreement(ENGLISH, FRENCH) == agreement(FRENCH, ENGLISH)


def test_a_text_in_another_script_agrees_by_figures_and_countries() -> None:
    arabic = Facts(
        "قالت ماريا كيلر إن ١٢٬٥٠٠ شخص وصلوا إلى بويرتو فيردي، منهم ٣٬٤٠٠ بحاجة إلى مأوى، و٧٨٠ يسافرون وحدهم.",
        "جنيف",
        {"CR": 2, "PA": 1},
    )
    score, evidence = agreement(ENGLISH, arabic)
    assert score > 0.9
    assert evidence == "3 figures, countries"
