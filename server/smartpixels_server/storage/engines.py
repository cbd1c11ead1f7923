"""Connections to SQLite, MySQL and MariaDB, each set up so that all three keep the same promises."""

import sqlite3
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

ALONE: Final = {"alone": True}
"""Execution options of a transaction that nobody else's may overlap."""

_THREADS: Final = 4
_BUSY_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 15
_LOCK: Final = "LEFT(CONCAT('smartpixels ', DATABASE()), 64)"
_MIGRATION_SECONDS: Final = 120


def open_engine(address: str) -> tuple[Engine, int]:
    """Return an engine that has not connected yet, and in how many threads it may be used."""
    url = make_url(address)
    return _open_sqlite(url) if url.get_backend_name() == "sqlite" else _open_mysql(url)


def be_alone(connection: Connection) -> None:
    """Wait until no other program migrates; names compare by their characters from then on."""
    if connection.dialect.name != "mysql":
        return
    got = connection.execute(text(f"SELECT GET_LOCK({_LOCK}, {_MIGRATION_SECONDS})")).scalar_one()
    if not got:
        raise TimeoutError("another program has been migrating the database for too long")
    connection.exec_driver_sql("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    connection.commit()


def be_alone_no_more(connection: Connection) -> None:
    """Let the next program migrate; to be called once everything is committed."""
    if connection.dialect.name == "mysql":
        connection.execute(text(f"SELECT RELEASE_LOCK({_LOCK})"))


def _open_mysql(url: URL) -> tuple[Engine, int]:
    timeouts = {"connect_timeout": _BUSY_SECONDS, "read_timeout": _ANSWER_SECONDS, "write_timeout": _ANSWER_SECONDS}
    engine = create_engine(
        url.update_query_dict({"charset": "utf8mb4"}),
        connect_args=timeouts,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_recycle=3600,
        pool_size=_THREADS,
    )
    event.listen(engine, "connect", _set_up_mysql)
    return engine, _THREADS


def _set_up_mysql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        # Text that does not fit is an error, not cut off.
        cursor.execute("SET SESSION sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY'")
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {_BUSY_SECONDS}")


def _open_sqlite(url: URL) -> tuple[Engine, int]:
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
