"""The commands of the command line, thin: parse, call, report. Importing this package registers them all."""

from scraper.commands import browse, crawl, extract, keep, leave, prove, read, sources

__all__ = ["browse", "crawl", "extract", "keep", "leave", "prove", "read", "sources"]
