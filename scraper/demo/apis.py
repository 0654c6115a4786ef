"""Four publishers' JSON APIs in small, in the shapes that their clients meet: gov.uk, WHO, the press corner, ReliefWeb.

Documents are JSON files of the host's folder. Shapes follow public descriptions; the press corner's are unverified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from scraper.demo.server import Response

Json = Any  # what json.load gives
Query = Mapping[str, str]

APPROVED_APPNAME = "demo-archive-x7Qp"  # the one that this ReliefWeb has approved; others get 403

_JSON = (("Content-Type", "application/json; charset=utf-8"),)
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_ATOM = (("Content-Type", "application/atom+xml; charset=utf-8"),)
_RSS = (("Content-Type", "application/rss+xml; charset=utf-8"),)
NOT_FOUND = Response(
    404, _HTML, b"<!DOCTYPE html><html><head><title>Not found</title></head><body>Not found</body></html>"
)


@cache
def _load(path: Path) -> Json:
    return json.loads(path.read_text(encoding="utf-8"))


def _json(value: Json, status: int = 200) -> Response:
    return Response(status, _JSON, json.dumps(value, ensure_ascii=False).encode())


def _number(query: Query, name: str, default: int) -> int:
    return int(query[name]) if query.get(name, "").isdigit() else default


def _shell(title: str, body: str, language: str = "en") -> Response:
    page = f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    return Response(200, _HTML, f"{page}<body><h1>{escape(title)}</h1>{body}</body></html>".encode())


# --- gov.uk: search, content with its change history, Atom ------------------------------------------------------------


def _govuk(place: Path, path: str, query: Query) -> Response:
    documents = sorted(_load(place / "content.json"), key=lambda item: str(item["public_updated_at"]), reverse=True)
    by_path = {item["base_path"]: item for item in documents}
    if path == "/api/search.json":
        kinds = query.get("filter_content_store_document_type") or query.get("filter_content_store_document_type[]")
        found = [item for item in documents if kinds in (None, item["document_type"]) and not item["withdrawn_notice"]]
        start, count = _number(query, "start", 0), _number(query, "count", 10)
        results = [_govuk_result(item) for item in found[start : start + count]]
        return _json(
            {"results": results, "total": len(found), "start": start, "aggregates": {}, "suggested_queries": []}
        )
    if path.startswith("/api/content"):
        item = by_path.get(path.removeprefix("/api/content"))
        return _json(item) if item else _json({"error": "not found"}, 404)
    if path == "/search/news-and-communications.atom":
        return Response(200, _ATOM, _govuk_feed(documents).encode())
    item = by_path.get(path)
    return _shell(item["title"], item["details"]["body"], item["locale"]) if item else NOT_FOUND


def _govuk_result(item: Json) -> Json:
    return {
        "title": item["title"],
        "link": item["base_path"],
        "description": item["description"],
        "public_timestamp": item["public_updated_at"],
        "content_store_document_type": item["document_type"],
        "format": item["schema_name"],
        "_id": item["base_path"],
        "document_type": "edition",
    }


def _govuk_feed(documents: list[Json]) -> str:
    entries = "".join(
        f"<entry><id>https://govuk.example{item['base_path']}#{item['public_updated_at']}</id>"
        f"<updated>{item['public_updated_at']}</updated><link rel='alternate' type='text/html' "
        f"href='https://govuk.example{item['base_path']}'/><title>{escape(item['title'])}</title></entry>"
        for item in documents
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><feed xml:lang='en-GB' xmlns='http://www.w3.org/2005/Atom'>"
    return f"{head}<id>https://govuk.example/search/news-and-communications</id><title>News</title>{entries}</feed>"


# --- WHO: OData ------------------------------------------------------------------------------------------------------


def _who(place: Path, path: str, query: Query) -> Response:
    items = _load(place / "newsitems.json")
    if path == "/api/news/newsitems":
        culture = query.get("sf_culture", "en")
        found = [
            item for item in items if item["sf_culture"] == culture and _odata_keeps(item, query.get("$filter", ""))
        ]
        key, _, direction = query.get("$orderby", "PublicationDateAndTime desc").partition(" ")
        found.sort(key=lambda item: str(item.get(key, "")), reverse=direction.strip().lower() == "desc")
        skip, top = _number(query, "$skip", 0), min(_number(query, "$top", 50), 50)
        answer: Json = {"@odata.context": "https://who.example/api/news/$metadata#newsitems"}
        if query.get("$count") == "true":
            answer["@odata.count"] = len(found)
        return _json(
            {**answer, "value": [_odata_item(item, query.get("$select", "")) for item in found[skip : skip + top]]}
        )
    match = re.match(r"/(?:(?P<culture>fr)/)?news/item(?P<item>/.+)", path)
    for item in items if match else ():
        if match and item["ItemDefaultUrl"] == match["item"] and item["sf_culture"] == (match["culture"] or "en"):
            return _shell(item["Title"], f"<p>{item['FormatedDate']}</p>{item['Content']}", item["sf_culture"])
    return NOT_FOUND


def _odata_keeps(item: Json, condition: str) -> bool:
    """Whether *item* meets conditions such as ``PublicationDateAndTime ge 2026-01-01T00:00:00Z``, joined by "and"."""
    for field, operator, value in re.findall(r"(\w+) (gt|ge|lt|le|eq) '?([^' ]+)'?", condition):
        mine = str(item.get(field, ""))[: len(value)]
        holds = {"gt": mine > value, "ge": mine >= value, "lt": mine < value, "le": mine <= value, "eq": mine == value}
        if not holds[operator]:
            return False
    return True


def _odata_item(item: Json, select: str) -> Json:
    wanted = [name for name in select.split(",") if name]
    return {key: value for key, value in item.items() if key != "sf_culture" and (not wanted or key in wanted)}


# --- the Commission's press corner: an empty shell over JSON ---------------------------------------------------------


def _presscorner(place: Path, path: str, query: Query) -> Response:
    documents = _load(place / "documents.json")
    language = query.get("language", "en").lower()
    if path == "/commission/presscorner/api/documents":
        wanted = query.get("reference", "").upper().replace("_", "/")
        for item in documents:
            if item["refCode"] == wanted and language in item["languages"]:
                return _json(_presscorner_document(item, language))
        return _json({"error": "Document not found"}, 404)
    if path == "/commission/presscorner/api/rss":
        size = _number(query, "pagesize", 10)
        return Response(200, _RSS, _presscorner_feed(documents[:size], language).encode())
    if path.startswith("/commission/presscorner/api/"):
        return _json({"error": "no such resource"}, 404)
    return Response(200, _HTML, (place / "shell.html").read_bytes())


def _presscorner_document(item: Json, language: str) -> Json:
    text = item["languages"][language]
    return {
        "refCode": item["refCode"],
        "eventDate": item["eventDate"],
        "publishDate": item["publishDate"],
        "docuTypeResource": item["docuType"],
        "placeResource": {"description": item["place"]},
        "docuLanguageResource": {"languageResource": {"code": language.upper()}, **text},
        "docuLanguageListResources": [{"code": code.upper()} for code in item["languages"]],
        "contactResources": item["contacts"],
    }


def _presscorner_feed(documents: list[Json], language: str) -> str:
    root = "https://presscorner.example/commission/presscorner/detail"
    items = "".join(
        f"<item><title>{escape(item['languages'][language]['title'])}</title>"
        f"<link>{root}/{language}/{item['refCode'].lower().replace('/', '_')}</link>"
        f"<guid isPermaLink='false'>{item['refCode']}</guid><pubDate>{_rfc822(item['publishDate'])}</pubDate></item>"
        for item in documents
        if language in item["languages"]
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>Press corner</title>"
    return f"{head}{items}</channel></rss>"


def _rfc822(stamp: str) -> str:
    return format_datetime(datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z"))


# --- ReliefWeb -------------------------------------------------------------------------------------------------------


def _reliefweb(place: Path, path: str, query: Query) -> Response:
    if path.startswith("/v1"):
        return _json(
            {"status": 410, "error": {"type": "GoneHttpException", "message": "v1 has been decommissioned."}}, 410
        )
    if query.get("appname") != APPROVED_APPNAME:
        message = "You are not using an approved appname."
        return _json({"status": 403, "error": {"type": "AccessDeniedHttpException", "message": message}}, 403)
    reports = sorted(_load(place / "reports.json"), key=lambda item: str(item["date"]["created"]), reverse=True)
    if match := re.match(r"/v2/reports/(\d+)\Z", path):
        return _reliefweb_answer(
            [item for item in reports if item["id"] == int(match[1])], len(reports), None, whole=True
        )
    if path != "/v2/reports":
        return _json({"status": 404, "error": {"type": "NotFoundHttpException", "message": "No route found"}}, 404)
    offset, limit = _number(query, "offset", 0), min(_number(query, "limit", 10), 1000)
    more = (
        f"https://{place.name}/v2/reports?offset={offset + limit}&limit={limit}"
        if offset + limit < len(reports)
        else None
    )
    fields = {value for key, value in query.items() if key.startswith("fields[include]")}
    whole = query.get("profile") == "full" or bool(fields)
    return _reliefweb_answer(reports[offset : offset + limit], len(reports), more, whole=whole)


def _reliefweb_answer(found: list[Json], total: int, more: str | None, *, whole: bool) -> Response:
    href = "https://api.reliefweb.example/v2/reports"
    data = [
        {
            "id": str(item["id"]),
            "score": 1,
            "href": f"{href}/{item['id']}",
            "fields": {key: value for key, value in item.items() if value is not None}
            if whole
            else {"title": item["title"]},
        }
        for item in found
    ]
    links = {"self": {"href": href}} | ({"next": {"href": more}} if more else {})
    return _json({"time": 4, "href": href, "links": links, "totalCount": total, "count": len(data), "data": data})


# The values of `api` in pages.toml.
APIS: Mapping[str, Callable[[Path, str, Query], Response]] = {
    "govuk": _govuk,
    "who": _who,
    "presscorner": _presscorner,
    "reliefweb": _reliefweb,
}
