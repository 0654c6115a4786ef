"""Asks the fixture site over HTTP and reads its answers; shared by the tests beside it."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Protocol

WWW = "www.iom.example"
SEED = "/news/iom-statement-los-angeles-declaration-migration-and-protection"
ROOT = Path(__file__).parent.parent.parent
SECONDS = 10  # longer than anything here should take


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Served(Protocol):
    """The fixture site, or anything else that listens on loopback."""

    @property
    def port(self) -> int: ...


def get(site: Served, path: str, host: str = WWW, **headers: str) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    try:
        sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request("GET", path, headers=sent)
        response = connection.getresponse()
        return Got(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def words(html: str) -> str:
    """The visible text of a fragment, white space folded."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def article(html: str) -> str:
    """The title and body of a node page, whatever surrounds them."""
    title = re.search(r"<h1.*?</h1>", html, re.DOTALL)
    body = re.search(r'<div class="clearfix text-formatted.*?\n</div>', html, re.DOTALL)
    return words(title[0]) + "\n" + words(body[0])
