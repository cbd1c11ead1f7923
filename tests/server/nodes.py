"""Two nodes of one server, in this process, with a location that may be linked to either."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from smartpixels_server.clock import SystemClock
from smartpixels_server.settings import Settings
from tests.fakes.location import FakeLocation
from tests.fakes.viewer import FakeViewer
from tests.server.running import Running, serving

PATIENCE = 30


@dataclass(kw_only=True)
class Pair:
    a: Running
    b: Running
    token: str
    location_id: str

    async def link(self, node: Running, **options: Any) -> FakeLocation:
        return await node.link(self.token, **options)

    async def view(self, node: Running, **options: Any) -> FakeViewer:
        return await node.view(**options)


@asynccontextmanager
async def two_nodes(settings: Settings, *, name: str = "Our house") -> AsyncGenerator[Pair]:
    async with serving(settings, SystemClock()) as a, serving(settings, SystemClock()) as b:
        location, token = await a.new_location(name)
        yield Pair(a=a, b=b, token=token, location_id=location.location_id)
