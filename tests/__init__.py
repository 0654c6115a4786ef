"""Tests as a specification; they read pages as the command line does, with one thread."""

import os

from scraper.cli import ONE_THREAD

for name in ONE_THREAD:
    os.environ.setdefault(name, "1")
