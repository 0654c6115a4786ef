"""Pictures of the pages for the README: front, search, statement, changes and coverage, light and dark, and a phone.

usage: python benchmarks/screenshots.py [--archive FILE] [--to docs/screenshots]

Without ``--archive`` an invented archive is shown (tests/browse/invented.py). Needs playwright and Debian's chromium.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browse"))

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
)  # fmt: skip
DESK = {"width": 1280, "height": 820}
PHONE = {"width": 390, "height": 844}


def main() -> None:
    """Serve, look, save."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "docs" / "screenshots")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = options.archive or Path(folder) / "archive.db"
        if not path.exists():
            from invented import build

            build(path, statements=900, hostile=False)
        with serving(path) as url:
            for name in look(url, shots(path), options.to):
                print(name)


def shots(path: Path) -> dict[str, str]:
    """Name -> page; the statement is a long English one that was edited, the search one that finds much."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    statement = conn.execute(
        "select id from documents where language = 'en' order by revision_count > 1 desc, words desc, id desc limit 1"
    ).fetchone()[0]
    word = "migration" if conn.execute("select 1 from sources where name = 'iom'").fetchone() else "floods"
    conn.close()
    return {
        "front": "/",
        "search": f"/search?q={word}",
        "statement": f"/statements/{statement}",
        "changes": "/changes?what=revised",
        "coverage": "/coverage",
    }


@contextmanager
def serving(path: Path):
    """The archive in datasette, as readers see it; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", str(path), "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urlopen(f"{url}/robots.txt", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def look(url: str, pages: dict[str, str], folder: Path):
    """Take every picture; yields the names of the files."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=list(FLAGS))
        for scheme in ("light", "dark"):
            for device, viewport in (("", DESK), ("-phone", PHONE)):
                context = browser.new_context(viewport=viewport, color_scheme=scheme)
                page = context.new_page()
                for name, path in pages.items():
                    if device and (scheme == "dark" or name not in ("search", "statement")):
                        continue
                    page.goto(url + path)
                    page.wait_for_load_state("networkidle")
                    file = folder / f"{name}{device}-{scheme}.png"
                    page.screenshot(path=file)
                    yield str(file)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
