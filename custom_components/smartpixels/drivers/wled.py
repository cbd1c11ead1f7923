"""Read and control one WLED controller, all its segments as one light."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, override

import aiohttp
from wled import WLED, Device, LightCapability, Segment, WLEDConnectionError, WLEDError, WLEDUnsupportedVersionError
from yarl import URL

UPDATE_TIMEOUT: Final = 10.0
COMMAND_TIMEOUT: Final = 3.0
"""A viewer waits for this; longer than one lost packet, shorter than patience."""

type Color = tuple[int, ...]
"""Three or four channels, 0 to 255."""


class WledError(Exception):
    """Root of the driver's errors."""


class Unreachable(WledError):
    """Nothing answers, or not in time."""


class NotWled(WledError):
    """Something answers, but not as WLED does."""


class TooOld(WledError):
    """The firmware is older than the library supports; the text says which is needed."""


class WrongDevice(WledError):
    """Another controller has taken the address."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """What a controller is."""

    mac: str
    name: str
    version: str
    product: str
    leds: int
    has_white: bool
    effects: tuple[str, ...]
    palettes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """How the light is: the main segment speaks for all."""

    on: bool
    brightness: int
    color: Color | None
    effect: str | None
    palette: str | None
    speed: int | None
    intensity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known about a controller at one moment."""

    controller: Controller
    light: Light


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change on every segment; None leaves a thing as it is. Times in seconds."""

    on: bool | None = None
    brightness: int | None = None
    color: Color | None = None
    effect: str | None = None
    palette: str | None = None
    speed: int | None = None
    intensity: int | None = None
    transition: float | None = None


def port_middleware(port: int) -> aiohttp.ClientMiddlewareType:
    """Return what a session for a controller on `port` needs: the library always asks port 80."""

    async def to_port(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        request.url = request.url.with_port(port)
        return await handler(request)

    return to_port


class WledDriver:
    """One controller. With `mac` given, any other controller at the address is refused."""

    def __init__(self, address: Address, *, session: aiohttp.ClientSession, mac: str | None = None) -> None:
        self.address = address
        self._mac = mac
        self._wled = WLED(address.host, session=session, request_timeout=COMMAND_TIMEOUT)
        self._device: Device | None = None
        self._commands = asyncio.Lock()

    @property
    def can_push(self) -> bool:
        """Tell whether `listen` works, by the last update."""
        return self._device is not None and self._device.info.websocket is not None

    async def update(self) -> Report:
        """Fetch everything. Raises WledError."""
        async with _translated(UPDATE_TIMEOUT):
            device = await self._wled.update()
        return self._report(device)

    async def listen(self, pushed: Callable[[Report], None]) -> None:
        """Hand on what the controller pushes until the connection ends. Raises WledError then."""

        def on_update(device: Device) -> None:
            pushed(self._report(device))

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
        """Change the light in one request and return how it is then. Raises WledError."""
        async with _translated(COMMAND_TIMEOUT), self._commands:
            device = self._device or await self._wled.update()
            self._report(device)
            await self._wled.request("/json/state", method="POST", data=_payload(device, change))
        return self._report(device)

    def _report(self, device: Device) -> Report:
        controller = _controller(device)
        if self._mac is not None and controller.mac != self._mac:
            self._device = None
            raise WrongDevice(f"found {controller.mac} instead of {self._mac}")
        self._device = device
        return Report(controller=controller, light=_light(device))


@asynccontextmanager
async def _translated(seconds: float | None) -> AsyncIterator[None]:
    """Translate the library's errors into the driver's, and bound the time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except WLEDUnsupportedVersionError as err:
        raise TooOld(str(err)) from err
    except TimeoutError as err:
        raise Unreachable("no answer in time") from err
    except WLEDConnectionError as err:
        raise Unreachable(str(err)) from err
    except (WLEDError, LookupError, TypeError, ValueError, AttributeError) as err:
        # The library's models raise plain errors for JSON of another shape.
        raise NotWled(str(err) or type(err).__name__) from err


def _main_segment(device: Device) -> Segment | None:
    segments = device.state.segments
    return segments.get(device.state.main_segment_id) or next(iter(segments.values()), None)


def _controller(device: Device) -> Controller:
    info = device.info
    return Controller(
        mac=info.mac_address.lower().replace(":", ""),
        name=info.name,
        version=str(info.version or ""),
        product=info.product,
        leds=info.leds.count,
        has_white=LightCapability.WHITE_CHANNEL in info.leds.light_capabilities,
        effects=tuple(effect.name for effect in device.effects.values()),
        palettes=tuple(palette.name for palette in device.palettes.values()),
    )


def _light(device: Device) -> Light:
    segment = _main_segment(device)
    if segment is None:
        return Light(on=False, brightness=1, color=None, effect=None, palette=None, speed=None, intensity=None)
    effect = device.effects.get(segment.effect_id) if isinstance(segment.effect_id, int) else None
    palette = device.palettes.get(segment.palette_id) if isinstance(segment.palette_id, int) else None
    return Light(
        on=device.state.on and any(segment.on for segment in device.state.segments.values()),
        brightness=max(1, device.state.brightness),
        color=segment.color.primary if segment.color else None,
        effect=effect.name if effect else None,
        palette=palette.name if palette else None,
        speed=segment.speed if isinstance(segment.speed, int) else None,
        intensity=segment.intensity if isinstance(segment.intensity, int) else None,
    )


def _payload(device: Device, change: Change) -> dict[str, Any]:
    """Return the body for `/json/state`. Raises WLEDError for a name that the controller does not have."""
    wishes = {
        "on": change.on or None,
        # Painted pixels stay until somebody wishes for a color or an effect.
        "frz": False if change.color or change.effect else None,
        "col": [list(change.color)] if change.color else None,
        "fx": _id_of(change.effect, {effect.name: number for number, effect in device.effects.items()}),
        "pal": _id_of(change.palette, {palette.name: number for number, palette in device.palettes.items()}),
        "sx": change.speed,
        "ix": change.intensity,
    }
    segment: dict[str, Any] = {key: value for key, value in wishes.items() if value is not None}
    body = {
        "on": change.on,
        "bri": change.brightness,
        "tt": None if change.transition is None else round(change.transition * 10),
        "seg": [{"id": number} | segment for number in device.state.segments] if segment else None,
    }
    return {key: value for key, value in body.items() if value is not None}


def _id_of(name: str | None, ids: dict[str, int]) -> int | None:
    if name is None:
        return None
    if name not in ids:
        raise WLEDError(f"the controller has no {name!r}")
    return ids[name]
