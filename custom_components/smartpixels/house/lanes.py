"""One command at a time per device, with a minimum spacing, and the newest wish wins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..protocol.errors import ErrorCode
from .refused import Refused


class Lane:
    """The way to one device: one command on it, at most one waiting; `spacing` seconds between two starts."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._free_at = 0.0
        self._busy = False
        self._waiting: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the turn and hold it. Raises Refused(superseded) when a newer command came meanwhile."""
        self._refuse_waiting(ErrorCode.SUPERSEDED, "a newer command for the device came")
        mine = self._waiting = asyncio.get_running_loop().create_future()
        self._grant_when_free()
        try:
            await mine
            yield
        finally:
            if self._waiting is mine:
                self._waiting = None
            elif mine.done() and not mine.cancelled() and mine.exception() is None:
                self._busy = False
                self._grant_when_free()

    def close(self) -> None:
        """Refuse whoever waits."""
        self._refuse_waiting(ErrorCode.OFFLINE, "the location is going offline")
        if self._timer is not None:
            self._timer.cancel()

    def _refuse_waiting(self, code: ErrorCode, message: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Refused(code, message))
        self._waiting = None

    def _grant_when_free(self) -> None:
        if self._busy or self._waiting is None:
            return
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (wait := self._free_at - loop.time()) > 0:
            self._timer = loop.call_later(wait, self._grant_when_free)
        elif not self._waiting.done():
            self._busy = True
            self._free_at = loop.time() + self._spacing
            self._waiting.set_result(None)
            self._waiting = None
