"""An inn to ask, and someone who asks it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.shared.http.inn import Inn, token


@pytest.fixture
def inn() -> Inn:
    """An inn in memory."""
    return Inn()


@pytest.fixture
async def officer(inn: Inn) -> AsyncIterator[httpx.AsyncClient]:
    """Its registry officer."""
    headers = {"authorization": f"Bearer {token('registry-officer')}"}
    transport = httpx.ASGITransport(inn.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://inn", headers=headers) as client:
        yield client
