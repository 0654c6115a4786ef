"""The yardstick: Scrapy over the same site, following the same links, keeping the same bodies in SQLite. Prints JSON.

``python -m benchmarks.crawl.scrapy_run ORIGIN ARCHIVE [CONNECTIONS]``. Everything is Scrapy's default except delay and
connections, and that it is quiet; it follows what ends in ``.html`` or ``/``, commits every fifty pages, and neither
extracts nor indexes anything.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import LinkExtractor

from benchmarks.crawl.cost import resident_mb

BATCH = 50


class Store:
    """Raw bodies in SQLite."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.execute(
            "create table pages (url text primary key, status int, fetched real, sha256 text, headers text, body blob)"
        )
        self.count = 0

    def add(self, response: Response) -> None:
        """Keep one response."""
        if self.count % BATCH == 0:
            self._db.execute("begin")
        headers = json.dumps(dict(response.headers.to_unicode_dict()))
        digest = hashlib.sha256(response.body).hexdigest()
        self._db.execute(
            "insert or ignore into pages values (?, ?, ?, ?, ?, ?)",
            (response.url, response.status, time.time(), digest, headers, response.body),
        )
        self.count += 1
        if self.count % BATCH == 0:
            self._db.execute("commit")

    def close(self) -> None:
        """Commit what is left."""
        if self._db.in_transaction:
            self._db.execute("commit")
        self._db.close()


class Follow(scrapy.Spider):
    """Every page that can be reached."""

    name = "follow"

    def __init__(self, origin: str, store: Store, **other: Any) -> None:
        super().__init__(**other)
        self.start_urls = [f"{origin}/"]
        self._links = LinkExtractor(allow_domains=[urlsplit(origin).netloc], allow=r"(\.html|/)$")
        self.store = store

    def parse(self, response: Response) -> Iterator[Any]:
        """Keep, and follow."""
        self.store.add(response)
        if isinstance(response, HtmlResponse):
            for link in self._links.extract_links(response):
                yield response.follow(link.url, callback=self.parse)

    def closed(self, reason: str) -> None:
        """The crawl ended."""
        self.store.close()


def main(origin: str, path: str, connections: str = "16") -> None:
    """Crawl and say what it took."""
    settings = {
        "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": int(connections),
        "CONCURRENT_REQUESTS_PER_DOMAIN": int(connections), "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
        "USER_AGENT": "bench/0 (+loopback)",
    }  # fmt: skip
    process = CrawlerProcess(settings)
    crawler, store = process.create_crawler(Follow), Store(path)
    start, began, began_cpu = resident_mb("VmRSS"), time.perf_counter(), time.process_time()
    process.crawl(crawler, origin=origin, store=store)
    process.start()
    cost = {
        "seconds": time.perf_counter() - began,
        "cpu_s": time.process_time() - began_cpu,
        "peak_mb": resident_mb(),
        "start_mb": start,
    }
    sys.stdout.write(json.dumps({"version": scrapy.__version__, "pages": store.count, "cost": cost}))


if __name__ == "__main__":
    main(*sys.argv[1:])
