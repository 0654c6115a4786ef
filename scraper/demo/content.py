"""Reads the fixture site's files: pages as TOML front matter over an HTML fragment, and the tables beside them.

It knows the files' shape, not how they are shown or when they change.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

FENCE = "+++\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One node of the site as its editors typed it. Keys of the front matter are these names."""

    id: str  # "P1"; see fixtures/README.md
    host: str
    path: str
    kind: str  # Drupal bundle: press_release, speech, blog, story, newsdesk, aggregator, page, or another host's own
    title: str
    nid: int  # unique on its host only, as on the real sites
    published: datetime  # what the CMS holds as creation time
    body: str = ""  # HTML fragment, dateline included
    language: str = "en"
    modified: datetime | None = None  # what the CMS holds as change time
    display_date: datetime | None = None  # what listings show, where editors corrected a wrong creation time
    label: str | None = None  # the type line, where it differs from its kind's usual one
    scope: str = "Global"  # or "Local"
    printed_date: str | None = None  # speeches print theirs
    dateline: str = ""  # the characters of the body that are the dateline; the redesign of T4 sets them apart
    meta_times: str = "both"  # article:published_time and modified_time: both, published, none, drupal (its own format)
    translation_of: str | None = None  # id of the page that this one translates
    sdgs: tuple[int, ...] = ()
    contact: str = ""  # HTML of the contact field, where it is not in the body
    attachments: tuple[str, ...] = ()  # paths of files
    canonical: str = "self"  # self, missing, relative, or the URL that it claims
    validators: str = "etag"  # etag, last-modified, changing (an ETag that never repeats), none
    speaker: str = ""
    since: str = "T0"  # the crawl at which it exists for the first time
    listed: bool = True
    same_text_as: str | None = None  # id of the page whose body this one repeats word for word
    extra: dict[str, Any] = field(default_factory=dict)  # what only one template reads

    @property
    def url(self) -> str:
        """Its public address."""
        return f"https://{self.host}{self.path}"

    @property
    def shown_date(self) -> datetime:
        """The day that a listing prints on its card."""
        return self.display_date or self.published


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that was read, before time and noise."""

    folder: Path
    pages: tuple[Page, ...]
    tables: dict[str, dict[str, Any]]  # the TOML files beside the pages, by stem: chrome, hosts, timeline, traps
    offices: tuple[str, ...]  # options of the filter form below every page


def site_folder() -> Path:
    """The folder of the site's files: in the checkout, or where a wheel carries them."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package.parent / "fixtures" / "site", package / "demo_site"):
        if (folder / "hosts.toml").is_file():
            return folder
    raise FileNotFoundError(f"the fixture site is neither in {package.parent}/fixtures/site nor in {package}/demo_site")


def read_page(path: Path, host: str) -> Page:
    """The page in the file at *path*, which belongs to *host*."""
    _, front, body = path.read_text(encoding="utf-8").split(FENCE, 2)
    table = tomllib.loads(front)
    known = {item.name for item in fields(Page)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items() if key in known
    }
    extra = {key: value for key, value in table.items() if key not in known}
    try:
        return Page(host=host, body=body.strip(), extra=extra, **values)
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from error


@cache
def read_content(folder: Path | None = None) -> Content:
    """All of the site in *folder*; read once."""
    folder = folder or site_folder()
    tables = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}
    pages = [
        read_page(path, place.name)
        for place in sorted((folder / "pages").iterdir())
        for path in sorted(place.glob("*.html"))
    ]
    bodies = {page.id: page.body for page in pages}
    pages = [replace(page, body=bodies[page.same_text_as]) if page.same_text_as else page for page in pages]
    offices = (folder / "offices.txt").read_text(encoding="utf-8").splitlines()
    return Content(folder, tuple(pages), tables, tuple(offices))
