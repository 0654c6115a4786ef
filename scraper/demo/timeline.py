"""What the site looked like at each of the crawls T0 to T5: the pages with their edits, and what became of the others.

The changes are data (``timeline.toml``); this file only adds them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from scraper.demo.content import Content, Page

Place = tuple[str, str]  # host, path


@dataclass(frozen=True, slots=True)
class State:
    """The site at one crawl."""

    name: str  # "T0"
    at: datetime  # aware: the site's own clock
    design: str  # folder of templates: "drupal" until the redesign
    designed: datetime | None  # when the templates last changed; None: before all pages
    pages: Mapping[Place, Page]  # what is served with 200
    fates: Mapping[Place, Fate]  # what other known addresses answer
    renamed: Mapping[str, str]  # old host -> new host

    def page(self, page_id: str) -> Page | None:
        """The page with that id, if it is up."""
        return next((page for page in self.pages.values() if page.id == page_id), None)


@dataclass(frozen=True, slots=True)
class Fate:
    """What an address answers instead of its page."""

    answer: str  # "404", "410", "503", "soft-404" or "301"
    target: str | None = None  # absolute URL, for "301"


def crawls(content: Content) -> list[str]:
    """Names of the crawls, in order."""
    return [crawl["name"] for crawl in content.tables["timeline"]["crawl"]]


def state(content: Content, name: str) -> State:
    """The site as it is at the crawl called *name*. Raises ValueError if there is no such crawl."""
    order = crawls(content)
    if name not in order:
        raise ValueError(f"no crawl {name!r}; the timeline has {', '.join(order)}")
    until = order[: order.index(name) + 1]
    times = {crawl["name"]: crawl["at"] for crawl in content.tables["timeline"]["crawl"]}
    changes = [change for change in content.tables["timeline"].get("change", ()) if change["crawl"] in until]
    pages = {page.id: page for page in content.pages if page.since in until}
    fates: dict[str, Fate] = {}
    left: dict[Place, Fate] = {}
    renamed: dict[str, str] = {}
    design, designed = "drupal", None
    for change in changes:
        if "design" in change:
            design, designed = change["design"], change["changed"]
        elif "host" in change:
            renamed[change["host"]] = change["renamed"]
        else:
            _change_page(pages, fates, left, change)
    places = {(page.host, page.path): page for page in pages.values()}
    away = {(pages[page_id].host, pages[page_id].path): fate for page_id, fate in fates.items()}
    up = {place: page for place, page in places.items() if place not in away or away[place].answer == "503"}
    moved = {(renamed.get(host, host), path): _rehost(page, renamed) for (host, path), page in up.items()}
    return State(name, times[name], design, designed, moved, away | left, renamed)


def _rehost(page: Page, renamed: Mapping[str, str]) -> Page:
    return replace(page, host=renamed[page.host]) if page.host in renamed else page


def _change_page(
    pages: dict[str, Page], fates: dict[str, Fate], left: dict[Place, Fate], change: Mapping[str, Any]
) -> None:
    """Apply one line of the timeline to its page."""
    page = pages[change["page"]]
    if "answer" in change:
        if change["answer"] == "200":
            fates.pop(page.id, None)
        else:
            fates[page.id] = Fate(change["answer"])
        return
    if "find" in change:
        where = change.get("in", "body")
        old = getattr(page, where)
        if change["find"] not in old:
            raise ValueError(f"timeline: {page.id} has no {change['find']!r} in its {where}")
        page = replace(page, **{where: old.replace(change["find"], change["replace"], 1)})
    if "title" in change:
        page = replace(page, title=change["title"])
    if "path" in change:
        target = f"https://{page.host}{change['path']}"
        left[page.host, page.path] = Fate(change["old"], target if change["old"] == "301" else None)
        page = replace(page, path=change["path"])
    pages[page.id] = replace(page, modified=change.get("changed", page.modified))
