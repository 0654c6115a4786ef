"""Everything that can go wrong in a way a person can act on.

::

    ScraperError                      exit code 3 unless a subclass says otherwise
    ├── UsageError                    2  the command line or a call asked for something that cannot be
    │   ├── SourceNotFound            2  no source of that name
    │   ├── SourceFileError           2  a source file: file, key, what was expected, what was found
    │   ├── QueryError                2  a search that cannot be read
    │   ├── NotInArchive              2  no statement with that id or URL
    │   ├── UnreadableInput           2  a file or folder to import that is not what it should be
    │   ├── OutputExists              2  a file to write is already there
    │   ├── MissingExtra              2  an optional library that is not installed
    │   └── PortTaken                 2  an address at which nobody can listen
    ├── ArchiveError                  3  the archive file cannot be used
    │   ├── NotAnArchive              3  not SQLite, or SQLite that is not ours
    │   ├── NewerArchive              3  written by a newer release
    │   ├── OlderArchive              3  an earlier release's tables, opened only to be read
    │   ├── ArchiveNotWritable        3  read-only folder, full disk, malformed file
    │   ├── ForeignArchive            2  a demo archive asked to hold real sources, or the reverse
    │   └── PayloadLost               3  bytes of a capture are missing or damaged
    ├── SystemRefused                 3  a file or the output could not be read or written
    ├── AnotherRun                    4  the lock is held
    └── Interrupted                 130  SIGINT or SIGTERM; everything so far is kept

A page that fails is not here: it is a value (:class:`scraper.model.Failure`), because the run goes on.
"""

from __future__ import annotations

from pathlib import Path


class ScraperError(Exception):
    """Root of all errors that are reported as one line, never as a traceback."""

    exit_code = 3


class UsageError(ScraperError):
    """The request itself cannot be carried out; nothing was changed."""

    exit_code = 2


class SourceNotFound(UsageError):
    """No source file has that name; carries the names that exist."""

    def __init__(self, name: str, known: list[str], near: str | None = None) -> None:
        hint = f"did you mean {near!r}?" if near else "`scraper sources list` shows them, --source-file reads your own"
        super().__init__(f"no source named {name!r}: {hint}")
        self.name = name
        self.known = known


class SourceFileError(UsageError):
    """A source file holds a mistake: names file, key, what was expected and what was found."""

    def __init__(self, file: str, key: str, expected: str, found: object) -> None:
        shown = repr(found) if not isinstance(found, str) else f'"{found}"'
        super().__init__(f"{file}: {key}: expected {expected}, got {shown}")
        self.file = file
        self.key = key
        self.expected = expected
        self.found = found


class QueryError(UsageError):
    """A search query that cannot be read; the message says which part, and how to write it."""


class NotInArchive(UsageError):
    """No statement in this archive has that id or URL."""

    def __init__(self, wanted: str, archive: Path) -> None:
        super().__init__(
            f"{wanted or repr(wanted)} is not in {archive}; `scraper search` finds statements by their words"
        )
        self.wanted = wanted


class UnreadableInput(UsageError):
    """A file or folder that was to be read is missing, or is not what it should be."""

    def __init__(self, path: Path | str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


class OutputExists(UsageError):
    """A file that was to be written is there already; it was left as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is already there and was left as it is; name another file, or move this one away")
        self.path = path


class MissingExtra(UsageError):
    """What was asked for needs a library that is installed only on request."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional library: pip install 'statement-scraper[{extra}]'")
        self.extra = extra


class PortTaken(UsageError):
    """Nobody can listen at that address; another port can be asked for."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"cannot listen on {host}:{port} ({why}); name another port with --port, or 0 for any free one"
        )
        self.host = host
        self.port = port


class ArchiveError(ScraperError):
    """The archive file cannot be used; the file itself was left as it was."""


class NotAnArchive(ArchiveError):
    """The file is not SQLite, or is a database that this project did not make."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}; it was left as it is: name another file with --archive")
        self.path = path


class NewerArchive(ArchiveError):
    """The file was written by a newer release than this one."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path}: has schema {found}, this release knows up to {known}: upgrade statement-scraper to open it"
        )
        self.path = path
        self.found = found
        self.known = known


class OlderArchive(ArchiveError):
    """The file has the tables of an earlier release, and was opened only to be read."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path}: has schema {found}, this release reads {known}: `scraper archive upgrade --archive {path}` brings it up "
            "to date, keeping everything; `scraper backup` copies it as it is, if you still need it"
        )
        self.path = path
        self.found = found
        self.known = known


class ArchiveNotWritable(ArchiveError):
    """The archive, or the folder it stands in, cannot be written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot be written ({why}); nothing already archived was touched")
        self.path = path


class ForeignArchive(ArchiveError):
    """Demo material and real sources do not share a file."""

    exit_code = 2

    def __init__(self, path: Path, holds: str, wanted: str) -> None:
        super().__init__(f"{path}: holds {holds}, so {wanted} cannot go into it; name another file with --archive")
        self.path = path


class PayloadLost(ArchiveError):
    """The bytes of a body cannot be given back: missing, damaged, or what they were stored against is."""

    def __init__(self, digest: str, why: str, needed_by: str) -> None:
        super().__init__(f"body {digest[:16]}…: {why}; lost: {needed_by}; `scraper verify` lists all that is damaged")
        self.digest = digest
        self.why = why
        self.needed_by = needed_by


class SystemRefused(ScraperError):
    """A file that is not the archive's, or standard output, could not be read or written."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}; nothing already archived was touched: mend that and run again")
        self.where = where


class AnotherRun(ScraperError):
    """Another process is writing this archive."""

    exit_code = 4

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: another run is writing it; this one did nothing and made no request")
        self.path = path


class Interrupted(ScraperError):
    """A person or the system asked the run to stop; what was archived so far is kept."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("interrupted; everything fetched so far is kept, the next run continues")
