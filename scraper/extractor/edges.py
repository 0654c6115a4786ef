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
from scraper.extractor.imprint import FILED, UPKEEP, is_furniture

_PROSE_WORDS: Final = 8  # fewer make a label, a heading or a cell
_LABEL_WORDS: Final = 4
_SENTENCE_WORDS: Final = 5
_TOOL_WORDS: Final = 6
_LINKED: Final = 0.5  # of a block's characters
_FILE: Final = re.compile(r"\.(?:pdf|docx?|odt|rtf|pptx?|xlsx?)\b", re.IGNORECASE)
_ISLAND: Final = 0.25  # of the words kept
_RUNNING: Final = 0.7  # of the words kept: a running text, no list of goods or of links
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
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
_CELLS: Final = 4  # of a table of data, at least
_CELL_CHARS: Final = 200
_CELL_TAGS: Final = frozenset({"td", "th", "p", "div", "caption", "li"})
_RELATED: Final = re.compile(
    r"related\b|more (?:news|stories|from|on)\b|(?:you may|you might) also|read (?:more|next|also)\b|latest (?:news|stories)\b"
    r"|see also\b|recommended\b|(?:à lire|lire) aussi|articles? liés|noticias relacionadas|contenido relacionado|más noticias"
    r"|mehr zum thema|verwandte|leia (?:também|mais)|leggi anche|похожие|читайте также|по теме|مواضيع ذات صلة|相关",
    re.IGNORECASE,
)
# A heading that is nothing but such an announcement; "Recommended measures" is none.
_TEASERS: Final = re.compile(
    r"(?:related|more|latest|recent|other) (?:news|stories|articles?|content|statements?|(?:press|news) releases|posts|pages)"
    r"(?: (?:and|&) \w+)?|(?:you may|you might) also (?:like|be interested in)|read (?:more|next|also)"
    r"|(?:à lire|lire) aussi|(?:articles?|contenus?|actualités) liée?s|sur le même (?:sujet|thème)"
    r"|(?:noticias|contenidos?|artículos) relacionad[oa]s?|más noticias|mehr zum thema|verwandte (?:artikel|themen|inhalte)"
    r"|leia (?:também|mais)|leggi anche|похожие (?:новости|материалы|статьи)|читайте также|(?:новости|материалы) по теме"
    r"|مواضيع ذات صلة|(?:أخبار|مقالات) ذات صلة|相关(?:新闻|报道|文章|链接|阅读)",
    re.IGNORECASE,
)
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
_STRIP_WORDS: Final = 25
_CLOSING_WORDS: Final = 12  # of a signature, a signatory's country, a footnote
_CLOSING_LINES: Final = 4
_OWN: Final = 0.5  # of the words kept stand above the teasers, at least
_BARS: Final = re.compile(r"[\n|]")
_MENU_LINES: Final = 3
_BACK: Final = re.compile(r"↩|\^\s*$")
_NOTES: Final = re.compile(r"\b(?:foot|end)notes?\b", re.IGNORECASE)
_DATELINE: Final = re.compile(r"[^.!?]{2,60}[–—―-]")  # a place and a dash in an element of its own


def settle(layout: Layout, kept: Sequence[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """The blocks *kept* by the model, ascending, with their edges mended.

    *words* and *link_share* hold one number a block of *layout*.
    """
    found = [index for index in kept if not is_furniture(layout.b_text[index], words[index])]
    found = _without_choices(layout, _without_consent(layout, found, words), words, link_share)
    if found and all(layout.tag(index) in _HEADINGS for index in found):
        found = _with_sentences(layout, found, words, link_share)
    cut = _other_pages(layout, found)
    own = [index for index in found if index < cut]
    prose = [index for index in found if _is_prose(layout, index, words[index], link_share[index])]
    if _only_hands_out_a_file(layout, own, cut, prose):
        return []
    total = _total(words, found)
    if _total(words, prose) <= _RUNNING * total:
        return found
    if total - _total(words, own) < _ISLAND * total:
        found = own
    found = _without_teasers(layout, found, prose, words)
    prose = [index for index in prose if index <= found[-1]]
    captions = _captions_above(layout, prose, words)
    found, prose = [index for index in found if index not in captions], prose[len(captions) :]
    found = _without_labels(layout, found, prose[0], words)
    found = _without_number(layout, _without_tools(layout, found, words, link_share))
    before = next((index for index in range(found[0] - 1, -1, -1) if index not in captions), None)
    if found[0] <= prose[0] and before is not None and _is_dateline(layout, before):
        found.insert(0, before)
    return _with_tables(layout, _with_notes(layout, _with_closing(layout, found, words, link_share)), link_share)


def _with_sentences(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """A heading alone is no text: with it the sentences that stand in its own element, up to the next heading."""
    home, found = _home(layout, kept[0]), list(kept)
    for index in range(kept[0] + 1, len(layout.b_text)):
        if layout.tag(index) in _HEADINGS:
            if _STAMP.search(layout.b_text[index]):
                continue
            break
        text = layout.b_text[index]
        if (
            _home(layout, index) == home
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
        and layout.tag(index) not in _HEADINGS
        and not _is_menu(layout.b_text[index], longer=1)
    )


def _other_pages(layout: Layout, kept: list[int]) -> int:
    """The first heading among the blocks left out that announces other pages; the number of blocks if there is none."""
    known = set(kept)
    for index, text in enumerate(layout.b_text):
        if index not in known and layout.tag(index) in _HEADINGS and _RELATED.match(text):
            return index
    return len(layout.b_text)


def _only_hands_out_a_file(layout: Layout, own: Sequence[int], cut: int, prose: Sequence[int]) -> bool:
    """Whether labels and a link to a document are all there is between the title and the block *cut*."""
    titles = (index for index in range(cut) if layout.tag(index) == "h1")
    title = next(titles, -1)
    return (
        (cut < len(layout.b_text) or bool(own))
        and not any(title < index < cut for index in prose)
        and any(_FILE.search(layout.b_text[index]) and layout.b_link_chars[index] for index in range(title + 1, cut))
    )


def _is_dateline(layout: Layout, index: int) -> bool:
    """Whether a block before the first paragraph is a dateline in an element of its own."""
    if layout.tag(index) in _HEADINGS:
        return False
    names = layout.c_node[layout.b_container[index]].attributes.get("class") or ""
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
    home = _home(layout, opening)

    def is_label(index: int) -> bool:
        if index >= opening:
            return False
        if _is_menu(layout.b_text[index], longer=1) or (
            words[index] <= _STAMP_WORDS and _STAMP.search(layout.b_text[index])
        ):
            return True
        return (
            words[index] <= _LABEL_WORDS
            and layout.tag(index) not in _HEADINGS
            and _home(layout, index) != home
            and not _ENDED.search(layout.b_text[index])
            and not _is_dateline(layout, index)
        )

    return [index for index in kept if not is_label(index)]


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
        if words[index] <= _CLOSING_WORDS and UPKEEP.fullmatch(text.strip()):
            return True
        return "|" in text and link_share[index] > 0 and words[index] <= _STRIP_WORDS and not _ENDED.search(text)

    while len(kept) > 1 and is_tool(kept[-1]):
        kept = kept[:-1]
    return kept


def _with_closing(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept* with the short lines that go on as it ends, in the same element: who signs, the last of the footnotes."""
    last = kept[-1]
    tag, home = layout.tag(last), _home(layout, last)
    closing = []
    for index in range(last + 1, min(last + 1 + _CLOSING_LINES, len(layout.b_text))):
        text = layout.b_text[index].strip()
        if layout.tag(index) != tag or _home(layout, index) != home:
            break
        if words[index] > _CLOSING_WORDS or link_share[index] > 0 or text.endswith((":", "：")):
            break
        if (
            is_furniture(text, words[index])
            or UPKEEP.fullmatch(text)
            or FILED.fullmatch(text)
            or _RELATED.match(text)
            or "|" in text
        ):
            break
        closing.append(index)
    return kept + closing


def _without_teasers(layout: Layout, kept: list[int], prose: Sequence[int], words: Sequence[int]) -> list[int]:
    """*kept* without what stands below a heading that announces other pages, if none of the text's own elements goes on there."""
    for heading, text in enumerate(layout.b_text):
        if heading <= prose[0] or layout.tag(heading) not in _HEADINGS or not _TEASERS.fullmatch(text.strip(" \n:…")):
            continue
        own = [index for index in kept if index < heading]
        homes = {_home(layout, index) for index in prose if index < heading}
        if any(index > heading and _home(layout, index) in homes for index in prose):
            continue
        return own if _total(words, own) > _OWN * _total(words, kept) else kept
    return kept


def _without_consent(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* without a notice about cookies that stands in an element of its own above the title, if a text follows it."""
    title = next((index for index in range(len(layout.b_text)) if layout.tag(index) == "h1"), 0)
    above = [index for index in kept if index < title]
    asks = {_home(layout, index) for index in above if _CONSENT.search(layout.b_text[index])}
    asks = {box for box in asks if box >= 0 and layout.c_end[box] <= title}
    notice = {index for index in above if _home(layout, index) in asks}
    left = [index for index in kept if index not in notice]
    return left if any(index > title and words[index] >= _PROSE_WORDS for index in left) else kept


def _without_choices(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept* without the labels that a form offers to be ticked, if what is left is a running text."""
    if "form" not in layout.c_tag or not layout.c_node[0].css_first(_CHOICES):
        return kept

    @cache  # a form of 25,000 lines is looked through once
    def offers(container: int) -> bool:
        return layout.c_node[container].css_first(_CHOICES) is not None

    def is_choice(index: int) -> bool:
        if words[index] > _CHOICE_WORDS or "form" not in map(layout.c_tag.__getitem__, layout.ancestors(index)):
            return False
        return offers(layout.b_container[index])

    left = [index for index in kept if not is_choice(index)]
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
        if not kept[0] < cells.start <= cells.stop <= kept[-1] or not _is_data(layout, cells, link_share):
            continue
        if homes is None:
            homes = {_home(layout, index) for index in kept if layout.tag(index) == "p"}
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
            names = layout.c_node[box].attributes
            says = noted[box] = bool(_NOTES.search(f"{names.get('class') or ''} {names.get('role') or ''}"))
        if says:
            return True
    return False


def _home(layout: Layout, index: int) -> int:
    """The element in which a block's own element stands."""
    return next(islice(layout.ancestors(index), 1, None), -1)
