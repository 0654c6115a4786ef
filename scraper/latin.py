"""Which encoding a text in Latin letters is in, by the alphabets of the languages written in each.

Statistics of letter pairs cannot tell windows-1252 from windows-1250: "organização" and "organizaçăo" have the same
pairs but for letters that no statistics know. The alphabets can: no language has both a "ç" and an "ă".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

# Letters beyond ASCII that a language writes, of those it writes often; and what else only its texts have.
_WESTERN = (
    "àâæçèéêëîïôœùûüÿ", "áéíñóúü¿¡ªº", "àáâãçéêíóôõúüªº", "àèéìíîòóùúªº", "äöüß", "åäöé", "æøåéòóô", "áéíóúýþæöð",
    "àçèéíïòóúü·", "éëïóöüèê", "äöõüšž",
)  # fmt: skip
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "äöüß")
_ALPHABETS: Mapping[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,  # the default of browsers is asked first: it wins where both would do
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("çğıöşüâîû", *_WESTERN),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
}
ENCODINGS = frozenset({*_ALPHABETS, "cp1258"})
# Signs that texts of every language have.
_NEUTRAL = frozenset("\xa0\xad«»‹›“”„‘’‚‐‑–—…•·°§©®™€£±×½¼¾´¨¸†‡‰")
LEAST_SHARE = 0.9  # of the characters beyond ASCII; a text of less is in none of these languages


def latin_encoding(sample: bytes) -> str | None:
    """The encoding in which *sample* is best written in one language's letters; None if it is in none of those we know.

    >>> latin_encoding("A organização não está".encode("cp1252")), latin_encoding("Oświadczenie żon".encode("cp1250"))
    ('cp1252', 'cp1250')
    """
    best, most = None, LEAST_SHARE
    for name, alphabets in _ALPHABETS.items():
        seen = Counter(
            char for char in sample.decode(name, "replace").lower() if char > "\x7f" and char not in _NEUTRAL
        )
        total = seen.total()
        if not total:
            continue
        share = max(sum(seen[letter] for letter in alphabet) for alphabet in alphabets) / total
        if share > most:
            best, most = name, share
    return best
