"""`verify`: whether everything is still there, and still what it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from scraper import words
from scraper.archive.reproof import Reread
from scraper.archive.seals import missing_from
from scraper.archive.store import Archive
from scraper.archive.verify import Finding, count_captures, readable
from scraper.cli import Settings, cli, common, say, settings, warn
from scraper.errors import UnreadableInput
from scraper.model import Statement


@cli.command("verify")
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="Read N captures again and compare; 0 reads none.",
)
@click.option("--all", "everything", is_flag=True, help="Read every capture again and compare.")
@click.option(
    "--manifest",
    "earlier",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also hold the archive against what `export --manifest` wrote earlier.",
)
@common
@settings
def verify_command(at: Settings, sample: int, everything: bool, earlier: Path | None) -> int:
    """Prove the archive: every capture is hashed again, every table held against the others. Changes nothing."""
    from scraper.reread import rereader

    compared: Counter[bool] = Counter()
    with Archive(at.archive, readonly=True) as archive:
        reread = _counted(rereader(archive), compared) if everything or sample else None
        found = archive.verify(reread=reread, sample=None if everything else sample)
        if earlier is not None:
            found += _against(archive, earlier)
        captures = count_captures(archive.db)
    if at.json:
        counts = {"captures": captures, "compared": compared[True], "skipped": compared[False]}
        say(words.as_json(counts | {"findings": found}))
    else:
        for finding in found:
            warn(f"{finding.severity}: {finding.where}: {finding.what}; lost: {finding.lost}")
        if not at.quiet:
            _tell(found, captures, compared)
    return 3 if any(finding.severity == "error" for finding in found) else 1 if found else 0


def _tell(found: list[Finding], captures: int | None, compared: Counter[bool]) -> None:
    if not found:
        say(f"all is well: {captures} captures, every one with its bytes")
    if compared:
        say(f"{compared[True]} captures read again and compared")
    if compared[False]:
        say(
            f"{compared[False]} skipped: another version of the extractor read them; `scraper reextract` brings them up to date"
        )


def _counted(reread: Reread, compared: Counter[bool]) -> Reread:
    """*reread*, with a count of what could be compared and what could not."""
    met: set[int] = set()

    def count(capture_id: int, named: str | None) -> Statement | None:
        statement = reread(capture_id, named)
        if capture_id not in met:
            compared[statement is not None] += 1
            met.add(capture_id)
        return statement

    return count


def _against(archive: Archive, earlier: Path) -> list[Finding]:
    """What of an earlier manifest the archive does not bear out."""
    try:
        with earlier.open(encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
            return list(readable("manifest", _findings(archive, lines)))
    except (OSError, UnicodeError) as error:
        raise UnreadableInput(earlier, f"no manifest: {error}") from error


def _findings(archive: Archive, lines: Iterable[str]) -> Iterator[Finding]:
    kinds: set[str] = set()
    for line in missing_from(archive.db, _noting(lines, kinds)):
        kind, *fields = line.split("\t")
        if kind in {"capture", "revision"}:
            what = f"the archive does not hold this {kind} as it did then: {' '.join(fields)}"
            yield Finding("error", what, "manifest", "what it was: look for it in a backup")
        else:
            what = "its last line does not fit those before" if kind == "total" else f"not a line of one: {line[:80]!r}"
            yield Finding("error", f"was cut or edited: {what}", "manifest", "the proof")
    if "total" not in kinds:
        yield Finding("error", "was cut: its last line, the total, is not there", "manifest", "the proof")


def _noting(lines: Iterable[str], kinds: set[str]) -> Iterator[str]:
    """*lines*, as they pass noting of what *kinds* they are."""
    for line in lines:
        kinds.add(line.partition("\t")[0])
        yield line
