"""The language of a text, told from the text: what the page declares is a hint for texts too short to tell."""

from __future__ import annotations

import pytest

from scraper import extract
from scraper.extractor.language import read_language

TEXTS = {
    "en": "The organization welcomes the declaration and stands ready to support the governments in its implementation.",
    "fr": "L’organisation se félicite de la déclaration et se tient prête à soutenir les gouvernements dans sa mise en œuvre.",
    "es": "La organización celebra la declaración y está dispuesta a apoyar a los gobiernos en su aplicación y seguimiento.",
    "ru": "Организация приветствует декларацию и готова оказать правительствам поддержку в её осуществлении в регионе.",
    "ar": "ترحب المنظمة بالإعلان وهي على استعداد لدعم الحكومات في تنفيذه ومتابعته خلال السنوات المقبلة في جميع بلدان المنطقة.",
    "zh": "国际移民组织对该宣言表示欢迎，并愿意支持各国政府落实宣言的各项承诺，保护移民及其家庭的权利和尊严，并与所有伙伴共同努力。"
    * 2,
    "de": "Die Organisation begrüßt die Erklärung und ist bereit, die Regierungen bei ihrer Umsetzung zu unterstützen.",
    "pt": "A organização saúda a declaração e está pronta para apoiar os governos na sua aplicação e no seu acompanhamento.",
    "it": "L’organizzazione accoglie con favore la dichiarazione ed è pronta a sostenere i governi nella sua attuazione.",
    "fa": "این سازمان از بیانیه استقبال می‌کند و آماده است از دولت‌ها در اجرای آن پشتیبانی کند و گزارش آن را منتشر خواهد کرد.",
    "uk": "Організація вітає декларацію та готова надати урядам підтримку в її здійсненні в усіх країнах регіону.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_paragraph_tells_its_language(language):
    found = read_language([TEXTS[language]] * 2)
    assert (found.main, found.languages, found.source) == (language, (language,), "text")


@pytest.mark.parametrize("language", TEXTS)
def test_what_the_page_declares_does_not_count_against_the_text(language):
    # americas.iom.int/es/ has pages in English: path and lang are not the language of the text.
    assert read_language([TEXTS[language]] * 2, ["de" if language != "de" else "en"]).main == language


@pytest.mark.parametrize("hint", ["zh-Hans", "es_MX", "AR", "fa-IR"])
def test_a_text_too_short_to_tell_takes_the_hint(hint):
    found = read_language(["2024"], [hint])
    assert (found.main, found.source) == (hint[:2].lower(), "hint")


def test_a_text_too_short_to_tell_without_a_hint_has_no_language():
    assert read_language(["2024"]).main is None


@pytest.mark.parametrize("hint", ["x-default", "und", "", "1", "english"])
def test_what_is_no_language_tag_is_no_hint(hint):
    assert read_language(["2024"], [hint]).main is None


def test_two_versions_in_one_page_are_both_named_the_first_is_the_pages_own():
    found = read_language([TEXTS["en"]] * 3 + [TEXTS["fr"]] * 3)
    assert (found.main, found.languages, found.is_mixed) == ("en", ("en", "fr"), True)


def test_a_quotation_does_not_make_a_page_mixed():
    found = read_language([TEXTS["en"]] * 9 + [TEXTS["fr"]])
    assert (found.main, found.is_mixed) == ("en", False)


@pytest.mark.parametrize(
    "text",
    [
        "Zimbabwe Kinshasa Goma Kampala Juba Bentiu Malakal Wau Torit Yambio Rumbek Aweil Kuajok Bor Pibor Akobo Nasir Maban",
        "Home About Contact News Events Blog Photos Videos Jobs Press Login Search Menu Share Tweet Email Print Next Back",
        "IOM UNHCR UNICEF WFP OCHA WHO FAO UNDP UNFPA ILO UNESCO UNODC UN-Habitat UNAIDS IFAD ITC UNEP UNCTAD UNOPS",
    ],
)
def test_lists_of_names_are_not_taken_for_a_creole(text):
    assert read_language([text], ["en"]).main == "en"
    assert read_language([text]).main not in {"pcm", "fuv", "fy", "lb"}


@pytest.mark.parametrize("language", TEXTS)
def test_a_pages_language_is_read_from_its_body_not_from_its_menu(language):
    menu = "".join(
        f"<li><a href='/{n}'>{word}</a></li>"
        for n, word in enumerate(["About", "us", "News", "Our", "work", "Donate", "Search"])
    )
    page = (
        f"<html lang='en'><body><nav><ul>{menu}</ul></nav><h1>2024</h1>"
        + f"<p>{TEXTS[language] * 2}</p>" * 3
        + "</body></html>"
    )
    assert extract(page, "https://a.example/x").language == language


def test_words_of_chinese_are_counted_by_character():
    assert extract(f"<h1>2024</h1><p>{TEXTS['zh']}</p><p>{TEXTS['zh']}</p>", "https://a.example/x").words > 100
