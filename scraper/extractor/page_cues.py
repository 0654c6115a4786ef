"""What sort of page this is, as far as it bears on having a date: article, thread, listing, shop, manual.

Nobody says "no date" well (measured: peers give one to 22 to 94 of 100 pages that have none), because a page that is no
article is full of dates that are not its own. These cues are weighed against the evidence for the best date.
"""

from __future__ import annotations

import math
import re
from urllib.parse import urlsplit

from scraper.extractor.page import Body, Page

_ARTICLE_PATH = re.compile(
    r"/(?:blogs?|news|newsroom|articles?|stor(?:y|ies)|press|press-releases?|releases?|statements?|speeches|posts?|insights?|20\d\d"
    r"|guides?|noticias?|actualites?|comunicados?|media|announcements?)(?:/|$)"
)
_THREAD_PATH = re.compile(r"thread|topic|/t/|forum|discussion|/questions?/|/comments/")
_SHOP_PATH = re.compile(
    r"/(?:products?|shop|collections?|categor(?:y|ies)|services?|docs?|documentation|pricing|solutions?|store|dp|tags?|cp|c)(?:/|$)"
)
_MANUAL_PATH = re.compile(r"^docs?\.|developer|documentation|/wiki|reference/|/manual")
_CALLS = frozenset(
    ("add to cart", "buy now", "pricing", "get started", "request a demo", "book a demo", "start free trial", "free trial",
     "shop now", "contact us", "get a quote", "learn more", "view all", "see all", "load more", "apply now", "try for free")
)  # fmt: skip
_THREAD_SOFTWARE = re.compile(
    r"phpbb|vbulletin|xenforo|discourse|invision|punbb|mybb|\bsmf\b|flarum|nodebb|fluxbb|vanilla|\bxf\b", re.IGNORECASE
)
_THREAD_WORDS = re.compile(
    r"^(?:thread starter|discussion starter|quote|reply|replies|re: |posts?: \d|joined|#\d+$)",
    re.IGNORECASE | re.MULTILINE,
)
_PRICE = re.compile(r"[$€£]\s?\d")
_MANY_PRICES = 3
_OF_COMMENTS = ("comment", "leave a reply", "responses")  # one is in every line that the pattern finds
_COMMENTS = re.compile(r"\bcomments?\b|leave a reply|\bresponses\b", re.IGNORECASE)
_READING_TIME = re.compile(r"\bmin(?:ute)?s?\b.{0,6}read", re.IGNORECASE)
_BYLINE = re.compile(r"(?:written |posted |published )?by\b", re.IGNORECASE)
_ARROWS = " >→»›+.!"
_SHORT_LINE, _LINE = 32, 80  # characters


def page_cues(page: Page, body: Body, title: str, title_at: int | None) -> dict[str, float]:
    """The cues by name, each between 0 and 1; *title_at* is the block that prints the title."""
    parts = urlsplit(page.url)
    path = parts.path.lower()
    segments = [segment for segment in path.split("/") if segment]
    slug = re.findall(r"[^\W\d_]{2,}", segments[-1]) if segments else []
    types = page_types(page)
    declared = page.head.get("og:type", "").lower()
    words = sum(len(block.text.split()) for block in body.blocks)
    short = [block.text for block in body.all_text_blocks if len(block.text) < _SHORT_LINE]
    lines = "\n".join([line.replace("\n", "\v") for line in short])
    small = lines.lower()
    around = body.all_text_blocks[max(0, title_at - 6) : title_at + 11] if title_at is not None else ()
    near = [block.text for block in around if len(block.text) < _LINE]
    cues = {
        "root": not segments and not parts.query,
        "slug-4-words": len(slug) >= 4,
        "slug-7-words": len(slug) >= 7,
        "og-article": declared == "article",
        "og-other": bool(declared) and declared != "article" and "website" not in declared,
        "ld-product": bool(types & {"product", "softwareapplication", "itemlist", "collectionpage", "offer"}),
        "ld-any": bool(types),
        "article-path": _ARTICLE_PATH.search(path) is not None,
        "thread-path": _THREAD_PATH.search(f"{path}?{parts.query.lower()}") is not None,
        "shop-path": _SHOP_PATH.search(path) is not None,
        "manual-path": _MANUAL_PATH.search(parts.netloc.lower() + path) is not None,
        "author": bool(
            page.head.get("author") or page.head.get("article:author") or any("author" in item for item in page.json_ld)
        ),
        "short-title": len(title.split()) <= 3,
        "one-article": len(page.named["article"]) == 1,
        "reading-label": any(key.startswith("twitter:label") for key, _ in page.metas),
        "thread-software": _THREAD_SOFTWARE.search(_software(page)) is not None,
        "thread-words": _THREAD_WORDS.search(lines) is not None,
        "price": _PRICE.search(lines) is not None and sum(1 for line in short if _PRICE.search(line)) > _MANY_PRICES,
        "comments": any(word in small for word in _OF_COMMENTS) and _COMMENTS.search(lines) is not None,
        "byline": any(_BYLINE.match(line) for line in near),
        "reading-time": any(_READING_TIME.search(line) for line in near),
    }
    return {
        "words": math.log1p(words) / 8,
        "cards": min(
            20, sum(1 for block in body.all_text_blocks if block.tag in ("h2", "h3", "h4") and block.link_share > 0.8)
        )
        / 20,
        "calls": min(10, sum(1 for line in short if line.strip(_ARROWS).lower() in _CALLS)) / 10,
        **{name: float(value) for name, value in cues.items()},
    }


def _software(page: Page) -> str:
    """Where publishing systems leave their names: the generator, ids and classes of the outer elements."""
    words = [page.head.get("generator", "")]
    for node in (page.tree.root, page.tree.body):
        if node is not None:
            words += [node.attributes.get("id") or "", node.attributes.get("class") or ""]
    return " ".join(words)


def page_types(page: Page) -> set[str]:
    """The JSON-LD types that the page names, in small letters."""
    found: set[str] = set()
    for item in page.json_ld:
        names = item.get("@type")
        found.update(name.lower() for name in (names if isinstance(names, list) else [names]) if isinstance(name, str))
    return found
