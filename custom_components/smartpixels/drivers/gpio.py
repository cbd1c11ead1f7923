"""Relays at GPIO lines of this machine (a Raspberry Pi), through libgpiod's Python binding `gpiod` 2.

Lines are off from `open` on and when they are given back: nothing is ever switched on by connecting.
"""

import asyncio
import errno
import grp
import importlib
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from .errors import BusyError, DriverError, ForbiddenError, NotRecognizedError, UnreachableError, UnsupportedError

if TYPE_CHECKING:
    import gpiod

DEFAULT_CHIP: Final = "/dev/gpiochip0"
CONSUMER: Final = "smartpixels"


async def available(chip: str = DEFAULT_CHIP) -> bool:
    """Tell whether this machine has the chip and the library for it."""
    try:
        library = await asyncio.to_thread(_library)
    except UnsupportedError:
        return False
    return await asyncio.to_thread(library.is_gpiochip_device, chip)
