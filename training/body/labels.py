"""Which words of which blocks a reference text holds: the labels of the body model, by alignment."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of the benchmark's metric."""
    return _WORD.findall(text.lower())


def align(blocks: Sequence[Sequence[str]], reference: Sequence[str]) -> NDArray[np.int64]:
    """How many words of each block are part of the longest common subsequence of page and *reference*.

    Choosing the blocks of which more than half is aligned gives a mean F1 of 0.974 over the annotated pages: the ceiling.
    """
    numbers: dict[str, int] = {}
    page: list[int] = []
    owner: list[int] = []
    for index, words in enumerate(blocks):
        page.extend(numbers.setdefault(word, len(numbers)) for word in words)
        owner.extend([index] * len(words))
    if not page or not reference:
        return np.zeros(len(blocks), np.int64)
    wanted = [numbers.setdefault(word, len(numbers)) for word in reference]
    aligned = np.zeros(len(page), bool)
    for step in Indel.opcodes(page, wanted):
        if step.tag == "equal":
            aligned[step.src_start : step.src_end] = True
    return np.bincount(np.array(owner)[aligned], minlength=len(blocks))
