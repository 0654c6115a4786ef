"""The two lines of datasette, 0.65 and 1.0: everything in which they differ for us, and nothing else.

0.65 knows one metadata file and asks plugins with ``get_metadata`` and ``canned_queries``; 1.0 keeps titles in an
internal database, tables and settings in a configuration, and saved queries behind ``add_query``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import version

if TYPE_CHECKING:
    from datasette.app import Datasette

# Rows of a filtered table that datasette 1.0 counts before it says "more than". With its own 10,000 it reads that many
# texts of the statements' view, 32 ms of a page's 60.
COUNTED = 4_000

IS_ONE = not version.__version__.startswith("0.")


def open_datasette(
    path: Path, *, metadata: Mapping[str, Any], settings: Mapping[str, Any], immutable: bool = False
) -> Datasette:
    """A datasette over the file at *path*; *metadata* in the shape of 0.65, which 1.0 takes apart by itself."""
    # Datasette loads its plugins, and so this file, before its own application is complete.
    from datasette.app import Datasette

    files: dict[str, Any] = {"immutables": [str(path)]} if immutable else {"files": [str(path)]}
    if IS_ONE:
        return Datasette(**files, config=dict(metadata), settings=dict(settings))
    return Datasette(**files, metadata=dict(metadata), settings=dict(settings))


async def ensure_may_read(datasette: Datasette, actor: Mapping[str, Any] | None, database: str) -> None:
    """Raise datasette's Forbidden if whoever asks may not read the archive's statements."""
    if IS_ONE:
        from datasette.resources import TableResource

        await datasette.ensure_permission(
            action="view-table", resource=TableResource(database=database, table="statements"), actor=actor
        )
        return
    await datasette.ensure_permissions(
        actor, [("view-table", (database, "statements")), ("view-database", database), "view-instance"]
    )


async def may_ask_sql(datasette: Datasette, actor: Mapping[str, Any] | None, database: str) -> bool:
    """Whether the pages should offer SQL to whoever asks."""
    if IS_ONE:
        from datasette.resources import DatabaseResource

        return bool(
            await datasette.allowed(action="execute-sql", resource=DatabaseResource(database=database), actor=actor)
        )
    return bool(await datasette.permission_allowed(actor, "execute-sql", database, default=True))


async def describe(datasette: Datasette, database: str, described: Mapping[str, Any]) -> None:
    """Tell datasette 1.0 what the tables of *database* are; what its user configured wins. 0.65 asks by itself.

    *described* is what :func:`scraper.browse.config.database` gives for the archive.
    """
    if not IS_ONE:
        return
    given = datasette.config = dict(datasette.config or {})
    databases = given["databases"] = dict(given.get("databases") or {})
    ours = databases[database] = dict(databases.get(database) or {})
    tables = ours["tables"] = dict(ours.get("tables") or {})
    held = await datasette.get_database_metadata(database)
    for key in ("title", "description"):
        if key in described and key not in held:
            await datasette.set_database_metadata(database, key, described[key])
    for table, about in described["tables"].items():
        options = {k: v for k, v in about.items() if k not in ("title", "description", "columns")}
        tables[table] = options | dict(tables.get(table) or {})
        for key in ("title", "description"):
            if key in about:
                await datasette.set_resource_metadata(database, table, key, about[key])
        for column, words in about.get("columns", {}).items():
            await datasette.set_column_metadata(database, table, column, "description", words)
    for name, query in described["queries"].items():
        await datasette.add_query(
            database,
            name,
            query["sql"],
            title=query["title"],
            description=query["description"],
            source="plugin",
            is_trusted=True,
        )


def prefer(datasette: Datasette, settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Use our *settings* where the user left datasette's *defaults*: ``datasette archive.db`` gets them too."""
    held = datasette._settings
    for name, value in settings.items():
        if held.get(name) == defaults.get(name):
            held[name] = value
    # These it has copied before a plugin could say anything.
    datasette.page_size = datasette.setting("default_page_size")
    datasette.max_returned_rows = datasette.setting("max_returned_rows")
    datasette.sql_time_limit_ms = datasette.setting("sql_time_limit_ms")


def keep_counts(datasette: Datasette, database: str, counts: Callable[[], Awaitable[Mapping[str, int]]]) -> None:
    """Let datasette 1.0 take the rows of each table from *counts*.

    Else it counts them for every page of SQL, though the page only lists the tables' columns: 0.2 s on a large archive.
    """
    if not IS_ONE:
        return
    db = datasette.get_database(database)

    async def kept(limit: int = 10) -> dict[str, int | None]:
        known = await counts()
        return {table: known.get(table) for table in await db.table_names()}

    db.table_counts = kept
    db.count_limit = COUNTED
