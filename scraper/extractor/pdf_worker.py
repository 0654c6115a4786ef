"""The only code that calls PDFium: a program of its own, run by path, which reads a PDF from its standard input.

PDFium is a large C++ library that reads whatever the web sends. In a process of its own a crash, an endless loop or
gigabytes of memory end that process and not the run. It knows nothing of statements, and imports nothing of ours.

It writes JSON: ``{"error": "encrypted"}`` or ``"damaged"``, else ``{"count": pages, "title": ..., "pages": [...]}``.
A page is ``[width, height, [run, ...]]`` with its origin at the bottom left, as displayed; a run is
``[x0, x1, baseline, size, bold, text, edges]``: characters that follow each other in the file on one baseline, lengths
in points, *edges* the left and right edge of each character on pages where some are written from right to left.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MAX_PAGES = 200  # the longest statement that we know of, a joint report, has 90
MAX_CHARS = 1_000_000  # of all pages
MAX_PAGE_CHARS = 60_000  # a newspaper page set in 5 points
CPU_SECONDS = 20  # 200 dense pages take 4
MEMORY_BYTES = 1_500_000_000  # of address space

_PASSWORD = "password"  # noqa: S105 - what PDFium's message says
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_HYPHENS = {0x02: "-", 0xAD: "-", 0xFFFE: "-"}  # as PDFium marks those at the end of a line
_SAME_LINE = 0.1  # of the size: characters whose baselines differ by less stand on one
_APART = 0.9  # of the size: a wider gap, or a step back, ends a run
_UPRIGHT = 0.2  # radians that a character may lean


def main() -> None:
    """Read standard input, write what it says to standard output."""
    _limit()
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout, ensure_ascii=True)


def _limit() -> None:
    """Bound what this process may take, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(body: bytes) -> dict[str, Any]:
    try:
        document = pypdfium2.PdfDocument(body)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        return {"error": "encrypted" if _PASSWORD in str(error).lower() else "damaged"}
    if not count:
        return {"error": "damaged"}
    pages: list[Any] = []
    left = MAX_CHARS
    for number in range(min(count, MAX_PAGES)):
        if left <= 0:
            break
        try:
            page = _page(document[number], min(left, MAX_PAGE_CHARS))
        except pypdfium2.PdfiumError:  # one broken page does not take the others with it
            page = [0.0, 0.0, []]
        left -= sum(len(run[5]) for run in page[2])
        pages.append(page)
    return {"count": count, "title": document.get_metadata_value("Title"), "pages": pages}


def _page(page: Any, most: int) -> list[Any]:
    turned = int(page.get_rotation()) // 90 % 4
    width, height = page.get_size()
    runs = list(_runs(page.get_textpage(), turned, most))
    page.close()
    if not any(_RIGHT_TO_LEFT.search(run[5]) for run in runs):
        for run in runs:
            run[6] = []
    return [width, height, runs]


def _runs(text: Any, turned: int, most: int) -> Iterator[list[Any]]:
    """The runs of a page in the order of the file; characters that lean are stamps and watermarks, and left out."""
    run: list[Any] | None = None
    edges: list[tuple[float, float]] = []
    space = upright = bold = False
    size, seen = 1.0, (0, 0.0)
    for at in range(min(text.count_chars(), most)):
        code = pdfium.FPDFText_GetUnicode(text, at)
        char = _HYPHENS.get(code) or chr(min(code, sys.maxunicode))
        if char.isspace():
            space = True
            continue
        if char < " " or "\ud800" <= char <= "\udfff" or (place := _place(text, at, turned)) is None:
            continue
        x0, x1, y = place
        look = _look(text, at)
        if look != seen:
            seen, upright = look, _is_upright(text, at, turned)
            size, bold = _size(text, at), _is_bold(text, at)
        if not upright:
            continue
        if unicodedata.combining(char) and run is not None:  # a mark has a baseline of its own
            run[5] += char
            edges.append((x0, x1))
            continue
        if run is None or not (
            abs(y - run[2]) <= _SAME_LINE * size
            and abs(size - run[3]) <= _SAME_LINE * size
            and bold == run[4]
            and -_APART * size <= x0 - run[1] <= _APART * size
        ):
            if run is not None:
                yield _closed(run, edges)
            run, edges = [x0, x1, y, size, bold, ""], []
        elif space:
            run[5] += " "
            edges.append((x0, x0))
        run[5] += char
        run[0], run[1] = min(run[0], x0), max(run[1], x1)
        edges.append((x0, x1))
        space = False
    if run is not None:
        yield _closed(run, edges)


def _closed(run: list[Any], edges: list[tuple[float, float]]) -> list[Any]:
    places = [(round(x0, 2), round(x1, 2)) for x0, x1 in edges]
    return [*(round(value, 2) for value in run[:4]), run[4], run[5], places]


def _place(text: Any, at: int, turned: int) -> tuple[float, float, float] | None:
    """Left edge, right edge and baseline of a character as displayed; None where the file gives no sensible ones."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    if not (
        pdfium.FPDFText_GetLooseCharBox(text, at, box)
        and pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        and all(map(math.isfinite, (box.left, box.right, box.top, box.bottom, x.value, y.value)))
    ):
        return None
    return (
        (box.left, box.right, y.value),
        (box.bottom, box.top, -x.value),
        (-box.right, -box.left, -y.value),
        (-box.top, -box.bottom, x.value),
    )[turned]


def _look(text: Any, at: int) -> tuple[int, float]:
    """What tells characters that are drawn in one go from others."""
    drawn = pdfium.FPDFText_GetTextObject(text, at)
    return ctypes.cast(drawn, ctypes.c_void_p).value or 0, pdfium.FPDFText_GetFontSize(text, at)


def _is_upright(text: Any, at: int, turned: int) -> bool:
    lean = (pdfium.FPDFText_GetCharAngle(text, at) + turned * math.pi / 2) % (2 * math.pi)
    return bool(min(lean, 2 * math.pi - lean) < _UPRIGHT)


def _size(text: Any, at: int) -> float:
    """The height of the font as displayed: files scale their text as they like."""
    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(text, at))
    if pdfium.FPDFText_GetMatrix(text, at, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return size if math.isfinite(size) and size > 0 else 1.0


def _is_bold(text: Any, at: int) -> bool:
    name = ctypes.create_string_buffer(100)
    pdfium.FPDFText_GetFontInfo(text, at, name, len(name), ctypes.c_int())
    return _BOLD.search(name.value.decode("latin-1")) is not None


if __name__ == "__main__":
    main()
