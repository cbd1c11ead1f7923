"""Every earlier revision, with data in it, becomes the present one and loses nothing."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table

import smartpixels_server.app  # noqa: F401 - imports every table
from smartpixels_server.storage.database import METADATA, Database, known_revisions

_ROWS = 3
_REVISIONS = known_revisions()

type Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
async def empty(database_url: str) -> AsyncGenerator[Database]:
    database = await asyncio.to_thread(Database, database_url)
    yield database
    await database.close()


@pytest.mark.parametrize("revision", _REVISIONS)
async def test_data_of_every_revision_survives(empty: Database, revision: str) -> None:
    await empty.migrate(revision)
    assert await empty.revision() == revision
    before = await empty.run(_fill)
    await empty.migrate()
    assert await empty.revision() == _REVISIONS[-1]
    after = await empty.run(_rows)
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0] if name in row} for row in after[table]]
        assert kept == [{name: row[name] for name in rows[0] if name in after[table][0]} for row in rows]


async def test_the_tables_are_what_the_program_expects(empty: Database) -> None:
    await empty.migrate()
    assert await empty.run(_differences) == []


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await empty.migrate()
    before = await empty.run(_fill)
    await empty.migrate()
    assert await empty.run(_rows) == before


async def test_programs_that_migrate_at_once_do_not_disturb_each_other(database_url: str) -> None:
    databases = [await asyncio.to_thread(Database, database_url) for _ in range(3)]
    await asyncio.gather(*(database.migrate() for database in databases))
    assert await databases[0].revision() == _REVISIONS[-1]
    await asyncio.gather(*(database.close() for database in databases))


def _fill(connection: Connection) -> Rows:
    """Write rows that a program of this revision could have written into every table."""
    for table in _tables(connection):
        for number in range(_ROWS):
            values = {column.name: _value(column, number) for column in table.columns}
            connection.execute(table.insert().values(values))
    return _rows(connection)


def _rows(connection: Connection) -> Rows:
    tables = {table.name: table for table in _tables(connection)}
    return {
        name: [
            dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
        ]
        for name, table in tables.items()
    }


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _value(column: sa.Column[Any], number: int) -> Any:
    match column.type:
        case sa.DateTime():
            value: Any = datetime(2026, 12, 6, 17) + timedelta(days=number)  # noqa: DTZ001 - as databases keep it
        case sa.Boolean():
            value = number % 2 == 1
        case sa.Integer() | sa.Numeric():
            # MySQL keeps a boolean as a number of one digit.
            value = number + 1 if column.primary_key or column.foreign_keys else number % 2
        case sa.LargeBinary():
            value = f"żółw {number}".encode()
        case sa.JSON():
            value = {"żółw": number}
        case sa.Enum(enums=names):
            value = names[0]
        case _:
            # What refers to another row refers to the row of the same number.
            value = f"ż{number}"
    return value


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return list(compare_metadata(context, METADATA))
