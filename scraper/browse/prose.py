"""Stored text and stored pages as HTML that cannot do anything. Pure.

Three walls, any one of which would hold: what is shown is written anew from an allow list (here), the page's
Content-Security-Policy forbids scripts and foreign hosts, and captures stand in a sandboxed frame (:mod:`.security`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

_PARAGRAPH = re.compile(r"\n\s*\n")

# What an article may consist of.
_ARTICLE_TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "a", "blockquote", "br", "hr", "table",
    "thead", "tbody", "tr", "th", "td", "code", "pre", "s",
}  # fmt: skip

# What remains of a captured page: its words and how they are ordered. No address of any kind survives.
_PAGE_TAGS = _ARTICLE_TAGS | {
    "h1", "div", "span", "section", "article", "header", "footer", "nav", "main", "aside", "figure", "figcaption", "b",
    "i", "u", "small", "sub", "sup", "dl", "dt", "dd", "caption", "tfoot", "colgroup", "col", "address", "time", "abbr",
    "cite", "q", "mark", "del", "ins", "details", "summary", "bdi", "bdo", "ruby", "rt", "rp", "wbr", "label", "button",
    "fieldset", "legend", "img", "center", "font",
}  # fmt: skip
_PAGE_ATTRIBUTES = {
    "*": {"dir", "lang", "title"}, "img": {"alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
    "ol": {"start", "reversed"}, "time": {"datetime"},
}  # fmt: skip

# Elements whose content is no text of the page.
_UNSPOKEN = {"script", "style", "noscript", "template", "iframe", "object", "svg", "math", "select", "title", "head"}


def _renderer() -> MarkdownIt:
    # Raw HTML stays text; no images (they would be fetched), no automatic links.
    return (
        MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
        .enable("table")
        .disable("image")
    )


_MARKDOWN = _renderer()


def article(text: str, markdown: str = "") -> Markup:
    """A statement's body: headings (from the second level down), lists, quotations and links of *markdown*.

    Without Markdown, the paragraphs of *text*. Every paragraph finds its own direction, for texts in two scripts.
    """
    if not markdown.strip():
        return paragraphs(text)
    tokens = _MARKDOWN.parse(markdown)
    for token in tokens:
        if token.tag in ("h1", "h2", "h3", "h4", "h5"):  # the page's own title is the only h1
            token.tag = f"h{int(token.tag[1]) + 1}"
        if token.type in ("paragraph_open", "heading_open", "list_item_open", "blockquote_open", "td_open", "th_open"):
            token.attrSet("dir", "auto")
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(
        html,
        tags=_ARTICLE_TAGS,
        attributes={"*": {"dir"}, "a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - written anew from an allow list


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs."""
    parts = (part.strip() for part in _PARAGRAPH.split(text))
    return Markup("\n").join(
        Markup('<p dir="auto">{}</p>').format(Markup("<br>").join(escape(line) for line in part.splitlines()))
        for part in parts
        if part
    )


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """*text* with the character *spans* marked; spans that overlap or lie outside are put right.

    >>> marked("<b> water", [(4, 9)])
    Markup('&lt;b&gt; <mark>water</mark>')
    """
    parts: list[Any] = []
    at = 0
    for start, end in sorted(spans):
        begin, stop = max(start, at), min(end, len(text))
        if begin >= stop:
            continue
        parts += [escape(text[at:begin]), Markup("<mark>{}</mark>").format(text[begin:stop])]
        at = stop
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


def page_as_it_was(html: str) -> Markup:
    """The words and the order of a captured page, as HTML without scripts, styles, addresses, forms or frames."""
    clean = nh3.clean(
        html,
        tags=_PAGE_TAGS,
        clean_content_tags=_UNSPOKEN,
        attributes=_PAGE_ATTRIBUTES,
        url_schemes=set(),
        strip_comments=True,
        link_rel=None,
    )
    return Markup(clean)  # noqa: S704 - written anew from an allow list
