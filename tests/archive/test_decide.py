"""What a reading means: new, the same, revised, read better, vanished."""

from __future__ import annotations

import pytest

from scraper.archive.decide import State, decide, is_mass_change, normalised, text_digest
from scraper.model import Statement


def state(text: str = "Words of the statement.", title: str = "Title", contact: str | None = None) -> State:
    return State.of(Statement(url="https://a.example/1", title=title, text=text, contact=contact))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        pytest.param("a b", "a\u00a0b", True, id="NBSP is white space"),
        pytest.param("a  b\n\nc", "a b c", True, id="white space folds"),
        pytest.param("ab", "a\u200bb", True, id="zero-width space"),
        pytest.param("a\u00adb", "ab", True, id="soft hyphen"),
        pytest.param("\u200fab", "ab", True, id="directional mark"),
        pytest.param("می\u200cخواهم", "میخواهم", False, id="ZWNJ separates Persian words"),
        pytest.param("Geneva – IOM", "Geneva\n\nIOM", True, id="a dash that stands alone is punctuation"),
        pytest.param("well-known", "well known", False, id="a hyphen joins words"),
        pytest.param("-5 degrees", "5 degrees", False, id="a minus is a figure"),
        pytest.param("a b", "a c", False, id="words"),
        pytest.param("Yemen", "yemen", False, id="case is an edit"),
    ],
)
def test_the_digest_is_over_words(one: str, other: str, equal: bool) -> None:
    assert (text_digest(one) == text_digest(other)) is equal


def test_normalised_text_is_stable() -> None:
    assert normalised(normalised(" a \u00a0 b ")) == "a b"


def test_what_was_never_held_is_new() -> None:
    assert decide(state(), None).what == "new"


def test_equal_states_are_the_same() -> None:
    assert decide(state(), state()).what == "same"


def test_a_revision_says_what_changed() -> None:
    verdict = decide(state("Other words.", title="T2", contact="Tel. 2"), state())
    assert (verdict.what, verdict.changed) == ("revised", ("text", "title", "contact"))


def test_a_better_reading_of_the_same_page_is_no_revision() -> None:
    """Design 2.1: the previous capture, read with today's extractor, gives today's text: the page did not change."""
    verdict = decide(state("Whole text."), held=state("Half."), previous_reread=state("Whole text."))
    assert verdict.what == "reread"


def test_an_edit_shows_although_the_extractor_changed_too() -> None:
    verdict = decide(state("Edited text."), held=state("Half."), previous_reread=state("Whole text."))
    assert (verdict.what, verdict.changed) == ("revised", ("text",))


def test_words_in_another_order_are_layout_and_no_edit() -> None:
    verdict = decide(state("b a"), state("a b"), reordered=True)
    assert verdict.what == "reread"
    both = decide(state("b a", title="New"), state("a b"), reordered=True)
    assert (both.what, both.changed) == ("revised", ("title",))


def test_a_text_that_vanishes_is_not_an_edit() -> None:
    assert decide(state(""), state()).what == "vanished"


@pytest.mark.parametrize(
    ("revised", "read", "mass"),
    [
        pytest.param(4, 4, False, id="few are never a mass"),
        pytest.param(5, 30, False, id="a sixth are edits"),
        pytest.param(7, 30, True, id="more than a fifth are a template"),
        pytest.param(0, 0, False, id="nothing read"),
    ],
)
def test_many_revisions_at_once_are_a_change_of_template(revised: int, read: int, mass: bool) -> None:
    assert is_mass_change(revised, read) is mass
