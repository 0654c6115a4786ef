"""Puts a page, a listing or a message into the templates of the day.

Templates are Jinja files in ``fixtures/site/templates``, a folder for each design; values and noise come from the
visit.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scraper.demo.content import Page
from scraper.demo.server import Response
from scraper.demo.visit import Visit

HTML = ("Content-Type", "text/html; charset=UTF-8")
TEASER_CHARACTERS = 160  # of another statement's text, in the related block
RELATED = 3

_TAGS = re.compile(r"<[^>]+>")
_SPACES = re.compile(r"\s+")


@cache
def _environment(folder: Path) -> Environment:
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def html(visit: Visit, template: str, *, language: str = "en", **values: object) -> Response:
    """A 200 with *template* of today's design, filled with *values* and what every page of the host carries."""
    chrome = visit.content.tables["chrome"]
    t = chrome[language]
    nonce = visit.noise.token(22)
    design = visit.state.design if visit.about_host["family"] == "iom" else visit.about_host["family"]
    source = _environment(visit.content.folder / "templates").get_template(f"{design}/{template}.html")
    text = source.render(
        visit=visit, host=visit.about_host, chrome=chrome, t=t, lang=language, noise=visit.noise, nonce=nonce,
        prefix="" if language == "en" else f"/{language}", now=visit.now, offices=visit.content.offices,
        blurb=partial(_blurb, visit), day_text=partial(day_text, t), start_of=start_of, time_text=time_text,
        settings=trusted(_settings(visit, language)), **{"body_class": "path-frontpage", **values},
    )  # fmt: skip
    policy = ("Content-Security-Policy", f"script-src 'self' 'nonce-{nonce}'")
    return Response(200, (HTML, ("Content-Language", language), policy), text.encode())


def node(visit: Visit, page: Page, template: str = "node") -> Response:
    """The page of one node; *template* may be ``print`` or ``amp`` instead."""
    t = visit.content.tables["chrome"][page.language]
    label = page.label or t["label"].get(page.kind, "")
    dateline, body = split_dateline(page) if visit.state.design != "drupal" else ("", page.body)
    return html(
        visit, template, language=page.language, page=page, heading=page.title, label=label,
        under_label=page.printed_date or t["scope"][page.scope], dateline=dateline, body=_fragment(visit, body),
        contact=_fragment(visit, page.contact), translations=translations(visit, page), teaser=start_of(page),
        canonical=_canonical(page), related=_related(visit, page),
        sidebar_page=int(visit.parameter("page") or 0) if (visit.parameter("page") or "0").isdigit() else 0,
        body_class=f"path-node page-node-type-{page.kind.replace('_', '-')}",
    )  # fmt: skip


def message(visit: Visit, heading: str, body: str, *, status: int = 200, language: str = "en") -> Response:
    """A page with a heading and an HTML fragment, which is nobody's statement."""
    page = html(visit, "message", language=language, heading=heading, body=trusted(body), body_class="path-page")
    return Response(status, page.headers, page.body)


def not_found(visit: Visit, status: int = 404) -> Response:
    """What the site says instead of a page that it does not have, in the language of the path."""
    language = language_of(visit)
    t = visit.content.tables["chrome"][language]
    return message(visit, t["not_found"], f"<p>{t['not_found_text']}</p>", status=status, language=language)


def language_of(visit: Visit) -> str:
    """The language that the path's first segment names; English otherwise."""
    first = visit.path.strip("/").partition("/")[0]
    return first if first in visit.content.tables["chrome"] and first != "sdg" else "en"


def translations(visit: Visit, page: Page) -> list[Page]:
    """The page and its translations that are up, the original first."""
    root = page.translation_of or page.id
    family = [other for other in visit.state.pages.values() if root in (other.id, other.translation_of)]
    return sorted(family, key=lambda other: other.id != root)


def split_dateline(page: Page) -> tuple[str, str]:
    """The dateline and the body without it, as the redesign shows them."""
    if not page.dateline or page.dateline not in page.body:
        return "", page.body
    return page.dateline.strip(), page.body.replace(page.dateline, "", 1)


def trusted(text: str) -> Markup:
    """HTML that the site's own editors wrote, to be shown as it is."""
    return Markup(text)  # noqa: S704  read from our own files, never from a request


def start_of(page: Page) -> str:
    """The first characters of a page's text, as teasers and descriptions quote it."""
    text = _SPACES.sub(" ", unescape(_TAGS.sub(" ", page.body))).strip()
    return text[:TEASER_CHARACTERS].rstrip()


def time_text(moment: datetime, style: str = "both") -> str:
    """A time as the metatag module prints it; style `drupal` is that system's own "medium" format."""
    return moment.strftime("%a, %m/%d/%Y - %H:%M" if style == "drupal" else "%Y-%m-%dT%H:%M:%S%z")


def day_text(t: dict[str, Any], moment: datetime) -> str:
    """A day as cards print it in that language."""
    return str(t["day"]).format(d=moment.day, month=t["months"][moment.month - 1], y=moment.year)


def _fragment(visit: Visit, fragment: str) -> Markup:
    """Editors' HTML, with a fresh token or age wherever the CMS would put one."""
    fresh = re.sub(r"ITOK", lambda _: visit.noise.token(), fragment)
    return trusted(re.sub(r"JUST NOW", lambda _: visit.noise.ago, fresh))


def _canonical(page: Page) -> str:
    return {"self": page.url, "relative": page.path, "missing": ""}.get(page.canonical, page.canonical)


def _related(visit: Visit, page: Page) -> list[Page]:
    same = [
        other
        for other in visit.state.pages.values()
        if other.host == page.host and other.language == page.language and other.id != page.id and other.listed
    ]
    return visit.noise.random.sample(same, min(RELATED, len(same)))


def _blurb(visit: Visit, item: dict[str, str]) -> str:
    text: str = item["blurb"] or visit.about_host["blurb"]
    return text.replace("{countries}", str(visit.noise.countries))


def _settings(visit: Visit, language: str) -> str:
    settings = {
        "path": {"baseUrl": "/", "currentPath": visit.path.lstrip("/"), "currentLanguage": language},
        "ajaxPageState": {"libraries": visit.noise.token(60), "theme": visit.about_host.get("theme", "")},
        "user": {"uid": 0, "permissionsHash": visit.noise.token(64)},
    }
    return json.dumps(settings).replace("<", "\\u003C")
