"""What a site sets around its texts, on pages whose markup names nothing: hashed classes, a `<div>` for everything."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scraper import extract
from scraper.demo.site import FixtureSite
from scraper.model import Statement

FIXTURES = Path(__file__).parents[2] / "fixtures"
OFFICES = (FIXTURES / "site" / "offices.txt").read_text(encoding="utf-8").split("\n")
# A statement of a file alone has no paragraph to go by; the other has lists that are none without `<ul>`.
PAGES = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((FIXTURES / "expected").glob("P*.json"))
    if path.stem not in ("P20", "P48")
]
STATEMENTS = [page for page in PAGES if page.get("statement", True) and page["first_seen"] == "T0"]
PROSE = (
    "The ferry landings stay open through the winter, the Commission said, and nobody who waits there is sent away unheard.",
    "It asked both ministries to publish what they have agreed, so that those who cross may know what they can count on.",
    "Boats run every second hour from the upper landing, and more often where the river is low and the queues are long.",
)
TITLE = "Landings Stay Open in Winter"


def box(*inside: str) -> str:
    return f"<div>{''.join(inside)}</div>"


def boxes(*lines: str) -> str:
    return "".join(box(line) for line in lines)


def page(*parts: str, above: str = "") -> str:
    return f"<title>{TITLE}</title><body>{above}<div><div><h1>{TITLE}</h1></div>{''.join(parts)}</div>"


def text_of(html: str) -> list[str]:
    return extract(html, "https://commission.example/news/landings-stay-open").text.split("\n\n")


BODY = box(*(f"<p>{line}</p>" for line in PROSE))


def test_a_list_from_a_to_z_beside_the_text_is_the_sites() -> None:
    assert text_of(page(BODY, box(boxes("Regions", "Office type"), box(boxes(*OFFICES))))) == list(PROSE)


def test_a_list_from_a_to_z_may_be_inline_elements_of_one_block_below_a_bar_with_its_labels() -> None:
    bar = "".join(
        f"<span>{label}</span>" for label in ("Share this page via:", "Related SDGs", "SDG 10 - Reduced Inequalities")
    )
    offices = " ".join(f"<span>{office}</span>" for office in OFFICES)
    assert text_of(page(BODY, box(bar), box(offices))) == list(PROSE)
    assert text_of(page(BODY, box(offices))) == list(PROSE)


def test_a_list_from_a_to_z_may_be_lines_of_one_block() -> None:
    assert text_of(page(BODY, box("<br>".join(OFFICES)))) == list(PROSE)


def test_a_list_that_ends_like_a_sentence_may_be_all_there_is() -> None:
    assert extract(page(box("<br>".join(OFFICES), "."))).title == TITLE


def test_labels_above_the_title_are_no_text_where_all_stands_in_one_box() -> None:
    flat = "".join(f"<p>{line}</p>" for line in ("News -", "Global"))
    assert text_of(
        f"<title>{TITLE}</title><body>{flat}<h1>{TITLE}</h1>" + "".join(f"<p>{line}" for line in PROSE)
    ) == list(PROSE)


def test_a_list_that_stands_in_the_text_is_its_own() -> None:
    inside = box(*(f"<p>{line}</p>" for line in PROSE), "<h3>Participating States</h3>", "<ul>", *map("<li>{}".format, OFFICES[:30]), "</ul>")  # fmt: skip
    assert f"- {OFFICES[29]}" in text_of(page(inside))[-1]


def test_those_who_sign_are_no_list_of_offices() -> None:
    found = text_of(page(BODY, box("<h3>Signatories</h3>", "<ul>", *map("<li>{}".format, OFFICES[:30]), "</ul>")))
    assert OFFICES[29] in found[-1]


@pytest.mark.parametrize(
    "bar", ["Share this page via:", "Compartir esta página en:", "Partager cette page via :", "分享本页："]
)
def test_the_text_ends_at_the_bar_for_sharing(bar: str) -> None:
    below = box(
        boxes(bar, "Viewed 86,286 times", "Goals"), boxes("Letters Never Sent", PROSE[0].replace("ferry", "letter"))
    )
    assert text_of(page(BODY, below)) == list(PROSE)


def test_a_bar_for_sharing_above_the_text_ends_nothing() -> None:
    assert text_of(page(box("Share this page via:"), BODY)) == list(PROSE)


def test_a_text_goes_on_below_a_bar_in_its_midst() -> None:
    inside = box(f"<p>{PROSE[0]}</p>", "<p>Share this page via:</p>", *(f"<p>{line}</p>" for line in PROSE[1:]))
    assert [line for line in text_of(page(inside)) if line in PROSE] == list(PROSE)


def test_what_a_site_says_of_itself_above_the_title_is_left_out() -> None:
    blurb = (
        "The Commission is the leading body for those who cross the delta, and works with both ministries since 1951."
    )
    assert text_of(page(BODY, above=box(box(blurb), boxes("Who we are", "Our work")))) == list(PROSE)


def unnamed(html: str) -> str:
    """*html* with hashed names, and with `<div>` for every element that says what it holds."""

    def hashed(found: re.Match[str]) -> str:
        names = " ".join(f"c{hashlib.md5(name.encode()).hexdigest()[:6]}" for name in found[2].split())
        return f' {found[1]}="{names}"'

    html = re.sub(r'\s(class|id)="([^"]*)"', hashed, html)
    html = re.sub(r"<(/?)(?:nav|header|footer|main|article|aside|section)\b", r"<\1div", html)
    return re.sub(r'\s(?:role|aria-[\w-]+|item\w+|property|typeof|data-[\w-]+)="[^"]*"', "", html)


@pytest.fixture(scope="module")
def site():
    with FixtureSite(at="T0", crawl_delay=0, noise_seed=1) as running:
        yield running


def fetched(site: FixtureSite, url: str) -> tuple[bytes, str]:
    parts = urlsplit(url)
    target = f"{site.origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    with urllib.request.urlopen(urllib.request.Request(target, headers={"Host": parts.netloc})) as answer:
        return answer.read(), answer.headers["Content-Type"]


def without_caption(found: Statement) -> list[str]:
    return [line for line in found.text.split("\n\n") if not line.startswith("Briquettes are unloaded")]


@pytest.mark.parametrize("wanted", STATEMENTS, ids=[page["id"] for page in STATEMENTS])
def test_a_statement_reads_the_same_without_names(site: FixtureSite, wanted: dict) -> None:
    body, content_type = fetched(site, wanted["url"])
    if not content_type.startswith("text/html"):
        pytest.skip("a file, not a page")
    named = extract(body, wanted["url"], content_type=content_type)
    bare = extract(unnamed(body.decode()), wanted["url"])
    assert without_caption(bare) == named.text.split("\n\n")


def test_sentences_of_a_menu_are_none_of_a_page_of_one_sentence() -> None:
    blurbs = "".join(
        f"<li><details><summary>Part {at}</summary><p>{line}</p></details></li>" for at, line in enumerate(PROSE)
    )
    said = "The page that you asked for could not be found, and may have moved when the site was renewed."
    html = f"<title>Page not found</title><header><nav><ul>{blurbs}</ul></nav></header><main><h1>Page not found</h1><p>{said}</p></main>"
    assert text_of(html) == [said]
