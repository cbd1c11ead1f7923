"""The way of a command: may it be, whose turn is it, what did the house say."""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

from msgspec import Meta

from ..clock import Clock
from ..devices.service import DeviceService
from ..errors import SmartPixelsError
from ..locations.links import LinkLost, Links
from ..metrics import Metrics
from ..protocol import messages as wire
from ..protocol.codec import decode
from ..protocol.errors import ErrorCode, MalformedMessage
from ..protocol.messages import Device, DeviceCommand, Part, PlayScene, action_type
from ..realtime.fanout import Fanout
from ..storage.bus import Bus
from ..turns.messages import Ballot
from ..turns.service import EVERYONE, TurnService
from ..viewers.service import Viewer, ViewerService
from .activity import RecentActivity
from .lanes import Lanes
from .messages import Activity, ViewerCommand
from .model import check_action, check_sharing
from .relay import CommandRelay

LIFETIME_SECONDS: Final = 5.0
"""How long a command may take, waiting included; the answer comes within a second more."""

_REMEMBERED_COMMANDS: Final = 1000
_LOGGER = logging.getLogger(__name__)


class _Error(Part, frozen=True, kw_only=True):
    code: ErrorCode
    message: Annotated[str, Meta(max_length=1000)] = ""
    retry_after_ms: Annotated[int, Meta(ge=0)] | None = None


class _Result(Part, frozen=True, kw_only=True):
    ok: bool
    error: _Error | None = None


class CommandService:
    """Takes viewers' wishes to the devices; every submission ends once, within six seconds."""

    def __init__(  # noqa: PLR0913 - a command meets every feature below
        self,
        *,
        links: Links,
        devices: DeviceService,
        viewers: ViewerService,
        turns: TurnService,
        fanout: Fanout,
        clock: Clock,
        metrics: Metrics,
        bus: Bus,
    ) -> None:
        self._links = links
        self._devices = devices
        self._viewers = viewers
        self._turns = turns
        self._clock = clock
        self._metrics = metrics
        self._lanes = Lanes(clock)
        self._listeners: list[Callable[[str, Activity], None]] = []
        self._seen: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._playing: set[asyncio.Task[None]] = set()
        turns.on_decision(self._play_together)
        self._activity = RecentActivity(fanout)
        self._relay = CommandRelay(bus, submit=self._submit, lifetime=LIFETIME_SECONDS)

    async def submit(self, location_id: str, viewer: Viewer, wish: ViewerCommand) -> None:
        """Return when the device did it. Raises SmartPixelsError with the reason when it did not."""
        with self._metrics.command():
            self._relay.check()
            holder = self._links.holder(location_id)
            if holder is None or self._links.is_here(location_id):
                await self._submit(location_id, viewer, wish)
            else:
                await self._relay.forward(holder, location_id, viewer=viewer, wish=wish)

    async def vote(self, location_id: str, viewer: Viewer, device_id: str) -> Ballot:
        """Count a viewer's voice for a scene. Raises SmartPixelsError."""
        device = self._devices.device(location_id, device_id)
        if device is None:
            raise SmartPixelsError(ErrorCode.NOT_EXPOSED, "there is no such device here")
        if not self._links.status(location_id).online:
            raise SmartPixelsError(ErrorCode.OFFLINE, "the location is not connected")
        check_sharing(self._devices.sharing(location_id))
        return await self._turns.vote(location_id, viewer, device)

    def subscribe(self, listener: Callable[[str, Activity], None]) -> None:
        """Call `listener` with the location's id whenever something was done."""
        self._listeners.append(listener)

    def recent(self, location_id: str) -> Sequence[Activity]:
        """Return what was done lately, oldest first."""
        return self._activity.recent(location_id)

    def close(self) -> None:
        """Stop the timers."""
        self._lanes.close()
        for task in self._playing:
            task.cancel()

    def _play_together(self, location_id: str, device_id: str) -> None:
        task = asyncio.create_task(self._play(location_id, device_id), name=f"decided {device_id}")
        self._playing.add(task)
        task.add_done_callback(self._playing.discard)

    async def _play(self, location_id: str, device_id: str) -> None:
        wish = ViewerCommand(command_id=secrets.token_hex(8), device_id=device_id, action=PlayScene())
        try:
            await self.submit(location_id, EVERYONE, wish)
        except SmartPixelsError as err:
            _LOGGER.debug("What people decided was not done: %s", err.code)

    async def _submit(self, location_id: str, viewer: Viewer, wish: ViewerCommand) -> None:
        device = self._checked(location_id, wish)
        admission = await self._turns.admit(location_id, viewer, device)
        self._remember(location_id, wish)
        try:
            await self._turns.spend(admission)
        except SmartPixelsError:
            del self._seen[location_id][wish.command_id]
            raise
        await self._carry_out(location_id, device, wish, viewer=admission.viewer)

    async def _carry_out(self, location_id: str, device: Device, wish: ViewerCommand, *, viewer: wire.Viewer) -> None:
        expires = self._clock.monotonic() + LIFETIME_SECONDS
        command = DeviceCommand(
            command_id=wish.command_id,
            device_id=wish.device_id,
            action=wish.action,
            viewer=viewer,
            expires_at=self._clock.now() + timedelta(seconds=LIFETIME_SECONDS),
        )
        key = (location_id, device.device_id)
        _LOGGER.debug("Command %s accepted for %s", wish.command_id, device.device_id)
        try:
            async with self._lanes.turn(key, spacing=device.min_interval_ms / 1000, patience=LIFETIME_SECONDS):
                await self._send(location_id, command, patience=expires - self._clock.monotonic())
        except TimeoutError as err:
            raise SmartPixelsError(ErrorCode.EXPIRED, "the device did not answer in time") from err
        except LinkLost as err:
            raise SmartPixelsError(ErrorCode.OFFLINE, "the location is not connected") from err
        self._note(location_id, command)

    def _checked(self, location_id: str, wish: ViewerCommand) -> Device:
        device = self._devices.device(location_id, wish.device_id)
        if device is None:
            raise SmartPixelsError(ErrorCode.NOT_EXPOSED, "there is no such device here")
        check_action(device, wish.action)
        if not self._links.is_here(location_id):
            raise SmartPixelsError(ErrorCode.OFFLINE, "the location is not connected")
        check_sharing(self._devices.sharing(location_id))
        self._check_new(location_id, wish)
        rest = self._lanes.rest_seconds((location_id, wish.device_id))
        if rest >= LIFETIME_SECONDS:
            raise SmartPixelsError(ErrorCode.RATE_LIMITED, "the device rests", retry_after_ms=round(rest * 1000))
        return device

    def _check_new(self, location_id: str, wish: ViewerCommand) -> None:
        if wish.command_id in self._seen[location_id]:
            raise SmartPixelsError(ErrorCode.DUPLICATE, "this command was sent before")

    def _remember(self, location_id: str, wish: ViewerCommand) -> None:
        self._check_new(location_id, wish)
        seen = self._seen[location_id]
        seen[wish.command_id] = None
        if len(seen) > _REMEMBERED_COMMANDS:
            del seen[next(iter(seen))]

    async def _send(self, location_id: str, command: DeviceCommand, *, patience: float) -> None:
        if patience <= 0:
            raise TimeoutError
        _LOGGER.debug("Command %s sent", command.command_id)
        answer = await self._links.call(location_id, command, timeout=patience)
        result = _result(answer)
        _LOGGER.debug("Command %s answered %s", command.command_id, "ok" if result.ok else result.error)
        if not result.ok:
            error = result.error or _Error(code=ErrorCode.DEVICE_FAILED, message="no reason given")
            raise SmartPixelsError(error.code, error.message, retry_after_ms=error.retry_after_ms)

    def _note(self, location_id: str, command: DeviceCommand) -> None:
        activity = Activity(
            command_id=command.command_id,
            device_id=command.device_id,
            action=action_type(command.action),
            viewer=command.viewer,
            at=self._clock.now(),
        )
        self._viewers.acted(location_id, command.viewer.viewer_id)
        self._activity.note(location_id, activity)
        for listener in self._listeners:
            listener(location_id, activity)


def _result(answer: Any) -> _Result:
    try:
        return decode(_Result, answer)
    except MalformedMessage:
        return _Result(
            ok=False, error=_Error(code=ErrorCode.DEVICE_FAILED, message="the location's answer made no sense")
        )
