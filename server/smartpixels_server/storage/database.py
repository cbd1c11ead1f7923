"""A SQL database (SQLite, MySQL or MariaDB), used in a few threads so that it never blocks the loop."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, override

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, DateTime, Engine, MetaData, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.types import TypeDecorator

from ..clock import Clock, SystemClock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from .engines import ALONE, be_alone, be_alone_no_more, open_engine
from .own_writes import OwnWrites

METADATA: Final = MetaData()
"""All tables of all features; the migrations bring a database to it."""

HEAD: Final = "head"

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_SYSTEM_CLOCK: Final = SystemClock()
_LOGGER = logging.getLogger(__name__)


class DatabaseUnavailable(SmartPixelsError):
    """The database cannot be reached, or cannot take more; nothing of the work was kept."""

    def __init__(self, err: Exception) -> None:
        super().__init__(ErrorCode.BUSY, f"the database does not work: {str(err).splitlines()[0]}")


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
    """Runs pieces of work, each in one transaction, in a bounded thread pool.

    `read_url` names a replica for what may be a moment old; who wrote lately is served by the primary.
    """

    def __init__(self, url: str, *, read_url: str | None = None, clock: Clock = _SYSTEM_CLOCK) -> None:
        self.engine, threads = open_engine(url)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._replica = open_engine(read_url)[0] if read_url else None
        self._own_writes = OwnWrites(clock)

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns; its changes are kept unless it raises. Raises DatabaseUnavailable."""
        self._own_writes.note()
        return await self._in_thread(_run, self.engine, work)

    async def read[T](self, work: Callable[[Connection], T]) -> T:
        """Return what `work`, which changes nothing, returns; others' latest changes may be missing."""
        if self._replica is None or self._own_writes.is_fresh():
            return await self._in_thread(_run, self.engine, work)
        try:
            return await self._in_thread(_run, self._replica, work)
        except DatabaseUnavailable as err:
            _LOGGER.debug("Replica not usable, reading from the primary: %s", err)
            return await self._in_thread(_run, self.engine, work)

    def note_own_write(self) -> None:
        """Note that the present author wrote through another node."""
        self._own_writes.note()

    async def run_alone[T](self, work: Callable[[Connection], T]) -> T:
        """Like `run`, while no other program changes the tables."""
        return await self._in_thread(_alone, self.engine, work)

    async def migrate(self, revision: str = HEAD) -> None:
        """Bring the tables to this version of the program, or to an earlier revision from below."""
        await self.run_alone(lambda connection: upgrade(connection, revision))

    async def revision(self) -> str | None:
        """Return the revision of the tables; None when there are none."""
        return await self.run(revision_of)

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        await self._in_thread(_run, self.engine, lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def close(self) -> None:
        """Let running work end, then disconnect."""
        await asyncio.to_thread(self._threads.shutdown)
        for engine in filter(None, (self.engine, self._replica)):
            await asyncio.to_thread(engine.dispose)

    async def _in_thread[**P, T](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))
        except (OperationalError, InterfaceError, PoolExhausted) as err:
            if _is_mistake(err):
                raise
            raise DatabaseUnavailable(err) from err


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the tables that the connection sees."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known_revisions() -> list[str]:
    """Return the revisions that this program knows, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def _is_mistake(err: Exception) -> bool:
    """Tell whether the statement was wrong, which SQLite does not tell apart by the type of the error."""
    return getattr(getattr(err, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _run[T](engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _alone[T](engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.execution_options(**ALONE).connect() as connection:
        be_alone(connection)
        try:
            with connection.begin():
                return work(connection)
        finally:
            be_alone_no_more(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
