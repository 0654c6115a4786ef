"""The trees at work, and what is made of two opinions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.extractor.features import Features, read_features
from scraper.extractor.model import cut_of, load_weights
from scraper.extractor.shares import is_doubtful, load_models, promised_f1, shares_and_cut, together
from scraper.extractor.statement import read_page
from scraper.extractor.trees import Trees, load_trees, surroundings, tree_logits

TEXT = "The ministry said on Tuesday that 14,000 families had received seeds and tools before the first rains of the season."


def features(html: str) -> Features:
    layout, page = read_page(html, "https://ministry.example/news/seeds")
    return read_features(layout, page, load_weights()[1])


def paragraphs(count: int) -> Features:
    return features("".join(f"<p>{n}. {TEXT}</p>" for n in range(count)))


def one_by_one(seen: np.ndarray, trees: Trees) -> list[float]:
    """What the trees answer to each block, asked as a person would."""
    found = []
    for block in seen.T:
        total = float(trees.bias)
        for questions, answers in zip(trees.question, trees.answer, strict=True):
            leaf = 0
            for depth, question in enumerate(questions):
                leaf += int(block[trees.column[question]] > trees.border[question]) << depth
            total += float(answers[leaf])
        found.append(total)
    return found


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_all_blocks_at_once_get_the_answers_that_each_would_get_alone(depth, count, seed):
    found = paragraphs(4)
    seen = surroundings(found)
    random = np.random.default_rng(seed)
    column = random.integers(0, len(seen), 20).astype(np.int16)
    border = random.choice(seen.ravel(), 20).astype(np.float32)
    question = random.integers(0, 20, (count, depth)).astype(np.int16)
    answer = random.normal(size=(count, 2**depth)).astype(np.float32)
    trees = Trees(column, border, question, answer, np.float32(0.25))
    assert tree_logits(found, trees) == pytest.approx(one_by_one(seen, trees), abs=1e-4)


def test_a_block_is_shown_its_neighbours_and_beyond_the_ends_there_is_nothing():
    found = paragraphs(3)
    seen = surroundings(found)
    width = found.block.shape[1]
    near = 31
    previous, following = seen[width : width + near], seen[width + near : width + 2 * near]
    assert np.array_equal(previous[:, 1:], found.block.T[:near, :-1])
    assert np.array_equal(following[:, :-1], found.block.T[:near, 1:])
    assert not previous[:, 0].any()
    assert not following[:, -1].any()


def test_a_page_of_many_blocks_is_answered_as_in_one_go():
    found, trees = paragraphs(700), load_trees()
    some = slice(0, None, 97)
    assert tree_logits(found, trees)[some] == pytest.approx(one_by_one(surroundings(found)[:, some], trees), abs=1e-3)


@pytest.mark.parametrize("asked", [[], [5], [699, 3, 257]])
def test_some_blocks_are_answered_as_they_are_among_all(asked):
    found, trees = paragraphs(700), load_trees()
    of_all = tree_logits(found, trees)[asked]
    assert tree_logits(found, trees, np.array(asked, np.int64)) == pytest.approx(of_all, abs=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_page_shorter_than_the_neighbourhood_is_answered_too(count):
    assert len(tree_logits(paragraphs(count), load_trees())) == count


def test_a_share_is_a_probability_for_every_block():
    found = features(
        f"<nav><a href='/a'>Home</a> <a href='/b'>Offices</a></nav><main><p>{TEXT}</p><p>{TEXT}</p></main>"
    )
    share, cut = shares_and_cut(found, load_models()[0])
    assert ((share > 0) & (share < 1)).all()
    assert 0 < cut < 1


def test_two_opinions_count_alike():
    share = np.array([0.2, 0.5, 0.9], np.float32)
    logits = np.log(np.array([4, 1, 9], np.float32))
    assert together(share, logits) == pytest.approx([0.5, 0.5, 0.9], abs=1e-6)


def test_the_trees_change_no_share_beyond_measure():
    share = np.array([0.9, 0.9, 0.1, 0.0, 1.0], np.float32)
    found = together(share, np.array([-30, 30, 30, 30, -30], np.float32))
    assert found[0] > 0.5
    assert found[1] > 0.98
    assert found[2] < 0.5
    assert found[3] == 0  # of that the networks are sure
    assert found[4] > 0.99


@pytest.mark.parametrize(
    ("share", "doubtful"), [([0.1, 0.3, 0.2], True), ([0.4, 0.3, 0.3], False), ([0.9, 0.0, 0.0], False)]
)
def test_a_page_is_doubtful_of_which_the_networks_promise_next_to_nothing(share, doubtful):
    assert is_doubtful(np.array(share, np.float32), np.full(3, 30)) == doubtful


def test_a_promise_is_kept_if_the_shares_are_right():
    words = np.array([100, 50, 10])
    share = np.array([1.0, 1.0, 0.0], np.float32)
    assert promised_f1(share, words, [0, 1]) == pytest.approx(1.0)
    assert promised_f1(share, words, [0, 1, 2]) == pytest.approx(300 / 310)
    assert promised_f1(share, words, []) == 0.0


def test_of_a_clear_page_less_is_kept_in_doubt_than_of_an_unclear_one():
    assert 0 < cut_of(0.6) < cut_of(0.9) < cut_of(0.99) < 1
