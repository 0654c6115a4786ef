"""The traps answer as fixtures/README.md describes them."""

from __future__ import annotations

import gzip
import http.client
import re
from email.utils import parsedate_to_datetime
from html import unescape

import pytest
from asking import ROOT, SECONDS, SEED, WWW, get

from scraper.demo.content import read_content

# --- other addresses of the same page ---------------------------------------------------------------------------------


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


# --- traps ------------------------------------------------------------------------------------------------------------

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
