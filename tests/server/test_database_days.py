"""The database is killed, full, slow to come back: nothing is half done, and nothing stays broken."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection, event, insert, text

from smartpixels_server.locations.model import Location
from smartpixels_server.locations.sql_store import LOCATIONS, SqlLocationStore
from smartpixels_server.protocol.errors import ErrorCode
from smartpixels_server.settings import Settings
from smartpixels_server.storage.database import Database, DatabaseUnavailable
from tests.fakes.programs import Program, mariadb, new_mariadb_database
from tests.server.running import Running
from tests.waiting import wait_until

NOW = datetime(2026, 12, 6, 17, tzinfo=UTC)


def _location(number: int, *, name: str = "House") -> Location:
    return Location(location_id=str(number), slug=f"house-{number}", name=name, created_at=NOW)


@pytest.fixture
def program(tmp_path_factory: pytest.TempPathFactory) -> Generator[Program]:
    """A MariaDB of the test's own."""
    with mariadb(tmp_path_factory.mktemp("mariadb")) as program:
        yield program


async def test_mariadb_killed_in_a_transaction(program: Program) -> None:
    database = await asyncio.to_thread(Database, new_mariadb_database(program, "killed"))
    await database.migrate()
    store = SqlLocationStore(database)
    await store.add(_location(1))

    def write_and_lose(connection: Connection) -> None:
        values = {"location_id": "2", "slug": "lost", "name": "Lost", "created_at": NOW}
        connection.execute(insert(LOCATIONS).values(values))
        program.stop(signal.SIGKILL)

    with pytest.raises(DatabaseUnavailable) as refused:
        await database.run(write_and_lose)
    assert refused.value.code is ErrorCode.BUSY
    with pytest.raises(DatabaseUnavailable):
        await store.all()
    await asyncio.to_thread(program.start)
    assert [one.location_id for one in await store.all()] == ["1"], "nothing is half done, and it works again"
    await store.add(_location(2))
    await database.close()


@pytest.fixture
async def tiny(tmp_path: Path) -> AsyncGenerator[Database]:
    """A SQLite database on a disk that is soon full."""
    database = await asyncio.to_thread(Database, f"sqlite:///{tmp_path}/tiny.db")
    await database.migrate()
    pages = await database.run(lambda connection: connection.execute(text("PRAGMA page_count")).scalar_one())

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    event.listen(database.engine, "begin", limit)
    yield database
    await database.close()


async def test_a_full_disk_refuses_and_loses_nothing(tiny: Database) -> None:
    store = SqlLocationStore(tiny)
    added: list[int] = []

    async def add_many() -> None:
        for number in range(10_000):
            await store.add(_location(number, name="x" * 64))
            added.append(number)

    with pytest.raises(DatabaseUnavailable, match="full"):
        await add_many()
    assert len(await store.all()) == len(added) > 0
    assert await tiny.run(lambda connection: connection.execute(text("PRAGMA integrity_check")).scalar_one()) == "ok"
    await tiny.run(lambda connection: connection.execute(LOCATIONS.delete().where(LOCATIONS.c.location_id < "5")))
    await store.add(_location(1))


@pytest.fixture
def settings(settings: Settings, program: Program) -> Settings:
    return Settings(database_url=new_mariadb_database(program, "served"), secrets=settings.secrets)


async def test_a_server_without_its_database(server: Running, program: Program) -> None:
    _, token = await server.new_location()
    house = await server.link(token)
    viewer = await server.view()
    await asyncio.to_thread(program.stop, signal.SIGKILL)
    assert (await viewer.command("tree", "turn_on"))["ok"], "lights go on working"
    async with aiohttp.ClientSession(server.url) as http:
        async with http.get("/healthz") as answer:
            assert answer.status == 200
        async with http.get("/readyz") as answer:
            assert answer.status == 503
            assert "database" in (await answer.json())["reasons"]
        async with http.post("/api/v1/pair", json={"code": "K7QF-93XM"}) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (503, "busy")
        async with http.get("/") as answer:
            assert answer.status == 503
        await asyncio.to_thread(program.start)

        async def is_ready() -> bool:
            async with http.get("/readyz") as answer:
                return answer.status == 200

        await wait_until(is_ready, seconds=30)
    assert not house.disconnected
    assert (await server.view()).snapshot["link"]["online"]
