from typing import Final

MESSAGE: Final = 4

class Packet:
    def __init__(self, packet_type: int = ..., data: str | bytes | None = None) -> None: ...
    def encode(self) -> str | bytes: ...
