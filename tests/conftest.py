"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# How long an example takes says how busy the machine is. What must be fast is measured in benchmarks/.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait for a server's pause, a browser or another process."""
    return (os.cpu_count() or 1) + 1
