"""Words to stems, one language at a time: Snowball where it has an algorithm, light stemming for Arabic.

Knows nothing of texts, queries or SQLite. Words arrive folded (see :mod:`scraper.archive.folding`): lower case, accents
off, Arabic letters unified. Index and query go through the same functions, so what matters is that they agree, not
that a stem is a word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock

# BCP 47 primary subtag -> Snowball algorithm. Left out: those that need their accents, which folding takes off,
# and Arabic, where Snowball keeps the article on some forms of a word and not on others (السودان / سودان).
SNOWBALL = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

# Arabic light stemming after Larkey, Ballesteros and Connell ("light10", 2007), with two departures:
# a lone و (and) is left on, because وزير (minister) begins with one too: the query asks for both forms instead;
# the dual ان is left on, because لبنان، السودان، ايران and other names end like it.
ARABIC_ARTICLES = ("وبال", "وال", "بال", "كال", "فال", "ولل", "لل", "ال")
ARABIC_ENDINGS = ("ها", "ات", "ون", "ين", "يه", "ه", "ي")
# One-letter words that are written on to the next one: and, so, with, for, like.
ARABIC_PROCLITICS = "وفبلك"


def primary(language: str | None) -> str:
    """The primary subtag of a BCP 47 tag, in lower case; "" for None.

    >>> primary("zh-Hans"), primary(None)
    ('zh', '')
    """
    return (language or "").partition("-")[0].lower()


def stem(word: str, language: str) -> str:
    """The stem of a folded *word*; the word itself in a language that has no algorithm here, or without letters.

    *language* is a primary subtag ("en"); "" means unknown.
    """
    if language == "ar":
        return _arabic(word)
    algorithm = SNOWBALL.get(language)
    if algorithm is None or len(word) < 3 or not word.isalpha():
        return word
    return _snowball(algorithm)(word) or word


def without_article(word: str) -> str:
    """A folded Arabic *word* without the article and what is written together with it; at least two letters stay.

    >>> without_article("والسودان")
    'سودان'
    """
    for article in ARABIC_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2:
            return word[len(article) :]
    return word


def relatives(word: str) -> tuple[str, ...]:
    """Stems under which an Arabic *word* may stand in a text: with a one-letter word written on to it, or taken off.

    For queries only: لبنان must find بلبنان (in Lebanon), but taking ل off whatever begins with one would
    ruin لبنان.
    """
    base = without_article(word)
    found = [_arabic(base), base, *(_arabic(letter + base) for letter in ARABIC_PROCLITICS)]
    if word.startswith("و") and len(word) >= 5:
        found.append(_arabic(word[1:]))
    return tuple(dict.fromkeys(found))


def _arabic(word: str) -> str:
    word = without_article(word)
    for ending in ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def _snowball(algorithm: str) -> Callable[[str], str]:
    # 20 ms that only searching and writing need. Stems in C where PyStemmer is installed, a fortieth of the time.
    import snowballstemmer

    stemmer = snowballstemmer.stemmer(algorithm)
    stemmer.maxCacheSize = 0  # who asks remembers; the stemmer's own memory takes longer than stemming
    alone = Lock()  # a Snowball stemmer keeps its word in itself, and datasette asks from several threads

    def stem_word(word: str) -> str:
        with alone:
            return str(stemmer.stemWord(word))

    return stem_word
