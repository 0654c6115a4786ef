"""Why the text of a PDF is as it is: page by page its lines and paragraphs, what was left out, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scraper.extractor.contacts import is_separator
from scraper.extractor.explain_page import block, explained
from scraper.extractor.pdf import PdfFile, read_pdf
from scraper.extractor.pdf_lines import line_of
from scraper.extractor.pdf_order import sorted_rows
from scraper.extractor.pdf_paragraphs import Paragraph
from scraper.extractor.pdf_statement import Plan, extract_pdf, paragraphs_in, plan_of

_KINDS = {"p": "text", "heading": "heading", "item": "list item", "footnote": "footnote"}


def explain_pdf(body: bytes, url: str = "") -> str:
    """An HTML page about how the PDF *body* was read: fields, then each page's paragraphs and what was left out of it."""
    file = read_pdf(body)
    paragraphs = paragraphs_in(file)
    plan = plan_of(paragraphs, file.title)
    inside = "\n".join(_page(number, file, paragraphs, plan) for number in range(len(file.pages)))
    heading = f"<h2>{len(plan.kept)} of {len(paragraphs)} paragraphs are the text</h2>" if paragraphs else ""
    return explained(extract_pdf(body, url), f"{heading}\n{inside}")


def _page(number: int, file: PdfFile, paragraphs: Sequence[Paragraph], plan: Plan) -> str:
    """One page: paragraphs that begin on it in reading order, then the lines of it that are no text."""
    parts = 1 + max((each.column for each in paragraphs if each.page == number), default=0)
    lines = [f"<h2>Page {number + 1}{f': {parts} columns and bands, in reading order' if parts > 1 else ''}</h2>"]
    for at, each in enumerate(paragraphs):
        if each.page == number:
            label, reason = _verdict(at, paragraphs, plan)
            place = f"; column or band {each.column + 1} of {parts}" if parts > 1 else ""
            look = f"{each.size:g} points{', bold' if each.bold else ''}{place}"
            lines.append(block(label, each.text, f"{reason}; {look}" if reason else look, is_kept=at in plan.kept))
    lines += [block("margin", text, reason, is_kept=False) for text, reason in _margins(number, file)]
    return "\n".join(lines)


def _margins(number: int, file: PdfFile) -> Iterator[tuple[str, str]]:
    for row, reason in sorted_rows(file.pages)[number]:
        if reason is not None:
            yield line_of(row).text, reason


def _verdict(at: int, paragraphs: Sequence[Paragraph], plan: Plan) -> tuple[str, str]:
    """What a paragraph was taken for, and why if its look does not say it."""
    if at in plan.title:
        return "title", "the most prominent line above the first prose"
    if at in plan.contact:
        return "contact", "how to reach the publisher"
    if at in plan.kept:
        return _KINDS[paragraphs[at].kind], "in smaller print, moved to the end" if paragraphs[
            at
        ].kind == "footnote" else ""
    if is_separator(paragraphs[at].text):
        return "mark", "no words"
    if plan.title and at < plan.title.start:
        return "above", "above the title: sender, kind, date"
    return "label", "says only the kind or the date"
