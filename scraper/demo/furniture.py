"""What every site has besides its statements: pages of the menu, files to download, pictures, days of the calendar."""

from __future__ import annotations

import re
from html import escape

from scraper.demo import render
from scraper.demo.server import Response
from scraper.demo.visit import Visit

_FILE = re.compile(r"/(?:sites/g/files|themes/custom|core/misc|assets)/.+\.(?P<type>pdf|css|js|png|jpg|svg|ico)\Z")
_DAY = re.compile(r"/calendar/\d{4}-\d{2}/day/\d{2}\Z")
# A white PNG of one pixel.
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55000000"
    "0a4944415478da63f80f00010101001cb08c990000000049454e44ae426082"
)


def answer(visit: Visit) -> Response | None:
    """A menu page, a file or a calendar day; None if the address is none of them."""
    if match := _FILE.search(visit.path):
        return _file(visit, match["type"])
    if _DAY.match(visit.path):
        return render.message(visit, "Events", "<p>There are no events on this day.</p>")
    if visit.path == "/terms-and-conditions":
        return render.message(visit, "Terms and conditions", "<p>This site and all that it says are invented.</p>")
    chrome = visit.content.tables["chrome"]
    if (goal := visit.path.removeprefix("/sdg/")) in chrome["sdg"] and goal != visit.path:
        return render.message(visit, f"SDG {goal} - {chrome['sdg'][goal]}", "<p>What we do to reach this goal.</p>")
    return _menu_page(visit)


def _menu_page(visit: Visit) -> Response | None:
    language = render.language_of(visit)
    for item in visit.content.tables["chrome"][language]["menu"]:
        if item["path"] == visit.path:
            blurb = escape(item["blurb"] or visit.about_host["blurb"])
            text = blurb.replace("{countries}", str(visit.noise.countries))
            return render.message(visit, item["title"], f"<p>{text}</p>", language=language)
    return None


def _file(visit: Visit, suffix: str) -> Response:
    """A download, a picture, or what makes the pages presentable in a browser."""
    if suffix == "pdf":
        return Response(200, (("Content-Type", "application/pdf"),), pdf(visit.path.rsplit("/", 1)[1]))
    if suffix == "css":
        return Response(200, (("Content-Type", "text/css"),), (visit.content.folder / "style.css").read_bytes())
    if suffix == "js":
        return Response(200, (("Content-Type", "text/javascript"),), b"'use strict';\n")
    return Response(200, (("Content-Type", "image/png"),), _PIXEL)


def pdf(title: str) -> bytes:
    """A small, valid PDF of one page that says *title* and one sentence (ISO 32000-1, 7.5)."""
    line = f"BT /F1 14 Tf 72 720 Td ({title}: the text of this document is short.) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(line)} >>\nstream\n{line}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (body + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").encode(
        "latin-1"
    )
