"""One Socket.IO connection: the only file of the integration that knows python-socketio."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, Self, override

import aiohttp
import engineio
import socketio
from engineio.packet import Packet
from msgspec import Meta, Struct

from ..protocol.codec import Json, decode
from ..protocol.errors import MalformedMessage
from .errors import CannotConnect, LinkError, error_for

_LOGGER = logging.getLogger(__name__)
_LIBRARY_LOGGER = logging.getLogger(f"{__name__}.library")
# The library logs every packet with the token in it, and a lost connection in words of its own.
_LIBRARY_LOGGER.setLevel(logging.CRITICAL)

NAMESPACE: Final = "/location"
CONNECT_TIMEOUT: Final = 10.0
CALL_TIMEOUT: Final = 10.0
CLOSE_TIMEOUT: Final = 3.0
LARGEST_MESSAGE: Final = 64 * 1024
"""Of one WebSocket message from the server; four times what the wire allows. A larger one ends the connection."""

MOST_AT_ONCE: Final = 25
"""Packets that are taken in before others get their turn: some milliseconds."""

type Receive = Callable[[str, tuple[object, ...]], Awaitable[Json | None]]
"""Takes an event's name and arguments, returns the acknowledgement."""


class _Reason(Struct, frozen=True):
    code: Annotated[str, Meta(max_length=64)]
    message: Annotated[str, Meta(max_length=200)] = ""


class _Refusal(Struct, frozen=True):
    data: _Reason


class _Engine(engineio.AsyncClient):
    """The library's reader, except that others get their turn in the loop, however many packets came at once."""

    _received = 0

    @override
    async def _receive_packet(self, pkt: Packet) -> None:
        await super()._receive_packet(pkt)
        self._received += 1
        if self._received % MOST_AT_ONCE == 0:
            await asyncio.sleep(0)


class _Client(socketio.AsyncClient):
    """The library's client, except that a packet it cannot parse is told instead of ending an unwatched task."""

    eio: Any
    on_unreadable: Callable[[Exception], None]

    def _engineio_client_class(self) -> type[engineio.AsyncClient]:
        return _Engine

    async def _handle_eio_message(self, data: Any) -> None:
        try:
            await super()._handle_eio_message(data)  # type: ignore[misc]  # python-socketio has no public hook for it
        except Exception as err:  # noqa: BLE001 - whatever the other side made the parser raise
            self.on_unreadable(err)


class Socket:
    """An open connection to `/location`; `closed` is done when it ended, with an exception if somebody gave one."""

    def __init__(self, session: aiohttp.ClientSession, receive: Receive) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._receive = receive
        self._refusal: object = None
        self._sending: set[asyncio.Task[None]] = set()
        self._client = _Client(
            reconnection=False,
            handle_sigint=False,
            http_session=session,
            logger=_LIBRARY_LOGGER,
            engineio_logger=_LIBRARY_LOGGER,
            request_timeout=CLOSE_TIMEOUT,
            websocket_extra_options={"max_msg_size": LARGEST_MESSAGE},
        )
        self._client.on_unreadable = self._on_unreadable
        self._client.on("*", self._on_event, namespace=NAMESPACE)
        self._client.on("connect_error", self._on_connect_error, namespace=NAMESPACE)
        self._client.on("disconnect", self._on_disconnect, namespace=NAMESPACE)

    @classmethod
    async def open(cls, server: str, token: str, *, session: aiohttp.ClientSession, receive: Receive) -> Self:
        """Connect. Raises the LinkError that says why it could not."""
        socket = cls(session, receive)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await socket._client.connect(
                    server,
                    auth={"token": token},
                    transports=["websocket"],
                    namespaces=[NAMESPACE],
                    wait_timeout=CONNECT_TIMEOUT,
                )
        except socketio.exceptions.ConnectionError as err:
            raise socket._connect_error(str(err)) from err
        except Exception as err:
            # What a server that does not speak Engine.IO makes the library raise is not documented.
            raise CannotConnect(str(err) or type(err).__name__) from err
        finally:
            if not socket._client.connected:
                await socket.close()
        return socket

    def send(self, event: str, payload: Json) -> None:
        """Send without waiting for an answer, in the order of the calls; nothing happens when closed."""
        # Started eagerly, the frame is in the library's queue before this returns: that keeps the order.
        task = asyncio.Task(self._emit(event, payload), eager_start=True)
        if not task.done():
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def call(self, event: str, payload: Json) -> object:
        """Send and return the acknowledgement. Raises the LinkError that ended the connection, or CannotConnect."""
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answered(*args: object) -> None:
            if not answer.done():
                answer.set_result(args[0] if args else None)

        await self._emit(event, payload, callback=answered)
        either: list[asyncio.Future[Any]] = [answer, self.closed]
        done, _ = await asyncio.wait(either, timeout=CALL_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        if answer in done:
            return answer.result()
        if self.closed in done:
            self.closed.result()
            raise CannotConnect(f"connection lost while waiting for the answer to {event}")
        raise CannotConnect(f"no answer to {event} within {CALL_TIMEOUT:.0f} s")

    def end(self, error: LinkError) -> None:
        """Mark as closed because of `error`; whoever waits for `closed` closes."""
        if not self.closed.done():
            self.closed.set_exception(error)

    async def close(self) -> None:
        """Close; harmless when closed already."""
        await self._on_disconnect()
        with contextlib.suppress(TimeoutError, socketio.exceptions.SocketIOError):
            async with asyncio.timeout(CLOSE_TIMEOUT * 2):
                if self._client.eio.state == "disconnecting":
                    # The server began it. To disconnect a second time would take the end mark out of the library's
                    # queue, and its writing task would wait for half a minute.
                    await asyncio.wait([self._client.eio.read_loop_task])
                else:
                    await self._client.disconnect()
        self.closed.exception()  # Nobody may have waited for it; asyncio would complain.

    async def _emit(self, event: str, payload: Json, *, callback: Callable[..., None] | None = None) -> None:
        # Lost a moment ago: `closed` tells everybody who needs to know.
        with contextlib.suppress(socketio.exceptions.SocketIOError):
            await self._client.emit(event, payload, namespace=NAMESPACE, callback=callback)

    async def _on_event(self, event: str, *args: object) -> Json | None:
        return await self._receive(event, args)

    def _on_unreadable(self, err: Exception) -> None:
        self.end(CannotConnect(f"unreadable packet ({type(err).__name__})"))

    async def _on_connect_error(self, *args: object) -> None:
        self._refusal = args[0] if args else None

    async def _on_disconnect(self, *_args: object) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

    def _connect_error(self, message: str) -> LinkError:
        """Return what a failed connect means: the server's refusal reaches only the connect_error handler."""
        try:
            reason = decode(_Refusal, self._refusal).data
        except MalformedMessage:
            return CannotConnect(message)
        return error_for(reason.code, reason.message or reason.code)
