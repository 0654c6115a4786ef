"""What every page has that explains a reading: its frame, the table of fields, a block with its reasons.

Self-contained: no script, nothing fetched, everything from the original escaped.
"""

from __future__ import annotations

from html import escape

from scraper.model import Statement

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table.fields { border-collapse: collapse; margin-bottom: 2rem }
table.fields td { padding: .1rem 1rem .1rem 0; vertical-align: top }
.block { display: grid; grid-template-columns: 4.5rem 1fr 18rem; gap: 1rem; padding: .3rem .6rem; border-left: .5rem solid;
  border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
.block.kept { border-left-color: #1b7837; background: color-mix(in srgb, #1b7837 calc(var(--score) * 22%), transparent) }
.block.left { border-left-color: #b35806; opacity: .75 }
.block.lead { border-left-style: dotted }
.score { font-variant-numeric: tabular-nums; font-weight: 600 }
.why, .legend { font-size: .8rem; opacity: .85; overflow-wrap: anywhere }
.text { overflow-wrap: anywhere; white-space: pre-wrap }
@media (max-width: 50rem) { .block { grid-template-columns: 1fr } }
"""


def explained(statement: Statement, inside: str) -> str:
    """The page that shows *statement*'s fields and, below them, the markup *inside*."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>How it was read: {escape(statement.title or statement.url)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(statement.title or 'Without title')}</h1>{_fields(statement)}{inside}\n</body></html>\n"
    )


def block(label: str, text: str, why: str, *, is_kept: bool, is_lead: bool = False, score: float = 1.0) -> str:
    """One block: *label* in the margin, *text*, and *why* it is text or not."""
    classes = " ".join(("block", "kept" if is_kept else "left", *(("lead",) if is_lead else ())))
    return (
        f'<div class="{classes}" style="--score:{score:.2f}"><div class="score">{escape(label)}</div>'
        f'<div class="text" dir="auto">{escape(text)}</div><div class="why">{escape(why)}</div></div>'
    )


def _fields(statement: Statement) -> str:
    published = statement.published
    rows = [
        ("URL", statement.url, ""),
        ("title", statement.title, statement.sources.get("title")),
        ("published", published and f"{published.on} ({published.precision}; {published.printed!r})",
         statement.sources.get("published")),
        ("text", f"{statement.words} words", statement.sources.get("text", "visible")),
        ("language", ", ".join(statement.languages) or statement.language, statement.sources.get("language")),
        ("kind", statement.kind, statement.sources.get("kind")),
        ("place", statement.place, statement.sources.get("place")),
        ("author", statement.author, statement.sources.get("author")),
        ("contact", statement.contact, statement.sources.get("contact")),
        ("confidence", f"{statement.confidence:.2f}", ""),
        ("warnings", ", ".join(statement.warnings), ""),
    ]  # fmt: skip
    cells = "".join(
        f"<tr><td>{name}</td><td>{escape(str(value))}</td><td>{escape(source or '')}</td></tr>"
        for name, value, source in rows
        if value
    )
    return f'<table class="fields">{cells}</table>'
