"""A real server on loopback for every test that asks."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import aiohttp
import pytest
from blockbuster import BlockBuster

import smartpixels_server
from smartpixels_server.clock import Clock, SystemClock
from smartpixels_server.settings import Settings
from tests.fakes.clock import FakeClock
from tests.server.running import Running, serving


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    blocker = BlockBuster(scanned_modules=smartpixels_server)
    blocker.activate()
    yield
    blocker.deactivate()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/test.db", secrets=("a secret for tests only",))


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def server(settings: Settings, clock: Clock) -> AsyncGenerator[Running]:
    async with serving(settings, clock) as running:
        yield running


@pytest.fixture
async def http(server: Running) -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url) as session:
        yield session
