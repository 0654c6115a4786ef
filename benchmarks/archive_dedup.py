"""How well copies, excerpts and series are told apart, and what it costs.

usage: python benchmarks/archive_dedup.py [--originals 250] [--truth DIR] [--statements 20000]

Every original gets variants that a researcher would call the same statement (white space and quotes, typos, one word
in twenty, ten or five changed, a paragraph added, dropped or moved, dateline and contact block added, the first half
only) and two that look alike but are not (every figure changed: next week's update in the same frame; the last third
shared: the same "about us"). All go into an archive in random order and are related as a crawl would relate them.
Originals are invented; with --truth they are the articles of a WCXB ground-truth folder (`main_content`).
The second table says what relating one more statement costs in an archive of --statements.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive_search import HEADS, NOW, SYLLABLES, Document, documents, insert, open_archive
from sqlite_utils import Database

from scraper.archive.dedup import relate
from scraper.archive.search import index

Variant = Callable[[str, str, random.Random, Sequence[str]], str]  # text, another text, chance, vocabulary

DATELINE = "Geneva / Nairobi – "
CONTACT = (
    "\n\nFor more information, please contact the press office in Geneva: Given Surname, +41 22 000 0000, "
    "press@office.example. The Office is the leading body in its field and works with governments, partners and "
    "communities in more than 100 countries."
)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of *text* that have words."""
    return [paragraph for paragraph in text.split("\n") if paragraph.strip()]


def typos(text: str, _other: str, chance: random.Random, _words: Sequence[str]) -> str:
    """One character in a hundred replaced."""
    characters = list(text)
    for at in chance.sample(range(len(characters)), max(1, len(characters) // 100)):
        characters[at] = chance.choice("abcdefghij")
    return "".join(characters)


def changed(share: float) -> Variant:
    """A share of the words replaced by others."""

    def change(text: str, _other: str, chance: random.Random, words: Sequence[str]) -> str:
        parts = re.split(r"(\s+)", text)
        places = [at for at in range(0, len(parts), 2) if parts[at]]
        for at in chance.sample(places, max(1, int(len(places) * share))):
            parts[at] = chance.choice(words)
        return "".join(parts)

    return change


def added(text: str, other: str, chance: random.Random, _words: Sequence[str]) -> str:
    """A paragraph of another text after the second."""
    own = paragraphs(text)
    return "\n".join([*own[:2], chance.choice(paragraphs(other)), *own[2:]])


def dropped(text: str, _other: str, chance: random.Random, _words: Sequence[str]) -> str:
    """A paragraph left out."""
    own = paragraphs(text)
    own.pop(chance.randrange(len(own)))
    return "\n".join(own)


def moved(text: str, _other: str, chance: random.Random, _words: Sequence[str]) -> str:
    """The paragraphs in another order."""
    own = paragraphs(text)
    chance.shuffle(own)
    return "\n".join(own)


def half(text: str, _other: str, _chance: random.Random, _words: Sequence[str]) -> str:
    """The first half of the paragraphs."""
    own = paragraphs(text)
    return "\n".join(own[: max(1, len(own) // 2)])


def other_figures(text: str, _other: str, chance: random.Random, _words: Sequence[str]) -> str:
    """Every figure another one of the same length."""
    return re.sub(r"\d+", lambda match: str(chance.randint(1, 10 ** len(match[0]))), text)


def shared_tail(text: str, other: str, _chance: random.Random, _words: Sequence[str]) -> str:
    """The last third of this text behind two thirds of another."""
    own, others = paragraphs(text), paragraphs(other)
    third = max(1, len(own) // 3)
    return "\n".join(others[: 2 * third] + own[-third:])


SAME: dict[str, Variant] = {
    "white space, quotes": lambda text, *_: (
        text.replace("'", "’").replace(" ", "\u00a0", 5).replace("\n", "\n\n") + " "
    ),
    "typos 1 %": typos,
    "words 5 %": changed(0.05),
    "words 10 %": changed(0.10),
    "words 20 %": changed(0.20),
    "paragraph added": added,
    "paragraph dropped": dropped,
    "paragraphs moved": moved,
    "dateline and contact": lambda text, *_: DATELINE + text + CONTACT,
    "first half": half,
}
OTHER: dict[str, Variant] = {"other figures": other_figures, "shared tail": shared_tail}
WITHIN_TEN = ("white space, quotes", "typos 1 %", "words 5 %", "words 10 %")
FIGURES = 5  # numbers that a text must have for "other figures" to be another issue


@dataclass(frozen=True)
class Member:
    """One text of the set: which family it is of, and what was done to it."""

    family: int
    kind: str
    text: str


def invented(count: int, seed: int = 11) -> list[str]:
    """Articles of 150 to 1,500 words with names and figures, the same for the same seed."""
    chance = random.Random(seed)
    words = HEADS["en"].split() * 3 + ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(4000)]
    articles = []
    for _ in range(count):
        names = ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(6)]
        figures = chance.random() < 0.8
        sentences = []
        for _ in range(chance.randint(10, 90)):
            sentence = chance.choices(words, k=chance.randint(10, 24))
            sentence.insert(chance.randint(1, 9), chance.choice(names))
            if figures and chance.random() < 0.5:
                sentence.insert(chance.randint(1, 9), f"{chance.randint(2, 90_000):,}")
            sentences.append(" ".join(sentence).capitalize() + ".")
        length = chance.randint(2, 5)
        articles.append("\n".join(" ".join(sentences[at : at + length]) for at in range(0, len(sentences), length)))
    return [article for article in articles if article.count("\n") >= 3]


def truth(folder: Path, count: int) -> list[str]:
    """Real articles: WCXB's main content, of 150 to 1,500 words in four paragraphs or more."""
    articles = []
    for file in sorted(folder.glob("*.json")):
        text = (json.loads(file.read_text(encoding="utf-8"))["ground_truth"].get("main_content") or "").strip()
        if 150 <= len(text.split()) <= 1500 and text.count("\n") >= 3:
            articles.append(text)
    return articles[:count]


def members(articles: Sequence[str], seed: int = 3) -> list[Member]:
    """The articles with all their variants, in random order."""
    chance = random.Random(seed)
    words = sorted({word for article in articles for word in article.split()})
    made = []
    for family, text in enumerate(articles):
        made.append(Member(family, "original", text))
        other = articles[(family + 1) % len(articles)]
        for kind, variant in (SAME | OTHER).items():
            if kind != "other figures" or len(re.findall(r"\d+", text)) >= FIGURES:
                made.append(Member(family, kind, variant(text, other, chance, words)))
    chance.shuffle(made)
    return made


def judge(made: Sequence[Member]) -> None:
    """Relate them all in an archive, and print what was found."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_archive(Path(folder) / "dedup.db")
        ids = []
        spent = 0.0
        db.execute("begin")
        for number, member in enumerate(made):
            document = Document(f"Title {number}", member.text, "en", "hq", "news", "2026-07-01", ())
            ids.append(insert(db, document, number))
            started = time.process_time()
            relate(db, ids[-1], now=NOW)
            spent += time.process_time() - started
        db.execute("commit")
        member_of = dict(zip(ids, made, strict=True))
        original = dict(db.execute("select id, coalesce(duplicate_of, id) from documents").fetchall())
        linked = {
            frozenset((original[one], original[other])): kind
            for one, other, kind in db.execute("select statement_id, other_id, kind from relations").fetchall()
            if kind != "copy"
        }
        db.close()
    _print_found(made, ids, original, linked)
    _print_figures(member_of, original, linked)
    print(f"\n{len(made):,} texts, {sum(len(m.text.split()) for m in made) / len(made):.0f} words on average; "
          f"{spent / len(made) * 1e3:.2f} ms CPU to relate one")  # fmt: skip


def _print_found(
    made: Sequence[Member], ids: Sequence[int], original: dict[int, int], linked: dict[frozenset[int], str]
) -> None:
    """What each kind of variant was found to be to its original."""
    firsts = {member.family: original[one] for one, member in zip(ids, made, strict=True) if member.kind == "original"}
    series = {statement for pair, kind in linked.items() if kind == "series" for statement in pair}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one, member in zip(ids, made, strict=True):
        pair = frozenset((original[one], firsts[member.family]))
        # An issue is linked to the three before it, which need not be the first.
        otherwise = "series" if original[one] in series and member.kind == "other figures" else "nothing"
        found[member.kind]["copy" if len(pair) == 1 else linked.get(pair, otherwise)] += 1
    kinds = ("copy", "edited-copy", "excerpt", "series", "nothing")
    print(f"| what was done to it | {' | '.join(kinds)} |\n|---|{'--:|' * len(kinds)}")
    for variant in (*SAME, *OTHER):
        total = found[variant].total()
        print(f"| {variant} | " + " | ".join(f"{found[variant][kind] / total:.3f}" for kind in kinds) + " |")
    copies = [found[variant]["copy"] + found[variant]["edited-copy"] for variant in WITHIN_TEN]
    of = sum(found[variant].total() for variant in WITHIN_TEN)
    halves, weekly = found["first half"], found["other figures"]
    print(f"\n| | |\n|---|--:|\n| copies found, up to 10 % of words changed | {sum(copies) / of:.3f} |")
    print(f"| excerpts found | {(halves.total() - halves['nothing'] - halves['series']) / halves.total():.3f} |")
    print(f"| series called copies | {(weekly['copy'] + weekly['edited-copy']) / weekly.total():.3f} |")


def _print_figures(member_of: dict[int, Member], original: dict[int, int], linked: dict[frozenset[int], str]) -> None:
    """Precision over all pairs that are called copies, variants among each other included."""
    groups: dict[int, list[Member]] = defaultdict(list)
    for one, member in member_of.items():
        groups[original[one]].append(member)
    right = wrong = 0
    pairs = [(a, b) for group in groups.values() for n, a in enumerate(group) for b in group[n + 1 :]]
    for pair, kind in linked.items():
        if kind == "edited-copy":
            one, other = (groups[statement] for statement in pair)
            pairs += [(a, b) for a in one for b in other]
    for a, b in pairs:
        same = a.family == b.family and not {a.kind, b.kind} & OTHER.keys()
        right, wrong = right + same, wrong + (not same)
    print(f"| precision of copies, over {right + wrong:,} pairs | {right / max(1, right + wrong):.3f} |")


def cost(statements: int) -> None:
    """What one more statement costs as the archive grows, each in a transaction of its own, as a crawl writes."""
    print(
        "\n| statements | relate, ms CPU | index, ms CPU | write and commit, ms CPU | shingles |\n|--:|--:|--:|--:|--:|"
    )
    with tempfile.TemporaryDirectory() as folder:
        db = open_archive(Path(folder) / "cost.db")
        marks = [mark for mark in (1_000, 5_000, 20_000, 50_000, 100_000) if mark <= statements]
        last: list[tuple[float, float, float]] = []  # of the latest statements
        for number, document in enumerate(documents(statements), 1):
            started = time.process_time()
            db.execute("begin")
            statement_id = insert(db, document, number)
            written = time.process_time()
            _index(db, statement_id, document)
            indexed = time.process_time()
            relate(db, statement_id, now=NOW)
            related = time.process_time()
            db.execute("commit")
            last.append((related - indexed, indexed - written, written - started + time.process_time() - related))
            if number in marks:
                (rows,) = db.execute("select count(*) from shingles").fetchone()
                means = [sum(column) / len(column) * 1e3 for column in zip(*last[-500:], strict=True)]
                print(f"| {number:,} | {' | '.join(f'{mean:.2f}' for mean in means)} | {rows:,} |", flush=True)
                last.clear()
        db.close()


def _index(db: Database, statement_id: int, document: Document) -> None:
    index(
        db, statement_id, title=document.title, lead=document.text[:280], body=document.text, language=document.language
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--originals", type=int, default=250)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--statements", type=int, default=20_000)
    options = parser.parse_args()
    judge(members(truth(options.truth, options.originals) if options.truth else invented(options.originals)))
    cost(options.statements)


if __name__ == "__main__":
    main()
