"""From a viewer's wish to a Home Assistant action: everything is checked here again, whatever the server did."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import probatio
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError

from ..protocol.codec import Json, ack, refusal
from ..protocol.errors import ErrorCode
from ..protocol.messages import (
    Action,
    Device,
    DeviceCommand,
    Paint,
    SetColor,
    SetEffect,
    SharingMode,
    Viewer,
    Who,
    action_type,
)
from .actions import call_for, carry_out
from .exposed import Exposed, OwnEntity
from .exposure import Exposure
from .lanes import Lane
from .refused import Refused
from .rules import HouseRules
from .states import Causes, is_available
from .verdicts import Apply, Instant, Wish

_LOGGER = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 2048
"""Command ids that are known as seen."""

_CLOSED: Final = {
    SharingMode.VIEW_ONLY: ErrorCode.VIEW_ONLY,
    SharingMode.PAUSED: ErrorCode.PAUSED,
    SharingMode.CLOSED: ErrorCode.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a command; `refused` is None when it was done, to `entity_id` in `context`, begun `started_at`."""

    command: DeviceCommand
    refused: ErrorCode | None
    entity_id: str | None = None
    context: Context | None = None
    started_at: datetime | None = None


@dataclass(slots=True)
class _Progress:
    """What is known of a command on its way."""

    entity_id: str | None = None
    context: Context | None = None
    started_at: datetime | None = None


class Commands:
    """Decides on commands and carries them out, one at a time per device.

    `before` is told of each entity right before a viewer changes it.
    """

    def __init__(  # noqa: PLR0913 - all that a command needs
        self,
        hass: HomeAssistant,
        *,
        exposure: Exposure,
        rules: HouseRules,
        causes: Causes,
        server_now: Callable[[], datetime],
        now: Callable[[], Instant],
        before: Callable[[str, State], None],
    ) -> None:
        self._hass = hass
        self._exposure = exposure
        self._rules = rules
        self._causes = causes
        self._server_now = server_now
        self._now = now
        self._before = before
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lanes = {device_id: Lane(device_id, rules, now=now) for device_id in exposure.exposed}
        self._running: set[asyncio.Task[Any]] = set()
        self._stopped = ErrorCode.PAUSED
        self._listeners: list[Callable[[Outcome], None]] = []

    def add_listener(self, listener: Callable[[Outcome], None]) -> Callable[[], None]:
        """Call `listener` with what became of each command; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def handle(self, command: DeviceCommand) -> Json:
        """Do it or say why not; the acknowledgement."""
        refused: Refused | None = None
        progress = _Progress()
        try:
            await self._obey(command, progress)
        except Refused as err:
            refused = err
        _LOGGER.debug("Command %s: %s", command.command_id, refused.code if refused else "done")
        outcome = Outcome(
            command=command,
            refused=refused.code if refused else None,
            entity_id=progress.entity_id,
            context=progress.context,
            started_at=progress.started_at,
        )
        for listener in tuple(self._listeners):
            listener(outcome)
        return refusal(refused.code, str(refused), retry_after_ms=refused.retry_after_ms) if refused else ack()

    def refuse_waiting(self, code: ErrorCode, message: str) -> None:
        """Refuse all that waits for its turn."""
        for lane in self._lanes.values():
            lane.refuse_waiting(code, message)

    async def settle(self, seconds: float) -> None:
        """Let what runs come to its end, or stop it after some time."""
        running = set(self._running)
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            self._stop(late, ErrorCode.PAUSED)

    async def close(self) -> None:
        """Refuse what waits and stop what runs."""
        self.refuse_waiting(ErrorCode.OFFLINE, "the location is going offline")
        self._stop(self._running, ErrorCode.OFFLINE)
        if self._running:
            await asyncio.wait(self._running)

    def _stop(self, running: Iterable[asyncio.Task[Any]], code: ErrorCode) -> None:
        self._stopped = code
        for task in running:
            task.cancel()

    async def _obey(self, command: DeviceCommand, progress: _Progress) -> None:
        self._check_new(command.command_id)
        self._check(command)
        async with self._lanes[command.device_id].turn(self._wish(command)) as apply:
            # Time has passed: the entity may be gone, or the device.
            await self._run(self._act(command, apply, progress))

    async def _run(self, action: Coroutine[Any, Any, None]) -> None:
        task = self._hass.async_create_task(action, eager_start=True)
        self._running.add(task)
        try:
            await task
        except asyncio.CancelledError:
            if (outer := asyncio.current_task()) is not None and outer.cancelling():
                raise
            raise Refused(self._stopped, "it was stopped") from None
        finally:
            self._running.discard(task)

    def _check_new(self, command_id: str) -> None:
        if command_id in self._seen:
            raise Refused(ErrorCode.DUPLICATE, "the command was seen before")
        self._seen[command_id] = None
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)

    def _wish(self, command: DeviceCommand) -> Wish:
        left = (command.expires_at - self._server_now()).total_seconds()
        return Wish(
            command.device_id,
            command.action,
            command.viewer.viewer_id,
            command.command_id,
            self._now().monotonic + left,
        )

    def _check(self, command: DeviceCommand) -> State:
        """Return the entity to act on, or raise Refused."""
        if command.expires_at <= self._server_now():
            raise Refused(ErrorCode.EXPIRED, "the command came too late")
        device = self._exposure.device(command.device_id)
        exposed = self._exposure.exposed.get(command.device_id)
        if device is None or exposed is None:
            raise Refused(ErrorCode.NOT_EXPOSED, "there is no such device for viewers")
        self._check_viewer(command.viewer, exposed)
        check_offered(command.action, device)
        return self._entity(command.device_id)

    def _check_viewer(self, viewer: Viewer, exposed: Exposed) -> None:
        now = self._now()
        if self._rules.bans.holds(viewer.viewer_id, now.wall):
            raise Refused(ErrorCode.BANNED, "the owner has banned this viewer")
        effective = self._rules.effective_mode(now)
        if (code := _CLOSED.get(effective.mode)) is not None:
            opens = effective.next_change if effective.mode is not SharingMode.VIEW_ONLY else None
            wait = None if opens is None else max(1, round((opens - now.wall).total_seconds() * 1000))
            raise Refused(code, f"sharing is {effective.mode}", retry_after_ms=wait)
        if exposed.who is Who.TURN_HOLDER and not viewer.has_turn:
            raise Refused(ErrorCode.NOT_YOUR_TURN, "only whoever has the turn may use it")
        if exposed.who is Who.ON_SITE and not viewer.on_site:
            raise Refused(ErrorCode.NOT_ON_SITE, "only people on site may use it")

    def _entity(self, device_id: str) -> State:
        entity_id = self._exposure.entity_id(device_id)
        if entity_id is None:
            raise Refused(ErrorCode.NOT_EXPOSED, "there is no such device for viewers")
        state = self._hass.states.get(entity_id)
        if state is None or not is_available(state):
            raise Refused(ErrorCode.DEVICE_FAILED, "the device does not answer")
        return state

    async def _act(self, command: DeviceCommand, apply: Apply, progress: _Progress) -> None:
        entity = self._entity(command.device_id)
        own = isinstance(self._exposure.exposed[command.device_id].entity, OwnEntity)
        call = call_for(apply, entity, own=own)
        context = Context()
        progress.entity_id, progress.context, progress.started_at = entity.entity_id, context, self._now().wall
        self._causes.remember(context.id, command.command_id)
        self._before(command.device_id, entity)
        try:
            await carry_out(self._hass, call, entity.entity_id, context=context)
        except HomeAssistantError as err:
            raise Refused(ErrorCode.DEVICE_FAILED, "the device did not do it") from err
        except probatio.Invalid as err:
            raise Refused(ErrorCode.INVALID, "the device does not take this") from err


def check_offered(action: Action, device: Device) -> None:
    """Raise Refused unless the device allows the action with these parameters."""
    if action_type(action) not in device.actions:
        raise Refused(ErrorCode.NOT_ALLOWED, f"{action_type(action)} is not allowed")
    match action:
        case SetColor(kelvin=int() as kelvin) if not _is_white(kelvin, device):
            raise Refused(ErrorCode.INVALID, "the device has no such white temperature")
        case SetEffect(effect=effect) if effect not in device.effects:
            raise Refused(ErrorCode.INVALID, "the device offers no such effect")
        case SetEffect(palette=str() as palette) if palette not in device.palettes:
            raise Refused(ErrorCode.INVALID, "the device offers no such palette")
        case Paint(ranges=ranges) if any(each.stop > (device.pixels or 0) for each in ranges):
            raise Refused(ErrorCode.INVALID, "the device has no such pixels")
        case _:
            pass


def _is_white(kelvin: int, device: Device) -> bool:
    return device.kelvin is not None and device.kelvin.min <= kelvin <= device.kelvin.max
