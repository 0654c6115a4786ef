"""A running fixture site for each kind of test."""

from __future__ import annotations

import pytest

from scraper.demo.site import FixtureSite


@pytest.fixture(scope="module")
def site():
    """One site at T0 for the tests that only look."""
    with FixtureSite(noise_seed=1) as running:
        yield running


@pytest.fixture
def fresh():
    """A site of its own for tests that move time, count or close."""
    with FixtureSite(noise_seed=1) as running:
        yield running
