"""The server under test, with people and places to talk to it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from smartpixels_server.app import create_app
from smartpixels_server.clock import Clock
from smartpixels_server.locations.model import Location
from smartpixels_server.locations.service import LocationService
from smartpixels_server.locations.sql_store import SqlLocationStore
from smartpixels_server.settings import Settings
from smartpixels_server.storage.database import Database
from tests.fakes.location import FakeLocation
from tests.fakes.viewer import FakeViewer


@dataclass(kw_only=True)
class Running:
    """A server that listens, and a door to its database such as the command line has."""

    url: str
    settings: Settings
    clock: Clock
    locations: LocationService
    database: Database
    stack: AsyncExitStack

    async def new_location(self, name: str = "Our house") -> tuple[Location, str]:
        location = await self.locations.create(name)
        code = await self.locations.new_pairing_code(location.location_id)
        return location, (await self.locations.pair(code)).token

    async def link(self, token: str, **options: Any) -> FakeLocation:
        return await self.stack.enter_async_context(FakeLocation(self.url, token, **options))

    async def view(self, slug: str = "our-house", **options: Any) -> FakeViewer:
        return await self.stack.enter_async_context(FakeViewer(self.url, slug, **options))


@asynccontextmanager
async def serving(settings: Settings, clock: Clock) -> AsyncGenerator[Running]:
    runner = web.AppRunner(await asyncio.to_thread(create_app, settings, clock=clock), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    database = await asyncio.to_thread(Database, settings.database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(database.close)
        yield Running(
            url=f"http://127.0.0.1:{runner.addresses[0][1]}",
            settings=settings,
            clock=clock,
            locations=LocationService(SqlLocationStore(database), clock),
            database=database,
            stack=stack,
        )


async def until(condition: Callable[[], object], *, seconds: float = 10) -> None:
    """Return when `condition` holds; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens on a socket
            await asyncio.sleep(0.01)
