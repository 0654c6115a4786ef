"""Finding again, in a text as published, what a search found in the index.

Single words are decided once for each different word of the text, which is most of the speed: a page of twenty results
has six thousand words. Phrases, and so all of Chinese, compare the tokens one after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scraper.archive.folding import RUN, Token, folder, tokens
from scraper.archive.query import Variant


class Match(NamedTuple):
    """One place where a term of the query stands."""

    term: int  # which of the query's terms
    start: int  # character offsets into the text
    end: int


class Finder:
    """Finds the terms of one query, given as their variants, in one text after another."""

    def __init__(self, wanted: Sequence[Sequence[Variant]]) -> None:
        self._words: dict[str, set[int]] = {}
        self._prefixes: list[tuple[str, int]] = []
        self._phrases: dict[str, list[tuple[int, Variant]]] = {}  # by first token
        self._decided: dict[str, dict[str, tuple[Match, ...]]] = {}  # language -> run of letters -> what matches in it
        for term, variants in enumerate(wanted):
            for variant in variants:
                if len(variant.tokens) > 1:
                    self._phrases.setdefault(variant.tokens[0], []).append((term, variant))
                elif variant.prefix:
                    self._prefixes.append((variant.tokens[0], term))
                else:
                    self._words.setdefault(variant.tokens[0], set()).add(term)
        self._beginnings = tuple(prefix for prefix, _ in self._prefixes)

    def find(self, text: str, language: str | None) -> list[Match]:
        """Every place in *text* where a term stands, in order, each once."""
        found: set[Match] = set()
        if self._words or self._prefixes:
            found.update(self._in_words(text, language))
        if self._phrases:
            found.update(self._in_sequence(list(tokens(text, language))))
        return sorted(found, key=lambda match: (match.start, match.end, match.term))

    def _in_words(self, text: str, language: str | None) -> Iterator[Match]:
        decided = self._decided.setdefault(language or "", {})
        read = folder(language).tokens
        for run in RUN.finditer(text):
            matches = decided.get(run[0])
            if matches is None:
                matches = decided[run[0]] = tuple(self._in_run(read(run[0])))
            if matches:
                at = run.start()
                yield from [Match(term, at + start, at + end) for term, start, end in matches]

    def _in_run(self, tokens_of_run: tuple[Token, ...]) -> Iterator[Match]:
        """Matches within one run of letters, with offsets from its start."""
        for stem, form, start, end, _ in tokens_of_run:
            if stem not in self._words and form not in self._words and not form.startswith(self._beginnings):
                continue  # nearly always
            terms = {term for prefix, term in self._prefixes if form.startswith(prefix)}
            for term in terms | self._words.get(stem, set()) | self._words.get(form, set()):
                yield Match(term, start, end)

    def _in_sequence(self, stream: Sequence[Token]) -> Iterator[Match]:
        for at, token in enumerate(stream):
            for term, variant in self._phrases.get(token.stem, ()):
                if (end := _end_of(variant, stream, at)) is not None:
                    yield Match(term, token.start, end)


def _end_of(variant: Variant, stream: Sequence[Token], at: int) -> int | None:
    """Where *variant*, whose first token stands at *at*, ends; None if its other tokens do not follow."""
    last = len(variant.tokens) - 1
    if at + last >= len(stream):
        return None
    for n, wanted in enumerate(variant.tokens[1:], 1):
        token = stream[at + n]
        if variant.prefix and n == last:
            if not (token.form.startswith(wanted) or token.stem.startswith(wanted)):
                return None
        elif token.stem != wanted:
            return None
    return stream[at + last].end
