"""Pages a second and processor seconds a page of a whole crawl, beside Scrapy where it is installed.

usage: python -m benchmarks.crawl [--pages 2000] [--documentation] [--repeat 1]

Needs nginx (Debian: nginx-light) to serve the pages on loopback; --documentation takes the pages of installed Debian
documentation packages instead of written ones.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from benchmarks.crawl.throughput import PAGES, run


def main() -> int:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--documentation", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    asked = parser.parse_args()
    if shutil.which("nginx") is None:
        print("nginx is not installed: apt-get install --no-install-recommends nginx-light", file=sys.stderr)
        return 2
    about, runs = run(pages=asked.pages, documentation=asked.documentation, repeat=asked.repeat)
    print(about)
    print("| program | pages | pages/s | CPU s per 1,000 | peak MB |\n|---|--:|--:|--:|--:|")
    for one in runs:
        print(
            f"| {one.program} | {one.pages} | {one.pages_per_s:.0f} | {one.cpu_per_1000:.1f} | {one.cost.peak_mb:.0f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
