"""The title of a page, chosen among the several that it gives.

Headings, `<title>`, OpenGraph, Twitter and JSON-LD name a page in their own ways: with the site's name behind it, cut
short, in capitals, or naming the section instead. One of them is right on 96 pages in 100; which, is decided by a linear
score over features that are the same on every site (weights: ``training/fields/fit.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from scraper.extractor.field_weights import weights
from scraper.extractor.kinds import label_kind
from scraper.extractor.page import Block, Body, Page
from scraper.urls import join_url

_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:/~]+\s+|\s*[|»·•]+\s*|(?<=[^\s\d])[:：]\s+|\s+::\s+")
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")  # the same of most titles, found sooner
# Marks that no eye sees; a joiner between letters is spelling, Persian writes words with it.
_UNSEEN = re.compile(
    "[\u00ad\ufeff\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]+|(?<![\u0620-\u06ff])[\u200c\u200d]|[\u200c\u200d](?![\u0620-\u06ff])"
)
_MAX_LENGTH = 400
_MAX_EMPHASIS, _EMPHASIS_WORDS = 200, 3  # characters at most, words at least
_FRONT_PAGE = frozenset({"home", "homepage", "index", "welcome", "to", "official", "site", "website", "the"})
_SYMBOL = re.compile(
    r"[A-Z]{1,8}(?=[^\d]*/.*\d)(?:/[\w.()-]+)+(?:\s*[-–—:|]\s.*)?"
)  # under which a document is filed: A/RES/78/300
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "et", "des", "du", "del", "y"})
_TELLING = re.compile(r"(?<!\w)[^\W\d]{3,}|[^\x00-\u02ff]")  # a word of three letters, or any of another script
_PHRASE = 3  # words
_PARAGRAPH = 100  # characters of prose
_ABOVE = 20  # blocks between a heading and the paragraph it stands over
_LINKED = 0.9  # share of a block's characters in links that makes it an item of a menu
_EMPHASIS = (  # the strongest first
    'font[size="4"], font[size="5"], font[size="6"], font[size^="+"], big',
    "[class*=headline i], [class*=title i]",
    "b, strong",
)
_WRITERS = re.compile(
    r"microsoft word|libreoffice|openoffice", re.IGNORECASE
)  # their titles are often of an earlier file
_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_HEADINGS = 6  # h1 and first h2 that are considered
_TRIM = " \t\n\r|-–—·•»«:/~¶#"

# Sources in the order in which one is named as the origin of a title that several give.
_ORIGINS = ("h1", "og", "ld", "twitter", "title", "h2")
_ORIGIN_NAMES = {
    "h1": "h1",
    "h2": "h2",
    "bold": "text",
    "og": "meta",
    "twitter": "meta",
    "ld": "json-ld",
    "title": "title",
}
_LD_SITES = frozenset({"website", "organization", "corporation", "newsmediaorganization", "person", "breadcrumblist", "imageobject",
                       "searchaction", "listitem", "webapplication", "collegeoruniversity"})  # fmt: skip


@dataclass(slots=True)
class TitleCandidate:
    """Words that may be the title, and what speaks for them."""

    text: str  # as the first source spells it
    spellings: list[tuple[str, str]]  # (source, spelling)
    features: dict[str, float]


def read_title(page: Page, body: Body) -> tuple[str, str] | None:
    """The title and where it was read ("h1", "h2", "meta", "json-ld", "title"); None if the page has none."""
    candidates = title_candidates(page, body)
    candidates = [each for each in candidates if not _SYMBOL.fullmatch(each.text)] or candidates
    of_file = _WRITERS.search(page.head.get("generator", "")) is not None and not page.h1s
    if candidates and all(
        each.features.get("generic") or (of_file and not each.features["printed"])
        for each in candidates
        if _is_declared(each)
    ):
        # They name the site and the section: what stands over the first paragraph is the title, heading or not.
        if (above := _heading_above(body)) is not None and label_kind(above.text.strip()) is None:
            return _trimmed(above.text), above.tag
        if (bold := _emphasised(body)) is not None:
            return bold, "text"
    return best_title(candidates, weights("title"))


def _is_declared(candidate: TitleCandidate) -> bool:
    return any(source != "h2" for source, _ in candidate.spellings)


def best_title(candidates: Sequence[TitleCandidate], table: Mapping[str, float]) -> tuple[str, str] | None:
    """The best of *candidates* and its origin; in mixed case if any source spells it so."""
    if not candidates:
        return None
    best = max(candidates, key=lambda each: sum(table.get(name, 0.0) * value for name, value in each.features.items()))
    origin, text = min(best.spellings, key=lambda pair: (pair[1].isupper(), _ORIGINS.index(pair[0])))
    return text, _ORIGIN_NAMES[origin]


def key(text: str) -> str:
    """*text* for comparing: its words in small letters.

    >>> key("IOM, Partners Launch – Hotline!")
    'iom partners launch hotline'
    """
    return " ".join(_ASCII_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(text.casefold()))


def title_candidates(page: Page, body: Body) -> list[TitleCandidate]:
    """Every text that may be the title, with its features; equal words are one candidate."""
    found: dict[str, TitleCandidate] = {}
    for feature, source, text in _mentions(page, body):
        clean = _trimmed(text)
        words = key(clean)
        if not words or len(clean) > _MAX_LENGTH:
            continue
        candidate = found.setdefault(words, TitleCandidate(clean, [], {}))
        candidate.spellings.append((source, clean))
        candidate.features[feature] = 1.0
    site = site_names(page)
    title_words, og_words = key(page.title_tag), key(page.head.get("og:title", ""))
    slug = _slug(page.url)
    wanted = {text.casefold() for each in found.values() for _, text in each.spellings}
    printed = _printed(body, wanted)
    away = _linked_away(page, printed)
    for words, candidate in found.items():
        _describe(candidate, words, title_words, og_words, site, slug, found)
        features = candidate.features
        features["printed"] = float(any(text.casefold() in printed for _, text in candidate.spellings))
        features["linked-away"] = float(any(text.casefold() in away for _, text in candidate.spellings))
        parts = [key(part) for part in _SEPARATOR.split(candidate.text)]
        generic = bool(features["linked-away"]) or all(_is_generic(part, site, away) for part in parts)
        features["generic"] = float(generic)
        heading = any(name in features for name in ("h1-only", "h1-first", "h1-later"))
        if heading:
            features["h1-in-title"] = features["in-title"]
            features["h1-in-og"] = features["in-og"]
            features["h1-by-slug"] = features.get("slug-covered", 0.0)
            features["h1-many-words"] = features["many-words"]
        elif not page.h1s:
            for name in ("og-whole", "title-whole", "og-head-first", "title-head-first", "title-head-last"):
                if name in features:
                    features[f"{name}-no-h1"] = 1.0
        features["one-spelling"] = float(len(found) == 1)
        if body.title_block is not None and not heading and key(body.title_block.text).startswith(words + " "):
            features["opens-heading"] = 1.0
    return list(found.values())


def _trimmed(text: str) -> str:
    """*text* in one line without separators at its ends; the closing mark of a quotation is none."""
    clean = " ".join(_UNSEEN.sub("", text).split())
    return clean.strip(_TRIM.replace("»", "").replace("«", "") if "«" in clean and "»" in clean else _TRIM)


def _mentions(page: Page, body: Body) -> Iterator[tuple[str, str, str]]:
    """(feature, source, text) of each place that may hold the title, whole and in parts."""
    for number, heading in enumerate(page.h1s[:_MAX_HEADINGS]):
        yield ("h1-only" if len(page.h1s) == 1 else "h1-first" if number == 0 else "h1-later"), "h1", heading
        if number < 2:
            yield from _parts("h1", heading)
    if body.title_block is not None:
        yield "title-block", "h1" if body.title_block.tag == "h1" else "h2", body.title_block.text
    yield from _headings(body)
    head = page.head
    for source, text in (
        ("og", head.get("og:title", "")),
        ("title", page.title_tag),
        ("twitter", head.get("twitter:title", "")),
    ):
        if text:
            yield f"{source}-whole", source, text
            yield from _parts(source, text)
    for item in page.json_ld:
        names = item.get("@type")
        types = {name.lower() for name in (names if isinstance(names, list) else [names]) if isinstance(name, str)}
        if isinstance(headline := item.get("headline"), str):
            yield "ld-headline", "ld", headline
        if isinstance(name := item.get("name"), str) and not types & _LD_SITES:
            yield "ld-name", "ld", name


def _headings(body: Body) -> Iterator[tuple[str, str, str]]:
    """The heading that stands over the body's first paragraph, of whatever level, and the first second-level one."""
    if (above := _heading_above(body)) is not None:
        yield f"above-{above.tag}", above.tag if above.tag == "h1" else "h2", above.text
    second = next((block for block in body.all_text_blocks if block.tag == "h2"), None)
    if second is not None:
        yield "h2-first", "h2", second.text


def _heading_above(body: Body) -> Block | None:
    """The heading before the first paragraph: of the highest level the last; none that is far away or a link."""
    anchor = _first_paragraph(body)
    above: Block | None = None
    for block in body.all_text_blocks:
        if anchor is None or block.index >= anchor:
            break
        if block.tag in ("h1", "h2", "h3") and block.link_share < _LINKED and anchor - block.index <= _ABOVE:
            above = block if above is None or block.tag <= above.tag else above
    return above


def _is_generic(words: str, site: set[str], away: set[str]) -> bool:
    """Whether *words* only name the site, its front page or a kind of text, or are part of a heading that leads away."""
    rest = " ".join(word for word in words.split() if word not in _FRONT_PAGE)
    if not _TELLING.search(rest) or rest in site or label_kind(rest) is not None:
        return True
    parts = [part for name in site if (part := rest.removeprefix(f"{name} ")) != rest]
    return any(label_kind(part) is not None or part in site for part in parts) or any(
        words in key(text) for text in away
    )


def _printed(body: Body, wanted: set[str]) -> dict[str, list[Block]]:
    """Those of *wanted* (in small letters) that are the text of a block, and the blocks."""
    lengths = {len(text) for text in wanted}  # a letter of ASCII is one in small letters, others may become several
    longest = max(lengths, default=0)
    found: dict[str, list[Block]] = {}
    for block in body.all_text_blocks:
        text = block.text
        if (len(text) in lengths if text.isascii() else len(text) <= longest) and (small := text.casefold()) in wanted:
            found.setdefault(small, []).append(block)
    return found


def _linked_away(page: Page, printed: Mapping[str, Sequence[Block]]) -> set[str]:
    """Those of the *printed* texts that are links to another page: names of the site and its sections."""
    found = set()
    for text, blocks in printed.items():
        for block in blocks:
            if block.link_share < _LINKED:
                continue
            link = block.node if block.node.tag == "a" else block.node.css_first("a[href]")
            href = link.attributes.get("href") if link is not None else None
            target = join_url(page.base, href) if href else None
            if target is not None and _same_page(target) != _same_page(page.url):
                found.add(text)
    return found


def _same_page(url: str) -> tuple[str, str, str]:
    """What two addresses of one page share."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query


def _first_paragraph(body: Body) -> int | None:
    """Index of the first block that is prose: of the body's, or of all if there is no body; of a short text the first."""
    for block in body.blocks or body.all_text_blocks:
        if len(block.text) >= _PARAGRAPH and block.link_share < _LINKED / 2 and block.tag not in _HEADING_TAGS:
            return block.index
    return next((block.index for block in body.blocks if block.tag not in _HEADING_TAGS), None)


def _emphasised(body: Body) -> str | None:
    """What stands for a heading on pages that have none: large or bold text, or an element called title, near the body."""
    start = body.blocks[0].index if body.blocks else 0
    blocks = body.all_text_blocks[max(0, start - 3) : start + 3]
    for selector in _EMPHASIS:
        for block in blocks:
            for node in block.node.css(selector)[:_MAX_HEADINGS]:
                text = _trimmed(node.text(deep=True))
                if len(text.split()) >= _EMPHASIS_WORDS and len(text) <= _MAX_EMPHASIS and not node.css("a, br"):
                    return text
    return None


def _parts(source: str, text: str) -> Iterator[tuple[str, str, str]]:
    """What stands before and after the separators of a `<title>`, where site names are appended and prefixed."""
    cuts = list(_SEPARATOR.finditer(text))[:6]
    for number, cut in enumerate(cuts):
        last = number == len(cuts) - 1
        head, tail = text[: cut.start()], text[cut.end() :]
        yield f"{source}-head-{'last' if last else 'first' if number == 0 else 'middle'}", source, head
        if number == 0 and last:
            yield f"{source}-head-first", source, head
        if number == 0:
            yield f"{source}-tail", source, tail


def _describe(
    candidate: TitleCandidate,
    words: str,
    title_words: str,
    og_words: str,
    site: set[str],
    slug: set[str],
    found: dict[str, TitleCandidate],
) -> None:
    own = words.split()
    features = candidate.features
    features["sources"] = float(len({source for source, _ in candidate.spellings}))
    features["in-title"] = float(bool(title_words) and f" {words} " in f" {title_words} ")
    features["opens-title"] = float(title_words.startswith(words))
    features["in-og"] = float(bool(og_words) and f" {words} " in f" {og_words} ")
    features["opens-og"] = float(og_words.startswith(words))
    features["site-name"] = float(words in site)
    features["ends-in-site"] = float(any(len(words) > len(name) and words.endswith(f" {name}") for name in site))
    features["opens-with-site"] = float(any(len(words) > len(name) and words.startswith(f"{name} ") for name in site))
    features["one-word"] = float(len(own) == 1)
    features["two-words"] = float(len(own) == 2)
    features["many-words"] = float(len(own) >= 5)
    features["too-many-words"] = float(len(own) >= 22)
    if len(slug) >= 2:
        features["slug-covered"] = len(slug.intersection(own)) / len(slug)
        features["covered-by-slug"] = len(slug.intersection(own)) / len(own)
    features["part-of-h1"] = float(any(
        name != words and words in name and any(feature.startswith("h1") for feature in other.features)
        for name, other in found.items()
    ))  # fmt: skip
    features["holds-h1"] = float(any(
        name != words and name in words and len(name) > 8 and any(feature.startswith("h1") for feature in other.features)
        for name, other in found.items()
    ))  # fmt: skip


def site_names(page: Page) -> set[str]:
    """What the site calls itself, in small letters: its declared names and its host."""
    head = page.head
    names = {head.get("og:site_name", ""), head.get("application-name", ""), head.get("apple-mobile-web-app-title", ""),
             head.get("twitter:site", "").lstrip("@")}  # fmt: skip
    for item in page.json_ld:
        publisher = item.get("publisher")
        for thing in (
            publisher,
            item if item.get("@type") in ("WebSite", "Organization", "NewsMediaOrganization") else None,
        ):
            if isinstance(thing, dict) and isinstance(name := thing.get("name"), str):
                names.add(name)
    host = urlsplit(page.url).hostname or ""
    names.add(host)
    labels = host.removeprefix("www.").split(".")
    names.add(labels[0])
    if len(labels) >= 2:
        names.add(labels[-2])
    squeezed = {key(name) for name in names}
    # The part of <title> that is the host's name without its spaces, or in full: "Budget Travel With Gabby" of
    # budgettravelwithgabby.com, "International Organization for Migration" of iom.int.
    flat = set(labels)
    for part in _SEPARATOR.split(page.title_tag):
        words = key(part).split()
        initials = "".join(word[0] for word in words if word not in _SMALL_WORDS)
        if "".join(words) in flat or (len(words) >= _PHRASE and initials in flat):
            squeezed.add(" ".join(words))
    return {name for name in squeezed if name}


def _slug(url: str) -> set[str]:
    """The words of a path's last segment; of the one before, if the last is a number and that one a phrase."""
    segments = [segment for segment in unquote(urlsplit(url).path).split("/") if segment]
    for number, segment in enumerate(reversed(segments[-2:])):
        words = set(_WORD.findall(re.sub(r"\.\w{2,5}$", "", segment).casefold()))
        if not all(word.isdigit() for word in words):
            return words if number == 0 or len(words) >= _PHRASE else set()
    return set()
