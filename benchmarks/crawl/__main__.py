"""Pages a second and processor seconds a page of a whole crawl, beside Scrapy where it is installed; a million URLs.

usage: python -m benchmarks.crawl [throughput|known] [--pages 2000] [--documentation] [--repeat 1]

Without a name it runs both. The throughput needs nginx (Debian: nginx-light) to serve the pages on loopback;
--documentation takes the pages of installed Debian documentation packages instead of written ones.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from benchmarks.crawl import known, throughput


def main() -> int:
    """Run what is asked for and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", nargs="?", choices=["throughput", "known"])
    parser.add_argument("--pages", type=int, default=throughput.PAGES)
    parser.add_argument("--documentation", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    asked = parser.parse_args()
    if asked.row != "known":
        if shutil.which("nginx") is None:
            print("nginx is not installed: apt-get install --no-install-recommends nginx-light", file=sys.stderr)
            return 2
        _throughput(asked)
    if asked.row != "throughput":
        _known()
    return 0


def _throughput(asked: argparse.Namespace) -> None:
    about, runs = throughput.run(pages=asked.pages, documentation=asked.documentation, repeat=asked.repeat)
    print(about)
    print("| program | pages | pages/s | CPU s per 1,000 | peak MB |\n|---|--:|--:|--:|--:|")
    for one in runs:
        print(
            f"| {one.program} | {one.pages} | {one.pages_per_s:.0f} | {one.cpu_per_1000:.1f} | {one.cost.peak_mb:.0f} |"
        )


def _known() -> None:
    print("| known URLs | peak MB of a small crawl | ms to pick the next URL |\n|--:|--:|--:|")
    found = known.run()
    for one in found:
        print(f"| {one.urls:,} | {one.peak_mb:.0f} | {one.pick_ms:.3f} |")
    print(f"| target | at most {found[0].peak_mb + 50:.0f} | below 1 |")


if __name__ == "__main__":
    sys.exit(main())
