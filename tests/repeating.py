"""A newsroom that says under every statement what each of its offices does, in full sentences and in plain paragraphs."""

from __future__ import annotations

from datetime import datetime, timedelta

from scraper.config import parse_source
from scraper.model import Capture
from tests.clock import NOW

SOURCE = parse_source(
    'hosts = ["a.example"]\nseeds = ["https://a.example/news"]\nstatement = "^/news/[^/?]+$"\nlisting = "^/news$"',
    "a.toml",
)
_PLACES = ("Accra", "Lima", "Manila", "Nairobi", "Tunis", "Vienna")
_WORK = ("returning families", "young workers", "farmers after the drought", "coastal towns", "new mothers", "students")
_TOPICS = ("harbour", "railway", "school", "clinic", "bridge", "market", "library")
_DEEDS = ("opened", "repaired", "promised", "visited", "financed")
OFFICES = tuple(
    f"Our office in {place} has {40 + number} colleagues who help {work} to find shelter, training and lasting work."
    for number, (place, work) in enumerate(zip(_PLACES, _WORK, strict=True))
)
ABOUT = "The Organization was founded in 1951 and works with governments on the orderly movement of people."


def own_words(number: int) -> list[str]:
    """The paragraphs of statement *number*, which no other has."""
    topic, deed = _TOPICS[number % 7], _DEEDS[number % 5]
    return [
        f"Geneva – The Organization welcomes that ministers {deed} the {topic} of district {_name(number)} this morning.",
        f"People in {_name(number)} had waited for the {topic} since the storm, which took roofs, roads and harvests alike.",
        f"“Nobody in {_name(number)} should have to wait that long again,” said the Director General after the visit.",
    ]


def _name(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number * 7919 % 100_000:05d}").capitalize()


def page(number: int, *, paragraphs: list[str] | None = None, offices: bool = True) -> bytes:
    """The page of statement *number*, with what the Organization says of itself in the text and its offices below."""
    own = own_words(number) if paragraphs is None else paragraphs
    text = "".join(f"<p>{part}</p>" for part in [*own, ABOUT])
    title = f"The Organization Welcomes the {_TOPICS[number % 7].title()} of {_name(number)}"
    below = "".join(f"<p>{office}</p>" for office in OFFICES) if offices else ""
    return (
        f"<html lang=en><head><title>{title} | A</title></head><body><main><h1>{title}</h1>"
        f"<div class=text>{text}</div><div class=more>{below}</div></main></body></html>"
    ).encode()


def capture(number: int, body: bytes | None = None, at: datetime = NOW) -> Capture:
    """Statement *number*, fetched so many minutes after *at*."""
    return Capture(
        f"https://a.example/news/{_name(number).lower()}",
        at + timedelta(minutes=number),
        200,
        (("Content-Type", "text/html; charset=utf-8"),),
        page(number) if body is None else body,
    )
