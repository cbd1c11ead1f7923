"""The line to a printer: a serial port, or TCP port 9100 of a network card."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from serialx import AsyncSerial, SerialException, async_serial_for_url

from ..drivers.ports import translated

USUAL_PORT: Final = 9100
USUAL_BAUD_RATE: Final = 9600

_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 1.5
_STALL_SECONDS: Final = 5.0
_CLOSE_SECONDS: Final = 2.0
_CHUNK: Final = 256
_HOST: Final = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a printer is: the path of a serial port with its speed, or an address in the network."""

    url: str
    baud_rate: int = USUAL_BAUD_RATE

    @classmethod
    def parse(cls, text: str, *, baud_rate: int = USUAL_BAUD_RATE) -> Place:
        """Return the place in `/dev/ttyUSB0`, `10.0.0.5` or `printer.local:9100`. Raises ValueError."""
        text = text.strip()
        if text.startswith("/"):
            return cls(url=text, baud_rate=baud_rate)
        match = _HOST.fullmatch(text)
        if match is None or not 0 < int(match["port"] or USUAL_PORT) <= 65535:  # noqa: PLR2004 - TCP's own
            raise ValueError("neither a serial port nor an address")
        return cls(url=f"socket://{match['host']}:{match['port'] or USUAL_PORT}", baud_rate=baud_rate)


class Transport:
    """An open line. Every wait has an end."""

    def __init__(self, port: AsyncSerial) -> None:
        self._port = port

    async def ask(self, request: bytes, *, is_answer: Callable[[int], bool]) -> int:
        """Send a request and return the first byte that is its answer; others are passed over. Raises OSError."""
        await self.send(request)
        async with asyncio.timeout(_ANSWER_SECONDS):
            while True:
                data = await self._port.read(_CHUNK)
                if not data:
                    raise ConnectionResetError("the line was closed")
                for byte in data:
                    if is_answer(byte):
                        return byte

    async def send(self, data: bytes) -> None:
        """Hand all bytes to the line, piece by piece. Raises OSError, TimeoutError when it takes no more."""
        for place in range(0, len(data), _CHUNK):
            async with asyncio.timeout(_STALL_SECONDS):
                await self._port.write(data[place : place + _CHUNK])
                await self._port.flush()


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Transport]:
    """Open the line for a while. Raises DriverError, also for what goes wrong with the line meanwhile."""
    async with translated(place.url, thing="printer"):
        port = async_serial_for_url(place.url, baudrate=place.baud_rate)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await port.open()
            yield Transport(port)
        finally:
            # Closing would wait for what the printer does not take; all that matters has been flushed.
            port.abort()
            with contextlib.suppress(TimeoutError, OSError, SerialException):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await port.wait_closed()
