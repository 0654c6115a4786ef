"""What statements are to each other: copies, edited copies, excerpts, series, translations, and nothing at all."""

from __future__ import annotations

import random
import re

import pytest
from sqlite_utils import Database
from statement_rows import NOW, add_statement, set_text

from scraper.archive.copies import FORMULAIC
from scraper.archive.dedup import POPULAR, Relations, relate

LATER = "2026-12-01T06:00:00+00:00"

WORDS = (  # noqa: SIM905
    "agency appeal assistance authorities border camp children civilians coast commitment community conflict convoy "
    "council crisis delivery displaced district dozens drought emergency families floods food government health help "
    "hospital humanitarian journey launch leaders market medical members migrants mission needs neighbouring officials "
    "operation partners people plan port protection province region relief report rescue response return river road "
    "rural safety school season services shelter shortage situation staff station storm summit supplies support "
    "survivors team thousands town trade training transport travel treatment valley village violence volunteers water"
).split()


def article(seed: int, words: int = 240) -> str:
    """Invented prose: paragraphs of sentences, the same for the same seed, unlike any other's."""
    chance = random.Random(seed)
    sentences = []
    while sum(map(len, sentences)) < words * 7:
        sentence = " ".join(chance.choice(WORDS) for _ in range(chance.randint(9, 16)))
        sentences.append(sentence.capitalize() + ".")
    return "\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3))


def related(db: Database, text: str, **facts: object) -> tuple[int, Relations]:
    statement_id = add_statement(db, text, **facts)
    return statement_id, relate(db, statement_id, now=NOW)


def links(db: Database) -> list[tuple[int, int, str]]:
    return db.execute("select statement_id, other_id, kind from relations order by 1, 2, 3").fetchall()


def duplicate_of(db: Database, statement_id: int) -> int | None:
    return db.execute("select duplicate_of from documents where id = ?", [statement_id]).fetchone()[0]


# --- copies -----------------------------------------------------------------------------------------------------------


def test_the_same_text_on_another_host_is_a_copy_of_the_first(db: Database) -> None:
    first, _ = related(db, article(1), source="hq")
    second, found = related(db, article(1), source="office")
    assert found.duplicate_of == first
    assert duplicate_of(db, second) == first
    assert db.execute("select statement_id, other_id, kind, score from relations").fetchall() == [
        (second, first, "copy", 1.0)
    ]


def test_quotes_accents_and_layout_are_not_words(db: Database) -> None:
    first, _ = related(db, article(1) + " It's a résumé.")
    second, found = related(db, article(1).replace(" ", "\u00a0", 9).replace("\n\n", "\n") + " It’s a RESUME")
    assert found.duplicate_of == first
    assert links(db) == [(second, first, "copy")]


def test_the_earliest_published_is_the_original_whatever_came_first_here(db: Database) -> None:
    undated, _ = related(db, article(1))
    later, _ = related(db, article(1), published="2026-07-09", published_precision="day")
    earlier, found = related(db, article(1), published="2026-07-08", published_precision="day")
    assert found.duplicate_of is None
    assert (duplicate_of(db, undated), duplicate_of(db, later), duplicate_of(db, earlier)) == (earlier, earlier, None)
    assert links(db) == [(undated, earlier, "copy"), (later, earlier, "copy")]


def test_a_date_known_only_by_year_does_not_make_an_original(db: Database) -> None:
    dated, _ = related(db, article(1), published="2026-07-09", published_precision="day")
    vague, found = related(db, article(1), published="2026", published_precision="year")
    assert found.duplicate_of == dated
    assert duplicate_of(db, vague) == dated


def test_copies_find_a_new_original_when_theirs_is_revised(db: Database) -> None:
    first, second, third = (related(db, article(1))[0] for _ in range(3))
    set_text(db, first, article(2))
    relate(db, first, now=LATER)
    assert (duplicate_of(db, first), duplicate_of(db, second), duplicate_of(db, third)) == (None, None, second)
    assert links(db) == [(third, second, "copy")]


def test_a_promoted_copy_inherits_what_its_original_was_to_others(db: Database) -> None:
    quoted, _ = related(db, article(1, 400))
    excerpt = "\n\n".join(article(1, 400).split("\n\n")[:3])
    first, second = (related(db, excerpt)[0] for _ in range(2))
    assert links(db) == [(first, quoted, "excerpt"), (second, first, "copy")]
    set_text(db, first, article(2))
    relate(db, first, now=LATER)
    assert links(db) == [(second, quoted, "excerpt")]


@pytest.mark.parametrize(
    ("titles", "linked"),
    [
        pytest.param(("A statement", "Another statement"), False, id="other titles"),
        pytest.param(("A statement", "A STATEMENT."), True, id="same title"),
        pytest.param((None, None), False, id="no title"),
    ],
)
def test_a_formula_is_a_copy_only_under_the_same_title(
    db: Database, titles: tuple[str | None, ...], linked: bool
) -> None:
    formula = "The full statement is attached to this page as a PDF file."
    assert len(formula.split()) < FORMULAIC
    first, _ = related(db, formula, title=titles[0])
    _, found = related(db, formula, title=titles[1], source="office")
    assert found.duplicate_of == (first if linked else None)
    assert bool(links(db)) is linked


def test_statements_without_text_are_nothing_to_each_other(db: Database) -> None:
    related(db, "", title="The same title")
    _, found = related(db, "", title="The same title")
    assert found == Relations((), None)


# --- edited copies, excerpts, series ----------------------------------------------------------------------------------


def change_words(text: str, share: float, seed: int = 5) -> str:
    chance = random.Random(seed)
    words = text.split(" ")
    for at in chance.sample(range(len(words)), int(len(words) * share)):
        words[at] = chance.choice(WORDS)
    return " ".join(words)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda text: change_words(text, 0.1), id="a word in ten changed"),
        pytest.param(lambda text: "Geneva / Nairobi – " + text, id="dateline added"),
        pytest.param(lambda text: text + "\n\nFor more, write to the press office in Panama.", id="contact added"),
        pytest.param(lambda text: "\n\n".join(reversed(text.split("\n\n"))), id="paragraphs moved"),
        pytest.param(lambda text: "\n\n".join(text.split("\n\n")[1:]), id="a paragraph dropped"),
    ],
)
def test_an_edited_copy_is_linked_but_no_duplicate(db: Database, edit) -> None:
    first, _ = related(db, article(1))
    second, found = related(db, edit(article(1)))
    assert links(db) == [(second, first, "edited-copy")]
    assert found.duplicate_of is None
    assert 0.75 <= found.found[0].score <= 1.0
    assert re.search(r"\d+% of \d+ words", found.found[0].evidence)


def test_a_chinese_edited_copy_is_found_by_its_characters(db: Database) -> None:
    chance = random.Random(1)
    text = "".join(
        chance.choice("国际移民组织今天欢迎通过洛杉矶宣言这是令人鼓舞的消息面对前所未有") for _ in range(300)
    )
    first, _ = related(db, text, language="zh")
    second, _ = related(db, text[:100] + "联合国" + text[105:] + "。", language="zh")
    assert links(db) == [(second, first, "edited-copy")]


def test_a_passage_out_of_a_long_statement_is_its_excerpt(db: Database) -> None:
    long = article(1, 1500)
    first, _ = related(db, long)
    paragraphs = long.split("\n\n")
    second, found = related(db, "\n\n".join(paragraphs[9:13]))
    assert links(db) == [(second, first, "excerpt")]
    assert found.found[0].score == pytest.approx(1.0, abs=0.02)


def test_an_excerpt_that_was_here_first_is_found_when_the_whole_arrives(db: Database) -> None:
    long = article(1, 1500)
    first, _ = related(db, "\n\n".join(long.split("\n\n")[9:14]))
    second, _ = related(db, long)
    assert links(db) == [(second, first, "excerpt")]


def with_figures(seed: int, figures: int) -> str:
    """A situation update: the frame of one article, the figures of one week."""
    chance = random.Random(figures)
    return re.sub(
        r"\b(people|families|children|staff)\b", lambda m: f"{chance.randint(100, 99_999)} {m[0]}", article(seed)
    )


def test_next_weeks_figures_in_the_same_frame_are_a_series_not_a_copy(db: Database) -> None:
    first, _ = related(db, with_figures(1, 1), published="2026-07-01", published_precision="day")
    second, found = related(db, with_figures(1, 2), published="2026-07-08", published_precision="day")
    assert links(db) == [(second, first, "series")]
    assert "figures kept" in found.found[0].evidence


def test_an_issue_is_linked_to_the_latest_before_it(db: Database) -> None:
    issues = [
        related(db, with_figures(1, week), published=f"2026-07-{week:02}", published_precision="day")[0]
        for week in range(1, 8)
    ]
    assert [other for one, other, _ in links(db) if one == issues[-1]] == issues[3:6]


def test_formulaic_statements_by_different_people_are_not_merged(db: Database) -> None:
    """Condolences: four words in five are the same, and they have nothing to do with each other."""
    frame = (
        "The {office} was deeply saddened to learn of the death of {name}, {role}, in {place} on {day}. {name} gave "
        "{years} years to the cause of safe and orderly movement. The {office} extends its sincere condolences to the "
        "family, friends and colleagues of {name}, and to the people of {place}, and stands with them at this time."
    )
    people = [
        ("Director General", "Amina Valdes", "head of mission", "Lisbon", "3 May", "31"),
        ("Regional Director", "Jonas Okello", "our first driver", "Kampala", "19 June", "12"),
        ("Deputy Director", "Li Wenqian", "chief of staff", "Manila", "28 August", "8"),
    ]
    for person in people:
        _, found = related(
            db, frame.format(**dict(zip(("office", "name", "role", "place", "day", "years"), person, strict=True)))
        )
        assert found.duplicate_of is None
    assert {kind for _, _, kind in links(db)} <= {"series"}


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(("bus accident near Masvingo", "ferry accident on Lake Kivu"), id="another event"),
        pytest.param(("floods in Port-Vila", "floods in Port-Louis"), id="another place alone"),
    ],
)
def test_nine_words_in_ten_do_not_make_a_short_formula_a_copy(db: Database, events: tuple[str, str]) -> None:
    formula = (
        "Geneva – I am deeply saddened by the loss of life in yesterday’s {}. On behalf of the International Organization "
        "for Migration, I extend my heartfelt condolences to the families of the victims, and to the people and "
        "Government of the country.\n\nI wish a full and speedy recovery to all those who were injured. The organization "
        "stands ready to support the national authorities, and our teams on the ground remain at their disposal."
    )
    for event in events:
        related(db, formula.format(event))
    assert links(db) == []


def test_a_short_statement_with_its_dateline_changed_is_still_an_edited_copy(db: Database) -> None:
    first, _ = related(db, "Geneva – " + article(1, 60))
    second, _ = related(db, "Manila (Office) – " + article(1, 60))
    assert links(db) == [(second, first, "edited-copy")]


def test_a_shared_contact_paragraph_links_nothing(db: Database) -> None:
    boilerplate = "\n\n" + article(99, 50)
    for seed in range(1, 6):
        related(db, article(seed, 300) + boilerplate)
    assert links(db) == []


def test_a_copy_is_found_although_everybody_has_the_same_contact_paragraph(db: Database) -> None:
    boilerplate = "\n\n" + article(99, 60)
    for seed in range(POPULAR + 20):
        related(db, article(1000 + seed, 90) + boilerplate)
    first, _ = related(db, article(1, 300) + boilerplate)
    second, _ = related(db, change_words(article(1, 300), 0.05) + boilerplate)
    assert links(db) == [(second, first, "edited-copy")]


# --- translations -----------------------------------------------------------------------------------------------------


def declare(db: Database, statement_id: int, language: str, url: str) -> None:
    db.execute("insert into declared_translations values (?, ?, ?)", [statement_id, language, url])


def test_a_declared_translation_is_linked_when_both_are_archived(db: Database) -> None:
    english = add_statement(db, article(1), language="en", url="https://org.example/en/1")
    declare(db, english, "fr", "https://org.example/fr/1")
    assert relate(db, english, now=NOW).found == ()
    french, found = related(db, article(2), language="fr", url="https://org.example/fr/1")
    assert links(db) == [(french, english, "translation")]
    assert found.found[0].score == 0.95


def test_declared_by_both_sides_is_certain(db: Database) -> None:
    english = add_statement(db, article(1), language="en", url="https://org.example/en/1")
    declare(db, english, "fr", "https://org.example/fr/1")
    declare(db, english, "en", "https://org.example/en/1")  # a page usually names itself too
    french = add_statement(db, article(2), language="fr", url="https://org.example/fr/1")
    declare(db, french, "en", "https://org.example/en/1")
    relate(db, english, now=NOW)
    relate(db, french, now=NOW)
    assert db.execute("select statement_id, other_id, kind, score from relations").fetchall() == [
        (french, english, "translation", 1.0)
    ]


def test_a_translation_declared_under_an_old_url_is_found(db: Database) -> None:
    english, _ = related(db, article(1), language="en", url="https://org.example/en/new")
    db.execute("insert into aliases values ('https://org.example/en/old', ?, 'redirect', ?)", [english, NOW])
    french = add_statement(db, article(2), language="fr")
    declare(db, french, "en", "https://org.example/en/old")
    relate(db, french, now=NOW)
    assert links(db) == [(french, english, "translation")]


ENGLISH = (
    "Geneva – On 8 July 2026 Maria Keller said that 12,500 people had reached Puerto Verde since Monday. Some 3,400 of "
    "them need shelter, and 780 children travel alone. The office asks for USD 4.7 million for 90 days."
)
FRENCH = (
    "Genève – Le 8 juillet 2026, Maria Keller a déclaré que 12 500 personnes étaient arrivées à Puerto Verde depuis "
    "lundi. Quelque 3 400 d’entre elles ont besoin d’un abri et 780 enfants voyagent seuls. Le bureau demande 4,7 "
    "millions de dollars pour 90 jours."
)
OTHER_FRENCH = (
    "Genève – Le Directeur a inauguré mardi un centre de formation à Port-Vila, où 150 jeunes apprendront un métier "
    "chaque année. Le centre a coûté 2,1 millions de dollars et ouvrira 24 salles."
)


def test_agreeing_facts_hint_at_a_translation_with_a_lower_score(db: Database) -> None:
    day = {"published": "2026-07-08", "published_precision": "day"}
    english, _ = related(db, ENGLISH, language="en", place="Geneva", **day)
    related(db, OTHER_FRENCH, language="fr", place="Genève", **day)
    french, found = related(db, FRENCH, language="fr", place="Genève", **day)
    assert links(db) == [(french, english, "translation")]
    assert 0.6 <= found.found[0].score < 0.95
    assert "not declared" in found.found[0].evidence


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"published": "2026-07-20"}, id="another day"),
        pytest.param({"published": "2026", "published_precision": "year"}, id="day not known"),
        pytest.param({"source": "elsewhere"}, id="another publisher"),
        pytest.param({"language": None}, id="language not known"),
    ],
)
def test_a_hint_needs_publisher_day_and_language(db: Database, other: dict[str, str]) -> None:
    day = {"published": "2026-07-08", "published_precision": "day"}
    related(db, ENGLISH, language="en", **day)
    related(db, FRENCH, **({"language": "fr"} | day | other))
    assert links(db) == []


# --- again and again --------------------------------------------------------------------------------------------------


def test_relating_twice_changes_nothing(db: Database) -> None:
    related(db, article(1))
    related(db, article(1))
    edited, once = related(db, change_words(article(1), 0.05))
    before = db.execute("select * from relations").fetchall(), db.execute("select * from shingles").fetchall()
    twice = relate(db, edited, now=LATER)
    assert twice == once
    assert (db.execute("select * from relations").fetchall(), db.execute("select * from shingles").fetchall()) == before


def test_a_revision_drops_what_no_longer_holds_and_dates_what_is_new(db: Database) -> None:
    first, _ = related(db, article(1))
    other, _ = related(db, article(2))
    edited, _ = related(db, change_words(article(1), 0.05))
    assert links(db) == [(edited, first, "edited-copy")]
    set_text(db, edited, change_words(article(2), 0.05))
    relate(db, edited, now=LATER)
    assert db.execute("select statement_id, other_id, kind, first_seen from relations").fetchall() == [
        (edited, other, "edited-copy", LATER)
    ]


def test_a_revision_of_the_earlier_side_is_followed_too(db: Database) -> None:
    first, _ = related(db, article(1))
    related(db, change_words(article(1), 0.05))
    set_text(db, first, article(3))
    relate(db, first, now=LATER)
    assert links(db) == []


def test_only_originals_leave_shingles_and_each_just_its_own(db: Database) -> None:
    first, _ = related(db, article(1))
    copy, _ = related(db, article(1))
    set_text(db, first, article(2))
    relate(db, first, now=LATER)
    stored = db.execute("select statement_id, count(*) from shingles group by 1").fetchall()
    sketches = db.execute("select statement_id, length(sketch) / 8 from signatures order by 1").fetchall()
    assert stored == sketches
    assert [statement for statement, _ in stored] == [first, copy]
