from typing import Any, Final

CONNECT: Final = 0
DISCONNECT: Final = 1
EVENT: Final = 2
ACK: Final = 3

class Packet:
    uses_binary_events: bool
    packet_type: int
    namespace: str | None
    id: int | None
    data: Any
    def decode(self, encoded_packet: Any) -> int: ...
    def encode(self) -> str | list[str | bytes]: ...
