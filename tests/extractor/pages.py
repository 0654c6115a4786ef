"""A page with a title and a body, and what is read in it when something stands in its head, before or after."""

from __future__ import annotations

from scraper import extract

BODY = (
    "<p>Geneva – The organization welcomes the plan that the ministers of eleven states agreed upon this morning in the city.</p>"
    * 3
)
URL = "https://www.a.example/node/7"


def read(head="", before="", after="", url=URL, body=BODY, attributes="", **options):
    page = (
        f"<html lang='en'><head><title>A Plan for Displaced Families | A</title>{head}</head><body {attributes}><main><article>"
        f"{before}<h1>A Plan for Displaced Families</h1>{body}{after}</article></main></body></html>"
    )
    return extract(page, url, **options)
