"""The language of a text, from the text itself; what a page declares is a hint for texts too short to tell.

Three steps, the cheapest first: the script (Arabic, Han, Cyrillic ... with the letters that tell neighbours apart),
the share of function words, and py3langid (loaded only when the first two leave doubt: half a second and 70 MB, once).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from scraper.extractor.function_words import FUNCTION_WORDS

ENOUGH_LETTERS = 80  # below this a text is too short to contradict what the page declares
_RUNS, _RUN_LENGTH = 16, 400  # openings of paragraphs that are looked at, and characters of each
_MIXED_SHARE = 0.2  # of the text in a second language makes a page mixed: quotations stay below, translations above
_MIXED_LETTERS = 200
_MAIN_SHARE = 0.5  # of the longest language: the first in the text that has so much is the main one
_SURE_HITS, _SURE_SHARE, _SURE_LEAD = 4, 0.15, 1.6  # of function words: how many, of all words, over the runner-up

# Scripts that one language of ours uses, by Unicode block; then those shared by several, told apart below.
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"),
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("cyrillic", "\u0400-\u052f"),
    ("el", "\u0370-\u03ff"),
    ("he", "\u0590-\u05ff"),
    ("devanagari", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"),
    ("ta", "\u0b80-\u0bff"),
    ("si", "\u0d80-\u0dff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("my", "\u1000-\u109f"),
    ("ka", "\u10a0-\u10ff"),
    ("am", "\u1200-\u137f"),
    ("km", "\u1780-\u17ff"),
    ("hy", "\u0530-\u058f"),
)
_BY_SCRIPT = tuple((name, re.compile(f"[{ranges}]")) for name, ranges in _SCRIPTS)
_FOREIGN = re.compile("[" + "".join(ranges for _, ranges in _SCRIPTS) + "]")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[a-z]+")  # the same of most texts, found sooner

# Letters that Arabic itself has not; the first row that occurs often enough names the language.
_ARABIC_NEIGHBOURS = (("ps", "ټډړښځڅڼۍ"), ("ckb", "ڕێۆڤڵ"), ("ur", "ٹڈڑےںہ"), ("ug", "ېۈ"), ("fa", "پچژگکی"))
# The same for Cyrillic; Russian is what has ы or э and none of these.
_CYRILLIC_NEIGHBOURS = (
    ("kk", "әғқңөұүһ"), ("be", "ў"), ("uk", "іїєґ"), ("sr", "ђћџ"), ("mk", "ѓќѕ"), ("tg", "ҳҷӣӯ"),
    ("ru", "ыэё"), ("bg", "ъщ"),
)  # fmt: skip
_NEVER = frozenset({"pcm", "fy", "lb", "fuv", "an", "io", "vo", "wa", "oc", "br", "se", "nds", "la", "jv", "qu", "xx"})
_RARE = 0.004  # of the letters: a name quoted in its own spelling stays below


@dataclass(frozen=True, slots=True)
class Language:
    """What a text is written in."""

    main: str | None  # BCP 47, primary subtag alone: regions are claims that a text cannot prove
    languages: tuple[str, ...] = ()  # all that carry a real share of the text, the main one first
    source: str = "text"  # "text", or "hint" where the text was too short to tell

    @property
    def is_mixed(self) -> bool:
        """Whether a second language carries a real share of the text."""
        return len(self.languages) > 1


def read_language(paragraphs: Sequence[str], hints: Iterable[str] = ()) -> Language:
    """The language of *paragraphs*; of *hints* (BCP 47 tags, best first) if they are too short to tell.

    >>> read_language(["The Organization welcomes the Declaration at the Summit, which is good news for all."]).main
    'en'
    """
    votes: Counter[str] = Counter()
    undecided: list[str] = []
    for paragraph in _sample(paragraphs):
        language = _quick_language(paragraph)
        if language is None:
            undecided.append(paragraph)
        else:
            votes[language] += len(paragraph)
    hinted = next((primary for hint in hints if (primary := primary_subtag(hint))), None)
    doubtful = sum(map(len, undecided))
    seen = doubtful + sum(votes.values())
    if seen < ENOUGH_LETTERS and hinted:
        return Language(hinted, (hinted,), "hint")
    if seen < ENOUGH_LETTERS // 4:
        return Language(None)
    if doubtful * 2 > seen:
        # Lists of names carry no language of their own; what the page declares is then better than a guess.
        rest = "\n".join(undecided)
        votes[hinted if hinted and _may_be(rest, hinted) else _model_language(rest)] += doubtful
    if not votes:
        return Language(None)
    enough = max(_MIXED_LETTERS, _MIXED_SHARE * seen)
    most = votes.most_common(1)[0][0]
    # Of versions one below the other the first is the page's own, be it the shorter; Counter keeps the order of the text.
    shared = [language for language, count in votes.items() if count >= enough and count >= _MAIN_SHARE * votes[most]]
    main = shared[0] if shared else most
    others = [language for language, count in votes.most_common() if count >= enough and language != main]
    return Language(main, (main, *others))


def _sample(paragraphs: Sequence[str]) -> list[str]:
    """At most *_RUNS* openings of paragraphs, evenly spread; short lines joined, for alone they tell nothing."""
    runs: list[str] = []
    short = ""
    for paragraph in paragraphs:
        if len(paragraph) >= ENOUGH_LETTERS:
            runs.append(paragraph)
            continue
        short = f"{short}\n{paragraph}"
        if len(short) >= ENOUGH_LETTERS:
            runs.append(short)
            short = ""
    if short:
        runs.append(short)
    step = max(1, -(-len(runs) // _RUNS))
    return [run[:_RUN_LENGTH] for run in runs[::step]]


def primary_subtag(tag: str) -> str | None:
    """The language of a BCP 47 tag without script and region; None if it is no tag.

    >>> primary_subtag("zh-Hans"), primary_subtag("es_MX"), primary_subtag("x-default"), primary_subtag("und")
    ('zh', 'es', None, None)
    """
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", tag)
    if found is None or found[1].lower() in {"und", "mul", "zxx", "mis"}:
        return None
    return {"iw": "he", "in": "id", "ji": "yi", "nn": "no", "nb": "no"}.get(found[1].lower(), found[1].lower())


def _quick_language(text: str) -> str | None:
    """By script or function words; None if they leave doubt."""
    words = _words(text)
    if not text.isascii() and 2 * len(_FOREIGN.findall(text)) > sum(map(len, words)):
        return _by_script(text)
    scores = _function_words(words)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (best, hits), runner_up = ranked[0], ranked[1][1] if len(ranked) > 1 else 0
    if hits >= _SURE_HITS and hits >= _SURE_SHARE * len(words) and hits >= _SURE_LEAD * runner_up:
        return best
    return None


def _words(text: str) -> list[str]:
    """The words of *text* in small letters."""
    return _ASCII_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(text.casefold())


def _function_words(words: Iterable[str]) -> dict[str, float]:
    """How many of *words* are function words of each language; those of several languages count less for each."""
    scores: dict[str, float] = {}
    for owners in filter(None, map(FUNCTION_WORDS.get, words)):
        for language, weight in owners:
            scores[language] = scores.get(language, 0.0) + weight
    return scores


def _may_be(text: str, language: str) -> bool:
    """Whether nothing in *text* speaks against *language*: no other one has its function words in it."""
    scores = _function_words(_words(text))
    return (
        max(scores.values(), default=0.0) < _SURE_HITS or scores.get(language, 0.0) >= max(scores.values()) / _SURE_LEAD
    )


def _by_script(text: str) -> str | None:
    counts = {name: len(pattern.findall(text)) for name, pattern in _BY_SCRIPT}
    script = max(counts, key=counts.__getitem__)
    if script == "han":
        return "ja" if counts["ja"] > 0.1 * counts["han"] else "zh"
    if script == "arabic":
        return _neighbour(text, counts[script], _ARABIC_NEIGHBOURS) or "ar"
    if script == "cyrillic":
        return _neighbour(text.lower(), counts[script], _CYRILLIC_NEIGHBOURS)
    if script == "devanagari":
        return None
    return script


def _neighbour(text: str, letters: int, rows: tuple[tuple[str, str], ...]) -> str | None:
    for language, own in rows:
        if sum(text.count(letter) for letter in own) > _RARE * letters:
            return language
    return None


@cache
def _model() -> Callable[[str], tuple[str, float]]:
    import py3langid

    # Creoles and minorities that it takes broken English, Dutch or Spanish for, and that no publisher of ours writes.
    known = [language for language, _ in py3langid.rank("")]
    py3langid.set_languages([language for language in known if language not in _NEVER])
    classify: Callable[[str], tuple[str, float]] = py3langid.classify
    return classify


def _model_language(text: str) -> str:
    return str(_model()(text)[0])
