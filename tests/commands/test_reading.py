"""Commands that read: what they refuse rather than find nothing, and what JSON can carry."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from scraper.archive.cite import STYLES
from tests.commands.conftest import Run


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        pytest.param(["--kind", "sppeech"], "did you mean 'speech'", id="kind mistyped"),
        pytest.param(["--kind", "poem"], "expected one of advisory", id="kind of nothing"),
        pytest.param(["--country", "UK"], "did you mean GB", id="not ISO 3166"),
        pytest.param(["--country", "ZZ"], "no country's code", id="no country"),
        pytest.param(["--language", "qqz"], "the archive holds ", id="no language"),
        pytest.param(["--language", "Englsh"], "did you mean en (English)?", id="mistyped name of a language"),
        pytest.param(["--language", "en_gb"], "ask for en", id="narrower than the archive tells languages apart"),
    ],
)
@pytest.mark.parametrize("command", [["search", "migration"], ["export"]])
def test_a_filter_that_nothing_could_pass_is_said(
    run: Run, demo: Path, command: list[str], filters: list[str], says: str
) -> None:
    code, out, err = run(*command, *filters, "--archive", demo)
    assert (code, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(["--kind", "Press Releases"], ["--kind", "press release"], id="kind by its label"),
        pytest.param(["--language", "ES"], ["--language", "es"], id="RFC 5646, 2.1.1: case means nothing"),
        pytest.param(["--language", "spa"], ["--language", "es"], id="ISO 639-2"),
        pytest.param(["--language", "fre"], ["--language", "fr"], id="ISO 639-2/B"),
        pytest.param(["--language", "Spanish"], ["--language", "es"], id="language by its name"),
        pytest.param(["--language", "français"], ["--language", "fr"], id="language by its own name"),
        pytest.param(["--country", "zw"], ["--country", "ZW"], id="country in small letters"),
    ],
)
def test_a_filter_in_other_letters_finds_the_same(run: Run, demo: Path, one: list[str], other: list[str]) -> None:
    found = [run("export", *filters, "--archive", demo)[1] for filters in (one, other)]
    assert found[0] == found[1] != ""


@pytest.mark.parametrize("filters", [["--kind", "interview"], ["--language", "Swahili"], ["--language", "swa"]])
def test_what_can_be_but_is_not_yet_finds_nothing(run: Run, demo: Path, filters: list[str]) -> None:
    code, out, err = run("search", "migration", *filters, "--archive", demo)
    assert (code, out, err) == (0, "no statement matches\n", "")


def test_one_version_has_nothing_to_be_compared_with(run: Run, demo: Path) -> None:
    sql = "select id, revision_count from documents order by id"
    rows = json.loads(run("sql", sql, "--archive", demo, "--json")[1])
    once, twice = (next(row["id"] for row in rows if row["revision_count"] == count) for count in (1, 2))
    assert "nothing to compare" in run("diff", once, "--archive", demo)[1]
    assert "nothing to compare" not in run("diff", twice, "--archive", demo)[1]


@pytest.mark.parametrize("style", STYLES)
def test_an_earlier_text_is_cited_as_one_that_was_edited_since(run: Run, demo: Path, style: str) -> None:
    sql = "select id from documents where revision_count = 2 order by id limit 1"
    ((twice,),) = [row.values() for row in json.loads(run("sql", sql, "--archive", demo, "--json")[1])]
    code, out, _ = run("cite", twice, "--revision", 1, "--style", style, "--archive", demo)
    assert (code, "Edited by the publisher since: revision 2 of 2" in out) == (0, True)
    code, out, err = run("cite", twice, "--revision", 3, "--style", style, "--archive", demo)
    assert (code, out, f"revision 3 of statement {twice}" in err) == (2, "", True)


# RFC 8259, 6: "Numeric values that cannot be represented [...] (such as Infinity and NaN) are not permitted."
def test_json_of_a_query_says_infinity_and_bytes(run: Run, demo: Path) -> None:
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is not JSON")

    query = "select 1e999 as most, -1e999 as least, x'00ff' as bytes, 1e308 as much"
    (row,) = json.loads(run("sql", query, "--archive", demo, "--json")[1], parse_constant=refuse)
    assert (row["most"], row["least"], row["much"]) == ("inf", "-inf", 1e308)
    assert base64.b64decode(row["bytes"]["encoded"]) == b"\x00\xff"
    assert run("sql", query, "--archive", demo)[1].splitlines()[1] == "inf\t-inf\tx'00ff'\t1e+308"


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        pytest.param(["browse", "--without-texts", "iom-example"], "--publish", id="texts of no copy"),
        pytest.param(["browse", "--captures"], "--publish", id="captures of no copy"),
        pytest.param(["browse", "--no-sql"], "--publish", id="visitors of no copy"),
        pytest.param(["extract", "--archived", "1", "--url", "https://a.example/"], "leave --url", id="two addresses"),
        pytest.param(["extract", "https://a.example/", "--url", "https://b.example/"], "leave --url", id="two origins"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(run: Run, demo: Path, argv: list[str], says: str) -> None:
    code, out, err = run(*argv, "--archive", demo)
    assert (code, out) == (2, "")
    assert says in err


@pytest.mark.parametrize(("quiet", "said"), [([], "written to "), (["--quiet"], "")])
def test_an_explanation_says_where_it_was_written(run: Run, tmp_path: Path, quiet: list[str], said: str) -> None:
    (tmp_path / "page.html").write_text("<h1>Remarks</h1><p>Geneva – The Organization welcomes the agreement.</p>")
    code, out, _ = run("extract", tmp_path / "page.html", "--explain", tmp_path / "why.html", *quiet)
    assert (code, out.startswith(said), bool(out)) == (0, True, bool(said))
    assert "The Organization welcomes" in (tmp_path / "why.html").read_text()
