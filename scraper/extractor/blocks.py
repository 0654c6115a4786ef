"""A parsed page as a flat sequence of text blocks with the elements that hold them: one walk, nothing judged.

A block is a run of text between two block boundaries. A container is a block-level element that holds at least one
block; containers form a tree of which every subtree is a contiguous range of blocks. This is the hot path of the
extractor: it visits each node once, reads attributes only of elements that hold text, and keeps columns, not objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scraper.dom import Node, Tree

# What happens at an element of each name. Names that are not here are inline.
INLINE, BLOCK, SKIP, BREAK, LINK, STRONG, COUNT, RULE, NOTE, SUP = range(10)

_NAMES_BY_KIND: Final = {
    BLOCK: """address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
        figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup html label legend li listing main
        menu nav noscript ol optgroup p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp""",
    # Never text for a reader. Options are the values of a control: an office list, not a statement.
    SKIP: """script style template svg title select datalist textarea iframe object embed applet audio video canvas map
        noframes noembed rp annotation annotation-xml -comment""",
    BREAK: "br",
    LINK: "a",
    STRONG: "b strong",
    COUNT: "img input picture source wbr",
    RULE: "hr",
    NOTE: "meta link base",
    SUP: "sup",
}
_KINDS: Final[dict[str | None, int]] = {name: kind for kind, names in _NAMES_BY_KIND.items() for name in names.split()}
# Stands for `<br>` until white space is collapsed; where a page itself holds one, it is white space as well.
_BR: Final = "\x0b"
# Stands where an inline element begins or ends inside text, until it is known whether white space is missing there.
_SEAM: Final = "\x1f"
# "WHO WE ARE" + "The International": words of two elements that only a style sheet keeps apart. A drop cap ("T" + "he"),
# a name in two colours ("Mc" + "Donald") and a plural ("NGO" + "s") stay whole.
_SEAMS: Final = re.compile("\x1f{2,}")
_MISSING_SPACE: Final = re.compile(
    r"\x1f(?:(?<=[^\W\d_]{2}[.!?:;)”»]\x1f)(?=[A-Z“«])|(?<=[a-zà-ÿ]{3}\x1f)(?=[A-Z][a-zà-ÿ ])|(?<=[A-Z]{3}\x1f)(?=[A-Z][a-zà-ÿ]))"
)  # the seam comes first, so that the search can jump to it
_MARK_CHARS: Final = 5  # of a footnote mark: "12", "[12]", "*", "iv"
_SWALLOWED_CHARS: Final = 2_000  # of markup inside a frame that was never closed
_NOTED: Final = frozenset({"meta", "link", "base", "time", "h1", "title", "script"})


@dataclass(slots=True)
class Layout:
    """Columns of the blocks (`b_`) and containers (`c_`) of one page; all `b_` lists are equally long, all `c_` too."""

    b_text: list[str] = field(default_factory=list)  # white space collapsed, `<br>` as "\n"
    b_container: list[int] = field(default_factory=list)  # index of the innermost container
    b_link_chars: list[int] = field(default_factory=list)  # characters inside `<a>`
    b_links: list[int] = field(default_factory=list)  # `<a>` that hold text of it
    b_strong_chars: list[int] = field(default_factory=list)
    b_inline: list[Node | None] = field(default_factory=list)  # inline element around its first text
    b_images: list[int] = field(default_factory=list)  # images before it, counted over the page
    b_inputs: list[int] = field(default_factory=list)  # form controls before it, counted over the page
    c_node: list[Node] = field(default_factory=list)
    c_tag: list[str] = field(default_factory=list)
    c_parent: list[int] = field(default_factory=list)  # -1 for the root
    c_first: list[int] = field(default_factory=list)  # its first block
    c_end: list[int] = field(default_factory=list)  # one past its last block
    swallowed: bool = False  # a frame inside <noscript> was never closed and took the page with it
    noted: dict[str, list[Node]] = field(default_factory=dict)  # elements by name that say something about the page

    def tag(self, block: int) -> str:
        """The name of the element that bounds the block."""
        return self.c_tag[self.b_container[block]]

    def ancestors(self, block: int) -> Iterator[int]:
        """Its containers, innermost first."""
        container = self.b_container[block]
        while container >= 0:
            yield container
            container = self.c_parent[container]


def kind_of(tag: str | None) -> int:
    """What happens at an element of that name: one of INLINE, BLOCK, SKIP ..."""
    return _KINDS.get(tag, INLINE)


def footnote_mark(sup: Node) -> str:
    """The mark of a `<sup>` that refers to a footnote, in brackets, so that it is no part of the word before it.

    "" for other raised text ("m²", "1st"), which has no link.
    """
    text = sup.text(deep=True).strip()
    if (
        not text
        or len(text) > _MARK_CHARS
        or not (sup.css_first("a") or (sup.parent is not None and sup.parent.tag == "a"))
    ):
        return ""
    return text if text.startswith("[") else f"[{text}]"


def _is_swallowed(frame: Node) -> bool:
    text = frame.text_content or (frame.first_child.text_content if frame.first_child is not None else "") or ""
    return len(text) > _SWALLOWED_CHARS and "</" in text


def read_layout(tree: Tree) -> Layout:
    """The blocks and containers of *tree*, in document order."""
    layout = Layout()
    if tree.root is not None:
        _walk(tree.root, layout)
    return layout


def _walk(root: Node, layout: Layout) -> None:  # noqa: PLR0912, PLR0915 - one loop, because a call a node is too dear
    kinds = _KINDS.get
    noted: dict[str, list[Node]] = {name: [] for name in _NOTED}
    layout.noted = noted
    pieces: list[str] = []
    has_text = False  # some piece is more than white space
    breaks = 0  # `<br>` since the last text
    link_chars = links = strong_chars = images = inputs = 0
    in_link = in_strong = in_pre = 0
    counted_link: Node | None = None
    link: Node | None = None
    inline: Node | None = None
    # Stack of (children, kind, node, container or -1); a parallel list, because entries of inline elements hold none.
    nodes: list[Node] = [root]
    kinds_open: list[int] = [BLOCK]
    children: list[Iterator[Node]] = [root.iter(include_text=True)]
    containers: list[int] = [-1]
    c_end = layout.c_end

    def flush() -> None:
        nonlocal has_text, breaks, link_chars, links, strong_chars, inline, counted_link
        depth = len(nodes) - 1
        while kinds_open[depth] != BLOCK:
            depth -= 1
        if containers[depth] < 0:
            _open(depth, nodes, kinds_open, containers, layout)
        text = "".join(pieces)
        if _SEAM in text:
            text = _MISSING_SPACE.sub(" ", _SEAMS.sub(_SEAM, text)).replace(_SEAM, "")
        if in_pre:
            layout.b_text.append(text.strip("\n"))
        elif _BR in text:
            layout.b_text.append(_collapse_lines(text))
        else:
            layout.b_text.append(" ".join(text.split()))
        layout.b_container.append(containers[depth])
        layout.b_link_chars.append(link_chars)
        layout.b_links.append(links)
        layout.b_strong_chars.append(strong_chars)
        layout.b_inline.append(inline)
        layout.b_images.append(images)
        layout.b_inputs.append(inputs)
        pieces.clear()
        has_text = False
        breaks = link_chars = links = strong_chars = 0
        inline = counted_link = None

    while True:
        for node in children[-1]:
            tag = node.tag
            if tag == "-text":
                text = node.text_content or ""
                if not text or text.isspace():
                    if has_text:
                        pieces.append(" ")
                    continue
                if not has_text:
                    has_text = True
                    if kinds_open[-1] != BLOCK:
                        inline = nodes[-1]
                breaks = 0
                pieces.append(text)
                if in_link:
                    link_chars += len(text)
                    if counted_link is not link:
                        counted_link = link
                        links += 1
                if in_strong:
                    strong_chars += len(text)
                continue
            if tag in _NOTED:
                noted[tag].append(node)
            kind = kinds(tag, INLINE)
            if kind == SKIP:
                if tag == "iframe" and _is_swallowed(node):
                    layout.swallowed = True
                continue
            if kind == BREAK:
                breaks += 1
                if has_text:
                    if breaks > 1:
                        flush()
                    else:
                        pieces.append(_BR)
                continue
            if kind == COUNT:
                if tag == "img":
                    images += 1
                elif tag == "input":
                    inputs += 1
                continue
            if kind == RULE:
                if has_text:
                    flush()
                continue
            if kind == NOTE:
                continue
            if kind == BLOCK:
                if has_text:
                    flush()
                if tag == "pre":
                    in_pre += 1
            elif kind == LINK:
                in_link += 1
                link = node
            elif kind == STRONG:
                in_strong += 1
            elif kind == SUP:
                mark = footnote_mark(node)
                if mark:
                    if has_text:
                        pieces.append(mark)
                    continue
            if has_text:
                pieces.append(_SEAM)
            nodes.append(node)
            kinds_open.append(kind)
            containers.append(-1)
            children.append(node.iter(include_text=True))
            break
        else:
            kind = kinds_open[-1]
            if kind == BLOCK:
                if has_text:
                    flush()
                if containers[-1] >= 0:
                    c_end[containers[-1]] = len(layout.b_text)
                if nodes[-1].tag == "pre":
                    in_pre -= 1
            elif kind == LINK:
                in_link -= 1
            elif kind == STRONG:
                in_strong -= 1
            if has_text:
                pieces.append(_SEAM)
            nodes.pop()
            kinds_open.pop()
            containers.pop()
            children.pop()
            if not children:
                return


def _open(depth: int, nodes: list[Node], kinds_open: list[int], containers: list[int], layout: Layout) -> None:
    """Make containers of the open block-level elements down to *depth* that are none yet."""
    known = depth
    while known >= 0 and containers[known] < 0:
        known -= 1
    parent = containers[known] if known >= 0 else -1
    first = len(layout.b_text)
    for at in range(known + 1, depth + 1):
        if kinds_open[at] == BLOCK:
            containers[at] = len(layout.c_node)
            layout.c_node.append(nodes[at])
            layout.c_tag.append(nodes[at].tag or "")
            layout.c_parent.append(parent)
            layout.c_first.append(first)
            layout.c_end.append(first)
            parent = containers[at]
        else:
            containers[at] = parent


def _collapse_lines(text: str) -> str:
    return "\n".join(line for part in text.split(_BR) if (line := " ".join(part.split())))
