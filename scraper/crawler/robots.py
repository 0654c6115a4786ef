"""robots.txt by RFC 9309: what a file says, and what its absence says.

The rules are read here and not by protego, which deviates where it matters: lines that it does not know end a group
(2.2.1 says they must not interfere), a product token matches inside a longer word, ``Allow: /x/index.html`` also
allows ``/x/``, ``%3F`` equals ``?``, and a line may end at U+2028. The tests hold both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scraper.model import Arrival, Capture, Failure, NotModified
from scraper.urls import join_url, path_query

MAX_BYTES = 500 * 1024  # what a crawler must read at least (RFC 9309, 2.5)
MAX_AGE = timedelta(hours=24)  # longest use of a copy (2.4)
RETRY_UNREACHABLE = timedelta(hours=1)  # before asking again for a file that could not be had

# Misspellings that Google's and other parsers obey. Obeying costs us a page, ignoring it costs the publisher's trust.
_DISALLOW = frozenset({"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"})
_USER_AGENT = frozenset({"user-agent", "useragent", "user agent"})
_KNOWN = _DISALLOW | _USER_AGENT | {"allow", "sitemap", "site-map", "crawl-delay", "crawldelay"}
_LINE_END = re.compile(r"\r\n|\r|\n")  # the RFC's EOL; str.splitlines() knows seven more
_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")  # RFC: letters, "_" and "-"; real files name `360Spider` and `MJ12bot`
_NUMBER = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(?:s|sec|seconds)?\Z", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|([^\x21-\x7e])")
# Compared as the plain character wherever it stands and however it is written (2.2.2, table). Not "*$#%": in a rule the
# plain ones mean something else. Not "/?" in a path, where the escaped ones are other characters (RFC 3986, 2.2).
_PLAIN_IN_QUERY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!&'()+,;=")
_PLAIN_IN_PATH = _PLAIN_IN_QUERY - frozenset(b"/?")
_WILDCARDS_AS_OCTETS = str.maketrans({"*": "%2A", "$": "%24"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Agents, and what is said to them."""

    agents: list[str] = field(default_factory=list)  # lower case
    rules: list[tuple[str, bool]] = field(default_factory=list)  # pattern as printed, allowed
    delays: list[float] = field(default_factory=list)  # seconds


class _Rule:
    """One path pattern, ready to be compared."""

    def __init__(self, printed: str, allowed: bool) -> None:
        anchored = printed.endswith("$")
        pattern = (printed[:-1] if anchored else printed).replace("$", "%24")
        normalised = _normalise(pattern)
        self.octets = len(normalised) + anchored
        self.allowed = allowed
        self._anchored = anchored
        self._start, *self._rest = normalised.split("*")

    def matches(self, path: str) -> bool:
        """Whether the pattern matches from the start of *path*, in time linear in its length."""
        if not path.startswith(self._start):
            return False
        if not self._rest:
            return not self._anchored or len(path) == len(self._start)
        at = len(self._start)
        for part in self._rest[:-1]:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        last = self._rest[-1]
        if self._anchored:
            return len(path) - len(last) >= at and path.endswith(last)
        return path.find(last, at) >= 0


class Robots:
    """What one robots.txt asks of crawlers. Made by :func:`parse_robots`; ask :meth:`allows`."""

    def __init__(
        self,
        groups: Iterable[_Group] = (),
        sitemaps: Iterable[str] = (),
        problems: Iterable[str] = (),
        *,
        denied: str | None = None,
    ) -> None:
        self._groups = list(groups)
        self.sitemaps = list(sitemaps)  # absolute URLs
        self.problems = list(problems)  # one line each: what could not be read as written
        self.denied = denied  # why nothing may be fetched; None if the rules decide
        self._rules: dict[str, list[_Rule]] = {}
        self._delays: dict[str, float | None] = {}

    @classmethod
    def allow_all(cls, reason: str | None = None) -> Robots:
        """No rules, as where there is no file (2.3.1.3)."""
        return cls(problems=[reason] if reason else [])

    @classmethod
    def deny_all(cls, reason: str) -> Robots:
        """Nothing may be fetched because the file could not be had (2.3.1.4); *reason* is for a person."""
        return cls(problems=[reason], denied=reason)

    def allows(self, url: str, user_agent: str) -> bool:
        """Whether the crawler that calls itself *user_agent* (product token or whole header) may fetch *url*.

        *url* is absolute or begins with "/". Its longest matching rule decides, allow wins a tie (2.2.2);
        ``/robots.txt`` is always allowed. False for what is no http or https URL.
        """
        path = path_query((join_url("http://host.invalid/", url) or "") if url.startswith("/") else url)
        if path == "/robots.txt":
            return True
        if self.denied or not path:
            return False
        compared = _normalise(path.translate(_WILDCARDS_AS_OCTETS))
        return next((rule.allowed for rule in self._rules_for(user_agent) if rule.matches(compared)), True)

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds that *user_agent* is asked to leave between two requests; None if nothing is asked.

        No part of RFC 9309. The largest of several; a value that is no number is a problem, never a delay.
        """
        if user_agent not in self._delays:
            asked = (delay for group in self._groups_for(user_agent) for delay in group.delays)
            self._delays[user_agent] = max(asked, default=None)
        return self._delays[user_agent]

    def _rules_for(self, user_agent: str) -> list[_Rule]:
        if user_agent not in self._rules:
            rules = [_Rule(*printed) for group in self._groups_for(user_agent) for printed in group.rules]
            self._rules[user_agent] = sorted(rules, key=lambda rule: (-rule.octets, not rule.allowed))
        return self._rules[user_agent]

    def _groups_for(self, user_agent: str) -> list[_Group]:
        """All groups that name the agent, or else all for everybody: read as one (2.2.1)."""
        tokens = product_tokens(user_agent)
        named = [group for group in self._groups if not tokens.isdisjoint(group.agents)]
        return named or [group for group in self._groups if "*" in group.agents]


def product_tokens(user_agent: str) -> frozenset[str]:
    """The names by which a robots.txt may call *user_agent*, lower case.

    The first word of a plain string. One that poses as a browser carries its name inside, as in the RFC's own example
    (2.2.1), so there every word counts.

    >>> sorted(product_tokens("statement-scraper/1.0 (+mailto:a@b.example)"))
    ['statement-scraper']
    >>> "examplebot" in product_tokens("Mozilla/5.0 (compatible; ExampleBot/0.1; https://a.example/bot)")
    True
    """
    words = [word.lower().rstrip(".") for word in _TOKEN.findall(user_agent)]
    return frozenset(words if words[:1] == ["mozilla"] else words[:1])


def _normalise(path: str) -> str:
    """*path* with every octet in one spelling, so that equal octets are equal characters (2.2.2)."""
    if "%" not in path and path.isascii() and " " not in path:
        return path
    before, mark, query = path.partition("?")
    return _respell(before, _PLAIN_IN_PATH) + mark + _respell(query, _PLAIN_IN_QUERY)


def _respell(text: str, plain: frozenset[int]) -> str:
    def one(match: re.Match[str]) -> str:
        if match[2]:
            return "".join(f"%{octet:02X}" for octet in match[2].encode("utf-8", "surrogateescape"))
        octet = int(match[1], 16)
        return chr(octet) if octet in plain else f"%{octet:02X}"

    return _ESCAPE.sub(one, text)


# --- reading the file -------------------------------------------------------------------------------------------------


def parse_robots(body: bytes) -> Robots:
    """The robots.txt in *body*. Never raises: what cannot be read is in ``.problems``, and bars nothing.

    Read up to :data:`MAX_BYTES`, a line cut there is dropped. A web page in its place has no rules.
    """
    problems: list[str] = []
    text = _decode(body, problems)
    if text.lstrip()[:1] == "<":
        return Robots(problems=["is a web page, not a robots.txt: no rules in it"])
    groups: list[_Group] = []
    sitemaps: list[str] = []
    open_to_agents = False  # whether the next user-agent line joins the last group
    for number, line in enumerate(_LINE_END.split(text), start=1):
        key, value = _split_line(line)
        if key in _USER_AGENT:
            if not open_to_agents:
                groups.append(_Group())
            open_to_agents = True
            groups[-1].agents.append(_agent(value))
        elif key in _DISALLOW or key == "allow":
            open_to_agents = False
            _add_rule(groups, value, key == "allow", number, problems)
        elif key in {"crawl-delay", "crawldelay"}:
            _add_delay(groups, value, number, problems)
        elif key in {"sitemap", "site-map"}:
            _add_sitemap(sitemaps, value, number, problems)
        elif key:
            problems.append(f"line {number}: {_shown(key)} is not known")
    return Robots(groups, dict.fromkeys(sitemaps), _bounded(problems))


def _decode(body: bytes, problems: list[str]) -> str:
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:  # Notepad's "Unicode"; the RFC lets us bridge it (2.3)
        return body[:MAX_BYTES].decode("utf-16", "replace").lstrip("\ufeff")
    if len(body) > MAX_BYTES:
        problems.append(f"longer than {MAX_BYTES // 1024} KiB: the rest was not read")
        body = body[:MAX_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    # Octets that are no UTF-8 survive as themselves, so that a Latin-1 rule still matches its Latin-1 path.
    return body.decode("utf-8", "surrogateescape").lstrip("\ufeff")


def _split_line(line: str) -> tuple[str, str]:
    """Key in lower case and value of one line; ("", "") if it says nothing."""
    content = line.partition("#")[0].strip(" \t\x00")
    key, colon, value = content.partition(":")
    words = content.split(None, 1)
    if not colon or key.strip().lower() not in _KNOWN:
        # `Disallow /x` without its colon, as Google reads it.
        if len(words) == 2 and words[0].lower() in _KNOWN:
            return words[0].lower(), words[1].strip()
        if not colon:
            return (content.lower(), "") if content else ("", "")
    return key.strip().lower(), value.strip()


def _agent(value: str) -> str:
    """The product token in a user-agent line: `ExampleBot/1.2` is ExampleBot."""
    if value[:1] == "*" and value[1:2] in {"", " ", "\t"}:
        return "*"
    token = _TOKEN.match(value)
    return token.group().lower().rstrip(".") if token else value.lower()


def _add_rule(groups: list[_Group], value: str, allowed: bool, number: int, problems: list[str]) -> None:
    if not groups:
        problems.append(f"line {number}: a rule before any user agent")
    elif value:
        if value[0] not in "/*":
            problems.append(f"line {number}: {_shown(value)} does not begin with '/' and matches nothing")
        groups[-1].rules.append((value, allowed))


def _add_delay(groups: list[_Group], value: str, number: int, problems: list[str]) -> None:
    seconds = _NUMBER.match(value)
    if not seconds:
        problems.append(f"line {number}: crawl-delay {_shown(value)} is not a number of seconds")
    elif not groups:
        problems.append(f"line {number}: a crawl-delay before any user agent")
    else:
        groups[-1].delays.append(float(seconds[1]))


def _add_sitemap(sitemaps: list[str], value: str, number: int, problems: list[str]) -> None:
    url = join_url("", value)
    if url:
        sitemaps.append(url)
    else:
        problems.append(f"line {number}: sitemap {_shown(value)} is not an absolute http or https URL")


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else f"{text[:57]}...")


def _bounded(problems: list[str], most: int = 20) -> list[str]:
    return problems if len(problems) <= most else [*problems[:most], f"and {len(problems) - most} more problems"]


# --- the states of RFC 9309, 2.3.1 ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RobotsState:
    """What may be fetched of one origin, why, and when to ask for its robots.txt again."""

    robots: Robots
    reason: str  # one line for a log
    ask_again: datetime  # aware, UTC
    body: bytes | None = None  # to be kept as the copy; None: keep the copy that is there
    read_at: datetime | None = None  # when the rules in use were read; None: there are none


def robots_state(
    arrival: Arrival, now: datetime, *, copy: bytes | None = None, copy_read_at: datetime | None = None
) -> RobotsState:
    """What the answer to a request for robots.txt means; *copy* is the last file that could be read.

    2xx: its rules. 4xx: everything is allowed, except 429, which asks us to stay away. Everything else, from 5xx to a
    name that does not resolve: the copy if it was read within :data:`MAX_AGE`, otherwise nothing may be fetched.
    More redirects than are followed count as 4xx (2.3.1.2).
    """
    if isinstance(arrival, Capture) and 200 <= arrival.status < 300:
        return RobotsState(parse_robots(arrival.body), "read", now + MAX_AGE, arrival.body, now)
    if isinstance(arrival, NotModified) and copy is not None:
        return RobotsState(parse_robots(copy), "not modified", now + MAX_AGE, copy, now)
    if (what := _unavailable(arrival)) is not None:
        reason = f"no robots.txt ({what}): everything is allowed"
        return RobotsState(Robots.allow_all(), reason, now + MAX_AGE, b"", now)
    why = arrival.message if isinstance(arrival, Failure) else f"HTTP {getattr(arrival, 'status', 304)}"
    wait = max(RETRY_UNREACHABLE, (isinstance(arrival, Failure) and arrival.retry_after) or timedelta(0))
    if copy is not None and copy_read_at is not None and abs(now - copy_read_at) < MAX_AGE:
        reason = f"robots.txt cannot be read ({why}): the copy of {copy_read_at:%Y-%m-%d %H:%M} is used"
        return RobotsState(parse_robots(copy), reason, now + wait, None, copy_read_at)
    reason = f"robots.txt cannot be read ({why}): nothing is fetched from this host until it can"
    return RobotsState(Robots.deny_all(reason), reason, now + wait)


def _unavailable(arrival: Arrival) -> str | None:
    """What says that there is no robots.txt, which is not the same as one that cannot be had; None if nothing does."""
    if isinstance(arrival, Failure) and arrival.kind == "redirect":
        return "redirect"
    status = 304 if isinstance(arrival, NotModified) else arrival.status
    return f"HTTP {status}" if status and 400 <= status < 500 and status != 429 else None
