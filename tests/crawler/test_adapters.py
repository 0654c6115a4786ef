"""Adapters: JSON interfaces behind the same door as pages, against small servers that speak the same shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.config import catalogue, parse_source
from scraper.crawler.adapters.base import ApiPage, with_facts
from scraper.crawler.adapters.choose import adapter_of
from scraper.crawler.feeds import parse_feed
from scraper.crawler.fetch import Fetcher
from scraper.crawler.scope import Scope
from scraper.demo.apis import APPROVED_APPNAME
from scraper.demo.site import FixtureSite
from scraper.model import Capture, Failure, Sighting, Statement
from tests.interfaces import NOW, SOURCES, answer, expected, source_of


@pytest.fixture(scope="module")
def get() -> Iterator[Callable[[str], Capture | Failure]]:
    """Asks the fixture servers."""
    with FixtureSite() as site, Fetcher(resolve=site.resolve, now=lambda: NOW, sleep=lambda _: None) as fetcher:
        yield lambda url: fetcher.fetch(url, user_agent="statement-scraper/0")


def listed(name: str, get: Callable[[str], Capture | Failure]) -> list[Sighting]:
    """Everything that a source's lists name, walked to their ends."""
    scope = Scope(source_of(name))
    assert scope.adapter is not None
    found: list[Sighting] = []
    for role, url in scope.starts:
        queue = [url]
        while queue:
            capture = get(queue.pop())
            assert isinstance(capture, Capture), capture
            if role == "feed":
                found += [Sighting(entry.url, "feed") for entry in parse_feed(capture.body, capture.url).entries]
            else:
                page = scope.adapter.read_listing(capture)
                assert not page.problems
                found += page.sightings
                queue += page.next_urls
    return found


def page_of(name: str, public: str, get: Callable[[str], Capture | Failure]) -> ApiPage:
    adapter = adapter_of(source_of(name))
    assert adapter is not None
    capture = get(adapter.fetch_url(public) or public)
    assert isinstance(capture, Capture), capture
    return adapter.as_page(capture)


EVERY_DOCUMENT = [
    pytest.param(name, document, id=str(document["url"]).rpartition("/")[2][:40])
    for name in SOURCES
    for document in expected(name)
]


@pytest.mark.parametrize("name", SOURCES)
def test_lists_name_every_document_by_its_public_address(name: str, get) -> None:
    wanted = {str(document["url"]) for document in expected(name)}
    if name == "presscorner":  # the feed is in one language; the document names its translations
        wanted = {url for url in wanted if "/en/" in url}
    if name == "govuk":  # the search leaves withdrawn documents out
        wanted = {str(document["url"]) for document in expected(name) if not document.get("withdrawn")}
    assert {sighting.url for sighting in listed(name, get)} == wanted


@pytest.mark.parametrize(("name", "document"), EVERY_DOCUMENT)
def test_a_documents_public_address_leads_to_the_interface_and_back(name: str, document: dict[str, str]) -> None:
    scope = Scope(source_of(name))
    asked = scope.asked(scope.canonical(document["url"]))
    assert asked != document["url"]
    assert "/api/" in asked or "//api." in asked
    assert scope.canonical(asked) == scope.canonical(document["url"])
    assert scope.role(scope.canonical(asked)) == "statement"


@pytest.mark.parametrize(("name", "document"), EVERY_DOCUMENT)
def test_an_answer_becomes_a_page_with_what_the_interface_states(name: str, document, get) -> None:
    page = page_of(name, document["url"], get)
    assert page.url == document["url"]
    assert page.facts["title"] == document["title"]
    published, wanted = page.facts["published"], document["published"]
    assert (published.on.isoformat(), published.precision, published.source) == (
        wanted["on"], wanted["precision"], wanted["source"],
    )  # fmt: skip
    for field in ("kind", "place"):
        if field in document:
            assert page.facts[field] == document[field]
    if "modified" in document:
        assert page.facts["modified"].on.isoformat() == document["modified"]
    assert f"<h1>{document['title'].replace('&', '&amp;')}</h1>" in page.html.replace("&#x27;", "'")
    for words in (document.get("first_words"), document.get("last_words")):
        assert words is None or words in page.html


def test_gov_uk_tells_its_own_revisions_newest_first(get) -> None:
    page = page_of(
        "govuk", "https://govuk.example/government/news/new-rules-for-ferry-passengers-with-disabilities", get
    )
    assert [(note.at.date(), note.text) for note in page.notes] == [
        (date(2025, 6, 13), "Corrected the date from which the rules apply: 1 October, not 1 September."),
        (date(2025, 6, 11), "First published."),
    ]
    assert "1 September" not in page.html


def test_gov_uk_says_when_it_withdrew_a_document(get) -> None:
    page = page_of("govuk", "https://govuk.example/government/news/interim-advice-on-bathing-water", get)
    assert page.warnings == ("withdrawn by the publisher on 2024-11-30",)


def test_the_press_corner_names_the_other_languages_of_a_document(get) -> None:
    page = page_of("presscorner", "https://presscorner.example/commission/presscorner/detail/en/ip_26_118", get)
    assert 'hreflang="fr" href="https://presscorner.example/commission/presscorner/detail/fr/ip_26_118"' in page.html


def test_who_asks_for_each_language_in_a_stated_order() -> None:
    """The collection has no order of its own (told), so that a page could hold anything."""
    queries = [parse_qs(urlsplit(url).query) for _, url in Scope(source_of("who")).starts]
    assert [query["sf_culture"] for query in queries] == [["en"], ["fr"]]
    assert all(query["$orderby"] == ["PublicationDateAndTime desc"] and query["$skip"] == ["0"] for query in queries)


def test_who_pages_are_fetched_themselves_where_the_collection_has_no_texts() -> None:
    source = parse_source(SOURCES["who"].replace('"en fr"', '"en", body = "page"'), "who.toml")
    page = "https://who.example/news/item/11-02-2026-measles-vaccination-campaign-reaches-islands"
    assert Scope(source).asked(page) == page


def test_reliefweb_without_an_appname_asks_nothing_and_says_what_to_do() -> None:
    source = parse_source(SOURCES["reliefweb"].replace(APPROVED_APPNAME, ""), "reliefweb.toml")
    adapter = adapter_of(source)
    assert adapter is not None
    assert adapter.starts == ()
    assert "apidoc.reliefweb.int" in (adapter.problem or "")


def test_reliefweb_with_an_unknown_appname_is_refused_not_empty(get) -> None:
    source = parse_source(SOURCES["reliefweb"].replace(APPROVED_APPNAME, "somebody"), "reliefweb.toml")
    failure = get(Scope(source).starts[0][1])
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.status) == ("blocked", 403)


def test_reliefweb_says_where_a_report_came_from(get) -> None:
    page = page_of("reliefweb", "https://reliefweb.example/report/albania/bridges-reopen-in-northern-albania", get)
    assert page.warnings == ("republished from https://wordpress.example/newsroom/bridges-reopen/",)
    assert page.facts["author"] == "Albanian Red Cross"


def many(count: int, item: Callable[[int], object]) -> list[object]:
    return [item(number) for number in range(count)]


# Lists that are counted through: a full answer leads to the next, a short one is the last.
PAGED = [
    pytest.param("govuk", "results", lambda n: {"link": f"/government/news/n{n}", "title": "T"}, 100, "start", "100",
                 id="govuk"),
    pytest.param("who", "value", lambda n: {"ItemDefaultUrl": f"/01-02-2026-n{n}", "Title": "T"}, 50, "$skip", "50", id="who"),
    pytest.param("presscorner", "docuLanguageListResources", lambda n: {"refCode": f"IP/26/{n}", "languageCode": "EN"}, 100,
                 "pagenumber", "2", id="presscorner"),
    pytest.param("reliefweb", "data", lambda n: {"fields": {"url_alias": f"https://reliefweb.example/report/x/n{n}"}}, 100,
                 "offset", "100", id="reliefweb"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "item", "full", "parameter", "value"), PAGED)
def test_lists_are_walked_by_their_own_counting(name, key, item, full, parameter, value) -> None:
    source = parse_source(SOURCES[name].replace('"rss"', '"search"'), "x.toml")
    scope = Scope(source)
    assert scope.adapter is not None
    start = scope.canonical(scope.starts[0][1])
    page = scope.adapter.read_listing(answer(start, {key: many(full, item)}))
    assert len(page.sightings) == full
    (following,) = page.next_urls
    assert parse_qs(urlsplit(following).query)[parameter] == [value]
    assert scope.adapter.lists(scope.canonical(following))
    assert scope.role(scope.canonical(following)) == "listing"
    assert scope.refuses(scope.canonical(following)) is None
    assert scope.adapter.read_listing(answer(following, {key: many(full - 1, item)})).next_urls == ()


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("body", [b"", b"<html>maintenance</html>", b"[]", b'{"error": "no"}', b"[" * 100_000], ids=len)
def test_an_answer_of_another_shape_is_a_problem_not_an_empty_list(name: str, body: bytes) -> None:
    adapter = adapter_of(source_of(name))
    assert adapter is not None
    page = adapter.read_listing(answer("https://x.example/list", body))
    assert page.sightings == ()
    assert len(page.problems) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["results", "value", "data", "fields", "docuLanguageListResources", "docuLanguageResource", "details", "link", "links",
         "change_history", "refCode", "ItemDefaultUrl", "url_alias", "title", "body", "date", "note", "public_timestamp"]
    ), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
@settings(deadline=None)
@given(body=JSON)
def test_no_json_breaks_an_adapter(name: str, body: object) -> None:
    adapter = adapter_of(source_of(name))
    assert adapter is not None
    for url in ("https://govuk.example/api/content/x", "https://x.example/?a=1"):
        assert isinstance(adapter.as_page(answer(url, body)), ApiPage)
        adapter.read_listing(answer(url, body))


@pytest.mark.parametrize("name", [name for name, source in catalogue().items() if source.adapter])
@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_no_address_breaks_the_way_to_an_interface_and_back(name: str, text: str) -> None:
    source = catalogue()[name]
    adapter = adapter_of(source)
    assert adapter is not None
    for url in (text, f"https://{source.hosts[0]}/{text}", f"{source.adapter_url}?$filter={text}&reference={text}"):
        adapter.fetch_url(url)
        adapter.public_url(url)
        adapter.lists(url)


def test_what_an_interface_states_wins_and_says_so() -> None:
    read = Statement("https://a.example/1", "A headline", "Text.", kind="news", sources={"title": "h1", "kind": "url"})
    stated = with_facts(
        read, ApiPage(read.url, "<p>", {"title": "The headline", "kind": None}, warnings=("withdrawn",))
    )
    assert (stated.title, stated.kind) == ("The headline", "news")
    assert stated.sources == {"title": "api", "kind": "url"}
    assert stated.warnings == ("withdrawn",)


def test_a_source_without_an_adapter_has_none() -> None:
    assert adapter_of(catalogue()["iom"]) is None
