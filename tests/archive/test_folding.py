"""Words as the index holds them: the same for index and query, in every script, and token for token what FTS5 sees."""

from __future__ import annotations

import importlib
import sqlite3
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
import Stemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.archive.folding import fold, fold_with_forms, tokens
from scraper.archive.stems import SNOWBALL, relatives, stem

ENDINGS = ["tion", "tions", "teur", "teuse", "taient", "tissement", "ales", "alité", "er", "és", "ement", "ique"]
LANGUAGES = [None, "en", "fr-CA", "ru", "ar", "zh-Hans", "xx"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        pytest.param("en", "migrants", "MIGRANT", id="English plural and case"),
        pytest.param("fr", "réfugiées", "refugiees", id="French accents"),
        pytest.param("fr", "d’urgence", "l'urgence", id="French elision"),
        pytest.param("en", "IOM’s", "IOM", id="English possessive"),
        pytest.param("es", "niños", "ninos", id="Spanish tilde"),
        pytest.param("ru", "мигранты", "мигрантов", id="Russian cases"),
        pytest.param("ru", "ещё", "еще", id="Russian ё"),
        pytest.param("ar", "السودان", "سودان", id="Arabic article"),
        pytest.param("ar", "والسودان", "بالسودان", id="Arabic article after and, in"),
        pytest.param("ar", "للهجرة", "الهجرة", id="Arabic article after to"),
        pytest.param("ar", "إطلاق", "اطلاق", id="Arabic hamza"),
        pytest.param("ar", "الخُطّة", "الخطه", id="Arabic vowels, shadda and ta marbuta"),
        pytest.param("ar", "المهاجرين", "مهاجرون", id="Arabic plural"),
        pytest.param(None, "٢٠٢٦", "2026", id="Arabic digits"),
        pytest.param(None, "ＩＯＭ", "iom", id="full width"),
        pytest.param(None, "𝔄id 𝗔𝗜𝗗", "aid aid", id="capitals in the letters of mathematics"),
        pytest.param(None, "re\u00adset\u200btle", "resettle", id="soft hyphen and zero-width space"),
        pytest.param(None, "Straße Ærø Łódź İzmir", "strasse aero lodz izmir", id="letters that are not accented ones"),
        pytest.param(None, "한국", unicodedata.normalize("NFKC", "한국"), id="Hangul stays whole"),
    ],
)
def test_what_a_reader_takes_for_the_same_word_is_the_same(language: str | None, one: str, other: str) -> None:
    assert fold(one, language) == fold(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        pytest.param("en", "internal", "international", id="displaced within is not between nations"),
        pytest.param("en", "organ", "organization", id="organ"),
        pytest.param(None, "мой", "мои", id="Russian й is a letter"),
        pytest.param("ar", "وزير", "زير", id="Arabic و that belongs to the word"),
        pytest.param("ar", "لبنان", "لبن", id="Lebanon is not milk"),
        pytest.param("hi", "हिन्दी", "हनद", id="Hindi vowels are not accents"),
    ],
)
def test_what_a_reader_takes_apart_stays_apart(language: str | None, one: str, other: str) -> None:
    assert fold(one, language) != fold(other, language)


def test_scripts_without_spaces_are_cut_into_overlapping_pairs() -> None:
    assert fold("苏丹和IOM的水", "zh") == "苏丹 丹和 和 iom 的水 水"


def test_thai_vowels_stay_on_their_consonants() -> None:
    assert [(token.start, token.end) for token in tokens("ที่นี่", "th")] == [(0, 6), (3, 6)]


def test_the_forms_that_stemming_changed_follow_once_each() -> None:
    assert fold_with_forms("Migrants in Yemen, migrants", "en") == "migrant in yemen migrant migrants"


def test_a_language_without_stemmer_is_folded_only() -> None:
    assert fold("Wahamiaji wanasaidiwa", "sw") == "wahamiaji wanasaidiwa"


@pytest.mark.parametrize("written", ["بلبنان", "لبنان", "ولبنان", "للبنان", "كلبنان"])
def test_an_arabic_query_knows_the_words_that_are_written_on_to_a_name(written: str) -> None:
    assert fold(written, "ar") in relatives(fold("لبنان", None))


def test_stemming_leaves_numbers_and_codes_alone() -> None:
    assert [stem(word, "en") for word in ("2026", "covid19", "us")] == ["2026", "covid19", "us"]


@pytest.mark.parametrize("algorithm", sorted(set(SNOWBALL.values())))
def test_stems_are_the_same_in_c_and_in_python(algorithm: str) -> None:
    """An archive is searched on other machines than it was written on, with PyStemmer or without."""
    module = importlib.import_module(f"snowballstemmer.{algorithm}_stemmer")
    slow, fast = getattr(module, f"{algorithm.capitalize()}Stemmer")(), Stemmer.Stemmer(algorithm)
    words = [
        f"{stem}{ending}" for stem in ("migra", "protec", "organis", "nation", "мигра", "мест") for ending in ENDINGS
    ]
    assert [fast.stemWord(word) for word in words] == [slow.stemWord(word) for word in words]


def test_threads_do_not_mix_up_each_others_words() -> None:
    words = [f"{stem}{ending}" for stem in ("migra", "protec", "organis", "nation") for ending in ENDINGS]
    alone = [stem(word, "fr") for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda _: [stem(word, "fr") for word in words], range(8)))
    finally:
        sys.setswitchinterval(before)
    assert together == [alone] * 8


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_tokens_lead_back_to_the_text_in_order(text: str, language: str | None) -> None:
    found = list(tokens(text, language))
    assert " ".join(token.stem for token in found) == fold(text, language)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)
    assert all(token.stem and token.form for token in found)


@given(st.text("中文国かガ゛ｶขี่한éÉæ\u0301\u200ds1٣'’ -", max_size=40), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_the_index_holds_the_tokens_of_a_text_whatever_scripts_meet_in_a_word(text: str, language: str | None) -> None:
    found = list(tokens(text, language))
    changed = dict.fromkeys(token.form for token in found if token.form != token.stem)
    assert fold_with_forms(text, language).split() == [*(token.stem for token in found), *changed]


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_folding_what_is_folded_changes_no_letter(text: str, language: str | None) -> None:
    """Left out: unspaced scripts, whose pairs would be paired again, and Indic vowels, which stand in disguise."""
    once = fold(text, None)
    disguised = any("\ue000" <= character <= "\uf8ff" for character in once)
    if not disguised and not any(token.tail for token in tokens(text, None)):
        assert fold(once, None) == once


def test_every_character_is_as_many_tokens_to_fts5_as_to_us() -> None:
    """Sampled over all of Unicode; characters that SQLite's tables are too old for are the only ones to differ."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table f using fts5(t, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("create virtual table seen using fts5vocab(f, instance)")
    differing = []
    for code in range(0x20, sys.maxunicode, 211):
        folded = fold(f"a{chr(code)}b c", None) if not 0xD800 <= code < 0xE000 else "ab c"
        connection.execute("delete from f")
        connection.execute("insert into f values (?)", (folded,))
        (count,) = connection.execute("select count(*) from seen").fetchone()
        if count != len(folded.split()):
            differing.append(hex(code))
    connection.close()
    assert len(differing) <= 1, differing
