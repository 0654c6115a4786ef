"""An invented archive: statements in six languages with everything that can happen to a statement.

Written straight into the schema, so that the pages are tested against rows and not against a crawl. Deterministic:
the same arguments give the same rows.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from phrases import PLACES, SOURCES, TOPICS, sentences, title

from scraper.archive import opening

START = date(2019, 1, 7)
TODAY = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
COUNTRIES = ("SD", "YE", "UA", "VE", "BD", "LY", "MX", "ET", "SY", "CO", "AF", "HT", "NE", "PH")
KINDS = ("press release", "statement", "speech", "news", "advisory")
EXTRACTOR = "2.1.0"

# Everything that a page could say to be taken for more than text.
HOSTILE = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> {{ 7*7 }} {% raw %} ${7*7} '
    "'; drop table documents; -- \"><svg onload=window.hacked=1> javascript:window.hacked=1"
)
HOSTILE_URL = 'javascript:window.hacked=1//"><script>window.hacked=1</script>'
HOSTILE_PAGE = """<!doctype html><html><head><title>As it was</title><base href="{away}/base/">
<script src="{away}/script.js"></script><script>window.hacked=1;fetch('{away}/fetch')</script>
<link rel="preconnect" href="{away}"><link rel="dns-prefetch" href="{away}"><link rel="prefetch" href="{away}/prefetch">
<link rel="stylesheet" href="{away}/style.css"><link rel="icon" href="{away}/icon.png">
<meta http-equiv="refresh" content="0;url={away}/refresh"><style>@import url({away}/import.css);
body {{ background: url({away}/background.png) }}</style></head><body onload="window.hacked=1">
<h1>A captured heading</h1><p>Captured words that a reader may read.</p><img src="{away}/image.png" alt="a picture">
<iframe src="{away}/frame"></iframe><object data="{away}/object"></object><embed src="{away}/embed">
<video src="{away}/video" autoplay></video><svg><image href="{away}/svg.png"/><script>window.hacked=1</script></svg>
<form action="{away}/form"><input name="q" autofocus onfocus="this.form.submit()"><button>Send</button></form>
<a href="javascript:window.hacked=1">a script link</a> <a href="{away}/link" ping="{away}/ping">an outward link</a>
<math><maction actiontype="statusline" xlink:href="javascript:window.hacked=1">x</maction></math></body></html>"""


@dataclass
class Invented:
    """Where the interesting rows are."""

    path: Path
    seed: int = 1
    ids: dict[str, int] = field(default_factory=dict)


def as_text(day: date | datetime) -> str:
    if isinstance(day, datetime):
        return day.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{day.isoformat()}T09:00:00Z"


class Builder:
    """Rows, one statement after another, in one transaction."""

    def __init__(self, path: Path, seed: int = 1) -> None:
        self.db: sqlite3.Connection = opening.open_database(path, create=True).conn
        self.db.execute("begin immediate")
        self.chance = random.Random(seed)
        self.found = Invented(path, seed)
        self.texts: dict[str, int] = {}
        self.payloads: set[str] = set()
        for name, spec in SOURCES.items():
            self.insert(
                "sources", name=name, title=spec.title, homepage=f"https://{spec.host}/", hosts=json.dumps([spec.host]),
                languages=json.dumps(spec.languages), rights=spec.rights, added_at=as_text(START),
            )  # fmt: skip
        self.db.execute("insert or replace into meta values ('title', 'An invented archive')")

    def insert(self, table: str, **values: object) -> int:
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        return int(
            self.db.execute(f"insert into {table} ({columns}) values ({marks})", [*values.values()]).lastrowid or 0
        )

    def text(self, text: str, markdown: str | None = None) -> int:
        digest = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
        if digest not in self.texts:
            self.texts[digest] = self.insert(
                "texts", digest=digest, text=text, markdown=text if markdown is None else markdown
            )
        return self.texts[digest]

    def payload(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        if digest not in self.payloads:
            self.payloads.add(digest)
            self.insert("payloads", digest=digest, size=len(body), codec="raw", data=body)
        return digest

    def run(self, source: str, at: datetime, **counts: object) -> int:
        return self.insert(
            "runs", **{
                "source": source, "command": "crawl", "started_at": as_text(at),
                "finished_at": as_text(at + timedelta(minutes=7)), "outcome": "finished", "requests": 40,
                "software_version": "0.1.0", "extractor_version": EXTRACTOR, **counts,
            },
        )  # fmt: skip

    def statement(
        self, source: str, language: str, published: str | None, *, name: str, body: str, kind: str | None = "news",
        place: str | None = None, seen: date | None = None, body_html: bytes | None = None, url: str | None = None,
        status: str = "live", markdown: str | None = None, author: str | None = None, contact: str | None = None,
    ) -> int:  # fmt: skip
        """One statement with its capture, first state, sighting and event; its id."""
        day = as_text(seen or START)
        number = self.db.execute("select coalesce(max(id), 0) + 1 from documents").fetchone()[0]
        url = url or f"https://{SOURCES[source].host}/{language}/news/{number}"
        precision = {10: "day", 7: "month", 4: "year"}[len(published)] if published else None
        statement_id = self.insert(
            "documents", source=source, url=url, title=name, published=published, published_precision=precision,
            published_source="meta" if published else None, published_printed=published, language=language,
            languages=json.dumps([language]), kind=kind, place=place, author=author, contact=contact,
            lead=body.replace("\n\n", " ")[:280], words=len(body.split()), first_seen=day, last_seen=as_text(TODAY),
            status=status, gone_since=as_text(TODAY - timedelta(days=9)) if status == "gone" else None,
            confidence=0.93,
        )  # fmt: skip
        url_id = self.insert(
            "urls", url=url, source=source, host=SOURCES[source].host, role="statement", state="waiting",
            statement_id=statement_id, discovered_via="sitemap", first_seen=day, due_at=as_text(TODAY),
            fetched_at=day, http_status=200,
        )  # fmt: skip
        self.insert(
            "sightings", source=source, url=url, url_id=url_id, statement_id=statement_id, discovered_via="sitemap",
            listed_on=f"https://{SOURCES[source].host}/sitemap.xml", published=published, first_seen=day, last_seen=day,
        )  # fmt: skip
        html = body_html or f"<!doctype html><title>{number}</title><h1>Capture {number}</h1><p>{body}</p>".encode()
        capture_id = self.capture(url, url_id, source, day, html)
        version_id = self.insert(
            "versions", statement_id=statement_id, number=1, title=name, text_id=self.text(body, markdown), seen_from=day,
            seen_until=as_text(TODAY), extractor_version=EXTRACTOR, capture_id=capture_id, contact=contact,
        )  # fmt: skip
        self.db.execute(
            "update documents set version_id = ?, capture_id = ? where id = ?", [version_id, capture_id, statement_id]
        )
        self.event("new", statement_id, day, version_id)
        return statement_id

    def capture(self, url: str, url_id: int, source: str, at: str, body: bytes, status: int = 200) -> int:
        return self.insert(
            "captures", url=url, url_id=url_id, fetched_at=at, http_status=status,
            headers=json.dumps([["Content-Type", "text/html; charset=utf-8"], ["X-Hostile", HOSTILE]]),
            digest=self.payload(body), size=len(body), source=source, discovered_via="sitemap", elapsed_ms=120,
        )  # fmt: skip

    def revise(self, statement_id: int, at: datetime, body: str, name: str | None = None) -> None:
        """The statement is found with other words."""
        source, url, title_now, count, contact = self.db.execute(
            "select source, url, title, revision_count, contact from documents where id = ?", [statement_id]
        ).fetchone()
        (url_id,) = self.db.execute("select id from urls where statement_id = ?", [statement_id]).fetchone()
        capture_id = self.capture(url, url_id, source, as_text(at), f"<p>{body}</p>".encode())
        self.db.execute("update versions set seen_until = ? where statement_id = ? and number = ?", [
            as_text(at - timedelta(days=1)), statement_id, count])  # fmt: skip
        version_id = self.insert(
            "versions", statement_id=statement_id, number=count + 1, title=name or title_now, text_id=self.text(body),
            changed=json.dumps(["text"] + (["title"] if name else [])), seen_from=as_text(at), seen_until=as_text(TODAY),
            extractor_version=EXTRACTOR, capture_id=capture_id, contact=contact,
        )  # fmt: skip
        self.db.execute(
            "update documents set title = ?, version_id = ?, capture_id = ?, revision_count = ?, changed_at = ?, lead = ?, "
            "words = ? where id = ?",
            [
                name or title_now,
                version_id,
                capture_id,
                count + 1,
                as_text(at),
                body[:280],
                len(body.split()),
                statement_id,
            ],
        )
        self.event("revised", statement_id, as_text(at), version_id, "text")

    def event(
        self, what: str, statement_id: int, at: str, version_id: int | None = None, detail: str | None = None
    ) -> None:
        (source,) = self.db.execute("select source from documents where id = ?", [statement_id]).fetchone()
        self.insert(
            "events", at=at, source=source, statement_id=statement_id, what=what, version_id=version_id, detail=detail
        )

    def relate(self, later: int, earlier: int, kind: str, score: float, evidence: str) -> None:
        self.insert(
            "relations", statement_id=later, other_id=earlier, kind=kind, score=score, evidence=evidence,
            first_seen=as_text(TODAY),
        )  # fmt: skip

    def unarchived(self, source: str, published: str | None, outcome: str, n: int) -> None:
        """A URL that was listed and is not in the archive."""
        url = f"https://{SOURCES[source].host}/unarchived/{outcome}/{n}"
        url_id = self.insert(
            "urls", url=url, source=source, host=SOURCES[source].host, role="statement", first_seen=as_text(START),
            state="excluded" if outcome == "excluded" else "waiting", discovered_via="sitemap", due_at=as_text(TODAY),
            fails=2 if outcome == "failed" else 0, reason="robots" if outcome == "excluded" else None,
        )  # fmt: skip
        self.insert(
            "sightings", source=source, url=url, url_id=url_id, discovered_via="sitemap", published=published,
            first_seen=as_text(START), last_seen=as_text(TODAY),
        )  # fmt: skip
        if outcome == "failed":
            self.insert("failures", source=source, url=url, url_id=url_id, at=as_text(TODAY), kind="http", http_status=503,
                        attempts=4, message="the server answered 503 four times; the next run asks again")  # fmt: skip


def build(
    path: Path, statements: int = 200, seed: int = 1, away: str = "http://192.0.2.1", hostile: bool = True
) -> Invented:
    """Make the archive at *path*; *away* is the address that hostile captures try to reach."""
    builder = Builder(path, seed)
    ordinary(builder, statements)
    special(builder)
    if hostile:
        bring_hostility(builder, away)
    bookkeeping(builder)
    index(builder.db)
    builder.db.execute("commit")
    builder.db.close()
    return builder.found


def ordinary(builder: Builder, statements: int) -> None:
    """The mass: a topic, a place, a language, a date each."""
    chance = builder.chance
    days = (TODAY.date() - START).days
    names = list(SOURCES)
    for n in range(statements):
        day = START + timedelta(days=round(days * (n / statements) ** 0.8))
        source = chance.choices(names, weights=[8, 5, 3, 2])[0]
        language = chance.choice(SOURCES[source].languages)
        topic = chance.choice(TOPICS)
        place = chance.choice(PLACES)
        body = "\n\n".join(sentences(language, topic, place, chance) for _ in range(chance.randint(3, 6)))
        published = day.isoformat()
        if n % 29 == 7:
            published = published[:7]
        statement_id = builder.statement(
            source, language, None if n % 37 == 5 else published, name=title(language, topic, place, chance), body=body,
            kind=chance.choices(KINDS, weights=[5, 4, 2, 6, 1])[0], place=place.name.get(language), seen=day,
        )  # fmt: skip
        for country in {place.country, *chance.sample(COUNTRIES, chance.randint(0, 3))}:
            builder.insert("mentions", statement_id=statement_id, country=country, count=chance.randint(1, 6))
        builder.insert("tags", statement_id=statement_id, scheme="sdg", tag=str(chance.randint(1, 17)))
        builder.insert("tags", statement_id=statement_id, scheme="theme", tag=topic)
        if n % 11 == 3:
            edited = body.replace("\n\n", "\n\nThe figures above were corrected. ", 1)
            builder.revise(statement_id, datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=3), edited)
        if n % 23 == 9:
            at = as_text(TODAY - timedelta(days=chance.randint(1, 60)))
            builder.db.execute("update documents set status = 'gone', gone_since = ? where id = ?", [at, statement_id])
            builder.event("gone", statement_id, at, detail="404 in three runs over nine days")


def special(builder: Builder) -> None:
    """One of each kind that the tests ask for by name."""
    ids = builder.found.ids
    original = (
        "Los Angeles – Countries across the Americas adopted a declaration on rivers today.\n\n"
        "With this declaration, 21 countries recognize the urgent need to protect 4,500 kilometres of river.\n\n"
        "Everyone who lives beside the water is invited to the next meeting."
    )
    ids["edited"] = builder.statement(
        "rivers", "en", "2022-06-10", name="Statement on the Declaration on Rivers", body=original, kind="statement",
        place="Los Angeles", seen=date(2022, 6, 11), author="Ana Example", contact="Media office, press@rivers.example",
        markdown=original.replace("With this", "## What was agreed\n\n- one\n- two\n\nWith *this*").replace(
            "meeting", "[meeting](https://rivers.example/meeting)"),
    )  # fmt: skip
    builder.revise(
        ids["edited"], datetime(2022, 6, 14, 6, tzinfo=UTC), original.replace("21 countries", "20 countries")
    )
    builder.revise(
        ids["edited"], datetime(2022, 7, 2, 6, tzinfo=UTC),
        original.replace("21 countries", "20 countries").replace("Everyone who lives", "Everybody living"),
        name="Statement on the Los Angeles Declaration on Rivers",
    )  # fmt: skip
    ids["copy"] = builder.statement(
        "water", "en", "2022-06-12", name="Reprint: Declaration on Rivers", body=original, seen=date(2022, 6, 12)
    )
    builder.db.execute("update documents set duplicate_of = ? where id = ?", [ids["edited"], ids["copy"]])
    builder.relate(ids["copy"], ids["edited"], "copy", 1.0, "same text, word for word")
    builder.event("copy", ids["copy"], "2022-06-12T09:00:00Z")
    ids["arabic"] = builder.statement(
        "rivers", "ar", "2022-06-10", name="بيان بشأن إعلان لوس أنجلوس للأنهار", kind="statement", place="لوس أنجلوس",
        body="لوس أنجلوس – اعتمدت بلدان الأمريكتين اليوم إعلانا بشأن الأنهار.\n\n"
        "تعترف 20 دولة بالحاجة إلى حماية الأنهار في السودان واليمن.",
        seen=date(2022, 6, 11),
    )  # fmt: skip
    builder.relate(ids["arabic"], ids["edited"], "translation", 1.0, "declared by the page")
    ids["chinese"] = builder.statement(
        "rivers", "zh", "2022-06-10", name="关于洛杉矶河流宣言的声明", kind="statement", place="洛杉矶",
        body="洛杉矶——美洲各国今天通过了一项关于河流的宣言。\n\n20个国家承认有必要保护苏丹和也门的河流。", seen=date(2022, 6, 11),
    )  # fmt: skip
    builder.relate(ids["chinese"], ids["edited"], "translation", 1.0, "declared by the page")
    ids["gone"] = builder.statement(
        "water", "en", "2023-03-02", name="A statement that was taken down", status="gone", seen=date(2023, 3, 3),
        body="Geneva – This text is no longer where it was.\n\nThe archive keeps it.",
    )  # fmt: skip
    builder.event("gone", ids["gone"], as_text(TODAY - timedelta(days=9)), detail="404 in three runs over nine days")
    builder.db.execute(
        "update documents set status_reason = ? where id = ?",
        [f"HTTP 404 since https://water.example/{'a-long-name-' * 9} was closed", ids["gone"]],
    )
    ids["series"] = builder.statement(
        "water",
        "en",
        "2023-03-09",
        name="Flood update 12",
        body="Update 12 – 310 families reached.",
        seen=date(2023, 3, 9),
    )
    builder.relate(ids["series"], ids["gone"], "series", 0.8, "same frame, other figures")
    ids["undated"] = builder.statement(
        "water", "en", None, name="A page without a date", body="No date here.", kind=None
    )
    for country in ("US", "MX", "SD"):
        builder.insert("mentions", statement_id=ids["edited"], country=country, count=2)


def bring_hostility(builder: Builder, away: str) -> None:
    """A statement of which every field, and whose capture, tries to be more than text."""
    ids = builder.found.ids
    ids["hostile"] = builder.statement(
        "rivers", "en", "2024-02-03", name=HOSTILE, body=f"{HOSTILE}\n\nSecond paragraph. {HOSTILE}", kind=HOSTILE,
        place=HOSTILE, seen=date(2024, 2, 4), url=HOSTILE_URL, author=HOSTILE, contact=HOSTILE,
        markdown=f"# {HOSTILE}\n\n[click](javascript:window.hacked=1) <b onclick=window.hacked=1>x</b> ![i]({away}/md.png)",
        body_html=HOSTILE_PAGE.format(away=away).encode(),
    )  # fmt: skip
    builder.insert("tags", statement_id=ids["hostile"], scheme="theme", tag=HOSTILE)
    builder.insert("links", statement_id=ids["hostile"], position=0, url=HOSTILE_URL, text=HOSTILE, attachment=1)
    builder.insert("mentions", statement_id=ids["hostile"], country="SD", count=1)
    builder.event("suspected", ids["hostile"], as_text(TODAY), detail=HOSTILE)


def bookkeeping(builder: Builder) -> None:
    """Runs, gaps and problems."""
    for source in SOURCES:
        for week in range(6, 0, -1):
            builder.run(source, TODAY - timedelta(weeks=week), new=3, fetched=5, revised=1)
        problems = ["no new statement for 40 days; usually one in 9"] if source == "water" else []
        outcome = "budget" if source == "water" else "finished"
        builder.run(source, TODAY, new=2, fetched=4, outcome=outcome, problems=json.dumps(problems))
    for n in range(24):
        builder.unarchived("water", f"2021-{n % 12 + 1:02d}-10", ("excluded", "failed", "waiting")[n % 3], n)


def index(db: sqlite3.Connection) -> None:
    """Fill the search index as the archive does."""
    from scraper.archive import search

    rows = db.execute(
        "select d.id, d.title, d.lead, t.text, d.language from documents d join versions v on v.id = d.version_id "
        "join texts t on t.id = v.text_id"
    ).fetchall()
    for statement_id, name, lead, text, language in rows:
        search.index(db, statement_id, title=name or "", lead=lead, body=text, language=language)
