"""Read and control one WLED controller: the whole strip, its segments, presets and single pixels."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, override

import aiohttp
from wled import WLED, Device, WLEDConnectionError, WLEDError, WLEDUnsupportedVersionError
from yarl import URL

from .errors import FirmwareTooOldError, NotRecognizedError, UnreachableError, WrongDeviceError
from .wled_change import Body, Change, Painting, change_body, paint_bodies, preset_body
from .wled_report import Report, normalized_mac, report_of

UPDATE_TIMEOUT: Final = 10.0
COMMAND_TIMEOUT: Final = 3.0
"""A viewer waits for this; longer than one lost packet, shorter than patience."""

TRUSTED: Final = 10.0
"""Seconds after a controller has told who it is. Another one needs longer to start and take over the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a controller is."""

    host: str
    port: int = 80

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address in `10.0.0.5`, `tree.local:8481` or `http://10.0.0.5/`. Raises ValueError."""
        text = text.strip()
        url = URL(text if "://" in text else f"http://{text}")
        if url.scheme != "http" or not url.host or url.user or " " in text:
            raise ValueError("not the address of a controller")
        return cls(host=url.host, port=url.port or 80)

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 80 else f"{host}:{self.port}"  # noqa: PLR2004 - HTTP's own


def port_middleware(port: int) -> aiohttp.ClientMiddlewareType:
    """Return what a session for a controller on `port` needs: the library always asks port 80."""

    async def to_port(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        request.url = request.url.with_port(port)
        return await handler(request)

    return to_port


class WledDriver:
    """One controller. With `mac` given, any other controller at the address is refused. All raise DriverError."""

    def __init__(self, address: Address, *, session: aiohttp.ClientSession, mac: str | None = None) -> None:
        self.address = address
        self._mac = mac
        self._wled = WLED(address.host, session=session, request_timeout=COMMAND_TIMEOUT)
        self._device: Device | None = None
        self._proven_at = 0.0
        self._commands = asyncio.Lock()

    @property
    def can_push(self) -> bool:
        """Tell whether `listen` works, by the last update."""
        return self._device is not None and self._device.info.websocket is not None

    async def update(self) -> Report:
        """Fetch everything."""
        async with _translated(UPDATE_TIMEOUT):
            return self._proven(await self._wled.update())

    async def listen(self, pushed: Callable[[Report], None]) -> None:
        """Hand on what the controller pushes until the connection ends; raises then."""

        def on_update(device: Device) -> None:
            pushed(self._proven(device))

        try:
            async with _translated(None):
                async with asyncio.timeout(COMMAND_TIMEOUT):
                    await self._wled.connect()
                await self._wled.listen(callback=on_update)
        finally:
            # A controller that has lost power does not say goodbye.
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._wled.disconnect()

    async def apply(self, change: Change) -> Report:
        """Change a light in one request and return how all is then."""
        return await self._send(lambda device: (change_body(device, change),))

    async def paint(self, painting: Painting) -> Report:
        """Paint single pixels, turned on; what is beyond the last one is left out. They stand until the next look."""
        return await self._send(lambda device: paint_bodies(device, painting))

    async def start_preset(self, preset_id: int) -> Report:
        """Start a preset. The firmware does so after its answer: the next report tells how all is then."""
        return await self._send(lambda device: (preset_body(device, preset_id),))

    async def _send(self, bodies_for: Callable[[Device], Iterable[Body]]) -> Report:
        async with _translated(COMMAND_TIMEOUT), self._commands:
            device = self._device
            if device is None:
                device = await self._wled.update()
                self._proven(device)
            await self._prove()
            for body in bodies_for(device):
                # The answer is the new state; the push that tells the same may be held back for a second.
                await self._wled.request("/json/state", method="POST", data=body)
            return report_of(device)

    async def _prove(self) -> None:
        """Have the controller say who it is, unless it just did: the address may have gone to another one."""
        if self._mac is not None and time.monotonic() - self._proven_at > TRUSTED:
            info = await self._wled.request("/json/info")
            self._check_mac(normalized_mac(info["mac"]))

    def _proven(self, device: Device) -> Report:
        report = report_of(device)
        self._check_mac(report.controller.mac)
        self._device = device
        return report

    def _check_mac(self, mac: str) -> None:
        if self._mac is not None and mac != self._mac:
            self._device = None
            raise WrongDeviceError("another controller answers there")
        self._proven_at = time.monotonic()


@asynccontextmanager
async def _translated(seconds: float | None) -> AsyncIterator[None]:
    """Translate the library's errors into the driver's, and bound the time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except WLEDUnsupportedVersionError as err:
        raise FirmwareTooOldError(str(err)) from err
    except TimeoutError as err:
        raise UnreachableError("no answer in time") from err
    except WLEDConnectionError as err:
        raise UnreachableError(str(err)) from err
    except (WLEDError, LookupError, TypeError, ValueError, AttributeError) as err:
        # The library's models raise plain errors for JSON of another shape.
        raise NotRecognizedError(str(err) or type(err).__name__) from err
