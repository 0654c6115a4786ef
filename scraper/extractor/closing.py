"""What goes on as a text ends and is too short to be judged alone: who signs, who is quoted, the questions of an accordion.

Works on blocks and the elements that hold them; the model's choice is only added to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from scraper.extractor.blocks import Layout
from scraper.extractor.elsewhere import RELATED
from scraper.extractor.imprint import FILED, UPKEEP, is_furniture

_CLOSING_WORDS: Final = 12  # of a signature, a signatory's country, a footnote
_CLOSING_LINES: Final = 4
_BOX_LINES: Final = 5  # of the box in which one of several signs
_BOXES: Final = 20
_NAMES_WORDS: Final = 14  # of a signatory with an office
_NAMES: Final = 400  # signatories
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS: Final = frozenset({"ul", "ol", "table"})
# Where a publisher is to be found, as it stands below its texts: "Address: ...", "Tel: ...".
REACH: Final = re.compile(
    r"(?:postal |mailing )?(?:address|adresse|anschrift|direcci[óo]n|endere[çc]o|indirizzo|адрес|(?:ال)?عنوان|نشانی|آدرس|地址"
    r"|住所|tel(?:ephone|efon|éfono)?|phone|fax|telefax|тел(?:ефон)?|факс|(?:ال)?هاتف|فاكس|تلفن|电话|传真"
    r"|e-?mail|website|web|po box|p\.o\. box)\s*[.:：]",
    re.IGNORECASE,
)
_SIGNED: Final = re.compile(
    r"(?:list of )?(?:signatories|signator(?:y|ies) (?:organi[sz]ations|states)|signed by|co-?signed by|endorsed by"
    r"|(?:co-?)?signatories|supported by the following organi[sz]ations|signataires|(?:les )?organisations signataires|signé par"
    r"|(?:organizaciones )?firmantes|(?:lista de )?firmantes|firmado por|firmas|suscriben|unterzeichner(?:innen und unterzeichner)?"
    r"|unterzeichnet von|signatários|assinam|firmatari|подписали|подписавшиеся"
    r"|(?:ال)?موق[ّ]?عون|(?:الجهات |المنظمات )?الموق[ّ]?عة|签署(?:方|国|机构|人))",
    re.IGNORECASE,
)
_FOLDED: Final = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle")
_REMEMBERED: Final = 4_096  # short lines: most stand on every page of a site
_QUESTION_WORDS: Final = 30


def with_closing(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept*, ascending and not empty, with the short lines that belong to it; *words* and *link_share* are of all blocks."""
    kept = _with_lines(layout, kept, words, link_share)
    kept = _with_boxes(layout, kept, words, link_share)
    return _with_signatories(layout, _with_questions(layout, kept, words), words)


def _with_lines(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept* with the short lines that go on as it ends, in the same element: who signs, the last of the footnotes."""
    last = kept[-1]
    tag, home = layout.tag(last), layout.home(last)
    quotation = next((box for box in islice(layout.ancestors(last), 2) if layout.c_tag[box] == "blockquote"), None)
    if quotation is not None:
        home = layout.c_parent[quotation]
    closing = []
    for index in range(last + 1, min(last + 1 + _CLOSING_LINES, len(layout.b_text))):
        text = layout.b_text[index].strip()
        own = layout.tag(index)
        if layout.home(index) != home or (own in _HEADINGS if quotation is not None else own != tag):
            break
        if words[index] > _CLOSING_WORDS or link_share[index] > 0 or text.endswith((":", "：")):
            break
        if not _is_own(text, words[index]) or "|" in text:
            break
        closing.append(index)
        if quotation is not None:
            break  # who is quoted is one line
    return kept + closing


def _is_own(text: str, words: int) -> bool:
    """Whether a short line may be the text's, and is not one of its page or of its publisher."""
    rules = (UPKEEP.fullmatch, FILED.fullmatch, RELATED.match, REACH.match)
    return not is_furniture(text, words) and not any(rule(text) for rule in rules)


def _with_boxes(layout: Layout, kept: list[int], words: Sequence[int], link_share: Sequence[float]) -> list[int]:
    """*kept* with the boxes like its last one that stand beside it: those of the others who sign."""
    box = layout.home(kept[-1])
    names = layout.names(box) if box > 0 else ""
    if not names or not _is_signature(layout, box, words, link_share):
        return kept
    siblings = [at for at in range(box + 1, len(layout.c_tag)) if layout.c_parent[at] == layout.c_parent[box]]
    for sibling in siblings[:_BOXES]:
        if layout.names(sibling) != names or not _is_signature(layout, sibling, words, link_share):
            break
        kept = kept + list(range(layout.c_first[sibling], layout.c_end[sibling]))
    return kept


def _is_signature(layout: Layout, box: int, words: Sequence[int], link_share: Sequence[float]) -> bool:
    blocks = range(layout.c_first[box], layout.c_end[box])
    return (
        0 < len(blocks) <= _BOX_LINES
        and any(words[index] > 1 for index in blocks)
        and all(
            words[index] <= _CLOSING_WORDS
            and link_share[index] == 0
            and layout.tag(index) not in _HEADINGS
            and _is_own(layout.b_text[index].strip(), words[index])
            for index in blocks
        )
    )


def _with_signatories(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* with those who sign below a heading that says so, wherever it stands: a box beside the text, a table at its end."""
    found = set(kept)
    for heading, text in enumerate(layout.b_text[kept[0] :], kept[0]):
        if words[heading] > _CLOSING_WORDS or not opens_names(text):
            continue
        signed = list(islice(_signed_below(layout, heading, words), _NAMES))
        if len(signed) > 1:
            found.update((heading, *signed))
    return sorted(found)


@lru_cache(_REMEMBERED)
def opens_names(text: str) -> bool:
    """Whether a line announces who signs."""
    return _SIGNED.fullmatch(text.strip(" :：*")) is not None


def _signed_below(layout: Layout, heading: int, words: Sequence[int]) -> Iterator[int]:
    """The blocks of the list, the table or the lines of one kind that follow *heading* in its own element."""
    home, first = layout.home(heading), heading + 1
    end = layout.c_end[home] if home >= 0 else len(layout.b_text)
    if first >= end:
        return
    lists = [box for box in layout.ancestors(first) if layout.c_tag[box] in _LISTS and layout.c_first[box] > heading]
    if lists:
        end = min(end, layout.c_end[lists[-1]])
    tag = layout.tag(first)
    for index in range(first, end):
        if words[index] > _NAMES_WORDS or layout.tag(index) in _HEADINGS or (not lists and layout.tag(index) != tag):
            break
        yield index


def _with_questions(layout: Layout, kept: list[int], words: Sequence[int]) -> list[int]:
    """*kept* with the buttons that unfold its parts: the questions that they answer. What several buttons say is none."""
    if "button" not in layout.c_tag:
        return kept
    known = set(kept)
    buttons = [
        index
        for index in range(max(0, kept[0] - 1), kept[-1])
        if layout.tag(index) == "button" and words[index] <= _QUESTION_WORDS and index + 1 in known
    ]
    said = Counter(layout.b_text[index] for index in buttons)
    folded = [
        index
        for index in buttons
        if said[layout.b_text[index]] == 1 and any(name in _attributes(layout, index) for name in _FOLDED)
    ]
    return sorted(known.union(folded)) if len(folded) > 1 else kept


def _attributes(layout: Layout, index: int) -> Mapping[str, str | None]:
    return layout.c_attributes[layout.b_container[index]]
