"""The catalogue: every source file is whole, consistent with itself, and tells statements from what is none."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scraper.config import MIN_DELAY, USER_AGENT, Source, catalogue
from scraper.crawler.scope import Scope
from scraper.urls import host

CATALOGUE = catalogue()
FILES = Path(__file__).parent.parent / "scraper" / "sources"

# Source, path (on its main host unless absolute), what it is: the shapes that each publisher's statements are known by.
STATEMENTS = [
    ("iom", "/news/iom-statement-los-angeles-declaration-migration-and-protection"),
    ("iom", "https://iom.int/speeches/iom-director-generals-statement-114th-session-iom-council"),
    ("iom", "/es/news/comunicado-de-la-oim-sobre-la-declaracion-de-los-angeles-sobre-migracion-y-proteccion"),
    ("iom", "/fr/news/declaration-du-dg-loim-pleure-les-victimes-du-naufrage-lampedusa"),
    ("iom", "/news/iom-mobilizes-aid?utm_source=rss&utm_medium=feed"),
    ("iom-philippines", "/news/iom-prepares-response-philippines-braces-typhoon-hagupit"),
    ("iom-costarica", "/es/news/oim-costa-rica-brindo-asistencia-psicologica-legal"),
    ("iom-mena", "/ar/news/tm-alablagh-n-wfat-aw-fqdan-ma-la-yql-n-70-mhajrana-fy-lybya"),
    ("iom-zimbabwe", "/news/iom-and-partners-assist-returnees"),
    ("un-sg", "/sg/en/content/sg/statement/2024-11-05/statement-attributable"),
    ("un-sg", "/sg/en/content/sg/statements/2026-02-28/secretary-generals-remarks-the-security-council"),
    ("un-sg", "/sg/en/content/sg/note-correspondents/2024-09-07/note-correspondents"),
    ("un-sg", "/sg/en/content/deputy-secretary-general/statement/2024-11-05/remarks"),
    ("un-sg", "/sg/en/content/sg/statement/2024-11-05/%E2%80%9Cone-future%E2%80%9D"),
    ("un-press", "/en/2023/sc15431.doc.htm"),
    ("un-press", "/fr/2023/sgsm21717.doc.htm"),
    ("ohchr", "/en/press-releases/2025/05/experts-urge"),
    ("ohchr", "/en/media-advisories/2025/05/press-conference"),
    ("unhcr", "/news/press-releases/iom-unhcr-appeal-region-wide-action"),
    ("unhcr", "/news/briefing-notes/unhcr-deplores"),
    ("unicef", "/press-releases/unicef-warns-of-cholera"),
    ("who", "/news/item/05-11-2024-who-statement"),
    ("who", "/fr/news/item/05-11-2024-declaration"),
    ("who-outbreaks", "/emergencies/disease-outbreak-news/item/2026-DON615"),
    ("wfp", "/news/wfp-resumes-airdrops"),
    ("undp", "/press-releases/un-releases-universal-dpi-safeguards-framework"),
    ("icrc", "/en/document/statement-gaza-and-israel-president-icrc"),
    ("ifrc", "/press-release/ifrc-launches-emergency-appeal"),
    ("ec-presscorner", "/commission/presscorner/detail/en/ip_25_831"),
    ("ec-presscorner", "/commission/presscorner/detail/en/statement_25_12"),
    ("eu-council", "/en/press/press-releases/2025/05/20/russia-statement-by-the-high-representative/"),
    ("eeas", "/eeas/sudan-statement-high-representative-atrocities_en"),
    ("us-state", "/office-of-the-spokesperson/releases/2025/01/travel-of-the-secretary"),
    ("us-state", "/secretary-rubios-call-with-the-foreign-minister"),
    ("white-house", "/presidential-actions/2025/01/an-order/"),
    ("white-house", "/briefings-statements/rededicate-250/"),
    ("govuk", "/government/news/uk-sends-aid"),
    ("govuk", "/government/speeches/foreign-secretary-statement"),
    ("african-union", "/en/pressreleases/20251006/au-concludes-pacted-2025-launch"),
    ("oas", "/en/media_center/press_release.asp?sCodigo=E-101/19"),
    ("asean", "/asean-leaders-statement-on-climate-change/"),
    ("amnesty", "/en/latest/news/2025/05/an-outcry/"),
    ("hrw", "/news/2025/05/20/a-report"),
    ("hrw", "/ar/news/2025/05/20/taqrir"),
    ("msf", "/sudan-statement-on-attacks-on-hospitals"),
    ("reliefweb", "/report/world/iom-unhcr-appeal-region-wide-action"),
]

# What a crawl meets on the same sites and must not take for a statement.
OTHERS = [
    ("iom", "/news"),
    ("iom", "/news?page=3"),
    ("iom", "/search?type%5Bpress_release%5D=press_release&page=2"),
    ("iom", "/blogs/why-remittances-matter"),
    ("iom", "/stories/a-baker-returns"),
    ("iom", "/newsdesk/20171218"),
    ("iom", "/node/123"),
    ("iom", "https://philippines.iom.int/news/iom-gears-typhoon-bopha-response"),
    ("iom", "https://publications.iom.int/books/world-migration-report"),
    ("iom", "/news?f%5B0%5D=region%3Aasia-pacific&f%5B1%5D=year%3A2022"),
    ("iom", "/calendar/2022-06"),
    ("un-sg", "/en/about-us"),
    ("un-sg", "/sg/en/content/sg/statements"),
    ("un-press", "/en/press-release?page=73"),
    ("un-press", "/en/content/security-council?page=340"),
    ("ohchr", "/en/press-releases?page=2"),
    ("unhcr", "/uk/news/press-releases/iom-unhcr-appeal"),
    ("unhcr", "/news/stories/a-family-returns"),
    ("unicef", "/press-releases/rss"),
    ("unicef", "/mongolia/press-releases/a-local-release"),
    ("who", "/news"),
    ("who", "/news/item"),
    ("wfp", "/stories/a-farmer"),
    ("icrc", "/en/resource-centre?page=2"),
    ("ec-presscorner", "/commission/presscorner/home/en"),
    ("ec-presscorner", "/commission/presscorner/detail/en/mex_25_831"),
    ("eu-council", "/en/press/press-releases/?page=1&topic=122249"),
    ("eeas", "/eeas/press-material_en?f%5B0%5D=pm_category%3AStatement/Declaration&page=2"),
    ("eeas", "/eeas/about-us_en"),
    ("us-state", "/about/"),
    ("us-state", "https://2021-2025.state.gov/remarks-at-the-united-nations-assembly/"),
    ("white-house", "/briefings-statements/page/2/"),
    ("white-house", "/briefings-statements/feed/"),
    ("white-house", "/?s=ukraine"),
    ("govuk", "/search/news-and-communications"),
    ("govuk", "/government/publications/a-report"),
    ("african-union", "/en/pressreleases?page=4"),
    ("oas", "/en/media_center/press_releases.asp?nMes=10&nAnio=2019"),
    ("oas", "/en/media_center/press_release.asp"),
    ("asean", "/category/statements-meetings/"),
    ("amnesty", "/en/latest/news/page/2/"),
    ("hrw", "/news?page=2"),
    ("msf", "/latest?page=1"),
    ("msf", "/about-msf"),
    ("reliefweb", "/updates?search=zimbabwe"),
]


def judged(name: str, path: str) -> str:
    """What a source makes of a URL: its role, or "refused"."""
    source = CATALOGUE[name]
    scope = Scope(source)
    url = scope.canonical(path if "://" in path else f"https://{source.hosts[0]}{path}")
    return "refused" if scope.refuses(url) else scope.role(url)


def the(sources: dict[str, Source]) -> list[object]:
    return [pytest.param(source, id=name) for name, source in sources.items()]


def test_the_publishers_that_were_asked_for_are_there() -> None:
    assert len(CATALOGUE) >= 20
    assert len([name for name in CATALOGUE if name == "iom" or name.startswith("iom-")]) >= 4


@pytest.mark.parametrize(("name", "path"), STATEMENTS, ids=lambda value: value)
def test_statements_are_recognised_by_their_urls(name: str, path: str) -> None:
    assert judged(name, path) == "statement"


@pytest.mark.parametrize(("name", "path"), OTHERS, ids=lambda value: value)
def test_listings_traps_and_neighbours_are_no_statements(name: str, path: str) -> None:
    assert judged(name, path) != "statement"


@pytest.mark.parametrize("source", the(CATALOGUE))
def test_each_source_has_an_example_of_its_statements(source: Source) -> None:
    assert source.name in {name for name, _ in STATEMENTS}


@pytest.mark.parametrize("source", the(CATALOGUE))
def test_all_addresses_are_on_the_sources_own_hosts(source: Source) -> None:
    urls = [*source.seeds, *source.feeds, *source.sitemaps, *([source.adapter_url] if source.adapter_url else [])]
    assert {host(url) for url in urls} <= set(source.hosts)
    assert all(urlsplit(url).scheme == "https" for url in urls)
    assert set(source.aliases) | set(source.aliases.values()) <= set(source.hosts)


# How publishers address the further pages of a list: a page number in the query or the path, or a month.
PAGERS = ("?page=1", "&page=1", "page/2/", "?nAnio=2019&nMes=10")


@pytest.mark.parametrize("source", the(CATALOGUE))
def test_further_pages_of_a_listing_are_listings_too(source: Source) -> None:
    scope = Scope(source)
    for seed in source.seeds:
        further = [scope.canonical(seed + pager) for pager in PAGERS]
        assert any(scope.role(url) == "listing" and scope.refuses(url) is None for url in further), seed


@pytest.mark.parametrize("source", the(CATALOGUE))
def test_no_host_is_asked_more_than_once_a_second_nor_twice_at_once(source: Source) -> None:
    assert source.crawl_delay >= MIN_DELAY
    assert source.concurrency == 1


@pytest.mark.parametrize("source", the(CATALOGUE))
def test_nobodys_address_is_invented(source: Source) -> None:
    """Whoever runs the crawler is who a webmaster should write to, so that the file can only ask for it."""
    assert source.contact is None
    assert "# contact = " in source.toml
    assert "@" not in source.agent_header
    assert USER_AGENT.split("/")[0] in source.agent_header


@pytest.mark.parametrize("source", the(CATALOGUE))
def test_each_file_says_what_is_known_and_what_is_not(source: Source) -> None:
    assert source.toml.startswith("#")
    assert "nverified" in source.toml
    assert (FILES / f"{source.name}.toml").exists()
    said = " ".join(line for line in source.toml.splitlines() if line.startswith("#")).lower()
    assert not source.feeds or re.search(r"\bfeeds?\b", said)
    assert not source.sitemaps or "sitemap" in said or "everything but" in said
    assert not source.seeds or re.search(r"\blistings?\b", said) or "everything but" in said
    assert max(map(len, source.toml.splitlines())) <= 220
