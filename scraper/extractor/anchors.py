"""The links of a page with their attributes, read from the tree once for all fields that look at links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from scraper.dom import Node
from scraper.extractor.page import Page


class Anchors(list[tuple[Node, Mapping[str, str | None]]]):
    """Every `<a>` of a page with an href and its attributes, in order.

    What no link has is known by one look at all of them: most pages have no files, no authors, no goals.
    """

    @cached_property
    def hrefs(self) -> str:
        """Their addresses as written but in small letters, one a line."""
        return self._joined("href")

    @cached_property
    def marks(self) -> str:
        """Their `rel` and class names in small letters, one a line."""
        return f"{self._joined('rel')}\n{self._joined('class')}"

    def _joined(self, name: str) -> str:
        return "\n".join([attributes.get(name) or "" for _, attributes in self]).lower()


def read_anchors(page: Page) -> Anchors:
    """The links of *page*."""
    return Anchors([(node, attributes) for node in page.named["a"] if (attributes := node.attributes).get("href")])
