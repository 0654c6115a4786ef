"""The house rules, read from the imports: rooms never import each other, each outside package has one home."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scraper"
ROOMS = {"crawler", "extractor", "archive", "browse"}
GROUND = {
    "model",
    "errors",
    "json_values",
    "urls",
    "whatwg",
    "dom",
    "charset",
    "latin",
    "config",
    "clock",
    "version",
    "whole",
}
# The pipeline, from its loop down: what stands higher imports what stands lower.
PIPELINE = (
    "run", "dispatch", "keep", "fates", "identity", "states", "absence", "history", "sights", "ledger", "hosts", "rescope", "job", "readers",
    "reading",
)  # fmt: skip
# Outside packages and the only places that may import them (prefixes of module names below `scraper`).
HOMES = {
    "httpx": {"crawler.fetch", "crawler.wire"},
    "httpx2": {"crawler.fetch", "crawler.wire"},
    "httpcore": {"crawler.fetch", "crawler.wire"},
    "tenacity": {"crawler.fetch"},
    "feedparser": {"crawler.feeds"},
    "selectolax": {"dom", "extractor.blocks"},
    "sqlite_utils": {"archive"},
    "sqlite3": {"archive", "browse", "plugin", "commands.sql"},
    "compression": {"archive.codec"},
    "backports": {"archive.codec"},
    "filelock": {"archive.opening"},
    "rapidfuzz": {"archive"},
    "warcio": {"archive"},
    "fastwarc": {"archive"},
    "pyarrow": {"archive"},
    "snowballstemmer": {"archive"},
    "numpy": {"extractor", "archive"},
    "py3langid": {"extractor.language"},
    "pypdfium2": {"extractor.pdf_worker"},
    "webencodings": {"charset"},
    "charset_normalizer": {"charset"},
    "datasette": {"browse", "plugin"},
    "click": {"cli", "commands"},
    "rich": {"commands"},
}


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imports(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) in ROOMS])
def test_rooms_never_import_each_other_nor_what_stands_above_them(module: str) -> None:
    for name in imports(MODULES[module]):
        if name.startswith("scraper."):
            target = room(name.removeprefix("scraper."))
            assert target == room(module) or target in GROUND, f"{module} imports {name}"


@pytest.mark.parametrize("module", sorted(GROUND & MODULES.keys()))
def test_the_ground_floor_imports_only_the_ground_floor(module: str) -> None:
    for name in imports(MODULES[module]):
        if name.startswith("scraper."):
            assert room(name.removeprefix("scraper.")) in GROUND, f"{module} imports {name}"


@pytest.mark.parametrize("module", PIPELINE)
def test_the_pipelines_imports_point_down(module: str) -> None:
    for name in imports(MODULES[module]):
        target = room(name.removeprefix("scraper."))
        if name.startswith("scraper.") and target not in ROOMS | GROUND:
            assert target in PIPELINE[PIPELINE.index(module) + 1 :], f"{module} imports {name}"


def test_the_vocabulary_imports_nothing_of_ours() -> None:
    assert not [name for name in imports(MODULES["model"]) if name.startswith("scraper.")]


@pytest.mark.parametrize("outside", sorted(HOMES))
def test_each_outside_package_has_one_home(outside: str) -> None:
    for module, tree in MODULES.items():
        if any(name.split(".")[0] == outside for name in imports(tree)):
            assert any(module == home or module.startswith(f"{home}.") for home in HOMES[outside]), (
                f"{module} imports {outside}"
            )


def test_only_the_command_line_prints() -> None:
    for module, tree in MODULES.items():
        calls = [
            n
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print"
        ]
        assert not calls or module == "demo.site", f"{module} prints"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_says_its_one_job(module: str) -> None:
    assert ast.get_docstring(MODULES[module]), f"{module} has no docstring"


def test_init_files_hold_a_docstring_and_no_code() -> None:
    for module, tree in MODULES.items():
        if (PACKAGE / module.replace(".", "/") / "__init__.py").exists() and module not in {"", "commands"}:
            assert len(tree.body) <= 1, f"{module}/__init__.py holds code"
