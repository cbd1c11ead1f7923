"""What a device accepts. Pure; the location checks everything again."""

from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from ..protocol.messages import (
    Action,
    Device,
    Paint,
    SetBrightness,
    SetColor,
    SetEffect,
    SharingMode,
    SharingState,
    action_type,
)

_CLOSED: dict[SharingMode, ErrorCode] = {
    SharingMode.VIEW_ONLY: ErrorCode.VIEW_ONLY,
    SharingMode.PAUSED: ErrorCode.PAUSED,
    SharingMode.CLOSED: ErrorCode.CLOSED,
}


def check_action(device: Device, action: Action) -> None:
    """Raise SmartPixelsError `not_allowed` or `invalid` unless the device's lists and limits allow the action."""
    if action_type(action) not in device.actions:
        raise SmartPixelsError(ErrorCode.NOT_ALLOWED, "the device does not allow this")
    problem = _problem(device, action)
    if problem is not None:
        raise SmartPixelsError(ErrorCode.INVALID, problem)


def check_sharing(sharing: SharingState) -> None:
    """Raise SmartPixelsError `view_only`, `paused` or `closed` unless the owner lets viewers act."""
    if sharing.mode in _CLOSED:
        raise SmartPixelsError(_CLOSED[sharing.mode], sharing.reason or "the owner does not let viewers act now")


def _problem(device: Device, action: Action) -> str | None:
    match action:
        case SetEffect() if action.effect not in device.effects:
            return "the device has no such effect"
        case SetEffect() if action.palette is not None and action.palette not in device.palettes:
            return "the device has no such palette"
        case Paint() if device.pixels is None or any(part.stop > device.pixels for part in action.ranges):
            return "the device has no such pixel"
        case SetBrightness() if action.brightness > device.max_brightness:
            return f"the device goes up to brightness {device.max_brightness}"
        case SetColor(kelvin=int(kelvin)) if device.kelvin is None or not (
            device.kelvin.min <= kelvin <= device.kelvin.max
        ):
            return "the device cannot make this white"
        case _:
            return None
