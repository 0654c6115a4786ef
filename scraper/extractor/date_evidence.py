"""Everything on a page that may be its date: where it stands, what it calls itself, which day it names.

Collects and labels; :mod:`scraper.extractor.published` decides. A place is named by a *slot*, such as "meta-published" or
"text-label-updated"; the slots are the vocabulary of the decision.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from scraper.dom import Node
from scraper.extractor.agendas import is_due
from scraper.extractor.dateline import Dateline
from scraper.extractor.dates import ParsedDate, find_dates, parse_date
from scraper.extractor.page import Block, Body, Page
from scraper.model import DateSource

# Meta keys by what they name: the last change, the day of publication, some date that is mostly that.
_META_MODIFIED = re.compile(r"modif|updat|revis|lastmod|last-mod|review")
_META_PUBLISHED = re.compile(
    r"publi(?:sh|cation)|pub_?-?date|pdate|issued|parsely-pub|sailthru\.date|displaydate|posted|available|release_?-?date"
)
_META_DATE = re.compile(r"(?:^|[.:_-])(?:date|created?|created_time|creation_date|datecreated|createdate)(?:$|[._-])")
_META_OTHER = re.compile(
    r"publisher|event|start|end|expir|unpublish|embargo|verif|copyright|format|valid|time_?zone|author|section"
)

_LD_ARTICLES = frozenset(
    ["article", "newsarticle", "blogposting", "report", "scholarlyarticle", "techarticle", "socialmediaposting", "discussionforumposting", "opinionnewsarticle", "reportagenewsarticle", "analysisnewsarticle", "reviewnewsarticle", "backgroundnewsarticle", "question", "qapage", "medicalwebpage", "pressrelease", "specialannouncement", "liveblogposting", "advertisercontentarticle", "satiricalarticle"]
)  # fmt: skip
_ITEM_DATES = frozenset({"datePublished", "dateModified", "dateCreated"})
_PROPERTY_DATES = frozenset({"dc:date", "schema:datePublished", "schema:dateModified"})
_LD_PAGES = frozenset({"webpage", "itempage", "aboutpage", "faqpage", "collectionpage", "website", "profilepage"})

_PUBLISHED_WORDS = re.compile(
    r"\b(?:publish\w*|posted|issued|date publi\w+|publié\w*|mis en ligne|publicad\w+|fecha|veröffentlicht|erstellt"
    r"|pubblicat\w+|data|опубликован\w*|created|first published|originally|date|written|started|asked|joined on)\b"
    r"|发布|发表|日期|نشر|تاريخ|منتشر|تاریخ",
    re.IGNORECASE,
)
_UPDATED_WORDS = re.compile(
    r"(?<![^\W\d_])(?:updat\w+|modified|edited|revised|reviewed|checked|changed|last activity|mis[e]? à jour|modifié\w*|actualizad\w+"
    r"|atualizad\w+|aggiornat\w+|aktualisiert|geändert|stand|обновлен\w*|изменен\w*)\b|更新|修改|تحديث|به‌روز|بروزرسانی",
    re.IGNORECASE,
)
# What a page says of itself below its text; replies and reviews there were edited and updated as well.
_UPKEEP = re.compile(
    r"(?<!site )\blast (?:updated|modified|edited|reviewed|changed)\b|\bderni[èe]re (?:mise à jour|modification)\b"
    r"|\b[úu]ltima (?:actualización|modificación|atualização)\b|\b(?:zuletzt|letzte) (?:aktualisier|geänder|änderung)"
    r"|\bпоследн\w+ (?:обновлен|изменен)|آخر تحديث|最后更新|最後更新",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"\b(?:copyright|release date|deadline|expires?|effective|due|born|joined|since|until|from|between|event|starts?|ends?|apply by|as of"
    r"|valid|accessed|retrieved|version|member since|©)\b|©",
    re.IGNORECASE,
)
_SUBMITTED = re.compile(r"(?:submitted|soumis|enviado|eingereicht|inviato|отправлено)\b", re.IGNORECASE)
_EMBARGO = re.compile(r"embargo|sperrfrist|эмбарго|حظر", re.IGNORECASE)  # ends as a text comes out
_CLASS_DATE = re.compile(
    r"(?<![a-z])(?:date|time|timestamp|published|pubdate|posted|publish|created|byline|meta)(?![a-z])", re.IGNORECASE
)
_CLASS_UPDATED = re.compile(r"(?<![a-z])(?:updated|modified|lastmod|update)(?![a-z])", re.IGNORECASE)
_CLASS_OTHER = re.compile(
    r"(?<![a-z])(?:related|recent|recommended|more|sidebar|footer|card|teaser|widget|comment|comments|copyright|event|events"
    r"|carousel|slider|latest|popular|next|prev|previous|trending|reply|replies|review|reviews)(?![a-z])",
    re.IGNORECASE,
)  # fmt: skip

# 1900 to 2099, any year in Arabic or Thai digits, 17/04/09, 2569 of Thailand, a number before the sign for a year; one set of
# characters comes first, so that the search can jump to it.
_HAS_YEAR = re.compile(
    r"[\d年](?:(?<=1)9\d\d|(?<=2)[05]\d\d|(?<=[٠-٩۰-۹๐-๙])[٠-٩۰-۹๐-๙]{3}|[/.]\d\d[/.]\d\d|(?<=[\d〇○零一二三四五六七八九元]年))"
)
_META_LENGTH = 60  # characters; longer contents are descriptions
_LINES = 600  # characters of a block whose lines are looked at
_DATES_A_LINE = 4
_SHORT_LINE = 40  # characters of a line that may print a year with two digits
_LINE = 160  # characters: longer blocks are prose, whose dates are of the things told
_LABEL = 40  # characters before a date that say what it is
_LABEL_ABOVE = 24  # characters of a line above that does
_SOLO = 14  # characters beside the date, at most, in a block that is nothing but a date line
_STAMPED = 60  # characters of a line that a system writes: "Industry News | June 2, 2014, 12:05 p.m."
_CLOCK = re.compile(
    r",?\s*(?:[|–-]\s*|(?:at|um|à|a las|às|alle|в)\s+)?\d{1,2}(?:[:h]\d\d(?:\s?[ap]\.?m\b)?|\s?[ap]\.?m\b)\.?",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s*(?:[–—-]|to|until|bis|à|a)\s*\d")
_NEAR = 8  # blocks around the title that belong to it
_UP = 3  # ancestors whose class names are asked
_MAX_BLOCKS = 600

_URL_DAY = re.compile(r"/(19\d\d|20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_DAY_FIRST = re.compile(
    r"/(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-(20\d\d)(?=[/-])"
)  # who.int/news/item/08-07-2026-...
_URL_DAY_LAST = re.compile(r"(?<=[-_/])(20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_MONTH = re.compile(r"/(19\d\d|20\d\d)/(0?[1-9]|1[0-2])(?=/)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One date somewhere on the page."""

    read: ParsedDate
    source: DateSource
    slot: str
    block: int | None = None  # index of the block that shows it; None if no reader sees it
    stamped: bool = False  # with the time of day in a short line: written by a system, not by an author


def collect(
    page: Page,
    body: Body,
    title_at: int | None,
    dateline: Dateline | None,
    languages: Collection[str],
    latest: date | None,
) -> list[Evidence]:
    """All evidence, machine-readable first, in the order of the page; *title_at* is the block that prints the title."""
    reader = _Reader(languages, latest)
    found = [*_metas(page, reader), *_json_ld(page, reader), *_microdata(page, reader)]
    found += _times(page, body, title_at, reader)
    found += _blocks(body, title_at, reader)
    if dateline is not None and dateline.date is not None:
        found.append(Evidence(dateline.date, "dateline", "dateline", body.blocks[0].index if body.blocks else None))
    if (url := date_in_url(page.url)) is not None and (latest is None or url.on <= latest):
        found.append(Evidence(url, "url", "url-day" if url.precision == "day" else "url-month"))
    return _without_submission(found, body)


def _without_submission(found: list[Evidence], body: Body) -> list[Evidence]:
    """*found* without the day on which somebody entered the page ("Submitted by ..."), where a field marked as its date names another."""
    marked = {item.read.on for item in found if item.slot == "item-published"}
    if not marked:
        return found
    return [
        item
        for item in found
        if item.block is None or item.read.on in marked or not _SUBMITTED.match(body.all_text_blocks[item.block].text)
    ]


@dataclass(frozen=True, slots=True)
class _Reader:
    languages: Collection[str]
    latest: date | None

    def first(self, text: str) -> ParsedDate | None:
        return parse_date(text[:_LINE], self.languages, latest=self.latest)

    def all(self, text: str) -> Iterator[ParsedDate]:
        return find_dates(text, self.languages, latest=self.latest, short_years=len(text) <= _SHORT_LINE)


def date_in_url(url: str) -> ParsedDate | None:
    """The day or month that a URL's path names; years alone are not believed.

    >>> date_in_url("https://www.un.example/sg/en/content/sg/statement/2024-11-05/remarks").on
    datetime.date(2024, 11, 5)
    """
    path = urlsplit(url).path
    for pattern, order in ((_URL_DAY, (1, 2, 3)), (_URL_DAY_FIRST, (3, 2, 1)), (_URL_DAY_LAST, (1, 2, 3))):
        if found := pattern.search(path):
            year, month, day = (int(found[group]) for group in order)
            if (read := parse_date(f"{year}-{month:02}-{day:02}")) is not None:
                return ParsedDate(read.on, "day", found[0].strip("/"))
    if found := _URL_MONTH.search(path):
        return ParsedDate(date(int(found[1]), int(found[2]), 1), "month", found[0].strip("/"))
    return None


def _metas(page: Page, reader: _Reader) -> Iterator[Evidence]:
    seen: set[str] = set()
    for key, content in page.metas:
        if len(content) > _META_LENGTH or not _HAS_YEAR.search(content) or _META_OTHER.search(key):
            continue
        if _META_MODIFIED.search(key):
            slot = "meta-modified"
        elif _META_PUBLISHED.search(key):
            slot = "meta-published"
        elif _META_DATE.search(key):
            slot = "meta-date"
        else:
            continue
        if read := reader.first(content):
            # Threads carry one <meta itemprop="datePublished"> for each reply: only the first is the page's.
            yield Evidence(read, "meta", "meta-repeated" if key in seen else slot)
            seen.add(key)


def _json_ld(page: Page, reader: _Reader) -> Iterator[Evidence]:
    for item in page.json_ld:
        for thing in (item, item.get("mainEntity")):
            if isinstance(thing, dict):
                yield from _thing(thing, reader)


def _thing(thing: dict[str, Any], reader: _Reader) -> Iterator[Evidence]:
    names = thing.get("@type")
    types = {name.lower() for name in (names if isinstance(names, list) else [names]) if isinstance(name, str)}
    sort = "article" if types & _LD_ARTICLES else "page" if types & _LD_PAGES else "other"
    for key, slot in (("datePublished", f"ld-{sort}"), ("dateCreated", "ld-created"), ("dateModified", "ld-modified")):
        value = thing.get(key)
        if isinstance(value, str) and (read := reader.first(value)):
            yield Evidence(read, "json-ld", slot)


def _microdata(page: Page, reader: _Reader) -> Iterator[Evidence]:
    dated = (element for element in page.annotated for _ in range(_date_marks(*element)))
    for node, attributes in itertools.islice(dated, 6):
        get = attributes.get
        value = get("content") or get("datetime") or get("title") or node.text(deep=True)
        if node.tag == "meta" or not value:
            continue  # read with the other metas
        if read := reader.first(value.strip()):
            modified = "modified" in (get("itemprop") or get("property") or "").lower()
            yield Evidence(read, "microdata", "item-modified" if modified else "item-published")


def _date_marks(node: Node, attributes: Mapping[str, str | None]) -> int:
    """In how many ways the element is marked as a date; each counts, as it did when the weights were learned."""
    marks = 0
    if names := attributes.get("itemprop"):
        marks += len(_ITEM_DATES.intersection(names.split()))
    if attributes.get("property") in _PROPERTY_DATES:
        marks += 1
    if classes := attributes.get("class"):
        own = classes.split()
        marks += "published" in own and node.tag == "abbr" and "title" in attributes
        marks += "date-display-single" in own and "content" in attributes
    return marks


def title_position(body: Body, title: str) -> int | None:
    """Index of the block that prints *title*: a heading if one does, else the first block; None if none does."""
    wanted = _key(title)
    letters = title[:1].casefold()
    first: int | None = None
    for block in body.all_text_blocks[:_MAX_BLOCKS]:
        text = block.text
        if (
            wanted
            and len(text) <= _LINES
            and (text[:1].casefold() == letters or "\n" in text)
            and any(line[:1].casefold() == letters and _key(line) == wanted for line in text.split("\n"))
        ):
            if block.tag in ("h1", "h2"):
                return block.index
            first = block.index if first is None else first
    if first is not None:
        return first
    return body.title_block.index if body.title_block else None


def _key(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _times(page: Page, body: Body, title: int | None, reader: _Reader) -> Iterator[Evidence]:
    dated = [
        (moment, read) for moment in page.times if (read := reader.first(moment.datetime) or reader.first(moment.text))
    ]
    positions = {block.node.mem_id: block.index for block in body.all_text_blocks} if dated else {}
    first = True
    for moment, read in dated:
        names = _names(moment.node, _UP)
        position = _position(moment.node, positions)
        near = title is not None and position is not None and -_NEAR <= position - title <= _NEAR
        if _CLASS_UPDATED.search(names):
            slot = "time-updated"
        elif _CLASS_OTHER.search(names) and not near:
            slot = "time-other"
        else:
            slot = "time-near" if near else "time-first" if first else "time-later"
        first = False
        yield Evidence(read, "time", slot, position)


def _position(node: Node, positions: dict[int, int]) -> int | None:
    up: Node | None = node
    for _ in range(6):
        if up is None:
            return None
        if (found := positions.get(up.mem_id)) is not None:
            return found
        up = up.parent
    return None


def _names(node: Node, up: int) -> str:
    """The class names and ids of *node* and of its next ancestors."""
    words = []
    current: Node | None = node
    for _ in range(up + 1):
        if current is None:
            break
        get = current.attributes.get
        words += [get("class") or "", get("id") or ""]
        current = current.parent
    return " ".join(words).replace("_", " ")


def _blocks(body: Body, title: int | None, reader: _Reader) -> Iterator[Evidence]:
    start = body.blocks[0].index if body.blocks else None
    end = body.blocks[-1].index if body.blocks else None
    previous = ""
    for block in body.all_text_blocks[:_MAX_BLOCKS]:
        if len(block.text) > _LINES:
            continue
        if not _may_hold_year(block.text):
            previous = block.text.rpartition("\n")[2]
            continue
        for line in block.text.split("\n"):
            if len(line) <= _LINE and _HAS_YEAR.search(line):
                for number, read in enumerate(reader.all(line)):
                    label = _label(line, read, previous)
                    is_embargo = _EMBARGO.search(label) is not None
                    if number < _DATES_A_LINE and (is_embargo or not is_due(line, read, label)):
                        slot = _text_slot(block, line, read, label, title, start, end)
                        yield Evidence(read, "text", slot, block.index, _is_stamped(line, read))
            previous = line


def _may_hold_year(text: str) -> bool:
    """Whether some line of *text* may hold a year. Asked of every block, so of most without the pattern's help."""
    signs = "19" in text or "20" in text or "/" in text or "." in text or not text.isascii()
    return signs and _HAS_YEAR.search(text) is not None


def _label(line: str, read: ParsedDate, previous: str) -> str:
    """What stands before a date in its line; at the begin of one, with a short line above it."""
    label = line[max(0, read.start - _LABEL) : read.start]
    return f"{previous} {label}" if not label.strip(" :-–—|·•,\n") and len(previous) <= _LABEL_ABOVE else label


def _text_slot(
    block: Block, line: str, read: ParsedDate, label: str, title: int | None, start: int | None, end: int | None
) -> str:
    """How a printed date presents itself: its label, its neighbourhood, whether the line is nothing else."""
    names = _names(block.node, _UP)
    if block.index == title and len(line) == len(block.text):
        return "text-title"
    where = "far"
    if title is not None and -_NEAR <= block.index - title <= _NEAR:
        where = "near"
    elif start is not None and end is not None and start - _NEAR <= block.index <= start + _NEAR:
        where = "lead"
    if _EMBARGO.search(label):
        return f"text-{where}-published"
    if _OTHER_WORDS.search(label):
        return f"text-{where}-other"
    if _UPDATED_WORDS.search(label) or _CLASS_UPDATED.search(names):
        if end is None or block.index <= end:
            return f"text-{where}-updated"
        return "text-below-upkeep" if _UPKEEP.search(line[: read.start] or label) else "text-below-updated"
    if _PUBLISHED_WORDS.search(label):
        return f"text-{where}-published"
    if where == "far" and _CLASS_OTHER.search(names):
        return "text-far-other"
    if _CLASS_DATE.search(names):
        return f"text-{where}-class"
    if len(line) - len(read.printed) <= _SOLO:
        return f"text-{where}-solo"
    return f"text-{where}-line"


def _is_stamped(line: str, read: ParsedDate) -> bool:
    """Whether the time of day, and no range of hours, follows a date in a line that says little else."""
    clock = _CLOCK.match(line, read.end)
    return clock is not None and len(line) <= _STAMPED and not _UNTIL.match(line, clock.end())
