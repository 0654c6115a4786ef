"""A publisher that issues some statements only as PDF: they are statements, the files beside a page are attachments."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive.store import Archive
from scraper.config import parse_source
from tests.crawling import crawl_pages, rows
from tests.extractor.pdf_builder import pdf

COMMUNIQUE = (Path(__file__).parent.parent / "fixtures" / "pdf" / "joint-communique.pdf").read_bytes()
WORDS = "The Council thanks its members and will publish the report of the meeting before the end of the year. " * 3
HOST = "https://council.example"
PAGES = {
    "/statements": b"""<h1>Statements</h1>
        <p><a href="/statements/2025/communique.pdf">Joint communique</a> 14 May 2025</p>
        <p><a href="/statements/2025/scan.pdf">Declaration</a></p>
        <p><a href="/statements/2025/thanks">Thanks</a></p><p><a href="/files/budget.pdf">Budget</a></p>""",
    "/statements/2025/thanks": f"<title>Thanks</title><h1>The Council thanks its members</h1><article><p>{WORDS}</p>"
    '<p>Read <a href="/files/report.pdf">the report</a> of the meeting.</p></article>'.encode(),
    "/statements/2025/communique.pdf": COMMUNIQUE,
    "/statements/2025/scan.pdf": pdf([[]]),
    "/files/report.pdf": COMMUNIQUE,
    "/files/budget.pdf": COMMUNIQUE,
}
SOURCE = parse_source(
    """
    hosts = ["council.example"]
    seeds = ["https://council.example/statements"]
    statement = ['^/statements/\\d{4}/']
    crawl_delay = 0
    """,
    "council.toml",
    least_delay=timedelta(0),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "archive.db"
    crawl_pages(path, SOURCE, PAGES, runs=2)
    return path


def test_a_pdf_that_the_sources_patterns_name_is_a_statement(archive: Path) -> None:
    found = rows(archive, "select url, title, published, language, revision_count from statements order by url")
    assert found == [
        (f"{HOST}/statements/2025/communique.pdf", "River States Agree on a Common Plan for Displaced Families",
         "2025-05-14", "en", 1),
        (f"{HOST}/statements/2025/thanks", "The Council thanks its members", None, "en", 1),
    ]  # fmt: skip


def test_its_bytes_are_kept_as_they_came(archive: Path) -> None:
    ((capture,),) = rows(archive, "select capture_id from statements where url like '%communique.pdf'")
    with Archive(archive, readonly=True) as opened:
        assert opened.facts.capture(capture).body == COMMUNIQUE


def test_its_words_are_found(archive: Path) -> None:
    with Archive(archive, readonly=True) as opened:
        assert [hit.url for hit in opened.search("boatmen").hits] == [f"{HOST}/statements/2025/communique.pdf"]


def test_a_pdf_without_text_is_a_failure_that_says_so(archive: Path) -> None:
    failures = rows(archive, "select url, kind, message from failures")
    assert [(url, kind) for url, kind, _ in failures] == [(f"{HOST}/statements/2025/scan.pdf", "empty")]
    assert "scanned" in failures[0][2]


def test_a_file_beside_a_statement_stays_its_attachment(archive: Path) -> None:
    assert rows(archive, "select count(*) from captures where url like '%/files/%'") == [(0,)]
    files = "select l.url from links l join documents d on d.id = l.statement_id where l.attachment and d.url like '%thanks'"
    assert rows(archive, files) == [(f"{HOST}/files/report.pdf",)]
