"""robots.txt by RFC 9309, section by section, and what common crawlers agree on beyond it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from scraper.crawler.robots import MAX_BYTES, Robots, parse_robots, product_tokens, robots_state
from scraper.model import Capture, Failure, NotModified

US = "statement-scraper/1.0 (+mailto:archive@a.example)"


def allows(text: str, path: str, agent: str = US) -> bool:
    return parse_robots(text.encode()).allows(f"https://www.a.example{path}", agent)


# RFC 9309, 2.2.1: case-insensitive match of the product token; all matching groups are one; "*" only if none matches.
@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param("User-agent: *\nDisallow: /", False, id="everybody"),
        pytest.param("User-agent: other\nDisallow: /", True, id="another crawler"),
        pytest.param("User-agent: Statement-Scraper\nDisallow: /", False, id="case does not matter"),
        pytest.param("USER-AGENT:statement-scraper\ndisallow:/", False, id="case and space of keys do not matter"),
        pytest.param("User-agent: statement\nDisallow: /", True, id="part of a token is another token"),
        pytest.param("User-agent: scraper\nDisallow: /", True, id="end of a token is another token"),
        pytest.param("User-agent: statement-scraper-images\nDisallow: /", True, id="longer token is another token"),
        pytest.param("User-agent: statement-scraper/2.0\nDisallow: /", False, id="version is ignored"),
        pytest.param("User-agent: *\nDisallow: /\nUser-agent: statement-scraper\nAllow: /", True, id="own group wins"),
        pytest.param("User-agent: *\nDisallow: /\nUser-agent: statement-scraper\nDisallow:", True, id="own, empty"),
        pytest.param("User-agent: a\nUser-agent: statement-scraper\nDisallow: /", False, id="two agents, one group"),
        pytest.param("User-agent: statement-scraper\nUser-agent: a\nDisallow: /", False, id="first of two agents"),
        pytest.param("User-agent: statement-scraper\nAllow: /x\n\nUser-agent: b\nDisallow: /\n\n"
                     "User-agent: statement-scraper\nDisallow: /", False, id="two groups are one"),
        pytest.param("User-agent: a\n\n\nUser-agent: statement-scraper\n\nDisallow: /", False, id="empty lines"),
        pytest.param("User-agent: statement-scraper\nX-Unknown: 1\nUser-agent: b\nDisallow: /", False,
                     id="unknown line between agents"),
        pytest.param("User-agent: statement-scraper\nCrawl-delay: 5\nUser-agent: b\nDisallow: /", False,
                     id="crawl-delay between agents"),
        pytest.param("User-agent: statement-scraper\nSitemap: https://a.example/s\nUser-agent: b\nDisallow: /", False,
                     id="sitemap between agents"),
        pytest.param("User-agent: statement-scraper\nDisallow:\nUser-agent: b\nDisallow: /", True,
                     id="an empty rule is a rule and ends the agents"),
        pytest.param("User-agent: statement-scraper\nUnknown: 1\nDisallow: /", False, id="unknown line before a rule"),
        pytest.param("User-agent: *\nUnknown: 1\n\nDisallow: /", False, id="unknown and empty lines"),
        pytest.param("Disallow: /", True, id="rule without a group"),
        pytest.param("User-agent: * # all\nDisallow: / # of it", False, id="comments"),
        pytest.param("User-agent: #*\nDisallow: /", True, id="agent commented out"),
        pytest.param("", True, id="empty file"),
    ],
)  # fmt: skip
def test_the_group_that_names_us_decides(text, allowed):
    assert allows(text, "/news") is allowed


# RFC 9309, 2.2.1 shows the token inside a browser-like header.
@pytest.mark.parametrize(
    "agent",
    [
        "ExampleBot",
        "examplebot/0.1",
        "ExampleBot/0.1 (+https://a.example)",
        "Mozilla/5.0 (compatible; ExampleBot/0.1; x)",
    ],
)
def test_whole_header_or_token_name_the_same_crawler(agent):
    assert not allows("User-agent: ExampleBot\nDisallow: /", "/x", agent)


def test_a_plain_header_is_called_by_its_first_word():
    assert product_tokens("statement-scraper/1.0 googlebot") == {"statement-scraper"}


# RFC 9309, 2.2.2: the rule with the most octets wins; between equals, allow wins; no match allows.
@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        pytest.param("Disallow: /", "/statement", False, id="all barred"),
        pytest.param("Disallow: /\nAllow: /st", "/statement", True, id="longest match"),
        pytest.param("Allow: /st\nDisallow: /state", "/statement", False, id="longest match bars"),
        pytest.param("Disallow: /st\nAllow: /st", "/statement", True, id="tie allows"),
        pytest.param("Disallow: /other", "/statement", True, id="no match allows"),
        pytest.param("Allow: /p\nDisallow: /", "/page", True, id="order does not matter"),
        pytest.param("Allow: /page\nDisallow: /*.htm", "/page.htm", False, id="wildcard counts its octets"),
        pytest.param("Allow: /$\nDisallow: /", "/", True, id="anchor counts its octet"),
        pytest.param("Allow: /$\nDisallow: /", "/x", False, id="anchor holds"),
        pytest.param("Disallow: /St", "/statement", True, id="paths are case-sensitive"),
        pytest.param("Disallow:", "/statement", True, id="empty disallow bars nothing"),
        pytest.param("Allow:\nDisallow: /", "/statement", False, id="empty allow allows nothing"),
        pytest.param("Disallow: /", "/robots.txt", True, id="robots.txt is implicitly allowed"),
        pytest.param("Disallow: /search/", "/search?type=1", True, id="a slash is an octet"),
        pytest.param("Disallow: /search/", "/search/x", False, id="folder"),
        pytest.param("Disallow: /x?page=", "/x?page=2", False, id="query is part of the path"),
        pytest.param("Disallow: /*?", "/x?a", False, id="any query"),
        pytest.param("Disallow: /*?", "/x", True, id="any query, none there"),
        pytest.param("Disallow: *.pdf", "/x.pdf", False, id="pattern beginning with a wildcard"),
        pytest.param("Disallow: news", "/news", True, id="pattern without slash matches nothing"),
        pytest.param("Allow: /x/index.html\nDisallow: /x/", "/x/", False, id="index page is no other page"),
    ],
)  # fmt: skip
def test_most_specific_rule_wins(rules, path, allowed):
    assert allows(f"User-agent: *\n{rules}", path) is allowed


# RFC 9309, 2.2.3: "*" is any sequence, "$" the end, elsewhere they are characters to be escaped.
@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        pytest.param("/this/*/exactly", "/this/path/exactly", True, id="star"),
        pytest.param("/this/*/exactly", "/this/exactly", False, id="both slashes must be there"),
        pytest.param("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True, id="escaped star in the rule"),
        pytest.param("/path/file-with-a-%2A.html", "/path/file-with-a-x.html", False, id="escaped star is a star"),
        pytest.param("/path/foo-%24", "/path/foo-$", True, id="escaped dollar in the rule"),
        pytest.param("/path/foo-%24", "/path/foo-", False, id="escaped dollar is a dollar"),
        pytest.param("/a$b", "/a$b", True, id="dollar inside is a character"),
        pytest.param("/*.php$", "/x.php", True, id="end"),
        pytest.param("/*.php$", "/x.php?a", False, id="not the end"),
        pytest.param("/*.php$", "/a.php/b.php", True, id="the last one counts"),
        pytest.param("/a*$", "/abc", True, id="star and end"),
        pytest.param("/**a", "/xa", True, id="two stars are one"),
        pytest.param("/a*a$", "/a", False, id="one character cannot be two"),
        pytest.param("/a*b*c", "/axbxc", True, id="two stars"),
        pytest.param("/a*b*c", "/axcxb", False, id="order holds"),
    ],
)  # fmt: skip
def test_special_characters(rule, path, matches):
    assert allows(f"User-agent: *\nDisallow: {rule}", path) is not matches


# RFC 9309, 2.2.2, table of percent-encoding.
@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        pytest.param("/foo/bar?baz=quz", "/foo/bar?baz=quz", True, id="plain"),
        pytest.param("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True, id="escaped in query"),
        pytest.param("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", True, id="escaped in rule"),
        pytest.param("/foo/bar/ツ", "/foo/bar/%E3%83%84", True, id="non-ASCII rule"),
        pytest.param("/foo/bar/%e3%83%84", "/foo/bar/ツ", True, id="non-ASCII path"),
        pytest.param("/foo/bar/%62%61%7A", "/foo/bar/baz", True, id="needlessly escaped rule"),
        pytest.param("/foo/bar/baz", "/foo/bar/%62%61%7A", True, id="needlessly escaped path"),
        pytest.param("/a%2Fb", "/a/b", False, id="an escaped slash is no slash"),
        pytest.param("/a%3Fb", "/a?b", False, id="an escaped question mark begins no query"),
        pytest.param("/a(b)", "/a%28b%29", True, id="reserved but harmless"),
        pytest.param("/a b", "/a%20b", True, id="space in a rule"),
        pytest.param("/%E9", "/%E9", True, id="octets that are no UTF-8"),
        pytest.param("/%E9", "/%E8", False, id="different octets that are no UTF-8"),
    ],
)  # fmt: skip
def test_octets_are_compared_in_one_spelling(rule, path, matches):
    assert allows(f"User-agent: *\nDisallow: {rule}", path) is not matches


def test_octets_of_another_charset_match_themselves():
    robots = parse_robots(b"User-agent: *\nDisallow: /caf\xe9")
    assert not robots.allows("https://a.example/caf%E9", US)
    assert robots.allows("https://a.example/caf%C3%A9", US)


# RFC 9309, 2.2: lines end with CR, LF or both; the file is UTF-8; 2.5: a limit of at least 500 KiB.
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xef\xbb\xbfUser-agent: *\nDisallow: /x", id="BOM"),
        pytest.param(b"User-agent: *\rDisallow: /x\r", id="CR only"),
        pytest.param(b"User-agent: *\r\nDisallow: /x\r\n", id="CRLF"),
        pytest.param(b"\n\n  User-agent \t: *  \n\tDisallow\t:\t/x\t\n", id="white space"),
        pytest.param("User-agent: *\nDisallow: /x".encode("utf-16"), id="UTF-16 with its BOM (beyond the RFC)"),
        pytest.param(b"User-agent *\nDisallow /x", id="colons left out (beyond the RFC)"),
        pytest.param(b"Useragent: *\nDissallow: /x", id="misspelt (beyond the RFC)"),
        pytest.param(b"User-agent: *\nDisallow: /x\n" + b"#" * 600_000, id="limit after the rule"),
        pytest.param(b"User-agent: *\nDisallow: /x\nFoo: \xff\xfe\x00\x01", id="binary rubbish"),
    ],
)
def test_the_file_is_read_however_it_is_written(body):
    robots = parse_robots(body)
    assert not robots.allows("https://a.example/x", US)
    assert robots.allows("https://a.example/y", US)


def test_a_line_separator_that_the_rfc_does_not_know_is_part_of_a_line():
    assert allows("User-agent: *\nAllow: /\u2028Disallow: /", "/x")


def test_what_lies_beyond_the_limit_is_not_read_and_no_half_line_is():
    line = b"Disallow: /secret-and-more\n"
    body = b"User-agent: *\n" + b"#" * (MAX_BYTES - 14 - 20 - 1) + b"\n" + line
    robots = parse_robots(body)
    assert robots.allows("https://a.example/secret-and-more", US)
    assert robots.allows("https://a.example/secret", US)
    assert "500 KiB" in robots.problems[0]


def test_a_web_page_has_no_rules():
    robots = parse_robots(b"\n<!DOCTYPE html><html><body>User-agent: *\nDisallow: /\n</body>")
    assert robots.allows("https://a.example/x", US)
    assert "web page" in robots.problems[0]


def test_paths_are_read_as_they_would_be_requested():
    robots = parse_robots(b"User-agent: *\nDisallow: /private")
    for url in ("https://a.example/x/../private/1", "/private", "https://a.example/%70rivate", "/private#top"):
        assert not robots.allows(url, US)
    assert robots.allows("https://a.example/#/private", US)


@pytest.mark.parametrize("url", ["", "mailto:a@b.example", "javascript:x", "https://u@a.example/x"])
def test_what_cannot_be_fetched_is_not_allowed(url):
    assert not Robots.allow_all().allows(url, US)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("User-agent: *\nCrawl-delay: 10", 10.0, id="whole"),
        pytest.param("User-agent: *\nCrawl-delay: 0.5", 0.5, id="fraction"),
        pytest.param("User-agent: *\nCrawl-delay: 0", 0.0, id="zero"),
        pytest.param("User-agent: *\nCrawl-delay: 10 s", 10.0, id="with its unit"),
        pytest.param("User-agent: *\nCrawl-delay: 1000000000", 1e9, id="absurd: for the caller to bound"),
        pytest.param("User-agent: *\nCrawl-delay: -1", None, id="negative"),
        pytest.param("User-agent: *\nCrawl-delay: nan", None, id="not a number"),
        pytest.param("User-agent: *\nCrawl-delay: inf", None, id="infinite"),
        pytest.param("User-agent: *\nCrawl-delay:", None, id="empty"),
        pytest.param("Crawl-delay: 10\nUser-agent: *", None, id="for nobody"),
        pytest.param("User-agent: *\nCrawl-delay: 10\nUser-agent: statement-scraper\nDisallow: /x", 10.0,
                     id="agents around a delay share it"),
        pytest.param("User-agent: *\nDisallow: /x\nCrawl-delay: 10\nUser-agent: statement-scraper\nDisallow: /x", None,
                     id="own group without one"),
        pytest.param("User-agent: *\nCrawl-delay: 3\nDisallow: /x\nUser-agent: *\nCrawl-delay: 10", 10.0, id="largest"),
    ],
)  # fmt: skip
def test_crawl_delay(text, seconds):
    assert parse_robots(text.encode()).crawl_delay(US) == seconds


def test_sitemaps_are_absolute_urls_wherever_they_stand():
    robots = parse_robots(
        b"Sitemap: https://a.example/s.xml\nUser-agent: *\nDisallow: /\nsitemap:https://b.example/t.xml#x\n"
        b"Sitemap: /relative.xml\nSitemap: https://a.example/s.xml\n"
    )
    assert robots.sitemaps == ["https://a.example/s.xml", "https://b.example/t.xml"]
    assert robots.problems == ["line 5: sitemap '/relative.xml' is not an absolute http or https URL"]


def test_problems_are_bounded_and_printable():
    problems = parse_robots(b"User-agent: *\n" + b"\x1b[31mX: 1\n" * 1000).problems
    assert len(problems) == 21
    assert all(problem.isprintable() for problem in problems)


@given(st.binary(max_size=300), st.text(max_size=50), st.text(max_size=20))
def test_any_bytes_give_an_answer(body, path, agent):
    robots = parse_robots(body)
    assert robots.allows("https://a.example/" + path, agent) in {True, False}
    delay = robots.crawl_delay(agent)
    assert delay is None or delay >= 0


RULES = st.lists(
    st.tuples(st.sampled_from(["Allow", "Disallow"]), st.text("ab/*", min_size=1, max_size=5).map("/".__add__)),
    max_size=6,
)


@given(RULES, st.text("ab/", max_size=6).map("/".__add__))
def test_protego_agrees_where_it_follows_the_rfc(rules, path):
    text = "User-agent: *\n" + "\n".join(f"{key}: {pattern}" for key, pattern in rules)
    assert allows(text, path) == Protego.parse(text).can_fetch(f"https://www.a.example{path}", US)


# --- RFC 9309, 2.3.1: what the answer to the request means ---

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
URL = "https://a.example/robots.txt"
BAR_ALL = b"User-agent: *\nDisallow: /"


def answered(status: int, body: bytes = b"") -> Capture:
    return Capture(URL, NOW, status, (), body)


def failed(kind, status=None, retry_after=None) -> Failure:
    return Failure(URL, NOW, kind, "as it was", status, retry_after)


@pytest.mark.parametrize(
    ("arrival", "allowed"),
    [
        pytest.param(answered(200, b"User-agent: *\nDisallow: /y"), True, id="2.3.1.1 read: allowed"),
        pytest.param(answered(200, BAR_ALL), False, id="2.3.1.1 read: barred"),
        pytest.param(failed("redirect"), True, id="2.3.1.2 more than five redirects"),
        pytest.param(answered(404), True, id="2.3.1.3 not there"),
        pytest.param(answered(401), True, id="2.3.1.3 unauthorised"),
        pytest.param(answered(403), True, id="2.3.1.3 forbidden"),
        pytest.param(answered(410), True, id="2.3.1.3 gone"),
        pytest.param(failed("http", 404), True, id="2.3.1.3 not there, as a failure"),
        pytest.param(failed("blocked", 429), False, id="429 asks us to stay away (beyond the RFC)"),
        pytest.param(failed("http", 500), False, id="2.3.1.4 server error"),
        pytest.param(answered(503), False, id="2.3.1.4 unavailable"),
        pytest.param(failed("dns"), False, id="2.3.1.4 no such host"),
        pytest.param(failed("timeout"), False, id="2.3.1.4 timeout"),
        pytest.param(failed("truncated"), False, id="cut short: the rest may bar us"),
        pytest.param(NotModified(URL, NOW), False, id="304 to a question never asked"),
    ],
)  # fmt: skip
def test_what_an_answer_means(arrival, allowed):
    assert robots_state(arrival, NOW).robots.allows("https://a.example/x", US) is allowed


def test_a_copy_younger_than_a_day_stands_in_for_a_file_that_cannot_be_had():
    for age, used in ((timedelta(hours=23), True), (timedelta(hours=25), False), (timedelta(hours=-1), True)):
        state = robots_state(failed("http", 503), NOW, copy=b"User-agent: *\nDisallow: /y", copy_read_at=NOW - age)
        assert state.robots.allows("https://a.example/x", US) is used
        assert state.body is None  # the copy is kept as it is, with its age
    assert not robots_state(failed("dns"), NOW, copy=BAR_ALL, copy_read_at=NOW).robots.allows("https://a.example/x", US)


def test_a_file_is_read_again_after_a_day_and_an_unreachable_one_sooner():
    assert robots_state(answered(200), NOW).ask_again == NOW + timedelta(hours=24)
    assert robots_state(failed("dns"), NOW).ask_again == NOW + timedelta(hours=1)
    waiting = failed("blocked", 429, timedelta(hours=3))
    assert robots_state(waiting, NOW).ask_again == NOW + timedelta(hours=3)


def test_an_unchanged_file_is_fresh_again():
    state = robots_state(NotModified(URL, NOW), NOW, copy=BAR_ALL, copy_read_at=NOW - timedelta(days=3))
    assert not state.robots.allows("https://a.example/x", US)
    assert (state.body, state.read_at) == (BAR_ALL, NOW)


def test_the_reason_says_what_happens():
    state = robots_state(failed("http", 503), NOW)
    assert state.reason == "robots.txt cannot be read (as it was): nothing is fetched from this host until it can"
    assert state.robots.denied == state.reason
