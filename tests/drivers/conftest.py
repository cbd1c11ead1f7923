"""A running ESPEasy unit and a plugged-in relay board, both simulated on the real wire."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from smartpixels_simulator.espeasy import EspEasyConfig, EspEasyServer, EspEasyUnit
from smartpixels_simulator.relay_board import RelayBoard as Board


@dataclass
class TurnedClock:
    """Seconds that pass only when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


type StartUnit = Callable[[EspEasyConfig], AbstractAsyncContextManager[EspEasyServer]]


@pytest.fixture
def start_unit(clock: TurnedClock) -> StartUnit:
    @asynccontextmanager
    async def start(config: EspEasyConfig) -> AsyncIterator[EspEasyServer]:
        server = EspEasyServer(EspEasyUnit(config, clock=clock))
        await server.start()
        try:
            yield server
        finally:
            await server.stop()

    return start


@pytest.fixture
async def device(start_unit: StartUnit) -> AsyncIterator[EspEasyServer]:
    async with start_unit(EspEasyConfig(name="Porch", mac="02a1b2c3d4e5")) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    board = Board("Shed", link=tmp_path / "ttyUSB0")
    await board.start()
    yield board
    await board.stop()


@pytest.fixture
async def silent_board(tmp_path: Path) -> AsyncIterator[Board]:
    board = Board("Shed", link=tmp_path / "ttyUSB0", answers=False)
    await board.start()
    yield board
    await board.stop()


def address(server: EspEasyServer) -> URL:
    return URL.build(scheme="http", host=server.host, port=server.port)


WHO = json.dumps({"System": {"Unit Name": "Porch"}, "WiFi": {"STA MAC": "02:A1:B2:C3:D4:E5"}})


@asynccontextmanager
async def serve(texts: dict[str, str]) -> AsyncIterator[URL]:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(text=texts[request.path])

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with listening(app) as url:
        yield url


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[URL]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield URL.build(scheme="http", host=host, port=port)
    finally:
        await runner.cleanup()
