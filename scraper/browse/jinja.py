"""What our templates can say: filters from codes to words, for datasette's environment and for the static report."""

from __future__ import annotations

import json

from jinja2 import Environment
from markupsafe import Markup, escape

from scraper.browse import charts, words
from scraper.browse.pages.statement import Related


def furnish(env: Environment) -> None:
    """Add our filters and functions to *env*, whose autoescaping must be on."""
    env.filters |= {
        "day": words.day_words,
        "time": words.time_words,
        "number": words.number,
        "plural": words.plural,
        "times": words.times,
        "share": words.share,
        "file_size": words.file_size,
        "language": words.language_name,
        "country": words.country_name,
        "tag": words.tag_words,
        "web_address": words.web_address,
        "detail": words.details_in_words,
        "in_code": in_code,
        "breakable": breakable,
        "event": lambda what: words.EVENTS.get(what, what),
        "relation": relation_words,
        "date_source": lambda source: words.DATE_SOURCES.get(source, source or "an unknown place"),
        "reading_order": reading_order,
        "json_ld": json_ld,
        "status": lambda status: words.STATUS.get(status, status),
    }
    env.globals["share_bar"] = charts.share_bar
    env.globals["level"] = charts.level
    env.globals["length_words"] = words.length_words


def relation_words(related: Related) -> str:
    """What the other statement is to this one."""
    return words.RELATIONS.get((related.kind, related.later), related.kind)


def reading_order(language: str | None) -> Markup:
    """``lang`` and ``dir`` attributes, with the space before them.

    >>> reading_order("ar")
    Markup(' lang="ar" dir="rtl"')
    """
    lang = Markup(' lang="{}"').format(language) if language else Markup("")
    return lang + Markup(' dir="{}"').format(words.direction(language))


def in_code(description: str) -> Markup:
    """A description with its `names` set as code.

    >>> in_code("The bytes are in `payloads`.")
    Markup('The bytes are in <code>payloads</code>.')
    """
    parts = enumerate(description.split("`"))
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in parts)


def breakable(url: str) -> Markup:
    """An address that may go on in the next line after a slash, before it is broken within a word.

    >>> breakable("https://a.example/news/x")
    Markup('https://a.example/<wbr>news/<wbr>x')
    """
    start, slashes, rest = url.partition("//")
    return escape(start + slashes) + Markup("/<wbr>").join(rest.split("/"))


def json_ld(value: object) -> Markup:
    """JSON that can stand in a script element: nothing in it can close the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - every character that means something in HTML is escaped above
