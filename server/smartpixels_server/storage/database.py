"""A SQL database (SQLite or MySQL), used in a few threads so that it never blocks the loop."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, override

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator

METADATA: Final = MetaData()
"""All tables of all features; the migrations bring a database to it."""

_THREADS: Final = 4
_BUSY_SECONDS: Final = 5
_ALONE: Final = {"alone": True}
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone; databases keep it in UTC."""

    impl = DateTime
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Database:
    """Runs pieces of work, each in one transaction, in a bounded thread pool."""

    def __init__(self, url: str) -> None:
        self._engine, threads = _engine(url)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns; its changes are kept unless it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    async def migrate(self) -> None:
        """Bring the tables to this version of the program."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._migrate)

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        await self.run(lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def close(self) -> None:
        """Let running work end, then disconnect."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    def _migrate(self) -> None:
        with self._engine.execution_options(**_ALONE).begin() as connection:
            _upgrade(connection)

    def _run[T](self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


def _engine(address: str) -> tuple[Engine, int]:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_recycle=3600, pool_size=_THREADS), _THREADS
    in_memory = not url.database or url.database == ":memory:"
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": _THREADS}
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine, 1 if in_memory else _THREADS


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions leave out changes of tables; a migration that is cut off would stay half done.
    connection.isolation_level = None
    cursor = connection.cursor()
    # The file keeps this mode. Changing it does not wait for others: one that is just busy with the file has done it.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    alone = connection.get_execution_options().get("alone")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


def _upgrade(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
