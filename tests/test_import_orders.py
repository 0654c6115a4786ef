"""The archive comes to the same end whatever the order in which captures of others arrive, and in however many imports."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scraper.archive.store import Archive
from scraper.clock import Clock
from scraper.imports import import_captures
from scraper.model import Capture
from tests.clock import NOW
from tests.test_reread import FIRST, SOURCE, URL, page

CLOCK = Clock(lambda: NOW)
TEXTS = {"A": FIRST, "B": FIRST.replace("eleven", "twelve"), "C": FIRST.replace("ministers", "envoys")}
COPY = "https://a.example/news/copy"
OLD = "https://a.example/news/old"
GONE, UNCHANGED, LED = 404, 304, 301


def answer(what: str | int, day: int, url: str = URL) -> Capture:
    """What *url* gave on that day: a text, or a status; a redirect leads to the statement."""
    at = NOW - timedelta(days=100 - day)
    if isinstance(what, str):
        return Capture(url, at, 200, (("Content-Type", "text/html"),), page(TEXTS[what]))
    headers = (("Location", URL),) if what == LED else (("Content-Type", "text/html"),)
    return Capture(url, at, what, headers, b"")


# Texts A, B, A, C, twice a time without the page (once for good), and the first text under a second address.
STORY = [
    answer(GONE, 1), answer("A", 3), answer(UNCHANGED, 5), answer(GONE, 10), answer("B", 20), answer("A", 30),
    answer("A", 31, COPY), answer("C", 40), answer(GONE, 50), answer(GONE, 60), answer("C", 70), answer(GONE, 80),
]  # fmt: skip


def said(captures: Sequence[Sequence[Capture]]) -> dict[str, Any]:
    """What an archive says after these imports."""
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "a.db", create=True) as archive:
        for several in captures:
            import_captures(archive, [SOURCE], several, CLOCK)
        return {name: archive.db.execute(sql).fetchall() for name, sql in SAID.items()} | {"faults": archive.verify()}


SAID = {
    "statements": "select url, title, text, published, status, gone_since, first_seen, last_seen, revision_count "
    "from statements order by url",
    "revisions": "select d.url, r.number, r.digest, r.seen_from, r.seen_until, r.changed from revisions r "
    "join documents d on d.id = r.statement_id order by 1, 2",
    "fates": "select d.url, e.at, e.what, e.detail from events e join documents d on d.id = e.statement_id "
    "where e.what in ('revised', 'suspected', 'gone', 'back', 'moved') order by 1, 2, 3",
    "sightings": "select url, discovered_via, first_seen, last_seen from sightings order by 1, 2",
    "aliases": "select a.url, d.url from aliases a join documents d on d.id = a.statement_id order by 1",
    "relations": "select min(o.url, t.url), max(o.url, t.url), r.kind, r.score from relations r "
    "join documents o on o.id = r.statement_id join documents t on t.id = r.other_id order by 1, 2, 3",
    "states": "select reason, status_reason from (select status_reason, '' as reason from documents order by url)",
}
SORTED = said([STORY])
COPIED = 6  # the number of the copy


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[int]]:
    """The numbers of the story's answers in any order, in any number of imports."""
    order = draw(st.permutations(range(len(STORY))))
    cuts = sorted(draw(st.sets(st.integers(1, len(STORY) - 1))))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(STORY)], strict=True)]


def test_the_story_told_in_order_is_what_happened() -> None:
    assert [(url, status, count) for url, *_, status, _, _, _, count in SORTED["statements"]] == [
        (COPY, "live", 1),
        (URL, "error", 4),
    ]
    assert [(at[:10], what) for url, at, what, _ in SORTED["fates"] if url == URL] == [
        (answer(*when).fetched_at.date().isoformat(), what)
        for when, what in [
            (("A", 10), "suspected"), (("B", 20), "revised"), (("A", 30), "revised"), (("C", 40), "revised"),
            (("A", 50), "suspected"), (("A", 60), "gone"), (("A", 70), "back"), (("A", 80), "suspected"),
        ]
    ]  # fmt: skip


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(arrivals())
@example([[n] for n in range(len(STORY))])
@example([[n] for n in reversed(range(len(STORY)))])
@example([[n for n in range(len(STORY)) if n != COPIED], [COPIED]])  # when its original is in doubt
def test_any_order_and_any_number_of_imports_come_to_the_same_end(imports: list[list[int]]) -> None:
    found = said([[STORY[n] for n in several] for several in imports])
    for name, rows in SORTED.items():
        assert found[name] == rows, name


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1)], ids=["first", "between", "last"])
def test_redirect_that_comes_by_itself_is_joined_to_its_page_whenever_it_comes(order: Sequence[int]) -> None:
    arrived = [answer(LED, 3, OLD), answer("A", 3), answer("B", 20)]
    expected = said([arrived])
    assert expected["aliases"] == [(OLD, URL)]
    assert said([[arrived[n]] for n in order]) == expected


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1)])
def test_statement_that_moved_is_known_to_have_moved_whenever_the_redirect_comes(order: Sequence[int]) -> None:
    """Where both addresses had become statements before it came, they stay two: their numbers may have been cited."""
    arrived = [answer("A", 3, OLD), answer(LED, 30, OLD), answer("A", 30)]
    found = said([[arrived[n]] for n in order])
    (moved,) = [fate for fate in found["fates"] if fate[2] == "moved"]
    assert moved[1][:10] == answer(LED, 30).fetched_at.date().isoformat()
    statements = {url: status for url, *_, status, _, _, _, _ in found["statements"]}
    both = order.index(1) == 2
    assert statements == ({OLD: "moved", URL: "live"} if both else {URL: "moved"})


def test_list_of_the_past_makes_a_sighting_longer_and_never_shorter() -> None:
    body = f"<main><ul><li><a href={URL}>The Organization Welcomes an Agreement</a></ul></main>".encode()
    lists = [
        Capture("https://a.example/news", answer("A", day).fetched_at, 200, (("Content-Type", "text/html"),), body)
        for day in (5, 25, 45)
    ]
    found = said([[lists[1]], [lists[2]], [lists[0]]])["sightings"]
    assert [(url, first[:10], last[:10]) for url, _, first, last in found if url == URL] == [
        (URL, lists[0].fetched_at.date().isoformat(), lists[2].fetched_at.date().isoformat())
    ]


def test_importing_all_again_adds_nothing() -> None:
    assert said([STORY, STORY]) == SORTED
