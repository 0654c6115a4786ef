"""Tests as a specification; they read pages as the command line does, with one thread."""

from scraper.cli import one_thread

one_thread()
