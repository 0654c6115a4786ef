"""The links of a page with their attributes, read from the tree once for all fields that look at links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scraper.dom import Node
from scraper.extractor.page import Page


class Anchor(NamedTuple):
    """One `<a>`."""

    node: Node
    attributes: Mapping[str, str | None]


def read_anchors(page: Page) -> list[Anchor]:
    """Every `<a>` with an href, in the order of the page."""
    found = ((node, node.attributes) for node in page.named["a"])
    return [Anchor(node, attributes) for node, attributes in found if attributes.get("href")]
