"""A PDF file to the runs of characters on its pages: the door to PDFium, which works in a process of its own.

It knows neither lines nor paragraphs (:mod:`scraper.extractor.pdf_lines`), and never raises, whatever the bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

WORKER: Final = Path(__file__).with_name("pdf_worker.py")
SECONDS: Final = 60  # by the clock; the worker's own bound is 20 of the processor
_HEAD: Final = 1024  # bytes in which "%PDF-" has to stand (ISO 32000-1, annex H, note 13)

ENCRYPTED: Final = "encrypted PDF"
DAMAGED: Final = "damaged PDF"
TOO_HEAVY: Final = "PDF too heavy to read"


class Run(NamedTuple):
    """Characters that follow each other in the file on one baseline; lengths in points, from the bottom left."""

    x0: float
    x1: float
    y: float  # of the baseline
    size: float  # of the font
    bold: bool
    text: str  # in the order of the file, which for right-to-left scripts is anybody's guess
    edges: tuple[tuple[float, float], ...]  # of each character, on pages where some are written from right to left


class PdfPage(NamedTuple):
    """One page as displayed."""

    width: float
    height: float
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class PdfFile:
    """What was read of a file."""

    count: int  # pages that it has
    pages: tuple[PdfPage, ...]  # those that were read
    title: str  # of its metadata: often the name of a template
    problem: str | None = None  # why nothing was read


def is_pdf(body: bytes, content_type: str | None) -> bool:
    """Whether *body* is a PDF: by its first bytes, and for damaged ones by its type if they are no HTML.

    >>> is_pdf(b"%PDF-1.7 ...", "text/html"), is_pdf(b"<!doctype html>", "application/pdf")
    (True, False)
    """
    if body.lstrip()[:5] == b"%PDF-":
        return True
    declared = (content_type or "").partition(";")[0].strip().lower() == "application/pdf"
    head = body[:_HEAD]
    return declared and (b"%PDF-" in head or b"<" not in head)


def read_pdf(body: bytes, *, seconds: float = SECONDS) -> PdfFile:
    """The pages of *body*, as many as are worth reading; none and a problem where it cannot be read."""
    command = [sys.executable, "-P", str(WORKER)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired:
        return PdfFile(0, (), "", TOO_HEAVY)
    if done.returncode:
        return PdfFile(0, (), "", TOO_HEAVY)
    found = json.loads(done.stdout)
    if error := found.get("error"):
        return PdfFile(0, (), "", ENCRYPTED if error == "encrypted" else DAMAGED)
    pages = tuple(
        PdfPage(width, height, tuple(Run._make((*run[:6], tuple(map(tuple, run[6])))) for run in runs))
        for width, height, runs in found["pages"]
    )
    return PdfFile(found["count"], pages, found["title"] or "")
