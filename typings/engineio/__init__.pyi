from . import packet as packet

class AsyncClient:
    async def _receive_packet(self, pkt: packet.Packet) -> None: ...
