"""What one WLED controller says of itself, as the rest of the house needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wled import Device, LightCapability, Segment
from wled import Preset as SavedPreset

type Color = tuple[int, ...]
"""Three or four channels, 0 to 255."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """What a controller is."""

    mac: str
    name: str
    version: str
    product: str
    leds: int
    effects: tuple[str, ...]
    palettes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """How a segment is, or the whole strip, for which the main segment speaks.

    `effect` is None while painted pixels stand still; `pixels` is how many can be painted, None when that is not clear.
    """

    on: bool
    brightness: int
    name: str | None = None
    has_white: bool = False
    pixels: int | None = None
    color: Color | None = None
    effect: str | None = None
    palette: str | None = None
    speed: int | None = None
    intensity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A look that is saved on the controller.

    `effects` are those that it starts, each with its speed; None when that cannot be told.
    """

    preset_id: int
    name: str
    effects: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known about a controller at one moment; `preset` is the one that runs."""

    controller: Controller
    light: Light
    segments: Mapping[int, Light]
    presets: Mapping[int, Preset]
    preset: Preset | None
    milliamps: int | None


def report_of(device: Device) -> Report:
    """Return what the library knows, as it is now. Raises plain errors for JSON of an odd shape."""
    presets = {preset.preset_id: _preset(device, preset) for preset in device.presets.values()}
    leds = device.info.leds
    return Report(
        controller=_controller(device),
        light=_whole(device),
        segments={number: _light(device, segment) for number, segment in sorted(device.state.segments.items())},
        presets=presets,
        preset=presets.get(device.state.preset_id or 0),
        # Without a limit for the current the firmware does not estimate it.
        milliamps=leds.power if leds.max_power else None,
    )


def pixels_of(segment: Segment) -> int:
    """Return how many LEDs a segment has, all rows of a matrix counted."""
    return (segment.stop - segment.start) * max(1, segment.stop_y - segment.start_y)


def normalized_mac(mac: str) -> str:
    """Return a MAC address as WLED writes it."""
    return mac.lower().replace(":", "")


def _controller(device: Device) -> Controller:
    info = device.info
    return Controller(
        mac=normalized_mac(info.mac_address),
        name=info.name,
        version=str(info.version or ""),
        product=info.product,
        leds=info.leds.count,
        effects=tuple(effect.name for effect in device.effects.values()),
        palettes=tuple(palette.name for palette in device.palettes.values()),
    )


def _whole(device: Device) -> Light:
    segments = device.state.segments
    main = segments.get(device.state.main_segment_id) or next(iter(segments.values()), None)
    if main is None:
        return Light(on=False, brightness=1)
    return replace(
        _light(device, main),
        on=device.state.on and any(segment.on for segment in segments.values()),
        brightness=max(1, device.state.brightness),
        name=None,
        has_white=LightCapability.WHITE_CHANNEL in device.info.leds.light_capabilities,
        pixels=_whole_pixels(device),
    )


def _whole_pixels(device: Device) -> int | None:
    """Rows of a matrix and several segments together have no common numbers."""
    segments = tuple(device.state.segments.values())
    if len(segments) == 1:
        return pixels_of(segments[0])
    return None if device.info.leds.matrix else device.info.leds.count


def _light(device: Device, segment: Segment) -> Light:
    effect = device.effects.get(segment.effect_id) if isinstance(segment.effect_id, int) else None
    palette = device.palettes.get(segment.palette_id) if isinstance(segment.palette_id, int) else None
    return Light(
        on=device.state.on and bool(segment.on),
        brightness=max(1, segment.brightness) if isinstance(segment.brightness, int) else 1,
        name=segment.name or None,
        has_white=LightCapability.WHITE_CHANNEL in (segment.light_capabilities or LightCapability.NONE),
        pixels=pixels_of(segment),
        color=segment.color.primary if segment.color else None,
        effect=effect.name if effect and not segment.freeze else None,
        palette=palette.name if palette else None,
        speed=segment.speed if isinstance(segment.speed, int) else None,
        intensity=segment.intensity if isinstance(segment.intensity, int) else None,
    )


def _preset(device: Device, preset: SavedPreset) -> Preset:
    started = tuple(_started(device, segment) for segment in preset.segments)
    known = tuple(effect for effect in started if effect is not None)
    return Preset(
        preset_id=preset.preset_id,
        name=preset.name or f"Preset {preset.preset_id}",
        # A preset without segments may be anything, such as a line of the old API.
        effects=known if known and len(known) == len(started) else None,
    )


def _started(device: Device, segment: Segment) -> tuple[str, int] | None:
    """Texts such as `~` (the next one) and `r` (a random one) tell nothing."""
    if not isinstance(segment.effect_id, int) or not isinstance(segment.speed, int):
        return None
    effect = device.effects.get(segment.effect_id)
    return (effect.name, segment.speed) if effect else None
