"""`search`, `show`, `diff`, `changes`, `cite`: commands that only read."""

from __future__ import annotations

import sys

import click

from scraper import words
from scraper.archive import diff as differ
from scraper.archive.cite import STYLES, Style, cite
from scraper.archive.passages import marked
from scraper.archive.search import Hit, Order
from scraper.archive.store import Archive
from scraper.cli import Settings, cli, common, say, settings
from scraper.commands import asked
from scraper.commands.terminal import colours, fitted, fitted_statement
from scraper.errors import UsageError

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


@cli.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--source", multiple=True, help="Only this source.")
@click.option("--kind", multiple=True, help="Only this kind, such as 'speech'.")
@click.option("--language", multiple=True, help="Only this language (en, eng or English).")
@click.option("--country", multiple=True, help="Only statements that speak of this country (ISO 3166, such as ZW).")
@click.option(
    "--status", multiple=True, type=click.Choice(["live", "gone", "moved", "error"]), help="Only this status."
)
@click.option("--since", metavar="DATE", help="Published on or after this date (YYYY, YYYY-MM or YYYY-MM-DD).")
@click.option("--until", metavar="DATE", help="Published on or before this date.")
@click.option("--changed", is_flag=True, help="Only statements that were revised.")
@click.option("--hide-copies", is_flag=True, help="Leave out word-for-word copies.")
@click.option("--order", type=click.Choice(["relevance", "date"]), default="relevance", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, 2**62), default=0)
@common
@settings
def search(
    at: Settings, query: tuple[str, ...], source: tuple[str, ...], kind: tuple[str, ...], language: tuple[str, ...],
    country: tuple[str, ...], status: tuple[str, ...], since: str | None, until: str | None, changed: bool,
    hide_copies: bool, order: Order, limit: int, offset: int,
) -> int:  # fmt: skip
    """Statements whose title or text match QUERY, best first, with the passages that match.

    Words, "exact phrases", prefixes (migra*), NOT word, a OR b. The menus and forms around statements are not searched.
    """
    with Archive(at.archive, readonly=True) as archive:
        filters = asked.filters(
            archive, source=source, kind=kind, language=language, country=country, status=status, since=since,
            until=until, changed=changed, hide_copies=hide_copies,
        )  # fmt: skip
        found = archive.search(" ".join(query), filters=filters, limit=limit, offset=offset, order=order)
    if at.json:
        say(words.as_json(found))
        return 0
    for hit in found.hits:
        say(fitted(_hit(hit)))
    if not at.quiet:
        say(f"{len(found.hits)} of {found.total} statements" if found.total else "no statement matches")
    return 0


def _hit(hit: Hit) -> str:
    marks = (BOLD, PLAIN) if colours() else ("[", "]")
    about = " · ".join(str(part) for part in (hit.published or "no date", hit.source, hit.language, hit.place) if part)
    flags = "".join(
        f" · {flag}"
        for flag in (
            hit.status if hit.status != "live" else "",
            f"copy of {hit.duplicate_of}" if hit.duplicate_of else "",
            f"{hit.revision_count} versions" if hit.revision_count > 1 else "",
        )
        if flag
    )
    lines = [
        f"{hit.statement_id:>6}  {words.plain(hit.title or 'Without title')}",
        f"        {words.plain(about)}{flags}",
    ]
    lines.append(f"        {words.plain(hit.url)}")
    lines += [f"        … {_passage(passage, marks)} …" for passage in hit.passages[:2]]
    return "\n".join(lines) + "\n"


def _passage(passage: object, marks: tuple[str, str]) -> str:
    """A passage on one line with its hits marked; marks go in after the text is made safe."""
    text = words.plain(marked(passage, "\ue000", "\ue001"))  # type: ignore[arg-type]
    return text.replace("\ue000", marks[0]).replace("\ue001", marks[1])


@cli.command()
@click.argument("wanted", metavar="ID|URL")
@click.option("--capture", is_flag=True, help="Write the captured bytes instead, exactly as they came.")
@common
@settings
def show(at: Settings, wanted: str, capture: bool) -> int:
    """Read one statement, by its number or any of its URLs."""
    with Archive(at.archive, readonly=True) as archive:
        found = archive.statement(_canonical(wanted))
        if capture:
            body = archive.facts.capture(found.capture_id).body if found.capture_id else b""
            sys.stdout.buffer.write(body)
            return 0
        revisions = archive.revisions(found.id)
        aliases = [row["url"] for row in archive.rows("select url from aliases where statement_id = ?", [found.id])]
        related = archive.rows("select * from relations where statement_id = :id or other_id = :id", {"id": found.id})
    if at.json:
        say(words.as_json({"statement": found, "revisions": revisions, "aliases": aliases, "relations": related}))
    else:
        say(fitted_statement(words.statement(found, revisions, aliases)))
    return 0


def _canonical(wanted: str) -> str:
    from scraper.urls import canonical_url

    return wanted if wanted.isdecimal() else canonical_url(wanted)


@cli.command()
@click.argument("wanted", metavar="ID|URL")
@click.option("--from", "older", type=click.IntRange(1), help="Number of the older version.  [default: the one before]")
@click.option("--to", "newer", type=click.IntRange(1), help="Number of the newer version.  [default: the latest]")
@click.option("--whole", is_flag=True, help="Show the whole text, not only what surrounds the changes.")
@common
@settings
def diff(at: Settings, wanted: str, older: int | None, newer: int | None, whole: bool) -> int:
    """What changed in a statement, word by word."""
    with Archive(at.archive, readonly=True) as archive:
        found = archive.statement(_canonical(wanted))
        states = {state.number: state for state in archive.revisions(found.id)}
    newer = newer or max(states)
    older = older or max(1, newer - 1)
    for number in (newer, older):
        if number not in states:
            raise UsageError(f"statement {found.id} has no version {number}; it has {len(states)}")
    a, b = states[older], states[newer]
    parts = {
        name: differ.word_diff(old or "", new or "")
        for name, old, new in (("title", a.title, b.title), ("text", a.text, b.text), ("contact", a.contact, b.contact))
        if (old or "") != (new or "")
    }
    if at.json:
        say(words.as_json({"statement_id": found.id, "from": a.number, "to": b.number, "from_seen": a.seen_from,
                           "to_seen": b.seen_from, "changes": {k: differ.as_json(v) for k, v in parts.items()}}))  # fmt: skip
        return 0
    say(words.plain(found.title or found.url))
    if len(states) == 1:
        say(f"version 1 ({a.seen_from}) is the only one: there is nothing to compare it with")
        return 0
    say(f"version {a.number} ({a.seen_from}) to {b.number} ({b.seen_from})")
    if not parts:
        say("no difference")
    for name, edits in parts.items():
        say(f"\n{name}:")
        shown = [edits] if whole else [hunk.edits for hunk in differ.hunks(edits)]
        for piece in shown:
            say(fitted(words.safe_with_colours(differ.as_terminal(piece, colour=colours()))))
    return 0


@cli.command()
@click.option(
    "--since",
    metavar="DATE",
    help="From this day or time on (ISO 8601).  [default: the last run]",
)
@click.option("--source", help="Only this source.")
@click.option(
    "--what",
    multiple=True,
    type=click.Choice(["new", "revised", "gone", "back", "moved", "copy", "suspected"]),
    help="Only these.",
)
@click.option("--held", is_flag=True, help="Changes held back because too many came at once.")
@common
@settings
def changes(at: Settings, since: str | None, source: str | None, what: tuple[str, ...], held: bool) -> int:
    """What was new, revised, gone, back or moved."""
    if held and what:
        raise UsageError("--held lists changes that are no events yet: leave --what out")
    begin = asked.day_or_moment(since, "--since")
    with Archive(at.archive, readonly=True) as archive:
        asked.known(archive, [source] if source else [])
        if held:
            rows = archive.rows(
                "select v.seen_from as at, d.source, d.id as statement_id, 'held' as what, v.changed as detail, d.title, d.url "
                "from versions v join documents d on d.id = v.statement_id where v.state = 'held' "
                "and v.seen_from >= coalesce(?, '') and (? is null or d.source = ?) order by v.seen_from, d.id",
                [begin, source, source],
            )
        else:
            start = begin or next(iter(archive.rows("select max(started_at) as at from runs")), {}).get("at") or ""
            marks = ", ".join("?" * len(what))
            rows = archive.rows(
                "select e.at, e.source, e.statement_id, e.what, e.detail, d.title, d.url from events e "
                "join documents d on d.id = e.statement_id where e.at >= ? and (? is null or e.source = ?)"
                + (f" and e.what in ({marks})" if what else "") + " order by e.id",
                [start, source, source, *what],
            )  # fmt: skip
    if at.json:
        say(words.as_json(rows))
        return 0
    for row in rows:
        detail = f"  ({words.plain(row['detail'])})" if row["detail"] else ""
        line = (
            f"{row['at']}  {row['what']:<9} {row['statement_id']:>6}  {words.plain(row['title'] or row['url'])}{detail}"
        )
        say(fitted(line, columns=True))
    if not rows and not at.quiet:
        say("nothing changed")
    return 0


@cli.command("cite")
@click.argument("wanted", metavar="ID|URL")
@click.option("--style", type=click.Choice(STYLES), default="plain", show_default=True)
@click.option("--revision", type=click.IntRange(1), help="Cite the text of that number.  [default: the latest]")
@common
@settings
def cite_command(at: Settings, wanted: str, style: Style, revision: int | None) -> int:
    """A citation with the original URL, the capture's time and its SHA-256, and what became of the page since."""
    with Archive(at.archive, readonly=True) as archive:
        found = archive.statement(_canonical(wanted))
        made = cite(archive.citation(found.id, revision), style)
    if at.json and style != "csl-json":
        made = words.as_json({"statement_id": found.id, "style": style, "citation": made})
    say(made)
    return 0
