"""Files and folders that appear under their name whole, or not at all.

They are made beside their place, as ``NAME.new-PID``, and named when all is written: a process that is killed, or a disk
that fills up, leaves what was there before. What a killed process left lying is cleared away by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from scraper.errors import ArchiveNotWritable, OutputExists

DISK_FULL = "the disk is full: free some space and run again"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")


@contextlib.contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Where to write what is to stand at *path*; it gets that name, flushed to disk, when the block ends well.

    *replace*: a file of that name gives way to it, and what is no file (a terminal, a pipe) is written to as it is.
    Raises :class:`OutputExists` otherwise, and :class:`ArchiveNotWritable` when there is no room or no right.
    """
    if path.exists():
        if not replace:
            raise OutputExists(path)
        path = path.resolve()  # of a link, the file it leads to
        if not path.is_file():
            yield path
            return
    _clear_leftovers(path)
    new = _beside(path)
    try:
        yield new
        _flush(new)
        if replace:
            new.replace(path)
        else:
            _name(new, path)
        _flush(path.parent)
    except OSError as error:
        raise ArchiveNotWritable(path, reason(error)) from error
    finally:
        _remove(new)


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A new folder to fill, which becomes *path* when the block ends well; *path* may be there if it is empty.

    Raises :class:`OutputExists`, or :class:`ArchiveNotWritable` when there is no room or no right.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise OutputExists(path)
    _clear_leftovers(path)
    new = _beside(path)
    try:
        new.mkdir(parents=True)
        yield new
        for file in new.rglob("*"):
            _flush(file)
        new.rename(path)  # over an empty folder, never over a full one
        _flush(path.parent)
    except OSError as error:
        raise ArchiveNotWritable(path, reason(error)) from error
    finally:
        _remove(new)


def reason(error: OSError) -> str:
    """What the system refused, in a person's words, with what to do where there is only one thing."""
    return DISK_FULL if error.errno in _FULL else error.strerror or str(error)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.new-{os.getpid()}")


def _clear_leftovers(path: Path) -> None:
    """Remove what processes that live no more began to write for *path*, and could not finish."""
    ours = re.compile(re.escape(path.name) + r"\.new-(\d+)(?:-wal|-shm|-journal)?")
    with contextlib.suppress(OSError):  # no such folder, which is said when writing
        for file in path.parent.iterdir():
            found = ours.fullmatch(file.name)
            if found and not _lives(int(found[1])):
                _remove(file)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        return True
    return pid != os.getpid()  # ours is of an earlier process that had our number


def _remove(new: Path) -> None:
    if new.is_dir():
        shutil.rmtree(new, ignore_errors=True)
        return
    for suffix in _BESIDE_A_DATABASE:
        with contextlib.suppress(OSError):
            Path(f"{new}{suffix}").unlink(missing_ok=True)


def _flush(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _name(new: Path, path: Path) -> None:
    """Give *new* the name *path*, unless another file got it meanwhile."""
    try:
        os.link(new, path)  # unlike rename, fails if the name is taken
    except FileExistsError:
        raise OutputExists(path) from None
    except OSError:  # a file system without hard links
        if path.exists():
            raise OutputExists(path) from None
        new.rename(path)
