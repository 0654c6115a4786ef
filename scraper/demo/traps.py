"""Answers that go wrong on purpose: each kind is a small function, each address a line of ``traps.toml``."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from typing import Any

from scraper.demo import furniture, render
from scraper.demo.server import Response
from scraper.demo.visit import Visit

Trap = Mapping[str, Any]

HOST = "www.iom.example"  # all traps of the table are here
STATEMENT = "X1"  # the page behind those traps that answer in the end
_MEGABYTE = 1_000_000
_PARAGRAPH = (
    b"<p>This paragraph says nothing, and the page says it again and again until somebody stops listening.</p>\n"
)


def answer(visit: Visit) -> Response | None:
    """The trap at this address, or None."""
    if visit.host != HOST:
        return None
    trap = _traps(visit).get(visit.path)
    return KINDS[trap["answer"]](visit, trap) if trap else None


def _traps(visit: Visit) -> dict[str, Trap]:
    return {trap["path"]: trap for trap in visit.content.tables["traps"]["trap"]}


def _statement(visit: Visit) -> Response:
    """The page that the trap stands before, at the trap's own address."""
    page = visit.state.page(STATEMENT)
    assert page is not None
    return render.node(visit, replace(page, path=visit.path))


def _status(visit: Visit, trap: Trap) -> Response:
    return render.message(visit, str(trap["status"]), "<p>No statement here.</p>", status=trap["status"])


def _bare(visit: Visit, trap: Trap) -> Response:
    title = escape(trap["title"])
    head = f"<head><meta charset='utf-8'>{trap.get('head', '')}<title>{title}</title></head>"
    return _html(f"<!DOCTYPE html>\n<html>{head}<body><h1>{title}</h1>{trap['text']}</body></html>\n".encode())


def _soft_404(visit: Visit, trap: Trap) -> Response:
    """A "Page not found" with status 200, of about `size` bytes."""
    if trap["size"] < 10_000:
        words = "<p>The page that you are looking for does not exist. Please check the address.</p>\n"
        return _bare(visit, {"title": "Page not found", "text": words * (trap["size"] // len(words))})
    options = "".join(f"<li>{escape(office)}</li>\n" for office in visit.content.offices)
    repeats = 1 + trap["size"] // len(options)
    return render.message(visit, "File Not Found", f"<p>Try one of our offices:</p><ul>{options * repeats}</ul>")


def _by_agent(visit: Visit, trap: Trap) -> Response:
    if re.search(trap["refused"], visit.request.headers.get("user-agent", "")):
        return _status(visit, {"status": 403})
    return _statement(visit)


def _first_refused(visit: Visit, trap: Trap) -> Response:
    """Refuse the first `times` requests for this address, then answer."""
    if visit.hits >= trap["times"]:
        return _statement(visit)
    refusal = _status(visit, trap)
    if "retry_after" not in trap:
        return refusal
    after = str(trap["retry_after"])
    if trap.get("as_date"):  # the wall clock: the client compares it with its own
        after = format_datetime(datetime.now(UTC) + timedelta(seconds=trap["retry_after"]), usegmt=True)
    return replace(refusal, headers=(*refusal.headers, ("Retry-After", after)))


def _raw(visit: Visit, trap: Trap) -> Response:
    kind = ("Content-Type", trap.get("content_type", render.HTML[1]))
    return Response(trap.get("status", 200), (kind,), trap["body"].encode())


def _truncated(visit: Visit, trap: Trap) -> Response:
    whole = _statement(visit)
    return replace(whole, length=len(whole.body) + trap["missing"])


def _drip(visit: Visit, trap: Trap) -> Response:
    whole = _statement(visit)
    step = trap["piece"]
    pieces = (whole.body[start : start + step] for start in range(0, len(whole.body), step))
    return Response(200, whole.headers, drip=pieces, drip_seconds=trap["seconds"], length=len(whole.body))


def _encoding(visit: Visit, trap: Trap) -> Response:
    whole = _statement(visit)
    header = ("Content-Encoding", "gzip") if trap["header"] else ("X-As-Is", "1")
    body = gzip.compress(whole.body, mtime=0) if trap["packed"] else whole.body
    return Response(200, (*whole.headers, header), body)


def _bomb(visit: Visit, trap: Trap) -> Response:
    return Response(200, (render.HTML, ("Content-Encoding", "gzip")), _packed_zeros(trap["megabytes"]))


@cache
def _packed_zeros(megabytes: int) -> bytes:
    return gzip.compress(b"<html><body><p>" + bytes(megabytes * _MEGABYTE), 9, mtime=0)


def _oversize(visit: Visit, trap: Trap) -> Response:
    count = trap["megabytes"] * _MEGABYTE // len(_PARAGRAPH)
    start = b"<!DOCTYPE html><html><head><title>Minutes of all meetings</title></head><body>\n"
    block = 500  # paragraphs written at once

    def pieces() -> Iterator[bytes]:
        yield from (_PARAGRAPH * block for _ in range(count // block))

    length = len(start) + (count // block) * block * len(_PARAGRAPH)
    return Response(200, (render.HTML,), start, drip=pieces(), length=None if trap.get("unknown_length") else length)


def _pdf(visit: Visit, trap: Trap) -> Response:
    return Response(200, (("Content-Type", trap["content_type"]),), furniture.pdf("Joint communique"))


def _charset(visit: Visit, trap: Trap) -> Response:
    """The statement in other bytes, under a header and a meta element that may both be wrong."""
    text = _statement(visit).body.decode()
    meta = f'<meta charset="{trap["meta"]}" />' if trap["meta"] else ""
    body = text.replace('<meta charset="utf-8" />', meta).encode(trap["bytes"], "xmlcharrefreplace")
    return _html(body, f"text/html; charset={trap['header']}" if trap["header"] else "text/html")


def _redirect(visit: Visit, trap: Trap) -> Response:
    return Response(trap.get("status", 301), (("Location", trap["to"]), render.HTML))


def _html(body: bytes, content_type: str = render.HTML[1]) -> Response:
    return Response(200, (("Content-Type", content_type),), body)


# The values of `answer` in traps.toml.
KINDS: Mapping[str, Callable[[Visit, Trap], Response]] = {
    "status": _status, "bare": _bare, "soft_404": _soft_404, "by_agent": _by_agent, "first_refused": _first_refused,
    "raw": _raw, "truncated": _truncated, "drip": _drip, "encoding": _encoding, "bomb": _bomb, "oversize": _oversize,
    "pdf": _pdf, "charset": _charset, "redirect": _redirect,
}  # fmt: skip
