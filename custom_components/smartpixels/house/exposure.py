"""The allow-list joined with what the entities can do."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.components.light.const import (
    ATTR_EFFECT_LIST,
    ATTR_MAX_COLOR_TEMP_KELVIN,
    ATTR_MIN_COLOR_TEMP_KELVIN,
    ATTR_SUPPORTED_COLOR_MODES,
    ColorMode,
)
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ..const import ATTR_MAY_FLASH, ATTR_PALETTE_LIST, ATTR_PIXELS
from ..protocol.messages import ActionType, Device, KelvinRange
from .effects import effect_is_safe
from .exposed import LONGEST_NAME, Exposed
from .states import is_available

MOST_CHOICES: Final = 300
MOST_PIXELS: Final = 4096
_LOWEST_KELVIN: Final = 1000
_HIGHEST_KELVIN: Final = 12000


def offered_effects(names: Iterable[object], *, allowed: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the effects of `names` that viewers may have: no unsafe one, and only `allowed` ones if there are."""
    return tuple(name for name in _fitting(names, allowed) if effect_is_safe(name))[:MOST_CHOICES]


def offered_palettes(names: Iterable[object], *, allowed: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the palettes of `names` that viewers may have."""
    return _fitting(names, allowed)[:MOST_CHOICES]


def _fitting(names: Iterable[object], allowed: Iterable[str]) -> tuple[str, ...]:
    only = frozenset(allowed)
    fitting = (name for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME)
    return tuple(name for name in dict.fromkeys(fitting) if not only or name in only)


class Exposure:
    """What viewers may know of each exposed entity; follows renames and removals through the entity registry."""

    def __init__(self, hass: HomeAssistant, exposed: Iterable[Exposed]) -> None:
        self._hass = hass
        self._exposed = {each.device_id: each for each in exposed}
        self._devices = {each.device_id: describe(each, None) for each in self._exposed.values()}

    @property
    def devices(self) -> tuple[Device, ...]:
        """Return what viewers may know; an entity that was removed is none of their business."""
        return tuple(device for device in self._devices.values() if self.entity_id(device.device_id) is not None)

    @property
    def exposed(self) -> Mapping[str, Exposed]:
        """Return the owner's word on each device."""
        return self._exposed

    def device(self, device_id: str) -> Device | None:
        """Return one device, if it is exposed."""
        return self._devices.get(device_id)

    @callback
    def entity_id(self, device_id: str) -> str | None:
        """Return the present entity id of a device, if it is exposed and exists."""
        exposed = self._exposed.get(device_id)
        return None if exposed is None else exposed.entity.entity_id(er.async_get(self._hass))

    @callback
    def entity_ids(self) -> dict[str, str]:
        """Return the device id of each exposed entity id."""
        pairs = ((self.entity_id(device_id), device_id) for device_id in self._exposed)
        return {entity_id: device_id for entity_id, device_id in pairs if entity_id is not None}

    @callback
    def learn(self, device_id: str, state: State) -> bool:
        """Take note of what the entity can do; returns whether viewers must hear of it.

        An unavailable entity keeps what is known.
        """
        if not is_available(state):
            return False
        device = describe(self._exposed[device_id], state)
        changed = device != self._devices[device_id]
        self._devices[device_id] = device
        return changed


def describe(exposed: Exposed, state: State | None) -> Device:
    """Return what viewers may know of an exposed entity in this state."""
    attributes = state.attributes if state else {}
    effects = offered_effects(attributes.get(ATTR_EFFECT_LIST) or (), allowed=exposed.effects)
    palettes = offered_palettes(attributes.get(ATTR_PALETTE_LIST) or (), allowed=exposed.palettes)
    can_effects = ActionType.SET_EFFECT in exposed.actions and bool(effects)
    pixels = _pixels(attributes) if ActionType.PAINT in exposed.actions else None
    missing = set()
    if not can_effects:
        missing.add(ActionType.SET_EFFECT)
    if pixels is None:
        missing.add(ActionType.PAINT)
    if attributes.get(ATTR_MAY_FLASH):
        missing.add(ActionType.PLAY_SCENE)
    return Device(
        device_id=exposed.device_id,
        kind=exposed.kind,
        name=exposed.name,
        actions=tuple(action for action in exposed.actions if action not in missing),
        effects=effects if can_effects else (),
        palettes=palettes if can_effects else (),
        kelvin=_kelvin(attributes) if ActionType.SET_COLOR in exposed.actions and not exposed.limits.colors else None,
        pixels=pixels,
        max_brightness=exposed.limits.max_brightness,
        who=exposed.who,
        min_interval_ms=exposed.limits.min_interval_ms,
    )


def _pixels(attributes: Mapping[str, Any]) -> int | None:
    match attributes.get(ATTR_PIXELS):
        case int() as pixels if pixels > 0:
            return min(pixels, MOST_PIXELS)
    return None


def _kelvin(attributes: Mapping[str, Any]) -> KelvinRange | None:
    low, high = attributes.get(ATTR_MIN_COLOR_TEMP_KELVIN), attributes.get(ATTR_MAX_COLOR_TEMP_KELVIN)
    if ColorMode.COLOR_TEMP not in (attributes.get(ATTR_SUPPORTED_COLOR_MODES) or ()) or not low or not high:
        return None
    return KelvinRange(min=max(_LOWEST_KELVIN, low), max=min(_HIGHEST_KELVIN, high))
