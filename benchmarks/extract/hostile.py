"""Pages that somebody wrote to stop us: what each costs, in a process of its own so that memory is its own as well."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

DEEP = 100_000
LONG = 1_000_000


def _page(body: str) -> bytes:
    return f"<html><head><title>A page</title></head><body><h1>A page</h1>{body}</body></html>".encode(
        "utf-8", "surrogatepass"
    )


PAGES: Mapping[str, Callable[[], bytes]] = {
    "100,000 nested <div>": lambda: _page("<div>" * DEEP + "x"),
    "100,000 nested <b>": lambda: _page("<b>" * DEEP + "x"),
    "100,000 nested <p><span>": lambda: _page("<p><span>" * DEEP + "x"),
    "100,000 nested <table>": lambda: _page("<table><tr><td>" * DEEP + "x"),
    "100,000 nested <ul><li>": lambda: _page("<ul><li>x" * DEEP),
    "100,000 nested <a>": lambda: _page('<a href="/x">x' * DEEP),
    "100,000 nested <svg>": lambda: _page("<svg>" * DEEP),
    "100,000 <option>": lambda: _page("<select>" + "<option>x" * DEEP),
    "100,000 attributes": lambda: _page("<div " + " ".join(f"a{n}=1" for n in range(DEEP)) + ">x</div>"),
    "an attribute of 1 MB": lambda: _page(f'<p class="{"x" * LONG}">x</p>'),
    "a class of 500,000 words": lambda: _page(f'<p class="{"x " * (LONG // 2)}">x</p>'),
    "a word of 10 MB": lambda: _page("<p>" + "x" * 10 * LONG),
    "20 MB of one-letter elements": lambda: _page("<i>x</i>" * (20 * LONG // 8)),
    "20 MB of one-letter paragraphs": lambda: _page("<p>x" * (20 * LONG // 4)),
    "20 MB of links": lambda: _page('<a href="/x">x</a> ' * (20 * LONG // 19)),
    "5 MB of <br>": lambda: _page("<p>" + "x<br>" * LONG),
    "5 MB of dates": lambda: _page("<p>8 July 2026 " * (5 * LONG // 15)),
    "5 MB of dates in one paragraph": lambda: _page("<p>" + "8 July 2026 " * (5 * LONG // 12)),
    "5 MB of dashes": lambda: _page("<p>Geneva – " + "– " * LONG),
    "5 MB of country names": lambda: _page("<p>" + "Chad Johnson, New Mexico, Georgia, " * (5 * LONG // 35)),
    "5 MB of NUL": lambda: b"<p>x" + b"\0" * 5 * LONG,
    "5 MB of lone surrogates": lambda: _page("<p>" + "\ud800x" * LONG),
    "5 MB of <": lambda: b"<" * 5 * LONG,
    "5 MB of <!--": lambda: b"<!--" * LONG,
    "5 MB of &": lambda: b"<p>" + b"&" * 5 * LONG,
    "5 MB of unclosed quotes": lambda: b"<p " + b"a='" * LONG,
    "5 MB of UTF-16 called UTF-8": lambda: ("<p>" + "word " * LONG).encode("utf-16"),
    "100,000 <meta>": lambda: b"<head>" + b'<meta name="date" content="2026-07-08">' * DEEP,
    "100,000 <h1>": lambda: _page("<h1>A title of a page</h1>" * DEEP),
    "100,000 <time>": lambda: _page('<time datetime="2026-07-08">8 July</time>' * DEEP),
    "JSON-LD nested 100,000 deep": lambda: _page(f'<script type="application/ld+json">{"[" * DEEP}</script>'),
}
# Processor time and peak memory of one extraction, the interpreter and its imports apart.
_ONE = """
import sys, time
from benchmarks.extract.hostile import PAGES, peak_megabytes
from scraper import extract
extract("<p>" + "Zzyzx Qwrtp Xkcd Brrr " * 9)  # what is loaded once is loaded now
html = PAGES[sys.argv[1]]()
start = time.process_time()
extract(html, "https://a.example/", content_type="text/html; charset=utf-8").text.encode("utf-8")
print(len(html) / 1e6, time.process_time() - start, peak_megabytes())
"""


def peak_megabytes() -> float:
    """The most memory that this process had; `getrusage` would count that of the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def worst() -> Iterator[tuple[str, float, float, float]]:
    """(name, megabytes, processor seconds, peak megabytes) of each page."""
    for name in PAGES:
        done = subprocess.run([sys.executable, "-c", _ONE, name], capture_output=True, text=True, check=True)
        megabytes, seconds, peak = map(float, done.stdout.split())
        yield name, megabytes, seconds, peak
