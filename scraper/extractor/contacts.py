"""Where a statement's press contact begins and ends: who to call is not what was said.

Works on the kept paragraphs alone; knows nothing of markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# How releases open the block, in the languages that we read; each is the start of a paragraph.
_OPENING = re.compile(
    r"""(?ix) ^[\W\d_]{0,4} (?:
      for\s+(?:more|further|additional|any|media|press|all)\s+(?:\w+\s+)?(?:information|info|enquir\w+|inquir\w+|
        queries|questions|details|interviews?|requests?)
    | (?:media|press|news)\s+(?:\w+\s+)?(?:contacts?|enquir\w+|inquir\w+|queries|office|relations)\b
    | contacts?\s*(?:for\s+\w+|information|details|persons?|us)?\s*(?:[:;–—-]|$)
    | (?:to|please)\s+contact\b | enquiries\s*:
    | (?:para|por)\s+(?:m[áa]s|mayor|obtener|solicitar|cualquier)\s+(?:\w+\s+){0,2}?(?:informaci[óo]n|detalles|entrevistas)
    | contactos?\s*(?:de\s+prensa|para\s+(?:los\s+)?medios|con\s+la\s+prensa)?\s*(?:[:;–—-]|$)
    | pour\s+(?:plus|davantage|de\s+plus\s+amples|toute?s?|obtenir)\s*(?:d[’'e]?\s*)?(?:autres?\s+)?
        (?:informations?|renseignements?|d[ée]tails|question|demande)
    | contacts?\s+(?:presse|m[ée]dias?)\b
    | para\s+mais\s+informa[çc][õo]es | contatos?\s*(?:de\s+imprensa)?\s*[:;]
    | (?:per|ulteriori)\s+(?:maggiori|ulteriori|informazioni)\b | contatti\s+(?:stampa|per)
    | (?:für\s+)?(?:weitere|nähere)\s+informationen\b | (?:presse|medien)kontakt | ansprechpartner | kontakt\s*[:;]
    | [وف]?ل(?:ل|م)?(?:مزيد|لمزيد)\s+من\s+(?:ال)?(?:معلومات|تفاصيل) | للاتصال | للتواصل | جهات?\s+الاتصال | مسؤول\w*\s+الإعلام
    | (?:за|для)\s+(?:получени\w+\s+)?(?:более\s+подробн\w+|дополнительн\w+|подробн\w+)\s+информаци\w+
    | контакт\w*\s*(?:для\s+(?:сми|прессы))?\s*(?:[:;–—-]|$)
    | (?:(?:oficina|gabinete|departamento|servicio|jefatura)\s+de\s+(?:prensa|comunicaci[óo]n(?:es)?)
        | (?:service|bureau|attaché\w*|relations?)\s+(?:de\s+)?(?:la\s+)?(?:presse|m[ée]dias?|communication)
        | (?:assessoria|gabinete|secretaria)\s+de\s+(?:imprensa|comunica[çc][ãa]o) | ufficio\s+stampa
        | presse(?:stelle|abteilung|büro|referat|sprecher(?:in)?) | пресс-(?:служба|центр|секретарь)
        | (?:ال)?مكتب\s+(?:ال)?(?:إعلامي?|صحفي|صحافة) | وحدة\s+(?:ال)?(?:إعلام|اتصال)
      )(?=\s*(?:[:;,.|\n–—-]|$))
    ) | ^(?:新闻(?:处|办公室|司|中心)|媒体(?:办公室|关系处)|发言人办公室)(?=\s*(?:[:：，,\n]|$)) |
        ^(?:如需|欲知|欲了解|了解)?(?:更多|详细|进一步)(?:的)?(?:信息|资讯|详情|情况).{0,6}(?:联系|联络|洽) |
        ^(?:媒体|新闻)?(?:联系人|联系方式|联络人|联络方式|垂询)
    | ^(?:برای|جهت)\s+(?:کسب\s+)?اطلاعات\s+بیشتر
    """
)
# The same as the last sentence of a paragraph.
_SENTENCE = re.compile(
    r"(?<=[.!?]\s)((?:Contact|Media contact|Press contact|Contacto|Contacts? presse)\s*:\s.{10,200})$"
)
_REACH = re.compile(
    r"@|(?:\+|\b00)\s?\d[\d\s().-]{6,}|\b(?:tel|phone|telephone|mobile|mob|fax|e-?mail|correo|courriel|tél|тел|телефон|факс|هاتف|فاكس)\b\s*[.:]?"
    r"|(?:电话|传真|邮箱|电邮)\s?[:：]",
    re.IGNORECASE,
)
_PLEASE = re.compile(
    r"(?i)\b(?:contact|call|write|email|e-mail|communicat\w+|contacter|contactar\w*|comunicarse|kontakt\w*|visit)\b"
)
_SEPARATOR = re.compile(r"^(?:[\s*#_=~–—•.\-]{1,40}|\s*[–—-]\s*30\s*[–—-]\s*)$")
_ENDS = re.compile(r"(?i)^[\s*#/([–—-]*(?:ends?|the end|fin|fine|ende|النهاية|انتهى|конец|完)[\s*#./)\]–—-]*$")
_LINE_WORDS = 25  # of a contact line: a name, an office, a number
_REACH_WITHIN = 6  # paragraphs after the opening, one of which says how to reach somebody


def is_separator(text: str) -> bool:
    """Whether a paragraph is a mark between parts ("***", "###", "- 30 -") and no words.

    >>> is_separator("* * *"), is_separator("ENDS")
    (True, False)
    """
    return bool(_SEPARATOR.match(text))


def is_end(text: str) -> bool:
    """Whether a paragraph only says that the text ends.

    >>> is_end("***ENDS***"), is_end("This ends today.")
    (True, False)
    """
    return bool(_ENDS.match(text))


def find_contact(texts: Sequence[str]) -> tuple[int, int] | None:
    """Where in the paragraphs *texts* the contact block stands, as first and one past last; None if there is none.

    Separators before it belong to it, so that no text ends in "***".
    """
    for start in range(len(texts)):
        if not _OPENING.match(texts[start][:120]):
            continue
        end = _end(texts, start)
        if end is None:
            continue
        before = next((at for at in range(start, 0, -1) if not is_separator(texts[at - 1])), 0)
        return before, end
    return None


def contact_sentence(text: str) -> str | None:
    """The contact that ends a paragraph as a sentence of its own; it stays in the text as well."""
    found = _SENTENCE.search(text)
    return found[1] if found and _REACH.search(found[1]) else None


def _end(texts: Sequence[str], start: int) -> int | None:
    """One past the last paragraph of the contact block that opens at *start*; None if nobody could be reached by it."""
    opening = texts[start]
    reached = bool(_REACH.search(opening))
    if len(opening.split()) > (60 if reached else _LINE_WORDS):
        return None  # a paragraph of the text that opens with such words
    end = start + 1
    for at in range(start + 1, min(len(texts), start + 1 + _REACH_WITHIN * 4)):
        text = texts[at]
        if _REACH.search(text) and len(text.split()) <= 40:
            reached, end = True, at + 1
        elif len(text.split()) > _LINE_WORDS or at - end >= _REACH_WITHIN or _ENDS.match(text):
            break
    if reached:
        return end
    return start + 1 if _PLEASE.search(opening) and "http" in opening else None
