"""Whether what is taken out of an archive is whole or not there, when its making is killed or its disk fills up.

usage: python benchmarks/output_kill.py [--kills 20] [--statements 300] [--seed N]

Each way out (a backup, exports as JSON Lines and WARC, a published copy) is begun as a command and killed (SIGKILL) at a
random moment, again and again; in between it may end. After each kill nothing stands under the final name but what is
whole, and after one more run nothing lies beside it. Then each is asked for on a disk too small for it (a tmpfs, so only
where one may be mounted), compacting the archive on such a disk as well: one line says that the disk is full, nothing is
left, and the archive is as it was.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archive_kill import check, prepare, tell, write_page

from scraper.archive.store import Archive
from scraper.archive.warc_in import read_warc

Way = tuple[str, list[str]]  # name of what is made, and the command's words with NAME in the place of its path

WAYS: tuple[Way, ...] = (
    ("copy.db", ["backup", "NAME"]),
    ("all.jsonl", ["export", "-o", "NAME"]),
    ("all.warc.gz", ["export", "--format", "warc", "-o", "NAME"]),
    ("site", ["browse", "--publish", "NAME"]),
)
NO_ROOM = 3


def main() -> None:
    """Kill, fill, report; exit code 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--statements", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with Archive(path, create=True) as archive:
            prepare(archive)
            for number in range(asked.statements):
                with archive.writing():
                    write_page(archive, number)
        for way in WAYS:
            wrong += kill(way, path, asked.kills, chance)
        wrong += fill_up(path, asked.statements)
    sys.exit(1 if wrong else 0)


def command(words: list[str], name: Path, archive: Path) -> list[str]:
    """The command line that makes *name*."""
    return [sys.executable, "-m", "scraper", *(str(name) if word == "NAME" else word for word in words),
            "--archive", str(archive), "--quiet"]  # fmt: skip


def kill(way: Way, archive: Path, times: int, chance: random.Random) -> int:
    """Begin and kill one way out; the number of problems."""
    wrong = finished = 0
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / way[0]
        line = command(way[1], name, archive)
        began = time.monotonic()
        subprocess.run(line, check=True, capture_output=True)
        longest = time.monotonic() - began
        whole = facts(name)
        for number in range(times):
            remove(name)
            child = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(chance.uniform(0.4, 1) * longest)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            if name.exists():
                finished += 1
                wrong += tell(f"{way[0]}, kill {number + 1}", [] if facts(name) == whole else ["half of it is there"])
        remove(name)
        subprocess.run(line, check=True, capture_output=True)
        left = sorted(file.name for file in Path(folder).iterdir())
        wrong += tell(way[0], [] if left == [way[0]] else [f"left lying: {left}"])
    print(f"{way[0]}: killed {times} times, {finished} after it was made; {wrong} problems", flush=True)
    return wrong


def facts(name: Path) -> object:
    """What can be compared of two outputs: what is in a WARC file, else names and sizes."""
    if name.name.endswith(".warc.gz"):  # the time of its making is in it
        return [capture.url for capture in read_warc(name)]
    if name.is_dir():
        return sorted((str(file.relative_to(name)), file.stat().st_size) for file in name.rglob("*"))
    return name.stat().st_size


def remove(name: Path) -> None:
    """Make room for the next."""
    if name.is_dir():
        shutil.rmtree(name)
    name.unlink(missing_ok=True)


def fill_up(archive: Path, statements: int) -> int:
    """Ask for each on small disks; the number of problems."""
    wrong = 0
    tasks: list[tuple[str, Callable[[Path], list[str]]]] = [
        (name, lambda disk, name=name, words=words: no_room(disk / name, words, archive)) for name, words in WAYS
    ]
    for name, task in tasks:
        for size in (50, 100, 200):
            wrong += on_a_disk(size, lambda disk, task=task: task(disk), f"{name}, {size} kB")
    taken = archive.stat().st_size // 1024
    wrong += on_a_disk(taken + 40, lambda disk: compact(disk, archive, statements), "compact")
    print(f"disks full: {wrong} problems", flush=True)
    return wrong


def on_a_disk(size: int, task: Callable[[Path], list[str]], name: str) -> int:
    """Do *task* on a disk of so many kB; the number of problems."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            print("full disk: skipped, no tmpfs may be mounted here")
            return 0
        try:
            return tell(name, task(Path(folder)))
        finally:
            subprocess.run(["umount", folder], check=True)


def no_room(name: Path, words: list[str], archive: Path) -> list[str]:
    """What is wrong after a way out that had no room."""
    ended = subprocess.run(command(words, name, archive), capture_output=True, text=True, check=False)
    left = sorted(file.name for file in name.parent.iterdir())
    return complaints(ended) + ([f"left lying: {left}"] if left else [])


def complaints(ended: subprocess.CompletedProcess[str]) -> list[str]:
    """What is wrong with how a command without room ended."""
    problems = [] if ended.returncode == NO_ROOM else [f"ended with {ended.returncode}"]
    said = ended.stderr.strip()
    return problems + ([] if said.count("\n") == 0 and "disk is full" in said else [f"said {said!r}"])


def compact(disk: Path, archive: Path, statements: int) -> list[str]:
    """What is wrong after compacting on a disk that has no room for it."""
    path = disk / "archive.db"
    shutil.copy(archive, path)
    line = [sys.executable, "-m", "scraper", "archive", "compact", "--archive", str(path), "--quiet"]
    ended = subprocess.run(line, capture_output=True, text=True, check=False)
    return complaints(ended) + check(path, statements - 1)


if __name__ == "__main__":
    main()
