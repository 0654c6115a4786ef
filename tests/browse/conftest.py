"""An invented archive, and a datasette that serves it, once for each interpreter that there is to test with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromiums import away, chromium, elsewhere, library, open_page  # noqa: F401 - fixtures
from invented import Invented, build
from servers import PYTHONS, Server, serving


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Invented:
    """Some 200 statements with everything that can happen to one; nobody writes to it."""
    return build(tmp_path_factory.mktemp("archive") / "archive.db")


@pytest.fixture(scope="session", params=PYTHONS, ids=lambda python: Path(python).parent.parent.name)
def python(request: pytest.FixtureRequest) -> str:
    """An interpreter to run datasette with."""
    return request.param


@pytest.fixture(scope="session")
def site(python: str, archive: Invented) -> Iterator[Server]:
    """``datasette archive.db`` with our plugin installed and nothing else."""
    with serving(python, str(archive.path), archive=archive) as server:
        yield server
