"""The pages that are crawled: written here in the shape of a statement site, or the documentation that Debian ships.

Written pages are like those that crawlers meet at institutions: 50 kB of which a tenth is the statement, a menu of a
hundred links, scripts, a share bar and a list of 190 offices. Their words come from the project's own fixtures through
a chain of word pairs, so that languages, stems and country names are those of real statements and no two pages
repeat each other. The same seed gives the same bytes.
"""

from __future__ import annotations

import html
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.crawl.cost import PROJECT

Page = tuple[str, bytes]  # path, body

A_LIST = 100  # links on each listing page
DEBIAN = ("python3.11-doc", "sqlite3-doc", "python-django-doc")

_FIXTURES = PROJECT / "fixtures" / "site"
_SCRIPT = "<script>window.settings={{{}}};</script>"


def statement_pages(count: int, *, seed: int = 2026) -> Iterator[Page]:
    """*count* statement pages and their listings, /index.html first; every page is one click from a listing."""
    chance = random.Random(seed)
    words = Words(chance)
    titles = [f"{words.sentence(7, 12).rstrip('.')} ({number})" for number in range(count)]
    paths = [f"/statements/{number:05d}-{_slug(title)}.html" for number, title in enumerate(titles)]
    lists = [f"/list/{number}.html" for number in range((count + A_LIST - 1) // A_LIST)]
    yield "/index.html", _listing("Statements", lists, lists)
    for number, path in enumerate(lists):
        part = slice(number * A_LIST, (number + 1) * A_LIST)
        yield path, _listing(f"Statements, page {number + 1}", paths[part], titles[part])
    furniture = _furniture(words)
    for number, path in enumerate(paths):
        near = [(paths[other], titles[other]) for other in (chance.randrange(count) for _ in range(8))]
        yield path, _statement(words, titles[number], date(2016, 1, 1) + timedelta(number), near, furniture)


def documentation_pages(packages: Sequence[str] = DEBIAN) -> Iterator[Page]:
    """Every HTML page of Debian's documentation *packages*, and listings of them.

    Raises FileNotFoundError that says what to install if one is missing.
    """
    lists: list[str] = []
    parts: list[Page] = []
    for package in packages:
        found = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False).stdout
        files = [Path(name) for name in found.splitlines() if name.endswith(".html") and Path(name).is_file()]
        if not files:
            raise FileNotFoundError(
                f"{package} is not here: apt-get install --no-install-recommends {' '.join(packages)}"
            )
        root = _common(files)
        pages = sorted((f"/{package}/{file.relative_to(root).as_posix()}", file) for file in files)
        for start in range(0, len(pages), A_LIST):
            paths = [path for path, _ in pages[start : start + A_LIST]]
            lists.append(f"/list/{package}/{start // A_LIST}.html")
            parts.append((lists[-1], _listing(f"{package} {start // A_LIST}", paths, paths)))
        parts += [(path, file.read_bytes()) for path, file in pages]
    yield "/index.html", _listing("Documentation", lists, lists)
    yield from parts


def _common(files: Sequence[Path]) -> Path:
    shared = files[0].parent
    while not all(file.is_relative_to(shared) for file in files):
        shared = shared.parent
    return shared


# --- words ------------------------------------------------------------------------------------------------------------


class Words:
    """Sentences of words that follow each other somewhere in the English fixtures, as often as they do there."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._followers: dict[str, list[str]] = defaultdict(list)
        for file in sorted(_FIXTURES.glob("pages/www.iom.example/*.html")):
            _, front, body = file.read_text(encoding="utf-8").split("+++", 2)
            if "\nlanguage =" in front:
                continue
            words = html.unescape(re.sub(r"<[^>]+>", " ", body)).split()
            for word, following in pairwise(words):
                self._followers[word].append(following)
        self._starts = [word for word in self._followers if word[:1].isupper() and word.isalpha()]

    def sentence(self, least: int, most: int) -> str:
        """Between *least* and *most* words, and a full stop."""
        words = [self.chance.choice(self._starts)]
        for _ in range(self.chance.randint(least, most) - 1):
            words.append(self.chance.choice(self._followers.get(words[-1]) or self._starts))
        return " ".join(words).rstrip(".,;:–-") + "."

    def paragraph(self) -> str:
        """Two to five sentences."""
        return " ".join(self.sentence(12, 30) for _ in range(self.chance.randint(2, 5)))


def _slug(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:80]


# --- markup -----------------------------------------------------------------------------------------------------------


def _listing(title: str, paths: Sequence[str], texts: Sequence[str]) -> bytes:
    items = "".join(
        f'<li><a href="{html.escape(path)}">{html.escape(text)}</a></li>\n'
        for path, text in zip(paths, texts, strict=True)
    )
    return f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><ul>{items}</ul>".encode()


def _furniture(words: Words) -> tuple[str, str]:
    """What every page carries before and after its statement."""
    menu = []
    for section in range(12):
        links = "".join(
            f'<li class="menu-item"><a href="/section-{section}/page-{number}" '
            f'data-path="node/{section * 8 + number}">{words.sentence(2, 4)}</a></li>'
            for number in range(8)
        )
        blurb = words.sentence(25, 40)
        menu.append(
            f'<li class="menu-item--expanded"><span>Section {section}</span><p>{blurb}</p><ul>{links}</ul></li>'
        )
    script = _SCRIPT.format(",".join(f'"key{number}":"{words.chance.getrandbits(256):064x}"' for number in range(80)))
    style = (
        "<style>"
        + "".join(f".field--{n}{{margin:{n}px;padding:{n}px 0;display:block}}" for n in range(60))
        + "</style>"
    )
    before = (
        f'{style}{script}</head><body class="path-node page-node-type-press-release"><a href="#main" class="skip">Skip to '
        f'main content</a><header role="banner"><nav aria-label="Main"><ul class="menu">{"".join(menu)}</ul></nav></header>'
    )
    offices = "".join(
        f'<div class="form-item"><input type="checkbox" id="o{number}" name="office[{number}]"/>'
        f'<label for="o{number}">{html.escape(office)}</label></div>'
        for number, office in enumerate((_FIXTURES / "offices.txt").read_text(encoding="utf-8").splitlines())
    )
    foot = "".join(f'<li><a href="/about/{number}">{words.sentence(2, 3)}</a></li>' for number in range(24))
    after = (
        f'<aside><form id="views-exposed-form-offices"><fieldset><legend>Office type</legend>{offices}</fieldset></form>'
        f"</aside><footer role=contentinfo><ul>{foot}</ul><p>&copy; 2026</p></footer></body></html>"
    )
    return before, after


def _statement(
    words: Words, title: str, on: date, near: Sequence[tuple[str, str]], furniture: tuple[str, str]
) -> bytes:
    place = words.chance.choice(["Geneva", "Manila", "Nairobi", "Bogotá", "Cox’s Bazar", "Tripoli"])
    paragraphs = [words.paragraph() for _ in range(words.chance.randint(4, 11))]
    body = "".join(f"<p>{html.escape(text)}</p>\n" for text in [f"{place} – {paragraphs[0]}", *paragraphs[1:]])
    share = "".join(
        f'<li><a class="share" href="https://{name}.example/share?u={number}">{name}</a></li>'
        for number, name in enumerate(("one", "two", "three", "four"))
    )
    related = "".join(f'<article><h3><a href="{path}">{html.escape(text)}</a></h3></article>' for path, text in near)
    return (
        f'<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"/><title>{html.escape(title)} | Institution'
        f'</title><meta property="og:title" content="{html.escape(title)}"/>'
        f'<meta property="article:published_time" content="{on.isoformat()}T10:00:00+02:00"/>{furniture[0]}'
        f'<main id="main" role="main"><div class="region-content"><p class="label">News - <span>Global</span></p>'
        f'<h1 class="page-title">{html.escape(title)}</h1><div class="field--name-body">{body}</div>'
        f'<div class="share-block"><p>Share this page via:</p><ul>{share}</ul></div></div>'
        f'<section class="related"><h2>Related</h2>{related}</section></main>{furniture[1]}'
    ).encode()
