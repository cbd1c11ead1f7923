"""One command per device in flight, the newest one waiting: last write wins."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from ..clock import Clock, within
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode

type LaneKey = tuple[str, str]

_SUPERSEDED: Final = "a newer command for the same device took its place"


@dataclass(kw_only=True, eq=False)
class _Lane:
    waiting: asyncio.Future[None] | None = None
    rests_until: float = 0.0
    resting: asyncio.Task[None] | None = None


class Lanes:
    """The lanes to all devices. One that is neither busy nor resting is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[LaneKey, _Lane] = {}

    def rest_seconds(self, key: LaneKey) -> float:
        """Return how long the lane still rests."""
        return max(0.0, self._lanes[key].rests_until - self._clock.monotonic()) if key in self._lanes else 0.0

    @asynccontextmanager
    async def turn(self, key: LaneKey, *, spacing: float, patience: float) -> AsyncGenerator[None]:
        """Be alone in the lane, at least `spacing` seconds after the turn before began.

        Raises SmartPixelsError `superseded` when a newer one comes meanwhile, TimeoutError after `patience` seconds.
        """
        await self._wait(key, patience)
        lane = self._lanes[key]
        lane.rests_until = self._clock.monotonic() + spacing
        try:
            yield
        finally:
            if self.rest_seconds(key) > 0:
                lane.resting = asyncio.create_task(self._rest(key), name=f"rest of {key}")
            else:
                self._pass_on(key)

    def close(self) -> None:
        """Stop resting."""
        for lane in self._lanes.values():
            if lane.resting is not None:
                lane.resting.cancel()

    async def _wait(self, key: LaneKey, patience: float) -> None:
        if key not in self._lanes:
            self._lanes[key] = _Lane()
            return
        lane = self._lanes[key]
        if lane.waiting is not None:
            lane.waiting.set_exception(SmartPixelsError(ErrorCode.SUPERSEDED, _SUPERSEDED))
        mine = lane.waiting = asyncio.get_running_loop().create_future()
        try:
            await within(self._clock, patience, mine)
        finally:
            if lane.waiting is mine:
                lane.waiting = None

    async def _rest(self, key: LaneKey) -> None:
        await self._clock.sleep(self.rest_seconds(key))
        self._pass_on(key)

    def _pass_on(self, key: LaneKey) -> None:
        waiting = self._lanes[key].waiting
        if waiting is None:
            del self._lanes[key]
        else:
            self._lanes[key].waiting = None
            waiting.set_result(None)
