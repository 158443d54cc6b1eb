"""Fixtures for tests that run against the real store and its twin alike."""

from __future__ import annotations

import pytest

from tests.contract.stores import Stores, memory_stores, postgres_stores


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.server)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """An empty store, first in memory and then on PostgreSQL."""
    if request.param == "memory":
        return memory_stores()
    return postgres_stores(request.getfixturevalue("pool"))
