"""Wait for a condition instead of sleeping."""

import asyncio
from collections.abc import Awaitable, Callable


async def wait_until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 15) -> None:
    """Return when `condition` holds, asked every 50 ms; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for lives in another process
            await asyncio.sleep(0.05)
