"""All stores of locations keep the same promises."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartpixels_server.locations.model import Location, PairingCode
from smartpixels_server.locations.sql_store import SqlLocationStore
from smartpixels_server.locations.store import LocationStore, MemoryLocationStore, SlugTaken
from smartpixels_server.storage.database import Database
from tests.fakes.databases import SQL, new_url

NOW = datetime(2026, 12, 6, 17, 0, 0, 123456, tzinfo=UTC)
HOUSE = Location(location_id="1", slug="house", name="Żółty dom", created_at=NOW)
BARN = Location(location_id="2", slug="barn", name="Barn", created_at=NOW + timedelta(seconds=1))
CODE = PairingCode(code_hash="c", location_id="1", expires_at=NOW)


@pytest.fixture(params=["memory", *SQL])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[LocationStore]:
    if request.param == "memory":
        yield MemoryLocationStore()
        return
    database = await asyncio.to_thread(Database, await asyncio.to_thread(new_url, request, request.param, tmp_path))
    await database.migrate()
    yield SqlLocationStore(database)
    await database.close()


async def test_locations_are_found(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.add(BARN)
    assert list(await store.all()) == [HOUSE, BARN]
    assert await store.by_slug("barn") == BARN
    assert await store.by_slug("nowhere") is None


async def test_slugs_are_unique(store: LocationStore) -> None:
    await store.add(HOUSE)
    with pytest.raises(SlugTaken):
        await store.add(Location(location_id="3", slug="house", name="Other", created_at=NOW))


async def test_tokens(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.add(BARN)
    assert await store.by_token_hash("h") is None
    await store.set_token_hash("1", "h")
    assert await store.by_token_hash("h") == HOUSE
    assert await store.token_hashes(["1", "2"]) == {"1": "h"}
    await store.set_token_hash("1", None)
    assert await store.by_token_hash("h") is None
    assert await store.token_hashes(["1"]) == {}


async def test_a_code_is_used_once(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.add_code(CODE)
    assert await store.use_code("unknown", at=NOW) is None
    first = await store.use_code("c", at=NOW)
    assert first == (CODE, HOUSE)
    second = await store.use_code("c", at=NOW + timedelta(seconds=1))
    assert second is not None
    assert second[0].used_at == NOW


async def test_of_many_at_once_one_uses_the_code(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.add_code(CODE)
    used = await asyncio.gather(*(store.use_code("c", at=NOW) for _ in range(8)))
    assert sum(1 for result in used if result is not None and result[0].used_at is None) == 1


async def test_a_newer_code_replaces(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.add_code(CODE)
    await store.add_code(PairingCode(code_hash="d", location_id="1", expires_at=NOW))
    assert await store.use_code("c", at=NOW) is None
    assert await store.use_code("d", at=NOW) is not None


async def test_last_seen(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.add(BARN)
    assert await store.last_seen() == {}
    await store.set_last_seen(["1"], at=NOW)
    assert await store.last_seen() == {"1": NOW}


async def test_names_keep_their_letters(store: LocationStore) -> None:
    name = "Żółć 🎄 ﷽"
    await store.add(Location(location_id="4", slug="tree", name=name, created_at=NOW))
    found = await store.by_slug("tree")
    assert found is not None
    assert found.name == name


async def test_tokens_differ_by_case(store: LocationStore) -> None:
    await store.add(HOUSE)
    await store.set_token_hash("1", "abc")
    assert await store.by_token_hash("ABC") is None
