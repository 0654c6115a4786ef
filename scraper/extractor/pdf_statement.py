"""A PDF to a statement: its paragraphs are the body, what stands above them the title and the lines around it.

The fields are read by the same code as a page's. What the file says of itself (title, author, dates) mostly belongs to
its template or to the day of its conversion: a title is taken from it only where the page prints it too, a date never.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from html import escape
from typing import Final

from scraper import dom
from scraper.charset import clean_text
from scraper.extractor.contacts import find_contact, is_separator
from scraper.extractor.dates import parse_date
from scraper.extractor.kinds import label_kind
from scraper.extractor.metadata import Metadata, read_metadata
from scraper.extractor.page import Block, Body, Marked, Page
from scraper.extractor.pdf import PdfFile, read_pdf
from scraper.extractor.pdf_lines import line_of
from scraper.extractor.pdf_order import body_rows, is_document_from_right, reading_order
from scraper.extractor.pdf_paragraphs import UNSPACED, Flow, Paragraph, paragraphs_of
from scraper.extractor.pdf_signatures import split_signatures
from scraper.extractor.version import EXTRACTOR_VERSION
from scraper.model import Statement

NO_TEXT: Final = "PDF without text, probably scanned"

_FIELDS: Final = tuple(field.name for field in fields(Metadata))
_PROSE: Final = 100  # characters of a paragraph that is no title
_FRONT: Final = 12  # paragraphs before it at most
_TITLE_CHARS: Final = 300
_LEAD_AFTER: Final = 5  # paragraphs of the body that may still hold a byline or a dateline
_SURE, _UNTITLED, _SHORT_CONFIDENCE = 0.9, 0.7, 0.5
_FEW_WORDS: Final = 40
_SHORT_DATED: Final = 60  # characters of a line that says little more than a date
_WORD: Final = re.compile(r"\w+")
_REACHED: Final = re.compile(r"@|https?:|www\.|\btel\b|\bp\.?\s?o\.?\s?box\b|\+\d", re.IGNORECASE)
_TAGS: Final = {"p": "p", "heading": "h2", "item": "li", "footnote": "p"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which paragraphs are what, by their places."""

    title: range  # empty if there is none
    kept: tuple[int, ...]  # the text
    contact: range


def extract_pdf(body: bytes, url: str, *, seen_on: date | None = None) -> Statement:
    """The statement in the PDF *body*; without text and with a warning where nothing can be read. Never raises."""
    file = read_pdf(body)
    if file.problem:
        return Statement(url, None, "", warnings=(file.problem,), extractor_version=EXTRACTOR_VERSION)
    paragraphs = paragraphs_in(file)
    if not paragraphs:
        return Statement(url, None, "", warnings=(NO_TEXT,), extractor_version=EXTRACTOR_VERSION)
    plan = plan_of(paragraphs, file.title)
    page, found = _read(paragraphs, plan, url)
    known = read_metadata(page, found, latest=seen_on)
    sources = {
        name: "text" if name == "title" else source for name, source in known.sources.items()
    }  # no markup to name
    known = replace(
        known, title=known.title if plan.title else None, sources=sources, warnings=known.warnings + _warnings(file)
    )
    return Statement(
        url=url,
        text=found.text,
        markdown=found.marked.markdown,
        confidence=found.confidence,
        extractor_version=EXTRACTOR_VERSION,
        **{name: getattr(known, name) for name in _FIELDS},
    )


def paragraphs_in(file: PdfFile) -> list[Paragraph]:
    """The paragraphs of *file* in reading order, footnotes last."""
    from_right = is_document_from_right(file.pages)
    found = [
        Flow(number, tuple(line_of(row) for row in rows), column, signed)
        for number, page in enumerate(reading_order(body_rows(file.pages), from_right=from_right))
        for column, flow in enumerate(page)
        for rows, signed in split_signatures(flow, from_right=from_right)
    ]
    done = paragraphs_of(found, from_right=from_right)
    return [replace(each, text=text) for each in done if (text := clean_text(each.text).strip())]


def _warnings(file: PdfFile) -> tuple[str, ...]:
    read = len(file.pages)
    return (f"PDF cut after {read} of {file.count} pages",) if read < file.count else ()


# --- what is what -----------------------------------------------------------------------------------------------------


def plan_of(paragraphs: Sequence[Paragraph], declared: str) -> Plan:
    """Which of *paragraphs* are title, text and contact; *declared* is the title in the file's metadata."""
    title = _title(paragraphs, declared)
    start = title.stop if title else 0
    kept = [at for at in range(start, len(paragraphs)) if not is_separator(paragraphs[at].text)]
    while title and len(kept) > 1 and kept[0] - start < _LEAD_AFTER and _is_label(paragraphs[kept[0]]):
        kept = kept[1:]
    contact = range(0)
    if kept and (found := find_contact([each.text for each in paragraphs[kept[0] :]])):
        contact = range(kept[0] + found[0], kept[0] + found[1])
    return Plan(title, tuple(at for at in kept if at not in contact), contact)


def _title(paragraphs: Sequence[Paragraph], declared: str) -> range:
    """Where the title stands, over the first prose: what is set largest, unless it only names the sender or the kind."""
    prose = next((at for at, each in enumerate(paragraphs) if _is_prose(each)), len(paragraphs))
    front = [at for at in range(min(prose, _FRONT)) if paragraphs[at].page == 0 and _may_be_title(paragraphs[at])]
    if not front:
        return range(0)
    usual = paragraphs[prose].size if prose < len(paragraphs) else min(each.size for each in paragraphs)
    best = max(front, key=lambda at: (_title_score(paragraphs[at], usual, declared), -at))
    end = best + 1
    while (
        end in front
        and paragraphs[end].kind == "heading" == paragraphs[best].kind
        and _same_look(paragraphs, best, end)
    ):
        end += 1
    return range(best, end)


def _is_prose(paragraph: Paragraph) -> bool:
    return paragraph.kind in ("p", "item") and len(paragraph.text) >= _PROSE and not _REACHED.search(paragraph.text)


def _may_be_title(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return len(text) <= _TITLE_CHARS and _count(text) >= 2 and not _is_label(paragraph) and not _REACHED.search(text)


def _is_label(paragraph: Paragraph) -> bool:
    """Whether a line only says what kind of text it is ("PRESS RELEASE No. 12/2025") or when it came out."""
    text = paragraph.text.strip()
    bare = re.sub(r"(?i)\s*(?:n[o°º.]+\s*)?[\w/.-]*\d[\w/.-]*\s*$", "", text)
    if label_kind(text) or label_kind(bare):
        return True
    return len(text) <= _SHORT_DATED and parse_date(text) is not None and paragraph.kind != "heading"


def _title_score(paragraph: Paragraph, usual: float, declared: str) -> float:
    words = _words(paragraph.text)
    agrees = bool(words) and len(words) >= 2 and " ".join(words) in " ".join(_words(declared))
    few_capitals = paragraph.text.isupper() and len(words) <= 4  # a letterhead
    return (
        3 * math.log2(max(0.5, paragraph.size / usual))
        + 0.7 * paragraph.bold
        + (_count(paragraph.text) >= 4)
        + 3 * agrees
        - few_capitals
        - (paragraph.text.endswith((",", ";", ":")))
    )


def _count(text: str) -> int:
    """The words of a line; of a script without spaces, pairs of characters."""
    return len(_WORD.findall(text)) + len(UNSPACED.findall(text)) // 2


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _same_look(paragraphs: Sequence[Paragraph], one: int, other: int) -> bool:
    return paragraphs[one].bold == paragraphs[other].bold and abs(paragraphs[one].size - paragraphs[other].size) < 0.5


# --- as the readers of fields see it ----------------------------------------------------------------------------------


def _read(paragraphs: Sequence[Paragraph], plan: Plan, url: str) -> tuple[Page, Body]:
    """The document as a page whose markup says what each paragraph is, and as a body."""
    tagged = [(_TAGS[each.kind], each.text) for each in paragraphs]
    if plan.title:
        tagged[plan.title.start] = "h1", " ".join(each.text for each in paragraphs[plan.title.start : plan.title.stop])
        del tagged[plan.title.start + 1 : plan.title.stop]
    gone = max(0, len(plan.title) - 1)
    html = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in tagged)
    tree = dom.parse(f"<!doctype html><html><head></head><body>{html}</body></html>")
    nodes = list(tree.body.iter()) if tree.body else []
    kept = {at - gone for at in plan.kept}
    blocks = tuple(
        Block(at, tag, text, node, float(at in kept), at in kept)
        for at, ((tag, text), node) in enumerate(zip(tagged, nodes, strict=True))
    )
    body_blocks = tuple(block for block in blocks if block.is_body)
    lead = body_blocks[min(len(body_blocks), _LEAD_AFTER) - 1].index if body_blocks else len(blocks) - 1
    words = sum(len(block.text.split()) for block in body_blocks)
    contact = "\n".join(paragraphs[at].text for at in plan.contact if not is_separator(paragraphs[at].text))
    body = Body(
        text=_as_text(body_blocks),
        mark=lambda: Marked(_as_text(body_blocks, heading="## "), ()),
        blocks=body_blocks,
        lead_blocks=blocks[: lead + 1],
        title_block=blocks[plan.title.start] if plan.title else None,
        all_text_blocks=blocks,
        confidence=_SHORT_CONFIDENCE if words < _FEW_WORDS else _SURE if plan.title else _UNTITLED,
        contact=contact or None,
    )
    return Page(tree, url, html), body


def _as_text(blocks: Sequence[Block], heading: str = "") -> str:
    """Paragraphs with an empty line between them, the items of a list without."""
    pieces: list[str] = []
    for at, block in enumerate(blocks):
        if at:
            pieces.append("\n" if block.tag == "li" == blocks[at - 1].tag else "\n\n")
        prefix = {"li": "- ", "h2": heading}.get(block.tag, "")
        numbered = block.tag == "li" and re.match(r"\(?\w{1,4}[.)]\s", block.text)
        pieces.append(block.text if numbered else prefix + block.text)
    return "".join(pieces)
