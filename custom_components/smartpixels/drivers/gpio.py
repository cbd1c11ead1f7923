"""Relays at GPIO lines of this machine (a Raspberry Pi), through libgpiod's Python binding `gpiod` 2.

The library is imported when it is first needed, and its blocking calls run in threads. Lines are off from `open` on,
and off again when they are given back: nothing is ever switched on by connecting.
"""

import asyncio
import errno
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from .errors import BusyError, ForbiddenError, NotRecognizedError, UnreachableError, UnsupportedError
from .permissions import who_may

if TYPE_CHECKING:
    import gpiod

DEFAULT_CHIP: Final = "/dev/gpiochip0"

_CONSUMER: Final = "smartpixels"

type Settings = dict[Iterable[int | str] | int | str, gpiod.LineSettings | None]
type Request = Callable[[str, Settings], gpiod.LineRequest]


async def available(chip: str = DEFAULT_CHIP) -> bool:
    """Tell whether this machine has the library and such a chip."""
    return await asyncio.to_thread(_is_chip, chip)


def request_lines(chip: str, settings: Settings) -> gpiod.LineRequest:
    """Take lines of a chip. Raises OSError, and ValueError for a line that it does not have."""
    import gpiod  # noqa: PLC0415 - only machines with GPIO need it

    return gpiod.request_lines(chip, consumer=_CONSUMER, config=settings)


class GpioRelays:
    """Relays at lines of one chip, `inverted` where they close at a low level. Raises ValueError for impossible lines.

    `request` takes the lines, in a thread.
    """

    def __init__(
        self,
        lines: Collection[int],
        *,
        inverted: Collection[int] = (),
        chip: str = DEFAULT_CHIP,
        request: Request = request_lines,
    ) -> None:
        if not lines or min(lines) < 0 or not set(inverted) <= set(lines):
            raise ValueError("lines are numbers from 0, and only lines in use can be inverted")
        self._lines = tuple(sorted(set(lines)))
        self._inverted = frozenset(inverted)
        self._chip = chip
        self._request = request
        self._held: gpiod.LineRequest | None = None
        self._one_at_a_time = asyncio.Lock()

    async def open(self) -> None:
        """Take the lines; all relays are off then. Raises DriverError."""
        async with self._one_at_a_time:
            if self._held is None:
                self._held = await asyncio.to_thread(self._take)

    async def switch(self, line: int, *, on: bool) -> None:
        """Switch a relay. Raises DriverError, and ValueError for a line that is not one of these."""
        if line not in self._lines:
            raise ValueError(f"line {line} is not in use")
        async with self._one_at_a_time:
            await asyncio.to_thread(self._switch, self._taken(), {line: on})

    async def read(self) -> Mapping[int, bool]:
        """Return which relays are on, by line. Raises DriverError."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._read, self._taken())

    async def close(self) -> None:
        """Switch all relays off and give the lines back. Raises DriverError when they cannot be switched any more."""
        async with self._one_at_a_time:
            held, self._held = self._held, None
            if held is not None:
                await asyncio.to_thread(self._give_back, held)

    def _taken(self) -> gpiod.LineRequest:
        if self._held is None:
            raise UnreachableError("the GPIO lines are not taken")
        return self._held

    def _take(self) -> gpiod.LineRequest:
        with _translated(self._chip):
            import gpiod  # noqa: PLC0415 - only machines with GPIO need it
            from gpiod.line import Direction, Value  # noqa: PLC0415

            settings: Settings = {
                line: gpiod.LineSettings(
                    direction=Direction.OUTPUT, active_low=line in self._inverted, output_value=Value.INACTIVE
                )
                for line in self._lines
            }
            return self._request(self._chip, settings)

    def _switch(self, held: gpiod.LineRequest, wanted: Mapping[int, bool]) -> None:
        from gpiod.line import Value  # noqa: PLC0415 - only machines with GPIO need it

        with _translated(self._chip):
            held.set_values({line: Value.ACTIVE if on else Value.INACTIVE for line, on in wanted.items()})

    def _read(self, held: gpiod.LineRequest) -> Mapping[int, bool]:
        with _translated(self._chip):
            return dict(zip(self._lines, map(bool, held.get_values(self._lines)), strict=True))

    def _give_back(self, held: gpiod.LineRequest) -> None:
        try:
            self._switch(held, dict.fromkeys(self._lines, False))
        finally:
            held.release()


def _is_chip(path: str) -> bool:
    try:
        import gpiod  # noqa: PLC0415 - only machines with GPIO need it
    except ImportError:
        return False
    return gpiod.is_gpiochip_device(path)


@contextmanager
def _translated(chip: str) -> Iterator[None]:
    try:
        yield
    except ImportError as err:
        raise UnsupportedError("the library gpiod is not installed") from err
    except FileNotFoundError as err:
        raise UnsupportedError(f"this machine has no GPIO chip {chip}") from err
    except PermissionError as err:
        raise ForbiddenError(who_may(chip)) from err
    except OSError as err:
        match err.errno:
            case errno.EBUSY:
                raise BusyError("another program holds one of the lines") from err
            case errno.ENOTTY | errno.ENODEV | errno.EINVAL:
                raise NotRecognizedError("that is no GPIO chip, or it has no such line") from err
        raise UnreachableError("the GPIO chip is gone") from err
    except ValueError as err:
        raise NotRecognizedError("the GPIO chip has no such line") from err
