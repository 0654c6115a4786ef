"""The small newsrooms and JSON APIs beside the main site serve what is expected of them."""

from __future__ import annotations

import json
import re

import pytest
from asking import ROOT, get, words

from scraper.demo.site import FixtureSite

FAMILIES = ROOT / "fixtures" / "families"
LISTED = [
    (path.parent.name, wanted)
    for path in sorted(FAMILIES.glob("*/expected.json"))
    for wanted in json.loads(path.read_text(encoding="utf-8"))
]
ONLY_IN_SCRIPTS = {"shells.example"}
ONLY_IN_THE_API = {"presscorner.example", "api.reliefweb.example"}


@pytest.mark.parametrize(("host", "wanted"), LISTED, ids=[wanted["url"] for _, wanted in LISTED])
def test_each_family_serves_what_is_expected_of_it(site, host, wanted):
    got = get(site, "/" + wanted["url"].split("/", 3)[3], host)
    if host in ONLY_IN_SCRIPTS:
        visible = words(re.sub(r"(?s)<script\b.*?</script>", "", got.text))
        assert not any(paragraph in visible for paragraph in wanted["paragraphs"])
        return
    if host in ONLY_IN_THE_API:
        assert wanted["title"] not in got.text
        return
    text = words(got.body.decode("iso-8859-1" if host == "dreamweaver.example" else "utf-8"))
    assert got.status == 200
    for field in ("title", "first_words", "last_words"):
        assert wanted.get(field, "") in text, field
    assert all(words(other) in text for other in wanted.get("never", []))


def api(site: FixtureSite, host: str, path: str):
    got = get(site, path, host)
    assert got.headers["content-type"].startswith("application/json")
    return got.status, json.loads(got.body)


def test_govuk_lists_what_was_not_withdrawn_and_tells_its_changes(site):
    _, found = api(
        site, "govuk.example", "/api/search.json?filter_content_store_document_type=press_release&count=1&start=0"
    )
    assert (found["total"], len(found["results"])) == (2, 1)
    _, document = api(site, "govuk.example", "/api/content" + found["results"][0]["link"])
    assert [change["note"] for change in document["details"]["change_history"]][-1] == "First published."
    assert "1 October" in document["details"]["body"]
    assert api(site, "govuk.example", "/api/content/government/news/none")[0] == 404
    assert get(site, "/search/news-and-communications.atom", "govuk.example").text.count("<entry>") == 4


def test_who_pages_orders_and_filters_like_odata(site):
    def ids(query: str) -> list[str]:
        return [item["UrlName"][:7] for item in api(site, "who.example", f"/api/news/newsitems?{query}")[1]["value"]]

    assert ids("$orderby=PublicationDateAndTime%20desc&$top=2") == ["measles", "stateme"]
    assert ids("$top=2&$skip=2") == ["new-gui", "cholera"]
    assert ids("sf_culture=fr") == ["les-res"]
    assert ids("$filter=PublicationDateAndTime%20ge%202026-01-01T00:00:00Z&$orderby=LastModified%20desc") == [
        "stateme",
        "measles",
    ]
    assert api(site, "who.example", "/api/news/newsitems?$count=true&$top=0")[1]["@odata.count"] == 4


def test_the_press_corner_is_an_empty_shell_over_its_api(site):
    assert "Valencia" not in get(site, "/commission/presscorner/detail/en/statement_26_97", "presscorner.example").text
    feed = get(site, "/commission/presscorner/api/rss?language=en&pagesize=50", "presscorner.example").text
    assert feed.count("<item>") == 3
    path = "/commission/presscorner/api/documents?reference=STATEMENT/26/97&language=en"
    assert "Valencia" in api(site, "presscorner.example", path)[1]["docuLanguageResource"]["htmlContent"]
    assert api(site, "presscorner.example", path.replace("language=en", "language=fr"))[0] == 404


def test_reliefweb_wants_an_approved_name(site):
    host, query = "api.reliefweb.example", "appname=demo-archive-x7Qp&limit=3&fields[include][]=body-html"
    assert api(site, host, "/v2/reports?appname=anybody")[0] == 403
    assert api(site, host, "/v1/reports?appname=demo-archive-x7Qp")[0] == 410
    _, first = api(site, host, f"/v2/reports?{query}")
    assert (first["totalCount"], first["count"], "next" in first["links"]) == (4, 3, True)
    assert first["data"][0]["fields"]["body-html"].startswith("<p>Food distribution")
    _, last = api(site, host, f"/v2/reports?{query}&offset=3")
    assert (last["count"], "next" in last["links"]) == (1, False)
    _, one = api(site, host, "/v2/reports/3128840?appname=demo-archive-x7Qp")
    assert one["data"][0]["fields"]["origin"].startswith("https://www.iom.example/news/")
