"""A simulated USB relay board of the LCUS type: a pseudo-terminal that speaks its protocol.

Four bytes switch a channel: A0, channel from 1, 1 or 0, and the sum of the three. Boards that can be asked answer FF
with a line for each channel, `CH1: OFF`; many cannot and stay silent. A board that is still busy with a command
misses the next one.
"""

import asyncio
import logging
import os
import tty
from pathlib import Path
from typing import Any, Final

from .faults import Fail, Faults, FaultSettings

_LOGGER = logging.getLogger(__name__)

_START: Final = 0xA0
_QUERY: Final = 0xFF
_FRAME: Final = 4
_BUSY_SECONDS: Final = 0.01


class RelayBoard:
    """One board, plugged in from `start` to `stop`; `link` is a path that always leads to its terminal.

    The ugly case `power` pulls its plug, `garbage` spoils its answers, any other `fail` keeps it silent.
    """

    kind: Final = "relay_board"
    port: Final = 0

    def __init__(self, name: str, *, link: Path, channels: int = 4, answers: bool = True) -> None:
        self.name = name
        self.host = str(link)
        self.relays = [False] * channels
        self.missed = 0
        """How many commands came while it was busy."""

        self.stuck = False
        """Whether its relays no longer move."""

        self.faults = Faults()
        self._link = link
        self._answers = answers
        self._terminal: tuple[int, int] | None = None
        self._received = bytearray()
        self._busy_until = 0.0

    async def start(self) -> None:
        """Plug the board in: all relays are open."""
        self._plug()

    async def stop(self) -> None:
        """Pull the plug."""
        self.faults.set(FaultSettings())
        self._unplug()

    def set_faults(self, wanted: Any) -> None:
        """Switch ugly cases. Raises BadFaultsError when the request makes no sense."""
        before = self.faults.settings
        self.faults.set(before.changed(wanted))
        powered = self.faults.settings.powered
        if before.powered and (not powered or wanted.get("reboot") is True):
            self._unplug()
        if powered and self._terminal is None:
            self._plug()

    def picture(self) -> dict[str, Any]:
        """Return what a person in front of the board sees: a lamp for each channel."""
        return {"on": any(self.relays), "pixels": [(255, 0, 0) if on else (0, 0, 0) for on in self.relays]}

    def summary(self) -> dict[str, Any]:
        """Return the state in a few words."""
        return {"on": any(self.relays), "relays": self.relays, "missed": self.missed}

    def _plug(self) -> None:
        self.relays = [False] * len(self.relays)
        self._received.clear()
        board, computer = os.openpty()
        tty.setraw(computer)
        os.set_blocking(board, False)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(computer))
        self._terminal = board, computer
        asyncio.get_running_loop().add_reader(board, self._read, board)
        _LOGGER.info("relay board %s is plugged in at %s", self.name, self._link)

    def _unplug(self) -> None:
        if self._terminal is None:
            return
        asyncio.get_running_loop().remove_reader(self._terminal[0])
        self._link.unlink(missing_ok=True)
        for end in self._terminal:
            os.close(end)
        self._terminal = None
        self.relays = [False] * len(self.relays)

    def _read(self, board: int) -> None:
        self._received += os.read(board, 1024)
        while self._received:
            if self._received[0] == _QUERY:
                del self._received[0]
                self._answer(board)
            elif self._received[0] != _START:
                del self._received[0]
            elif len(self._received) < _FRAME:
                return
            else:
                frame = bytes(self._received[:_FRAME])
                del self._received[: _FRAME if _is_sound(frame) else 1]
                self._switch(frame)

    def _switch(self, frame: bytes) -> None:
        _, channel, state, _ = frame
        if not _is_sound(frame) or not 1 <= channel <= len(self.relays):
            return
        now = asyncio.get_running_loop().time()
        if now < self._busy_until:
            self.missed += 1
            return
        self._busy_until = now + _BUSY_SECONDS
        if not self.stuck:
            self.relays[channel - 1] = state == 1

    def _answer(self, board: int) -> None:
        settings = self.faults.settings
        if not self._answers or settings.fail not in {None, Fail.GARBAGE}:
            return
        lines = "".join(f"CH{number}: {'ON' if on else 'OFF'}\r\n" for number, on in enumerate(self.relays, start=1))
        text = b"\x00\xfeCH9: MAYBE" if settings.fail else lines.encode()
        pieces = [text[:7], text[7:]]
        asyncio.get_running_loop().call_later(settings.delay_ms / 1000, self._say, board, pieces)

    def _say(self, board: int, pieces: list[bytes]) -> None:
        """Answers arrive in pieces, as from a real port."""
        if self._terminal is None or self._terminal[0] != board or not pieces:
            return
        os.write(board, pieces[0])
        asyncio.get_running_loop().call_later(0.005, self._say, board, pieces[1:])


def _is_sound(frame: bytes) -> bool:
    return frame[2] in {0, 1} and sum(frame[:3]) & 0xFF == frame[3]
