"""The recipes of docs/recipes.md and the SQL of the README run as they are printed, on the fixture site's archive."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from scraper.demo.site import FixtureSite
from tests.crawling import crawl

DOCUMENT = Path(__file__).parent.parent / "docs" / "recipes.md"
BLOCKS = re.findall(
    r"^## ([^\n]+)\n(?:(?!^## ).)*?^```(python|sh)\n(.*?)^```",
    DOCUMENT.read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
README = (DOCUMENT.parent.parent / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(
    r"^-- .*?;$",
    "\n".join(re.findall(r"^```sql\n(.*?)^```", README, re.MULTILINE | re.DOTALL)),
    re.MULTILINE | re.DOTALL,
)
COMMANDS = [line for _, language, block in BLOCKS if language == "sh" for line in block.splitlines()]
PROGRAMS = [pytest.param(block, id=title) for title, language, block in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes")
    with FixtureSite(at="T0", crawl_delay=0, noise_seed=1) as site:
        crawl(folder / "archive.db", site)
    return folder


def run(folder: Path, command: list[str]) -> str:
    """Run as a reader would: in the folder of the archive, with our commands on the path."""
    found = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": found, "PYTHONUTF8": "1"}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_runs_as_it_is_printed(folder: Path, program: str) -> None:
    for module in re.findall(r"^import (\w+)", program, re.MULTILINE):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    if "statements.parquet" in program:
        pytest.importorskip("pyarrow")
        export = [sys.executable, "-m", "scraper", "export", "--format", "parquet", "--output", "statements.parquet"]
        run(folder, export)
    if "statements.jsonl" in program:
        run(folder, [sys.executable, "-m", "scraper", "export", "--output", "statements.jsonl"])
    assert re.search(r"\d", run(folder, [sys.executable, "-c", program]))


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_runs_as_it_is_printed(folder: Path, line: str) -> None:
    if not (Path(sys.executable).parent / line.split(maxsplit=1)[0]).exists():
        pytest.skip(f"{line.split(maxsplit=1)[0]} is not installed beside this Python")
    out = run(folder, ["sh", "-c", line])
    assert "statements.csv" in line or "revis" in line or out.strip()  # nothing was edited yet


def test_the_readme_has_three_queries_to_paste() -> None:
    assert len(QUERIES) == 3


@pytest.mark.parametrize("query", QUERIES, ids=[query.splitlines()[0][3:30] for query in QUERIES])
def test_a_query_of_the_readme_runs_with_its_comment(folder: Path, query: str) -> None:
    found = run(folder, [sys.executable, "-m", "scraper", "sql", query])
    assert "\t" in found or "edits" in query  # nothing was edited yet


def test_the_python_of_the_readme_runs_as_it_is_printed(folder: Path) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    run(folder, ["sh", "-c", f"{sys.executable} -m scraper show 1 --capture > page.html"])
    found = run(folder, [sys.executable, "-c", program])
    assert "Zimbabwe" in found
    assert "Published(on=" in found
