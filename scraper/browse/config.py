"""One description of the archive's tables for both lines of datasette, so that they cannot drift apart.

:func:`database` says what every table is; :func:`metadata` is the file that 0.65 reads, :func:`datasette_config` the
one for 1.0. Descriptions of tables and columns come from the archive itself (its ``descriptions`` table).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scraper.browse.queries import QUERIES

Descriptions = Mapping[str, Mapping[str, str]]  # table -> column (or "" for the table itself) -> sentence

# The public tables and views in the order in which a reader meets them: title, and what datasette should know of each.
# Newest first means by number where no index knows the time: numbers grow with time, and sorting 100,000 rows takes 0.2 s.
# Everything else in the file is machinery and hidden, though still there for SQL.
SHOWN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "statements": ("Statements", {"sort_desc": "published"}),
    "revisions": ("Versions of statements", {"sort_desc": "statement_id"}),
    "captures": ("Captures", {"sort_desc": "id"}),
    "sightings": ("Listed by publishers", {"sort_desc": "id"}),
    "relations": ("Copies, series, translations", {"sort_desc": "statement_id"}),
    "mentions": ("Countries spoken of", {"sort_desc": "statement_id"}),
    "tags": ("Tags", {"sort_desc": "statement_id"}),
    "coverage": ("Coverage by month", {"sort_desc": "month"}),
    "events": ("Events", {"sort_desc": "id"}),
    "runs": ("Runs", {"sort_desc": "id"}),
    "failures": ("Failures", {"sort_desc": "id"}),
    "sources": ("Publishers", {"label_column": "title", "sort": "title"}),
}

# Columns that a list shows; the others are one click away on the row's own page, in CSV, JSON and SQL.
NARROW: Mapping[str, Sequence[str]] = {
    "statements": (
        "id",
        "published",
        "title",
        "source",
        "place",
        "kind",
        "language",
        "words",
        "status",
        "revision_count",
    ),
    "revisions": ("statement_id", "number", "title", "changed", "seen_from", "seen_until", "capture_id"),
    "captures": ("id", "fetched_at", "url", "http_status", "size", "source", "discovered_via"),
    "sightings": ("id", "last_seen", "title", "url", "published", "source", "discovered_via", "statement_id"),
    "events": ("id", "at", "what", "statement_id", "source", "detail"),
    "runs": (
        "id",
        "source",
        "started_at",
        "outcome",
        "requests",
        "fetched",
        "new",
        "revised",
        "gone",
        "failed",
        "problems",
    ),
    "failures": ("id", "at", "source", "url", "kind", "http_status", "attempts", "message", "resolved_at"),
    "sources": ("name", "title", "homepage", "languages", "rights", "added_at"),
}

# Hidden tables that foreign keys lead to need a column to be called by.
LABELS = {"documents": "title", "versions": "title", "urls": "url"}

# What makes datasette fast on 100,000 statements. Suggesting facets alone costs 0.8 s a page on 0.65.
SETTINGS: Mapping[str, Any] = {
    "suggest_facets": False,
    "default_page_size": 40,
    "default_facet_size": 12,
    "facet_time_limit_ms": 400,
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 1000,
    "truncate_cells_html": 240,
    "num_sql_threads": 3,
}
# What datasette itself has for these, to tell a user's choice from none.
DATASETTE_DEFAULTS: Mapping[str, Any] = {
    "suggest_facets": True,
    "default_page_size": 100,
    "default_facet_size": 30,
    "facet_time_limit_ms": 200,
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 1000,
    "truncate_cells_html": 2048,
    "num_sql_threads": 3,
}


def database(descriptions: Descriptions, tables: Sequence[str]) -> dict[str, Any]:
    """What datasette should know of an archive that has *tables* (and views)."""
    described: dict[str, Any] = {}
    for table in tables:
        about: dict[str, Any] = {}
        words = descriptions.get(table, {})
        if words.get(""):
            about["description"] = words[""]
        columns = {column: text for column, text in words.items() if column}
        if columns:
            about["columns"] = columns
        if table in SHOWN:
            title, options = SHOWN[table]
            about |= {"title": title, **options}
        else:
            about["hidden"] = True
        if table in LABELS:
            about["label_column"] = LABELS[table]
        described[table] = about
    return {
        "title": "Tables of the archive",
        "description": "Every statement, version, capture and run as rows. The other pages read these tables.",
        "tables": described,
        "queries": {
            query.name: {"title": query.title, "description": query.description, "sql": query.sql} for query in QUERIES
        },
    }


def metadata(descriptions: Descriptions, tables: Sequence[str], *, name: str, title: str) -> dict[str, Any]:
    """``metadata.yaml`` of datasette 0.65 for the archive called *name* there."""
    return {"title": title, "databases": {name: database(descriptions, tables)}}


def datasette_config(
    descriptions: Descriptions, tables: Sequence[str], *, name: str, allow_sql: bool = True
) -> dict[str, Any]:
    """``datasette.yaml`` of datasette 1.0: options of tables, saved queries, settings; the rest is metadata there."""
    described = database(descriptions, tables)
    words = ("title", "description", "columns")
    config: dict[str, Any] = {
        "settings": dict(SETTINGS),
        "databases": {
            name: {
                "tables": {
                    table: options
                    for table, about in described["tables"].items()
                    if (options := {key: value for key, value in about.items() if key not in words})
                },
                "queries": described["queries"],
            }
        },
    }
    if not allow_sql:
        config["databases"][name]["allow_sql"] = False
    return config


def settings_arguments(settings: Mapping[str, Any]) -> list[str]:
    """*settings* as arguments of ``datasette serve``.

    >>> settings_arguments({"suggest_facets": False, "default_page_size": 50})
    ['--setting', 'suggest_facets', 'off', '--setting', 'default_page_size', '50']
    """
    arguments = []
    for key, value in settings.items():
        arguments += [
            "--setting",
            key,
            {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value),
        ]
    return arguments
