"""The owner's word on one thing: whether viewers see it, under which name, and what they may do with it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.components.switch.const import DOMAIN as SWITCH_DOMAIN
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from ..const import (
    CONF_ACTIONS,
    CONF_COLORS,
    CONF_EFFECTS,
    CONF_ENTITY,
    CONF_EXPOSED,
    CONF_EXPOSURE,
    CONF_KIND,
    CONF_LIMITS,
    CONF_MAX_BRIGHTNESS,
    CONF_MAX_DAILY_CYCLES,
    CONF_MIN_INTERVAL,
    CONF_MIN_OFF,
    CONF_MIN_ON,
    CONF_NAME_EN,
    CONF_NAME_PL,
    CONF_PALETTES,
    CONF_WHO,
    DOMAIN,
)
from ..protocol.messages import ActionType, DeviceKind, LocalizedName, Rgb, Who
from .limits import LONGEST_INTERVAL_MS, USUAL_INTERVAL_MS, DeviceLimits, RelayLimits

LONGEST_NAME: Final = 64

OFFERED_ACTIONS: Final = {
    DeviceKind.LIGHT: (
        ActionType.TURN_ON,
        ActionType.TURN_OFF,
        ActionType.SET_COLOR,
        ActionType.SET_BRIGHTNESS,
        ActionType.SET_EFFECT,
        ActionType.PAINT,
    ),
    DeviceKind.RELAY: (ActionType.TURN_ON, ActionType.TURN_OFF, ActionType.PRESS),
    DeviceKind.SCENE: (ActionType.PLAY_SCENE,),
}
"""What an owner can allow for each kind of thing, in the order that people read."""

NAMED_COLORS: Final[Mapping[str, Rgb]] = {
    "red": (255, 0, 0),
    "orange": (255, 128, 0),
    "yellow": (255, 220, 0),
    "green": (0, 255, 0),
    "turquoise": (0, 255, 200),
    "blue": (0, 0, 255),
    "purple": (128, 0, 255),
    "pink": (255, 0, 128),
    "warm_white": (255, 180, 100),
    "white": (255, 255, 255),
}

NO_LIMITS: Final = DeviceLimits()
USUAL_RELAY: Final = RelayLimits()

_HEX_COLOR: Final = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_DOMAINS: Final = {
    DeviceKind.LIGHT: LIGHT_DOMAIN,
    DeviceKind.RELAY: SWITCH_DOMAIN,
    DeviceKind.SCENE: SCENE_DOMAIN,
}


@dataclass(frozen=True, slots=True)
class OwnEntity:
    """An entity that this integration makes."""

    domain: str
    unique_id: str

    @callback
    def entity_id(self, registry: er.EntityRegistry) -> str | None:
        """Return its present entity id, None when it does not exist."""
        return registry.async_get_entity_id(self.domain, DOMAIN, self.unique_id)


@dataclass(frozen=True, slots=True)
class AdoptedEntity:
    """An entity of another integration: by its place in the registry, else by its entity id."""

    reference: str

    @callback
    def entity_id(self, registry: er.EntityRegistry) -> str | None:
        """Return its present entity id, None when it was removed."""
        return er.async_resolve_entity_id(registry, self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """One exposed thing. `device_id` is all that viewers learn of its identity; no `effects` or `palettes`: all."""

    device_id: str
    kind: DeviceKind
    entity: OwnEntity | AdoptedEntity
    name: LocalizedName
    actions: tuple[ActionType, ...]
    effects: tuple[str, ...] = ()
    palettes: tuple[str, ...] = ()
    limits: DeviceLimits = NO_LIMITS
    who: Who = Who.EVERYONE


def device_id_of(subentry_id: str, key: str) -> str:
    """Return the identity of a subentry's part: of its device for viewers, and of its entity."""
    return f"{subentry_id}-{key}" if key else subentry_id


def is_part_of(device_id: str, subentry_id: str) -> bool:
    """Tell whether a device is a part of the subentry, or all of it."""
    return device_id == subentry_id or device_id.startswith(f"{subentry_id}-")


def exposed_by(subentries: Mapping[str, ConfigSubentry], *, relays: RelayLimits = USUAL_RELAY) -> tuple[Exposed, ...]:
    """Return what the owner has exposed; what does not say so is private. `relays` holds where a relay says nothing."""
    return tuple(exposed for subentry in subentries.values() for exposed in _exposed_parts(subentry, relays))


def public_name(said: Mapping[str, Any], *, fallback: str) -> LocalizedName:
    """Return the name for viewers, within the wire's limits."""
    english = str(said.get(CONF_NAME_EN) or fallback)[:LONGEST_NAME] or "Light"
    return LocalizedName(en=english, pl=str(said.get(CONF_NAME_PL) or "")[:LONGEST_NAME] or None)


def parse_color(text: str) -> Rgb:
    """Return the color of a name of ours or of `#rrggbb`. Raises ValueError."""
    if text in NAMED_COLORS:
        return NAMED_COLORS[text]
    if not _HEX_COLOR.fullmatch(text):
        raise ValueError("not a color")
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def limits_of(kind: DeviceKind, said: Mapping[str, Any], relays: RelayLimits) -> DeviceLimits:
    """Return the limits that an owner's form says."""
    interval = round(said.get(CONF_MIN_INTERVAL, USUAL_INTERVAL_MS / 1000) * 1000)
    return DeviceLimits(
        max_brightness=brightness_of(said.get(CONF_MAX_BRIGHTNESS, 100)),
        colors=tuple(dict.fromkeys(parse_color(color) for color in said.get(CONF_COLORS, ()))),
        min_interval_ms=min(interval, LONGEST_INTERVAL_MS),
        relay=_relay_limits(said, relays) if kind is DeviceKind.RELAY else None,
    )


def brightness_of(percent: float) -> int:
    """Return a brightness of 1 to 255 for the percents that people choose."""
    return max(1, min(255, round(percent * 2.55)))


def _exposed_parts(subentry: ConfigSubentry, relays: RelayLimits) -> Iterator[Exposed]:
    for key, said in subentry.data.get(CONF_EXPOSURE, {}).items():
        if said.get(CONF_EXPOSED) is not True:
            continue
        kind = DeviceKind(said[CONF_KIND])
        device_id = device_id_of(subentry.subentry_id, key)
        adopted = subentry.data.get(CONF_ENTITY)
        limits = said.get(CONF_LIMITS, {})
        yield Exposed(
            device_id=device_id,
            kind=kind,
            entity=AdoptedEntity(adopted) if adopted else OwnEntity(_DOMAINS[kind], device_id),
            name=public_name(said, fallback=subentry.title),
            actions=_chosen(OFFERED_ACTIONS[kind], said.get(CONF_ACTIONS, ())),
            effects=tuple(limits.get(CONF_EFFECTS, ())),
            palettes=tuple(limits.get(CONF_PALETTES, ())),
            limits=limits_of(kind, limits, relays),
            who=Who(limits.get(CONF_WHO, Who.EVERYONE)),
        )


def _chosen(offered: Iterable[ActionType], chosen: Iterable[str]) -> tuple[ActionType, ...]:
    allowed = set(chosen)
    return tuple(action for action in offered if action in allowed)


def _relay_limits(said: Mapping[str, Any], usual: RelayLimits) -> RelayLimits:
    cycles = said.get(CONF_MAX_DAILY_CYCLES)
    return RelayLimits(
        min_on_s=said.get(CONF_MIN_ON, usual.min_on_s),
        min_off_s=said.get(CONF_MIN_OFF, usual.min_off_s),
        max_daily_cycles=usual.max_daily_cycles if cycles is None else int(cycles) or None,
    )
