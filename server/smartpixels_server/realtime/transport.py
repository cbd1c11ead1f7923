"""One WebSocket connection, as python-engineio reads and writes it: uncompressed, text only, bad frames counted."""

import asyncio
import contextlib
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from ..clock import Clock
from ..protocol.codec import CATALOG_LIMIT
from .budget import CostBudget

CONNECTION_KEY: Final = "smartpixels.connection"
"""Where the connection is in the WSGI-like environment that python-socketio hands to connect handlers."""

MESSAGE_LIMIT: Final = CATALOG_LIMIT + 1024
"""Largest WebSocket message in bytes: just above the largest frame, so that one that is too large is still answered."""

BAD_FRAMES: Final = 30
BAD_FRAMES_SECONDS: Final = 60
IDLE_SECONDS: Final = 15.0
"""How long a connection may be of no namespace."""

STRANGER_POINTS: Final = 120
STRANGER_POINTS_PER_SECOND: Final = 20
TRUSTED_POINTS: Final = 4000
TRUSTED_POINTS_PER_SECOND: Final = 1000
"""What a connection may cost: anybody's, and that of a location, which showed a token."""

_LOGGER = logging.getLogger(__name__)
_CLOSE_SECONDS: Final = 1.0
_ANSWER: Final = "43"
_ENGINE_PACKET: Final = re.compile(r"1$|3|4[0-6]")


class Connection:
    """A driver as python-engineio wants it, made per request; listed in `opened` for as long as it is open."""

    def __init__(
        self, handler: Callable[[Connection], Awaitable[None]], clock: Clock, *, opened: set[Connection]
    ) -> None:
        self._handler = handler
        self._clock = clock
        self._opened = opened
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=MESSAGE_LIMIT, timeout=_CLOSE_SECONDS)
        self._bad_frames: deque[float] = deque(maxlen=BAD_FRAMES)
        self._budget = CostBudget(clock.monotonic(), points=STRANGER_POINTS, per_second=STRANGER_POINTS_PER_SECOND)
        self._claims = 0
        self._idle: asyncio.TimerHandle
        self._closing: asyncio.Task[None]

    async def __call__(self, environ: dict[str, Any]) -> web.StreamResponse:
        """Serve the connection until it ends; python-engineio calls this with the request."""
        environ[CONNECTION_KEY] = self
        await self._socket.prepare(environ["aiohttp.request"])
        self._opened.add(self)
        self._watch_idle()
        try:
            await self._handler(self)
        finally:
            self._opened.discard(self)
            self._idle.cancel()
        return self._socket

    def claim(self, *, is_trusted: bool) -> None:
        """Note that a namespace uses the connection; one that is trusted may cost more."""
        self._claims += 1
        if is_trusted:
            self._budget = CostBudget(
                self._clock.monotonic(), points=TRUSTED_POINTS, per_second=TRUSTED_POINTS_PER_SECOND
            )
        self._idle.cancel()

    def release(self) -> None:
        """Note that it does no more."""
        self._claims -= 1
        if not self._claims:
            self._watch_idle()

    def note_bad_frame(self) -> bool:
        """Count a bad frame; tell whether there were too many within a minute."""
        now = self._clock.monotonic()
        self._bad_frames.append(now)
        return len(self._bad_frames) == BAD_FRAMES and now - self._bad_frames[0] < BAD_FRAMES_SECONDS

    async def send(self, message: str) -> None:
        """Write one text message; answers are paid for by who asked."""
        if message.startswith(_ANSWER):
            self._budget.spend(self._clock.monotonic(), len(message))
        await self._socket.send_str(message)

    async def wait(self) -> str:
        """Return the next Engine.IO packet that makes sense; raise OSError at the end of the connection."""
        while True:
            # Who is not read cannot send: what has been spent is paid off in the peer's time, not in ours.
            if pause := self._budget.wait_seconds(self._clock.monotonic()):
                await self._clock.sleep(pause)
            message = await self._socket.receive()
            self._budget.spend(self._clock.monotonic(), len(message.data or ""))
            if message.type is WSMsgType.TEXT and _ENGINE_PACKET.match(message.data):
                text: str = message.data
                return "3" if text.startswith("3") else text
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                raise OSError("closed")
            if self.note_bad_frame():
                _LOGGER.debug("Too many bad frames, connection ended")
                raise OSError("too many bad frames")

    async def close(self, *, code: int = WSCloseCode.OK) -> None:
        """End the connection, also with a peer that does not read."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS * 2):
                await self._socket.close(code=code)

    def _watch_idle(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end_idle)

    def _end_idle(self) -> None:
        self._closing = asyncio.create_task(self.close(), name="end of an idle connection")
