"""A parsed page as a flat sequence of text blocks with the elements that hold them: one walk, nothing judged.

A block is a run of text between two block boundaries. A container is a block-level element that holds at least one
block; containers form a tree of which every subtree is a contiguous range of blocks. This is the hot path of the
extractor: it visits each node once, reads attributes only of elements that hold text, and keeps columns, not objects.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
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


@dataclass(slots=True)
class Layout:
    """Columns of the blocks (`b_`) and containers (`c_`) of one page; all `b_` lists are equally long, all `c_` too."""

    b_text: list[str] = field(default_factory=list)  # white space collapsed, `<br>` as "\n"
    b_container: list[int] = field(default_factory=list)  # index of the innermost container
    b_link_chars: list[int] = field(default_factory=list)  # characters inside `<a>`
    b_links: list[int] = field(default_factory=list)  # `<a>` that hold text of it
    b_strong_chars: list[int] = field(default_factory=list)
    b_inline: list[Node | None] = field(default_factory=list)  # inline element around its first text
    b_plain: list[bool] = field(default_factory=list)  # nothing but text: no inline element, no `<br>`
    b_images: list[int] = field(default_factory=list)  # images before it, counted over the page
    b_inputs: list[int] = field(default_factory=list)  # form controls before it, counted over the page
    c_node: list[Node] = field(default_factory=list)
    c_tag: list[str] = field(default_factory=list)
    c_parent: list[int] = field(default_factory=list)  # -1 for the root
    c_first: list[int] = field(default_factory=list)  # its first block
    c_end: list[int] = field(default_factory=list)  # one past its last block
    swallowed: bool = False  # a frame inside <noscript> was never closed and took the page with it
    # What is asked for again and again, kept once it is.
    _attributes: list[Mapping[str, str | None]] = field(default_factory=list)
    _by_tag: dict[str, list[int]] = field(default_factory=dict)
    marks_alone: bool = False  # a footnote mark stands before any text of its block, and is no part of it

    @property
    def c_attributes(self) -> Sequence[Mapping[str, str | None]]:
        """The attributes of each container, read once, when first asked for."""
        if not self._attributes:
            self._attributes = [node.attributes for node in self.c_node]
        return self._attributes

    def tag(self, block: int) -> str:
        """The name of the element that bounds the block."""
        return self.c_tag[self.b_container[block]]

    def ancestors(self, block: int) -> Iterator[int]:
        """Its containers, innermost first."""
        container = self.b_container[block]
        while container >= 0:
            yield container
            container = self.c_parent[container]

    def home(self, block: int) -> int:
        """The container in which the block's own container stands; -1 if that is the outermost."""
        return self.c_parent[self.b_container[block]]

    def tagged(self, names: Collection[str]) -> list[int]:
        """The blocks bounded by elements of these names."""
        if not self._by_tag:
            for block, container in enumerate(self.b_container):
                self._by_tag.setdefault(self.c_tag[container], []).append(block)
        return sorted(block for name in set(names) for block in self._by_tag.get(name, ()))

    def names(self, container: int) -> str:
        """The class names of its element as written; "" if it has none."""
        return self.c_attributes[container].get("class") or ""


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
    kind_by_name = _KINDS.get
    rows: list[
        tuple[str, int, int, int, int, Node | None, bool, int, int]
    ] = []  # the columns of `Layout`, a row a block
    pieces: list[str] = []
    add = pieces.append
    has_text = False  # some piece is more than white space
    breaks = 0  # `<br>` since the last text
    link_chars = links = strong_chars = images = inputs = 0
    in_link = in_strong = in_pre = 0
    counted_link: Node | None = None
    link: Node | None = None
    inline: Node | None = None
    open_blocks: list[tuple[Node, str]] = [(root, root.tag or "")]
    containers: list[int] = [-1]  # of each open block-level element; -1: it holds no text yet
    # The element that is being read with what comes next in it, and those around it. Steps cost half of what `iter` does.
    element, kind, following = root, BLOCK, root.first_child
    around: list[tuple[Node, int, Node | None]] = []

    def flush() -> None:
        nonlocal has_text, breaks, link_chars, links, strong_chars, inline, counted_link
        if containers[-1] < 0:
            _open(open_blocks, containers, len(rows), layout)
        text = "".join(pieces)
        plain = inline is None
        if not in_pre:
            text = text.strip()  # seams at the ends as well: they are white space
        if _SEAM in text:
            plain = False
            text = _MISSING_SPACE.sub(" ", _SEAMS.sub(_SEAM, text)).replace(_SEAM, "")
        if in_pre:
            plain = False
            text = text.strip("\n")
        elif _BR in text:
            plain = False
            text = _collapse_lines(text)
        else:
            text = " ".join(text.split())
        rows.append((text, containers[-1], link_chars, links, strong_chars, inline, plain, images, inputs))
        pieces.clear()
        has_text = False
        breaks = link_chars = links = strong_chars = 0
        inline = counted_link = None

    while True:
        node = following
        if node is None:
            if kind == BLOCK:
                if has_text:
                    flush()
                if (container := containers.pop()) >= 0:
                    layout.c_end[container] = len(rows)
                if open_blocks.pop()[1] == "pre":
                    in_pre -= 1
            elif kind == LINK:
                in_link -= 1
            elif kind == STRONG:
                in_strong -= 1
            if has_text:
                add(_SEAM)
            if not around:
                break
            element, kind, following = around.pop()
            continue
        following = node.next
        text = node.text_content  # half of the nodes are text, and need not be asked for their name
        if text is not None:
            if not text or text.isspace():
                if has_text:
                    add(" ")
                continue
            if not has_text:
                has_text = True
                if kind != BLOCK:
                    inline = element
            breaks = 0
            add(text)
            if in_link:
                link_chars += len(text)
                if counted_link is not link:
                    counted_link = link
                    links += 1
            if in_strong:
                strong_chars += len(text)
            continue
        tag = node.tag
        new = kind_by_name(tag, INLINE)
        if new == BLOCK:
            if has_text:
                flush()
            if tag == "pre":
                in_pre += 1
            open_blocks.append((node, tag or ""))
            containers.append(-1)
        elif new == INLINE:
            pass
        elif new == LINK:
            in_link += 1
            link = node
        elif new == SKIP:
            if tag == "iframe" and _is_swallowed(node):
                layout.swallowed = True
            continue
        elif new == COUNT:
            if tag == "img":
                images += 1
            elif tag == "input":
                inputs += 1
            continue
        elif new == BREAK:
            breaks += 1
            if has_text:
                if breaks > 1:
                    flush()
                else:
                    add(_BR)
            continue
        elif new == NOTE:
            continue
        elif new == RULE:
            if has_text:
                flush()
            continue
        elif new == STRONG:
            in_strong += 1
        elif mark := footnote_mark(node):
            if has_text:
                add(mark)
            else:
                layout.marks_alone = True
            continue
        if has_text:
            add(_SEAM)
        around.append((element, kind, following))
        element, kind, following = node, new, node.first_child
    if rows:
        (layout.b_text, layout.b_container, layout.b_link_chars, layout.b_links, layout.b_strong_chars, layout.b_inline,
         layout.b_plain, layout.b_images, layout.b_inputs) = map(list, zip(*rows, strict=True))  # fmt: skip


def _open(open_blocks: list[tuple[Node, str]], containers: list[int], first: int, layout: Layout) -> None:
    """Make containers of the open block-level elements that are none yet; *first* is the block that they begin with."""
    known = len(containers) - 1
    while known >= 0 and containers[known] < 0:
        known -= 1
    parent = containers[known] if known >= 0 else -1
    for at in range(known + 1, len(containers)):
        node, tag = open_blocks[at]
        layout.c_parent.append(parent)
        containers[at] = parent = len(layout.c_node)
        layout.c_node.append(node)
        layout.c_tag.append(tag)
        layout.c_first.append(first)
        layout.c_end.append(first)


def _collapse_lines(text: str) -> str:
    return "\n".join(line for part in text.split(_BR) if (line := " ".join(part.split())))
