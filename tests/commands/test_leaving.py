"""What leaves an archive and comes back: exports, backups, manifests, WARC files."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tests.commands.conftest import Run
from tests.crawling import rows

ROOT = Path(__file__).parents[2]


def test_leaving_and_coming_back(run: Run, first_day: Path, tmp_path: Path) -> None:
    """A WARC of the archive, imported into a new one, gives the same captures."""
    out = tmp_path / "all.warc.gz"
    assert run("export", "--archive", first_day, "--format", "warc", "--output", out)[0] == 0
    files = []
    for source in sorted((ROOT / "scraper/demo/sources").glob("*.toml")):
        copy = tmp_path / source.name
        copy.write_text(source.read_text().replace("crawl_delay = 0", "crawl_delay = 1"))
        files += ["--source-file", copy]
    back = tmp_path / "back.db"
    code, _, err = run("import", "--archive", back, out, *files)
    assert code == 0, err
    sql = "select url, digest from captures where url in (select url from documents) order by 1, 2"
    assert rows(back, sql) == rows(first_day, sql)
    code, _, _ = run("import", "--archive", back, out, *files)
    assert code == 0
    assert rows(back, sql) == rows(first_day, sql)


def test_export_to_a_file_says_how_much_it_wrote(run: Run, demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.jsonl"
    code, printed, said = run("export", "Zimbabwe", "-o", out, "--archive", demo)
    assert (code, printed) == (0, "")
    assert said.strip() == f"{out}: {len(out.read_text(encoding='utf-8').splitlines())} statements"
    assert run("export", "zzyzxq", "-o", tmp_path / "none.jsonl", "--quiet", "--archive", demo) == (
        0,
        "",
        "",
    )


def test_backup_is_an_archive(run: Run, demo: Path, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "copy.db", "--archive", demo)[0] == 0
    assert run("verify", "--archive", tmp_path / "copy.db")[0] == 0
    assert run("backup", tmp_path / "copy.db", "--archive", demo)[0] != 0


def test_what_verify_finds_stale_reindex_makes_again(run: Run, demo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("backup", copy, "--archive", demo)[0] == 0
    with contextlib.closing(sqlite3.connect(copy)) as conn, conn:
        conn.execute("update search_content set body = '' where statement_id = 1")
    code, _, err = run("verify", "--archive", copy)
    assert code == 1
    assert "scraper archive reindex" in err
    assert run("archive", "reindex", "--archive", copy)[0] == 0
    assert run("verify", "--archive", copy)[0] == 0


def test_an_earlier_manifest_is_held_against_the_archive(run: Run, demo: Path, tmp_path: Path) -> None:
    code, manifest, _ = run("export", "--manifest", "--archive", demo)
    assert code == 0
    earlier = tmp_path / "manifest.tsv"
    earlier.write_text(manifest, encoding="utf-8", newline="\n")
    assert run("verify", "--sample", "0", "--manifest", earlier, "--archive", demo)[0] == 0
    *lines, total = manifest.splitlines(keepends=True)
    earlier.write_text(
        "".join(lines).replace("capture\t1\t", "capture\t1000001\t") + total, encoding="utf-8", newline="\n"
    )
    code, _, err = run("verify", "--sample", "0", "--manifest", earlier, "--archive", demo)
    assert code == 3
    assert "does not hold this capture as it did then: 1000001" in err
    assert "its last line does not fit" in err
    earlier.write_text("".join(lines), encoding="utf-8", newline="\n")
    code, _, err = run("verify", "--sample", "0", "--manifest", earlier, "--archive", demo)
    assert code == 3
    assert "the total, is not there" in err
