"""A page that gives no date takes the one that stands beside a link to it, and says that it did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scraper.config import parse_source
from tests.crawling import crawl_pages, rows

WORDS = "La organización celebra la declaración y está dispuesta a apoyar a los gobiernos en su aplicación. " * 4
PAGES = {
    "/noticias": """<h1>Noticias</h1>
        <div class="card"><a href="/noticias/una"><h3>Una declaración</h3></a><div>26 Ago 2019</div></div>
        <div class="card"><a href="/noticias/dos"><h3>Otra declaración</h3></a><div>hace dos horas</div></div>
        <div class="card"><a href="/noticias/tres"><h3>La tercera declaración</h3></a><div>27 Ago 2019</div></div>""",
    "/noticias/una": f"<title>Una</title><h1>Una declaración</h1><p>{WORDS}</p>",
    "/noticias/dos": f"<title>Dos</title><h1>Otra declaración</h1><p>Además, {WORDS}</p>",
    "/noticias/tres": "<title>Tres</title><h1>La tercera declaración</h1>"
    f'<time datetime="2019-08-28T09:00:00-06:00">28 de agosto de 2019</time><p>Por último, {WORDS}</p>',
}
SOURCE = parse_source(
    """
    hosts = ["oficina.example"]
    seeds = ["https://oficina.example/noticias"]
    statement = ['^/noticias/']
    crawl_delay = 0
    """,
    "oficina.toml",
    least_delay=timedelta(0),
)


def test_the_date_beside_the_link_is_used_where_the_page_has_none(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    crawl_pages(path, SOURCE, PAGES)
    assert rows(path, "select url, published, published_precision, published_source from statements order by url") == [
        ("https://oficina.example/noticias/dos", None, None, None),  # "two hours ago" is not a date
        ("https://oficina.example/noticias/tres", "2019-08-28", "time", "time"),  # the page knows better
        ("https://oficina.example/noticias/una", "2019-08-26", "day", "listing"),
    ]
