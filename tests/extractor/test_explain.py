"""The page that explains a reading: what was kept, what was left, and nothing of the original can run in it."""

from __future__ import annotations

from scraper import dom
from scraper.extractor.explain import explain_html

PAGE = """<html lang="en"><head><title>Title | Site</title><script>alert(1)</script></head><body>
<nav class="menu"><a href="/a">Who we are</a></nav><main><article><h1>The Organization Welcomes an Agreement</h1>
<p>Geneva – The Organization welcomes the agreement that was signed this morning by the ministers of eleven states.</p>
<p>&lt;script&gt;alert(2)&lt;/script&gt; is what the second paragraph of this statement says to everybody who reads it.</p>
</article></main><footer>© 2026 The Organization</footer></body></html>"""


def test_kept_and_left_blocks_are_told_apart() -> None:
    tree = dom.parse(explain_html(PAGE, "https://a.example/news/1"))
    kept = [node.text() for node in tree.css(".block.kept .text")]
    left = " ".join(node.text() for node in tree.css(".block.left .text"))
    assert any("welcomes the agreement" in text for text in kept)
    assert "Who we are" in left
    assert "© 2026" in left


def test_every_block_says_where_it_stands() -> None:
    tree = dom.parse(explain_html(PAGE, "https://a.example/news/1"))
    whys = [node.text() for node in tree.css(".why")]
    assert all(" in " in why for why in whys)
    assert any("nav.menu" in why for why in whys)


def test_nothing_of_the_page_can_run() -> None:
    shown = explain_html(PAGE, 'https://a.example/"><script>alert(3)</script>')
    assert "<script" not in shown
    assert "Content-Security-Policy" in shown


def test_any_bytes_are_explained() -> None:
    for body in (b"", b"\x00\xff", b"<", b"<p>" * 50):
        assert explain_html(body).startswith("<!doctype html>")
