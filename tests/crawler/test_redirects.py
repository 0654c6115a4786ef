"""Redirects: followed within bounds, remembered, and never to where nothing good is."""

from __future__ import annotations

import pytest

from scraper.crawler.fetch import Fetcher
from scraper.model import Capture, Failure, Validators
from tests.clock import NOW
from tests.crawler.raw_server import URL, Recorded, Server, get, plain


def test_redirects_are_followed_and_remembered(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: /news/y")]
    server.answers["/news/y"] = [plain(302, b"", "Location: https://b.example/z#part")]
    server.answers["/z"] = [plain(200)]
    manners = Recorded()
    found = get(fetcher, manners=manners)
    assert isinstance(found, Capture)
    assert (found.url, found.requested_url) == ("https://b.example/z", URL)
    assert [(hop.status, hop.location) for hop in found.hops] == [
        (301, "https://www.a.example/news/y"),
        (302, "https://b.example/z"),
    ]
    # Every request takes its turn.
    assert manners.told == [
        "wait www.a.example",
        "answered",
        "wait www.a.example",
        "answered",
        "wait b.example",
        "answered",
    ]


def test_validators_stay_with_their_origin(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: https://b.example/z")]
    server.answers["/z"] = [plain(200)]
    get(fetcher, validators=Validators('"v1"'))
    assert "if-none-match" not in server.asked[1][1]


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        pytest.param("file:///etc/passwd", "redirect", id="file"),
        pytest.param("javascript:alert(1)", "redirect", id="javascript"),
        pytest.param("ftp://www.a.example/x", "redirect", id="ftp"),
        pytest.param("gopher://127.0.0.1:6379/_FLUSHALL", "redirect", id="gopher"),
        pytest.param("https://a:b@www.a.example/x", "redirect", id="with a password"),
        pytest.param("/" + "a" * 20_000, "redirect", id="20,000 characters"),
        pytest.param("/news/x", "redirect", id="to itself"),
        pytest.param("", "redirect", id="empty means itself"),
        pytest.param("http://169.254.169.254/latest/meta-data/", "unsafe-address", id="metadata service"),
        pytest.param("http://2130706433/", "unsafe-address", id="loopback as a number"),
        pytest.param("http://[::ffff:127.0.0.1]/", "unsafe-address", id="loopback inside IPv6"),
    ],
)
def test_redirects_that_lead_nowhere_good_are_refused(
    server: Server, fetcher: Fetcher, location: str, kind: str
) -> None:
    server.answers["/news/x"] = [plain(302, b"", f"Location: {location}")]
    found = get(fetcher)
    assert isinstance(found, Failure)
    assert (found.kind, found.url) == (kind, URL)
    assert len(server.asked) == 1


def test_a_chain_of_redirects_ends(server: Server, fetcher: Fetcher) -> None:
    for number in range(20):
        server.answers[f"/{number}"] = [plain(301, b"", f"Location: /{number + 1}")]
    found = get(fetcher, "https://www.a.example/0")
    assert isinstance(found, Failure)
    assert found.kind == "redirect"
    assert len(server.asked) <= 11


def test_the_pipeline_may_forbid_a_redirect(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: /private")]
    refusal = Failure("https://www.a.example/private", NOW, "robots", "robots.txt disallows it")
    found = get(fetcher, allowed=lambda url: refusal)
    assert isinstance(found, Failure)
    assert (found.kind, found.url, len(server.asked)) == ("robots", URL, 1)


def test_a_location_in_utf8_is_followed(server: Server, fetcher: Fetcher) -> None:
    server.answers["/news/x"] = [plain(301, b"", "Location: /caf\u00e9")]
    server.answers["/caf%C3%A9"] = [plain(200)]
    found = get(fetcher)
    assert isinstance(found, Capture)
    assert found.url == "https://www.a.example/caf%C3%A9"
