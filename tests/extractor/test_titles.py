"""The title of a statement: its own words, neither the site's name nor the section's."""

from __future__ import annotations

import pytest

from scraper import extract

TITLE = "Ministers Agree on a Plan for Displaced Families"
BODY = (
    "<p>Geneva – The organization welcomes the plan that the ministers of eleven states agreed upon this morning.</p>"
    * 3
)
SITE = "International Organization for Migration"


def title(head="", body="", url="https://www.a.example/news/ministers-agree-plan-displaced-families"):
    return extract(f"<html><head>{head}</head><body>{body}{BODY}</body></html>", url).title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(f"<title>{TITLE} | {SITE}</title>", f"<h1>{TITLE}</h1>", id="heading, and the site's name behind a bar"),
        pytest.param(f"<title>{TITLE} - {SITE}</title>", "", id="no heading: the site's name is cut off"),
        pytest.param(f"<title>{TITLE} – {SITE}</title><meta property='og:site_name' content='{SITE}'>", "", id="a dash"),
        pytest.param(f"<title>{SITE} | {TITLE}</title>", f"<h1>{TITLE}</h1>", id="the site's name comes first"),
        pytest.param(f"<title>{SITE}</title>", f"<h1>{TITLE}</h1>", id="the same <title> on every page"),
        pytest.param(f"<title>{SITE}</title><meta property='og:title' content='{TITLE}'>", "", id="only OpenGraph says it"),
        pytest.param(
            f"<title>{TITLE} | {SITE}</title>", f'<h1 class="logo"><a href="/">{SITE}</a></h1><h1>{TITLE}</h1>', id="two headings"
        ),
        pytest.param(f"<title>{SITE}</title>", f'<h1><a href="/news">News</a></h1><h2>{TITLE}</h2>', id="the heading is the section's"),
        pytest.param(f"<title>{SITE}</title>", f"<h2>{TITLE}</h2>", id="a second-level heading"),
        pytest.param(
            f"<title>{TITLE} | {SITE}</title>", f"<h1>{TITLE.upper()}</h1>", id="set in capitals where the head has small letters"
        ),
        pytest.param(f"<title>{TITLE} | {SITE}</title>", f"<h1>\n  {TITLE.replace(' ', '&nbsp; ')}\u200b </h1>", id="white space of all kinds"),
        pytest.param(
            f"<title>{TITLE} | {SITE}</title><script type='application/ld+json'>{{\"@type\": \"WebSite\", \"name\": \"{SITE}\"}}</script>",
            f"<h1>{TITLE}</h1>", id="structured data name the site",
        ),
    ],
)  # fmt: skip
def test_the_title_is_the_statements_own(head, body):
    assert title(head, body) == TITLE


@pytest.mark.parametrize(
    "words",
    [
        "Comunicado de la OIM sobre la Declaración de Los Ángeles",
        "L’OIM et le HCR déplorent les pertes en vies humaines",
        "МОМ приветствует решение о защите мигрантов",
        "منظمة الهجرة ترحب بإعلان لوس أنجلوس بشأن حماية المهاجرين",
        "وفاة 70 مهاجراً قبالة سواحل ليبيا",
        "国际移民组织欢迎关于移民保护的洛杉矶宣言",
        "Organisation begrüßt Erklärung zum Schutz von Geflüchteten",
        "OIM saúda a declaração sobre a proteção dos migrantes",
        "L’OIM accoglie con favore la dichiarazione sui migranti",
        "سازمان بین‌المللی مهاجرت از بیانیه استقبال می‌کند",
        "“We Cannot Wait”: Statement by the Director General",
        "MECANISMOS REGIONALES FORTALECEN LA RESPUESTA",
        "Families Return.",
        "Q&A: What the 2025–2026 plan means",
    ],
)
def test_titles_are_kept_as_printed_in_any_language(words):
    escaped = words.replace("&", "&amp;")
    assert title(f"<title>{escaped} | {SITE}</title>", f"<h1>{escaped}</h1>", "https://www.a.example/x") == words


def test_a_page_without_any_title_has_none():
    assert extract("<p>Only a paragraph, and a short one.</p>", "https://a.example/x").title is None


def test_a_title_below_the_site_s_own_heading_is_no_part_of_the_text():
    site = f'<h1 class="logo"><a href="/">{SITE} Newsroom</a></h1>'
    page = f"<html><head><title>{TITLE} - {SITE}</title></head><body>{site}<main><h2>{TITLE}</h2>{BODY}</main></body></html>"
    found = extract(page)
    assert (found.title, found.text.startswith("Geneva")) == (TITLE, True)


def test_a_heading_that_only_says_what_sort_of_text_follows_is_no_title():
    lines = (
        "<p>The ministers of eleven states agreed upon a plan for the lake towns this morning, and asked all parties to keep to it.</p>"
        * 3
    )
    html = f"<title>OAS :: Press Releases : E-012/24</title><h2>Press Release</h2><p><font size=4><b>Statement on the Lake Towns of Norland</b></font></p>{lines}"
    assert (
        extract(html, "https://oas.example/release.asp?code=E-012/24").title == "Statement on the Lake Towns of Norland"
    )


@pytest.mark.parametrize("symbol", ["A/RES/78/300", "SG/SM/22150", "S/PRST/2024/1"])
def test_the_symbol_of_a_document_is_not_its_title(symbol):
    html = f"<title>{symbol} - Lake Towns of Norland</title><p>{symbol}</p><h1>Lake Towns of Norland</h1><p>{'The Assembly recalls its decision. ' * 9}</p>"
    url = f"https://un.example/docs/{symbol.lower().replace('/', '-')}"
    assert extract(html, url).title == "Lake Towns of Norland"
