"""From what a site's pages link to, to the patterns of a source file: which URLs are statements, which list them. Pure.

The reasoning is that of a person who sees a site for the first time: what a listing shows in its middle, in a row, with
titles and dates, in a folder called news, is what the site publishes; what stands in menus, or in folders called events
or tags, is not. Every family of URLs gets points for what speaks for it, and the proposal says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper import urls
from scraper.crawler.sections import is_alias, judge, judge_path
from scraper.crawler.shapes import PLACEHOLDERS, Family, Shape, families, is_date, is_facet, same_family, take_apart
from scraper.crawler.views import Seen, View

ENOUGH = (
    4  # points; set on four saved sites and the fixture hosts, where nothing chosen has fewer than 4, noise at most 2
)
DOUBTFUL = 2  # points of a family that is mentioned although it was not chosen
# Titles of home pages that do not say whose they are.
_NO_NAMES = frozenset(
    {"home", "homepage", "home page", "welcome", "news", "newsroom", "index", "start", "press corner"}
)
MENU_CHARACTERS = 40  # a menu's entry is shorter
SLUG_HYPHENS = 2  # a last segment with as many is a title's


_Point = tuple[int, bool, str]  # how much, whether it holds, in words


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was seen of a site."""

    start: str  # canonical
    views: tuple[View, ...]  # the start page first
    feed_urls: frozenset[str] = frozenset()  # what feeds list, canonical
    sitemap_urls: frozenset[str] = frozenset()  # what sitemaps list, canonical


@dataclass(frozen=True, slots=True)
class Evidence:
    """One family of URLs, and what speaks for it."""

    family: Family
    members: tuple[Shape, ...]
    urls: tuple[str, ...]  # its URLs, those that listings show first
    reasons: tuple[str, ...]  # in words
    points: int
    verdict: str | None  # what its section's name says
    is_shown: bool  # lists show it under titles, in headings or with dates, or feeds and sitemaps name it

    @property
    def languages(self) -> frozenset[str]:
        """First segments of its URLs that are languages; "" for those without."""
        return frozenset(shape.language for shape in self.members)


def weigh(survey: Survey) -> list[Evidence]:
    """Every family of URLs that *survey* saw, the best supported first."""
    seen: dict[str, Seen] = {}
    for view in survey.views:
        for link in view.seen:
            if link.url not in seen or (seen[link.url].furniture and not link.furniture):
                seen[link.url] = link
    known = dict.fromkeys([*seen, *sorted(survey.feed_urls), *sorted(survey.sitemap_urls)])
    shapes = families(url for url in known if urls.host(url) == urls.host(survey.start) and not is_facet(url))
    lists = {url for view in survey.views for url in (view.url, *view.further)}
    found = []
    for family, members in same_family(shapes).items():
        documents = [url for url in members if url not in lists]
        if any(family.query or not is_date(shapes[url].leaf) for url in documents):
            found.append(_weigh(family, documents, shapes, seen, survey))
    return sorted((one for one in found if one), key=lambda one: -one.points)


def _weigh(
    family: Family, members: Sequence[str], shapes: Mapping[str, Shape], seen: Mapping[str, Seen], survey: Survey
) -> Evidence | None:
    listed = [seen[url] for url in members if url in seen and not seen[url].furniture]
    in_feed, in_sitemap = len(survey.feed_urls.intersection(members)), len(survey.sitemap_urls.intersection(members))
    if max(len(listed), in_feed, in_sitemap) < 2:
        return None
    start = {link.url for link in survey.views[0].seen if not link.furniture}
    count = len(listed)
    dated, titles = sum(link.dated for link in listed), sum(link.is_title for link in listed)
    headings, on_start = sum(link.heading for link in listed), sum(link.url in start for link in listed)
    slugs = sum(shapes[url].leaf.count("-") >= SLUG_HYPHENS for url in members)
    verdict = "other" if is_alias(family.folders) else judge_path(family.words)
    shown: list[_Point] = [
        (2, 2 <= dated >= count / 2, f"{dated} of {count} listed with a date"),
        (1, 2 <= titles >= count / 2, f"{titles} of {count} listed under a title"),
        (1, 2 <= headings >= count / 2, f"{headings} of {count} listed in a heading"),
        (2, in_feed >= 2, f"{in_feed} in feeds"),
        (1, in_sitemap >= 2 and slugs >= len(members) / 2, f"{in_sitemap} in sitemaps"),
    ]
    besides: list[_Point] = [
        (3, verdict == "statements", "its name says news or statements"),
        (1, verdict == "perhaps", "its name may mean statements"),
        (-5, verdict == "other", "its name says something else"),
        (2, family.is_dated, "dates in its addresses"),
        (1, count >= 3, f"{count} listed outside menus"),
        (1, on_start >= 2, f"{on_start} of them on the start page"),
    ]
    given = [(points, reason) for points, holds, reason in (*besides, *shown) if holds]
    return Evidence(
        family,
        tuple(shapes[url] for url in members),
        (*(link.url for link in listed), *(url for url in members if url not in seen or seen[url].furniture)),
        tuple(reason for _, reason in given),
        sum(points for points, _ in given),
        verdict,
        any(holds for _, holds, _ in shown),
    )


def choose(survey: Survey) -> list[Evidence]:
    """The families that hold the site's statements, the best supported first; empty if none is convincing.

    Where some are called news or statements, those that only may be (blogs, stories) are left out, unless the start
    page is their own folder.
    """
    enough = [one for one in weigh(survey) if one.points >= ENOUGH and one.verdict != "other" and one.is_shown]
    certain = [one for one in enough if one.verdict == "statements"]
    if not certain:
        return enough
    return [one for one in enough if one.verdict == "statements" or _is_start(one.family, survey.start)]


def left_out(survey: Survey, chosen: Iterable[Evidence]) -> list[Evidence]:
    """The families that are shown as statements are and were not chosen: for a person to decide."""
    kept = {one.family for one in chosen}
    return [
        one for one in weigh(survey)
        if one.family not in kept and one.is_shown and one.verdict == "perhaps" and one.points >= DOUBTFUL
    ]  # fmt: skip


def _is_start(family: Family, start: str) -> bool:
    shape = take_apart(start)
    folders = (*shape.family.folders, *([shape.leaf] if shape.leaf else []))
    below = family.folders[len(folders) :]
    return bool(folders) and family.folders[: len(folders)] == folders and PLACEHOLDERS.keys() >= set(below)


# --- where to look next -----------------------------------------------------------------------------------------------


def lists_to_look_at(view: View, limit: int) -> list[str]:
    """URLs on a page that may list statements, the most promising first: menu entries such as "Press releases"."""
    ranked: list[tuple[int, int, str]] = []
    for order, link in enumerate(view.seen):
        shape = take_apart(link.url)
        leaf, path = judge(shape.leaf), judge_path(shape.family.words)
        words = judge(link.text) if len(link.text) <= MENU_CHARACTERS else None
        verdicts = [verdict for verdict in (leaf, words, path) if verdict]
        shown = (
            link.is_title or link.heading
        ) and not link.furniture  # as a statement is, rather than as a list of them
        if (
            not verdicts
            or verdicts[0] == "other"
            or is_facet(link.url)
            or (not shape.family.query and is_date(shape.leaf))
        ):
            continue
        if "statements" in verdicts and not (link.is_title and shown):
            ranked.append((0 if leaf == "statements" else 1, order, link.url))
        elif "other" not in verdicts and not shown:
            ranked.append((2, order, link.url))
    return [url for _, _, url in sorted(ranked)][:limit]


def shows(view: View, chosen: Iterable[Evidence]) -> list[str]:
    """The statements that a page lists outside its menus."""
    wanted = {url for one in chosen for url in one.urls}
    return [link.url for link in view.seen if link.url in wanted and not link.furniture]


def listings(survey: Survey, chosen: Sequence[Evidence], limit: int) -> list[View]:
    """The pages that list most between them, as few as possible: the start page first if it lists anything."""
    continued = {url for view in survey.views for url in view.further}
    left = {view.url: set(shows(view, chosen)) for view in survey.views if view.url not in continued}
    known: set[str] = set()
    kept: list[View] = []
    for view in survey.views:
        if view.url == survey.start and urlsplit(view.url).path != "/" and len(left.get(view.url, ())) >= 2:
            kept.append(view)
            known |= left.pop(view.url)
    while left and len(kept) < limit:
        # Between equals the page that is one for statements alone, then the shortest address.
        url = max(left, key=lambda one: (len(left[one] - known), urlsplit(one).path != "/", -len(one)))
        new = left.pop(url) - known
        if len(new) < 1:
            break
        known |= new
        kept.append(next(view for view in survey.views if view.url == url))
    return kept


def narrowed(view: View) -> list[str]:
    """Pages that show a part of what the listing *view* shows, a year or a month each: as many as it links to.

    A listing that is continued by page numbers leads to everything; one whose address has parameters may not.
    """
    here = take_apart(view.url).family
    if view.further and not here.query:
        return []
    names = {name for name, _ in here.query}
    found = []
    for link in view.seen:
        there = take_apart(link.url)
        same = there.family._replace(query=()) == here._replace(query=())
        if here.query or there.family.query:
            more = [pair for pair in there.family.query if pair[0] not in names]
            if same and set(here.query) <= set(there.family.query) and more and _counts_time(link.url, more):
                found.append(link.url)
        elif there.family.folders[: len(here.folders) + 1] == (
            *here.folders,
            *filter(None, [take_apart(view.url).leaf]),
        ):
            rest = (*there.family.folders[len(here.folders) + 1 :], there.leaf)
            if all(is_date(part) or part in PLACEHOLDERS for part in rest):
                found.append(link.url)
    return found


def whole_of(url: str) -> str | None:
    """The listing of which *url* shows one year or month, as all its parameters say; None if any says something else."""
    query = take_apart(url).family.query
    return url.partition("?")[0] if query and _counts_time(url, query) else None


def _counts_time(url: str, more: Sequence[tuple[str, str]]) -> bool:
    """Whether the parameters in *more* hold years, months or days."""
    values = dict(piece.partition("=")[::2] for piece in urlsplit(url).query.split("&"))
    return all(is_date(values.get(name, "")) for name, _ in more)


def site_title(views: Iterable[View], home: str = "") -> str:
    """What the site calls itself: as it declares, or what most pages' titles have in common; "" if they have nothing.

    A page at *home* says it alone, where its title is more than a menu's word: "Press corner | European Commission".
    """
    looked = list(views)
    if declared := next((view.site_name for view in looked if view.site_name), ""):
        return declared
    counted = Counter(part for view in looked for part in dict.fromkeys(reversed(view.titles)))
    part, count = next(iter(counted.most_common(1)), ("", 0))
    if count > 1 and count * 2 > len(looked):
        return part
    titles = next((view.titles for view in looked if view.url == home), ())
    return next((title for title in reversed(titles) if title.lower() not in _NO_NAMES), "")
