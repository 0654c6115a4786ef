"""The dateline: the place, and often the day, that a release opens with before its first dash.

No two offices write it alike: ``Geneva –``, ``Limón —``, ``New York (IOM) —``, ``Tunis/Geneva –``, ``GENEVA (8 July
2026) –``, ``(Lima, 8 July) –``, ``Ciudad de Guatemala 26 de agosto de 2019.-``, ``طرابلس - 17 مارس 2022``. A sentence
with a dash in it ("Migration – a fact of our time – is") must not become one: what stands before the dash has to look
like the name of a place, and no word of it may occur elsewhere in the text without its capital.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from scraper.extractor.agendas import days_listed, is_due
from scraper.extractor.countries import count_countries
from scraper.extractor.date_ranges import find_range
from scraper.extractor.dates import ParsedDate, find_dates, foreign_date, visible
from scraper.extractor.months import MONTHS, WEEKDAYS, fold
from scraper.extractor.places import is_known_place

_OPENING = 110  # characters of a paragraph in which a dateline must have ended
_PREAMBLE = 220  # characters of a caption or a line such as "Joint Press Release" that may stand before it
_PARAGRAPHS = 4  # looked at, from the first
_LINES = 1_000  # short ones, looked at for a place and a day; more make no statement
_HEAD = 8  # paragraphs in which place and day may stand alone, below lines that say who speaks and where
_LABEL = 80  # characters of each of these lines
_LAST = 2  # paragraphs at the end in which letters and notes have place and day
_PLACE_WORDS = 6
_PLACE_LENGTH = 48
_ACRONYM_LENGTH = 6
_NAME = re.compile(rf"[^\d:;!?()\"“”«»@#&]{{1,{_PLACE_LENGTH}}}")

# A dash ends a dateline if white space, a full stop or a closing bracket says that it is no hyphen; so do a colon and a full
# stop after a year.
_DASH = re.compile(
    r"\s*[–—―]+\s*|(?<=\d{4})\s?[:.]\s+(?=[^a-z])|\s*\.\s?[-–—]+\s*|\s+-+\s*|-+\s+|(?<=[)\]])-\s*|\s*\|\s+"
)
_IN_BRACKETS = re.compile(r"\([^()]{6,60}\)\s*:?\s+(?=[^\Wa-z])")  # "(New York, 4 March 2024) The"
_BRACKETED = re.compile(r"\s*[（(]([^()（）]{1,40})[)）]\s*")
# How a text that was signed names place and day at its end: "Done at Brussels, 6 February 2020".
_DONE = re.compile(
    r"(?i:(?:done|adopted|signed|given|issued|made) (?:at|in)|(?:fait|adopté|signé) à|(?:hecho|dado|adoptado|firmado) en"
    r"|feito em|fatto a|(?:geschehen|gegeben) (?:zu|in)|gedaan te|совершено в|принято в|(?:حرر|صدر|وقع) في)\s+(?=[^\W_a-zà-ÿа-я])"
)
_BETWEEN = re.compile(r"[,،，、(（)–—―:./-]|\bl[ea]\b|\bel\b")
_GOES_ON = re.compile(r"\s?[^\W\d_]{2,}\s[^\W\d_]")  # words: the date was the first of a sentence
_DAY_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:er|º|st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?(?P<month>[^\W\d_]{3,}(?:\s[^\W\d_]+)?)"
    r"|(?P<month2>[^\W\d_]{3,})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?|(?P<month3>\d{1,2})\s?月\s?(?P<day3>\d{1,2})\s?日"
)
_BEFORE_DATE = re.compile(r"(?:[\s,،，.–-]|\b(?:le|on|el|am|den|il|em|the|this|г))+$", re.IGNORECASE)
# Small words that stand inside names of places, in any language.
_CONNECTOR_WORDS = """
de del la las los el of the and y et du des le les da do das dos di e am an der den upon sur en na в и на al
bin
"""
# Capitalised words that open sentences, headings and titles; none is the name of a place.
_OTHER_OPENINGS = """
a an the this that these today yesterday hoy hier aujourd'hui ayer heute migration migrants migrant refugees
refugee climate children women men girls human humanitarian rights world global international national
regional local statement statements speech speeches remarks press release releases news update updates report
background note notes summary highlights advisory media joint director general secretary president minister
ambassador mr mrs ms dr photo video credit source foto quelle caption contact contacts about why how what who
where when we our he she they it i in on at by for with from all no not yes new one two three comunicado
noticia noticias declaración discurso nota prensa presse communiqué déclaration discours actualités sdg sdgs
adopted delivered presented submitted revised distributed circulated given signed approved made done
adoptado adoptada adopté adoptée presentado présenté prononcé pronunciado publicado publié publiée
covid editor editors end ends embargoed embargo immediate draft version page part chapter section figure table
annex introduction conclusion organization organisation agency committee commission council assembly office
department ministry published posted updated issued released date dated correction corrigendum clarification since
until
"""
_CONNECTORS = frozenset(_CONNECTOR_WORDS.split())
_NOT_PLACES = frozenset(_OTHER_OPENINGS.split())
_LABELLED = re.compile(
    r"(?:published|posted|updated|written|by|\d+ min)\b", re.IGNORECASE
)  # "Essay - Published: 5 March"
_SENTENCE_START = re.compile(r"[\"'“”„«‘(\[¿¡]?\s?[^\W_a-zà-öø-ÿа-яё]")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stands before the first dash of a release."""

    place: str | None  # as printed, agency in brackets left out
    printed: str  # the whole of it
    date: ParsedDate | None = None  # when it names a whole day; of days from one to another their month
    day_month: tuple[int, int] | None = None  # (day, month), when the year is missing
    printed_date: str | None = None  # the date's own characters, whole or not


def read_dateline(paragraphs: Sequence[str], languages: Collection[str] = ()) -> Dateline | None:
    """The dateline of a text, given its paragraphs in order; None if it has none.

    It opens the first paragraph, or one of the next three if only captions and labels stand before it. The first of a list
    of meetings is none.

    >>> read_dateline(["Los Angeles – The International Organization for Migration (IOM) welcomes"]).place
    'Los Angeles'
    >>> read_dateline(["Migration – a fact of our time – is here to stay."]) is None
    True
    """
    if (found := _first(paragraphs, languages)) is None or found.date is None:
        return found
    return None if found.date.on in days_listed(paragraphs, languages) else found


def place_beside_day(lines: Sequence[str], languages: Collection[str] = ("en",)) -> str | None:
    """The city in a line of its own right beside a line that is a day: "Statement", "5 March 2024", "Brussels"; None without one.

    A country there may be what the text is about; *languages* (primary subtags) are those of the page.

    >>> place_beside_day(["Statement", "5 March 2024", "Brussels"])
    'Brussels'
    """
    for one, two in pairwise(lines):
        for line, other in ((one, two), (two, one)):
            place = " ".join(line.split())
            if (
                0 < len(place) <= _PLACE_LENGTH
                and is_known_place(place)
                and not count_countries(place, languages)
                and _is_day(other)
            ):
                return place
    return None


def _is_day(line: str) -> bool:
    """Whether a line is a day and nothing else."""
    found = next(find_dates(line), None) if len(line) <= _LABEL and any(map(str.isdigit, line)) else None
    return found is not None and found.precision in ("day", "time") and found.printed == visible(line).strip()


def _first(paragraphs: Sequence[str], languages: Collection[str]) -> Dateline | None:
    text = "\n".join(paragraphs)
    for position, paragraph in enumerate(paragraphs[:_PARAGRAPHS]):
        clean = " ".join(visible(paragraph).split())
        following = paragraphs[position + 1] if position + 1 < len(paragraphs) else ""
        if found := _opening(clean, following, text, languages, first=position == 0):
            return found
        if len(clean) > _PREAMBLE:
            break
    return _alone(paragraphs, languages)


def _alone(paragraphs: Sequence[str], languages: Collection[str]) -> Dateline | None:
    """Place and day on a line of their own below the lines that open a text, or at its very end.

    A text with several such lines is a list of meetings.

    >>> read_dateline(["The Embassy of Norland wishes to inform the public.", "Paris, 6 March 2012"]).place
    'Paris'
    """
    found = []
    short = (position for position, paragraph in enumerate(paragraphs) if len(paragraph) <= _OPENING // 2)
    for position in islice(short, _LINES):
        if not _may_end_in_day(paragraphs[position]):
            continue
        line = _line(" ".join(visible(paragraphs[position]).split()).rstrip("."), languages)
        if line is not None:
            found.append((position, line))
    if len(found) != 1:
        return None
    position, line = found[0]
    opens = position < _HEAD and all(len(text) <= _LABEL for text in paragraphs[:position])
    return line if opens or position >= len(paragraphs) - _LAST else None


def _may_end_in_day(text: str) -> bool:
    """Whether a line ends in a digit, or in something that no eye sees: asked first, for most lines do not."""
    end = text.rstrip().rstrip(".")[-1:]
    return end.isdigit() or not end.isascii()


def _line(clean: str, languages: Collection[str]) -> Dateline | None:
    """A line that is place and whole day and nothing else."""
    done = _DONE.match(clean)
    clean = (clean[done.end() :] if done else clean).rstrip(" .")
    if (line := _split(clean, languages)) is None or not line.date or not clean.endswith(line.date.printed):
        return None
    is_place = line.place is not None and _is_place(line.place, "", clean, dated=True, first=True)
    apart = (
        r"\s?[,،，–—-]" if done is None else r"\b"
    )  # "Done at Geneva this 6 February 2020", "Fait à Genève le 6 février 2020"
    return line if is_place and re.match(rf"{re.escape(line.place or '')}{apart}", clean) else None


def _opening(clean: str, following: str, text: str, languages: Collection[str], *, first: bool) -> Dateline | None:
    days = find_range(clean[:_OPENING])
    within = range(days.start, days.end) if days else ()
    for dash in [dash for dash in _DASH.finditer(clean, 0, _OPENING) if dash.start() not in within][:3]:
        head, rest = clean[: dash.start()], clean[dash.end() :]
        if not head:
            continue
        line = _split(head, languages)
        if line is None:
            continue
        if line.printed_date is None and (dated := _date_after(rest, languages)) is not None:
            end = dash.end() + rest.index(dated.printed_date or "") + len(dated.printed_date or "")
            line, rest = replace(dated, place=line.place, printed=clean[:end]), clean[end:].lstrip(" -–—:.,،|")
        doubted = "|" in dash[0] or not _is_apart(line)  # "Jane Roe | 5 March 2024", "Jane Roe 5 March 2024"
        if doubted and not is_known_place(line.place or ""):
            continue
        if _is_place(line.place or "", rest or following, text, dated=line.printed_date is not None, first=first):
            return line
    if (apart := _IN_BRACKETS.match(clean)) and (line := _split(apart[0].rstrip(" :"), languages)) and line.date:
        return line if _is_place(line.place or "", clean[apart.end() :], text, dated=True, first=first) else None
    # "Brussels, 8 July 2026" on a line of its own
    if len(clean) <= _OPENING // 2 and clean[-1:].isdigit() and (line := _split(clean, languages)) and line.date:
        place = line.place or ""
        is_place = is_known_place(place) or _is_apart(line)
        return line if is_place and _is_place(place, following, text, dated=True, first=first) else None
    return None


def _is_apart(line: Dateline) -> bool:
    """Whether something stands between place and day: who wrote a text has the day right behind the name."""
    if line.printed_date is None or not line.place:
        return True
    before, _, _ = line.printed.partition(line.printed_date)
    _, place, between = before.rpartition(line.place)
    return not place or _BETWEEN.search(between) is not None


def _split(head: str, languages: Collection[str]) -> Dateline | None:
    """Place and date of what stands before a dash; None if it cannot be a dateline."""
    head = printed = _DONE.sub("", head.strip(), count=1)
    if printed[:1] in "(（" and ")" in printed[-2:] + "":
        head = printed[1:].rstrip(")）. ")
    bracketed = _BRACKETED.search(head)
    agency = bracketed is not None and not any(char.isdigit() for char in bracketed[1])
    if bracketed is not None and agency:
        head = head[: bracketed.start()] + " " + head[bracketed.end() :]
    if (days := find_range(head)) is not None:
        return Dateline(_place(head[: days.start] + " " + head[days.end :]), printed, days.month, None, days.printed)
    found = next(find_dates(head, languages), None)
    if found is not None:
        if is_due(head, found, head[: found.start]):
            return None
        rest = head[: found.start] + " " + head[found.end :]
        return Dateline(_place(rest), printed, found, None, found.printed)
    if (foreign := foreign_date(head)) is not None:
        return Dateline(_place(head.replace(foreign, " ")), printed, None, None, foreign)
    if (partial := _day_month(head)) is not None:
        day_month, start, end = partial
        return Dateline(_place(head[:start] + " " + head[end:]), printed, None, day_month, head[start:end].strip())
    place = _place(head)
    return Dateline(place, printed) if place else None


def _date_after(rest: str, languages: Collection[str]) -> Dateline | None:
    """A date that follows the first dash: "Tripoli - 17 March 2022", then a dash or the end."""
    found = next(find_dates(rest[:40], languages), None)
    if found is not None and not _GOES_ON.match(rest, found.end):
        lead_in = fold(rest[: found.start].strip(" ,."))
        if not lead_in or lead_in in WEEKDAYS:
            return Dateline(None, "", found, None, found.printed)
    partial = _day_month(rest[:24])
    if partial is not None and partial[1] == 0 and _DASH.match(rest, partial[2]):
        return Dateline(None, "", None, partial[0], rest[: partial[2]])
    return None


def _day_month(text: str) -> tuple[tuple[int, int], int, int] | None:
    for found in _DAY_MONTH.finditer(text):
        day = int(found["day"] or found["day2"] or found["day3"])
        name = found["month"] or found["month2"]
        if name is None:
            month, end = int(found["month3"]), found.end()
        else:
            month, end = MONTHS.get(fold(name), 0), found.end()
            if not month and found["month"] and (month := MONTHS.get(fold(name.split()[0]), 0)):
                end = found.start("month") + len(name.split()[0])
        if month and 1 <= day <= 31:
            return (day, month), found.start(), end
    return None


def _place(rest: str) -> str | None:
    """What is left of a head when its date is taken out, if anything."""
    words = rest.replace("()", " ").strip(" ()（）,،，.–-").split()
    while words and (fold(words[-1].strip(".,،")) in WEEKDAYS or _BEFORE_DATE.fullmatch(words[-1])):
        words.pop()
    place = " ".join(words).strip(" ()（）,،，.–-")
    return f"{place}." if place.endswith("D.C") else place or None


def _is_place(place: str, rest: str, text: str, *, dated: bool, first: bool) -> bool:
    """Whether *place* may be the name of one; *rest* is what follows the dash, *text* all paragraphs."""
    words = re.split(r"[\s/]+", place)
    if not _NAME.fullmatch(place) or not (place[0].isalpha() and (place[-1].isalpha() or place[-1] in ".'’")):
        return False
    if len(words) > _PLACE_WORDS or fold(place) in WEEKDAYS:
        return False
    if is_known_place(place):
        return True
    if not (first or dated) or any(word.strip(".,'’،").lower() in _NOT_PLACES for word in words):
        return False
    cased = [word for word in words if word.lower() != word.upper()]
    if not cased:  # Arabic, Chinese: no capitals to judge by, so a date must vouch for it
        return dated and len(place) <= _PLACE_LENGTH // 2
    return _is_capitalised(cased) and (dated or _is_name(cased, place, rest, text))


def _is_name(words: list[str], place: str, rest: str, text: str) -> bool:
    """Whether capitalised *words* without a date name a place: a sentence follows, the text never has them small."""
    if place.isupper() and len(place) <= _ACRONYM_LENGTH:  # an agency: "UNHCR – The"
        return False
    names = [word.strip(".,'’").lower() for word in words if word[0].isupper()]
    if _SENTENCE_START.match(rest) is None or _LABELLED.match(rest):
        return False
    return not any(name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def _is_capitalised(words: list[str]) -> bool:
    """Whether all *words* but the small ones begin with a capital, an article's apostrophe apart (N'Djamena)."""
    return words[0][0].isupper() and all(
        word[0].isupper() or word.lower() in _CONNECTORS or "'" in word[:3] or "’" in word[:3] for word in words
    )
