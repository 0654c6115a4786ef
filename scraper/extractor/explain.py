"""Why a text is as it is: a page's blocks, coloured by score, with what speaks for and against each.

A PDF is explained by :mod:`scraper.extractor.explain_pdf`.
"""

from __future__ import annotations

from scraper.extractor.blocks import Layout
from scraper.extractor.explain_page import block, explained
from scraper.extractor.page import Block, Body
from scraper.extractor.pdf import is_pdf
from scraper.extractor.rescue import TextSource
from scraper.extractor.site_chrome import fingerprints
from scraper.extractor.statement import extract_with_tree, markup_of, read_body
from scraper.model import SiteChrome

_LEGEND = (
    '<p class="legend">The number is the share of a block\'s words that is expected to be text. Green blocks are the text, '
    "orange ones were left out; dotted ones were also looked at for labels and dates.</p>"
)


def explain_html(
    html: bytes | str, url: str = "", content_type: str | None = None, chrome: SiteChrome | None = None
) -> str:
    """An HTML page about how *html* was read: its fields with their sources, and every block with its score.

    *chrome*: what its site is known to repeat, as an archive remembers it. Green blocks are the text, orange ones were left
    out; dotted ones were also looked at for labels and dates.
    """
    if isinstance(html, bytes) and is_pdf(html, content_type):
        from scraper.extractor.explain_pdf import explain_pdf

        return explain_pdf(html, url)
    layout, _, body, drawn, _ = read_body(markup_of(html, content_type), url, chrome)
    recurs = chrome.shares_of(fingerprints(layout)) if chrome else ()
    lead = {found.index for found in body.lead_blocks}
    blocks = "\n".join(
        _block(layout, found, found.index in lead, _by_rule(found, body, drawn), recurs[found.index] if recurs else 0.0)
        for found in body.all_text_blocks
        if found.text
    )
    kept = sum(found.is_body for found in body.all_text_blocks)
    heading = (
        f"<h2>{kept} of {len(body.all_text_blocks)} blocks are the text</h2>"
        f"<p>On this page the model keeps a block from a score of {body.least:.2f} on; rules settle titles, contacts and edges.</p>"
    )
    read = extract_with_tree(html, url, content_type=content_type, chrome=chrome)
    return explained(read.statement, f"{heading}\n{_LEGEND}\n{blocks}")


def _by_rule(found: Block, body: Body, drawn: TextSource | None) -> str:
    """What decided over a block against its score; "" where the score did."""
    likely = found.score > body.least
    if found.is_body == likely or drawn:
        return ""
    if found.is_body:
        return "; brought in by a rule: it goes with what stands beside it"
    title = body.title_block
    if title is not None and (found.index == title.index or found.text.casefold() == title.text.casefold()):
        return "; left out: the title has a field of its own"
    if body.contact and found.text in body.contact:
        return "; left out: the contact has a field of its own"
    return "; left out by a rule: it speaks of the page, its site or other pages"


def _block(layout: Layout, found: Block, is_lead: bool, rule: str, share: float) -> str:
    why = _why(layout, found) + rule + (f"; stands on {share:.0%} of this site's pages" if share else "")
    return block(f"{found.score:.2f}", found.text, why, is_kept=found.is_body, is_lead=is_lead, score=found.score)


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
    return f"{words} word{'s' if words != 1 else ''}{links}; in {' < '.join(path)}"
