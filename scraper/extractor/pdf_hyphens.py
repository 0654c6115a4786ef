"""Where the end of a line of print cut a word, and where it only cut a compound at its own hyphen.

Print has one sign for both. The document settles it where it writes the word elsewhere; else words that stand in compounds and
next to never inside longer words do.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_CUT: Final = re.compile(r"(\w+)-$")
_LOWER: Final = re.compile(r"""["'“‘«(\[]?[a-zà-öø-ÿа-яёα-ω]""")
_WORD: Final = re.compile(r"\w+(?:-\w+)*")
_FIRST: Final = re.compile(r"\w+")
# Second parts of compounds: "long-term", "community-based", "peut-être", "кто-либо"; not "-day", which ends "yester-day" too.
_LAST_WORDS: Final = """
term based related driven centred centered focused sensitive responsive affected income quality funded owned oriented specific
saving threatening disaggregated effective known being conflict border country sector century reaching speaking looking ranging made
même mêmes être président présidente либо нибудь прежнему
"""
# First parts: "self-governing", "vice-president", "twenty-first".
_FIRST_WORDS: Final = "self vice quasi socio twenty thirty forty fifty sixty seventy eighty ninety"
_PREFIX_WORDS: Final = "un in dis re cor inter de over under mis ir"  # make no compound: "un-known"
_SMALL_WORDS: Final = "to of the and in by on for a à at de la le les des du vis est t"  # "state-of-the-art"
_JOINING_WORDS: Final = (
    "and or to und oder bis et ou y"  # "short- and long-term": the hyphen stands for what comes later
)
_TAILS, _HEADS, _PREFIXES, _AMID, _SUSPENDED = (
    frozenset(words.split()) for words in (_LAST_WORDS, _FIRST_WORDS, _PREFIX_WORDS, _SMALL_WORDS, _JOINING_WORDS)
)


def is_cut(text: str, line: str) -> bool:
    """Whether *text* ends in a hyphen behind a word and *line* goes on with small letters."""
    return _CUT.search(text) is not None and _LOWER.match(line) is not None


def mended(text: str, line: str, words: Counter[str]) -> str:
    """*text* and *line* as one, the word between them mended; *words* are those of the document, in small letters.

    >>> mended("the interna-", "tional community", Counter()), mended("a long-", "term plan", Counter())
    ('the international community', 'a long-term plan')
    """
    cut, tail = _CUT.search(text), _WORD.match(line)
    head, rest = cut[1] if cut else "", tail[0] if tail else ""
    if rest in _SUSPENDED and not text.endswith("--"):
        return f"{text} {line}"
    return text + line if _is_compound(text, head.lower(), rest.lower(), words) else text[:-1] + line


def _is_compound(text: str, head: str, rest: str, words: Counter[str]) -> bool:
    whole, hyphened = words[f"{head}{rest}"], words[f"{head}-{rest}"]
    if whole or hyphened:
        return hyphened > whole
    if head.isdigit() or head in _HEADS or (head in _AMID and text[: -len(head) - 1].endswith("-")):
        return True
    first = _FIRST.match(rest)
    return (first is not None and first[0] in _TAILS and head not in _PREFIXES) or (words[head] > 1 and words[rest] > 1)
