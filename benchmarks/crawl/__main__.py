"""The crawl's figures: pages a second beside Scrapy, a million known URLs, a run without news, many hosts at once, a crawl
that is killed again and again, what freshness costs. "stages" says where the processor time goes.

usage: python -m benchmarks.crawl [throughput|stages|known|quiet|hosts|killed|freshness] [--pages N] [--documentation] [--repeat 1]
                                  [--hosts 40] [--delay 1]

--pages are those of the site (throughput: 2000) or of each host (hosts: 20; killed: 25).

Without a name it runs all. The throughput needs nginx (Debian: nginx-light) to serve the pages on loopback;
--documentation takes the pages of installed Debian documentation packages instead of written ones.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from benchmarks.crawl import freshness, hosts, killed, known, quiet, stages, throughput

STAGED_PAGES = 400  # enough to see where the time goes
ROWS = ("throughput", "stages", "known", "quiet", "hosts", "killed", "freshness")


def main() -> int:
    """Run what is asked for and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", nargs="?", choices=ROWS)
    parser.add_argument("--pages", type=int)
    parser.add_argument("--documentation", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--delay", type=float, default=hosts.DELAY_S)
    parser.add_argument("--hosts", type=int, default=hosts.HOSTS)
    asked = parser.parse_args()
    rows = [asked.row] if asked.row else ROWS
    if "throughput" in rows:
        if shutil.which("nginx") is None:
            print("nginx is not installed: apt-get install --no-install-recommends nginx-light", file=sys.stderr)
            return 2
        _throughput(asked)
    if "stages" in rows:
        _stages(min(asked.pages or STAGED_PAGES, STAGED_PAGES))
    if "known" in rows:
        _known()
    if "quiet" in rows:
        _quiet()
    if "hosts" in rows:
        _hosts(asked.hosts, (asked.row and asked.pages) or hosts.PAGES, asked.delay)
    if "killed" in rows:
        _killed(asked.hosts, (asked.row and asked.pages) or 25)
    if "freshness" in rows:
        _freshness()
    return 0


def _throughput(asked: argparse.Namespace) -> None:
    about, runs = throughput.run(
        pages=asked.pages or throughput.PAGES, documentation=asked.documentation, repeat=asked.repeat
    )
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


def _hosts(count: int, pages: int, delay_s: float) -> None:
    one = hosts.run(count, pages, delay_s)
    print(
        f"| hosts, {delay_s:g} s between requests | pages | seconds | ideal | over | late: median, 95 % | CPU ms a page |"
    )
    print("|--:|--:|--:|--:|--:|--:|--:|")
    print(
        f"| {one.hosts} with {one.pages} pages each | {one.answered:,} | {one.cost.seconds:.1f} | {one.ideal_s:.1f} | "
        f"{one.over:.1%} | {1000 * one.late_s:.0f}, {1000 * one.latest_s:.0f} ms | {1000 * one.cost.cpu_s / one.answered:.1f} |"
    )
    print("| target, for 200 with 100 each | | | | at most 10 % | | |")
    print(
        f"The work fills {one.cost.cpu_s / one.ideal_s:.0%} of one core for the ideal time; above 100 % that is the limit."
    )
    if (count, pages) != (200, 100):
        print("Scaled down: --hosts 200 --pages 100 is the case that the target speaks of.")


def _killed(count: int, pages: int) -> None:
    one = killed.run(count, pages)
    print("| killed | pages | archived | of these twice | asked for twice | most after one kill | in flight at most |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    print(
        f"| {one.kills} times | {one.pages:,} | {one.archived:,} | {one.kept_twice} | {one.asked_twice} | "
        f"{one.most_at_once} | {one.in_flight} |"
    )
    print("| target | | all | 0 | | at most those in flight | |")


def _freshness() -> None:
    one = freshness.run()
    print("| simulated pages | fresh | requests a day | at a fixed interval as fresh | share |\n|--:|--:|--:|--:|--:|")
    print(
        f"| {one.pages:,} | {one.freshness:.1%} | {one.requests:,} | {one.fixed:,}, every {one.interval_days:.1f} days | "
        f"{one.requests / one.fixed:.0%} |\n| target | | | | at most 50 % |"
    )


if __name__ == "__main__":
    sys.exit(main())
