"""When a statement was published and when modified, decided among all that the page says; often nothing.

Every day that some evidence names is a candidate. A linear score over where it stands (weights:
``training/fields/fit.py``) is set against the score of "this page has no date of its own". Two things that the training
pages do not show are rules instead: a dateline or a dated URL that contradicts the metadata by more than a month wins,
because systems stamp old texts with the day of their migration.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from scraper.extractor.agendas import days_listed
from scraper.extractor.date_evidence import Evidence, collect
from scraper.extractor.dateline import Dateline
from scraper.extractor.dates import foreign_date
from scraper.extractor.field_weights import weights
from scraper.extractor.kinds import whose_kind
from scraper.extractor.page import Body, Page
from scraper.extractor.page_cues import page_cues, page_types
from scraper.model import Published

MIGRATION = timedelta(days=31)  # metadata further from dateline or URL than this is of another event
_DECLARED = frozenset(
    {"meta-published", "meta-date", "ld-article", "ld-page", "ld-created", "ld-other", "item-published"}
)
_TRUSTED = frozenset({"meta-published", "ld-article", "ld-page", "item-published"})
_MODIFIED = ("meta-modified", "ld-modified", "item-modified", "time-updated", "text-near-updated", "text-lead-updated",
             "text-below-upkeep")  # fmt: skip
_OF_CHANGE = ("updated", "modified", "upkeep")  # slots end in
# What publishers of news call their items in JSON-LD; Article and BlogPosting are said of manuals and shops as well.
_NEWS = frozenset({"newsarticle", "pressrelease", "report", "opinionnewsarticle", "reportagenewsarticle",
                   "analysisnewsarticle", "backgroundnewsarticle", "specialannouncement"})  # fmt: skip
_NEWS_CONFIDENCE = 0.6
_STAMPED_CONFIDENCE = 0.6
_FILLERS = frozenset({date(1970, 1, 1), date(1900, 1, 1), date(2000, 1, 1)})  # what systems store for "no date"
_LABELLED = frozenset(
    {"text-near-published", "text-near-class", "text-lead-published"}
)  # say that they are the page's date
_LABELLED_CHARS = 30  # beside a day and its label
_TELLING_WORDS = 10  # a longer paragraph tells of a day, a shorter one may be a line that dates the page
# What may stand before the day on which a paragraph was issued: a place, a weekday, "today"; no note on a change.
_OPENS_DATED = re.compile(
    r"(?i)(?!\W*(?:corr|updat|edit|note|rectif|erratum|berichtig|исправ|تصحيح|更正))(?:[^\w]*\w+[^\w]*){0,3}"
)
_TODAY = re.compile(
    r"(?i)\b(?:today|this day|hoy|aujourd.hui|hoje|heute|oggi|сегодня|اليوم|امروز)\b\W{0,3}(?:\w+\W+){0,2}$|今天\W?$"
)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")  # two make a word
_FAMILIES = {"text": "seen", "time": "seen"}  # printed and marked with <time>: mostly the same characters

# Which evidence of the chosen day is named as its source: the most exact first.
_SOURCE_ORDER = (
    "meta-published", "ld-article", "item-published", "dateline", "ld-page", "time-near", "meta-date", "ld-created", "time-first",
    "text-near-published", "text-near-class", "text-near-solo", "url-day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page."""

    published: Published | None = None
    modified: Published | None = None
    printed: str | None = None  # a date as printed that was not converted, or only in part
    of_change: bool = False  # the page gives `published` as the day of its last change, and no other


@dataclass(slots=True)
class Candidate:
    """A day and the evidence for it."""

    on: date
    evidence: list[Evidence]
    features: dict[str, float] = field(default_factory=dict)

    @property
    def slots(self) -> set[str]:
        """Where the day stands."""
        return {item.slot for item in self.evidence}


def read_dates(
    page: Page,
    body: Body,
    title: str,
    title_at: int | None,
    dateline: Dateline | None,
    languages: Collection[str],
    latest: date | None = None,
) -> Dates:
    """Published and modified date of *page*, each None if it does not say; *title_at* is the block that prints *title*."""
    evidence = collect(page, body, title_at, dateline, languages, latest)
    candidates = date_candidates(evidence, title_at)
    cues = page_cues(page, body, title, title_at)
    chosen, confidence = choose(candidates, none_features(candidates, cues), weights("published"))
    if chosen is None and (alone := _of_news(candidates, evidence, page, cues)) is not None:
        chosen, confidence = alone, _NEWS_CONFIDENCE
    if chosen is None and len(candidates) == 1 and _is_put_out(candidates[0]):
        chosen, confidence = candidates[0], _STAMPED_CONFIDENCE
    if chosen is not None and _is_of_what_is_told(chosen, body, languages):
        chosen = None
    changed = chosen is not None and all(slot.endswith(_OF_CHANGE) for slot in chosen.slots)
    if chosen is not None and changed and not any("text-near" in slot or "text-lead" in slot for slot in chosen.slots):
        chosen = None
    foreign = next((found for block in body.lead_blocks if (found := foreign_date(block.text))), None)
    half_read = next((item.read.printed for item in evidence if item.read.readings and "near" in item.slot), None)
    published = _published(chosen, confidence) if chosen else None
    printed = foreign or (half_read if published is None else None)
    return Dates(published, _modified(evidence), printed, of_change=changed and published is not None)


def date_candidates(evidence: Sequence[Evidence], title_at: int | None) -> list[Candidate]:
    """The days that *evidence* names, with their features; months only where no day of theirs is named."""
    days: dict[date, Candidate] = {}
    for item in _believable(evidence):
        if item.read.precision in ("day", "time"):
            days.setdefault(item.read.on, Candidate(item.read.on, [])).evidence.append(item)
    for item in evidence:
        if item.read.precision == "month":
            month = [day for on, day in days.items() if (on.year, on.month) == (item.read.on.year, item.read.on.month)]
            for day in month or [days.setdefault(item.read.on, Candidate(item.read.on, []))]:
                day.evidence.append(item)
        for on in item.read.readings:
            if on in days:
                days[on].evidence.append(item)
    candidates = list(days.values())
    _describe(candidates, evidence, title_at)
    return candidates


def _of_news(
    candidates: Sequence[Candidate], evidence: Sequence[Evidence], page: Page, cues: Mapping[str, float]
) -> Candidate | None:
    """The only day of a page that declares itself news, by that declaration; its address must be that of an item."""
    if len(candidates) != 1 or not page_types(page) & _NEWS or not (cues["article-path"] or cues["slug-4-words"]):
        return None
    declared = any(item.slot == "ld-article" and item.read.on == candidates[0].on for item in evidence)
    return candidates[0] if declared else None


def _is_put_out(candidate: Candidate) -> bool:
    """Whether a system printed the day with its time at the title."""
    return any(
        item.stamped and "-near" in item.slot and "updated" not in item.slot and "other" not in item.slot
        for item in candidate.evidence
    )


def _believable(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Without fillers; of dateline (or dated URL) and metadata only one, if they name different days.

    More than a month apart, the metadata are of a migration; less, they tell the day on which the text was put out, as does
    a day that a system printed with its time at the title.
    Beside a day with its time of day, which a system printed at the title, days in sentences are of what is told.
    """
    anchor = next((_day_of(item) for slot in ("dateline", "url-day") for item in evidence if item.slot == slot), None)
    stamps = [item for item in evidence if item.stamped and "-near" in item.slot and "updated" not in item.slot]
    put_out = stamps + [item for item in evidence if item.slot in _TRUSTED]
    if anchor and any(timedelta(0) < abs(item.read.on - anchor) <= MIGRATION for item in put_out):
        evidence = [item for item in evidence if item.slot != "dateline"]
    return [
        item
        for item in evidence
        if not (stamps and not item.stamped and item.source == "text" and item.slot not in _LABELLED)
        and not (item.slot in _DECLARED and item.read.on in _FILLERS)
        and not (anchor and item.slot in _DECLARED and abs(item.read.on - anchor) > MIGRATION)
    ]


def _day_of(item: Evidence) -> date:
    """Its day; of a month, as the dateline of a meeting gives it, the middle."""
    return item.read.on.replace(day=15) if item.read.precision == "month" else item.read.on


def _describe(candidates: list[Candidate], evidence: Sequence[Evidence], title_at: int | None) -> None:
    """Give each candidate its features: its slots, and how it stands to the others."""
    seen = [
        item for item in evidence if item.block is not None and "updated" not in item.slot and "other" not in item.slot
    ]
    after = sorted(
        (item for item in seen if title_at is not None and _block(item) >= title_at and item.slot != "text-title"),
        key=_block,
    )
    first_after = after[0].read.on if after else None
    near = next((item.read.on for item in evidence if "-near" in item.slot and "updated" not in item.slot), None)
    steps = [(one.read.on, two.read.on) for one, two in itertools.pairwise(after) if one.read.on != two.read.on]
    ascending = len(steps) >= 2 and sum(one < two for one, two in steps) >= 0.75 * len(steps)
    changes = [each.on for each in candidates if any("modified" in slot for slot in each.slots)]
    shared: dict[str, int] = {}
    for each in candidates:
        for slot in each.slots:
            shared[slot] = shared.get(slot, 0) + 1
    all_days = sorted(each.on for each in candidates)
    seen_days = len({item.read.on for item in evidence if item.block is not None})
    for each in candidates:
        slots, on = each.slots, each.on
        distance = min((abs(_block(item) - title_at) for item in each.evidence if item.block is not None), default=999) if title_at is not None else 999  # fmt: skip
        flags = {
            "earliest": len(all_days) > 1 and on == all_days[0],
            "latest": len(all_days) > 1 and on == all_days[-1],
            "day-beside-declared": any(
                abs((other.on - on).days) == 1 and other.slots & _TRUSTED for other in candidates
            ),
            "repeated": len(each.evidence) > len(slots),
            "first-near-title": on == near,
            "first-after-title": on == first_after,
            "opens-thread": ascending and on == first_after,
            "two-families": len({_FAMILIES.get(slot.split("-")[0], slot.split("-")[0]) for slot in slots}) > 1,
            "agreed-metadata": len(slots & _TRUSTED) > 1,
            "after-change": bool(changes) and on > max(changes),
            "alone-in-slot": any(
                shared[slot] == 1 for slot in slots if slot.startswith(("time", "text")) and "other" not in slot
            ),
            "one-of-many": seen_days > 4 and not slots & _TRUSTED and on != first_after,
            "first-of-many": seen_days > 4 and not slots & _TRUSTED and on == first_after,
            "change-beside-published": any("updated" in slot or "modified" in slot for slot in slots)
            and not slots & _TRUSTED
            and any(other.slots & _TRUSTED for other in candidates),
            "sole-day": len(all_days) == 1,
            "sole-declared": len(all_days) == 1 and bool(slots & _TRUSTED),
            "month-only": all(item.read.precision == "month" for item in each.evidence),
            "within-2": distance <= 2,
            "within-5": 2 < distance <= 5,
            "within-12": 5 < distance <= 12,
        }
        each.features = dict.fromkeys(slots, 1.0) | {name: 1.0 for name, value in flags.items() if value}


def _block(item: Evidence) -> int:
    return item.block if item.block is not None else -1


def none_features(candidates: Sequence[Candidate], cues: Mapping[str, float]) -> dict[str, float]:
    """What speaks for a page without a date of its own; names begin with "none:"."""
    slots = {slot for each in candidates for slot in each.slots}
    far = sum(1 for each in candidates if all("far" in slot or "other" in slot for slot in each.slots))
    seen = {each.on for each in candidates if any(item.block is not None for item in each.evidence)}
    order = [item for each in candidates for item in each.evidence if item.block is not None]
    steps = sorted({(_block(item), item.read.on) for item in order})
    falls = [one[1] > two[1] for one, two in itertools.pairwise(steps) if one[1] != two[1]]
    found = {
        "always": 1.0,
        "meta-published": float("meta-published" in slots),
        "ld-article": float("ld-article" in slots),
        "ld-page-only": float("ld-page" in slots and "ld-article" not in slots),
        "near": float(any("-near" in slot or slot == "dateline" for slot in slots)),
        "far-days": min(3, far) / 3,
        "days": min(8, len(seen)) / 8,
        "falling": float(len(falls) >= 3 and sum(falls) >= 0.75 * len(falls)),
        "rising": float(len(falls) >= 2 and sum(falls) <= 0.25 * len(falls)),
    }
    return {f"none:{name}": value for name, value in (found | dict(cues)).items()}


def choose(
    candidates: Sequence[Candidate], none: Mapping[str, float], table: Mapping[str, float]
) -> tuple[Candidate | None, float]:
    """The best day and how sure it is (0..1); None if "no date" scores higher."""
    if not candidates:
        return None, 0.0
    scores = [_score(each.features, table) for each in candidates]
    against = _score(none, table)
    best = max(range(len(scores)), key=scores.__getitem__)
    top = max(*scores, against)
    total = sum(math.exp(score - top) for score in (*scores, against))
    if scores[best] <= against + table.get("margin", 0.0):
        return None, 0.0
    return candidates[best], math.exp(scores[best] - top) / total


def _score(features: Mapping[str, float], table: Mapping[str, float]) -> float:
    return sum(table.get(name, 0.0) * value for name, value in features.items())


def _is_told(item: Evidence, body: Body) -> bool:
    """Whether a day stands inside a sentence of the text, which tells what happened on it, and nothing says it is the page's.

    Of five such days on annotated pages two were right.
    """
    if item.source != "text" or item.block is None or item.slot in _LABELLED:
        return False
    block = body.all_text_blocks[item.block]
    if block.is_body and item.slot.endswith("-other") and len(block.text) - len(item.read.printed) > _LABELLED_CHARS:
        return True  # somebody was born on it, something is in force since then
    if not block.is_body or block.text.count(" ") + len(_UNSPACED.findall(block.text)) // 2 < _TELLING_WORDS:
        return False
    if whose_kind(block.text) is not None:
        return False
    before = block.text.partition(item.read.printed or "\n")[0]
    if len(_UNSPACED.findall(before)) > _TELLING_WORDS:
        return _TODAY.search(before) is None
    return not (_OPENS_DATED.fullmatch(before) or _TODAY.search(before))


def _is_of_what_is_told(chosen: Candidate, body: Body, languages: Collection[str]) -> bool:
    """Whether a day only stands inside sentences of the text and in a list of days that is part of it."""
    untold = [item for item in chosen.evidence if not _is_told(item, body)]
    if any(item.block is None or not body.all_text_blocks[item.block].is_body for item in untold):
        return False
    if not untold:
        return True
    listed = days_listed([block.text for block in body.blocks], languages)
    return all(item.read.on in listed for item in untold)


def _published(chosen: Candidate, confidence: float) -> Published:
    order = {slot: rank for rank, slot in enumerate(_SOURCE_ORDER)}
    best = min(chosen.evidence, key=lambda item: (item.read.precision == "month", order.get(item.slot, 99)))
    return Published(chosen.on, best.read.precision, best.source, best.read.printed, best.read.at, round(confidence, 3))


def _modified(evidence: Sequence[Evidence]) -> Published | None:
    for slot in _MODIFIED:
        for item in evidence:
            if item.slot == slot and item.read.precision != "year" and item.read.on not in _FILLERS:
                return Published(item.read.on, item.read.precision, item.source, item.read.printed, item.read.at, 0.9)
    return None
