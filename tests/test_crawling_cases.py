"""docs/CRAWLING_CASES.md names a test for every case, or says why there is none."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASES = (ROOT / "docs" / "CRAWLING_CASES.md").read_text(encoding="utf-8")


def test_every_test_that_the_table_names_exists() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", CASES))
    assert named - set(re.findall(r"^def (test_\w+)", source, re.MULTILINE)) == set()
    assert len(named) > 50


def test_every_case_has_an_answer() -> None:
    rows = [line.strip("|").split("|") for line in CASES.splitlines() if line.startswith("| ")][1:]
    assert all(len(row) == 2 and row[0].strip() and row[1].strip() for row in rows)
