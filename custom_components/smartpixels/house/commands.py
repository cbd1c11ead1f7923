"""From a viewer's wish to a Home Assistant action: everything is checked here again, whatever the server did."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import probatio
from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_EFFECT,
    ATTR_EFFECT_LIST,
    ATTR_RGB_COLOR,
    ATTR_TRANSITION,
)
from homeassistant.components.light.const import (
    DOMAIN as LIGHT_DOMAIN,
)
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError

from ..const import ACTION_SET_EFFECT, ATTR_INTENSITY, ATTR_PALETTE, ATTR_SPEED, DOMAIN, SOLID
from ..protocol.codec import Json, ack, refusal
from ..protocol.errors import ErrorCode
from ..protocol.messages import (
    Action,
    Device,
    DeviceCommand,
    SetBrightness,
    SetColor,
    SetEffect,
    SharingMode,
    TurnOff,
    TurnOn,
    action_type,
)
from .exposure import Exposure
from .lanes import Lane
from .refused import Refused
from .sharing import Sharing
from .states import Causes, is_available

_LOGGER = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 2048
"""Command ids that are known as seen."""

TRANSITION: Final = 0
"""Seconds. A viewer's click shows at once; effects have their own movement."""

_CLOSED: Final = {
    SharingMode.VIEW_ONLY: ErrorCode.VIEW_ONLY,
    SharingMode.PAUSED: ErrorCode.PAUSED,
    SharingMode.CLOSED: ErrorCode.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a command; `refused` is None when it was done."""

    command: DeviceCommand
    refused: ErrorCode | None


class Commands:
    """Decides on commands and carries them out, one at a time per device."""

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        exposure: Exposure,
        sharing: Sharing,
        causes: Causes,
        now: Callable[[], datetime],
    ) -> None:
        self._hass = hass
        self._exposure = exposure
        self._sharing = sharing
        self._causes = causes
        self._now = now
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lanes = {device.device_id: Lane(device.min_interval_ms / 1000) for device in exposure.devices}
        self._running: set[asyncio.Task[Any]] = set()
        self._listeners: list[Callable[[Outcome], None]] = []

    def add_listener(self, listener: Callable[[Outcome], None]) -> Callable[[], None]:
        """Call `listener` with what became of each command; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def handle(self, command: DeviceCommand) -> Json:
        """Do it or say why not; the acknowledgement."""
        refused: Refused | None = None
        try:
            await self._obey(command)
        except Refused as err:
            refused = err
        _LOGGER.debug("Command %s: %s", command.command_id, refused.code if refused else "done")
        outcome = Outcome(command=command, refused=refused.code if refused else None)
        for listener in tuple(self._listeners):
            listener(outcome)
        return refusal(refused.code, str(refused)) if refused else ack()

    async def close(self) -> None:
        """Refuse what waits and stop what runs."""
        for lane in self._lanes.values():
            lane.close()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def _obey(self, command: DeviceCommand) -> None:
        self._check_new(command.command_id)
        self._check(command)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a running loop
        self._running.add(task)
        try:
            async with self._lanes[command.device_id].turn():
                # Time has passed: it may have expired, or the owner may have closed.
                entity = self._check(command)
                await self._act(command, entity)
        finally:
            self._running.discard(task)

    def _check_new(self, command_id: str) -> None:
        if command_id in self._seen:
            raise Refused(ErrorCode.DUPLICATE, "the command was seen before")
        self._seen[command_id] = None
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)

    def _check(self, command: DeviceCommand) -> State:
        """Return the entity to act on, or raise Refused."""
        if command.expires_at <= self._now():
            raise Refused(ErrorCode.EXPIRED, "the command came too late")
        device = self._exposure.device(command.device_id)
        entity_id = self._exposure.entity_id(command.device_id)
        if device is None or entity_id is None:
            raise Refused(ErrorCode.NOT_EXPOSED, "there is no such device for viewers")
        if (code := _CLOSED.get(self._sharing.mode)) is not None:
            raise Refused(code, f"sharing is {self._sharing.mode}")
        _check_offered(command.action, device)
        state = self._hass.states.get(entity_id)
        if state is None or not is_available(state):
            raise Refused(ErrorCode.DEVICE_FAILED, "the device does not answer")
        return state

    async def _act(self, command: DeviceCommand, entity: State) -> None:
        domain, service, data = _service_for(command.action, entity)
        context = Context()
        self._causes.remember(context.id, command.command_id)
        try:
            await self._hass.services.async_call(
                domain, service, {ATTR_ENTITY_ID: entity.entity_id, **data}, blocking=True, context=context
            )
        except HomeAssistantError as err:
            raise Refused(ErrorCode.DEVICE_FAILED, "the device did not do it") from err
        except probatio.Invalid as err:
            raise Refused(ErrorCode.INVALID, "the device does not take this") from err


def _check_offered(action: Action, device: Device) -> None:
    """Raise Refused unless the device allows the action with these parameters."""
    if action_type(action) not in device.actions:
        raise Refused(ErrorCode.NOT_ALLOWED, f"{action_type(action)} is not allowed")
    match action:
        case SetColor(rgb=None):
            raise Refused(ErrorCode.INVALID, "the device has no white temperatures")
        case SetEffect(effect=effect) if effect not in device.effects:
            raise Refused(ErrorCode.INVALID, "the device offers no such effect")
        case SetEffect(palette=str() as palette) if palette not in device.palettes:
            raise Refused(ErrorCode.INVALID, "the device offers no such palette")
        case _:
            pass


def _service_for(action: Action, entity: State) -> tuple[str, str, dict[str, Any]]:
    """Return domain, action and data: the closed table of all that a viewer can cause."""
    match action:
        case TurnOn():
            return LIGHT_DOMAIN, SERVICE_TURN_ON, {ATTR_TRANSITION: TRANSITION}
        case TurnOff():
            return LIGHT_DOMAIN, SERVICE_TURN_OFF, {ATTR_TRANSITION: TRANSITION}
        case SetBrightness(brightness=brightness):
            return LIGHT_DOMAIN, SERVICE_TURN_ON, {ATTR_BRIGHTNESS: brightness, ATTR_TRANSITION: TRANSITION}
        case SetColor(rgb=tuple() as rgb):
            # A viewer who clicks red must see red: whatever effect runs, it ends.
            solid = {ATTR_EFFECT: SOLID} if SOLID in (entity.attributes.get(ATTR_EFFECT_LIST) or ()) else {}
            return LIGHT_DOMAIN, SERVICE_TURN_ON, {ATTR_RGB_COLOR: rgb, ATTR_TRANSITION: TRANSITION, **solid}
        case SetEffect():
            wishes = {ATTR_PALETTE: action.palette, ATTR_SPEED: action.speed, ATTR_INTENSITY: action.intensity}
            given = {key: value for key, value in wishes.items() if value is not None}
            return DOMAIN, ACTION_SET_EFFECT, {ATTR_EFFECT: action.effect, **given}
        case _:
            raise Refused(ErrorCode.NOT_ALLOWED, f"{action_type(action)} is not for lights")
