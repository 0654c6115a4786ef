"""Writes small PDF files for tests (ISO 32000-1, 7.5): lines of Helvetica at exact places, nothing compressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Text(NamedTuple):
    """One string on a page, from its left end; lengths in points from the bottom left."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


Page = Sequence[Text]


def pdf(
    pages: Sequence[Page], *, info: dict[str, str] | None = None, rotate: int = 0, encrypted: bool = False
) -> bytes:
    """A PDF of *pages*; equal neighbours share their content, so that thousands stay small."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", font("Helvetica"), font("Helvetica-Bold")]
    kids = []
    drawn: Page | None = None
    for page in pages:
        if page is not drawn:
            objects.append(stream(page, rotate))
            drawn, content = page, len(objects)
        box = "0 0 842 595" if rotate % 180 else "0 0 595 842"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Rotate {rotate} /Contents {content} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    trailer = ""
    if info:
        objects.append(f"<< {' '.join(f'/{key} ({value})' for key, value in info.items())} >>")
        trailer += f" /Info {len(objects)} 0 R"
    if encrypted:
        secret = "0" * 64  # keys that no password opens
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{secret}> /U <{secret}> >>")
        trailer += f" /Encrypt {len(objects)} 0 R /ID [<{secret}> <{secret}>]"
    return file(objects, trailer)


def font(name: str) -> str:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"


def stream(page: Page, rotate: int) -> str:
    # On a turned page the text is drawn turned the other way, as scanners and spreadsheets do.
    turn = {0: "1 0 0 1 {x} {y} Tm", 90: "0 1 -1 0 {u} {x} Tm"}[rotate]
    lines = []
    for each in page:
        escaped = each.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        place = turn.format(x=each.x, y=each.y, u=842 - each.y)
        lines.append(f"BT /F{2 if each.bold else 1} {each.size} Tf {place} ({escaped}) Tj ET")
    content = "\n".join(lines)
    return f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream"


def file(objects: Sequence[str], trailer: str) -> bytes:
    body, places = b"%PDF-1.4\n", []
    parts = [body]
    at = len(body)
    for number, text in enumerate(objects, 1):
        places.append(at)
        part = f"{number} 0 obj\n{text}\nendobj\n".encode("cp1252")
        parts.append(part)
        at += len(part)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R{trailer} >>\n"
    return b"".join(parts) + f"{end}startxref\n{at}\n%%EOF\n".encode("ascii")


def column(x: float, top: float, lines: Sequence[str], *, size: float = 10, step: float = 12) -> list[Text]:
    """Lines one below the other, the first at *top*."""
    return [Text(x, top - number * step, line, size) for number, line in enumerate(lines)]
