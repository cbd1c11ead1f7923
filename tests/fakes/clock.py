"""A clock that a test moves."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import override

from smartpixels_server.clock import Clock


class FakeClock(Clock):
    """Starts on a December evening; `advance` wakes those who sleep, in order."""

    def __init__(self) -> None:
        self._start = datetime(2026, 12, 6, 17, 0, tzinfo=UTC)
        self._passed = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    @override
    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    @override
    def monotonic(self) -> float:
        return self._passed

    @override
    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper = (self._passed + seconds, asyncio.get_running_loop().create_future())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1]
        finally:
            self._sleepers.remove(sleeper)

    @property
    def sleepers(self) -> int:
        """How many sleep now."""
        return len(self._sleepers)

    async def advance(self, seconds: float) -> None:
        target = self._passed + seconds
        while due := [sleeper for sleeper in self._sleepers if sleeper[0] <= target and not sleeper[1].done()]:
            at, sleeping = min(due, key=lambda sleeper: sleeper[0])
            self._passed = max(self._passed, at)
            sleeping.set_result(None)
            await _settle()
        self._passed = target
        await _settle()


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)
