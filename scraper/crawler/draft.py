"""A proposal for a source file: what was found of a site, written down as TOML that says why. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scraper.crawler.onboard import Evidence
from scraper.crawler.shapes import listing_pattern, pattern

CONTACT = '# contact = "you@your-institution"  # please set: a webmaster can write to you then'
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "gob", "gouv", "go", "gv", "ac", "edu", "or", "int"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a source file will say."""

    title: str
    hosts: tuple[str, ...]  # the main one first
    aliases: Mapping[str, str]
    homepage: str
    listings: tuple[tuple[str, tuple[str, ...]], ...]  # URL, and URLs that continue or narrow it
    feeds: tuple[tuple[str, int], ...]  # URL, how many statements it lists
    sitemaps: tuple[tuple[str, int], ...]
    chosen: tuple[Evidence, ...]
    left_out: tuple[Evidence, ...] = ()
    languages: tuple[str, ...] = ()  # first segments of paths that are languages
    keep: tuple[str, ...] = ()  # parameters that name a document
    drop: tuple[str, ...] = ()  # parameters without which a page says the same
    crawl_delay_s: float = 5.0
    robots_delay_s: float | None = None
    remarks: tuple[str, ...] = field(default=())  # one line each: what did not work, what to look at


def source_name(host: str) -> str:
    """A short name for the publisher at *host*.

    >>> source_name("www.iom.int"), source_name("philippines.iom.int"), source_name("www.foreign.gov.example")
    ('iom', 'philippines-iom', 'foreign')
    """
    labels = [label for label in re.sub(r":\d+$", "", host.lower()).split(".") if label]
    if len(labels) > 1 and labels[0] in {"www", "www2", "web"}:
        labels = labels[1:]
    kept = labels[:-1] or labels
    if len(kept) > 1 and kept[-1] in _SECOND_LEVEL:
        kept = kept[:-1]
    return re.sub(r"[^a-z0-9-]+", "-", "-".join(kept)).strip("-") or "source"


def statement_patterns(draft: Draft) -> tuple[str, ...]:
    """A regular expression for each family of statements."""
    return tuple(pattern(one.family, one.members, _languages(one, draft)) for one in draft.chosen)


def listing_patterns(draft: Draft) -> tuple[str, ...]:
    """A regular expression for each listing that has further pages; the others are known by their address."""
    found = (listing_pattern(url, further, draft.languages) for url, further in draft.listings if further)
    return tuple(dict.fromkeys(found))


def _languages(one: Evidence, draft: Draft) -> Iterable[str]:
    return {*one.languages, *draft.languages}


def write(draft: Draft) -> str:
    """The source file."""
    lines = [
        f"# Proposed by `scraper sources add` for {draft.homepage}",
        "# The patterns are induced from what the site links to: look them through before you rely on them.",
        *(f"# {remark}" for remark in draft.remarks),
        f"title = {_text(_printable(draft.title) or draft.hosts[0])}",
        f"homepage = {_text(draft.homepage)}",
        f"hosts = {_texts(draft.hosts)}",
    ]
    if draft.aliases:
        pairs = ", ".join(f"{_text(name)} = {_text(target)}" for name, target in draft.aliases.items())
        lines.append(f"aliases = {{ {pairs} }}")
    lines += _block("seeds", [(_text(url), "") for url, _ in draft.listings])
    lines += _block("feeds", [(_text(url), f"lists {count} statements") for url, count in draft.feeds])
    lines += _block(
        "sitemaps", [(_text(url), f"{count} statements in what was read of it") for url, count in draft.sitemaps]
    )
    lines.append("statement = [")
    for one, regex in zip(draft.chosen, statement_patterns(draft), strict=True):
        lines += [f"  # {'; '.join(one.reasons)}", f"  {_regex(regex)},"]
    for one in draft.left_out:
        regex = _regex(pattern(one.family, one.members, _languages(one, draft)))
        lines.append(f"  # left out: {regex},  # {'; '.join(one.reasons)}")
    lines.append("]")
    lines += _block("listing", [(_regex(one), "") for one in listing_patterns(draft)])
    if draft.keep:
        lines.append(f"keep_parameters = {_texts(draft.keep)}  # without them the page was another")
    if draft.drop:
        lines.append(f"drop_parameters = {_texts(draft.drop)}  # without them the page said the same")
    asked = f"  # robots.txt asks for {draft.robots_delay_s:g}, which is kept to" if draft.robots_delay_s else ""
    lines.append(f"crawl_delay = {draft.crawl_delay_s:g}{asked}")
    lines.append(CONTACT)
    return "\n".join(lines) + "\n"


def write_adapter(title: str, homepage: str, host: str, adapter: str, adapter_url: str, crawl_delay_s: float) -> str:
    """The source file of a publisher that is read through an interface."""
    unknown = "" if title else "  # please set: its pages do not say what it is called"
    lines = [
        f"# Proposed by `scraper sources add` for {homepage}",
        f"# The site answers as the interface of {adapter!r} does, so that its statements are read through that.",
        f"title = {_text(_printable(title) or host)}{unknown}",
        f"homepage = {_text(homepage)}",
        f"hosts = {_texts([host])}",
        f"adapter = {_text(adapter)}",
        f"adapter_url = {_text(adapter_url)}",
        f"crawl_delay = {crawl_delay_s:g}",
        CONTACT,
    ]
    return "\n".join(lines) + "\n"


def _block(key: str, values: Sequence[tuple[str, str]]) -> list[str]:
    if not values:
        return []
    if len(values) == 1:
        return [f"{key} = [{values[0][0]}]{f'  # {values[0][1]}' if values[0][1] else ''}"]
    return [f"{key} = [", *(f"  {value},{f'  # {remark}' if remark else ''}" for value, remark in values), "]"]


def _text(value: str) -> str:
    return json.dumps(_printable(value), ensure_ascii=False)


def _printable(value: str) -> str:
    """*value* in one line and without control characters, which TOML does not allow."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _regex(value: str) -> str:
    return f"'{value}'" if "'" not in value else json.dumps(value, ensure_ascii=False)


def site_root(url: str) -> str:
    """The home page of the site that *url* is on."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
