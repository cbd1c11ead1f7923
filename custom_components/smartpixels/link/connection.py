"""Keep one connection to the server open: try, wait, try again, and tell how it is."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final, Protocol

import aiohttp

from ..protocol.codec import Json
from .errors import AuthRejected, CannotConnect, Incompatible, LinkError, Replaced
from .socket import Socket

_LOGGER = logging.getLogger(__name__)

FIRST_DELAY: Final = 1.0
LONGEST_DELAY: Final = 60.0
INCOMPATIBLE_DELAY: Final = 900.0
"""Until somebody has updated one side."""


class LinkState(StrEnum):
    """How the link is."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"


class Peer(Protocol):
    """Who gives the frames a meaning."""

    async def opened(self) -> None:
        """Introduce this side on a fresh connection. Raises LinkError when it came to nothing."""

    async def received(self, event: str, args: tuple[object, ...]) -> Json | None:
        """Handle a frame and return its acknowledgement."""


class Connection:
    """The supervised connection. `error` says why it is offline or refused."""

    def __init__(self, server: str, token: str, *, session: aiohttp.ClientSession, peer: Peer) -> None:
        self._server = server
        self._token = token
        self._session = session
        self._peer = peer
        self._socket: Socket | None = None
        self._listeners: list[Callable[[], None]] = []
        self._lost_logged = False
        self._hurry = asyncio.Event()
        self.state = LinkState.CONNECTING
        self.error: LinkError | None = None

    @property
    def is_online(self) -> bool:
        """Tell whether the link is open and introduced."""
        return self.state is LinkState.ONLINE

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change of state; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def run(self) -> None:
        """Keep the connection open until canceled. Raises AuthRejected or Replaced when it must not be opened again."""
        delay = FIRST_DELAY
        while True:
            try:
                await self._once()
            except (AuthRejected, Replaced) as err:
                self._change(LinkState.REFUSED, err)
                _LOGGER.info("Link to %s is closed for good: %s", self._server, err)
                raise
            except Incompatible as err:
                self._lost(LinkState.REFUSED, err)
                await self._rest(INCOMPATIBLE_DELAY)
                continue
            except LinkError as err:
                if self.state is LinkState.ONLINE:
                    delay = FIRST_DELAY
                self._lost(LinkState.OFFLINE, err)
            asked = await self._rest(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
            delay = FIRST_DELAY if asked else min(delay * 2, LONGEST_DELAY)

    def send(self, event: str, payload: Json) -> None:
        """Send without waiting for an answer; nothing happens while there is no connection."""
        if self._socket is not None:
            self._socket.send(event, payload)

    async def call(self, event: str, payload: Json) -> object:
        """Send and return the acknowledgement. Raises LinkError."""
        if self._socket is None:
            raise CannotConnect("there is no connection")
        return await self._socket.call(event, payload)

    def end(self, error: LinkError) -> None:
        """Close the present connection because of `error`; `run` decides what follows."""
        if self._socket is not None:
            self._socket.end(error)

    def reconnect(self) -> None:
        """Open a fresh connection now, instead of the present one or of waiting."""
        self._hurry.set()
        self.end(CannotConnect("the owner asked for a fresh connection"))

    async def try_once(self) -> None:
        """Connect, introduce and leave. Raises LinkError."""
        async with self._introduced():
            pass

    async def _once(self) -> None:
        """Connect, introduce, stay until lost. Always raises."""
        async with self._introduced() as socket:
            self._change(LinkState.ONLINE, None)
            if self._lost_logged:
                self._lost_logged = False
                _LOGGER.info("Link to %s is back", self._server)
            await asyncio.wait({socket.closed})
            socket.closed.result()
        raise CannotConnect("connection lost")

    @asynccontextmanager
    async def _introduced(self) -> AsyncIterator[Socket]:
        socket = await Socket.open(self._server, self._token, session=self._session, receive=self._peer.received)
        self._socket = socket
        try:
            await self._peer.opened()
            yield socket
        finally:
            self._socket = None
            await socket.close()

    async def _rest(self, seconds: float) -> bool:
        """Wait before the next try; returns whether somebody asked not to."""
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            return False
        self._hurry.clear()
        return True

    def _lost(self, state: LinkState, error: LinkError) -> None:
        self._change(state, error)
        if not self._lost_logged:
            self._lost_logged = True
            _LOGGER.info("Link to %s is lost, trying again: %s", self._server, error)

    def _change(self, state: LinkState, error: LinkError | None) -> None:
        self.state, self.error = state, error
        for listener in tuple(self._listeners):
            listener()
