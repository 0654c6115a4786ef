"""The pages to extract from: WCXB's, with what a person read in each, or the fixture site's, which say nothing of quality."""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SAMPLE = 300  # pages over which speed is measured
SEED = 20240101


@dataclass(frozen=True, slots=True)
class Page:
    """One page and, where somebody wrote it down, what is on it."""

    url: str
    html: bytes  # UTF-8, whatever its `<meta>` says
    kind: str  # "article", "forum" ...
    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None  # YYYY-MM-DD, rarely YYYY-MM


def read_wcxb(folder: Path) -> list[Page]:
    """The pages in *folder* (`html/`, `ground-truth/`), by their numbers."""
    found = []
    for path in sorted((folder / "ground-truth").glob("*.json")):
        item = json.loads(path.read_text(encoding="utf-8"))
        truth = item["ground_truth"]
        found.append(
            Page(
                item.get("url") or "",
                (folder / "html" / f"{path.stem}.html").read_bytes(),
                item["_internal"]["page_type"]["primary"],
                truth.get("main_content") or "",
                truth.get("title"),
                truth.get("author"),
                (truth.get("publish_date") or "")[:10] or None,
            )
        )
    return found


def speed_sample(pages: Sequence[Page]) -> list[Page]:
    """The pages over which speed is measured: always the same ones."""
    return random.Random(SEED).sample(list(pages), min(SAMPLE, len(pages)))


def read_fixture_site() -> list[Page]:
    """Every statement page of the fixture site, as a server gives it."""
    from scraper.demo.site import FixtureSite

    with FixtureSite(at="T0", crawl_delay=0, noise_seed=1) as site:
        return list(_served(site.origin))


def _served(origin: str) -> Iterator[Page]:
    for path in sorted((Path(__file__).parents[2] / "fixtures" / "expected").glob("P*.json")):
        item = json.loads(path.read_text(encoding="utf-8"))
        if not item.get("statement", True) or item["first_seen"] != "T0":
            continue
        parts = urlsplit(item["url"])
        target = f"{origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        with urllib.request.urlopen(urllib.request.Request(target, headers={"Host": parts.netloc})) as answer:
            yield Page(item["url"], answer.read(), "statement", "")
