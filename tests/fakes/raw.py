"""A peer that writes whatever it likes into the socket: for frames that no proper client would send."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Self

import aiohttp


class RawPeer:
    """One WebSocket, spoken by hand."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        self.socket = socket
        self.namespace = namespace
        self._ids = count(1)

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, namespace: str, *, auth: Any = None) -> AsyncGenerator[Self]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0) as socket,
        ):
            await socket.receive_str()
            await socket.send_str(f"40{namespace},{'' if auth is None else json.dumps(auth)}")
            peer = cls(socket, namespace)
            assert (await peer.receive()).startswith("40")
            yield peer

    async def receive(self) -> str:
        """Return the next packet that is not a ping; raises ConnectionResetError when there is none."""
        async with asyncio.timeout(10):
            while True:
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise ConnectionResetError
                if message.data != "2":
                    return str(message.data)

    async def call_text(self, text: str) -> Any:
        """Send an event's JSON text as it is and return the acknowledgement."""
        number = next(self._ids)
        await self.socket.send_str(f"42{self.namespace},{number}{text}")
        return await self.answer(number)

    async def call(self, event: Any, *args: Any) -> Any:
        return await self.call_text(json.dumps([event, *args]))

    async def answer(self, number: int) -> Any:
        start = f"43{self.namespace},{number}["
        while not (packet := await self.receive()).startswith(start):
            pass
        return json.loads(packet[len(start) - 1 :])[0]

    async def ended(self) -> bool:
        """Read until the connection ends; False when it stays open."""
        try:
            while True:
                await self.receive()
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
