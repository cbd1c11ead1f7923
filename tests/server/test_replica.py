"""With a replica that lags, those who wrote see what they wrote, also through another node."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from smartpixels_server.settings import Settings
from smartpixels_server.storage.database import Database
from smartpixels_server.web.authors import COOKIE
from tests.server.running import Running


@pytest.fixture
async def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A replica that was copied before anything was written and gets nothing since."""
    database = await asyncio.to_thread(Database, settings.database_url)
    await database.migrate()
    await database.close()
    await asyncio.to_thread(shutil.copy, tmp_path / "test.db", tmp_path / "replica.db")
    return replace(settings, database_read_url=f"sqlite:///{tmp_path}/replica.db")


async def test_who_wrote_reads_what_they_wrote(server: Running) -> None:
    await server.locations.create("Our house")
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get("/l/our-house") as page:
            assert page.status == 404, "the replica does not have it yet"
        async with http.post("/api/v1/pair", json={"code": "any"}) as answer:
            assert answer.cookies[COOKIE]["max-age"] == "10"
        async with http.get("/l/our-house") as page:
            assert page.status == 200, "who wrote, perhaps elsewhere, reads from the primary"
    async with aiohttp.ClientSession(server.url) as stranger, stranger.get("/l/our-house") as page:
        assert page.status == 404
