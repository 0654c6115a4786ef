"""Why a text is as it is: a page's blocks, coloured by score, with what speaks for and against each.

The page is self-contained: no script, nothing fetched, everything from the original escaped.
"""

from __future__ import annotations

from html import escape

from scraper import dom
from scraper.extractor.blocks import Layout
from scraper.extractor.body import find_body
from scraper.extractor.page import Block
from scraper.extractor.statement import extract, read_page
from scraper.model import Statement

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table.fields { border-collapse: collapse; margin-bottom: 2rem }
table.fields td { padding: .1rem 1rem .1rem 0; vertical-align: top }
.block { display: grid; grid-template-columns: 4.5rem 1fr 18rem; gap: 1rem; padding: .3rem .6rem; border-left: .5rem solid;
  border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
.block.is_body { border-left-color: #1b7837; background: color-mix(in srgb, #1b7837 calc(var(--score) * 22%), transparent) }
.block.left { border-left-color: #b35806; opacity: .75 }
.block.lead { border-left-style: dotted }
.score { font-variant-numeric: tabular-nums; font-weight: 600 }
.why { font-size: .8rem; opacity: .85; overflow-wrap: anywhere }
.text { overflow-wrap: anywhere; white-space: pre-wrap }
@media (max-width: 50rem) { .block { grid-template-columns: 1fr } }
"""


def explain_html(html: bytes | str, url: str = "", content_type: str | None = None) -> str:
    """An HTML page about how *html* was read: its fields with their sources, and every block with its score.

    Green blocks are the text, orange ones were left out; dotted ones were also looked at for labels and dates.
    """
    text = dom.clean_text(html) if isinstance(html, str) else dom.decode_html(html, content_type)
    layout, page = read_page(text, url)
    body = find_body(layout, page)
    lead = {block.index for block in body.lead_blocks}
    blocks = "\n".join(_block(layout, block, block.index in lead) for block in body.all_text_blocks if block.text)
    statement = extract(html, url, content_type=content_type)
    kept = sum(block.is_body for block in body.all_text_blocks)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>How it was read: {escape(statement.title or url)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(statement.title or 'Without title')}</h1>{_fields(statement)}"
        f"<h2>{kept} of {len(body.all_text_blocks)} blocks are the text</h2>\n{blocks}\n</body></html>\n"
    )


def _fields(statement: Statement) -> str:
    published = statement.published
    rows = [
        ("URL", statement.url, ""),
        ("title", statement.title, statement.sources.get("title")),
        ("published", published and f"{published.on} ({published.precision}; {published.printed!r})",
         statement.sources.get("published")),
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


def _block(layout: Layout, block: Block, is_lead: bool) -> str:
    classes = " ".join(("block", "kept" if block.is_body else "left", *(("lead",) if is_lead else ())))
    return (
        f'<div class="{classes}" style="--score:{block.score:.2f}"><div class="score">{block.score:.2f}</div>'
        f'<div class="text" dir="auto">{escape(block.text)}</div><div class="why">{escape(_why(layout, block))}</div></div>'
    )


def _why(layout: Layout, block: Block) -> str:
    """What a person would look at first: where the block stands, how long it is, how much of it is links."""
    path = []
    for container in layout.ancestors(block.index):
        attributes = layout.c_node[container].attributes
        names = ".".join((attributes.get("class") or "").split()[:3])
        path.append(f"{layout.c_tag[container]}{'.' + names if names else ''}")
        if len(path) == 4:
            break
    words = len(block.text.split())
    links = f", {block.link_share:.0%} links" if block.link_share else ""
    return f"{words} words{links}; in {' < '.join(path)}"
