"""Links as browsers read them, and the key under which a document is archived."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.urls import MAX_URL, canonical_url, host, join_url, origin, path_query, request_url
from scraper.whatwg import read_url

PAGE = "https://www.a.example/news/2022/index?page=1#top"


# WHATWG URL Standard, "basic URL parser", for http and https.
@pytest.mark.parametrize(
    ("href", "expected"),
    [
        pytest.param("/news/a-b", "https://www.a.example/news/a-b", id="absolute path"),
        pytest.param("c.html", "https://www.a.example/news/2022/c.html", id="relative path"),
        pytest.param("../2021/", "https://www.a.example/news/2021/", id="one level up"),
        pytest.param("../../../../x", "https://www.a.example/x", id="above the root stays at the root"),
        pytest.param("./%2e%2E/x", "https://www.a.example/news/x", id="escaped dot segments"),
        pytest.param("..", "https://www.a.example/news/", id="dots end with a slash"),
        pytest.param("?page=2", "https://www.a.example/news/2022/index?page=2", id="query only"),
        pytest.param("#part", "https://www.a.example/news/2022/index?page=1#part", id="fragment only"),
        pytest.param("", "https://www.a.example/news/2022/index?page=1", id="empty names the page itself"),
        pytest.param("//B.example/x", "https://b.example/x", id="protocol-relative"),
        pytest.param("http://B.EXAMPLE", "http://b.example/", id="host in lower case, empty path"),
        pytest.param("HTTPS://b.example:443/", "https://b.example/", id="default port"),
        pytest.param("https://b.example:0443/", "https://b.example/", id="default port with a zero"),
        pytest.param("https://b.example:80/", "https://b.example:80/", id="other port stays"),
        pytest.param("https://b.example:/", "https://b.example/", id="empty port"),
        pytest.param("  /x y\t\n/z  ", "https://www.a.example/x%20y/z", id="spaces, tab and newline"),
        pytest.param("\\x\\y?a\\b", "https://www.a.example/x/y?a\\b", id="backslashes, but not in the query"),
        pytest.param("https:\\\\b.example\\x", "https://b.example/x", id="backslashes for the authority"),
        pytest.param("https:/b.example/x", "https://www.a.example/b.example/x", id="own scheme, one slash: a path"),
        pytest.param("http:b.example/x", "http://b.example/x", id="other scheme without slashes: a host"),
        pytest.param("https:///b.example/x", "https://b.example/x", id="three slashes"),
        pytest.param(
            "/café?q=é#é", "https://www.a.example/caf%C3%A9?q=%C3%A9#%C3%A9", id="non-ASCII is escaped as UTF-8"
        ),
        pytest.param('/a"<>`{}^|', "https://www.a.example/a%22%3C%3E%60%7B%7D%5E|", id="path percent-encode set"),
        pytest.param(
            "?'\"<>`{}|[]", "https://www.a.example/news/2022/index?%27%22%3C%3E`{}|[]", id="query percent-encode set"
        ),
        pytest.param("/%zz%41", "https://www.a.example/%zz%41", id="escapes stay as printed"),
        pytest.param("https://münchen.example/ä", "https://xn--mnchen-3ya.example/%C3%A4", id="host in Punycode"),
        pytest.param("https://faß.example/", "https://xn--fa-hia.example/", id="non-transitional IDNA"),
        pytest.param("https://ＡＢ。example/", "https://ab.example/", id="full-width letters and dot"),
        pytest.param("https://☃.example/", "https://xn--n3h.example/", id="symbols as browsers take them"),
        pytest.param("https://a%2Eexample/", "https://a.example/", id="escaped host"),
        pytest.param("https://0x7f.1/", "https://127.0.0.1/", id="hexadecimal address shown for what it is"),
        pytest.param("https://2130706433/", "https://127.0.0.1/", id="decimal address shown for what it is"),
        pytest.param("https://017700000001/", "https://127.0.0.1/", id="octal address shown for what it is"),
        pytest.param("https://[0:0:0:0:0:0:0:1]/", "https://[::1]/", id="IPv6 in its shortest form"),
        pytest.param("/p\ud800q", "https://www.a.example/p%EF%BF%BDq", id="lone surrogate"),
        pytest.param("/x\x00y", "https://www.a.example/x%00y", id="NUL in a path"),
        pytest.param("/a//b", "https://www.a.example/a//b", id="empty segment stays"),
        pytest.param("www.b.example/x", "https://www.a.example/news/2022/www.b.example/x", id="no scheme is a path"),
        pytest.param(
            "/x?u=https://b@c.example/", "https://www.a.example/x?u=https://b@c.example/", id="@ after the path"
        ),
    ],
)
def test_a_link_is_read_as_browsers_read_it(href, expected):
    assert join_url(PAGE, href) == expected


@pytest.mark.parametrize(
    "href",
    [
        pytest.param("javascript:void(0)", id="javascript"),
        pytest.param("JavaScript:alert(1)", id="javascript in capitals"),
        pytest.param(" java\nscript:alert(1)", id="javascript with a newline"),
        pytest.param("mailto:press@a.example", id="mailto"),
        pytest.param("tel:+4122000000", id="tel"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://b.example/", id="ftp"),
        pytest.param("whatsapp://send?text=x", id="application scheme"),
        pytest.param("about:blank", id="about"),
        pytest.param("https://", id="no host"),
        pytest.param("https://?x", id="query instead of a host"),
        pytest.param("https://:443/", id="port without host"),
        pytest.param("https://b.example:99999/", id="port too large"),
        pytest.param("https://b.example:x/", id="port no number"),
        pytest.param("https://b example/", id="space in a host"),
        pytest.param("https://b%00.example/", id="NUL in a host"),
        pytest.param("https://b<c.example/", id="forbidden host character"),
        pytest.param("https://256.1.1.1/", id="no such address"),
        pytest.param("https://1.2.3.4.5/", id="five numbers"),
        pytest.param("https://[::1/", id="bracket not closed"),
        pytest.param("https://[fe80::1%25eth0]/", id="address with a zone"),
        pytest.param("https://user:secret@b.example/", id="user information"),
        pytest.param("https://127.0.0.1:1\\@b.example/", id="two parsers, two hosts"),
        pytest.param("https://a@b@c.example/", id="two at signs"),
        pytest.param("//x@b.example/", id="user information, protocol-relative"),
        pytest.param("/" + "x" * MAX_URL, id="too long"),
        pytest.param("/" + "é" * (MAX_URL // 4), id="too long once escaped"),
    ],
)
def test_nothing_to_crawl(href):
    assert join_url(PAGE, href) is None


@pytest.mark.parametrize("base", ["", "no url", "mailto:a@b.example", "https://", "https://u@a.example/"])
def test_only_an_absolute_link_makes_up_for_a_broken_base(base):
    assert join_url(base, "https://b.example/x") == "https://b.example/x"
    assert join_url(base, "/x") is None


@pytest.mark.parametrize(
    "href",
    [
        "/news/a.html",
        "/news/",
        "/news/.hidden",
        "/news/..x",
        "/a/./b",
        "/a/../b",
        "/a//b",
        "//b.example",
        "/",
        "/a%41",
        "/é",
    ],
)
def test_the_short_way_and_the_whole_parser_agree(href):
    # A trailing empty fragment keeps a link out of the short way and changes nothing else.
    for page in (PAGE, "https://a.example//x//y", "https://a.example"):
        assert join_url(page, href + "#") == (joined and f"{joined}#" if (joined := join_url(page, href)) else None)


# One document, two spellings: what RFC 3986 (6.2.2, 6.2.3) calls equivalent, and what is known to say nothing.
@pytest.mark.parametrize(
    ("printed", "key"),
    [
        pytest.param("HTTPS://A.EXAMPLE/News", "https://a.example/News", id="case of scheme and host only"),
        pytest.param("https://a.example", "https://a.example/", id="empty path"),
        pytest.param("https://a.example.:443/x", "https://a.example/x", id="final dot and default port"),
        pytest.param("https://a.example/x#part", "https://a.example/x", id="fragment"),
        pytest.param("https://a.example/#!/x", "https://a.example/", id="hashbang never reaches the server"),
        pytest.param("https://a.example/x?", "https://a.example/x", id="empty query"),
        pytest.param("https://a.example/x?&a=1&&", "https://a.example/x?a=1", id="empty parameters"),
        pytest.param("https://a.example/a/./b/../c", "https://a.example/a/c", id="dot segments"),
        pytest.param("https://a.example//news///x", "https://a.example/news/x", id="double slashes"),
        pytest.param("https://a.example/w/https://b.example//x", "https://a.example/w/https://b.example/x",
                     id="a URL inside a path keeps its slashes"),
        pytest.param("https://a.example/%7euser/%c3%a9", "https://a.example/~user/%C3%A9", id="escapes"),
        pytest.param("https://a.example/é", "https://a.example/%C3%A9", id="escaped or not"),
        pytest.param("https://a.example/a%28b%29", "https://a.example/a(b)", id="needless escapes"),
        pytest.param("https://a.example/a%2fb%3fc%25", "https://a.example/a%2Fb%3Fc%25", id="delimiters stay escaped"),
        pytest.param("https://a.example/100%", "https://a.example/100%25", id="stray percent sign"),
        pytest.param("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2", id="order of parameters"),
        pytest.param("https://a.example/x?a=2&a=1", "https://a.example/x?a=2&a=1", id="values of one name keep order"),
        pytest.param("https://a.example/x?q=a%20b", "https://a.example/x?q=a+b", id="space"),
        pytest.param("https://a.example/x?q=%e9", "https://a.example/x?q=%E9", id="escapes of another charset"),
        pytest.param("https://a.example/x?utm_source=rss&UTM_Medium=feed&id=1", "https://a.example/x?id=1", id="utm"),
        pytest.param("https://a.example/x?fbclid=1&gclid=2&mc_cid=3&_ga=5", "https://a.example/x", id="trackers"),
        pytest.param("https://a.example/x?amp;language=fr", "https://a.example/x?language=fr", id="escaped twice"),
        pytest.param("https://a.example/x?s=4&amp%3Blanguage=fr&page=5", "https://a.example/x?language=fr&page=5&s=4",
                     id="escaped thrice"),
        pytest.param("https://a.example/x?a=1&amp;a=1", "https://a.example/x?a=1", id="mended into one that is there"),
        pytest.param("https://a.example/x?id=1&amp;utm_source=x", "https://a.example/x?id=1", id="mended and dropped"),
        pytest.param("https://a.example/x?f[0]=region:asia&f[1]=year:2022",
                     "https://a.example/x?f%5B0%5D=region:asia&f%5B1%5D=year:2022", id="facets"),
        pytest.param("https://a.example/x?f%5B1%5D=region%3Aasia&f%5B0%5D=year%3A2022",
                     "https://a.example/x?f%5B0%5D=region:asia&f%5B1%5D=year:2022", id="facets in another order"),
        pytest.param("https://a.example/x;jsessionid=0A1B2C?id=1", "https://a.example/x?id=1", id="session in a path"),
        pytest.param("https://a.example/(S(lit3py55t21z5v55vlm25s55))/x", "https://a.example/x", id="ASP.NET session"),
        pytest.param("https://a.example/x?PHPSESSID=0123456789abcdef", "https://a.example/x", id="session parameter"),
        pytest.param("https://a.example/x?ASP.NET_SessionId=4xq1&id=7", "https://a.example/x?id=7", id="session of ASP.NET"),
        pytest.param("https://a.example/x?__cf_chl_tk=Zy.1-17", "https://a.example/x", id="what a challenge page adds"),
        pytest.param("https://a.example/x?format=amp", "https://a.example/x", id="AMP by its format"),
        pytest.param("https://a.example/x?format=pdf", "https://a.example/x?format=pdf", id="another format"),
        pytest.param("https://a.example/x?id=3&no_cache=1", "https://a.example/x?id=3", id="past TYPO3's cache"),
        pytest.param("https://a.example/x.html?wcmmode=disabled", "https://a.example/x.html", id="as AEM shows it to readers"),
        pytest.param("https://a.example/x?session_id=0123456789abcdef01", "https://a.example/x", id="long session id"),
        pytest.param("https://a.example/x?print=1", "https://a.example/x", id="print view"),
        pytest.param("https://a.example/x?amp", "https://a.example/x", id="AMP view"),
        pytest.param("https://a.example/x?outputType=amp", "https://a.example/x", id="AMP output"),
        pytest.param("https://a.example/x?_=1654819200000", "https://a.example/x", id="cache buster"),
        pytest.param("https://reader:secret@a.example/x", "https://a.example/x", id="secrets are not kept"),
        pytest.param("https://münchen.example/", "https://xn--mnchen-3ya.example/", id="Punycode"),
    ],
)  # fmt: skip
def test_spellings_of_one_document_have_one_key(printed, key):
    assert canonical_url(printed) == key


# Wrongly merging two documents is worse than keeping a copy: these differ on some real server.
@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://a.example/x", "https://a.example/X", id="case of a path"),
        pytest.param("https://a.example/x", "https://a.example/x/", id="trailing slash"),
        pytest.param("https://a.example/x/", "https://a.example/x/index.html", id="index page"),
        pytest.param("https://a.example/x", "http://a.example/x", id="scheme"),
        pytest.param("https://a.example/x", "https://www.a.example/x", id="www, unless the source says so"),
        pytest.param("https://a.example/x", "https://a.example/index.php/x", id="front controller"),
        pytest.param("https://a.example/x", "https://a.example/x?page=2", id="page of a listing"),
        pytest.param("https://a.example/x", "https://a.example/x?ref=annual-report", id="ref"),
        pytest.param("https://a.example/x?source=1", "https://a.example/x?source=2", id="source"),
        pytest.param("https://a.example/x?sid=00240041", "https://a.example/x?sid=00240042", id="a story's number"),
        pytest.param(
            "https://a.example/x?session_id=108", "https://a.example/x?session_id=109", id="a meeting's number"
        ),
        pytest.param("https://a.example/x?a=1&a=2", "https://a.example/x?a=2&a=1", id="order of values"),
        pytest.param("https://a.example/x?q=1%262", "https://a.example/x?q=1&2", id="escaped separator"),
        pytest.param("https://a.example/x?q=1%2B2", "https://a.example/x?q=1+2", id="escaped plus"),
        pytest.param("https://a.example/a%2Fb", "https://a.example/a/b", id="escaped slash"),
        pytest.param("https://a.example/x?print=letter", "https://a.example/x", id="print that is no switch"),
        pytest.param("https://a.example/x?a", "https://a.example/x?a=", id="bare parameter"),
        pytest.param("https://a.example/x?share=5", "https://a.example/x", id="share that is no network"),
        pytest.param(
            "https://a.example/x?type[0]=a&type[1]=b", "https://a.example/x?type[0]=b&type[1]=a", id="ordered list"
        ),
    ],
)
def test_what_the_url_alone_cannot_decide_is_left_alone(one, other):
    assert canonical_url(one) != canonical_url(other)


def test_identity_in_a_query_survives():
    url = "https://www.oas.example/en/media_center/press_release.asp?sCodigo=E-101/19"
    assert canonical_url(url) == url
    assert canonical_url(url.replace("/19", "%2F19")) == url


def test_keep_wins_over_every_rule():
    url = "https://a.example/x?amp=1&fbclid=2&id=3&print=1&utm_source=4"
    assert canonical_url(url, keep=("amp", "FBCLID", "utm_*", "print"), drop=("id", "amp")) == url.replace("&id=3", "")


def test_drop_names_further_parameters():
    url = "https://a.example/index?page=article&id=7&subject_id=3&mode=news&archive.offset=10"
    assert request_url(url, drop=("subject_id", "mode", "archive.*")) == "https://a.example/index?page=article&id=7"


def test_aliases_name_one_host():
    aliases = {"a.example": "www.a.example"}
    assert canonical_url("http://A.example/x", aliases=aliases) == "http://www.a.example/x"
    assert canonical_url("http://a.example:8080/x", aliases=aliases) == "http://www.a.example:8080/x"
    assert canonical_url("http://b.example/x", aliases=aliases) == "http://b.example/x"


def test_a_request_keeps_the_order_that_was_printed():
    url = "https://a.example/index?page=article&utm_source=x&id=7"
    assert request_url(url) == "https://a.example/index?page=article&id=7"
    assert canonical_url(url) == "https://a.example/index?id=7&page=article"


@pytest.mark.parametrize(
    "text", ["", "mailto:a@b.example", "/relative", "ftp://a.example/x", "http://[", "https://a@b@c/"]
)
def test_what_is_no_http_url_is_returned_as_it_is(text):
    assert canonical_url(text) == text


URLISH = st.text(alphabet=st.sampled_from("abAZ019.%2eEfF/?#&=;:@[]()\\+~ é\t\n-_*!'|amp"), max_size=60)
URLS = st.one_of(
    st.text(max_size=80), URLISH, URLISH.map("https://a.example/".__add__), URLISH.map("http://a.example?".__add__)
)


@given(URLS)
@example("https://a.example/%%34%31")
@example("https://a.example/..;jsessionid=1/b")
@example("https://a.example/;jsession;jsessionid=1id=2")
@example("https://a.example/?f[1]=b&f[0]=a&f[0]=a&f[10]=c")
@example("https://a.example/?amp;amp%3Bamp;utm_x")
def test_the_key_of_a_key_is_itself(url):
    key = canonical_url(url)
    assert canonical_url(key) == key
    assert canonical_url(request_url(url)) == key
    assert request_url(request_url(url)) == request_url(url)


@given(
    st.sampled_from(["https://one.example/news/x?y#z", "http://two.example:8080/", "https://one.example/", "mailto:x"]),
    st.lists(st.sampled_from([*"/\\?#@:.é\t ", "//", "http:", "https://", "HTTP://", "..", "a", "c.example", "%2e"])),
)
@example("https://one.example/news/x?y#z", ["a"])
@example("https://one.example/news/x?y#z", ["https:"])
@example("https://one.example/news/x?y#z", ["\t", "?", "a"])
def test_a_link_is_read_the_same_whatever_pages_were_read_before(base: str, parts: list[str]) -> None:
    href = "".join(parts)
    read = read_url(href, read_url(base, None))
    assert join_url(base, href) == (str(read) if read else None)


@given(URLS, URLS)
def test_any_text_joins_to_an_absolute_ascii_url_or_to_none(base, href):
    joined = join_url(base, href)
    if joined is not None:
        assert joined.isascii()
        assert not set(joined) & set(" \t\r\n")
        parts = urlsplit(joined)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert "@" not in parts.netloc
        assert join_url(joined, joined) == joined
        assert host(canonical_url(joined))


@given(URLS)
def test_the_short_way_is_never_another_way(href):
    href = "".join(href.split()).strip("".join(map(chr, range(33))))  # spaces at an end are no part of a link
    for link in (href, f"/{href}", f"../{href}", f"https://b.example/{href}"):
        if "#" not in href and (joined := join_url(PAGE, link)) is not None:
            assert join_url(PAGE, link + "#") == joined + "#"


def test_parts():
    url = "https://WWW.A.example:8443/news/?page=2#x"
    assert host(url) == "www.a.example:8443"
    assert origin(url) == "https://www.a.example:8443"
    assert path_query(url) == "/news/?page=2"
    assert (host("tel:1"), origin("tel:1"), path_query("tel:1")) == ("", "", "")
