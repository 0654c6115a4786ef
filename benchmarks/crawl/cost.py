"""What a command of the scraper costs, measured inside its own process: seconds, processor seconds, peak memory.

``python -m benchmarks.crawl.cost FILE CLIENT COMMAND...`` runs one command line as `scraper` would, with CLIENT (httpx,
httpx2) or with the client that is used anyway (-), and writes its cost to FILE as JSON; :func:`measure` does that in a
child process, so that servers and yardsticks do not count.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    seconds: float  # wall clock, imports not counted
    cpu_s: float  # user and system, all threads, its children with it
    peak_mb: float  # resident, at its highest
    start_mb: float  # resident before the command began
    child_mb: float = 0.0  # peak of its largest child


def measure(
    command: Sequence[str], *, core: int | None = None, client: str = "-", timeout_s: float = 3600
) -> tuple[Cost, str]:
    """Run ``scraper COMMAND`` in a process of its own, on one *core* if given: its cost and its standard output.

    Raises RuntimeError with the command's complaints if it ends with another code than 0 or 1 (pages failed).
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cost.json"
        done = run_python(["-m", "benchmarks.crawl.cost", str(file), client, *command], core=core, timeout_s=timeout_s)
        if done.returncode not in {0, 1} or not file.exists():
            raise RuntimeError(f"scraper {' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        return Cost(**json.loads(file.read_text())), done.stdout


def run_python(
    arguments: Sequence[str], *, core: int | None = None, timeout_s: float = 3600
) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with *arguments* from the project's folder, on one *core* if given."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        try:
            output, complaints = process.communicate(timeout=timeout_s)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, complaints)


def resident_mb(field: str = "VmHWM") -> float:
    """Resident memory of this process, its peak (``VmHWM``) or now (``VmRSS``), in MB of 10^6 bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith(field))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def main(argv: Sequence[str]) -> int:
    """Run a command line and write down what it took."""
    from scraper import cli

    cli.one_thread()
    from scraper import commands
    from scraper.crawler import fetch

    del commands  # imported so that importing is not measured
    file, client, *command = argv
    if client != "-":
        fetch.CORES = {client: fetch.CORES[client]}
    start, began, began_cpu = resident_mb("VmRSS"), time.perf_counter(), time.process_time()
    code = cli.main(command)
    took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += children.ru_utime + children.ru_stime
    cost = Cost(took, cpu, resident_mb(), start, children.ru_maxrss * 1024 / 1e6)
    Path(file).write_text(json.dumps(asdict(cost)))
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
