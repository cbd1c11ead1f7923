"""One contract for every store of API keys."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartpixels_server.api.model import ApiKey, Scope
from smartpixels_server.api.sql_store import SqlApiKeyStore
from smartpixels_server.api.store import ApiKeyStore, MemoryApiKeyStore
from smartpixels_server.storage.database import Database
from tests.fakes.databases import SQL, new_url

NOW = datetime(2026, 12, 6, 17, 0, 0, 123456, tzinfo=UTC)


def _key(number: int, *scopes: Scope) -> ApiKey:
    return ApiKey(
        key_id=f"key-{number}",
        name=f"Ąpp {number}",
        scopes=frozenset(scopes),
        created_at=NOW + timedelta(seconds=number),
    )


@pytest.fixture(params=["memory", *SQL])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[ApiKeyStore]:
    if request.param == "memory":
        yield MemoryApiKeyStore()
        return
    database = await asyncio.to_thread(Database, await asyncio.to_thread(new_url, request, request.param, tmp_path))
    await database.migrate()
    yield SqlApiKeyStore(database)
    await database.close()


async def test_a_key_is_found_by_its_hash(store: ApiKeyStore) -> None:
    key = _key(1, Scope.READ, Scope.COMMAND)
    await store.add(key, secret_hash="a" * 64)
    assert await store.by_secret_hash("a" * 64) == key
    assert await store.by_secret_hash("b" * 64) is None


async def test_all_come_oldest_first(store: ApiKeyStore) -> None:
    for number in (2, 1, 3):
        await store.add(_key(number, Scope.READ), secret_hash=str(number) * 64)
    assert [key.key_id for key in await store.all()] == ["key-1", "key-2", "key-3"]


async def test_a_removed_key_is_gone(store: ApiKeyStore) -> None:
    await store.add(_key(1, Scope.READ), secret_hash="a" * 64)
    assert await store.remove("key-1")
    assert not await store.remove("key-1")
    assert await store.by_secret_hash("a" * 64) is None
