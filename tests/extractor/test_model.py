"""The body model at work: what it keeps of pages that nobody trained it on, and that it is the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from scraper.extractor.features import read_features
from scraper.extractor.model import confidence_of, load_weights, predict
from scraper.extractor.statement import extract, read_page

PARAGRAPHS = [
    "The ministry said on Tuesday that 14,000 families had received seeds and tools before the first rains of the season.",
    "“We planted late last year and lost half of it,” said Maria Chivasa, who farms two hectares near the river.",
    "Deliveries to the northern districts will go on until the end of November, depending on the state of the roads.",
]
MENU = "".join(
    f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("home", "about", "news", "contact", "jobs")
)
OFFICES = "".join(f'<li><a href="/o/{n}">Office number {n}</a></li>' for n in range(180))


def page(body: str, classes: str = "content") -> str:
    return (
        f"<html><head><title>Seeds before the rain</title></head><body><nav><ul>{MENU}</ul></nav><main><h1>Seeds before the rain"
        f'</h1><div class="{classes}">{body}</div></main><footer><h2>Our offices</h2><ul>{OFFICES}</ul>'
        "<p>© 2026 Ministry of Agriculture</p></footer></body></html>"
    )


def shares(html: str) -> np.ndarray:
    layout, parsed = read_page(html, "https://ministry.example/news/seeds")
    weights, lexicon = load_weights()
    return predict(read_features(layout, parsed, lexicon), weights)


@pytest.mark.parametrize("classes", ["content", "x9f3", "field field--name-body", ""])
@pytest.mark.parametrize("tag", ["p", "div", "li"])
def test_paragraphs_are_the_text_and_the_offices_are_not_whatever_the_markup_is_called(tag, classes):
    body = "".join(f"<{tag}>{text}</{tag}>" for text in PARAGRAPHS)
    text = extract(page(body, classes), "https://ministry.example/news/seeds").text
    assert [paragraph in text for paragraph in PARAGRAPHS] == [True] * 3
    assert "Office number" not in text
    assert "©" not in text


def test_a_share_is_a_probability_for_every_block():
    html = page("".join(f"<p>{text}</p>" for text in PARAGRAPHS))
    found = shares(html)
    assert len(found) == len(read_page(html)[0].b_text)
    assert ((found >= 0) & (found <= 1)).all()


def test_the_same_page_gives_the_same_shares():
    html = page("".join(f"<p>{text}</p>" for text in PARAGRAPHS))
    assert np.array_equal(shares(html), shares(html))


def test_one_block_is_enough():
    assert len(shares("<p>Nothing but this sentence stands on the whole of the page.</p>")) == 1


def test_confidence_rises_with_what_the_model_promises_and_stays_between_0_and_1():
    found = [confidence_of(promised) for promised in np.linspace(0, 1, 101)]
    assert found == sorted(found)
    assert found[0] == 0
    assert 0.95 < found[-1] <= 1
