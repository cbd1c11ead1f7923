"""The closed table from a viewer's action to Home Assistant's: all that anybody outside can cause.

A service's name never comes from the wire. What is not in the table does not exist.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN
from homeassistant.components.button.const import SERVICE_PRESS
from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_EFFECT,
    ATTR_EFFECT_LIST,
    ATTR_RGB_COLOR,
    ATTR_TRANSITION,
)
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.components.switch.const import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import Context, HomeAssistant, State

from ..const import (
    ACTION_PAINT,
    ACTION_PULSE,
    ACTION_SET_EFFECT,
    ATTR_INTENSITY,
    ATTR_PALETTE,
    ATTR_PALETTE_LIST,
    ATTR_RANGES,
    ATTR_RGB,
    ATTR_SPEED,
    ATTR_START,
    ATTR_STOP,
    DOMAIN,
    SOLID,
)
from ..protocol.errors import ErrorCode
from ..protocol.messages import (
    Action,
    Paint,
    PlayScene,
    Press,
    SetBrightness,
    SetColor,
    SetEffect,
    TurnOff,
    TurnOn,
    action_type,
)
from .refused import Refused
from .verdicts import Apply

TRANSITION: Final = 0
"""Seconds. A viewer's click shows at once; effects have their own movement."""

PULSE_SECONDS: Final = 0.5
"""How long a press holds an adopted switch; our own relays have a time of their own."""

_QUICKLY: Final = {ATTR_TRANSITION: TRANSITION}
_EFFECTS_OFF: Final = (SOLID, "None", "none", "off")


@dataclass(frozen=True, slots=True)
class Call:
    """One action of Home Assistant; after `then_off_s` seconds, when given, it is undone whatever happens."""

    domain: str
    service: str
    data: dict[str, Any] = field(default_factory=dict)
    then_off_s: float | None = None


def call_for(apply: Apply, entity: State, *, own: bool) -> Call:
    """Return what to do with an entity, `own` if it is one of this integration. Raises Refused for all else."""
    match entity.domain, apply.action:
        case "light", action:
            call = _for_light(action, apply.brightness, entity, own=own)
        case "switch", TurnOn():
            call = Call(SWITCH_DOMAIN, SERVICE_TURN_ON)
        case "switch", TurnOff():
            call = Call(SWITCH_DOMAIN, SERVICE_TURN_OFF)
        case "switch", Press() if own:
            call = Call(DOMAIN, ACTION_PULSE)
        case "switch", Press():
            call = Call(SWITCH_DOMAIN, SERVICE_TURN_ON, then_off_s=PULSE_SECONDS)
        case "button", Press():
            call = Call(BUTTON_DOMAIN, SERVICE_PRESS)
        case "scene", PlayScene():
            call = Call(SCENE_DOMAIN, SERVICE_TURN_ON)
        case _:
            raise Refused(ErrorCode.NOT_ALLOWED, f"{action_type(apply.action)} is not for such a device")
    return call


async def carry_out(hass: HomeAssistant, call: Call, entity_id: str, *, context: Context) -> None:
    """Do it. Raises what the action raises."""
    target = {ATTR_ENTITY_ID: entity_id}
    if call.then_off_s is None:
        await hass.services.async_call(call.domain, call.service, target | call.data, blocking=True, context=context)
        return
    try:
        await hass.services.async_call(call.domain, call.service, target, blocking=True, context=context)
        await asyncio.sleep(call.then_off_s)
    finally:
        off = hass.services.async_call(call.domain, SERVICE_TURN_OFF, target, blocking=True, context=context)
        await asyncio.shield(hass.async_create_task(off))


def _for_light(action: Action, brightness: int | None, entity: State, *, own: bool) -> Call:
    dimmed = {} if brightness is None else {ATTR_BRIGHTNESS: brightness}
    match action:
        case TurnOff():
            call = Call(LIGHT_DOMAIN, SERVICE_TURN_OFF, _QUICKLY)
        case TurnOn():
            call = Call(LIGHT_DOMAIN, SERVICE_TURN_ON, _QUICKLY | dimmed)
        case SetBrightness():
            call = Call(LIGHT_DOMAIN, SERVICE_TURN_ON, _QUICKLY | {ATTR_BRIGHTNESS: action.brightness})
        case SetColor():
            call = Call(
                LIGHT_DOMAIN, SERVICE_TURN_ON, _QUICKLY | _color(action) | _without_effect(entity, own=own) | dimmed
            )
        case SetEffect() if own and ATTR_PALETTE_LIST in entity.attributes:
            wishes = {ATTR_PALETTE: action.palette, ATTR_SPEED: action.speed, ATTR_INTENSITY: action.intensity}
            given = {key: value for key, value in wishes.items() if value is not None}
            call = Call(DOMAIN, ACTION_SET_EFFECT, {ATTR_EFFECT: action.effect, **given, **dimmed})
        case SetEffect():
            call = Call(LIGHT_DOMAIN, SERVICE_TURN_ON, {ATTR_EFFECT: action.effect, **dimmed})
        case Paint() if own:
            call = Call(DOMAIN, ACTION_PAINT, {ATTR_RANGES: _ranges(action), **dimmed})
        case _:
            raise Refused(ErrorCode.NOT_ALLOWED, f"{action_type(action)} is not for such a light")
    return call


def _color(action: SetColor) -> dict[str, Any]:
    return {ATTR_COLOR_TEMP_KELVIN: action.kelvin} if action.rgb is None else {ATTR_RGB_COLOR: action.rgb}


def _without_effect(entity: State, *, own: bool) -> dict[str, Any]:
    """Return how an effect ends: a viewer who clicks red must see red. Painted pixels of ours stand on an effect."""
    if not own and entity.attributes.get(ATTR_EFFECT) in (None, *_EFFECTS_OFF):
        return {}
    effects = entity.attributes.get(ATTR_EFFECT_LIST) or ()
    return next(({ATTR_EFFECT: name} for name in _EFFECTS_OFF if name in effects), {})


def _ranges(action: Paint) -> list[dict[str, Any]]:
    return [{ATTR_START: each.start, ATTR_STOP: each.stop, ATTR_RGB: list(each.rgb)} for each in action.ranges]
