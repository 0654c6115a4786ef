"""What a statement's page says to machines: `citation_*` and Dublin Core for reference managers, JSON-LD for the rest.

Zotero's Embedded Metadata translator reads ``citation_title``, ``citation_publication_date``, ``citation_public_url``,
``citation_language`` and ``citation_author``; schema.org's NewsArticle and Dataset are what search engines read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scraper.browse.pages.statement import StatementPage
from scraper.browse.words import web_address


def metas(page: StatementPage, address: str) -> list[tuple[str, str]]:
    """Name and content of the ``<meta>`` elements of a statement's page at *address*."""
    doc = page.document
    original = web_address(doc.url)
    pairs: list[tuple[str, str | None]] = [
        ("citation_title", doc.name),
        ("citation_author", doc.author or page.source_title),
        ("citation_publication_date", doc.published.replace("-", "/") if doc.published else None),
        ("citation_publisher", page.source_title),
        ("citation_language", doc.language),
        ("citation_public_url", original or address),
        ("citation_fulltext_html_url", address),
        ("DC.title", doc.name),
        ("DC.creator", doc.author or page.source_title),
        ("DC.publisher", page.source_title),
        ("DC.date", doc.published),
        ("DC.language", doc.language),
        ("DC.identifier", doc.url),
        ("DC.source", original),
        ("DC.type", doc.kind),
        ("DC.rights", page.rights),
        ("description", page.text.replace("\n", " ")[:280] or None),
    ]
    return [(name, content) for name, content in pairs if content]


def json_ld(page: StatementPage, address: str) -> dict[str, Any]:
    """The statement as schema.org's NewsArticle, with the original as what it is based on."""
    doc = page.document
    publisher = {"@type": "Organization", "name": page.source_title}
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": doc.name,
        "url": address,
        "isBasedOn": web_address(doc.url),
        "datePublished": doc.published,
        "dateModified": doc.modified,
        "inLanguage": doc.language,
        "wordCount": doc.words,
        "publisher": publisher,
        "author": {"@type": "Person", "name": doc.author} if doc.author else publisher,
        "genre": doc.kind,
        "contentLocation": doc.place,
        "identifier": f"sha256:{page.capture.digest}" if page.capture else None,
        "archivedAt": address,
    }
    return {key: value for key, value in described.items() if value is not None}


def dataset(title: str, address: str, first: str | None, last: str | None, publishers: Sequence[str]) -> dict[str, Any]:
    """The archive as schema.org's Dataset."""
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": "Institutional statements as published, with every version and the captures that prove them.",
        "url": address,
        "temporalCoverage": f"{first}/{last}" if first and last else None,
        "about": [{"@type": "Organization", "name": name} for name in publishers[:50]],
        "isAccessibleForFree": True,
    }
    return {key: value for key, value in described.items() if value}
