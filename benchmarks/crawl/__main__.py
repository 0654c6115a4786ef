"""The crawl's figures: pages a second beside Scrapy, a million known URLs, a run without news, many hosts at once.
"stages" says where the processor time goes.

usage: python -m benchmarks.crawl [throughput|stages|known|quiet|hosts] [--pages 2000] [--documentation] [--repeat 1] [--hosts 40]

Without a name it runs all. The throughput needs nginx (Debian: nginx-light) to serve the pages on loopback;
--documentation takes the pages of installed Debian documentation packages instead of written ones.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from benchmarks.crawl import hosts, known, quiet, stages, throughput

STAGED_PAGES = 400  # enough to see where the time goes


def main() -> int:
    """Run what is asked for and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", nargs="?", choices=["throughput", "stages", "known", "quiet", "hosts"])
    parser.add_argument("--pages", type=int, default=throughput.PAGES)
    parser.add_argument("--documentation", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--hosts", type=int, default=40)
    asked = parser.parse_args()
    rows = [asked.row] if asked.row else ["throughput", "stages", "known", "quiet", "hosts"]
    if "throughput" in rows:
        if shutil.which("nginx") is None:
            print("nginx is not installed: apt-get install --no-install-recommends nginx-light", file=sys.stderr)
            return 2
        _throughput(asked)
    if "stages" in rows:
        _stages(min(asked.pages, STAGED_PAGES))
    if "known" in rows:
        _known()
    if "quiet" in rows:
        _quiet()
    if "hosts" in rows:
        _hosts(asked.hosts)
    return 0


def _throughput(asked: argparse.Namespace) -> None:
    about, runs = throughput.run(pages=asked.pages, documentation=asked.documentation, repeat=asked.repeat)
    print(about)
    print("| program | pages | pages/s | CPU s per 1,000 | peak MB |\n|---|--:|--:|--:|--:|")
    for one in runs:
        peak = f"{one.cost.peak_mb:.0f}" + (f" + {one.cost.child_mb:.0f} each" if one.cost.child_mb else "")
        print(f"| {one.program} | {one.pages} | {one.pages_per_s:.0f} | {one.cpu_per_1000:.1f} | {peak} |")


def _stages(pages: int) -> None:
    kept, found = stages.run(pages)
    print(f"| stage of a crawl of {kept} pages | CPU ms a page |\n|---|--:|")
    for name, milliseconds in [*found.items(), ("all", sum(found.values()))]:
        print(f"| {name} | {milliseconds:.2f} |")


def _known() -> None:
    print("| known URLs | peak MB of a small crawl | ms to pick the next URL |\n|--:|--:|--:|")
    found = known.run()
    for one in found:
        print(f"| {one.urls:,} | {one.peak_mb:.0f} | {one.pick_ms:.3f} |")
    print(f"| target | at most {found[0].peak_mb + 50:.0f} | below 1 |")


def _quiet() -> None:
    one = quiet.run()
    print("| known URLs, all due | answers 304 | URLs/s | CPU s per 1,000 |\n|--:|--:|--:|--:|")
    print(
        f"| {one.urls:,} | {one.not_modified:,} | {one.urls_per_s:.0f} | {one.cpu_per_1000:.2f} |\n| target | | at least 800 | |"
    )


def _hosts(count: int) -> None:
    one = hosts.run(count)
    print("| hosts, a second between requests | pages | seconds | ideal | over |\n|--:|--:|--:|--:|--:|")
    over = one.seconds / one.ideal_s - 1
    print(
        f"| {one.hosts} | {one.archived} | {one.seconds:.1f} | {one.ideal_s:.1f} | {over:.0%} |\n| target | | | | at most 10 % |"
    )


if __name__ == "__main__":
    sys.exit(main())
