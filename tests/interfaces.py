"""Sources behind publishers' interfaces on the fixture hosts, and the documents they have."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from scraper.config import Source, parse_source
from scraper.demo.apis import APPROVED_APPNAME
from scraper.model import Capture

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAMILIES = Path(__file__).parents[1] / "fixtures" / "families"

SOURCES = {
    "govuk": 'adapter = "govuk"\nadapter_url = "https://govuk.example/api"\nhosts = ["govuk.example"]',
    "who": 'adapter = "who"\nadapter_url = "https://who.example/api/news/newsitems"\nhosts = ["who.example"]\n'
    'adapter_options = { cultures = "en fr" }',
    "presscorner": 'adapter = "presscorner"\nadapter_url = "https://presscorner.example/commission/presscorner/api"\n'
    'hosts = ["presscorner.example"]\nadapter_options = { discover = "rss" }',
    "reliefweb": 'adapter = "reliefweb"\nadapter_url = "https://api.reliefweb.example/v2"\nhosts = ["reliefweb.example"]\n'
    f'adapter_options = {{ appname = "{APPROVED_APPNAME}" }}',
}
FOLDERS = {"govuk": "govuk.example", "who": "who.example", "presscorner": "presscorner.example",
           "reliefweb": "api.reliefweb.example"}  # fmt: skip


def source_of(name: str, more: str = "") -> Source:
    return parse_source(f"{SOURCES[name]}\n{more}", f"{name}.toml")


def expected(name: str) -> list[dict[str, object]]:
    return json.loads((FAMILIES / FOLDERS[name] / "expected.json").read_text(encoding="utf-8"))


def answer(url: str, body: object) -> Capture:
    """An answer as an interface would send it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Capture(url, NOW, 200, (("Content-Type", "application/json"),), raw)
