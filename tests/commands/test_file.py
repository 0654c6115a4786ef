"""Care of the archive's file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tests.commands.conftest import Run


def test_compacting_says_what_it_saved_and_twice_saves_nothing(run: Run, demo: Path, tmp_path: Path) -> None:
    path = shutil.copy(demo, tmp_path / "archive.db")
    code, out, _ = run("archive", "compact", "--archive", path)
    said = re.fullmatch(r"\d+ of (\d+) bodies stored anew: ([\d,]+) bytes before, ([\d,]+) after\n", out)
    assert code == 0
    assert said
    before, after = (int(said[n].replace(",", "")) for n in (2, 3))
    assert after <= before
    again = json.loads(run("archive", "compact", "--archive", path, "--json")[1])
    assert (again["rewritten"], again["bytes_before"], again["lost"]) == (0, after, [])
