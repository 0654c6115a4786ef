"""Learn how to choose title, author and date, and say how well it was learned.

    python -m training.fields.fit DATA

DATA is the unpacked WCXB dev set (`html/`, `ground-truth/`; CC-BY-4.0, see NOTICE). Each field is a choice among candidates,
"none" included, by a linear score: a conditional logit with a Gaussian prior, fitted on all pages. What is reported, and
written beside the weights, is measured on hosts that the fit has not seen (five folds by host). Output:
`scraper/extractor/field_weights.json`. Needs numpy and scipy.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from scipy.optimize import minimize

from scraper import dom
from scraper.extractor.anchors import read_anchors
from scraper.extractor.authors import author_candidates
from scraper.extractor.blocks import read_layout
from scraper.extractor.body import find_body
from scraper.extractor.date_evidence import collect, title_position
from scraper.extractor.dateline import read_dateline
from scraper.extractor.page import Body, Page
from scraper.extractor.page_cues import page_cues
from scraper.extractor.published import date_candidates, none_features
from scraper.extractor.titles import best_title, title_candidates

OUT = Path(__file__).parents[2] / "scraper" / "extractor" / "field_weights.json"
FOLDS = 5
PRIOR = 1.0  # of the weights' squares; 0.3 to 3 differ by less than half a point
# What we know and the pages cannot show (none has a dateline, few a dated URL): where the prior has its middle, not 0.
EXPECTED = {"dateline": 3.0, "url-day": 2.0, "url-month": 1.0, "change-beside-published": -2.0}
MAX_INVENTED = 0.05  # share of the pages without a date that may be given one


@dataclass
class Example:
    """One page's choice: a row of features a candidate, which rows are right, and the fold of its host."""

    id: str
    fold: int
    names: list[str]
    rows: list[dict[str, float]]
    right: list[bool]
    has_field: bool


# --- the pages --------------------------------------------------------------------------------------------------------


def pages(data: Path) -> Iterator[tuple[str, dict[str, object], Page, Body]]:
    """(id, reference, page, body) of every page of the set."""
    for path in sorted((data / "ground-truth").glob("*.json")):
        item = json.loads(path.read_text("utf-8"))
        raw = (data / "html" / f"{path.stem}.html").read_bytes()
        tree = dom.parse(dom.decode_html(raw, "text/html; charset=utf-8"))
        page = Page(tree, item.get("url") or "", "")
        yield path.stem, item["ground_truth"], page, find_body(read_layout(tree), page)


def fold_of(page_id: str, url: str) -> int:
    """The fold of a page: all pages of a host share it."""
    return int(hashlib.md5((urlsplit(url).hostname or page_id).encode()).hexdigest(), 16) % FOLDS


def words(text: str | None) -> str:
    """The words of *text*, case and punctuation dropped: titles that have the same are equal."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold()))


def people(text: str | None) -> set[str]:
    """The names in *text*: authors are equal if they are the same set."""
    text = re.sub(r"^\s*(written\s+)?by\b[:\s]*", "", text or "", flags=re.IGNORECASE)
    parts = re.split(r"[,;&|/\n•]| and | und | with ", text)
    return {name for name in map(words, parts) if name}


# --- one example a page and field -------------------------------------------------------------------------------------


def title_example(page_id: str, truth: dict, page: Page, body: Body) -> Example:
    """The candidates for the title; a page always has one."""
    found = title_candidates(page, body)
    wanted = words(truth["title"])
    right = [any(words(text) == wanted for _, text in candidate.spellings) for candidate in found]
    names = [candidate.text for candidate in found]
    return Example(page_id, fold_of(page_id, page.url), names, [c.features for c in found], right, True)


def author_example(page_id: str, truth: dict, page: Page, body: Body, title: str) -> Example:
    """The candidates for the author, the last of them nobody."""
    found = author_candidates(page, body, title_position(body, title), read_anchors(page))
    wanted = people(truth.get("author"))
    right = [bool(wanted) and people(candidate.text) == wanted for candidate in found]
    rows = [candidate.features for candidate in found] + [{"none": 1.0}]
    names = [candidate.text for candidate in found] + [""]
    return Example(page_id, fold_of(page_id, page.url), names, rows, [*right, not wanted], bool(wanted))


def date_example(page_id: str, truth: dict, page: Page, body: Body, title: str) -> Example:
    """The candidates for the date, the last of them none."""
    title_at = title_position(body, title)
    dateline = read_dateline([block.text for block in body.blocks])
    evidence = collect(page, body, title_at, dateline, [page.lang] if page.lang else [], None)
    found = date_candidates(evidence, title_at)
    cues = page_cues(page, body, title, title_at)
    wanted = (truth.get("publish_date") or "")[:10]
    right = [bool(wanted) and candidate.on.isoformat().startswith(wanted) for candidate in found]
    rows = [candidate.features for candidate in found] + [none_features(found, cues)]
    names = [candidate.on.isoformat() for candidate in found] + [""]
    return Example(page_id, fold_of(page_id, page.url), names, rows, [*right, not wanted], bool(wanted))


# --- learning ---------------------------------------------------------------------------------------------------------


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """The weights under which the right candidates are most likely; pages whose right answer is out of reach teach nothing."""
    names = sorted({name for example in examples for row in example.rows for name in row})
    column = {name: index for index, name in enumerate(names)}
    tables = []
    for example in examples:
        if any(example.right):
            table = np.zeros((len(example.rows), len(names)))
            for index, row in enumerate(example.rows):
                for name, value in row.items():
                    table[index, column[name]] = value
            tables.append((table, np.array(example.right)))

    middle = np.array([EXPECTED.get(name, 0.0) for name in names])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = PRIOR * (weights - middle) @ (weights - middle), 2 * PRIOR * (weights - middle)
        for table, right in tables:
            scores = table @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            hit = np.where(right, share, 0)
            value -= np.log(hit.sum())
            gradient = gradient + table.T @ (share - hit / hit.sum())
        return value, gradient

    found = minimize(loss, middle, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return {name: round(float(weight), 3) for name, weight in zip(names, found, strict=True)}


def pick(example: Example, weights: dict[str, float], margin: float = 0.0) -> int:
    """The index of the chosen candidate; the last one, "none", gets *margin* on top where there is one."""
    scores = [sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in example.rows]
    if not scores:
        return -1
    if not example.names[-1]:
        scores[-1] += margin
    return max(range(len(scores)), key=scores.__getitem__)


def cross_validate(examples: Sequence[Example]) -> list[tuple[Example, dict[str, float]]]:
    """Each example with weights that were learned without its host."""
    found = []
    for fold in range(FOLDS):
        weights = fit([example for example in examples if example.fold != fold])
        found += [(example, weights) for example in examples if example.fold == fold]
    return found


def figures(checked: Sequence[tuple[Example, dict[str, float]]], margin: float = 0.0) -> dict[str, float]:
    """exact: share of pages with the field that are right; invented: of pages without it that are given one."""
    exact = given = invented = 0
    with_field = sum(example.has_field for example, _ in checked)
    for example, weights in checked:
        index = pick(example, weights, margin)
        answer = index >= 0 and example.names[index] != ""
        if example.has_field:
            given += answer
            exact += answer and example.right[index]
        else:
            invented += answer
    without = len(checked) - with_field
    return {
        "pages": with_field,
        "exact": round(exact / with_field, 4),
        "precision": round(exact / max(1, given), 4),
        "pages_without": without,
        "invented": round(invented / without, 4) if without else 0.0,
    }


def main(data: Path) -> None:
    """Learn all three, print and write."""
    loaded = list(pages(data))
    tables: dict[str, dict[str, object]] = {}

    def learn(field: str, examples: list[Example], *, bounded: bool = False) -> dict[str, float]:
        checked = cross_validate(examples)
        margin = 0.0
        while bounded and figures(checked, margin)["invented"] > MAX_INVENTED:
            margin = round(margin + 0.05, 2)
        weights = fit(examples)
        if bounded:
            weights["margin"] = margin
        reach = sum(any(example.right) for example in examples) / len(examples)
        measured = figures(checked, margin) | {"reach": round(reach, 4)}
        print(field, measured, "margin", margin)
        tables[field] = {"weights": weights, "cross_validated": measured}
        return weights

    titles = learn("title", [title_example(*each) for each in loaded])
    named = [(*each, (best_title(title_candidates(*each[2:]), titles) or ("", ""))[0]) for each in loaded]
    learn("author", [author_example(*each) for each in named])
    learn("published", [date_example(*each) for each in named], bounded=True)
    record = {"data": "WCXB dev, 1,358 pages, CC-BY-4.0", "folds": "5, by host", "prior": PRIOR}
    OUT.write_text(json.dumps({"made": record, **tables}, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
