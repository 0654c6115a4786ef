"""The fixture site keeps its promises: what the other tests rely on is checked here, from outside, over HTTP."""

from __future__ import annotations

import gzip
import http.client
import importlib.util
import json
import re
import socket
import sys
import tarfile
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

import pytest

from scraper.demo.content import read_content
from scraper.demo.site import FixtureSite

WWW = "www.iom.example"
SEED = "/news/iom-statement-los-angeles-declaration-migration-and-protection"
ROOT = Path(__file__).parent.parent
SECONDS = 10  # longer than anything here should take


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def get(site: FixtureSite, path: str, host: str = WWW, **headers: str) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    try:
        sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request("GET", path, headers=sent)
        response = connection.getresponse()
        return Got(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def site():
    """One site at T0 for the tests that only look."""
    with FixtureSite(noise_seed=1) as running:
        yield running


@pytest.fixture
def fresh():
    """A site of its own for tests that move time, count or close."""
    with FixtureSite(noise_seed=1) as running:
        yield running


def words(html: str) -> str:
    """The visible text of a fragment, white space folded."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def article(html: str) -> str:
    """The title and body of a node page, whatever surrounds them."""
    title = re.search(r"<h1.*?</h1>", html, re.DOTALL)
    body = re.search(r'<div class="clearfix text-formatted.*?\n</div>', html, re.DOTALL)
    return words(title[0]) + "\n" + words(body[0])


# --- the seed --------------------------------------------------------------------------------------------------------


def test_seed_page_carries_the_users_sample_word_for_word(site):
    """Every line of the sample, in its order: label, scope, title, seven paragraphs, SDGs and the whole office list."""
    page = words(re.sub(r'alt="([^"]*)"', r">\1<", get(site, SEED).text))
    sample = (ROOT / "fixtures" / "expected" / "P01-seed.txt").read_text(encoding="utf-8")
    place = 0
    for line in filter(None, (re.sub(r"\s+", " ", line).strip() for line in sample.splitlines())):
        found = page.find(line, place)
        assert found >= 0, line
        place = found + len(line)


def test_seed_page_has_the_office_list_only_below_the_statement(site):
    html = get(site, SEED).text
    assert html.index("Zimbabwe") > html.index("from paper to reality.")
    assert len(re.findall(r'<label class="option"', html)) == 188


def test_seed_page_prints_no_date(site):
    html = get(site, SEED).text
    assert 'property="article:published_time" content="2022-06-10T' in html
    assert "2022" not in words(html[html.index("<article") : html.index("</article>")])


# --- pages and listings ----------------------------------------------------------------------------------------------


def test_every_page_of_every_crawl_answers(fresh):
    for crawl in fresh.crawls:
        fresh.at = crawl
        for (host, path), page in fresh.state.pages.items():
            fate = fresh.state.fates.get((host, path))
            assert get(fresh, path, host).status == (int(fate.answer) if fate else 200), (crawl, page.id)


def test_text_is_there_in_the_six_languages_of_the_united_nations(site):
    assert {page.language for page in site.state.pages.values()} == {"ar", "zh-hans", "en", "fr", "ru", "es"}


def test_news_listing_pages_through_to_the_end(site):
    found = []
    for number in range(5):
        html = get(site, f"/news?page={number}").text
        found.append(re.findall(r'<div class="card"><a href="([^"]+)"', html))
        assert ('rel="next"' in html) is (number < 3)
    assert [len(cards) for cards in found] == [12, 12, 12, 5, 0]
    assert len({card for cards in found for card in cards}) == 41


def test_listing_far_beyond_its_end_is_an_empty_200(site):
    got = get(site, "/news?page=9999")
    assert got.status == 200
    assert "There are no results" in got.text


def test_search_lists_releases_only_and_with_their_whole_bodies(site):
    html = get(site, "/search?type[0]=press_release&page=0").text
    assert "Displaying 1 - 12 of 26" in html
    assert "recieved the keys" in "".join(get(site, f"/search?type[0]=press_release&page={n}").text for n in range(3))


@pytest.mark.parametrize(
    ("host", "path", "cards"),
    [
        (WWW, "/es/news", 1),
        (WWW, "/fr/news", 1),
        (WWW, "/speeches", 6),
        ("philippines.iom.example", "/news", 5),
        ("philippines.iom.example", "/zh-hans/news", 1),
        ("costarica.iom.example", "/es/news", 3),
        ("mena.iom.example", "/ar/news", 2),
        ("mena.iom.example", "/ru/news", 1),
    ],
)
def test_each_host_lists_what_it_publishes(site, host, path, cards):
    assert len(re.findall('class="article-detail"', get(site, path, host).text)) == cards


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/press_release.asp?sCodigo=E-101/19", "OAS Mission"),
        ("/press_release.asp?sCodigo=E-102/19", "Judicial Independence"),
        ("/press_release.asp?utm_source=x&sCodigo=E-102%2F19", "Judicial Independence"),
        ("/index?page=article&id=0024004102b1", "Endangered Archives"),
        ("/index?subject_id=7&page=article&id=0024004102b7&mode=list", "Container Security"),
    ],
)
def test_query_strings_of_the_organisation_with_asp_addresses_name_documents(site, path, title):
    assert title in get(site, path, "oas.example").text


# --- feed, sitemap, robots -------------------------------------------------------------------------------------------


def test_feed_has_the_ten_newest_of_all_kinds(site):
    feed = get(site, "/rss.xml").text
    links = re.findall(r"<item>.*?<link>(.*?)</link>", feed, re.DOTALL)
    assert len(links) == 10
    assert [link for link in links if link.startswith("/")] == [links[3]]
    assert any(link.startswith("https://philippines.iom.example/") for link in links)
    assert {"news", "speeches", "blogs", "stories"} <= {
        re.sub("https://[^/]+", "", link).split("/")[1] for link in links
    }
    assert "+0200</pubDate>" in feed
    assert '<guid isPermaLink="false">31402 at https://www.iom.example</guid>' in feed


def test_four_of_the_burst_of_fourteen_are_never_in_the_feed(fresh):
    fresh.at = "T4"
    before = {page.id for page in fresh.state.pages.values()}
    fresh.at = "T5"
    burst = {page.path: page.id for page in fresh.state.pages.values() if page.id not in before | {"P12"}}
    feed = get(fresh, "/rss.xml").text
    assert len(burst) == 14
    assert sorted(page for path, page in burst.items() if f"{path}?" not in feed and f"{path}<" not in feed) == [
        "P70", "P72", "P73", "P74",
    ]  # fmt: skip


def test_sitemap_index_names_two_parts_and_a_stranger(site):
    index = get(site, "/sitemap.xml").text
    assert re.findall("<loc>(.*?)</loc>", index) == [
        "https://www.iom.example/sitemap.xml?page=1",
        "https://www.iom.example/sitemap.xml?page=2",
        "https://cdn.sitemaps.example/iom/sitemap-3.xml",
    ]


def test_sitemap_parts_hold_every_page_and_three_addresses_that_are_none(site):
    parts = "".join(get(site, f"/sitemap.xml?page={number}").text for number in (1, 2))
    locations = re.findall("<loc>https://www.iom.example(.*?)</loc>", parts)
    assert {page.path for page in site.state.pages.values() if page.host == WWW and page.listed} <= set(locations)
    assert sorted(get(site, path).status for path in locations if get(site, path).status != 200) == [301, 404, 404]
    assert len(locations) > len(re.findall("<lastmod>", parts)) > 10
    assert 'hreflang="es"' in parts


def test_robots_is_the_stock_file_with_its_faults(site):
    body = get(site, "/robots.txt").body
    assert body.startswith(b"\xef\xbb\xbf")
    assert b"\nDisallow: /search/\n" in body
    assert b"\nSitemap: /sitemap.xml\n" in body
    assert b"User-agent: GreedyBot\nDisallow: /\n" in body
    assert b"Crawl-delay" not in body


def test_robots_asks_for_the_delay_it_is_told():
    with FixtureSite(crawl_delay=10) as slow:
        assert b"\nCrawl-delay: 10\n" in get(slow, "/robots.txt").body


@pytest.mark.parametrize(
    ("variant", "status", "start"),
    [
        ("404", 404, b"no robots"),
        ("500", 500, b"no robots"),
        ("html", 200, b"<!DOCTYPE html>"),
        ("empty", 200, b""),
        ("closed", 200, b"User-agent: *\nDisallow: /\n"),
        ("redirect", 301, b""),
    ],
)
def test_robots_comes_in_variants_for_each_host(variant, status, start):
    with FixtureSite(robots={"mena.iom.example": variant}) as odd:
        got = get(odd, "/robots.txt", "mena.iom.example")
        assert (got.status, got.body[: len(start)]) == (status, start)
        assert get(odd, "/robots.txt").status == 200


# --- noise and validators --------------------------------------------------------------------------------------------


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


# --- the timeline ----------------------------------------------------------------------------------------------------


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


# --- other addresses of the same page --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/node/20611", 200),
        ("/es/node/20611", 200),
        (f"/index.php{SEED}", 200),
        (f"{SEED}/", 200),
        (f"/{SEED}", 200),
        (f"{SEED};jsessionid=00AF", 200),
        (f"{SEED}?utm_source=x&fbclid=y", 200),
        (f"{SEED}?page=5", 200),
        (f"{SEED}?amp%3Blanguage=fr", 200),
        (f"{SEED}?print=1", 200),
        (f"/amp{SEED}", 200),
        ("/print/node/20611", 200),
        (SEED.upper().replace("/NEWS", "/News"), 301),
    ],
)
def test_the_seed_statement_has_many_addresses(site, path, status):
    got = get(site, path)
    assert got.status == status
    assert status == 301 or "Los Angeles – The International Organization for Migration" in got.text


def test_apex_redirects_to_www_and_an_office_www_to_its_apex(site):
    assert get(site, SEED, "iom.example").headers["location"] == f"https://{WWW}{SEED}"
    assert get(site, "/ar/news", "www.mena.iom.example").headers["location"] == "https://mena.iom.example/ar/news"


def test_facets_lead_to_forty_more_without_end(site):
    link = "/news"
    for depth in range(4):
        links = re.findall(r'facet-item"><a href="([^"]+)"', get(site, link).text)
        assert len(links) == (40 if depth else 12)
        assert any("f%5B" in other for other in links)
        assert any("f[" in other for other in links)
        link = unescape(links[depth])


def test_the_calendar_has_no_end(site):
    html = get(site, "/calendar/2022-06").text
    assert 'href="/calendar/2022-05"' in html
    assert 'href="/calendar/2022-07"' in html
    assert 'href="/calendar/2026-03"' in get(site, SEED).text


@pytest.mark.parametrize(
    ("page_id", "canonical"),
    [
        ("P1", f"https://{WWW}{SEED}"),
        ("P2", f"https://{WWW}{SEED}"),
        ("P18", "/news/labour-ministers-adopt-road-map-skills-recognition-west-africa"),
        ("P19", None),
        ("P21", "https://www.iom.example/news/migrant-community-centres-costa-rica"),
        ("P29", "https://www.iom.example/"),
    ],
    ids=["true", "another language", "relative", "missing", "a 404", "the home page"],
)
def test_canonical_links_lie_in_every_way(site, page_id, canonical):
    found = re.search(r'<link rel="canonical" href="([^"]+)"', get(site, site.state.page(page_id).path).text)
    assert (found and found[1]) == canonical


# --- traps -----------------------------------------------------------------------------------------------------------

TRAPS = {trap["path"]: trap for trap in read_content().tables["traps"]["trap"]}
BEHIND = "Delegates from Côte d’Ivoire"


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("soft-404-small", 200, "Page not found"),
        ("soft-404-large", 200, "File Not Found"),
        ("login", 200, 'type="password"'),
        ("challenge", 200, "Checking your browser"),
        ("technical-difficulties", 200, "technical difficulties"),
        ("401", 401, ""),
        ("403", 403, ""),
        ("410", 410, ""),
        ("500", 500, ""),
        ("empty", 200, ""),
        ("pdf-as-html", 200, "%PDF-1.4"),
        ("meta-refresh", 200, 'http-equiv="refresh"'),
        ("no-location", 301, ""),
    ],
)
def test_traps_answer_as_described(site, name, status, says):
    got = get(site, f"/news/trap-{name}")
    assert got.status == status
    assert says in got.text
    assert BEHIND not in got.text


def test_soft_404_comes_in_two_sizes(site):
    assert len(get(site, "/news/trap-soft-404-small").body) < 3_000
    assert len(get(site, "/news/trap-soft-404-large").body) > 80_000


@pytest.mark.parametrize("name", ["429-seconds", "429-date", "503-once", "503-retry-after"])
def test_traps_that_refuse_once_answer_at_the_second_time(fresh, name):
    assert get(fresh, f"/news/trap-{name}").status == int(name[:3])
    assert BEHIND in get(fresh, f"/news/trap-{name}").text


def test_retry_after_comes_in_both_forms(fresh):
    assert get(fresh, "/news/trap-429-seconds").headers["retry-after"] == "1"
    assert parsedate_to_datetime(get(fresh, "/news/trap-429-date").headers["retry-after"])
    assert "retry-after" not in get(fresh, "/news/trap-503-once").headers


@pytest.mark.parametrize(
    ("agent", "browsers", "plain"),
    [
        ("statement-scraper/1.0", 200, 403),
        ("Mozilla/5.0 (compatible; statement-scraper/1.0; +https://a.example)", 403, 200),
        ("python-httpx/0.28", 403, 403),
    ],
)
def test_firewalls_refuse_by_user_agent_in_both_directions(site, agent, browsers, plain):
    assert get(site, "/news/trap-403-browsers", User_Agent=agent).status == browsers
    assert get(site, "/news/trap-403-plain-agents", User_Agent=agent).status == plain


def test_truncated_body_is_shorter_than_promised(site):
    with pytest.raises(http.client.IncompleteRead):
        get(site, "/news/trap-truncated")


def test_encoding_headers_lie_in_both_directions(site):
    plain = get(site, "/news/trap-gzip-header-plain-body")
    assert plain.headers["content-encoding"] == "gzip"
    assert BEHIND in plain.text
    packed = get(site, "/news/trap-gzip-body-no-header", Accept_Encoding="gzip")
    assert "content-encoding" not in packed.headers
    assert BEHIND in gzip.decompress(packed.body).decode()


def test_bomb_is_small_on_the_wire(site):
    got = get(site, "/news/trap-gzip-bomb")
    assert len(got.body) < 100_000
    assert got.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(("name", "declared"), [("oversize", True), ("oversize-endless", False)])
def test_oversize_pages_promise_or_hide_fifty_megabytes(site, name, declared):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    connection.request("GET", f"/news/trap-{name}", headers={"Host": WWW})
    response = connection.getresponse()
    assert (
        (int(response.headers["content-length"]) > 49_000_000)
        if declared
        else ("content-length" not in response.headers)
    )
    assert len(response.read(1_000_000)) == 1_000_000
    connection.close()


def test_slow_drip_begins_and_never_hurries(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    connection.request("GET", "/news/trap-slow-drip", headers={"Host": WWW})
    response = connection.getresponse()
    assert response.read(32) == b'<!DOCTYPE html>\n<html lang="en" d'[:32]
    response.close()
    connection.close()


@pytest.mark.parametrize(
    ("name", "encoding", "header"),
    [
        ("header-wrong", "utf-8", "text/html; charset=iso-8859-1"),
        ("windows-1252", "cp1252", "text/html"),
        ("undeclared", "utf-8", "text/html"),
        ("bom", "utf-8-sig", "text/html; charset=iso-8859-1"),
    ],
)
def test_charsets_are_declared_wrongly_or_not_at_all(site, name, encoding, header):
    got = get(site, f"/news/trap-charset-{name}")
    assert got.headers["content-type"] == header
    assert BEHIND in got.body.decode(encoding)


def test_redirect_chain_has_four_hops_and_the_loop_none(site):
    def follow(host: str, path: str, most: int) -> list[str]:
        way = []
        while len(way) < most and (location := get(site, path, host).headers.get("location")):
            way.append(location)
            host, path = location.split("/", 3)[2:] if "://" in location else (host, location)
            path = "/" + path.lstrip("/")
        return way

    assert len(follow(WWW, "/news/trap-chain-1", 9)) == 4
    assert follow(WWW, "/news/trap-chain-1", 9)[-1] == site.state.page("P4").path
    assert len(follow(WWW, "/news/trap-loop-a", 9)) == 9


@pytest.mark.parametrize("path", [path for path, trap in TRAPS.items() if trap["answer"] == "redirect"])
def test_redirect_traps_lead_where_the_table_says(site, path):
    got = get(site, path)
    assert got.headers["location"] == TRAPS[path]["to"]
    assert got.status in (301, 302, 308)


def test_the_mirror_changes_words(site):
    html = get(site, "/news/iom-statement-attack-humanitarian-convoy", "mirror.example").text
    assert "attack on a clearly marked humanitarian convoy" in html
    assert "WMB" in get(site, SEED, "mirror.example").text


def test_every_trap_says_what_it_tests_and_is_in_the_readme():
    readme = (ROOT / "fixtures" / "README.md").read_text(encoding="utf-8")
    assert [path for path, trap in TRAPS.items() if not trap["about"] or path not in readme] == []


# --- the families ----------------------------------------------------------------------------------------------------

FAMILIES = ROOT / "fixtures" / "families"
LISTED = [
    (path.parent.name, wanted)
    for path in sorted(FAMILIES.glob("*/expected.json"))
    for wanted in json.loads(path.read_text(encoding="utf-8"))
]
ONLY_IN_THE_API = {"presscorner.example", "api.reliefweb.example"}


@pytest.mark.parametrize(("host", "wanted"), LISTED, ids=[wanted["url"] for _, wanted in LISTED])
def test_each_family_serves_what_is_expected_of_it(site, host, wanted):
    got = get(site, "/" + wanted["url"].split("/", 3)[3], host)
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


# --- the copies of real sites that benchmarks crawl ------------------------------------------------------------------


@pytest.fixture
def real_sites(tmp_path):
    """The benchmarks' server over a copy of one small site, packed as the real copies are."""
    top = tmp_path / "site" / "openehr"
    for name, text in {
        "index.html": "home", "news/index.html": "news", "news/index.html?page=2.html": "page two",
        "item?page=article&id=7": "seven", "robots.txt": "User-agent: *",
    }.items():  # fmt: skip
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    (tmp_path / "data" / "sites").mkdir(parents=True)
    with tarfile.open(tmp_path / "data" / "sites" / "openehr.tar.xz", "w:xz") as archive:
        archive.add(top, "openehr")
    spec = importlib.util.spec_from_file_location("real_sites_server", ROOT / "benchmarks" / "real_sites" / "server.py")
    server = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = server  # dataclasses look their module up
    spec.loader.exec_module(server)
    server.CACHE = tmp_path / "cache"
    with server.RealSites(folder=tmp_path / "data") as running:
        yield running
    del sys.modules[spec.name]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/", 200, b"home"),
        ("/?utm_source=x", 200, b"home"),
        ("/news/", 200, b"news"),
        ("/news/index.html?page=2.html", 200, b"page two"),
        ("/news/index.html%3Fpage=2.html", 200, b"page two"),
        ("/item?id=7&page=article", 200, b"seven"),
        ("/item?id=8&page=article", 404, b"not found"),
        ("/robots.txt", 200, b"User-agent"),
        ("/news", 301, b""),
    ],
)
def test_a_copy_of_a_real_site_is_served_by_its_file_names(real_sites, path, status, says):
    assert real_sites.hosts == ["www.openehr.org"]
    got = get(real_sites, path, "www.openehr.org")
    assert (got.status, got.body[: len(says)]) == (status, says)


def test_a_copy_answers_304_to_those_who_have_it(real_sites):
    stamp = get(real_sites, "/", "www.openehr.org").headers["last-modified"]
    assert get(real_sites, "/", "www.openehr.org", If_Modified_Since=stamp).status == 304


# --- what is expected ------------------------------------------------------------------------------------------------

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


# --- the server ------------------------------------------------------------------------------------------------------


def test_the_log_tells_who_asked_what_and_when(fresh):
    start = time.monotonic()
    get(fresh, "/news?page=1", User_Agent="tester/1.0")
    get(fresh, "/nowhere")
    first, second = fresh.requests
    assert (first.host, first.path, first.status, first.headers["user-agent"]) == (
        WWW,
        "/news?page=1",
        200,
        "tester/1.0",
    )
    assert (second.path, second.status) == ("/nowhere", 404)
    assert start <= first.at <= second.at


def test_pages_are_compressed_for_those_who_can_read_it(site):
    got = get(site, SEED, Accept_Encoding="gzip, deflate")
    assert got.headers["content-encoding"] == "gzip"
    assert b"from paper to reality" in gzip.decompress(got.body)


def test_a_connection_serves_many_requests(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    for _ in range(3):
        connection.request("GET", SEED, headers={"Host": WWW})
        assert connection.getresponse().read()
    connection.close()


def test_unknown_hosts_are_refused(site):
    assert get(site, "/", "elsewhere.example").status == 421


def test_closing_cuts_open_connections_and_stops_listening():
    running = FixtureSite()
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as idle:
        idle.sendall(b"HEAD /robots.txt HTTP/1.1\r\nHost: www.iom.example\r\n\r\n")
        assert idle.recv(10_000).endswith(b"\r\n\r\n")
        running.close()
        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS)
