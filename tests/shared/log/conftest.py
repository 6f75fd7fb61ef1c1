"""A garden to append to: an empty one for each test."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from shared.log.memory import MemoryStore
from tests.shared.log.gardens import Garden, MemoryGarden, PostgresGarden, postgres_garden, prepared


@pytest.fixture
async def garden_url(database: str) -> str:
    """The address of a database with the garden's tables, open for appends."""
    await prepared(database)
    return database


@pytest.fixture
async def postgres(garden_url: str) -> AsyncIterator[PostgresGarden]:
    """A garden in Postgres."""
    async with postgres_garden(garden_url) as garden:
        yield garden


@pytest.fixture
def memory() -> MemoryGarden:
    """A garden in memory."""
    return MemoryGarden(MemoryStore())


@pytest.fixture(params=["memory", "postgres"])
def garden(request: pytest.FixtureRequest) -> Garden:
    """A garden in each kind of store: one body over both."""
    return cast("Garden", request.getfixturevalue(request.param))
