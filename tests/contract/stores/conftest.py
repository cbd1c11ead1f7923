"""Databases of every kind that a store may live in, each empty."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from smartpixels_server.storage.database import Database
from tests.fakes.databases import SHARED, SQL, new_url


@pytest.fixture(params=SHARED)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database that several programs can share."""
    return new_url(request, request.param, tmp_path)


@pytest.fixture(params=SQL)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    """A migrated database."""
    database = await asyncio.to_thread(Database, await asyncio.to_thread(new_url, request, request.param, tmp_path))
    await database.migrate()
    yield database
    await database.close()
