"""What changes between the crawls T0 to T5, what only seems to, and what is expected of each."""

from __future__ import annotations

import json
import re

import pytest
from asking import ROOT, SEED, article, get, words

from scraper.demo.content import read_content
from scraper.demo.site import FixtureSite

# --- noise and validators ---------------------------------------------------------------------------------------------


def test_bytes_differ_at_every_fetch_but_the_article_does_not(site):
    first, second = get(site, SEED).text, get(site, SEED).text
    assert first != second
    assert article(first) == article(second)


@pytest.mark.parametrize(
    "pattern",
    [r"itok=[\w-]+", r"<!-- rendered .*?-->", r'nonce="[^"]+"', r"Viewed [\d,]+ times", r"Updated: \d+ min \d+ sec ago",
     r"css_[\w-]+\.css", r'"permissionsHash": "[^"]+"', r'<div class="views-row"><a href="[^"]+"'],
)  # fmt: skip
def test_each_kind_of_noise_is_there(site, pattern):
    assert len({tuple(re.findall(pattern, get(site, SEED).text)) for _ in range(4)}) > 1


def test_a_seed_repeats_the_noise():
    bodies = []
    for _ in range(2):
        with FixtureSite(noise_seed=7) as seeded:
            bodies.append(get(seeded, SEED).body)
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("page_id", "validator", "again"),
    [("P1", "etag", 304), ("P5", "last-modified", 304), ("P15", "etag", 200), ("P19", None, 200)],
    ids=["working ETag", "Last-Modified", "ETag that never repeats", "no validator"],
)
def test_conditional_requests_meet_all_kinds_of_servers(site, page_id, validator, again):
    page = site.state.page(page_id)
    headers = get(site, page.path).headers
    assert {name for name in ("etag", "last-modified") if name in headers} == ({validator} if validator else set())
    asked = {"If_None_Match": headers.get("etag", '"x"')}
    if validator == "last-modified":
        asked = {"If_Modified_Since": headers["last-modified"]}
    assert get(site, page.path, **asked).status == again


def test_an_edit_and_a_redesign_change_the_validators(fresh):
    path = fresh.state.page("P8").path
    tags = {}
    for crawl in fresh.crawls:
        fresh.at = crawl
        tags[crawl] = get(fresh, path).headers["etag"]
    assert tags["T0"] == tags["T1"]
    assert tags["T2"] == tags["T3"]
    assert len(set(tags.values())) == 4


def test_half_of_the_statements_and_more_answer_304(site):
    statuses = []
    for (host, path), page in site.state.pages.items():
        if page.kind in ("press_release", "speech") and page.host.endswith("iom.example"):
            headers = get(site, path, host).headers
            asked = {"If_None_Match": headers["etag"]} if "etag" in headers else {}
            if "last-modified" in headers:
                asked["If_Modified_Since"] = headers["last-modified"]
            statuses.append(get(site, path, host, **asked).status)
    assert statuses.count(304) > len(statuses) * 2 / 3
    assert statuses.count(200) >= 5


# --- the timeline -----------------------------------------------------------------------------------------------------


def test_t1_changes_nothing_but_noise(fresh):
    before = dict(fresh.state.pages)
    fresh.at = "T1"
    assert dict(fresh.state.pages) == before


@pytest.mark.parametrize(
    ("page_id", "crawl", "status"),
    [("P12", "T3", 404), ("P13", "T3", 410), ("P14", "T3", 301), ("P15", "T3", 404), ("P16", "T3", 200),
     ("P17", "T3", 503), ("P17", "T4", 200), ("P12", "T4", 404), ("P12", "T5", 200), ("P13", "T5", 410)],
)  # fmt: skip
def test_fates_of_pages(fresh, page_id, crawl, status):
    path = fresh.state.page(page_id).path
    fresh.at = crawl
    assert get(fresh, path).status == status


def test_p16_says_not_found_with_status_200(fresh):
    path = fresh.state.page("P16").path
    fresh.at = "T3"
    assert "<h1" in (html := get(fresh, path).text)
    assert "Page not found" in html
    assert "Marcano" not in html


def test_p14_redirects_to_its_new_slug_and_p15_moves_silently(fresh):
    old = fresh.state.page("P14").path
    text = article(get(fresh, fresh.state.page("P15").path).text)
    fresh.at = "T3"
    assert get(fresh, old).headers["location"] == fresh.state.page("P14").url
    assert article(get(fresh, fresh.state.page("P15").path).text) == text


def test_a_renamed_host_redirects_every_path(fresh):
    fresh.at = "T3"
    got = get(fresh, "/news?page=0", "philippines.iom.example")
    assert (got.status, got.headers["location"]) == (301, "https://manila.iom.example/news?page=0")
    assert fresh.state.page("P34").host == "manila.iom.example"
    assert "manila.iom.example" in fresh.resolve


def test_p8_reads_at_t5_as_it_did_at_t0(fresh):
    path = fresh.state.page("P8").path
    spelling = {}
    for crawl in ("T0", "T2", "T5"):
        fresh.at = crawl
        spelling[crawl] = set(re.findall("(recieved|received) the keys", get(fresh, path).text))
    assert spelling == {"T0": {"recieved"}, "T2": {"received"}, "T5": {"recieved"}}


def test_the_redesign_prints_the_date_and_sets_the_dateline_apart(fresh):
    fresh.at = "T4"
    html = get(fresh, SEED).text
    assert '<time datetime="2022-06-10">10 Jun 2022</time>' in html
    assert '<div class="c-statement__dateline">Los Angeles –</div>' in html
    assert "<p>The International Organization for Migration (IOM) welcomes" in html
    assert "field--name-body" not in html


def test_an_unknown_crawl_names_those_there_are(fresh):
    with pytest.raises(ValueError, match="T0, T1, T2, T3, T4, T5"):
        fresh.at = "T6"


# --- what is expected -------------------------------------------------------------------------------------------------

EXPECTED = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "fixtures/expected").glob("P*.json")
}
CRAWLS = json.loads((ROOT / "fixtures" / "expected" / "timeline.json").read_text(encoding="utf-8"))["crawls"]


def test_every_page_has_its_expected_values():
    assert {wanted["id"] for wanted in EXPECTED.values()} == {page.id for page in read_content().pages} - {"X1"}


@pytest.mark.parametrize("wanted", EXPECTED.values(), ids=EXPECTED)
def test_expected_words_stand_on_the_page(fresh, wanted):
    fresh.at = wanted["first_seen"]
    page = fresh.state.page(wanted["id"])
    if page.path.endswith(".pdf"):
        pytest.skip("its words are not in its bytes; tests/test_fixture_statements.py reads it")
    text = words(
        re.sub("<sup>.*?</sup>", "", re.sub("</?(?:a|em|strong)[^>]*>", "", get(fresh, page.path, page.host).text))
    )
    for field in ("title", "first_words", "last_words"):
        assert wanted[field] in text, field


@pytest.mark.parametrize(("crawl", "told"), CRAWLS.items(), ids=list(CRAWLS))
def test_the_expected_timeline_fits_the_site(fresh, crawl, told):
    """New pages and counts are reasoned in the JSON; here the site itself is asked."""
    fresh.at = crawl
    no_statement = {wanted["id"] for wanted in EXPECTED.values() if not wanted["statement"]} | {"X1"}
    up = {page.id for page in fresh.state.pages.values() if page.host.endswith("iom.example")} - no_statement
    assert len(up - told["failing"].keys()) == told["live"]["iom"]
    assert {wanted["id"] for wanted in EXPECTED.values() if wanted["first_seen"] == crawl} - no_statement == {
        page for pages in told["new"].values() for page in pages
    }
    assert not up & (told["gone"].keys() | set(told["suspected_gone"]))
    assert all(fresh.state.page(page).url == move["to"] for page, move in told["moved"].items())


@pytest.mark.parametrize("crawl", ["T0", "T2", "T5"])
def test_zimbabwe_is_in_the_text_of_those_that_are_said_to_speak_of_it(fresh, crawl):
    fresh.at = crawl
    speak = {page.id for page in fresh.state.pages.values() if "Zimbabwe" in page.body and page.kind != "report"}
    assert speak == set(CRAWLS[crawl]["speak_of_zimbabwe"]["iom"])
