"""A simulated receipt printer: a terminal or a TCP port that speaks as much ESC/POS as its status needs.

Written from Epson's documents: `DLE EOT n` (10 04 n, n from 1 to 4) is taken out of the stream wherever it stands and
answered at once with one byte, bits 1 and 4 set, 0 and 7 clear; of n = 1, bit 3 says "offline"; of n = 4, bits 5 and
6 say "no paper". All else is kept as it came.
"""

import asyncio
import logging
import os
import re
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from .faults import Faults, FaultSettings

_LOGGER = logging.getLogger(__name__)

_REAL_TIME: Final = re.compile(rb"\x10\x04([\x01-\x04])")
_BEGINNING: Final = re.compile(rb"\x10\x04?\Z")
_CUT: Final = b"\x1dVB\x00"
_STATUS: Final = 0b0001_0010
_OFFLINE: Final = 0b0000_1000
_NO_PAPER: Final = 0b0110_0000


class Printer:
    """One printer, on from `start` to `stop`: at the terminal that the path `link` leads to, else at a TCP port.

    The ugly case `power` switches it off, any `fail` keeps it silent.
    """

    kind: Final = "printer"

    def __init__(self, name: str, *, link: Path | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.name = name
        self.host = str(link) if link else host
        self.port = port
        self.faults = Faults()
        self.received = bytearray()
        """All that came since the start, without what is answered at once."""

        self.has_paper = True
        self._link = link
        self._terminal: tuple[int, int] | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def slips(self) -> list[bytes]:
        """Return what lies under the printer, each piece up to its cut."""
        return bytes(self.received).split(_CUT)[:-1]

    async def start(self) -> None:
        """Switch it on; `port` is the real one afterwards."""
        if self._link is not None:
            self._plug(self._link)
        else:
            self._server = await asyncio.start_server(self._serve, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]
        _LOGGER.info("printer %s is on at %s:%d", self.name, self.host, self.port)

    async def stop(self) -> None:
        """Switch it off."""
        self.faults.set(FaultSettings())
        await self._switch_off()

    def set_faults(self, wanted: Any) -> None:
        """Switch ugly cases. Raises BadFaultsError when the request makes no sense."""
        self.faults.set(self.faults.settings.changed(wanted))

    def picture(self) -> dict[str, Any]:
        """Return what a person in front of it sees: a lamp."""
        lit = self.faults.settings.powered
        return {"on": lit, "pixels": [(0, 255, 0) if lit else (0, 0, 0)]}

    def summary(self) -> dict[str, Any]:
        """Return the state in a few words."""
        return {"on": self.faults.settings.powered, "paper": self.has_paper, "slips": len(self.slips)}

    def _plug(self, link: Path) -> None:
        printer, computer = os.openpty()
        tty.setraw(computer)
        os.set_blocking(printer, False)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(computer))
        self._terminal = printer, computer
        pending = bytearray()

        def read() -> None:
            pending.extend(os.read(printer, 4096))
            self._take(pending, lambda answer: os.write(printer, answer))

        asyncio.get_running_loop().add_reader(printer, read)

    async def _switch_off(self) -> None:
        if self._terminal is not None and self._link is not None:
            asyncio.get_running_loop().remove_reader(self._terminal[0])
            self._link.unlink(missing_ok=True)
            for end in self._terminal:
                os.close(end)
            self._terminal = None
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._writers):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        pending = bytearray()
        try:
            while self.faults.settings.powered and (data := await reader.read(4096)):
                pending += data
                self._take(pending, writer.write)
        finally:
            self._writers.discard(writer)
            writer.close()

    def _take(self, pending: bytearray, answer: Callable[[bytes], object]) -> None:
        """Answer what is to be answered at once and keep the rest; the beginning of a command waits."""
        settings = self.faults.settings
        if not settings.powered:
            pending.clear()
            return
        while (match := _REAL_TIME.search(pending)) is not None:
            self.received += pending[: match.start()]
            number = match[1][0]
            del pending[: match.end()]
            if settings.fail is None:
                answer(bytes((self._status(number),)))
        beginning = _BEGINNING.search(pending)
        end = beginning.start() if beginning else len(pending)
        self.received += pending[:end]
        del pending[:end]

    def _status(self, number: int) -> int:
        if self.has_paper:
            return _STATUS
        return _STATUS | {1: _OFFLINE, 4: _NO_PAPER}.get(number, 0)
