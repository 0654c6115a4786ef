"""The fixture site: a small, lively imitation of an institution's websites, served on loopback.

Files under ``fixtures/site`` are the content; this package renders and serves them. It is used by ``scraper demo``,
by the tests and by a developer (``python -m scraper.demo.site``). It never imports the rooms, and they never import it.
"""
