"""Socket.IO packets, decoded strictly: whatever arrives becomes a `Frame` or a `BadFrame`, never an exception."""

import re
from typing import Any, Final, NamedTuple, override

import msgspec
from socketio import packet

from ..protocol.codec import CATALOG_LIMIT, FRAME_LIMIT
from ..protocol.errors import ErrorCode

FRAME_EVENT: Final = "frame"
"""The only event name that python-socketio gets to see, so that a peer cannot call its reserved ones."""

_HEADER: Final = re.compile(r"([0-6])(?:(\d{1,2})-)?(?:(/[^,?]{0,64})(?:\?[^,]{0,200})?(?:,|$))?(\d{1,15})?", re.ASCII)
_CATALOG: Final = re.compile(r'\[\s*"catalog"\s*,')
_CATALOG_NAMESPACE: Final = "/location"


class Frame(NamedTuple):
    """An event as it came, its arguments not looked at yet."""

    event: str
    args: list[Any]


class BadFrame(NamedTuple):
    """Something that is no event of this protocol, and why."""

    code: ErrorCode
    message: str


class _Refused(Exception):
    pass


class StrictPacket(packet.Packet):
    """A Socket.IO packet without binary attachments."""

    uses_binary_events = False

    @override
    def decode(self, encoded_packet: str) -> int:
        try:
            self._parse(encoded_packet)
        except _Refused as refused:
            self.packet_type = packet.EVENT
            self.data = [FRAME_EVENT, BadFrame(*refused.args)]
        return 0

    def _parse(self, encoded: str) -> None:
        header = _HEADER.match(encoded)
        if header is None:
            raise _Refused(ErrorCode.MALFORMED, "not a Socket.IO packet")
        kind, attachments, self.namespace, number = header.groups()
        self.packet_type = int(kind)
        self.id = int(number) if number else None
        if attachments or self.packet_type > packet.ACK:
            raise _Refused(ErrorCode.MALFORMED, "binary attachments are not accepted")
        self.data = _checked(self, self._json(encoded[header.end() :]))

    def _json(self, text: str) -> Any:
        is_catalog = self.namespace == _CATALOG_NAMESPACE and _CATALOG.match(text)
        limit = CATALOG_LIMIT if is_catalog else FRAME_LIMIT
        if len(text) > limit or len(text.encode()) > limit:
            raise _Refused(ErrorCode.TOO_LARGE, f"this frame may have {limit} bytes")
        try:
            return msgspec.json.decode(text) if text else None
        except (ValueError, RecursionError) as err:
            raise _Refused(ErrorCode.MALFORMED, "not JSON") from err

    @override
    def encode(self) -> str:
        namespace = f"{self.namespace}," if self.namespace and self.namespace != "/" else ""
        number = "" if self.id is None else self.id
        text = "" if self.data is None else msgspec.json.encode(self.data).decode()
        return f"{self.packet_type}{namespace}{number}{text}"


def _checked(pkt: StrictPacket, value: Any) -> Any:
    """Return the value if it fits the packet's type; an event's as a `Frame`."""
    match pkt.packet_type, value:
        case packet.EVENT, [str(event), *args]:
            return [FRAME_EVENT, Frame(event, args)]
        case packet.ACK, [*_] if pkt.id:
            return value
        case (packet.CONNECT, dict() | None) | (packet.DISCONNECT, _):
            return value
    raise _Refused(ErrorCode.MALFORMED, "not a packet of this kind")
