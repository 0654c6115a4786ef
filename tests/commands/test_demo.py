"""What the demonstration tells a person to do next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_what_to_do_next_can_be_pasted(tmp_path: Path) -> None:
    folder = tmp_path / "my archive's place"
    folder.mkdir()
    here = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "scraper", "demo", "--archive", str(folder / "a b.db")]
    told = subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True, timeout=120, check=True).stdout
    (line,) = [line for line in told.splitlines() if " show 1 " in line]
    pasted = line.partition("  read a statement")[0]
    shown = subprocess.run(
        ["sh", "-c", pasted], cwd=folder, env=here, capture_output=True, text=True, timeout=60, check=False
    )
    assert shown.returncode == 0, shown.stderr
    assert "published:" in shown.stdout
