"""How long proving an archive takes: every body hashed, every table held against the others.

usage: python benchmarks/archive_verify.py [--captures 100000] [--words 300] [--keep FILE]

Builds an archive of invented statements (one source, pages of one template, one capture in five a re-capture), then
verifies it twice: whole, and with one byte of one body flipped, which must be found. CPU seconds of one core.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from sqlite_utils import Database

from scraper.archive import dedup, search
from scraper.archive.decide import text_digest
from scraper.archive.opening import open_database
from scraper.archive.payloads import Payloads
from scraper.archive.seals import SEALED, seal
from scraper.archive.verify import verify

NOW = "2026-11-23T06:00:00Z"
HEADERS = json.dumps([["Content-Type", "text/html; charset=utf-8"], ["Server", "nginx"], ["X-Drupal-Cache", "HIT"]])
MENU = "".join(
    f'<li class="menu-item menu-item--depth-{n % 4}"><a href="/section/{n * 37 % 999}/office-{n}" class="menu-link">'
    f"Office number {n} of the organisation</a></li>\n"
    for n in range(230)
)


def main() -> None:
    """Build, verify, damage, verify again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="leave the archive here, and use it if it is there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "archive.db"
        is_new = not path.exists()
        db = open_database(path, create=True)
        if is_new:
            build(db, asked.captures, asked.words)
        (captures, size) = db.execute("select count(*), sum(size) from captures").fetchone()
        print(
            f"{captures:,} captures, {size / captures:,.0f} bytes a page, archive of {path.stat().st_size / 2**20:,.0f} MiB"
        )
        run(db, "whole archive")
        payload_id, data = db.execute(
            "select id, data from payloads where codec <> 'raw' order by id limit 1 offset (select count(*) / 2 from payloads)"
        ).fetchone()
        flipped = data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
        db.execute("update payloads set data = ? where id = ?", [flipped, payload_id])
        run(db, f"one byte of payload {payload_id} flipped")
        db.execute("update payloads set data = ? where id = ?", [data, payload_id])
        db.close()


def run(db: Database, name: str) -> None:
    """Verify and print what it took and found."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = list(verify(db))
    print(
        f"{name}: {time.process_time() - cpu:.1f} s CPU, {time.perf_counter() - wall:.1f} s, {len(found)} findings",
        flush=True,
    )
    for finding in found[:3]:
        print(f"  {finding}")


def build(db: Database, captures: int, words: int) -> None:
    """Statements with a capture each, and a re-capture of every fourth."""
    chance = random.Random(7)
    vocabulary = ["".join(chance.choices("aeiourstnlmdp", k=chance.randint(2, 11))) for _ in range(30_000)]
    payloads = Payloads(db)
    db.execute("insert into sources (name, title, hosts, added_at) values ('org', 'Org', '[]', ?)", [NOW])
    made = 0
    while made < captures:
        with db.atomic():
            for _ in range(1000):
                made += one(db, payloads, chance, vocabulary, made, words)


def one(db: Database, payloads: Payloads, chance: random.Random, vocabulary: list[str], number: int, words: int) -> int:
    """One statement; the number of captures made."""
    text = "\n\n".join(" ".join(chance.choices(vocabulary, k=words // 5)) for _ in range(5))
    url = f"https://org.example/news/{number}"
    previous: str | None = None
    ids = []
    for fetch in range(2 if number % 4 == 0 else 1):
        head = f"<html><head><title>{text[:60]}</title></head><ul>{MENU}</ul>"
        body = f"{head}<main>{text}</main><!-- {number} {fetch} --></html>".encode()
        previous = payloads.put(body, source="org", previous=previous)
        sealed = [url, NOW, 200, HEADERS, previous, len(body), None, "[]", "[]", None]
        ids.append(
            db.execute(
                f"insert into captures ({', '.join(SEALED)}, seal, source, discovered_via) "
                f"values ({', '.join('?' * len(SEALED))}, ?, 'org', 'feed')",
                [*sealed, seal(sealed)],
            ).lastrowid
        )
    payloads.train("org", NOW)
    text_id = db.execute("insert into texts (digest, text) values (?, ?)", [text_digest(text), text]).lastrowid
    statement_id = db.execute(
        "insert into documents (source, url, title, lead, words, first_seen, last_seen) values ('org', ?, ?, ?, ?, ?, ?)",
        [url, text[:60], text[:280], words, NOW, NOW],
    ).lastrowid
    version_id = db.execute(
        "insert into versions (statement_id, number, text_id, seen_from, seen_until, extractor_version, capture_id) "
        "values (?, 1, ?, ?, ?, '1', ?)",
        [statement_id, text_id, NOW, NOW, ids[0]],
    ).lastrowid
    db.execute("update documents set version_id = ?, capture_id = ? where id = ?", [version_id, ids[-1], statement_id])
    search.index(db, statement_id or 0, title=text[:60], lead=text[:280], body=text, language=None)
    dedup.enter(db, statement_id or 0, now=NOW)
    return len(ids)


if __name__ == "__main__":
    main()
