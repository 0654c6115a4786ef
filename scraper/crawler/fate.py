"""What became of a page: live, gone, in doubt; and whether an answer with status 200 is really an error. Pure.

Gone needs repeated evidence: one bad answer makes a suspicion. The rule is EDGI's (web-monitoring-db,
`Page#calculate_status`): a page is gone when bad answers cover more than a quarter of the last 14 days, in time and not
in requests; 410 says "gone" itself (RFC 9110, 15.5.11) and needs a second answer only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import urlsplit

from scraper.model import Capture

MISSING_STATUSES = frozenset({404, 410})
BLOCKED_STATUSES = frozenset({401, 402, 403, 407, 429, 451})
BAD_OUTCOMES = frozenset({"missing", "soft-404"})
WINDOW = timedelta(days=14)
BAD_SHARE = 0.25
FAILING_LEAST = 3  # failures in a row before a statement's status says "error"

_ERROR_TITLE = re.compile(
    r"\b(?:page|file|document|content|article)\s+(?:\w+\s+){0,4}?(?:was\s+|could\s+)?not\s+(?:be\s+)?found\b|\b404\b|\bnot\s+found\b|"
    r"\bno longer (?:available|exists)\b|\bpage\s+(?:introuvable|non trouv[ée]e)\b|p[áa]gina no (?:encontrada|existe)|"
    r"страница не найдена|页面不存在|الصفحة غير موجودة|لم يتم العثور|\bseite nicht gefunden\b",
    re.IGNORECASE,
)
# A title that says nothing else, whatever fills the page: error pages of 80 kB exist.
_NOTHING_BUT_ERROR = re.compile(
    r"(?:(?:error\s*)?404(?:\s*error)?[\s:.-]*)?(?:(?:the\s+)?(?:page|file|document)\s+(?:was\s+)?not\s+found|not\s+found|404)"
    r"\s*(?:[|:–-].*)?$",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"just a moment|attention required|verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser|"
    r"access denied|request unsuccessful|are you a robot|enable javascript and cookies|captcha",
    re.IGNORECASE,
)
ERROR_WORDS = 150  # an error page says little of its own; a statement about a missing page says more


class Visit(Protocol):
    """A past answer, as the archive remembers it."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def outcome(self) -> str:
        """What it led to, in one word."""

    @property
    def http_status(self) -> int | None:
        """HTTP status, if there was one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a URL's history says about its page."""

    status: Literal["live", "gone", "error"]
    reason: str = ""
    since: datetime | None = None  # of the first bad answer
    suspected: bool = False  # bad answers, but not yet enough to call it gone


def judge(visits: Sequence[Visit], now: datetime) -> Judgement:
    """What *visits* (oldest first) say at *now*."""
    if not visits:
        return Judgement("live")
    bad = []
    for visit in reversed(visits):
        if visit.outcome in BAD_OUTCOMES:
            bad.append(visit)
        elif visit.outcome not in UNTELLING:
            break
    if not bad:
        return _failing(visits)
    first, last = bad[-1], bad[0]
    words = f"HTTP {last.http_status}" if last.outcome == "missing" else "an error page with status 200"
    # Only the server's own "there is nothing" is evidence; an error page with status 200 stays a suspicion.
    hard = [visit for visit in bad if visit.outcome == "missing"]
    if len(hard) >= 2:
        share = (now - max(hard[-1].at, now - WINDOW)) / WINDOW
        if share > BAD_SHARE or {hard[0].http_status, hard[-1].http_status} == {410}:
            return Judgement("gone", f"{words} in {len(hard)} answers since {hard[-1].at:%Y-%m-%d}", hard[-1].at)
    return Judgement("error", f"suspected gone: {words} on {first.at:%Y-%m-%d}", first.at, suspected=True)


# Answers that say nothing about whether the page is there.
UNTELLING = frozenset(
    {"dns", "connect", "tls", "timeout", "protocol", "truncated", "encoding", "blocked", "http", "robots", "too-large",
     "redirect", "budget", "empty", "content-type", "unsafe-address", "extract"}
)  # fmt: skip


def _failing(visits: Sequence[Visit]) -> Judgement:
    failing = []
    for visit in reversed(visits):
        if visit.outcome not in UNTELLING:
            break
        failing.append(visit)
    if len(failing) >= FAILING_LEAST:
        first = failing[-1]
        return Judgement("error", f"{failing[0].outcome} in {len(failing)} answers since {first.at:%Y-%m-%d}", first.at)
    return Judgement("live")


def error_page(title: str | None, text: str, capture: Capture) -> str | None:
    """Why a page answered with status 200 is an error page after all; None if it is not."""
    words = len(text.split())
    if title and _NOTHING_BUT_ERROR.match(title):
        return f"soft 404: its title is {title!r}"
    if title and _ERROR_TITLE.search(title) and words < ERROR_WORDS:
        return f"soft 404: its title is {title!r}"
    if words < ERROR_WORDS and text and _ERROR_TITLE.search(text[:300]):
        return "soft 404: its text says that the page was not found"
    if title and _CHALLENGE.search(title) and words < ERROR_WORDS:
        return f"soft 404: a challenge page, {title!r}"
    if capture.hops and len(urlsplit(capture.hops[0].url).path) > 1 and urlsplit(capture.url).path in {"", "/"}:
        return "soft 404: redirects to the home page"
    return None
