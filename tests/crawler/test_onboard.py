"""Following a site that nobody has described: what is looked at, what is concluded, and what is proposed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.cli import main
from scraper.clock import Clock
from scraper.config import MIN_DELAY, Source, parse_source
from scraper.crawler.draft import Draft, source_name, write
from scraper.crawler.fetch import Fetcher
from scraper.crawler.listings import parse_listing
from scraper.crawler.onboard import Survey, choose, lists_to_look_at, narrowed, site_title, weigh
from scraper.crawler.scope import Scope
from scraper.crawler.views import View, look
from scraper.demo.site import FixtureSite
from scraper.errors import UsageError
from scraper.explore import MOST_REQUESTS
from scraper.propose import ONBOARDING_DELAY, SHOWN, Proposal, propose_source

FAMILIES = Path(__file__).parents[2] / "fixtures" / "families"
STATEMENT_KINDS = frozenset({"press_release", "speech", "report"})


# --- a page, looked at ------------------------------------------------------------------------------------------------

LISTING = """
<html><head><title>News | The Institution</title>
<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" hreflang="fr" href="/fr/news"></head>
<body><header><a href="/">Home</a><a href="/press-releases">Press releases</a><a href="/about/history">A long history of us</a>
</header><nav class="menu"><a href="/events">Events</a><a href="/speeches">Speeches</a></nav>
<main>
<div class="card"><h3><a href="/news/first-long-title-of-all">The first long title of them all</a></h3><time>3 June</time></div>
<div class="card"><h3><a href="/news/second-long-title-of-all">The second long title of them all</a></h3><p>2 May 2022</p></div>
<div class="card"><h3><a href="/events/annual-meeting-of-members">The annual meeting of the members</a></h3><p>1 May 2022</p></div>
<div class="card"><h3><a href="/events/winter-meeting-of-members">The winter meeting of the members</a></h3><p>1 May 2022</p></div>
<a href="/blog/why-we-do-what-we-do">Why we do what we do, a personal view</a>
<a href="/blog/how-we-do-what-we-do">How we do what we do, a personal view</a>
<a href="https://elsewhere.example/news/x-y-z">Another site's long title of an article</a>
</main>
<ul class="pager"><li><a href="/news?page=1" rel="next">Next</a></li><li><a href="/news?page=7">Last</a></li></ul>
<footer><a href="/privacy">Privacy</a></footer></body></html>
"""


@pytest.fixture
def view() -> View:
    return look(LISTING, "https://a.example/news")


def test_a_look_tells_menus_from_what_a_page_lists(view: View) -> None:
    listed = {link.url.removeprefix("https://a.example") for link in view.seen if not link.furniture}
    assert listed == {
        "/news/first-long-title-of-all", "/news/second-long-title-of-all", "/events/annual-meeting-of-members",
        "/events/winter-meeting-of-members", "/blog/why-we-do-what-we-do", "/blog/how-we-do-what-we-do",
    }  # fmt: skip
    first = next(link for link in view.seen if link.url.endswith("/first-long-title-of-all"))
    assert (first.heading, first.dated, first.is_title) == (True, True, True)


def test_a_look_finds_feeds_languages_and_the_next_page(view: View) -> None:
    assert view.feeds == ("https://a.example/rss.xml",)
    assert view.languages == (("fr", "https://a.example/fr/news"),)
    assert view.further[0] == "https://a.example/news?page=1"
    assert view.titles == ("News", "The Institution")


def test_menus_lead_to_further_listings_but_not_to_calendars(view: View) -> None:
    assert lists_to_look_at(view, 9) == ["https://a.example/press-releases", "https://a.example/speeches"]


def test_news_is_chosen_and_events_and_blogs_are_not(view: View) -> None:
    (chosen,) = choose(Survey(view.url, (view,)))
    assert chosen.family.folders == ("news",)
    assert "its name says news or statements" in chosen.reasons
    points = {one.family.folders: one.points for one in weigh(Survey(view.url, (view,)))}
    assert points["news",] > points["blog",] > points["events",]


def test_a_blog_is_chosen_where_there_is_nothing_better() -> None:
    html = re.sub(r'<div class="card">.*?</div>', "", LISTING, flags=re.DOTALL)
    view = look(html.replace('href="/blog/', 'href="/blog/2022/05/01/'), "https://a.example/blog")
    (chosen,) = choose(Survey(view.url, (view,)))
    assert chosen.family.folders == ("blog", "{year}", "{month}", "{day}")


def test_a_page_of_menus_alone_convinces_nobody() -> None:
    view = look(re.sub(r"<main>.*</main>", "", LISTING, flags=re.DOTALL), "https://a.example/")
    assert choose(Survey(view.url, (view,))) == []


def test_facets_are_neither_listings_to_look_at_nor_statements() -> None:
    links = "".join(
        f'<li><a href="/news?f[0]=region:{n}">Region number {n} of our many regions</a></li>' for n in range(30)
    )
    view = look(LISTING.replace("<main>", f"<main><ul>{links}</ul>"), "https://a.example/news")
    assert not [url for url in lists_to_look_at(view, 50) if "f%5B" in url]
    assert all(not one.family.query for one in choose(Survey(view.url, (view,))))


def test_years_of_an_archive_are_its_parts() -> None:
    years = "".join(f'<a href="/index?page=archive&year={year}">{year}</a>' for year in (2019, 2020, 2021))
    html = f"<body><main>{years}<a href='/index?page=contact'>Contact</a><a href='/index?page=archive&q=x'>Search</a></main>"
    view = look(html, "https://a.example/index?page=archive")
    assert [url[-9:] for url in narrowed(view)] == ["year=2019", "year=2020", "year=2021"]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_page_breaks_a_look(html: str) -> None:
    choose(Survey("https://a.example/", (look(html, "https://a.example/"),)))


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "name"),
    [("www.iom.int", "iom"), ("philippines.iom.int", "philippines-iom"), ("asean.org", "asean"),
     ("www.foreign.gov.example", "foreign"),
     ("localhost:8080", "localhost")],
)  # fmt: skip
def test_a_source_is_named_after_its_host(host: str, name: str) -> None:
    assert source_name(host) == name


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_whatever_a_site_calls_itself_the_file_can_be_read(title: str) -> None:
    view = look(LISTING, "https://a.example/news")
    chosen = tuple(choose(Survey(view.url, (view,))))
    draft = Draft(title, ("a.example",), {}, "https://a.example/", ((view.url, view.further),), (), (), chosen)
    source = parse_source(write(draft), "a.toml")
    assert source.hosts == ("a.example",)
    assert source.title
    assert source.title.isprintable()


def test_a_pattern_with_an_apostrophe_survives_the_file() -> None:
    view = look(LISTING.replace("/news/", "/l'actu/news/"), "https://a.example/l'actu/news")
    chosen = tuple(choose(Survey(view.url, (view,))))
    draft = Draft("A", ("a.example",), {}, "https://a.example/", ((view.url, view.further),), (), (), chosen)
    scope = Scope(parse_source(write(draft), "a.toml"))
    assert is_statement(scope, "https://a.example/l'actu/news/a-third-title")
    assert not is_statement(scope, "https://a.example/news/a-third-title")


# --- the fixture hosts, without a hand-written line -------------------------------------------------------------------


@pytest.fixture(scope="module")
def site() -> Iterator[FixtureSite]:
    with FixtureSite(at="T0", crawl_delay=0, noise_seed=1) as running:
        yield running


def propose(site: FixtureSite, url: str) -> Proposal:
    clock = Clock.starting_at(site.state.at)
    with Fetcher(resolve=site.resolve, now=clock.now, sleep=lambda _: None) as fetcher:
        return propose_source(url, fetcher, clock, local=True)


def source_from(proposal: Proposal) -> Source:
    return parse_source(proposal.toml, f"{proposal.name}.toml", least_delay=timedelta(0))


def is_statement(scope: Scope, url: str) -> bool:
    canonical = scope.canonical(url)
    return scope.role(canonical) == "statement" and scope.refuses(canonical) is None


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("https://iom.example/news", id="news page on the apex host"),
        pytest.param("https://www.iom.example/", id="home page"),
        pytest.param("https://philippines.iom.example/news", id="office"),
        pytest.param("https://costarica.iom.example/", id="office in Spanish"),
        pytest.param("https://mena.iom.example/", id="office in Arabic and Russian"),
        pytest.param("https://reliefweb.example/updates", id="aggregator"),
        pytest.param("https://oas.example/", id="identity in the query"),
    ],
)
def test_the_proposal_takes_every_statement_and_nothing_else(site: FixtureSite, start: str) -> None:
    scope = Scope(source_from(propose(site, start)))
    # A file is an attachment until a person says that the publisher issues statements so.
    own = [page for page in site.state.pages.values() if page.host in scope.hosts and not page.path.endswith(".pdf")]
    missed = [page.url for page in own if page.kind in STATEMENT_KINDS and not is_statement(scope, page.url)]
    wrong = [page.url for page in own if page.kind not in STATEMENT_KINDS and is_statement(scope, page.url)]
    assert len(own) >= 2
    assert missed == []
    assert wrong == []


def test_a_list_of_one_month_gives_way_to_the_one_that_is_always_of_this_month(site: FixtureSite) -> None:
    """The menu of oas.example leads to December 2019 and November 2019."""
    assert source_from(propose(site, "https://oas.example/")).seeds == ("https://oas.example/press_releases.asp",)


@pytest.mark.parametrize("host", ["wordpress.example", "webflow.example", "spip.example", "dreamweaver.example"])
def test_other_kinds_of_newsrooms_are_understood_from_their_home_pages(site: FixtureSite, host: str) -> None:
    scope = Scope(source_from(propose(site, f"https://{host}/")))
    expected = json.loads((FAMILIES / host / "expected.json").read_text(encoding="utf-8"))
    assert [document["url"] for document in expected if not is_statement(scope, document["url"])] == []
    assert not is_statement(scope, f"https://{host}/")


@pytest.mark.parametrize(
    ("host", "adapter"), [("govuk.example", "govuk"), ("who.example", "who"), ("presscorner.example", "presscorner")]
)
def test_a_site_with_a_known_interface_is_read_through_it(site: FixtureSite, host: str, adapter: str) -> None:
    proposal = propose(site, f"https://{host}/")
    assert source_from(proposal).adapter == adapter
    assert proposal.statements
    assert all(statement.title and statement.words for statement in proposal.statements)


def test_a_site_behind_an_interface_is_called_what_its_pages_call_it(site: FixtureSite) -> None:
    assert source_from(propose(site, "https://presscorner.example/")).title == "European Commission"
    nameless = propose(site, "https://govuk.example/")
    assert source_from(nameless).title == "govuk.example"
    assert "please set: its pages do not say what it is called" in nameless.toml


@pytest.mark.parametrize(
    ("pages", "name"),
    [
        pytest.param({"/": "Press corner | European Commission"}, "European Commission", id="the home page alone"),
        pytest.param({"/": "GOV.UK - Home"}, "GOV.UK", id="a menu's word is no name"),
        pytest.param({"/": "Home"}, "", id="the home page does not say"),
        pytest.param({"/a": "A title | Commission", "/b": "Another | Commission"}, "Commission", id="what two share"),
        pytest.param({"/a": "A title | Commission"}, "", id="one page's title is its own"),
    ],
)
def test_a_site_is_called_what_its_titles_have_in_common(pages: dict[str, str], name: str) -> None:
    home = "https://a.example/"
    views = [look(f"<title>{title}</title>", f"https://a.example{path}") for path, title in pages.items()]
    assert site_title(views, home) == name


def test_traps_are_no_statements(site: FixtureSite) -> None:
    scope = Scope(source_from(propose(site, "https://www.iom.example/news")))
    for path in (
        "/news", "/news?page=2", "/news?f[0]=region:asia-pacific", "/calendar/2022-06", "/search?type[0]=press_release&page=1",
        "/node/123", "/amp/news/x-y-z", "/blogs/a-b-c", "/stories/a-b-c", "/newsdesk/20171218", "/print/node/123",
        "/who-we-are", "/terms-and-conditions",
    ):  # fmt: skip
        assert not is_statement(scope, f"https://www.iom.example{path}"), path


def test_five_statements_are_shown_and_the_look_is_short(site: FixtureSite) -> None:
    proposal = propose(site, "https://www.iom.example/news")
    assert len(proposal.statements) == SHOWN
    assert len({statement.url for statement in proposal.statements}) == SHOWN
    assert proposal.requests <= MOST_REQUESTS / 2


def test_evidence_stands_beside_what_it_is_for(site: FixtureSite) -> None:
    toml = propose(site, "https://www.iom.example/news").toml
    assert re.search(r"# its name says news or statements; .* listed with a date", toml)
    assert re.search(r"feeds = .*  # lists \d+ statements", toml)
    assert "# contact = " in toml


def test_what_was_left_out_is_mentioned_for_a_person_to_decide(site: FixtureSite) -> None:
    proposal = propose(site, "https://www.iom.example/news")
    assert re.search(r"# left out: '.*/blogs/.*',  # its name may mean statements", proposal.toml)
    assert not is_statement(Scope(source_from(proposal)), "https://www.iom.example/blogs/why-remittances-matter")


def test_a_stranger_is_asked_slowly_and_told_who_asks() -> None:
    """Only where every host is mapped to a local address is there no delay."""
    assert ONBOARDING_DELAY >= MIN_DELAY


def test_robots_are_obeyed_while_looking(site: FixtureSite) -> None:
    with (
        FixtureSite(at="T0", robots={"www.iom.example": "closed"}) as closed,
        pytest.raises(UsageError, match=r"robots\.txt disallows"),
    ):
        propose(closed, "https://www.iom.example/news")
    assert {asked.path for asked in closed.requests} == {"/robots.txt"}


@pytest.mark.parametrize("url", ["https://mirror.example/", "not a url at all", "https://nowhere.example/news"])
def test_a_site_without_statements_is_an_error_with_advice(site: FixtureSite, url: str) -> None:
    with pytest.raises(UsageError):
        propose(site, url)


def test_a_host_of_the_catalogue_is_said_to_be_one_even_if_it_refuses(site: FixtureSite) -> None:
    """Somebody who gives the address of ReliefWeb's interface is led to the source that knows how to ask it."""
    clock = Clock.starting_at(site.state.at)
    mapped = {"api.reliefweb.int": site.resolve["api.reliefweb.example"]}
    with (
        Fetcher(resolve=mapped, now=clock.now, sleep=clock.sleep) as fetcher,
        pytest.raises(UsageError, match=r"as 'reliefweb'"),
    ):
        propose_source("https://api.reliefweb.int/v2/reports", fetcher, clock, local=True)


def test_the_command_writes_a_file_that_the_crawler_takes(site: FixtureSite, tmp_path: Path) -> None:
    resolve = [f"--resolve={host}={origin}" for host, origin in site.resolve.items()]
    file = tmp_path / "reliefweb.toml"
    assert main(["sources", "add", "https://reliefweb.example/updates", "--output", str(file), "--yes", *resolve]) == 0
    archive = tmp_path / "archive.db"
    assert main(["--archive", str(archive), "crawl", "--source-file", str(file), *resolve]) in {0, 1}


def test_further_pages_of_a_proposed_source_are_walked_as_such(site: FixtureSite) -> None:
    """Known as a further page, a list is read again when its first page has news; merely as a list, once."""
    proposal = propose(site, "https://webflow.example/")
    source = source_from(proposal)
    html = (FAMILIES / "webflow.example" / "news-1.html").read_text(encoding="utf-8")
    page = parse_listing(html, source.seeds[0], Scope(source))
    assert page.next_urls == ("https://webflow.example/news?7f2c9d1e_page=2",)
    assert len(page.sightings) == 2
