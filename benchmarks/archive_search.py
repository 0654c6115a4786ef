"""What searching costs, and what it finds: 100,000 invented statements in six languages.

usage: python benchmarks/archive_search.py [--statements 100000] [--archive FILE] [--reps 15]

Builds an archive of statement-like documents (about 300 words each, words as frequent as Zipf's law has them), or uses
FILE if it is there, and prints tables for the README: what the trial queries in six languages find, and milliseconds
for a page of results with its passages, its facets and its months. Times are CPU time, with the file in the page cache.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

from sqlite_utils import Database

from scraper.archive.folding import fold
from scraper.archive.search import Filters, by_month, facets, index, search

# Words as people type them for texts as institutions print them.
TRIALS = [
    ("en", "Migrants were detained in Libya", ["migrant", "migrants", "libya", "LIBYA"]),
    (
        "fr",
        "Les réfugiés déplacés au Soudan, l'aide d'urgence",
        ["refugies", "réfugiés", "refugie", "urgence", "soudan"],
    ),
    ("es", "Migración y protección de los niños", ["migracion", "migración", "ninos"]),
    ("ru", "Мигранты в Судане", ["мигранты", "мигрант", "судан"]),
    ("ar", "تدعو المنظمة الدولية للهجرة في السودان واليمن", ["السودان", "سودان", "اليمن", "واليمن"]),
    ("ar", "أُعلن عن إطلاق الخطّة", ["اطلاق", "إطلاق", "الخطة", "الخطّة", "أعلن"]),
    ("zh", "苏丹和海地的流离失所者", ["苏丹", "海地", "流离失所", "流离失所者"]),
]

# The head of each language's vocabulary, most frequent first; a tail of made-up words follows.
HEADS = {
    "en": (
        "the of and to in for a with on migrants people is by as support are from that protection government "
        "their humanitarian countries assistance international displaced organization at has will families be "
        "this more children communities migration partners climate rights health response food emergency "
        "region border policy water safety shelter climate change refugees crisis aid education women access "
        "flood drought Libya Sudan Yemen Haiti"
    ),
    "fr": (
        "de la les des le et en à du pour dans migrants une sur un protection personnes par aide avec pays "
        "humanitaire populations déplacées organisation internationale soutien familles enfants gouvernement "
        "réfugiés urgence santé eau région droits climat crise frontière Soudan Libye Haïti Yémen"
    ),
    "es": (
        "de la en los y que las el para del por personas migrantes con una protección apoyo países familias "
        "niños organización internacional humanitaria gobierno derechos salud agua migración región crisis "
        "ayuda frontera clima"
    ),
    "ru": (
        "в и на с по для мигрантов помощи что от людей к защиты организация международная стран семей детей "
        "правительство здравоохранения воды региона права кризис поддержки границы Судане Йемене Ливии "
        "миграции"
    ),
    "ar": (
        "في من إلى على التي المهاجرين الدولية المنظمة للهجرة عن مع السودان اليمن ليبيا لبنان الأشخاص "
        "المساعدات الإنسانية الحماية النازحين الأسر الأطفال الحكومة الصحة المياه المنطقة الحقوق الأزمة الدعم "
        "الحدود"
    ),
    "zh": (
        "的 国际 移民 组织 和 在 人道主义 援助 流离失所者 政府 保护 苏丹 海地 也门 难民 国家 "
        "支持 家庭 儿童 社区 气候 变化 健康 粮食 紧急 地区 边境 水 安全 权利 危机"
    ),
}
SHARES = {"en": 60, "fr": 12, "es": 10, "ar": 8, "ru": 5, "zh": 5}
SOURCES = ["hq", "mena", "americas", "asia", "europe", "africa", "north", "south", "islands", "council"]
KINDS = ["press release"] * 5 + ["news"] * 3 + ["statement", "speech"]
COUNTRIES = ["SD", "YE", "HT", "LY", "LB", "PH", "CR", "BD", "UA", "SY", "ET", "SO", "CO", "VE", "NE", "TD"]
SYLLABLES = "ka ro mi te lu sa vi no da pe ri go zu be fa ne hi to wa che".split()  # noqa: SIM905
TAIL = 30_000
NOW = "2026-11-23T06:00:00+00:00"

ONE = Filters(source="mena", hide_copies=True)
QUERIES = [
    ("in most statements", "migrants"),
    ("common word", "drought"),
    ("two words", "climate policy"),
    ("phrase", '"climate change"'),
    ("prefix", "migra*"),
    ("OR and NOT", "(health OR food) NOT water"),
    ("title only", "title:health"),
    ("Arabic", "السودان"),
    ("Chinese", "苏丹"),
    ("rare word", "word-that-is-rare"),
    ("nothing", "zzyzxq"),
]


@dataclass(frozen=True)
class Document:
    """One invented statement."""

    title: str
    text: str
    language: str
    source: str
    kind: str
    published: str
    countries: tuple[str, ...]


def documents(count: int, seed: int = 7) -> Iterator[Document]:
    """Statement-like documents, the same for the same seed."""
    chance = random.Random(seed)
    vocabularies = {language: _vocabulary(language, chance) for language in HEADS}
    languages = chance.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    for number, language in enumerate(languages):
        words, weights = vocabularies[language]
        drawn = chance.choices(words, cum_weights=weights, k=chance.randint(120, 480))
        gap = "" if language == "zh" else " "
        paragraphs = [
            gap.join(drawn[at : at + 60]).capitalize() + (". " if gap else "。") for at in range(0, len(drawn), 60)
        ]
        yield Document(
            title=gap.join(chance.sample(drawn, 9)).capitalize(),
            text="\n\n".join(paragraphs) + f"\n\nReference {number}.",
            language=language,
            source=chance.choice(SOURCES),
            kind=chance.choice(KINDS),
            published=f"{chance.randint(2012, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            countries=tuple(sorted(set(chance.choices(COUNTRIES, k=chance.randint(0, 3))))),
        )


def _vocabulary(language: str, chance: random.Random) -> tuple[list[str], list[float]]:
    head = HEADS[language].split()
    tail = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(TAIL)]
    words = head + tail
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def open_archive(path: Path) -> Database:
    """An archive file with the first migration's tables, made if it is not there."""
    new = not path.exists()
    db = Database(sqlite3.connect(path, isolation_level=None))
    if new:
        script = (files("scraper.archive") / "migrations" / "0001_first.sql").read_text(encoding="utf-8")
        db.conn.executescript(script)
    db.conn.executescript(
        "pragma journal_mode = wal; pragma synchronous = normal; pragma recursive_triggers = on; "
        "pragma foreign_keys = on; pragma cache_size = -16384"
    )
    return db


def insert(db: Database, document: Document, number: int) -> int:
    """One document with its text and state, as the pipeline writes it; its id. No index, no relations."""
    db.execute(
        "insert or ignore into sources (name, title, hosts, added_at) values (?, ?, '[]', ?)",
        [document.source] * 2 + [NOW],
    )
    db.execute("insert or ignore into payloads (digest, size, codec, data) values ('-', 0, 'raw', x'')")
    url = f"https://{document.source}.example/news/{number}"
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    db.execute("insert or ignore into texts (digest, text) values (?, ?)", [digest, document.text])
    capture_id = db.execute(
        "insert into captures (url, fetched_at, http_status, headers, digest, size, source, discovered_via) "
        "values (?, ?, 200, '[]', '-', 0, ?, 'import')",
        [url, NOW, document.source],
    ).lastrowid
    statement_id = db.execute(
        "insert into documents (source, url, title, published, published_precision, language, kind, lead, words, "
        "first_seen, last_seen, capture_id) values (?, ?, ?, ?, 'day', ?, ?, ?, ?, ?, ?, ?)",
        [document.source, url, document.title, document.published, document.language, document.kind,
         document.text[:280], len(document.text.split()), NOW, NOW, capture_id],
    ).lastrowid  # fmt: skip
    version_id = db.execute(
        "insert into versions (statement_id, number, title, text_id, seen_from, seen_until, extractor_version, "
        "capture_id) select ?, 1, ?, id, ?, ?, 'bench', ? from texts where digest = ?",
        [statement_id, document.title, NOW, NOW, capture_id, digest],
    ).lastrowid
    db.execute("update documents set version_id = ? where id = ?", [version_id, statement_id])
    for country in document.countries:
        db.execute("insert into mentions values (?, ?, 1)", [statement_id, country])
    assert statement_id is not None
    return statement_id


def build(db: Database, count: int) -> None:
    """Fill the archive and say what indexing cost."""
    spent = 0.0
    for number, document in enumerate(documents(count)):
        if number % 1000 == 0:
            if number:
                db.execute("commit")
            db.execute("begin")
        statement_id = insert(db, document, number)
        started = time.process_time()
        index(
            db,
            statement_id,
            title=document.title,
            lead=document.text[:280],
            body=document.text,
            language=document.language,
        )
        spent += time.process_time() - started
    db.execute("commit")
    db.execute("pragma wal_checkpoint(truncate)")
    db.execute("analyze")
    print(f"index: {spent / count * 1e3:.2f} ms CPU a statement\n")


def trials() -> None:
    """What the trial queries find."""
    db = open_archive(Path(tempfile.mkdtemp()) / "trials.db")
    for number, (language, text, _) in enumerate(TRIALS):
        document = Document("", text, language, "hq", "news", "2026-07-01", ())
        index(db, insert(db, document, number), title="", lead=text, body=text, language=language)
    print("| language | text | found | missed |\n|---|---|--:|---|")
    found = of = 0
    for number, (language, text, queries) in enumerate(TRIALS, 1):
        hit = [query for query in queries if number in [one.statement_id for one in search(db, query).hits]]
        found, of = found + len(hit), of + len(queries)
        print(f"| {language} | {text} | {len(hit)} of {len(queries)} | {', '.join(set(queries) - set(hit))} |")
    print(f"| **all** | | **{found} of {of}** | |\n")
    db.close()


def timed(call: Callable[[], object], reps: int) -> str:
    """Median and 95th percentile of *reps* calls, in milliseconds."""
    call()
    times = []
    for _ in range(reps):
        started = time.process_time()
        call()
        times.append((time.process_time() - started) * 1e3)
    times.sort()
    return f"{statistics.median(times):.1f} / {times[int(len(times) * 0.95)]:.1f}"


def measure(db: Database, reps: int) -> None:
    """The table of milliseconds."""
    print(
        "| query | hits | top 20 with passages, p50 / p95 ms | of one source | newest first | six facets | months |\n"
        "|---|--:|--:|--:|--:|--:|--:|"
    )
    for label, query in [*QUERIES, ("no words", "")]:
        wanted = _rare(db) if query == "word-that-is-rare" else query
        cells = [
            f"{search(db, wanted, limit=0).total:,}",
            timed(lambda q=wanted: search(db, q), reps),
            timed(lambda q=wanted: search(db, q, filters=ONE), reps),
            timed(lambda q=wanted: search(db, q, order="date"), reps),
            timed(lambda q=wanted: facets(db, q), reps),
            timed(lambda q=wanted: by_month(db, q), reps),
        ]
        print(f"| {label} `{wanted}` | " + " | ".join(cells) + " |", flush=True)


def _rare(db: Database) -> str:
    """A word that about one statement in 200 has."""
    chance = random.Random(7)
    words, _ = _vocabulary("en", chance)
    (count,) = db.execute("select count(*) from documents").fetchone()
    for word in words[100:3000:20]:
        (hits,) = db.execute("select count(*) from search where search match ?", [f'"{fold(word, "en")}"']).fetchone()
        if hits <= count / 200:
            return word
    return words[3000]


def main() -> None:
    """Build what is missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--reps", type=int, default=15)
    options = parser.parse_args()
    trials()
    with tempfile.TemporaryDirectory() as folder:
        path = options.archive or Path(folder) / "search.db"
        new = not path.exists()
        db = open_archive(path)
        if new:
            build(db, options.statements)
        (count,) = db.execute("select count(*) from documents").fetchone()
        print(f"{count:,} statements, SQLite {sqlite3.sqlite_version}, {path.stat().st_size / 1e6:,.0f} MB\n")
        measure(db, options.reps)
        db.close()


if __name__ == "__main__":
    main()
