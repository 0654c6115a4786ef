"""The site's nodes under all the addresses that a CMS gives them, with validators, fates and redirects.

Node numbers, print and AMP variants, trailing slashes, doubled slashes, other letter case, ``/index.php`` and session
ids in the path all lead to the same node, as on the real sites; only some of them redirect.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from scraper.demo import render
from scraper.demo.content import Page
from scraper.demo.server import Response
from scraper.demo.visit import Visit

_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_NODE = re.compile(r"/(?P<print>print/)?(?:(?P<language>es|fr|ar|ru|zh-hans)/)?node/(?P<nid>\d+)\Z")


def answer(visit: Visit) -> Response | None:
    """The node that the address means, what became of it, or None."""
    fate = visit.state.fates.get((visit.host, visit.path))
    if fate is not None:
        if fate.answer == "301":
            return Response(301, (("Location", fate.target or "/"), render.HTML))
        if fate.answer == "soft-404":
            return render.not_found(visit, 200)
        return render.not_found(visit, int(fate.answer))
    if page := visit.state.pages.get((visit.host, visit.path)):
        return _serve(visit, page, "print" if visit.parameter("print") == "1" else "node")
    return _alias(visit)


def _alias(visit: Visit) -> Response | None:
    if match := _NODE.match(visit.path):
        here = [page for page in visit.state.pages.values() if page.host == visit.host]
        page = next((page for page in here if page.nid == int(match["nid"])), None)
        return _serve(visit, page, "print" if match["print"] else "node") if page else None
    path = _SESSION.sub("", visit.path)
    amp = path.startswith("/amp/")
    path = re.sub(r"/{2,}", "/", path.removeprefix("/index.php").removeprefix("/amp"))
    path = path.rstrip("/") or "/"
    if page := visit.state.pages.get((visit.host, path)):
        return _serve(visit, page, "amp" if amp else "node")
    page = visit.state.pages.get((visit.host, path.lower()))
    if page is None:
        return None
    # The main host sends other letter case to the right address, the offices just answer.
    return Response(301, (("Location", page.path),)) if visit.host == "www.iom.example" else _serve(visit, page, "node")


def _serve(visit: Visit, page: Page, template: str) -> Response:
    validators = _validators(visit, page, template)
    if _unchanged(visit, dict(validators)):
        return Response(304, validators)
    rendered = render.node(visit, page, template)
    cookie = visit.about_host.get("cookie")
    cookies = (("Set-Cookie", f"{cookie}={visit.noise.token(26)}; path=/; HttpOnly"),) if cookie else ()
    return Response(200, (*rendered.headers, *validators, *cookies), rendered.body)


def _validators(visit: Visit, page: Page, template: str) -> tuple[tuple[str, str], ...]:
    """What this page's server software offers for asking again; see `Page.validators`."""
    changed = page.modified or page.published
    if visit.state.designed is not None:
        changed = max(changed, visit.state.designed)
    if page.validators == "etag":
        text = f"{page.id}{changed.isoformat()}{template}{visit.parameter('page')}"
        return (("ETag", f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'),)
    if page.validators == "last-modified":
        return (("Last-Modified", format_datetime(changed.astimezone(UTC), usegmt=True)),)
    if page.validators == "changing":
        return (("ETag", f'W/"{visit.noise.token(16)}"'),)
    return ()


def _unchanged(visit: Visit, validators: dict[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match first; If-Modified-Since only without it."""
    asked = visit.request.headers
    if (tags := asked.get("if-none-match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "ETag" in validators and validators["ETag"].removeprefix("W/") in known
    since = _http_date(asked.get("if-modified-since"))
    changed = _http_date(validators.get("Last-Modified"))
    return since is not None and changed is not None and changed <= since


def _http_date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
