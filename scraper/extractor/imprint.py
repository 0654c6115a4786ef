"""Lines of a page that speak of the page: whose it is, who took a picture, when it was last touched, under what it is filed.

They change with every January and every rebuild, and would look like edits of the text. Words alone; nothing of where a
line stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

_IMPRINT_WORDS: Final = 25
# Lines that say nothing but whose page this is: they change every January and would look like edits.
_IMPRINT: Final = re.compile(
    r"©|\(c\)\s*\d{4}|\bcopyright\s*(?:\d{4}|by\b|reserved\b|notice\b)|\ball rights reserved\b"
    r"|\btous droits réservés\b|\btodos los derechos reservados\b|\btodos os direitos reservados\b|\bвсе права защищены\b"
    r"|جميع الحقوق محفوظة|版权所有|版權所有|^for (?:use of )?information media\W+not an official record\b",
    re.IGNORECASE,
)
_FURNITURE: Final = (
    "©",
    "(c)",
    "copyright",
    "rights reserved",
    "droits réservés",
    "derechos reservados",
    "direitos reservados",
    "права защищены",
    "الحقوق محفوظة",
    "版权所有",
    "版權所有",
    "javascript",
    "official record",
)  # in every line that either of these two patterns finds
_CREDIT: Final = re.compile(r"(?:photos?|fotos?|image|crédit photo|credit|photo credit)\s*(?:by\b|:|©)", re.IGNORECASE)
# What the publisher files a text under: "Reference: E-101/19", "Press Release No. 24/118".
FILED: Final = re.compile(
    r"(?:press release\s+)?(?:ref(?:erence|erencia|erência|erenz|\.)?|référence|réf\.?|doc(?:ument)?|aktenzeichen|riferimento"
    r"|№|no\.?|n[°º])(?:\s+(?:no\.?|number|n[°º]))?\s*[:#.]?\s*(?=\S*\d)[A-Z0-9][\w./()-]{2,30}(?:\s[\w./()-]{1,12})?\.?",
    re.IGNORECASE,
)
# What a site asks of its visitors about its page, as such lines begin.
_QUESTIONS: Final = (
    r"(?:was|is|did you find|how) (?:this|the) (?:page|article|information|content|answer)\b.{0,30}\b(?:helpful|useful)\b",
    r"was (?:this|it) (?:helpful|useful)\b",
    r"how (?:helpful|useful) (?:was|is) this\b",
    r"is there (?:any|some)thing wrong with this page\b",
    r"(?:report|found) (?:a |an )?(?:problem|issue|error|mistake)s? (?:with|on|in) this page\b",
    r"(?:please )?(?:help us (?:to )?improve|tell us what you think (?:of|about)) (?:this|our|the) (?:web)?(?:page|site)\b",
    r"help us (?:to )?improve \w+\.[\w.]+",
    r"don.t include personal or financial information\b",
    r"(?:please )?(?:give|send|leave|share) (?:us )?(?:your )?feedback (?:on|about) (?:this|our|the) (?:web)?(?:page|site)\b",
    r"(?:please )?(?:take|complete|fill (?:in|out)|answer) (?:our|this|a) (?:[\w-]+ ){0,3}survey\b"
    r"(?=\W*(?:$|[.!?:(]|about (?:this|our|your) (?:web)?(?:page|site|visit)\b|to (?:help us )?improve\b))",
    r"(?:cette page|cet article|ce contenu)\b.{0,25}\butile\b",
    r"donnez.nous votre avis sur (?:cette page|ce site)\b",
    r"(?:(?:le|te|les) )?(?:ha sido|fue|resultó|pareció) útil\b",
    r"(?:esta página|esta información)\b.{0,25}\bútil\b",
    r"(?:war|ist) (?:diese|dieser|der) (?:seite|artikel|information|inhalt)\b.{0,30}\b(?:hilfreich|nützlich)\b",
    r"была ли (?:эта )?(?:страница|статья|информация)\b.{0,20}\bполезн\w+",
    r"(?:эта )?(?:страница|статья|информация) была (?:\w+ )?полезн\w+",
    r"questa pagina\b.{0,25}\butile\b",
    r"هل كانت هذه (?:الصفحة|المعلومات) .{0,15}مفيدة",
    r"هل استفدت من (?:هذه الصفحة|المعلومات)",
    r"(?:本|此|该|这)(?:页面?|文章?|信息|内容).{0,8}(?:有用|有帮助)吗?",
)
_ASKED: Final = re.compile(rf"[^\w¿]*¿?\s?(?:{'|'.join(_QUESTIONS)})(?:\W.{{0,60}})?", re.IGNORECASE)
_ASKING: Final = (
    *(
        "helpful",
        "useful",
        "feedback",
        "survey",
        "this page",
        "improve",
        "personal or financial",
        "tell us what",
        "util",
        "útil",
        "votre avis",
    ),
    *("hilfreich", "nützlich", "полез", "مفيدة", "استفدت", "有用", "有帮助"),
)  # in every line that it finds
# What stands where scripts would have drawn the page.
_NO_SCRIPTS: Final = re.compile(
    r"\b(?:enable|activate|turn on|requires?|activer|activez|habilite|active|activar|aktivieren(?: sie)?)\s+(?:\w+\s+)?javascript"
    r"|javascript\s+(?:\w+\s+){0,3}?(?:enabled|disabled|required|activé|désactivé|activado|deshabilitado|aktiviert)\b",
    re.IGNORECASE,
)
# What a site says of its own page below a text. It changes with every rebuild, and would look like an edit.
UPKEEP: Final = re.compile(
    r"(?:(?:back to (?:the )?top|top of (?:the )?page|haut de page|volver arriba|nach oben|наверх)\W*)?"
    r"(?:(?:(?:this )?page )?(?:was )?last (?:updated|modified|reviewed|changed)\b.{0,60}"
    r"|derni[èe]re (?:mise à jour|modification)\b.{0,40}|última (?:actualización|modificación|atualização)\b.{0,40}"
    r"|(?:zuletzt (?:aktualisiert|geändert)|letzte (?:aktualisierung|änderung))\b.{0,40}|آخر تحديث.{0,40}"
    r"|printed (?:from|on|at)\b.{0,90})?",
    re.IGNORECASE,
)

# What a page offers below its text, and nobody writes at the end of a statement.
TOOLS: Final = re.compile(
    r"(?:share|print|tweet|email) (?:this|on|via|with)\b.{0,40}|share:?|follow us\b.{0,40}|back to top"
    r"|partager(?: (?:cette|ce|sur|via)\b.{0,40})?|suivez[- ]nous\b.{0,40}"
    r"|compartir(?: (?:esta|este|en|por)\b.{0,40})?|síguenos\b.{0,40}|(?:diese )?seite (?:teilen|drucken)|teilen"
    r"|compartilhar|condividi|поделиться.{0,40}|مشاركة.{0,40}|شارك.{0,40}|分享(?:到|至)?.{0,20}",
    re.IGNORECASE,
)
# The link of those who hear a page, that leads past its menus.
SKIP: Final = re.compile(
    r"skip to (?:main )?content.{0,20}|aller au contenu(?: principal)?|pasar al contenido principal|ir al contenido"
    r"|zum inhalt(?: springen)?",
    re.IGNORECASE,
)
# What a page offers to do with it, anywhere: whole lines, in small letters. A word alone may be a heading or a command, so it
# counts in square brackets only.
_OFFERS: Final = frozenset(
    line
    for lines in (
        "close window|close this window|close page|close this page|print this|print this page|print page|print version",
        "printer friendly|printer-friendly|printer friendly version|printer-friendly version|printer-friendly page",
        "printable version|email this page|e-mail this page|send to a friend|email a friend|increase text size",
        "fermer la fenêtre|imprimer cette page|version imprimable|envoyer à un ami",
        "cerrar ventana|cerrar esta ventana|imprimir esta página|versión para imprimir|versión imprimible|enviar a un amigo",
        "fenster schließen|seite drucken|druckversion|druckansicht|fechar janela|versão para impressão",
        "chiudi finestra|stampa questa pagina|закрыть окно|версия для печати|версия для слабовидящих",
        "إغلاق النافذة|طباعة الصفحة|نسخة للطباعة|关闭窗口|关闭本页|打印本页|打印版|關閉視窗",
        "[close]|[print]|[fermer]|[imprimer]|[cerrar]|[imprimir]|[drucken]|[закрыть]|[печать]|[关闭]|【关闭】|[打印]|【打印】",
    )
    for line in lines.split("|")
)
_OFFER_CHARS: Final = 40
_OFFER_EDGES: Final = " ·•.»›<>-–×✕✖"
_SKIPPING: Final = ("skip", "aller", "pasar", "ir al", "zum")


def are_furniture(texts: Sequence[str], words: Sequence[int]) -> list[bool]:
    """:func:`is_furniture` of each of *texts* with its number of words."""
    page = "\n".join([text for text, count in zip(texts, words, strict=True) if count <= _IMPRINT_WORDS]).lower()
    telling = [word for word in _FURNITURE if word in page]
    asking = [word for word in _ASKING if word in page]
    return [
        count <= _IMPRINT_WORDS and _is_furniture(text, telling, asking)
        for text, count in zip(texts, words, strict=True)
    ]


def is_furniture(text: str, words: int) -> bool:
    """Whether a short block is an imprint, the credit of a picture, a question about the page or a notice to switch on scripts."""
    return words <= _IMPRINT_WORDS and _is_furniture(text, _FURNITURE, _ASKING)


def _is_furniture(text: str, telling: Iterable[str], asking: Iterable[str]) -> bool:
    """Whether it is; *telling* and *asking* are those words of either kind that the page holds at all."""
    small = text.lower()
    if len(small) <= _OFFER_CHARS:
        line = small.strip(_OFFER_EDGES)
        if line in _OFFERS or (line[:1] in "[(" and line[1:-1] in _OFFERS):
            return True
    if small.startswith(_SKIPPING) and SKIP.fullmatch(text):
        return True
    if any(word in small for word in telling) and (_IMPRINT.search(text) or _NO_SCRIPTS.search(text)):
        return True
    if any(word in small for word in asking) and _ASKED.fullmatch(text):
        return True
    return _CREDIT.match(text) is not None
