"""Cutting, out of the text as published, the passages in which a search was found, and saying where the words stand.

The index holds folded stems, so it cannot show anything; here the original is folded once more, word by word, and the
offsets of the words that match lead back to it. Right for every script that :mod:`scraper.archive.folding` knows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scraper.archive.folding import IN_ONE_PIECE
from scraper.archive.matching import Finder, Match

WIDTH = 260  # characters of a passage, about three lines
AT_MOST = 2  # passages of one statement
MAX_READ = 200_000  # characters of a text that are looked through: far beyond any statement, but a digest may be a book

Span = tuple[int, int]
_NEVER_FIRST = ".,;:!?)]}”’»›…。，、；：？！）」』】،؛؟"  # of a passage: they close what was cut off
_NEVER_LAST = "([{“‘«‹（「『【¿¡"
_DASHES = "–—―-·|"  # neither, where a word follows a space later: what they part was cut off ("Geneva – I am")
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words of a text, exactly as published."""

    text: str
    highlights: tuple[Span, ...]  # character offsets into `text`: what was found
    start: int = 0  # where `text` begins in the whole text
    whole: bool = False  # a whole paragraph: nothing was cut off at either end


def passages(
    text: str, language: str | None, finder: Finder, *, at_most: int = AT_MOST, width: int = WIDTH
) -> tuple[Passage, ...]:
    """The passages of *text* that show most of what *finder* finds, in the order of the text.

    Each lies within one paragraph and is about *width* characters long. A text in which nothing is found (the title
    matched) gives its beginning, without highlights; an empty text gives nothing.
    """
    text = text[:MAX_READ]
    paragraphs = [paragraph.span() for paragraph in _PARAGRAPH.finditer(text)]
    matches = finder.find(text, language)
    if not matches:
        cuts = [_cut(text, (start, start), (start, end), width) for start, end in paragraphs[:1]]
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
    cuts = sorted(_cut(text, cluster, bounds, width) for cluster, bounds in chosen)
    apart = [cut for n, cut in enumerate(cuts) if not n or cuts[n - 1][1] <= cut[0]]
    spans = [(match.start, match.end) for match in matches]
    return tuple(_passage(text, cut, paragraphs, spans) for cut in apart)


def highlights(text: str, language: str | None, finder: Finder) -> tuple[Span, ...]:
    """What *finder* finds in *text*, such as a title; joined where it touches."""
    return _joined((match.start, match.end) for match in finder.find(text, language))


def marked(passage: Passage, before: str, after: str) -> str:
    """The passage as text, each highlight between *before* and *after*."""
    parts, at = [], 0
    for start, end in passage.highlights:
        parts += [passage.text[at:start], before, passage.text[start:end], after]
        at = end
    return "".join(parts) + passage.text[at:]


def _best_cluster(
    matches: Sequence[Match], paragraphs: Sequence[Span], width: int, shown: set[int], taken: Sequence[Span]
) -> tuple[Span, Span] | None:
    """The run of matches, within a paragraph and *width*, with most terms not yet *shown*, then most matches."""
    best: tuple[tuple[int, int, int], Span, Span] | None = None
    starts = [start for start, _ in paragraphs]
    inside: Counter[int] = Counter()  # terms of the matches from `first` up to, not including, the one at `behind`
    behind = 0
    for n, first in enumerate(matches):
        paragraph = paragraphs[bisect_right(starts, first.start) - 1]
        limit = min(paragraph[1], first.start + width)
        while behind < len(matches) and (behind <= n or matches[behind].end <= limit):
            inside[matches[behind].term] += 1
            behind += 1
        cluster = (first.start, max(first.end, matches[behind - 1].end))
        if not any(cluster[0] < end + width // 2 and start - width // 2 < cluster[1] for start, end in taken):
            rank = (len(inside.keys() - shown), len(inside), inside.total())
            if best is None or rank > best[0]:
                best = (rank, cluster, paragraph)
        inside[first.term] -= 1
        if not inside[first.term]:
            del inside[first.term]
    return None if best is None else (best[1], best[2])


def _cut(text: str, cluster: Span, bounds: Span, width: int) -> Span:
    """The place around *cluster*, from word to word, a third of the spare room before it and the rest behind."""
    start, end = bounds
    if end - start <= width:
        return bounds
    spare = max(0, width - (cluster[1] - cluster[0]))
    start = max(start, min(cluster[0] - spare // 3, end - width))
    end = min(end, max(start + width, min(cluster[1], start + 2 * width)))
    while start < cluster[0] and (
        _inside_word(text, start) or text[start] in _NEVER_FIRST or text[start].isspace() or _is_dash(text, start)
    ):
        start += 1
    while start > bounds[0] and text[start - 1] in _NEVER_LAST:
        start -= 1
    last = max(cluster[1], start + 1)
    while end > last and (_inside_word(text, end) or text[end - 1] in _NEVER_LAST or text[end - 1].isspace()):
        end -= 1
    while end < bounds[1] and text[end] in _NEVER_FIRST:
        end += 1
    return start, end


def _is_dash(text: str, at: int) -> bool:
    return text[at] in _DASHES and text[at + 1 : at + 2].isspace()


def _inside_word(text: str, at: int) -> bool:
    """Whether cutting before the character *at* would cut a word, or a mark off its letter."""
    if not 0 < at < len(text) or text[at].isspace() or text[at - 1].isspace():
        return False
    return IN_ONE_PIECE.match(text, at - 1, at + 1) is not None


def _passage(text: str, cut: Span, paragraphs: Sequence[Span], spans: Iterable[Span]) -> Passage:
    start, end = cut
    inside = _joined((max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start)
    return Passage(text[start:end], inside, start, cut in paragraphs)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
