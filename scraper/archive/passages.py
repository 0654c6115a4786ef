"""Cutting, out of the text as published, the passages in which a search was found, and saying where the words stand.

The index holds folded stems, so it cannot show anything; here the original is folded once more, word by word, and the
offsets of the words that match lead back to it. Right for every script that :mod:`scraper.archive.folding` knows.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scraper.archive.folding import Token, tokens
from scraper.archive.query import Variant

WIDTH = 260  # characters of a passage, about three lines
AT_MOST = 2  # passages of one statement
MAX_READ = 200_000  # characters of a text that are looked through: far beyond any statement, but a digest may be a book

Span = tuple[int, int]
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words of a text, exactly as published."""

    text: str
    highlights: tuple[Span, ...]  # character offsets into `text`: what was found
    start: int = 0  # where `text` begins in the whole text
    whole: bool = False  # a whole paragraph: nothing was cut off at either end


@dataclass(frozen=True, slots=True)
class _Match:
    term: int  # which of the query's terms
    start: int
    end: int


def passages(
    text: str, language: str | None, wanted: Sequence[Sequence[Variant]], *, at_most: int = AT_MOST, width: int = WIDTH
) -> tuple[Passage, ...]:
    """The passages of *text* that show most of the *wanted* terms, in the order of the text.

    Each lies within one paragraph and is about *width* characters long. A text in which nothing is found (the title
    matched) gives its beginning, without highlights; an empty text gives nothing.
    """
    text = text[:MAX_READ]
    words = list(tokens(text, language))
    paragraphs = [paragraph.span() for paragraph in _PARAGRAPH.finditer(text)]
    matches = _matches(words, wanted)
    if not matches:
        cuts = [_cut(text, words, (start, start), (start, end), width) for start, end in paragraphs[:1]]
        return tuple(_passage(text, cut, paragraphs, ()) for cut in cuts)
    chosen: list[tuple[Span, Span]] = []  # (cluster of matches, its paragraph)
    shown: set[int] = set()
    while len(chosen) < at_most:
        best = _best_cluster(matches, paragraphs, width, shown, [cluster for cluster, _ in chosen])
        if best is None:
            break
        chosen.append(best)
        start, end = best[0]
        shown.update(match.term for match in matches if start <= match.start and match.end <= end)
    cuts = [_cut(text, words, cluster, bounds, width) for cluster, bounds in chosen]
    cuts.sort()
    apart = [cut for n, cut in enumerate(cuts) if not n or cuts[n - 1][1] <= cut[0]]
    spans = [(match.start, match.end) for match in matches]
    return tuple(_passage(text, cut, paragraphs, spans) for cut in apart)


def highlights(text: str, language: str | None, wanted: Sequence[Sequence[Variant]]) -> tuple[Span, ...]:
    """Where the *wanted* terms stand in *text*, such as a title; joined where they touch."""
    return _joined((match.start, match.end) for match in _matches(list(tokens(text, language)), wanted))


def marked(passage: Passage, before: str, after: str) -> str:
    """The passage as text, each highlight between *before* and *after*."""
    parts, at = [], 0
    for start, end in passage.highlights:
        parts += [passage.text[at:start], before, passage.text[start:end], after]
        at = end
    return "".join(parts) + passage.text[at:]


def _matches(words: Sequence[Token], wanted: Sequence[Sequence[Variant]]) -> list[_Match]:
    """Every place where a variant of a term stands, in order."""
    exact: dict[str, list[tuple[int, Variant]]] = defaultdict(list)  # by first token
    prefixes: list[tuple[str, int]] = []
    for term, variants in enumerate(wanted):
        for variant in variants:
            if variant.prefix and len(variant.tokens) == 1:
                prefixes.append((variant.tokens[0], term))
            else:
                exact[variant.tokens[0]].append((term, variant))
    found: dict[_Match, None] = {}
    for at, word in enumerate(words):
        candidates = exact.get(word.stem, ())
        if word.form != word.stem and word.form in exact:
            candidates = (*candidates, *(pair for pair in exact[word.form] if len(pair[1].tokens) == 1))
        for term, variant in candidates:
            if (end := _end_of(variant, words, at)) is not None:
                found[_Match(term, word.start, end)] = None
        for prefix, term in prefixes:
            if word.form.startswith(prefix):
                found[_Match(term, word.start, word.end)] = None
    return list(found)


def _end_of(variant: Variant, words: Sequence[Token], at: int) -> int | None:
    """Where *variant*, whose first token is known to stand at *at*, ends; None if its other tokens do not follow."""
    last = len(variant.tokens) - 1
    if at + last >= len(words):
        return None
    for n, token in enumerate(variant.tokens[1:], 1):
        word = words[at + n]
        if variant.prefix and n == last:
            if not (word.form.startswith(token) or word.stem.startswith(token)):
                return None
        elif word.stem != token:
            return None
    return words[at + last].end


def _best_cluster(
    matches: Sequence[_Match], paragraphs: Sequence[Span], width: int, shown: set[int], taken: Sequence[Span]
) -> tuple[Span, Span] | None:
    """The run of matches, within a paragraph and *width*, with most terms not yet *shown*, then most matches."""
    best: tuple[tuple[int, int, int], Span, Span] | None = None
    starts = [start for start, _ in paragraphs]
    for n, first in enumerate(matches):
        paragraph = paragraphs[bisect_right(starts, first.start) - 1]
        limit = min(paragraph[1], first.start + width)
        inside = []
        for match in matches[n : n + 50]:
            if match.start >= limit:
                break
            if match.end <= limit or match is first:
                inside.append(match)
        cluster = (first.start, max(match.end for match in inside))
        if any(cluster[0] < end + width // 2 and start - width // 2 < cluster[1] for start, end in taken):
            continue
        terms = {match.term for match in inside}
        rank = (len(terms - shown), len(terms), len(inside))
        if best is None or rank > best[0]:
            best = (rank, cluster, paragraph)
    return None if best is None else (best[1], best[2])


def _cut(text: str, words: Sequence[Token], cluster: Span, bounds: Span, width: int) -> Span:
    """The place around *cluster*, from word to word, a third of the spare room before it and the rest behind."""
    start, end = bounds
    if end - start <= width:
        return bounds
    spare = max(0, width - (cluster[1] - cluster[0]))
    start = max(start, min(cluster[0] - spare // 3, end - width))
    end = min(end, max(start + width, min(cluster[1], start + 2 * width)))
    return _at_words(text, words, (start, end), bounds)


def _passage(text: str, cut: Span, paragraphs: Sequence[Span], spans: Iterable[Span]) -> Passage:
    start, end = cut
    inside = _joined((max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start)
    return Passage(text[start:end], inside, start, cut in paragraphs)


def _at_words(text: str, words: Sequence[Token], window: Span, bounds: Span) -> Span:
    """*window* moved inwards to whole words, with the punctuation that hangs on them."""
    start, end = window
    if start > bounds[0]:
        n = bisect_left(words, start, key=lambda word: word.start)
        start = words[n].start if n < len(words) and words[n].start < end else start
        while start > bounds[0] and not text[start - 1].isspace() and not text[start - 1].isalnum():
            start -= 1
    if end < bounds[1]:
        n = bisect_right(words, end, key=lambda word: word.end) - 1
        end = words[n].end if n >= 0 and words[n].end > start else end
        while end < bounds[1] and not text[end].isspace() and not text[end].isalnum():
            end += 1
    return start, end


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
