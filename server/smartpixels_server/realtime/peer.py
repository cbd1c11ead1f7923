"""One connected client of a namespace, as the features see it."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web
from engineio import packet as engine_packet
from socketio import AsyncServer

from ..clock import Clock, within
from ..protocol.messages import Message
from .transport import CONNECTION_KEY, Connection

BACKLOG: Final = 256
"""How many messages may wait for a peer to read them."""

_FLUSH_SECONDS: Final = 1.0
_LOGGER = logging.getLogger(__name__)


class PeerGone(Exception):
    """The peer was disconnected before it answered."""


class EncodedFrame:
    """A message, or the JSON text of one, encoded once for any number of receivers in one namespace."""

    def __init__(self, namespace: str, message: Message | str, *, ack_id: int | None = None) -> None:
        self.text = message if isinstance(message, str) else msgspec.json.encode([message.EVENT, message]).decode()
        data = f"2{namespace},{'' if ack_id is None else ack_id}{self.text}"
        self.packet = engine_packet.Packet(engine_packet.MESSAGE, data=data)
        self.packet.encode()


class Peer:
    """Sends to one client, asks it things, ends its connection."""

    def __init__(self, sio: AsyncServer, clock: Clock, *, namespace: str, sid: str, environ: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.sid = sid
        self.request: web.Request = environ["aiohttp.request"]
        self._connection: Connection = environ[CONNECTION_KEY]
        self._sio = sio
        self._clock = clock
        self._socket = sio.eio.sockets[sio.manager.eio_sid_from_sid(sid, namespace)]
        self._open_calls: set[asyncio.Future[Any]] = set()
        self._ending: asyncio.Task[None] | None = None

    def send(self, message: Message) -> None:
        """Queue a message that needs no answer."""
        self.push(EncodedFrame(self.namespace, message))

    def push(self, frame: EncodedFrame) -> None:
        """Queue an encoded message, unless the peer has stopped reading."""
        if self.is_reading():
            self._socket.queue.put_nowait(frame.packet)

    def is_reading(self) -> bool:
        """Tell whether the peer takes what it is sent; one that does not is disconnected instead of piling up."""
        if self._socket.queue.qsize() < BACKLOG:
            return True
        if self._ending is None:
            _LOGGER.debug("A peer does not read, connection ended")
            self.end()
        return False

    async def call(self, message: Message, *, timeout: float) -> Any:  # noqa: ASYNC109 - of the injected clock
        """Return the peer's answer as JSON; raises PeerGone when it disconnects, TimeoutError when it takes longer."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        ack_id = self._sio.manager.new_ack_id(self.sid, lambda *values: _answered(answer, values))
        self._open_calls.add(answer)
        try:
            self.push(EncodedFrame(self.namespace, message, ack_id=ack_id))
            return await within(self._clock, timeout, answer)
        finally:
            self._open_calls.discard(answer)

    def end(self, goodbye: Message | None = None) -> None:
        """Disconnect the peer for good, after a last message if there is one; returns at once."""
        if goodbye is not None:
            self.send(goodbye)
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(), name=f"end of {self.namespace} {self.sid}")

    def note_bad_frame(self) -> None:
        """Count a bad frame; end the connection when there were too many."""
        if self._connection.note_bad_frame():
            self.end()

    def accepted(self, *, is_trusted: bool) -> None:
        """Keep the connection open; for the binder only."""
        self._connection.claim(is_trusted=is_trusted)

    def lost(self) -> None:
        """Fail all open calls of a peer that is gone; for the binder only."""
        self._connection.release()
        for answer in self._open_calls:
            if not answer.done():
                answer.set_exception(PeerGone())

    async def _end(self) -> None:
        await self._sio.disconnect(self.sid, namespace=self.namespace)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FLUSH_SECONDS):
                await self._socket.queue.join()
        await self._connection.close()


def _answered(answer: asyncio.Future[Any], values: tuple[Any, ...]) -> None:
    if not answer.done():
        answer.set_result(values[0] if values else None)
