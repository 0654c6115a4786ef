"""``scraper browse --publish DIR``: a read-only copy of the archive with all that a host needs to show it.

The folder is a datasette configuration directory: ``datasette serve DIR`` shows it on both lines of datasette, and its
Dockerfile does the same on any host that runs containers.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

from scraper.browse import archives, config, tables
from scraper.browse.pages.statement import WITHHELD
from scraper.browse.serve import check
from scraper.errors import ArchiveNotWritable, UsageError
from scraper.version import __version__
from scraper.whole import DISK_FULL, whole_folder

DATABASE = "archive.db"
PACKAGE = "package"  # our own code, installed by the Dockerfile
_TERMS = ("LICENSE", "NOTICE")  # whoever hands the code on hands these on too (Apache-2.0, section 4)

# Machinery of crawling that a reader has no use for, and what may hold more than the public should see.
_EMPTIED = ("hosts", "acknowledgements")
_BLANKED = (("sources", "toml", "''"), ("captures", "request_headers", "'[]'"), ("captures", "address", "null"))

# Limits of a public site: one slow query must not keep others waiting.
PUBLIC_SETTINGS: Mapping[str, Any] = {
    **config.SETTINGS,
    "sql_time_limit_ms": 1500,
    "facet_time_limit_ms": 300,
    "max_returned_rows": 1000,
    "allow_download": True,
    "allow_csv_stream": True,
    "default_cache_ttl": 300,
}


@dataclass(frozen=True, slots=True)
class Published:
    """What was written."""

    folder: Path
    statements: int
    withheld: int  # statements without their text
    captures: bool  # whether the captured bytes are in it
    size: int  # bytes of the database


def publish(
    path: Path,
    folder: Path,
    *,
    without_texts: Collection[str] = (),
    captures: bool = False,
    allow_sql: bool = True,
) -> Published:
    """Write a copy of the archive at *path* and everything to serve it with into *folder*, which must be new or empty.

    *without_texts* names the sources whose texts may not be republished; their statements keep title, date, address
    and hashes. *captures* includes the captured bytes, whose rights are rarely ours to give. *allow_sql* false closes
    SQL of the visitors' own; the saved queries stay.

    Raises :class:`OutputExists`, :class:`ArchiveNotWritable`, :class:`UsageError` for an unknown source, and what
    opening an archive raises. The folder appears whole or not at all.
    """
    check(path)
    folder = folder.resolve()  # "site" and "." as well
    with whole_folder(folder) as new:
        try:
            published = _database(path, new / DATABASE, without_texts, captures, folder)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_FULL:
                raise
            raise ArchiveNotWritable(folder, DISK_FULL) from error  # the copy's disk, not the archive's
        _configuration(new, allow_sql)
        _package(new / PACKAGE)
        _write(new / "Dockerfile", _DOCKERFILE)
        _write(new / "README.md", _README)
    return published


def _database(path: Path, copy: Path, without_texts: Collection[str], captures: bool, folder: Path) -> Published:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as original:
        known = {name for (name,) in original.execute("select name from sources")}
        if unknown := set(without_texts) - known:
            raise UsageError(
                f"no source named {', '.join(sorted(unknown))} in {path}; it holds {', '.join(sorted(known))}"
            )
        original.execute("vacuum into ?", [str(copy)])
    with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        conn.execute("pragma journal_mode = delete")
        conn.execute("pragma recursive_triggers = on")
        conn.execute("begin")
        for table in _EMPTIED:
            conn.execute(f"delete from {table}")
        for table, column, nothing in _BLANKED:
            conn.execute(f"update {table} set {column} = {nothing}")
        if not captures:
            conn.execute("delete from payloads")
            conn.execute("delete from dictionaries")
        withheld = sum(_withhold(conn, source) for source in sorted(without_texts))
        conn.execute("delete from texts where id not in (select text_id from versions)")
        conn.execute("insert or replace into meta values ('published_by', ?)", [f"statement-scraper {__version__}"])
        conn.execute("insert or replace into meta values ('published_captures', ?)", ["yes" if captures else "no"])
        conn.execute("commit")
        conn.execute("insert into search(search) values ('optimize')")
        conn.execute("vacuum")
        conn.execute("pragma optimize")
        (statements,) = conn.execute("select count(*) from documents").fetchone()
    return Published(folder, statements, withheld, captures, copy.stat().st_size)


def _withhold(conn: sqlite3.Connection, source: str) -> int:
    """Take the texts of *source* out of the copy; a text that another source has too stays with that one."""
    ours = "(select id from documents where source = :source)"
    values = {"source": source, "withheld": WITHHELD}
    conn.execute(
        "insert or ignore into texts (digest, text) select :withheld || digest, '' from texts where id in "
        f"(select text_id from versions where statement_id in {ours})",
        values,
    )
    conn.execute(
        "update versions set contact = null, text_id = (select e.id from texts t join texts e "
        f"on e.digest = :withheld || t.digest where t.id = versions.text_id) where statement_id in {ours}",
        values,
    )
    conn.execute("update documents set lead = '', contact = null where source = :source", values)
    conn.execute(f"update search_content set lead = '', body = '' where statement_id in {ours}", values)
    conn.execute(f"delete from links where statement_id in {ours}", values)
    # The bytes of the pages hold the texts too.
    conn.execute(
        "delete from payloads where digest in (select digest from captures where source = :source) "
        "and digest not in (select digest from captures where source <> :source)",
        values,
    )
    return int(conn.execute("select count(*) from documents where source = :source", values).fetchone()[0])


def _configuration(folder: Path, allow_sql: bool) -> None:
    """The files that a configuration directory of either line of datasette consists of."""
    database = folder / DATABASE
    name = database.stem
    with closing(sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)) as conn:
        described = tables.descriptions(conn)
        names = tables.names(conn)
        title = archives.title(conn) or archives.UNTITLED
        counts = {
            table: conn.execute(f"select count(*) from [{table}]").fetchone()[0] for table in tables.counted(conn)
        }
    settings = {**PUBLIC_SETTINGS, "default_allow_sql": allow_sql}
    one = config.datasette_config(described, names, name=name) | {"settings": settings}
    inspected = {
        name: {
            "hash": _sha256(database),
            "size": database.stat().st_size,
            "file": DATABASE,
            "tables": {table: {"count": count} for table, count in counts.items()},
        }
    }
    _json(folder / "metadata.json", config.metadata(described, names, name=name, title=title))
    _json(folder / "datasette.json", one)
    _json(folder / "settings.json", settings)
    _json(folder / "inspect-data.json", inspected)


def _package(folder: Path) -> None:
    """Our own code as a package that pip installs without asking where it came from."""
    source = files("scraper")
    target = folder / "scraper"
    _copy(source, target)
    try:
        ourselves = distribution("statement-scraper")
        dependencies = [need for need in ourselves.requires or [] if "extra ==" not in need]
        dependencies.append("pyarrow>=17")  # an extra elsewhere; readers of a public copy may take Parquet away
        for terms in _TERMS:
            _write(folder / terms, ourselves.read_text(f"licenses/{terms}") or "")
    except PackageNotFoundError:  # run from a checkout that was never installed
        dependencies = ["datasette>=0.65"]
    _write(
        folder / "pyproject.toml",
        _PYPROJECT.format(version=__version__, dependencies=json.dumps(dependencies, indent=4)),
    )


def _copy(source: Any, target: Path) -> None:
    """Copy a resource folder: code, templates and their like, no caches."""
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path, value: object) -> None:
    _write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


_DOCKERFILE = """\
FROM python:3.13-slim
WORKDIR /site
COPY package /tmp/package
RUN pip install --no-cache-dir /tmp/package && rm -r /tmp/package && useradd --system reader
COPY archive.db inspect-data.json metadata.json datasette.json settings.json ./
USER reader
ENV PORT=8001
EXPOSE 8001
CMD ["sh", "-c", "exec datasette serve /site --host 0.0.0.0 --port ${PORT}"]
"""

_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "statement-scraper"
version = "{version}"
requires-python = ">=3.11"
license = "Apache-2.0"
dependencies = {dependencies}

[project.entry-points.datasette]
statement_scraper = "scraper.plugin:plugin"

[tool.hatch.build.targets.wheel]
packages = ["scraper"]
"""

_README = """\
# A published statement archive

`archive.db` is a read-only copy; everything else here shows it. Three ways:

    docker build -t statements . && docker run -p 8001:8001 statements

    pip install ./package && datasette serve .

or give this folder to any host that builds a Dockerfile and sets `PORT`.

Behind nginx, with TLS there and the archive under a path of its own:

    datasette serve . --port 8001 --setting force_https_urls 1 --setting base_url /statements/

    location /statements/ {
        proxy_pass http://127.0.0.1:8001/statements/;
        proxy_set_header Host $host;
    }
    location = /robots.txt { proxy_pass http://127.0.0.1:8001/statements/robots.txt; }

Without `force_https_urls` feeds and citations name the archive with http; with a host of its own, leave `base_url` away.

- `metadata.json` and `settings.json` are read by datasette 0.65, `datasette.json` by datasette 1.0; both show the same.
- `inspect-data.json` tells datasette that the file never changes. Publish again instead of replacing `archive.db` alone.
- Search engines are let in to the statements and kept out of SQL by `/robots.txt`; SQL that takes longer than 1.5 s is
  stopped, and more than two such queries at once have to wait.
"""
