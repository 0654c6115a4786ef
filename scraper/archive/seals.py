"""A hash over everything a capture's row says, so that a changed header or time is found like a changed byte.

Also the manifest: the hashes of all captures and states as lines of text. Published or deposited (even its last line
alone), it proves later that the archive still holds what it held then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

from sqlite_utils import Database

# The columns that are facts about the answer; the others (id, url_id, run_id ...) are our own bookkeeping.
SEALED = (
    "url", "fetched_at", "http_status", "headers", "digest", "size", "requested_url", "redirects", "request_headers",
    "address",
)  # fmt: skip


def seal(values: Sequence[object]) -> str:
    """SHA-256 (hexadecimal) of the values of :data:`SEALED`, in that order, written as JSON."""
    return hashlib.sha256(json.dumps(list(values), ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def broken_seals(db: Database) -> Iterator[int]:
    """Ids of captures whose row does not have its seal any more."""
    for capture_id, kept, *values in db.execute(f"select id, seal, {', '.join(SEALED)} from captures order by id"):
        if kept is not None and seal(values) != kept:
            yield capture_id


def unsealed(db: Database) -> list[int]:
    """Ids of captures that have no seal. Every capture is written with one, so somebody took it away."""
    return [row[0] for row in db.execute("select id from captures where seal is null order by id").fetchall()]


def manifest(db: Database) -> Generator[str, None, None]:
    """The archive's manifest, line by line, tab-separated, without line ends; the same archive gives the same lines.

    ``capture  id  time  HTTP status  URL  SHA-256 of the body  seal``, then
    ``revision  statement id  number  seen from  URL  SHA-256 of the normalised text``, then
    ``total  captures  revisions  SHA-256 of all lines before, each with its line feed``.
    """
    whole = hashlib.sha256()
    counts = [0, 0]
    for number, rows in enumerate((_captures(db), _revisions(db))):
        for row in rows:
            line = "\t".join("" if value is None else _one_line(str(value)) for value in row)
            whole.update(f"{line}\n".encode("utf-8", "surrogatepass"))
            counts[number] += 1
            yield line
    yield f"total\t{counts[0]}\t{counts[1]}\t{whole.hexdigest()}"


def missing_from(db: Database, lines: Iterable[str]) -> Iterator[str]:
    """The lines of an earlier manifest that this archive does not bear out: changed or lost since.

    Lines that were added since are no matter. The earlier total is checked against the earlier lines: a manifest that
    was itself cut or edited gives its total line back.
    """
    whole = hashlib.sha256()
    for line in (raw.rstrip("\r\n") for raw in lines):
        kind, *fields = line.split("\t")
        if kind == "total":
            if fields[-1] != whole.hexdigest():
                yield line
            continue
        whole.update(f"{line}\n".encode("utf-8", "surrogatepass"))
        reader = {"capture": (_captures, 1), "revision": (_revisions, 2)}.get(kind)
        if reader is None or len(fields) < reader[1] or not all(key.isdecimal() for key in fields[: reader[1]]):
            yield line
            continue
        rows = reader[0](db, [int(key) for key in fields[: reader[1]]])
        if line not in {"\t".join("" if value is None else _one_line(str(value)) for value in row) for row in rows}:
            yield line


def _captures(db: Database, only: Sequence[int] = ()) -> Iterator[Sequence[Any]]:
    where = "where id = ?" if only else ""
    yield from db.execute(
        f"select 'capture', id, fetched_at, http_status, url, digest, seal from captures {where} order by id",
        list(only),
    )


def _revisions(db: Database, only: Sequence[int] = ()) -> Iterator[Sequence[Any]]:
    where = "where r.statement_id = ? and r.number = ?" if only else ""
    yield from db.execute(
        "select 'revision', r.statement_id, r.number, r.seen_from, d.url, r.digest from revisions r "
        f"join documents d on d.id = r.statement_id {where} order by 2, 3",
        list(only),
    )


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
