"""Switch a USB relay board of the LCUS type over its serial port.

Facts. The vendor's sheet (repeated by every shop, for example github.com/jarwyg/USB_RELAY): 9600 baud; a command is
A0, the channel from 1, 1 for on or 0 for off, and the sum of the three: `A0 01 01 A2`. Boards with two and more
channels may answer the single byte FF with a text, `CH1: OFF` and so on for every channel, with line ends or without,
spaces or without; others stay silent (github.com/Pebble94464/lcus-usb-relay-module-controller,
github.com/Brasme/usb_ch340_4x_relay_control). A board that gets the next command at once may miss it; programs leave
10 to 100 ms.

A board forgets everything without power, so after every (re)connection this driver sends nothing on its own: the
relays of a board that answers are read, those of a silent board are unknown until somebody switches them.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Never, Protocol

from serialx import SerialException, async_serial_for_url

from .errors import (
    BadAnswerError,
    CommandRefusedError,
    DriverError,
    NotRecognizedError,
    UnreachableError,
)
from .ports import translated

MAX_CHANNELS: Final = 16
BAUD_RATE: Final = 9600

_THING: Final = "board"
_QUERY: Final = b"\xff"
_ANSWER: Final = re.compile(rb"CH(\d{1,2})\s*:\s*(ON|OFF)")
_ANSWER_SECONDS: Final = 1.0
_SPACING_SECONDS: Final = 0.05
_LONGEST_TEXT: Final = 512
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0


class Port(Protocol):
    """An open serial port."""

    async def read(self, n: int, /) -> bytes:
        """Return what has come, at most n bytes, nothing at the end. Raises OSError when the port is gone."""

    async def write(self, data: bytes, /) -> None:
        """Send bytes. Raises OSError when the port is gone."""

    async def close(self) -> None:
        """Give the port back."""


type Open = Callable[[str], Awaitable[Port]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """How one relay is: `on` is None while nobody knows, `assumed` when it was sent and not read back."""

    on: bool | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardState:
    """All that is known about a board; `error` says why it is not connected. Channel 1 is the first relay."""

    connected: bool
    relays: tuple[Relay, ...]
    error: DriverError | None = None


async def open_port(path: str) -> Port:
    """Open a serial port as these boards need it, for this process alone. Raises OSError."""
    port = async_serial_for_url(path, baudrate=BAUD_RATE)
    await port.open()
    return port


async def probe(path: str, *, open_port: Open = open_port) -> int:
    """Return how many channels the board at a port reports, 0 when it stays silent. Raises DriverError.

    Nothing is switched. A silent board cannot be told from anything else that is silent.
    """
    async with _opened(path, open_port) as port, translated(path, thing=_THING):
        await port.write(_QUERY)
        text = await _read_for(port, _ANSWER_SECONDS)
    found = {int(number) for number, _ in _ANSWER.findall(text)}
    if text and not found:
        raise NotRecognizedError("what answers at the port is no relay board")
    return max(found, default=0)


class RelayBoard:
    """One board at a serial port, connected while `run` runs. Raises ValueError for impossible channels.

    `answers` says that the board can be asked, as `probe` found out. The relays at `inverted` channels are on, for the
    outside, while the board has them off.
    """

    def __init__(
        self,
        path: str,
        *,
        channels: int,
        answers: bool = False,
        inverted: Collection[int] = (),
        open_port: Open = open_port,
    ) -> None:
        if not 1 <= channels <= MAX_CHANNELS or not all(1 <= number <= channels for number in inverted):
            raise ValueError(f"a board has 1 to {MAX_CHANNELS} channels")
        self.path = path
        self.state = BoardState(connected=False, relays=(Relay(),) * channels)
        self._answers = answers
        self._inverted = frozenset(inverted)
        self._open_port = open_port
        self._port: Port | None = None
        self._listeners: set[Callable[[BoardState], None]] = set()
        self._one_at_a_time = asyncio.Lock()
        self._text = b""
        self._awaited: set[int] = set()
        self._answered = asyncio.Event()

    def listen(self, listener: Callable[[BoardState], None]) -> Callable[[], None]:
        """Call a listener after every change until the returned function is called."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    async def run(self, *, first_pause: float = _FIRST_PAUSE, longest_pause: float = _LONGEST_PAUSE) -> None:
        """Keep the board connected until canceled; while it is gone, the pause between two tries doubles."""
        pause = first_pause
        try:
            while True:
                try:
                    async with _opened(self.path, self._open_port) as port:
                        await self._attend(port)
                except DriverError as err:
                    # What was connected is looked for quickly again.
                    pause = first_pause if self.state.connected else pause
                    self._forget(err)
                await asyncio.sleep(pause)
                pause = min(pause * 2, longest_pause)
        finally:
            self._forget(UnreachableError("the board is not connected"))

    async def switch(self, channel: int, *, on: bool) -> None:
        """Switch a relay, and see that it is so where the board can be asked.

        Raises DriverError; nothing is sent later then. Raises ValueError for a channel that the board does not have.
        """
        if not 1 <= channel <= len(self.state.relays):
            raise ValueError(f"the board has channels 1 to {len(self.state.relays)}")
        async with self._one_at_a_time:
            frame = _frame(channel, on=on is not (channel in self._inverted))
            await self._send(frame, {channel: Relay(on=on, assumed=True)})
            if not self._answers:
                return
            await self._ask()
            if self.state.relays[channel - 1].on is not on:
                raise CommandRefusedError(f"the board did not switch channel {channel}")

    async def refresh(self) -> None:
        """Ask a board that answers how its relays are. Raises DriverError; a silent board is not asked."""
        if self._answers:
            async with self._one_at_a_time:
                await self._ask()

    async def _attend(self, port: Port) -> None:
        """Take the port into use until it ends. Raises DriverError then."""
        self._port, self._text = port, b""
        reader = asyncio.create_task(self._read(port))
        try:
            if self._answers:
                await self.refresh()
            self._tell(replace(self.state, connected=True, error=None))
            await reader
        finally:
            self._port = None
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _read(self, port: Port) -> Never:
        while True:
            async with translated(self.path, thing=_THING):
                data = await port.read(_LONGEST_TEXT)
            if not data:
                raise UnreachableError("the board is unplugged")
            self._text = (self._text + data)[-_LONGEST_TEXT:]
            while match := _ANSWER.search(self._text):
                self._text = self._text[match.end() :]
                self._hear(int(match[1]), on=match[2] == b"ON")

    def _hear(self, channel: int, *, on: bool) -> None:
        if 1 <= channel <= len(self.state.relays):
            self._learn({channel: Relay(on=on is not (channel in self._inverted))})
            self._awaited.discard(channel)
            if not self._awaited:
                self._answered.set()

    async def _ask(self) -> None:
        self._awaited = set(range(1, len(self.state.relays) + 1))
        self._answered.clear()
        await self._send(_QUERY)
        try:
            await asyncio.wait_for(self._answered.wait(), _ANSWER_SECONDS)
        except TimeoutError as err:
            channels = len(self.state.relays)
            heard = channels - len(self._awaited)
            if heard:
                raise BadAnswerError(f"the board answered for {heard} of {channels} channels") from err
            raise UnreachableError("the board does not answer") from err

    async def _send(self, data: bytes, assumed: Mapping[int, Relay] | None = None) -> None:
        port = self._port
        if port is None:
            raise UnreachableError(str(self.state.error or "the board is not connected yet"))
        async with translated(self.path, thing=_THING):
            await port.write(data)
        if self._port is not port:
            raise UnreachableError("the board is unplugged")
        self._learn(assumed or {})
        # A board may miss what comes while it is still busy.
        await asyncio.sleep(_SPACING_SECONDS)

    def _learn(self, relays: Mapping[int, Relay]) -> None:
        known = tuple(relays.get(number, relay) for number, relay in enumerate(self.state.relays, start=1))
        self._tell(replace(self.state, relays=known))

    def _forget(self, error: DriverError) -> None:
        self._tell(BoardState(connected=False, relays=(Relay(),) * len(self.state.relays), error=error))

    def _tell(self, state: BoardState) -> None:
        if state != self.state:
            self.state = state
            for listener in tuple(self._listeners):
                listener(state)


@asynccontextmanager
async def _opened(path: str, open_port: Open) -> AsyncIterator[Port]:
    async with translated(path, thing=_THING):
        port = await open_port(path)
    try:
        yield port
    finally:
        with contextlib.suppress(OSError, SerialException):
            await port.close()


async def _read_for(port: Port, seconds: float) -> bytes:
    text = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while data := await port.read(_LONGEST_TEXT):
                text = (text + data)[-_LONGEST_TEXT:]
    return text


def _frame(channel: int, *, on: bool) -> bytes:
    return bytes((0xA0, channel, on, 0xA0 + channel + on))
