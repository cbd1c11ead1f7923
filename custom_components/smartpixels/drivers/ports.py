"""What goes wrong at a serial port, in words of the drivers."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from serialx import SerialException

from .errors import BusyError, ForbiddenError, NotRecognizedError, UnreachableError
from .permissions import who_may


@asynccontextmanager
async def translated(path: str, *, thing: str) -> AsyncIterator[None]:
    """Raise DriverErrors where the system's come up; `thing` is what should be at the port."""
    try:
        yield
    except TimeoutError as err:
        raise UnreachableError(f"the {thing} does not answer in time") from err
    except PermissionError as err:
        raise ForbiddenError(await asyncio.to_thread(who_may, path)) from err
    except FileNotFoundError as err:
        raise UnreachableError(f"there is no such port; is the {thing} plugged in?") from err
    except OSError as err:
        match err.errno:
            case errno.EBUSY:
                raise BusyError("another program holds the port") from err
            case errno.ENOTTY | errno.EISDIR | errno.EINVAL:
                raise NotRecognizedError("the path is no serial port") from err
        raise UnreachableError(f"the {thing} is unplugged or off") from err
    except (SerialException, ValueError) as err:
        raise NotRecognizedError("the path is no serial port") from err
