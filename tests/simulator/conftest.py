"""A running controller, the real library pointed at it, and a clock that tests turn."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
from wled import WLED

from smartpixels_simulator.wled import WledConfig, WledController, WledServer


@dataclass
class TurnedClock:
    """Seconds that pass only when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def server(clock: TurnedClock) -> AsyncIterator[WledServer]:
    server = WledServer(WledController(WledConfig(name="Tree", leds=10), clock=clock))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def web(server: WledServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{server.port}") as session:
        yield session


@pytest.fixture
async def lamp(server: WledServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WLED]:
    """The unmodified library, which knows port 80 only; its random waits between retries are cut short."""

    async def to_port(
        request: aiohttp.ClientRequest,
        handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
    ) -> aiohttp.ClientResponse:
        request.url = request.url.with_port(server.port)
        return await handler(request)

    monkeypatch.setattr(random, "uniform", lambda _low, _high: 0.0)
    async with aiohttp.ClientSession(middlewares=(to_port,)) as session:
        yield WLED("127.0.0.1", session=session, request_timeout=0.3)
