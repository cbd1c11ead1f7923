"""One receipt printer that speaks ESC/POS: whether it is ready, and a slip at a time.

`DLE EOT 1` (10 04 01) is answered at once, even while the printer is offline, with one byte of the form 0xx1xx10 whose
bit 3 says "offline" (Epson's ESC/POS Application Programming Guide). It says nothing about what was printed, and
neither does this class: `send` returns when the line has taken the bytes.
"""

import asyncio
from typing import Final

from ..drivers.errors import CommandRefusedError
from .transport import Place, Transport, opened

_ASK_STATUS: Final = b"\x10\x04\x01"
_FIXED_BITS: Final = 0b1001_0011
_STATUS: Final = 0b0001_0010
_OFFLINE: Final = 0b0000_1000


class Printer:
    """A printer at a place. The line is opened for each look and each slip, so that others can use it in between."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._one_at_a_time = asyncio.Lock()

    async def is_ready(self) -> bool:
        """Ask whether it would print now: not with an open cover or without paper. Raises DriverError."""
        async with self._one_at_a_time, opened(self.place) as line:
            return await _is_ready(line)

    async def send(self, slip: bytes) -> None:
        """Hand a slip to a printer that is ready. Raises DriverError, CommandRefusedError when it is not ready."""
        async with self._one_at_a_time, opened(self.place) as line:
            if not await _is_ready(line):
                raise CommandRefusedError("the printer is not ready; is there paper, and is its cover closed?")
            await line.send(slip)


async def _is_ready(line: Transport) -> bool:
    answer = await line.ask(_ASK_STATUS, is_answer=lambda byte: byte & _FIXED_BITS == _STATUS)
    return not answer & _OFFLINE
