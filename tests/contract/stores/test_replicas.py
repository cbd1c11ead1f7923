"""A replica that lags never hides their own write from anybody."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartpixels_server.locations.model import Location
from smartpixels_server.locations.sql_store import SqlLocationStore
from smartpixels_server.storage.database import Database
from smartpixels_server.storage.own_writes import AUTHOR, STICKY_SECONDS
from tests.fakes.clock import FakeClock

HOUSE = Location(location_id="1", slug="house", name="House", created_at=datetime(2026, 12, 6, tzinfo=UTC))


@pytest.fixture
async def lagging(tmp_path: Path) -> AsyncGenerator[tuple[Database, FakeClock]]:
    """A database whose replica was copied before anything was written and gets nothing since."""
    primary, replica = (f"sqlite:///{tmp_path}/{name}.db" for name in ("primary", "replica"))
    first = await asyncio.to_thread(Database, primary)
    await first.migrate()
    await first.close()
    await asyncio.to_thread(shutil.copy, tmp_path / "primary.db", tmp_path / "replica.db")
    clock = FakeClock()
    database = await asyncio.to_thread(Database, primary, read_url=replica, clock=clock)
    yield database, clock
    await database.close()


async def test_who_wrote_sees_it_and_others_may_wait(lagging: tuple[Database, FakeClock]) -> None:
    database, clock = lagging
    store = SqlLocationStore(database)
    AUTHOR.set("the writer")
    await store.add(HOUSE)
    assert await store.by_slug("house") == HOUSE
    AUTHOR.set("somebody else")
    assert await store.by_slug("house") is None, "reads go to the replica"
    AUTHOR.set("the writer")
    await clock.advance(STICKY_SECONDS - 1)
    assert await store.by_slug("house") == HOUSE
    await clock.advance(2)
    assert await store.by_slug("house") is None, "and return to the replica"


async def test_tokens_are_never_old(lagging: tuple[Database, FakeClock]) -> None:
    store = SqlLocationStore(lagging[0])
    await store.add(HOUSE)
    await store.set_token_hash("1", "h")
    AUTHOR.set("somebody else")
    assert await store.by_token_hash("h") == HOUSE
    assert await store.token_hashes(["1"]) == {"1": "h"}


async def test_a_replica_that_is_gone_is_not_missed(tmp_path: Path) -> None:
    primary = f"sqlite:///{tmp_path}/primary.db"
    database = await asyncio.to_thread(Database, primary, read_url="mysql+pymysql://nobody@127.0.0.1:1/gone")
    await database.migrate()
    store = SqlLocationStore(database)
    await store.add(HOUSE)
    AUTHOR.set("somebody else")
    assert list(await store.all()) == [HOUSE]
    await database.close()
