"""Time, as a collaborator: the real one here, a controllable one in tests."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol, override


class Clock(Protocol):
    """Says what time it is and waits for time to pass."""

    def now(self) -> datetime:
        """Return the time of day in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, for measuring spans."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class SystemClock(Clock):
    """The clock of this machine."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)

    @override
    def monotonic(self) -> float:
        return monotonic()

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def within[T](clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """Return what `work` returns; raise TimeoutError and cancel it when that takes longer than `seconds`."""
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise TimeoutError
        return working.result()
    finally:
        waiting.cancel()
        working.cancel()
