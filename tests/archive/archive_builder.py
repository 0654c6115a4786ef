"""A small archive written row by row, so that tests of one module need no other."""

import hashlib
import json
from functools import partial

from scraper.archive import dedup, search
from scraper.archive.decide import text_digest
from scraper.archive.opening import open_database
from scraper.archive.payloads import Payloads
from scraper.archive.seals import SEALED, seal

NOW = "2026-11-23T06:00:00Z"
HTML = [("Content-Type", "text/html; charset=utf-8"), ("X-Nonce", "ä"), ("Content-Encoding", "gzip")]


def new_archive(folder, name="archive.db"):
    return open_database(folder / name, create=True)


def page(number, noise="", words=400):
    """A page of one template, its words by number, compressible as real pages are."""
    menu = "".join(
        f'<li class="menu-item depth-{n % 3}"><a href="/section/{n}">Section {n}</a></li>' for n in range(60)
    )
    picks = (hashlib.sha256(f"{number}/{n}".encode()).hexdigest()[:6] for n in range(words))
    body = " ".join(picks)
    return f"<html><nav>{menu}</nav><main><p>{body}</p></main><!-- {noise} --></html>".encode()


def add_source(db, name="iom", title="International Organization for Migration"):
    db.execute(
        "insert or ignore into sources (name, title, hosts, added_at) values (?, ?, '[]', ?)", [name, title, NOW]
    )


def add_capture(
    db, body, url="https://iom.example/a", *, at=NOW, source="iom", headers=HTML, status=200, previous=None, asked=()
):
    add_source(db, source)
    digest = Payloads(db).put(body, source=source, previous=previous)
    sealed = [url, at, status, json.dumps(headers), digest, len(body), None, "[]", json.dumps(asked), "192.0.2.7"]
    return db.execute(
        f"insert into captures ({', '.join(SEALED)}, seal, source, discovered_via) "
        f"values ({', '.join('?' * len(SEALED))}, ?, ?, 'feed')",
        [*sealed, seal(sealed), source],
    ).lastrowid


def add_statement(db, texts, url="https://iom.example/a", *, source="iom", title="A title", language="en", **columns):
    """A statement whose states have *texts*, each read from a capture of its own; its id."""
    add_source(db, source)
    statement_id = db.execute(
        "insert into documents (source, url, title, language, words, first_seen, last_seen) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        [source, url, title, language, len(texts[-1].split()), NOW, NOW],
    ).lastrowid
    set_column = partial(_set, db, statement_id)
    for number, text in enumerate(texts, 1):
        at = f"2026-11-{number:02}T06:00:00Z"
        capture_id = add_capture(db, f"<main>{text}</main>".encode(), url, at=at, source=source)
        db.execute("insert or ignore into texts (digest, text) values (?, ?)", [text_digest(text), text])
        (text_id,) = db.execute("select id from texts where digest = ?", [text_digest(text)]).fetchone()
        version_id = db.execute(
            "insert into versions (statement_id, number, title, text_id, seen_from, seen_until, extractor_version, "
            "capture_id) values (?, ?, ?, ?, ?, ?, '1', ?)",
            [statement_id, number, title, text_id, at, at, capture_id],
        ).lastrowid
        for column, value in (("version_id", version_id), ("capture_id", capture_id), ("revision_count", number)):
            set_column(column, value)
    for column, value in columns.items():
        set_column(column, value)
    lead = texts[-1][:20]
    set_column("lead", lead)
    search.index(db, statement_id, title=title or "", lead=lead, body=texts[-1], language=language)
    dedup.enter(db, statement_id, now=NOW)
    return statement_id


def _set(db, statement_id, column, value):
    db.execute(f"update documents set {column} = ? where id = ?", [value, statement_id])
