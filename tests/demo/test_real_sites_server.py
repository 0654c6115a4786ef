"""The benchmarks' server of real sites, over a copy made here."""

from __future__ import annotations

import importlib.util
import sys
import tarfile

import pytest
from asking import ROOT, get


@pytest.fixture
def real_sites(tmp_path):
    """The benchmarks' server over a copy of one small site, packed as the real copies are."""
    top = tmp_path / "site" / "openehr"
    for name, text in {
        "index.html": "home", "news/index.html": "news", "news/index.html?page=2.html": "page two",
        "item?page=article&id=7": "seven", "robots.txt": "User-agent: *",
    }.items():  # fmt: skip
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    (tmp_path / "data" / "sites").mkdir(parents=True)
    with tarfile.open(tmp_path / "data" / "sites" / "openehr.tar.xz", "w:xz") as archive:
        archive.add(top, "openehr")
    spec = importlib.util.spec_from_file_location("real_sites_server", ROOT / "benchmarks" / "real_sites" / "server.py")
    server = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = server  # dataclasses look their module up
    spec.loader.exec_module(server)
    server.CACHE = tmp_path / "cache"
    with server.RealSites(folder=tmp_path / "data") as running:
        yield running
    del sys.modules[spec.name]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/", 200, b"home"),
        ("/?utm_source=x", 200, b"home"),
        ("/news/", 200, b"news"),
        ("/news/index.html?page=2.html", 200, b"page two"),
        ("/news/index.html%3Fpage=2.html", 200, b"page two"),
        ("/item?id=7&page=article", 200, b"seven"),
        ("/item?id=8&page=article", 404, b"not found"),
        ("/robots.txt", 200, b"User-agent"),
        ("/news", 301, b""),
    ],
)
def test_a_copy_of_a_real_site_is_served_by_its_file_names(real_sites, path, status, says):
    assert real_sites.hosts == ["www.openehr.org"]
    got = get(real_sites, path, "www.openehr.org")
    assert (got.status, got.body[: len(says)]) == (status, says)


def test_a_copy_answers_304_to_those_who_have_it(real_sites):
    stamp = get(real_sites, "/", "www.openehr.org").headers["last-modified"]
    assert get(real_sites, "/", "www.openehr.org", If_Modified_Since=stamp).status == 304
