"""What is written to a terminal fits it, broken between words; what is written to a pipe is as it was."""

from __future__ import annotations

import doctest
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.commands import terminal
from scraper.commands.terminal import broken

WIDTH = 72


def test_the_examples_hold() -> None:
    assert doctest.testmod(terminal).failed == 0


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        pytest.param("word " * 12 + "end", False, ["word " * 7 + "word", "word " * 4 + "end"], id="a paragraph"),
        pytest.param("12 people " * 5, False, ["12 people 12 people 12 people 12 people", "12 people"], id="a number begins it"),
        pytest.param("    31  " + "title " * 8, False, ["    31  title title title title title", "        title title title"], id="a hit"),
        pytest.param("https://a.example/" + "x" * 60, False, ["https://a.example/" + "x" * 60], id="an address stays whole"),
        pytest.param("  show 1      read one statement of the archive", True, ["  show 1      read one statement of the", "              archive"], id="two columns"),
        pytest.param("\x1b[1m" + "word " * 7 + "word\x1b[0m", False, ["\x1b[1m" + "word " * 7 + "word\x1b[0m"], id="colours take no room"),
        pytest.param("国际移民 " * 5, False, ["国际移民 " * 3 + "国际移民", "国际移民"], id="Chinese letters take two columns"),
    ],
)  # fmt: skip
def test_a_line_is_broken_between_words_below_where_they_began(text: str, columns: bool, lines: list[str]) -> None:
    assert broken(text, 40, columns=columns).split("\n") == lines


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    subprocess.run([sys.executable, "-m", "scraper", "demo", "--quiet"], cwd=folder, env=environment(), check=True)
    return folder


def environment() -> dict[str, str]:
    # `python -m` looks into the folder that it stands in first, then where the tests found us.
    found = str(Path(terminal.__file__).parents[2])
    return {**os.environ, "PYTHONPATH": found, "TERM": "xterm", "PYTHONUTF8": "1"} | {"COLUMNS": "", "LINES": ""}


def on_a_terminal(folder: Path, *arguments: str) -> list[str]:
    """The lines that a command writes to a terminal of WIDTH columns."""
    fcntl, pty, termios = (pytest.importorskip(name) for name in ("fcntl", "pty", "termios"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
    command = [sys.executable, "-m", "scraper", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        written = b""
        try:
            while chunk := os.read(ours, 65536):
                written += chunk
        except OSError:  # Linux says so when the other end is closed
            pass
        os.close(ours)
    assert running.returncode == 0, written
    return written.decode().replace("\r\n", "\n").split("\n")


@pytest.mark.parametrize("arguments", [("show", "1"), ("search", "Zimbabwe"), ("changes",)], ids=lambda words: words[0])
def test_on_a_terminal_no_line_that_has_spaces_to_break_at_is_too_long(
    crawled: Path, arguments: tuple[str, ...]
) -> None:
    lines = on_a_terminal(crawled, *arguments)
    assert len(lines) > 3
    for line in lines:
        words = terminal._COLOUR.sub("", line)
        assert len(words) <= WIDTH or " " not in words.split("  ")[-1].strip(), line


def test_a_pipe_gets_every_line_whole(crawled: Path) -> None:
    command = [sys.executable, "-m", "scraper", "search", "Zimbabwe"]
    found = subprocess.run(command, cwd=crawled, env=environment(), capture_output=True, text=True, check=True).stdout
    assert any(len(line) > 200 for line in found.split("\n"))
