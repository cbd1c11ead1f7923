"""Close relays for a moment. Whatever happens in between, they open again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from .errors import DriverError

_LOGGER = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 1.0


class Pulses[Key]:
    """Times pulses for hardware that cannot do it itself; `switch` opens and closes one relay."""

    def __init__(self, switch: Callable[[Key, bool], Awaitable[None]]) -> None:
        self._switch = switch
        self._ends: dict[Key, asyncio.Task[None]] = {}

    async def pulse(self, key: Key, seconds: float) -> None:
        """Close a relay; it opens after that time, counted from the last pulse. Raises DriverError, open then."""
        self._cancel(key)
        await self._close_relay(key)
        self._end_in(key, seconds)

    async def switch(self, key: Key, *, on: bool) -> None:
        """Switch a relay for good, which ends its pulse. Raises DriverError; a pulse ends all the same then."""
        pulsing = self._cancel(key)
        try:
            await self._switch(key, on)
        except BaseException:
            if pulsing:
                self._end_in(key, 0)
            raise

    async def close(self) -> None:
        """End all pulses now."""
        keys = [key for key in tuple(self._ends) if self._cancel(key)]
        for key in keys:
            try:
                await self._switch(key, False)
            except DriverError as err:
                _LOGGER.warning("The pulse of relay %s could not be ended: %s", key, err)

    async def _close_relay(self, key: Key) -> None:
        try:
            await self._switch(key, True)
        except BaseException:
            # It may be closed all the same.
            self._end_in(key, 0)
            raise

    def _end_in(self, key: Key, seconds: float) -> None:
        self._ends[key] = asyncio.create_task(self._end(key, seconds))

    async def _end(self, key: Key, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while True:
            try:
                await self._switch(key, False)
            except DriverError as err:
                _LOGGER.debug("The pulse of relay %s goes on: %s", key, err)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                break
        del self._ends[key]

    def _cancel(self, key: Key) -> bool:
        """Forget the end of a pulse; returns whether there was one."""
        end = self._ends.pop(key, None)
        return end is not None and end.cancel()
