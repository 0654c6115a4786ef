"""Kept blocks to plain text and Markdown, in reading order."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.extractor.page import Block


def assemble(blocks: Sequence[Block]) -> tuple[str, str]:
    """The text (paragraphs separated by a blank line) and the Markdown of *blocks*."""
    text = "\n\n".join(block.text for block in blocks)
    return text, text
