"""Lines of a page that speak of the page: whose it is, who took a picture, when it was last touched, under what it is filed.

They change with every January and every rebuild, and would look like edits of the text. Words alone; nothing of where a
line stands.
"""

from __future__ import annotations

import re
from typing import Final

_IMPRINT_WORDS: Final = 25
# Lines that say nothing but whose page this is: they change every January and would look like edits.
_IMPRINT: Final = re.compile(
    r"©|\(c\)\s*\d{4}|\bcopyright\s*(?:\d{4}|by\b|reserved\b|notice\b)|\ball rights reserved\b"
    r"|\btous droits réservés\b|\btodos los derechos reservados\b|\btodos os direitos reservados\b|\bвсе права защищены\b"
    r"|جميع الحقوق محفوظة|版权所有|版權所有",
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
)  # in every line that either pattern finds
_CREDIT: Final = re.compile(r"(?:photos?|fotos?|image|crédit photo|credit|photo credit)\s*(?:by\b|:|©)", re.IGNORECASE)
# What the publisher files a text under: "Reference: E-101/19", "Press Release No. 24/118".
FILED: Final = re.compile(
    r"(?:press release\s+)?(?:ref(?:erence|erencia|erência|erenz|\.)?|référence|réf\.?|doc(?:ument)?|aktenzeichen|riferimento"
    r"|№|no\.?|n[°º])(?:\s+(?:no\.?|number|n[°º]))?\s*[:#.]?\s*(?=\S*\d)[A-Z0-9][\w./()-]{2,30}(?:\s[\w./()-]{1,12})?\.?",
    re.IGNORECASE,
)
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
    r"|(?:zuletzt (?:aktualisiert|geändert)|letzte (?:aktualisierung|änderung))\b.{0,40}|آخر تحديث.{0,40})?",
    re.IGNORECASE,
)


def is_furniture(text: str, words: int) -> bool:
    """Whether a short block is an imprint, the credit of a picture or a notice to switch on scripts."""
    if words > _IMPRINT_WORDS:
        return False
    small = text.lower()
    if any(word in small for word in _FURNITURE) and (_IMPRINT.search(text) or _NO_SCRIPTS.search(text)):
        return True
    return _CREDIT.match(text) is not None
