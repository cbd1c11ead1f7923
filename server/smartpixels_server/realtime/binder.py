"""From events to handlers: decode, handle, acknowledge. One of two places that translate errors for the outside."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from ..errors import SmartPixelsError
from ..logs import COMMAND_ID
from ..protocol.codec import Json, ack, decode, refusal
from ..protocol.errors import ErrorCode, MalformedMessage
from ..protocol.messages import Message
from .packet import BadFrame, Frame
from .peer import Peer

_LOGGER = logging.getLogger(__name__)

type Connect[S] = Callable[[Peer, Json], Awaitable[S]]
type Disconnect[S] = Callable[[S], Awaitable[None]]
type Handler[S] = Callable[[S, Any], Awaitable[Struct | None]]


class Namespace[S]:
    """A Socket.IO namespace: who may connect, and what answers which message. `S` is what is known of a connection."""

    def __init__(self, name: str, *, connect: Connect[S], disconnect: Disconnect[S], is_trusted: bool = False) -> None:
        self.name = name
        self._is_trusted = is_trusted
        self._connect = connect
        self._disconnect = disconnect
        self._handlers: dict[str, tuple[type[Message], Handler[S]]] = {}
        self._sessions: dict[str, tuple[Peer, S]] = {}

    def on[M: Message](self, kind: type[M], handler: Callable[[S, M], Awaitable[Struct | None]]) -> None:
        """Let `handler` answer messages of this kind: its reply is acknowledged, its SmartPixelsError refused."""
        self._handlers[kind.EVENT] = (kind, handler)

    @property
    def size(self) -> int:
        """How many peers are connected."""
        return len(self._sessions)

    async def connected(self, peer: Peer, auth: Json) -> Json | None:
        """Let a peer in; return the refusal when it may not."""
        try:
            self._sessions[peer.sid] = (peer, await self._connect(peer, auth))
        except Exception as err:  # noqa: BLE001 - translated, an unexpected one is logged there
            error: Json = _refused(err)["error"]
            return error
        peer.accepted(is_trusted=self._is_trusted)
        return None

    async def disconnected(self, sid: str) -> None:
        """Forget a peer that is gone."""
        if sid in self._sessions:
            peer, session = self._sessions.pop(sid)
            peer.lost()
            await self._disconnect(session)

    async def received(self, sid: str, frame: Frame | BadFrame) -> Json:
        """Return the acknowledgement of a frame."""
        if sid not in self._sessions:
            return refusal(ErrorCode.OFFLINE, "the connection has ended")
        peer, session = self._sessions[sid]
        if not peer.is_reading():
            return refusal(ErrorCode.BUSY, "read the answers first")
        try:
            return await self._answer(session, frame)
        except MalformedMessage as err:
            peer.note_bad_frame()
            return refusal(ErrorCode.MALFORMED, str(err))
        except Exception as err:  # noqa: BLE001 - translated, an unexpected one is logged there
            if isinstance(frame, BadFrame):
                peer.note_bad_frame()
            return _refused(err)

    async def _answer(self, session: S, frame: Frame | BadFrame) -> Json:
        if isinstance(frame, BadFrame):
            raise SmartPixelsError(frame.code, frame.message)
        if frame.event not in self._handlers:
            raise SmartPixelsError(ErrorCode.UNKNOWN_EVENT, "this event is not known here")
        kind, handler = self._handlers[frame.event]
        if len(frame.args) != 1:
            raise MalformedMessage("an event carries exactly one object")
        message = decode(kind, frame.args[0])
        command_id = getattr(message, "command_id", None)
        with COMMAND_ID.set(command_id):
            _LOGGER.debug("%s %s %s", self.name, frame.event, command_id or "")
            return ack(await handler(session, message))


def _refused(err: Exception) -> Json:
    if isinstance(err, SmartPixelsError):
        return {**refusal(err.code, err.message, retry_after_ms=err.retry_after_ms), **err.fields}
    _LOGGER.error("Unexpected error at the socket edge", exc_info=err)
    return refusal(ErrorCode.INTERNAL, "unexpected error")
