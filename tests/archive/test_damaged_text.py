"""A text that was damaged in the file is mended when its words are read in a capture once more."""

from __future__ import annotations

from pathlib import Path

from archive_builder import NOW, add_statement

from scraper.archive.store import Archive
from scraper.model import Statement

URL = "https://iom.example/a"


def test_a_damaged_text_is_mended_when_its_capture_is_read_again(tmp_path: Path) -> None:
    words = "What the ministers said."
    with Archive(tmp_path / "a.db", create=True) as archive:
        add_statement(archive.db, [words], URL)
        archive.db.execute("update texts set text = 'What the ministers paid.'")
        assert any("its words do not have its digest" in finding.what for finding in archive.verify())
        held = archive.readings.find("iom", URL)
        assert held is not None
        archive.readings.reread(held, Statement(url=URL, title="A title", text=words, language="en"), 1, NOW)
        assert archive.statement(held.id).text == words
        assert archive.verify() == []
