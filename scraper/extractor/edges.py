"""Where a text begins and ends, after the model: what it doubts at the edges is settled by where it stands.

The model judges blocks one by one; a label above the text or a line of tools below it costs it next to nothing, and a
reader, or a comparison with last week's text, stumbles over each. Measured on held-out pages none of this moves the mean F1 by
more than a thousandth; it is here so that a page redrawn by its publisher reads the same as before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Final

from scraper.extractor.blocks import Layout
from scraper.extractor.closing import REACH, with_closing
from scraper.extractor.dates import find_dates
from scraper.extractor.elsewhere import other_pages, without_other_pages
from scraper.extractor.imprint import FILED, UPKEEP, are_furniture
from scraper.extractor.months import WEEKDAYS, fold
from scraper.extractor.surroundings import without_surroundings
from scraper.extractor.translated import without_shut_translations

_PROSE_WORDS: Final = 8  # fewer make a label, a heading or a cell
_LABEL_WORDS: Final = 4
_SENTENCE_WORDS: Final = 5
_TOOL_WORDS: Final = 6
_LINKED: Final = 0.5  # of a block's characters
_FILE: Final = re.compile(r"\.(?:pdf|docx?|odt|rtf|pptx?|xlsx?)\b", re.IGNORECASE)
_ISLAND: Final = 0.25  # of the words kept
_RUNNING: Final = 0.7  # of the words kept: a running text, no list of goods or of links
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# "United Kingdom of Great Britain and Northern Ireland (the)" is one of two hundred boxes to tick, long as it is.
_NEVER_PROSE: Final = _HEADINGS | {"label", "legend", "option", "button"}
_TITLES: Final = frozenset({"h1", "h2", "h3"})
_ENDED: Final = re.compile(r"[.!?:;,–—―\-。！？：؟…”\"»)]\s*$")
# A caption is known by the credit that ends it.
_CAPTION: Final = re.compile(
    r"(?:[.!?”\"»)]|^)\W{0,3}(?:(?:photo )?credit|crédit photo|photos?|fotos?|image|фото|صورة|图)\s*(?:by\b|[:：/©])[^.]{0,80}\.?$",
    re.IGNORECASE,
)
_CAPTION_WORDS: Final = 80
# A day with its time in a line of its own, as systems print it: "Industry News | Aug. 9, 2021, 2:52 p.m."
_STAMP: Final = re.compile(r"\b(?:19|20)\d\d\b.{0,12}\b\d{1,2}[:h]\d\d(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,5})?\s*$")
_STAMP_WORDS: Final = 12
_BY: Final = re.compile(r"(?:by|por|par|von|di)\s(?=[^\W\d_])", re.IGNORECASE)
_DAY_CHARS: Final = 45  # of a day in a line of its own
_TO_READ: Final = re.compile(
    r"\breading time\b|\b\d+[ -]min(?:ute)?s?[ -]read\b|temps de lecture|tiempo de lectura|lesezeit", re.IGNORECASE
)
# Terms of a list that dates a text: "Published", "Last updated", "Fecha de publicación".
_FACT: Final = re.compile(
    r"(?:(?:date|first|last)\s)?(?:published|updated|posted|issued)(?:\son)?|(?:release|publication|issue) date"
    r"|date of (?:issue|publication)|delivered on|(?:date de )?publi(?:cation|é le)|fecha(?: de publicación)?|publicado(?: el)?"
    r"|veröffentlicht(?: am)?|data (?:de publicação|di pubblicazione)|дата (?:публикации|выхода)|تاريخ النشر|发布(?:日期|时间)",
    re.IGNORECASE,
)
_FACTS_WORDS: Final = 60
_CELLS: Final = 4  # of a table of data, at least
_CELL_CHARS: Final = 200
_CELL_TAGS: Final = frozenset({"td", "th", "p", "div", "caption", "li"})
# What asks a visitor for leave to watch.
_CONSENT: Final = re.compile(
    r"\bcookies?\b|\bкуки\b|файл\w* cookie|ملفات تعريف الارتباط|\bprivacy (?:policy|preferences|settings)\b"
    r"|\b(?:our|nos|nuestros|unsere) (?:partners|partenaires|socios|partner)\b"
    r".*\b(?:device|data|appareil|données|dispositivo|datos|daten)\b",
    re.IGNORECASE,
)
_CHOICE_WORDS: Final = 6
_FEW_CHOICES: Final = 10  # fewer may belong to what a text says
_CHOICES: Final = "input[type=checkbox], input[type=radio]"
_UPKEEP_WORDS: Final = 12
_STRIP_WORDS: Final = 25
_BARS: Final = re.compile(r"[\n|]")
_MENU_LINES: Final = 3
_ANNOUNCES: Final = re.compile(r"[:：]\s*$")
_BACK: Final = re.compile(r"↩|\^\s*$")
_NOTES: Final = re.compile(r"\b(?:foot|end)notes?\b", re.IGNORECASE)
_DATELINE: Final = re.compile(r"[^.!?]{2,60}[–—―-]")  # a place and a dash in an element of its own


def settle(layout: Layout, kept: Sequence[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """The blocks *kept* by the model, ascending, with their edges mended.

    *words* and *link_share* hold one number a block of *layout*.
    """
    furniture = are_furniture([layout.b_text[index] for index in kept], [words[index] for index in kept])
    found = [index for index, is_furniture in zip(kept, furniture, strict=True) if not is_furniture]
    found = without_shut_translations(layout, found)
    found = _without_choices(layout, _without_consent(layout, found, words), words, link_share)
    if found and all(layout.tag(index) in _HEADINGS for index in found):
        found = _with_sentences(layout, found, words, link_share)
    found = without_surroundings(layout, _without_facts(layout, found, words), words, link_share)
    cut = other_pages(layout, found)
    own = [index for index in found if index < cut]
    prose = [index for index in found if _is_prose(layout, index, words[index], link_share[index])]
    if _only_hands_out_a_file(layout, own, cut, prose):
        return []
    total = _total(words, found)
    left = own if total - _total(words, own) < _ISLAND * total else found
    left = without_other_pages(layout, left, prose, words, link_share) if prose and left else left
    known = set(left)
    own_prose = [index for index in prose if index in known]
    if not _is_running(layout, left, own_prose, words) and not _is_running(layout, found, prose, words):
        return _without_stamp(layout, found, words)
    found, prose = left, own_prose
    captions = set(_captions_above(layout, prose, words))
    found, prose = [index for index in found if index not in captions], prose[len(captions) :]
    found = _with_announcement(layout, _without_labels(layout, found, prose[0], words), words)
    found = _without_number(layout, _without_tools(layout, found, words, link_share))
    before = next((index for index in range(found[0] - 1, -1, -1) if index not in captions), None)
    if found[0] <= prose[0] and before is not None and _is_dateline(layout, before):
        found.insert(0, before)
    return _with_tables(layout, _with_notes(layout, with_closing(layout, found, words, link_share)), link_share)


def _without_stamp(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* without the day that a system printed above all its lines."""
    first = next((index for index in kept if layout.tag(index) not in _TITLES), None)
    if first is None or words[first] > _STAMP_WORDS or not _STAMP.search(layout.b_text[first]):
        return kept
    return [index for index in kept if index != first]


def _is_running(layout: Layout, kept: Sequence[int], prose: Sequence[int], words: Sequence[int]) -> bool:
    """Whether most of the words *kept*, the title's apart, are those of paragraphs."""
    total = sum(words[index] for index in kept if layout.tag(index) != "h1")
    return bool(prose) and _total(words, prose) > _RUNNING * total


def _with_sentences(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """A heading alone is no text: with it the sentences that stand in its own element, up to the next heading."""
    home, found = layout.home(kept[0]), list(kept)
    for index in range(kept[0] + 1, len(layout.b_text)):
        if layout.tag(index) in _HEADINGS:
            if _STAMP.search(layout.b_text[index]):
                continue
            break
        text = layout.b_text[index]
        if (
            layout.home(index) == home
            and words[index] >= _SENTENCE_WORDS
            and link_share[index] < _LINKED
            and _ENDED.search(text)
        ):
            found.append(index)
    return sorted(set(found))


def _total(words: Sequence[int], kept: Sequence[int]) -> int:
    return sum(words[index] for index in kept)


def _is_prose(layout: Layout, index: int, words: int, link_share: float) -> bool:
    return (
        words >= _PROSE_WORDS
        and link_share < _LINKED
        and not (words <= _STAMP_WORDS and _TO_READ.search(layout.b_text[index]))
        and layout.tag(index) not in _NEVER_PROSE
        and not _is_menu(layout.b_text[index], longer=1)
    )


def _only_hands_out_a_file(layout: Layout, own: Sequence[int], cut: int, prose: Sequence[int]) -> bool:
    """Whether labels and a link to a document are all there is between the title and the block *cut*."""
    title = next((index for index in layout.tagged(("h1",)) if index < cut), -1)
    return (
        (cut < len(layout.b_text) or bool(own))
        and not any(title < index < cut for index in prose)
        and any(_FILE.search(layout.b_text[index]) and layout.b_link_chars[index] for index in range(title + 1, cut))
    )


def _is_dateline(layout: Layout, index: int) -> bool:
    """Whether a block before the first paragraph is a dateline in an element of its own."""
    if layout.tag(index) in _HEADINGS:
        return False
    names = layout.names(layout.b_container[index])
    return "dateline" in names.lower() or bool(_DATELINE.fullmatch(layout.b_text[index].strip()))


def _is_menu(text: str, longer: int = 0) -> bool:
    """Whether a block is nothing but three or more labels, one a line or between bars; *longer* of them may be titles."""
    if text.count("\n") + text.count("|") < _MENU_LINES - 1:
        return False
    lines = [line for line in _BARS.split(text) if line.strip()]
    if len(lines) < _MENU_LINES or any(_ENDED.search(line) for line in lines):
        return False
    return sum(len(line.split()) > _LABEL_WORDS for line in lines) <= longer


def _without_labels(layout: Layout, kept: list[int], opening: int, words: Sequence[int]) -> list[int]:
    """*kept* without dates, regions and kinds that stand in an element of their own above the first paragraph."""
    home = layout.home(opening)
    title = next((index for index in layout.tagged(("h1",)) if index < opening), -1)

    def is_label(index: int) -> bool:
        if index >= opening:
            return False
        text = layout.b_text[index]
        if index < title and words[index] <= _LABEL_WORDS and not _ENDED.search(text):
            return True
        if (layout.tag(index) not in _HEADINGS and _is_day(text)) or _is_menu(text, longer=1):
            return True
        if words[index] <= _STAMP_WORDS and (_STAMP.search(text) or _TO_READ.search(text) or _is_byline(text)):
            return True
        return (
            words[index] <= _LABEL_WORDS
            and layout.tag(index) not in _HEADINGS
            and layout.home(index) != home
            and not _ENDED.search(layout.b_text[index])
            and not _is_dateline(layout, index)
        )

    return [index for index in kept if not is_label(index)]


def _with_announcement(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* with the line that announces it, in the same element: "The President issued the following statement:"."""
    first = kept[0]
    before = first - 1
    if (
        before < 0
        or layout.tag(before) != "p"
        or words[before] < _SENTENCE_WORDS
        or not _ANNOUNCES.search(layout.b_text[before])
    ):
        return kept
    homes = {layout.home(first)} | {
        layout.c_parent[box] for box in islice(layout.ancestors(first), 2) if layout.c_tag[box] == "blockquote"
    }
    return [before, *kept] if layout.home(before) in homes else kept


def _is_day(text: str) -> bool:
    """Whether a line is a day and nothing else, its weekday apart; a place before the day makes it a dateline."""
    if len(text) > _DAY_CHARS or not any(char.isdigit() for char in text):
        return False
    found = next(find_dates(text), None)
    if found is None or found.end < len(text.rstrip(" .")) or found.precision not in ("day", "time"):
        return False
    return all(fold(word.strip(",،.")) in WEEKDAYS for word in text[: found.start].split())


def _is_byline(text: str) -> bool:
    """Whether a line is who wrote a text and the day: "By Barb Abney July 24, 2006"."""
    if not _BY.match(text):
        return False
    found = next(find_dates(text), None)
    return found is not None and found.end == len(text)


def _without_facts(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* without the list of terms that says when, by whom and under what a text was put out."""
    facts: set[int] = set()
    for box in [at for at, tag in enumerate(layout.c_tag) if tag == "dl"]:
        blocks = range(layout.c_first[box], layout.c_end[box])
        if sum(words[index] for index in blocks) <= _FACTS_WORDS and any(
            layout.tag(index) == "dt" and _FACT.fullmatch(layout.b_text[index].strip(" :：")) for index in blocks
        ):
            facts.update(blocks)
    return [index for index in kept if index not in facts]


def _captions_above(layout: Layout, prose: Sequence[int], words: Sequence[int]) -> list[int]:
    """The captions of pictures among the *prose* that opens a text; some other paragraph has to follow."""
    at = 0
    while at < len(prose) - 1 and words[prose[at]] <= _CAPTION_WORDS and _CAPTION.search(layout.b_text[prose[at]]):
        at += 1
    return list(prose[:at])


def _without_number(layout: Layout, kept: list[int]) -> list[int]:
    """*kept* without the number under which the publisher files it, at its end."""
    return kept[:-1] if len(kept) > 1 and FILED.fullmatch(layout.b_text[kept[-1]].strip()) else kept


def _without_tools(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept* without the links to print, send and share that follow the last line."""

    def is_tool(index: int) -> bool:
        text = layout.b_text[index]
        if words[index] <= _TOOL_WORDS and link_share[index] >= _LINKED:
            return True
        if words[index] <= _UPKEEP_WORDS and (UPKEEP.fullmatch(text.strip()) or REACH.match(text)):
            return True
        return "|" in text and link_share[index] > 0 and words[index] <= _STRIP_WORDS and not _ENDED.search(text)

    while len(kept) > 1 and is_tool(kept[-1]):
        kept = kept[:-1]
    return kept


def _without_consent(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* without a notice about cookies that stands in an element of its own above the title, if a text follows it."""
    title = next(iter(layout.tagged(("h1",))), 0)
    above = [index for index in kept if index < title]
    asks = {layout.home(index) for index in above if _CONSENT.search(layout.b_text[index])}
    asks = {box for box in asks if box >= 0 and layout.c_end[box] <= title}
    notice = {index for index in above if layout.home(index) in asks}
    left = [index for index in kept if index not in notice]
    return left if any(index > title and words[index] >= _PROSE_WORDS for index in left) else kept


def _without_choices(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept* without the labels that a form offers to be ticked, if what is left is a running text."""
    forms = [box for box, tag in enumerate(layout.c_tag) if tag == "form"]
    inside = {index for box in forms for index in range(layout.c_first[box], layout.c_end[box])}
    short = [index for index in kept if words[index] <= _CHOICE_WORDS and index in inside]
    if len(short) < _FEW_CHOICES:
        return kept

    @cache  # a form of 25,000 lines is looked through once
    def offers(container: int) -> bool:
        return layout.c_node[container].css_first(_CHOICES) is not None

    choices = {index for index in short if offers(layout.b_container[index])}
    left = [index for index in kept if index not in choices]
    prose = [index for index in left if _is_prose(layout, index, words[index], link_share[index])]
    if len(kept) - len(left) < _FEW_CHOICES or _total(words, prose) <= _RUNNING * _total(words, left):
        return kept
    return left


def _with_notes(layout: Layout, kept: list[int]) -> list[int]:
    """*kept* with the captions of its tables and with the footnotes that follow it."""
    known = set(kept)
    captions = {box for box, tag in enumerate(layout.c_tag) if tag == "caption"}
    for index, box in enumerate(layout.b_container[: kept[-1]] if captions else ()):
        if box in captions and index + 1 in known:
            known.add(index)
    noted: dict[int, bool] = {}
    for index in range(kept[-1] + 1, len(layout.b_text)):
        if (layout.b_container[index] in captions and index + 1 in known) or _is_footnote(layout, index, noted):
            known.add(index)
    return sorted(known)


def _with_tables(layout: Layout, kept: list[int], link_share: Sequence[float]) -> list[int]:
    """*kept* with all cells of the tables that stand among its paragraphs: cells are too short to be judged one by one."""
    known = set(kept)
    homes: set[int] | None = None
    for table in [box for box, tag in enumerate(layout.c_tag) if tag == "table"]:
        cells = range(layout.c_first[table], layout.c_end[table])
        inside = kept[0] < cells.start <= cells.stop <= kept[-1]
        if not (inside or cells.start == max(known) + 1) or not _is_data(layout, cells, link_share):
            continue
        if homes is None:
            homes = {layout.home(index) for index in kept if layout.tag(index) == "p"}
        if layout.c_parent[table] in homes or sum(index in known for index in cells) > len(cells) // 2:
            known.update(cells)
    return sorted(known)


def _is_data(layout: Layout, cells: range, link_share: Sequence[float]) -> bool:
    """Whether a table's blocks are cells of rows, not a page laid out in one."""
    return len(cells) >= _CELLS and all(
        layout.tag(index) in _CELL_TAGS and len(layout.b_text[index]) <= _CELL_CHARS and link_share[index] < _LINKED
        for index in cells
    )


def _is_footnote(layout: Layout, index: int, noted: dict[int, bool]) -> bool:
    """Whether a block leads back to a mark in the text, or stands where it says that footnotes stand.

    *noted* remembers which elements say so.
    """
    text = layout.b_text[index]
    if ("↩" in text or "^" in text) and _BACK.search(text):
        return True
    for box in islice(layout.ancestors(index), 4):
        says = noted.get(box)
        if says is None:
            names = layout.c_attributes[box]
            said = f"{names.get('class') or ''} {names.get('role') or ''}"
            says = noted[box] = "note" in said.lower() and _NOTES.search(said) is not None
        if says:
            return True
    return False
