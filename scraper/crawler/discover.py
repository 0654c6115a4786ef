"""A page that lists, whatever its kind, to what it names: the one place where feeds, sitemaps and listings meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scraper import dom
from scraper.config import Source
from scraper.crawler.feeds import parse_feed
from scraper.crawler.listings import parse_listing
from scraper.crawler.scope import Scope
from scraper.crawler.sitemaps import Listed, parse_sitemap
from scraper.model import Capture, Sighting
from scraper.urls import host


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one page names."""

    sightings: tuple[Sighting, ...] = ()
    next_urls: tuple[str, ...] = ()  # further pages of the same list
    other_lists: tuple[str, ...] = ()  # other listing pages, each walked once and then left alone
    problems: tuple[str, ...] = ()  # one line each, naming the page


def read(role: str, capture: Capture, source: Source, scope: Scope, markup: Callable[[Capture], str]) -> Discovered:
    """What the page in *capture*, fetched as a *role*, names. Never raises: what cannot be read is a problem.

    *markup* gives the HTML of a capture as text that is safe to parse.
    """
    if role == "feed":
        return _feed(capture)
    if role == "sitemap":
        return _sitemap(capture, scope)
    if role == "listing" and scope.adapter and scope.adapter.lists(capture.url):
        listed = scope.adapter.read_listing(capture)
        return Discovered(listed.sightings, listed.next_urls, problems=listed.problems)
    if capture.body.startswith(b"%PDF-"):
        return Discovered()
    html = markup(capture)
    if role == "listing":
        page = parse_listing(html, capture.url, scope)
        linked = links(dom.parse(html), capture.url, scope) if source.follow_links else ()
        return Discovered(
            page.sightings + linked, page.next_urls, page.other_lists, page.problems + _cut(capture, html)
        )
    return Discovered(links(dom.parse(html), capture.url, scope))


def _cut(capture: Capture, html: str) -> tuple[str, ...]:
    """A line that says how many links of a page lie beyond what is read of one; none if none does."""
    beyond = capture.body.count(b"<a ") - html.count("<a ")
    if beyond <= 0:
        return ()
    words = (
        f"{beyond:,} links lie beyond what is read of one page; name a sitemap, or listings by year, in the source file"
    )
    return (f"{capture.url}: {words}",)


def links(tree: dom.Tree, url: str, scope: Scope) -> tuple[Sighting, ...]:
    """Every link of the page at *url* that the source may follow."""
    found: dict[str, Sighting] = {}
    for anchor in dom.links(tree, url):
        if "nofollow" in anchor.rel:
            continue
        canonical = scope.canonical(anchor.url)
        if canonical not in found and scope.refuses(canonical) is None:
            found[canonical] = Sighting(scope.request(anchor.url), "link", listed_on=url)
    return tuple(found.values())


def _feed(capture: Capture) -> Discovered:
    page = parse_feed(capture.body, capture.url)
    sightings = tuple(
        Sighting(entry.url, "feed", listed_on=capture.url, title=entry.title, published=entry.published)
        for entry in page.entries
    )
    following = (page.next_url,) if page.next_url and sightings else ()
    return Discovered(sightings, following, problems=tuple(f"{capture.url}: {problem}" for problem in page.problems))


def _sitemap(capture: Capture, scope: Scope) -> Discovered:
    """A sitemap speaks for its own host, and for the other hosts of a source that has several."""
    page = parse_sitemap(capture.body, capture.url)
    own = [entry for entry in page.foreign if scope.off_host(scope.canonical(entry.loc)) is None]
    sightings = [sighting for entry in (*page.urls, *own) for sighting in _listed(entry, capture.url, scope)]
    children = tuple(entry.loc for entry in page.sitemaps)
    spoken_for = tuple(f" entries on {host(entry.loc)} refused" for entry in own)
    problems = (problem for problem in page.problems if not any(words in problem for words in spoken_for))
    return Discovered(tuple(sightings), children, problems=tuple(f"{capture.url}: {problem}" for problem in problems))


def _listed(entry: Listed, listed_on: str, scope: Scope) -> Iterator[Sighting]:
    """A sitemap's entry and its translations, those that are statements."""
    if scope.role(scope.canonical(entry.loc)) in {"statement", "digest"}:
        yield Sighting(
            entry.loc, "sitemap", listed_on, entry.title, entry.published, entry.lastmod, entry.language
        )  # fmt: skip
    for language, url in entry.alternates:
        canonical = scope.canonical(url)
        if scope.role(canonical) in {"statement", "digest"} and scope.off_host(canonical) is None:
            yield Sighting(url, "sitemap", listed_on, language=language if language != "x-default" else None)
