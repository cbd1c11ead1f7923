"""A backup is everything, and goes into any database."""

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

import smartpixels_server.app  # noqa: F401 - imports every table
from smartpixels_server.errors import SmartPixelsError
from smartpixels_server.storage.backup import backup, restore
from smartpixels_server.storage.database import Database, known_revisions
from tests.fakes.databases import SHARED, all_rows, fill, new_url

type New = Callable[[str], Awaitable[Database]]


@pytest.fixture
async def new(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[New]:
    async with AsyncExitStack() as stack:

        async def make(kind: str) -> Database:
            database = await asyncio.to_thread(Database, await asyncio.to_thread(new_url, request, kind, tmp_path))
            stack.push_async_callback(database.close)
            return database

        yield make


@pytest.mark.parametrize("to", SHARED)
@pytest.mark.parametrize("source", SHARED)
async def test_what_is_restored_is_equal(new: New, tmp_path: Path, source: str, to: str) -> None:
    first, second = await new(source), await new(to)
    await first.migrate()
    saved = await first.run(fill)
    file = tmp_path / "file"
    contents = await backup(first, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert await restore(second, file) == contents
    assert contents.rows == sum(len(table) for table in saved.values()) > 0
    assert await second.run(all_rows) == saved
    assert await backup(second, tmp_path / "again") == contents


@pytest.mark.parametrize("kind", SHARED)
async def test_a_database_with_something_in_it_is_kept(new: New, tmp_path: Path, kind: str) -> None:
    full, other = await new(kind), await new(kind)
    for database in (full, other):
        await database.migrate()
    await backup(other, tmp_path / "empty")
    saved = await full.run(fill)
    with pytest.raises(SmartPixelsError, match="not empty"):
        await restore(full, tmp_path / "empty")
    assert await full.run(all_rows) == saved
    await restore(full, tmp_path / "empty", force=True)
    assert not any((await full.run(all_rows)).values())


async def test_an_empty_migrated_database_is_filled(new: New, tmp_path: Path) -> None:
    first, second = await new("sqlite"), await new("sqlite")
    for database in (first, second):
        await database.migrate()
    saved = await first.run(fill)
    await backup(first, tmp_path / "file")
    await restore(second, tmp_path / "file")
    assert await second.run(all_rows) == saved


async def test_a_backup_of_a_newer_version_is_refused(new: New, tmp_path: Path) -> None:
    database = await new("sqlite")
    await database.migrate()
    await backup(database, tmp_path / "file")
    lines = gzip.decompress((tmp_path / "file").read_bytes()).decode().splitlines()
    lines[0] = json.dumps({**json.loads(lines[0]), "revision": "9999"})
    (tmp_path / "file").write_bytes(gzip.compress("\n".join(lines).encode()))
    with pytest.raises(SmartPixelsError, match="newer version"):
        await restore(database, tmp_path / "file")
    assert await database.revision() == known_revisions()[-1]


@pytest.mark.parametrize("damage", ["cut", "changed", "text", "other"])
async def test_a_damaged_file_is_refused(new: New, tmp_path: Path, damage: str) -> None:
    database = await new("sqlite")
    await database.migrate()
    await database.run(fill)
    file = tmp_path / "file"
    await backup(database, file)
    content = file.read_bytes()
    match damage:
        case "cut":
            content = content[: len(content) // 2]
        case "changed":
            content = gzip.compress(gzip.decompress(content).replace("ż1".encode(), "ż7".encode(), 1))
        case "text":
            content = b"hello"
        case "other":
            content = gzip.compress(b'{"format": "something else"}\n')
    file.write_bytes(content)
    with pytest.raises(SmartPixelsError, match="damaged"):
        await restore(database, file, force=True)
    assert any((await database.run(all_rows)).values()), "nothing was deleted"
