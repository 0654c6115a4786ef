"""The commands of the command line, thin: parse, call, report. Importing this package registers them all."""

from scraper.commands import browse, crawl, extract, file, keep, leave, prove, read, report, sources, sql

__all__ = ["browse", "crawl", "extract", "file", "keep", "leave", "prove", "read", "report", "sources", "sql"]
