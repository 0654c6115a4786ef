"""Citations of archived statements: where it was published, when it was captured, and the hash of what was captured.

A name is cited as printed: the archive does not know which of its words is the surname, nor whether it is a
person's, and never guesses. What no style has a field for (capture time, SHA-256, number in the archive, what became
of the page) goes where the style keeps its notes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, get_args

from scraper.archive.cited import CitedStatement
from scraper.archive.text import one_line

Style = Literal["apa", "chicago", "mla", "plain", "bibtex", "ris", "csl-json"]
STYLES: tuple[Style, ...] = get_args(Style)

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def cite(citation: CitedStatement, style: Style) -> str:
    """*citation* written in *style*, without a line end; ``bibtex`` and ``ris`` are records of several lines.

    >>> print(cite(CitedStatement(7, "iom", "IOM", "https://iom.example/s", "2026-11-23T06:00:00Z", "ab12"), "mla"))
    IOM. [Statement]. https://iom.example/s. Archived 23 Nov. 2026, 06:00 UTC, statement 7, SHA-256 ab12.
    """
    return _WRITERS[style](citation)


def csl_item(citation: CitedStatement) -> dict[str, Any]:
    """*citation* as an item of CSL-JSON (Citation Style Language 1.0.2), which Zotero and pandoc read."""
    item: dict[str, Any] = {
        "id": citation.key,
        "type": "speech" if citation.kind == "speech" else "webpage",
        "title": one_line(citation.title or _bracketed(citation)),
        "author": [{"literal": one_line(citation.author or citation.publisher)}],
        "publisher": one_line(citation.publisher),
        "URL": citation.url,
        "accessed": {"date-parts": [_parts(citation.captured_at[:10])]},
        "note": _note(citation),
    }
    if citation.published:
        item["issued"] = {"date-parts": [_parts(citation.published)]}
    if citation.language:
        item["language"] = citation.language
    if citation.kind:
        item["genre"] = one_line(citation.kind)
    return item


# --- for readers ------------------------------------------------------------------------------------------------------


def _apa(citation: CitedStatement) -> str:
    """APA 7: the publisher is left out where it is the author (9.24), n.d. where no date is known (9.17)."""
    author, publisher = _names(citation)
    parts = _parts(citation.published)
    date = "n.d." if not parts else f"{parts[0]}, {_month_day(parts)}" if len(parts) > 1 else f"{parts[0]}"
    named = f" {_ended(publisher)}" if publisher else ""
    return (
        f"{_ended(author)} ({date}). {_ended(_title(citation))}{named} {citation.url} {_archived(citation, _american)}"
    )


def _chicago(citation: CitedStatement) -> str:
    """Chicago 17, bibliography entry (14.207): month day, year; n.d. where no date is known (14.145)."""
    author, publisher = _names(citation)
    parts = _parts(citation.published)
    date = "n.d." if not parts else f"{_month_day(parts)}, {parts[0]}" if len(parts) == 3 else _month_year(parts)
    named = f"{publisher}, {date}" if publisher else date[:1].upper() + date[1:] if parts else date
    return f"{_ended(author)} {_quoted(citation)} {_ended(named)} {_archived(citation, _american)} {citation.url}."


def _mla(citation: CitedStatement) -> str:
    """MLA 9: day month year with months abbreviated; an unknown date is left out (5.72)."""
    author, publisher = _names(citation)
    published = _day_month_year(_parts(citation.published))
    container = ", ".join(part for part in (publisher, published, citation.url) if part)
    return f"{_ended(author)} {_quoted(citation)} {container}. {_archived(citation, _british)}"


def _plain(citation: CitedStatement) -> str:
    """Everything, dates as the archive writes them."""
    author, publisher = _names(citation)
    by = f"{author} ({publisher})" if publisher else author
    date = f"published {citation.published}" if citation.published else "no date of publication known"
    return f"{by}: {_ended(_title(citation))} {citation.url} ({date}). {_archived(citation)}"


def _names(citation: CitedStatement) -> tuple[str, str]:
    """Author, and publisher unless it is the same."""
    publisher = one_line(citation.publisher)
    author = one_line(citation.author or publisher)
    return author, "" if author.casefold() == publisher.casefold() else publisher


def _title(citation: CitedStatement) -> str:
    return one_line(citation.title) if citation.title else _bracketed(citation)


def _bracketed(citation: CitedStatement) -> str:
    """A description in the place of a title that is not there (APA 9.22, Chicago 14.34)."""
    return f"[{one_line(citation.kind or 'statement').capitalize()}]"


def _quoted(citation: CitedStatement) -> str:
    if not citation.title:
        return f"{_bracketed(citation)}."
    title = one_line(citation.title).replace("“", "‘").replace("”", "’")  # quotation marks inside quotation marks
    return f"“{_ended(title)}”"


def _ended(text: str) -> str:
    """*text* with a full stop, unless it ends with a mark of its own."""
    return text if text.endswith((".", "?", "!", "…", "。", "？", "！", "؟", "।")) else f"{text}."


def _archived(citation: CitedStatement, written: Callable[[str], str] = str) -> str:
    """When it was captured, which record it is, the hash of the captured bytes, and what became of the page since.

    *written* puts a time (ISO 8601, UTC) as the style does.
    """
    state = f", revision {citation.revision}" if citation.revision else ""
    capture = f", capture {citation.capture_id}" if citation.capture_id else ""
    record = f"statement {citation.id}{state}{capture}, SHA-256 {citation.digest}."
    return " ".join([f"Archived {written(citation.captured_at)}, {record}", *_fate(citation, written)])


def _note(citation: CitedStatement) -> str:
    return _archived(citation).removesuffix(".")


def _fate(citation: CitedStatement, written: Callable[[str], str]) -> Iterator[str]:
    """What who follows the URL should know: another text, another address, or nothing there any more."""
    if citation.revised_at:
        number, last = citation.revision or citation.revisions, citation.revisions
        text = (
            f" since: revision {number + 1} of {last}"
            if number < last
            else f": this text, revision {number} of {last},"
        )
        yield f"Edited by the publisher{text} was first seen {written(citation.revised_at)}."
    if citation.moved_at:
        yield f"Moved by the publisher from {citation.moved_from}, seen {written(citation.moved_at)}."
    if citation.gone_since:
        yield f"Removed by the publisher: missing since {written(citation.gone_since)}."


def _parts(date: str | None) -> list[int]:
    """Year, month and day, as many as are known."""
    return [int(part) for part in date[:10].split("-")] if date else []


def _month_day(parts: list[int]) -> str:
    return " ".join([_MONTHS[parts[1] - 1], *(str(day) for day in parts[2:])])


def _month_year(parts: list[int]) -> str:
    return " ".join([*(_MONTHS[month - 1] for month in parts[1:2]), str(parts[0])])


def _day_month_year(parts: list[int]) -> str:
    return " ".join([*map(str, parts[2:]), *(_MLA_MONTHS[month - 1] for month in parts[1:2]), *map(str, parts[:1])])


def _american(time: str) -> str:
    parts = _parts(time[:10])
    return f"{_month_day(parts)}, {parts[0]}{_time(time)}"


def _british(time: str) -> str:
    return f"{_day_month_year(_parts(time[:10]))}{_time(time)}"


def _time(time: str) -> str:
    return f", {time[11:16]} UTC"


# --- for reference managers -------------------------------------------------------------------------------------------

_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
}  # fmt: skip
_BIBTEX_SPECIAL = re.compile(r"[\\{}$&#^_~%]")


def _bibtex(citation: CitedStatement) -> str:
    """BibTeX and biblatex: names and titles in double braces, so that nobody splits or lower-cases them."""
    parts = _parts(citation.published)
    fields = {
        "author": f"{{{_bibtex_text(citation.author or citation.publisher)}}}",
        "title": f"{{{_bibtex_text(_title(citation))}}}",
        "year": str(parts[0]) if parts else "",
        "month": _MONTHS[parts[1] - 1][:3].lower() if len(parts) > 1 else "",
        "date": citation.published or "",
        "publisher": f"{{{_bibtex_text(citation.publisher)}}}",
        "url": "".join(f"%{ord(char):02X}" if char in "{}\\ " else char for char in citation.url),
        "urldate": citation.captured_at[:10],
        "language": _bibtex_text(citation.language or ""),
        "note": _bibtex_text(_note(citation)),
    }
    # Months are BibTeX's own abbreviations and stand without braces.
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation.key},", *lines, "}"])


def _bibtex_text(text: str) -> str:
    return _BIBTEX_SPECIAL.sub(lambda found: _BIBTEX[found[0]], one_line(text))


def _ris(citation: CitedStatement) -> str:
    """RIS as EndNote, Zotero and Mendeley read it: two letters, two spaces, a hyphen; dates as YYYY/MM/DD/."""
    fields = [
        ("TY", "ELEC"),
        ("AU", citation.author or citation.publisher),
        ("TI", _title(citation)),
        ("PY", (citation.published or "")[:4]),
        ("DA", _ris_date(citation.published)),
        ("PB", citation.publisher),
        ("LA", citation.language or ""),
        ("M3", citation.kind or ""),
        ("UR", citation.url),
        ("Y2", _ris_date(citation.captured_at[:10])),
        ("N1", _note(citation)),
        ("ID", citation.key),
    ]
    lines = [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - "])


def _ris_date(date: str | None) -> str:
    year, month, day = [*(date or "").split("-"), "", ""][:3]
    return f"{year}/{month}/{day}/" if year else ""


def _csl_json(citation: CitedStatement) -> str:
    return json.dumps(csl_item(citation), ensure_ascii=False, indent=2)


_WRITERS: Mapping[Style, Callable[[CitedStatement], str]] = {
    "apa": _apa,
    "chicago": _chicago,
    "mla": _mla,
    "plain": _plain,
    "bibtex": _bibtex,
    "ris": _ris,
    "csl-json": _csl_json,
}
