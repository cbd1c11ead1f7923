"""From Home Assistant's states to the wire's, with the command that caused each."""

import itertools
from collections import OrderedDict
from typing import Any, Final

from homeassistant.components.light.const import ATTR_BRIGHTNESS, ATTR_COLOR_TEMP_KELVIN, ATTR_EFFECT, ATTR_RGB_COLOR
from homeassistant.const import ATTR_ASSUMED_STATE, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import State

from ..const import ATTR_INTENSITY, ATTR_PALETTE, ATTR_SPEED
from ..protocol.messages import DeviceState

MOST_CAUSES: Final = 256
NO_ANSWER: Final = "The device does not answer"
_WITHOUT_STATE: Final = ("button", "scene")


def is_available(state: State | None) -> bool:
    """Tell whether the entity knows how its device is.

    A button or a scene need not have been used before, and a relay that cannot be asked (its state is assumed) can be
    switched all the same.
    """
    if state is None or state.state == STATE_UNAVAILABLE:
        return False
    return (
        state.state != STATE_UNKNOWN
        or state.domain in _WITHOUT_STATE
        or state.attributes.get(ATTR_ASSUMED_STATE) is True
    )


class Causes:
    """Which command a Home Assistant context belongs to; bounded, each is told once."""

    def __init__(self) -> None:
        self._command_ids: OrderedDict[str, str] = OrderedDict()

    def remember(self, context_id: str, command_id: str) -> None:
        """Note that what happens in this context is the command's doing."""
        self._command_ids[context_id] = command_id
        if len(self._command_ids) > MOST_CAUSES:
            self._command_ids.popitem(last=False)

    def pop(self, context_id: str) -> str | None:
        """Return the command of a context, the first time."""
        return self._command_ids.pop(context_id, None)


class Reporter:
    """Makes the reports of one location, numbered, without repeating itself."""

    def __init__(self, causes: Causes) -> None:
        self._causes = causes
        self._sequence = itertools.count(1)
        self._last: dict[str, dict[str, Any]] = {}

    def snapshot(self, device_id: str, state: State | None) -> DeviceState:
        """Return the present state, whether or not it was reported before."""
        fields = _fields(state)
        self._last[device_id] = fields
        return DeviceState(device_id=device_id, seq=next(self._sequence), **fields)

    @staticmethod
    def observed(device_id: str, state: State | None) -> DeviceState:
        """Return the state for the house rules, which do not number it."""
        return DeviceState(device_id=device_id, seq=0, **_fields(state))

    def report(self, device_id: str, state: State | None) -> DeviceState | None:
        """Return the state if there is something new in it for viewers."""
        fields = _fields(state)
        if fields == self._last.get(device_id):
            return None
        self._last[device_id] = fields
        command_id = self._causes.pop(state.context.id) if state else None
        return DeviceState(device_id=device_id, seq=next(self._sequence), command_id=command_id, **fields)


def _fields(state: State | None) -> dict[str, Any]:
    """Return the fields of the wire's state; what an entity says beyond the wire's limits is left out."""
    if state is None or not is_available(state):
        return {"available": False, "reason": NO_ANSWER}
    if state.domain in _WITHOUT_STATE:
        return {"available": True}
    attributes = state.attributes
    return {
        "available": True,
        "on": None if state.state == STATE_UNKNOWN else state.state == STATE_ON,
        "brightness": _level(attributes.get(ATTR_BRIGHTNESS)) or None,
        "rgb": _rgb(attributes.get(ATTR_RGB_COLOR)),
        "kelvin": _kelvin(attributes.get(ATTR_COLOR_TEMP_KELVIN)),
        "effect": _name(attributes.get(ATTR_EFFECT)),
        "palette": _name(attributes.get(ATTR_PALETTE)),
        "speed": _level(attributes.get(ATTR_SPEED)),
        "intensity": _level(attributes.get(ATTR_INTENSITY)),
    }


def _rgb(value: object) -> tuple[int, int, int] | None:
    match value:
        case (int() as red, int() as green, int() as blue) if all(map(_is_level, (red, green, blue))):
            return red, green, blue
    return None


def _kelvin(value: object) -> int | None:
    return value if isinstance(value, int) and 1000 <= value <= 12000 else None  # noqa: PLR2004 - the wire's limits


def _is_level(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= 255  # noqa: PLR2004 - a byte


def _level(value: Any) -> int | None:
    return value if _is_level(value) else None


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 64 else None  # noqa: PLR2004 - the wire's limit
