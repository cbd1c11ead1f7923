"""Every earlier revision, with data in it, becomes the present one and loses nothing."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

import smartpixels_server.app  # noqa: F401 - imports every table
from smartpixels_server.storage.database import METADATA, Database, known_revisions
from tests.fakes.databases import all_rows, fill

_REVISIONS = known_revisions()


@pytest.fixture
async def empty(database_url: str) -> AsyncGenerator[Database]:
    database = await asyncio.to_thread(Database, database_url)
    yield database
    await database.close()


@pytest.mark.parametrize("revision", _REVISIONS)
async def test_data_of_every_revision_survives(empty: Database, revision: str) -> None:
    await empty.migrate(revision)
    assert await empty.revision() == revision
    before = await empty.run(fill)
    await empty.migrate()
    assert await empty.revision() == _REVISIONS[-1]
    after = await empty.run(all_rows)
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0] if name in row} for row in after[table]]
        assert kept == [{name: row[name] for name in rows[0] if name in after[table][0]} for row in rows]


async def test_the_tables_are_what_the_program_expects(empty: Database) -> None:
    await empty.migrate()
    assert await empty.run(_differences) == []


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await empty.migrate()
    before = await empty.run(fill)
    await empty.migrate()
    assert await empty.run(all_rows) == before


async def test_programs_that_migrate_at_once_do_not_disturb_each_other(database_url: str) -> None:
    databases = [await asyncio.to_thread(Database, database_url) for _ in range(3)]
    await asyncio.gather(*(database.migrate() for database in databases))
    assert await databases[0].revision() == _REVISIONS[-1]
    await asyncio.gather(*(database.close() for database in databases))


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return list(compare_metadata(context, METADATA))
