"""What a person is shown of a change."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.archive.diff import Edit, as_html, as_json, as_terminal, count_words, hunks, word_diff


def shown(old, new):
    return as_terminal(word_diff(old, new), colour=False)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("5 people died.", "7 people died.", "[-5-]{+7+} people died.", id="a figure"),
        pytest.param("He came today by boat.", "He came by boat.", "He came [-today -]by boat.", id="a word less"),
        pytest.param("We help.", "We help migrants.", "We help{+ migrants+}.", id="a word more"),
        pytest.param("1,200 came", "1,300 came", "[-1,200-]{+1,300+} came", id="a number is one word"),
        pytest.param("l’Etat agit", "l’État agit", "[-l’Etat-]{+l’État+} agit", id="a word with its apostrophe"),
        pytest.param("हिंदी भाषा", "हिंदू भाषा", "[-हिंदी-]{+हिंदू+} भाषा", id="Devanagari word with its vowel signs"),
        pytest.param("مُهاجر هنا", "مهاجر هنا", "[-مُهاجر-]{+مهاجر+} هنا", id="Arabic word with its marks"),
        pytest.param("对苏丹表示关切", "对叙利亚表示关切", "对[-苏丹-]{+叙利亚+}表示关切", id="Chinese by character"),
        pytest.param("ฉันรักแมว", "ฉันรักหมา", "ฉันรัก[-แมว-]{+หมา+}", id="Thai by character"),
        pytest.param(
            "one red big boat", "one small green boat", "one [-red big-]{+small green+} boat", id="a phrase at once"
        ),
        pytest.param("", "All new.", "{+All new.+}", id="from nothing"),
        pytest.param("All gone.", "", "[-All gone.-]", id="to nothing"),
        pytest.param("A.\n\nB.", "A.\n\nX.\n\nB.", "A.\n\n{+X.\n\n+}B.", id="a paragraph more"),
    ],
)
def test_change_is_shown_by_words(old, new, expected):
    assert shown(old, new) == expected


@pytest.mark.parametrize("new", ["two words", "two\u00a0words", "two\n words", "two  words", "two\n\nwords"])
def test_white_space_alone_is_no_change(new):
    assert {edit.kind for edit in word_diff("two words", new)} == {"equal"}


TEXTS = st.text(alphabet="ab ,.\n\t12苏ู中ั\u0301é<", max_size=60)


@given(TEXTS, TEXTS)
def test_edits_rebuild_both_texts_to_the_character(old, new):
    edits = word_diff(old, new)
    assert "".join(edit.old for edit in edits) == old
    assert "".join(edit.new for edit in edits) == new


@given(TEXTS, TEXTS)
def test_neighbours_are_merged_and_kinds_say_what_they_hold(old, new):
    edits = word_diff(old, new)
    for before, after in pairwise(edits):
        assert (before.kind == "equal") != (after.kind == "equal")
    for edit in edits:
        assert edit.kind == "equal" or (bool(edit.old), bool(edit.new)) == {
            "insert": (False, True), "delete": (True, False), "replace": (True, True)
        }[edit.kind]  # fmt: skip


def test_a_text_too_long_to_compare_word_by_word_is_still_compared():
    old = " ".join(f"a{number}" for number in range(30_000))
    new = " ".join(f"b{number}" for number in range(30_000))
    assert word_diff(old, new) == [Edit("replace", old, new)]


SENTENCES = [f"Sentence number {number} stands here." for number in range(10)]


def with_changes(*numbers):
    changed = [text.replace("stands", "sits") if n in numbers else text for n, text in enumerate(SENTENCES)]
    return word_diff(" ".join(SENTENCES), " ".join(changed))


def test_hunk_keeps_a_sentence_on_each_side_of_the_changed_one():
    (hunk,) = hunks(with_changes(5))
    assert as_terminal(hunk.edits, colour=False) == (
        "Sentence number 4 stands here. Sentence number 5 [-stands-]{+sits+} here. Sentence number 6 stands here. "
    )
    assert (hunk.cut_before, hunk.cut_after) == (True, True)


def test_hunk_at_the_start_and_at_the_end_says_that_nothing_was_cut_there():
    first, last = hunks(with_changes(0, 9))
    assert (first.cut_before, first.cut_after) == (False, True)
    assert (last.cut_before, last.cut_after) == (True, False)


def test_changes_with_touching_context_share_a_hunk():
    assert len(hunks(with_changes(3, 5))) == 1
    assert len(hunks(with_changes(2, 8))) == 2


def test_equal_texts_have_no_hunk():
    assert hunks(word_diff("Same. Text.", "Same. Text.")) == []


def test_abbreviation_does_not_end_the_context():
    old = "Far away. It was Ms. Pope of the U.S. office who spoke today. Far after."
    (hunk,) = hunks(word_diff(old, old.replace("today", "now")), sentences=0)
    assert hunk.edits[0].new.startswith("It was Ms. Pope")


def test_words_added_and_removed_are_counted():
    assert count_words(word_diff("We help 5 people.", "We help 7 good people, and more.")) == (4, 1)


def test_html_is_escaped():
    assert as_html(word_diff("a <b> c", "a <script> c")) == (
        '<p dir="auto">a &lt;<del>b</del><ins>script</ins>&gt; c</p>'
    )


def test_html_marks_end_with_their_paragraph():
    assert as_html(word_diff("One.", "One.\n\nTwo.\n\nThree.")) == (
        '<p dir="auto">One.</p>\n<p dir="auto"><ins>Two.</ins></p>\n<p dir="auto"><ins>Three.</ins></p>'
    )


def test_html_keeps_the_lines_of_a_paragraph():
    assert as_html(word_diff("Desk\nTel: 5\nMail: a\n\nEnd.", "Desk\nTel: 7\nMail: a\n\nEnd.")) == (
        '<p dir="auto">Desk<br>Tel: <del>5</del><ins>7</ins><br>Mail: a</p>\n<p dir="auto">End.</p>'
    )


def test_terminal_gets_colours_and_never_a_stored_escape_sequence():
    text = as_terminal(word_diff("a b", "a \x1b]0;owned\x07"), colour=True)
    assert "\x1b]0;" not in text
    assert "\x1b[31;9mb\x1b[0m" in text


def test_json_holds_kind_old_and_new():
    assert as_json(word_diff("5 men", "7 men"))[0] == {"kind": "replace", "old": "5", "new": "7"}
