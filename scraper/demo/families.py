"""Small newsrooms of other kinds: folders of files, and four JSON APIs, each under a host of its own.

They live in ``fixtures/families``, which wheels do not carry: an installed package serves none of them.
A folder's ``pages.toml`` lists its addresses, or names the API (:mod:`scraper.demo.apis`) that answers for it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from scraper.demo.apis import APIS, NOT_FOUND
from scraper.demo.server import Request, Response


def families_folder() -> Path:
    """Where the families' folders are in a checkout; it need not exist."""
    return Path(__file__).resolve().parent.parent.parent / "fixtures" / "families"


def hosts(folder: Path) -> list[str]:
    """Names of the hosts that have a folder."""
    return sorted(path.parent.name for path in folder.glob("*/pages.toml"))


def answer(folder: Path, request: Request) -> Response:
    """What the host of *request*, which must be one of :func:`hosts`, says."""
    place = folder / request.host
    table = _table(place)
    path, _, query = request.target.partition("?")
    if "api" in table:
        return APIS[table["api"]](place, unquote(path), dict(parse_qsl(query, keep_blank_values=True)))
    for page in table["page"]:
        if page["path"] == unquote(request.target):
            return Response(200, (("Content-Type", page["type"]),), (place / page["file"]).read_bytes())
    for redirect in table.get("redirect", ()):
        if redirect["path"] == request.target:
            return Response(301, (("Location", redirect["to"]),))
    return NOT_FOUND


@cache
def _table(place: Path) -> dict[str, Any]:
    return tomllib.loads((place / "pages.toml").read_text(encoding="utf-8"))
