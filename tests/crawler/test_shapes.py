"""What URLs of one kind have in common: patterns of statements and listings, and what the names of sections say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.config import parse_source
from scraper.crawler.listings import parse_listing
from scraper.crawler.scope import Scope
from scraper.crawler.sections import judge, judge_path
from scraper.crawler.shapes import families, listing_pattern, pattern, take_apart

# --- URLs that look alike ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "regex"),
    [
        pytest.param(["/news/a-b-c", "/news/d-e-f"], "^/news/[^/?]+$", id="slugs in a folder"),
        pytest.param(["/news/12.html", "/news/9.html"], r"^/news/\d+\.html$", id="numbers"),
        pytest.param(
            ["/blog/2019/05/29/x/index.html", "/blog/2018/12/01/y/"],
            r"^/blog/\d{4}/\d{1,2}/\d{1,2}/[^/?]+/(?:index\.html)?$",
            id="dates in the path, a copy's index pages",
        ),
        pytest.param(
            ["/report/chad/a-b", "/report/zimbabwe/c-d", "/report/world/e-f"], "^/report/[^/?]+/[^/?]+$", id="a value as a folder"
        ),
        pytest.param(["/nota0312.htm", "/nota0128.htm"], r"^/nota_?\d+\.htm$", id="a word and a number"),
        pytest.param(["/spip.php?article12", "/spip.php?article7"], r"^/spip\.php\?article\d+$", id="a parameter without value"),
        pytest.param(
            ["/index?page=article&id=0024004105", "/index?id=00240041ff&page=article"],
            r"^/index\?id=[^&]+&page=article$",
            id="identity in the query",
        ),
        pytest.param(["/press_release.asp?sCodigo=E-101/19"], r"^/press_release\.asp\?sCodigo=[^&]+$", id="a symbol number"),
        pytest.param(["/es/news/a-b", "/news/c-d", "/fr/news/e-f"], "^(?:/(?:es|fr))?/news/[^/?]+$", id="languages"),
        pytest.param(["/newsroom/a/", "/newsroom/b"], "^/newsroom/[^/?]+/?$", id="final slash or not"),
        pytest.param(["/news/20250611/a", "/news/20240101/b"], r"^/news/[\d-]{8,10}/[^/?]+$", id="a date as a folder"),
    ],
)  # fmt: skip
def test_urls_of_one_kind_have_one_pattern(found: list[str], regex: str) -> None:
    from scraper.urls import canonical_url

    urls = [canonical_url(f"https://a.example{path}") for path in found]
    shapes = families(urls)
    (family,) = {shape.family for shape in shapes.values()}
    assert pattern(family, list(shapes.values()), {shape.language for shape in shapes.values()}) == regex
    for url in urls:
        assert re.search(regex, url.removeprefix("https://a.example"))


def test_sections_side_by_side_stay_apart() -> None:
    """Two folders with a page each could be values, were they not called what sections are called."""
    found = families(["https://a.example/media/press-releases/a", "https://a.example/media/events/b"])
    assert len({shape.family for shape in found.values()}) == 2


@pytest.mark.parametrize(
    ("listing", "further", "inside", "outside"),
    [
        pytest.param("/news", ["/news?page=1"], ["/news", "/news?page=12"], ["/news?page=x", "/news/a", "/news?f=1"], id="page"),
        pytest.param(
            "/newsroom/", ["/newsroom/page/2/"], ["/newsroom/", "/newsroom/page/31/"], ["/newsroom/a-title/"], id="page in the path"
        ),
        pytest.param(
            "/index?page=archive",
            ["/index?archive.offset=10&fiscal_year=2007&page=archive"],
            ["/index?fiscal_year=2004&page=archive"],
            ["/index?id=1&page=article", "/index?page=subject"],
            id="parameters in any combination",
        ),
        pytest.param(
            "/news_events/", ["/news_events/index.html%3Fpage=2.html"], ["/news_events/index.html%3Fpage=23.html"],
            ["/news_events/releases.html"], id="a saved copy's file names",
        ),
    ],
)  # fmt: skip
def test_a_listings_pattern_takes_its_further_pages_and_no_statement(listing, further, inside, outside) -> None:
    regex = listing_pattern(f"https://a.example{listing}", [f"https://a.example{path}" for path in further])
    assert [path for path in inside if not re.search(regex, path)] == []
    assert [path for path in outside if re.search(regex, path)] == []


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_url_can_be_taken_apart(text: str) -> None:
    for url in (text, f"https://a.example/{text}", f"https://a.example/x?{text}"):
        shape = take_apart(url)
        re.compile(pattern(shape.family, [shape], {shape.language}))


# --- what the names of sections say -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("news", "statements"), ("press-releases", "statements"), ("foundation_news", "statements"),
        ("news-and-events", "statements"),
        ("comunicados", "statements"), ("actualités", "statements"), ("press_release.asp", "statements"),
        ("заявления", "statements"),
        ("blog", "perhaps"), ("stories", "perhaps"), ("releases", "perhaps"), ("updates", "perhaps"),
        ("events", "other"), ("blog-tags", "other"), ("event_reports", "other"), ("products", "other"), ("press-photos", "other"),
        ("zimbabwe", None), ("the-minister-welcomes", None), ("", None),
    ],
)  # fmt: skip
def test_a_sections_name_says_what_it_holds(name: str, verdict: str | None) -> None:
    assert judge(name) == verdict


def test_the_folder_nearest_to_the_page_decides() -> None:
    assert judge_path(take_apart("https://a.example/news_events/events/12.html").family.words) == "other"
    assert judge_path(take_apart("https://a.example/about/news/12.html").family.words) == "statements"
    assert judge_path(take_apart("https://a.example/press/releases/12.html").family.words) == "statements"
    assert judge_path(take_apart("https://a.example/software/releases/12.html").family.words) == "perhaps"
    assert judge_path(take_apart("https://a.example/news/stories/12.html").family.words) == "perhaps"


@pytest.mark.parametrize(
    ("here", "there", "continues"),
    [
        pytest.param("?page=archive", "?archive.offset=10&fiscal_year=2007&page=archive", True, id="offset, and the year said"),
        pytest.param("?fiscal_year=2007&page=archive", "?archive.offset=10&fiscal_year=2007&page=archive", True, id="offset"),
        pytest.param(
            "?archive.offset=20&fiscal_year=2007&page=archive", "?archive.offset=10&fiscal_year=2007&page=archive", False, id="back"
        ),
        pytest.param("?fiscal_year=2007&page=archive", "?fiscal_year=2006&page=archive", False, id="another year"),
        pytest.param("?fiscal_year=2007&page=archive", "?archive.offset=10&fiscal_year=2006&page=archive", False, id="both"),
        pytest.param("?page=archive", "?page=archive&q=word&start=10", False, id="a search"),
    ],
)  # fmt: skip
def test_a_list_goes_on_where_its_number_grows(here: str, there: str, continues: bool) -> None:
    source = parse_source(
        """seeds = ["https://a.example/index?page=archive"]\nstatement = '[?&]id='\n"""
        """listing = '^/index\\?(?:(?:archive\\.offset|fiscal_year|page)=[^&]*(?:&|$))+$'""",
        "a.toml",
    )
    html = f'<a href="/story?id=7">A story</a> <a href="/index{there}">more</a>'
    page = parse_listing(html, f"https://a.example/index{here}", Scope(source))
    assert bool(page.next_urls) is continues
