"""Bytes to text as browsers do it (HTML standard, 13.2.3; Encoding standard): who is believed, and when the bytes know better."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scraper

GREEK, RUSSIAN = "Δήλωση για το ρύζι", "Заявление министров иностранных дел о положении в регионе"
FRENCH = "Déclaration à la suite de l'événement: les ministres européens ont déclaré être préoccupés par la situation. "


def meta(charset: str, text: str, encoding: str, before: str = "") -> bytes:
    return f"{before}<meta charset={charset}><p>{text}</p>".encode(encoding)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(b"\xef\xbb\xbf" + GREEK.encode(), "text/html; charset=iso-8859-7", id="UTF-8's mark over the header"),
        pytest.param(b"\xff\xfe" + GREEK.encode("utf-16-le"), None, id="UTF-16, little end first"),
        pytest.param(b"\xfe\xff" + GREEK.encode("utf-16-be"), "text/html; charset=utf-8", id="UTF-16, big end first"),
        pytest.param(GREEK.encode("utf-16-le"), "text/html; charset=UTF-16LE", id="UTF-16 by the header"),
        pytest.param(GREEK.encode("iso-8859-7"), 'text/html; charset="ISO-8859-7"', id="the header, quoted"),
        pytest.param(GREEK.encode("iso-8859-7"), "text/html; charset='greek'", id="another name of it"),
        pytest.param(meta("iso-8859-7", GREEK, "utf-8"), "text/html;charset=UTF-8", id="the header over the page"),
        pytest.param(meta("greek", GREEK, "iso-8859-7"), "text/html", id="the page"),
        pytest.param(meta("greek", GREEK, "iso-8859-7"), "text/html; charset=nonsense", id="a header that nobody knows"),
        pytest.param(meta("utf-16", GREEK, "utf-8"), None, id="a page that cannot be UTF-16"),
        pytest.param(GREEK.encode(), None, id="nobody, and it is UTF-8"),
        pytest.param(meta("utf-8", GREEK, "utf-8"), "text/html; charset=iso-8859-1", id="the page, and every byte agrees"),
        pytest.param(GREEK.encode()[:-1] + "ι".encode(), "text/html; charset=utf-8", id="the header"),
    ],
)  # fmt: skip
def test_the_declaration_that_counts_is_followed(body: bytes, header: str | None) -> None:
    assert GREEK[:-1] in scraper.decode_html(body, header)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', id="http-equiv"),
        pytest.param("<META CONTENT='text/html; charset = \"windows-1251\"' HTTP-EQUIV=content-type>", id="the other way"),
        pytest.param("<!-- <meta charset=utf-8> --><meta charset=windows-1251>", id="not in a comment"),
        pytest.param('<a title="<meta charset=utf-8>"><meta charset=windows-1251>', id="not in an attribute"),
        pytest.param("<meta content='text/html; charset=utf-8'><meta charset=windows-1251>", id="content says nothing alone"),
        pytest.param("<meta charset=nonsense><meta charset=windows-1251>", id="not an unknown name"),
        pytest.param("<!doctype html><?php x?></head><meta/charset=windows-1251>", id="behind what is no tag"),
        pytest.param(f"<!--{'x' * 3000}--><meta charset=windows-1251>", id="further down than browsers look at first"),
    ],
)  # fmt: skip
def test_a_page_s_own_declaration_is_found(head: str) -> None:
    body = f"{head}<p>{RUSSIAN}".encode("windows-1251")
    assert RUSSIAN in scraper.decode_html(body)


def test_latin_1_is_what_browsers_read_under_that_name() -> None:
    assert "“Peace”" in scraper.decode_html(b"\x93Peace\x94", "text/html; charset=iso-8859-1")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(RUSSIAN * 4, "windows-1251", id="Russian"),
        pytest.param("أصدرت المنظمة بيانا صحفيا اليوم بشأن الأوضاع الإنسانية في المنطقة " * 4, "windows-1256", id="Arabic"),
        pytest.param("外交部发言人就有关问题发表谈话,强调和平解决争端的重要性。" * 4, "gb18030", id="Chinese"),
        pytest.param(FRENCH * 4, "windows-1252", id="French"),
    ],
)  # fmt: skip
def test_what_declares_nothing_is_told_by_its_bytes(text: str, encoding: str) -> None:
    assert text in scraper.decode_html(f"<html><p>{text}</p></html>".encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param("A organização não está preocupada com a situação das crianças.", "windows-1252", id="Portuguese"),
        pytest.param("Il ministro è preoccupato perché la situazione è grave. Più aiuti già lunedì.", "windows-1252", id="Italian"),
        pytest.param("Declaración del señor ministro", "windows-1252", id="a Spanish title"),
        pytest.param("Ministrarna är oroade över läget på ön, och måste göra mer.", "windows-1252", id="Swedish"),
        pytest.param("Uttalelse på vegne av regjeringen om å hjelpe flyktninger på grensen", "windows-1252", id="Norwegian"),
        pytest.param("Yfirlýsing utanríkisráðherra um stöðu flóttamanna: það er brýnt", "windows-1252", id="Icelandic"),
        pytest.param("Żadne państwo nie może działać samo: „święta prawda” – i ósma część", "windows-1250", id="Polish"),
        pytest.param("Ministři vyjádřili znepokojení nad situací v regionu", "windows-1250", id="Czech"),
        pytest.param("Több segítségre van szükség, erről döntöttek", "windows-1250", id="Hungarian"),
        pytest.param("Miniştrii şi-au exprimat îngrijorarea faţă de situaţia din ţară", "windows-1250", id="Romanian"),
        pytest.param("Izjava predsjednika: još više će biti riječi", "windows-1250", id="Croatian"),
        pytest.param("Żadne państwo nie może działać samo, świat", "iso-8859-2", id="Polish, as Unix wrote it"),
        pytest.param("Bakanlar bölgedeki durumdan endişe duyduklarını açıkladı", "windows-1254", id="Turkish"),
        pytest.param("Ministrai išreiškė susirūpinimą dėl padėties, sakė žmonėms", "windows-1257", id="Lithuanian"),
        pytest.param("Ārlietu ministrijas paziņojums par bēgļu stāvokli", "windows-1257", id="Latvian"),
    ],
)  # fmt: skip
def test_latin_letters_are_those_of_one_language(text: str, encoding: str) -> None:
    for body in (text, text * 20):
        assert body in scraper.decode_html(f"<html><p>{body}</p></html>".encode(encoding))


def test_a_declared_utf_8_is_refuted_by_many_stray_bytes_and_not_by_a_few() -> None:
    many = meta("utf-8", FRENCH * 4, "windows-1252")
    assert FRENCH in scraper.decode_html(many, "text/html; charset=utf-8")
    few = meta("utf-8", "The café and the ministers' other business were discussed.", "windows-1252")
    assert "caf\ufffd and" in scraper.decode_html(few)
    mixed = meta("utf-8", FRENCH * 4, "windows-1252") + GREEK.encode()
    assert GREEK in scraper.decode_html(mixed)  # most of such a page is UTF-8: something was pasted into it


def test_a_page_that_was_cut_in_the_middle_of_a_character_is_utf_8_all_the_same() -> None:
    assert scraper.decode_html(f"<p>{GREEK}".encode()[:-1]) == f"<p>{GREEK[:-1]}\ufffd"


def test_an_encoding_that_is_an_attack_is_not_decoded() -> None:
    assert scraper.decode_html(b"<p>Words", "text/html; charset=iso-2022-kr") == "\ufffd"


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_whatever_the_bytes_the_text_can_be_stored(body: bytes, header: str | None) -> None:
    for content_type in (header, "text/html; charset=utf-16", "text/html; charset=gb18030"):
        text = scraper.decode_html(body, content_type)
        assert "\0" not in text
        text.encode("utf-8")
