"""The allow-list: which entities viewers see, under which name, and what they may do with each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.light.const import ATTR_EFFECT_LIST
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ..const import ATTR_PALETTE_LIST, CONF_ACTIONS, CONF_EXPOSED, CONF_NAME_EN, CONF_NAME_PL, DOMAIN
from ..protocol.messages import ActionType, Device, DeviceKind, LocalizedName
from .states import is_available

OFFERED_ACTIONS: Final = (
    ActionType.TURN_ON,
    ActionType.TURN_OFF,
    ActionType.SET_COLOR,
    ActionType.SET_BRIGHTNESS,
    ActionType.SET_EFFECT,
)
"""What an owner can allow for a light."""

MIN_INTERVAL_MS: Final = 50
"""Between two commands for one device; a WLED on a weak chip keeps up with that."""

LONGEST_NAME: Final = 64
MOST_CHOICES: Final = 300

_STROBE_LIKE: Final = re.compile(
    # WLED's effects whose whole strip jumps between dark and bright more often than three times a second at some speed
    # (WCAG 2.3.1): Strobe*, Blink*, Lightning, Police*, Chase Flash*, Fire Flicker, Sparkle+ (formerly Hyper Sparkle),
    # Random Colors, DJ Light; and the words that other firmware uses for the same.
    r"strobe|blink|flash|lightning|police|siren|emergency|flicker|hyper|sparkle\+|random colors|dj light|disco|epilep",
    re.IGNORECASE,
)


def offered_choices(names: Iterable[object]) -> tuple[str, ...]:
    """Return the effects or palettes of `names` that viewers may have: safe ones that fit the wire."""
    fitting = (name for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME)
    return tuple(name for name in dict.fromkeys(fitting) if not _STROBE_LIKE.search(name))[:MOST_CHOICES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """One exposed entity: the owner's word. `device_id` is all that viewers learn of its identity."""

    device_id: str
    domain: str
    unique_id: str
    name: LocalizedName
    actions: tuple[ActionType, ...]


def exposed_by(subentries: Mapping[str, ConfigSubentry]) -> tuple[Exposed, ...]:
    """Return what the owner has exposed; a subentry that does not say so is private."""
    return tuple(
        Exposed(
            device_id=subentry.subentry_id,
            domain=LIGHT_DOMAIN,
            unique_id=subentry.subentry_id,
            name=public_name(subentry.data, fallback=subentry.title),
            actions=tuple(action for action in OFFERED_ACTIONS if action in subentry.data.get(CONF_ACTIONS, ())),
        )
        for subentry in subentries.values()
        if subentry.data.get(CONF_EXPOSED) is True
    )


def public_name(data: Mapping[str, Any], *, fallback: str) -> LocalizedName:
    """Return the name for viewers from a subentry's data, within the wire's limits."""
    english = str(data.get(CONF_NAME_EN) or fallback)[:LONGEST_NAME] or "Light"
    return LocalizedName(en=english, pl=str(data.get(CONF_NAME_PL) or "")[:LONGEST_NAME] or None)


class Exposure:
    """The allow-list joined with what the entities can do; follows renames through the entity registry."""

    def __init__(self, hass: HomeAssistant, exposed: Iterable[Exposed]) -> None:
        self._hass = hass
        self._exposed = {each.device_id: each for each in exposed}
        self._devices = {each.device_id: _describe(each, None) for each in self._exposed.values()}

    @property
    def devices(self) -> tuple[Device, ...]:
        """Return what viewers may know."""
        return tuple(self._devices.values())

    def device(self, device_id: str) -> Device | None:
        """Return one device, if it is exposed."""
        return self._devices.get(device_id)

    @callback
    def entity_id(self, device_id: str) -> str | None:
        """Return the present entity id of a device, if it is exposed and exists."""
        exposed = self._exposed.get(device_id)
        if exposed is None:
            return None
        return er.async_get(self._hass).async_get_entity_id(exposed.domain, DOMAIN, exposed.unique_id)

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
        device = _describe(self._exposed[device_id], state)
        changed = device != self._devices[device_id]
        self._devices[device_id] = device
        return changed


def _describe(exposed: Exposed, state: State | None) -> Device:
    attributes = state.attributes if state else {}
    effects = offered_choices(attributes.get(ATTR_EFFECT_LIST) or ())
    can_effects = ActionType.SET_EFFECT in exposed.actions and bool(effects)
    return Device(
        device_id=exposed.device_id,
        kind=DeviceKind.LIGHT,
        name=exposed.name,
        actions=tuple(action for action in exposed.actions if action is not ActionType.SET_EFFECT or can_effects),
        effects=effects if can_effects else (),
        palettes=offered_choices(attributes.get(ATTR_PALETTE_LIST) or ()) if can_effects else (),
        min_interval_ms=MIN_INTERVAL_MS,
    )
