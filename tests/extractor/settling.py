"""Pages of a few blocks, and what is left of them when their edges are settled."""

from __future__ import annotations

from scraper.extractor.edges import settle
from scraper.extractor.features import read_features
from scraper.extractor.model import load_weights
from scraper.extractor.statement import read_page

PROSE = "A paragraph with a good dozen of words in it, which is what running text is made of."
SECOND = "Another paragraph of the same text, which says in a dozen of words what was agreed upon."
ARTICLE = f"<div class=body><p>{PROSE}</p><p>{PROSE}</p></div>"
BODY = f"<div class=body><p>{PROSE}</p><p>{SECOND}</p><p>{PROSE}</p></div>"


def settled(html: str, doubted: tuple[str, ...] = ()) -> list[str]:
    """The blocks that remain if the model keeps all but those that start with one of *doubted*."""
    layout, page = read_page(f"<body><main>{html}</main></body>")
    found = read_features(layout, page, load_weights()[1])
    kept = [index for index, text in enumerate(layout.b_text) if not text.startswith(doubted or "\0")]
    return [layout.b_text[index] for index in settle(layout, kept, found.words.tolist(), found.link_share.tolist())]
