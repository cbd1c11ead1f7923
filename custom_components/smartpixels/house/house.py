"""One location's house: what the link asks, answered from Home Assistant's truth."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later, async_track_state_change_event, async_track_time_interval
from homeassistant.util import dt as dt_util

from ..link.link import Link
from ..protocol.codec import Json
from ..protocol.errors import ErrorCode
from ..protocol.messages import Announcement, Audience, Catalog, Device, DeviceCommand, SharingMode
from .commands import Commands, Outcome
from .exposed import Exposed
from .exposure import Exposure
from .groups import limits_by_device
from .leaves import leaves_of
from .memory import Memory
from .options import HouseOptions
from .power import Power
from .rules import HouseRules
from .sharing import Sharing
from .showtime import Showtime
from .states import Causes, Reporter
from .sun import sun_times
from .tally import Tally
from .told import Told
from .verdicts import Instant

SETTLE_SECONDS: Final = 5.0
"""How long a command that runs may go on when the owner pauses; a device that hangs takes less."""

TELL_SECONDS: Final = 1.0
"""Between two news about counts: viewers may be many."""

SAVE_INTERVAL: Final = timedelta(minutes=10)

_CODES: Final = {
    SharingMode.VIEW_ONLY: ErrorCode.VIEW_ONLY,
    SharingMode.PAUSED: ErrorCode.PAUSED,
    SharingMode.CLOSED: ErrorCode.CLOSED,
}


class House:
    """Everything that concerns viewers at one location. Between `start` and `close` it reports by itself."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        *,
        exposed: Iterable[Exposed],
        options: HouseOptions,
        link: Link,
        words: Mapping[str, str],
    ) -> None:
        causes = Causes()
        self.exposure = Exposure(hass, exposed)
        self.rules = HouseRules(
            options.settings,
            limits_by_device(hass, self.exposure.exposed.values(), options.grouping),
            zone=dt_util.get_default_time_zone(),
            sun=sun_times(hass),
        )
        self.sharing = Sharing(hass, self.rules, now=self.now, words=words)
        self.showtime = Showtime(hass, self.exposure, options.quiet)
        self.commands = Commands(
            hass,
            exposure=self.exposure,
            rules=self.rules,
            causes=causes,
            server_now=link.server_now,
            now=self.now,
            before=self.showtime.remember,
        )
        self.power = Power(hass, self.rules, now=self.now)
        self.tally = Tally(lambda: dt_util.now().date())
        self.counted = Told()
        self.watching: Audience | None = None
        self.announcement = ""
        self._hass = hass
        self._link = link
        self._memory = Memory(hass, entry_id, self._kept)
        self._reporter = Reporter(causes)
        self._revision = itertools.count(1)
        self._device_ids: dict[str, str] = {}
        self._stop: list[Callable[[], None]] = []
        self._stop_states: CALLBACK_TYPE | None = None
        self._stop_telling: CALLBACK_TYPE | None = None
        self._audience = Told()

    def now(self) -> Instant:
        """Return the present moment by both clocks."""
        return Instant(dt_util.utcnow(), self._hass.loop.time())

    async def load(self) -> None:
        """Take up what was kept over the restart."""
        kept = await self._memory.load()
        self.rules.restore(kept.get("rules", {}), self.now())
        self.tally.restore(kept.get("today", {}))
        if isinstance(cap := kept.get("max_brightness"), int):
            self.rules.max_brightness = max(1, min(255, cap))
        if isinstance(reason := kept.get("pause_reason"), str):
            self.sharing.pause_reason = reason

    @callback
    def start(self) -> None:
        """Follow the exposed entities, from now on and wherever they are renamed to."""
        self._stop = [
            self.sharing.add_listener(self._sharing_changed),
            self.commands.add_listener(self._on_outcome),
            self.power.told.add(self.sharing.refresh),
            self._link.connection.add_listener(self._link_changed),
            self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated),
            async_track_time_interval(self._hass, self._on_interval, SAVE_INTERVAL),
        ]
        self._follow_states()
        self.sharing.start()
        self.power.start()
        self.showtime.wait()

    async def close(self) -> None:
        """Stop following and stop what runs."""
        for stop in (*self._stop, self._stop_states, self._stop_telling):
            if stop is not None:
                stop()
        self._stop, self._stop_states, self._stop_telling = [], None, None
        self.sharing.close()
        self.power.close()
        await self.showtime.close()
        await self.commands.close()
        await self._memory.save()

    def catalog(self) -> Catalog:
        """Return everything that viewers may see, as it is now."""
        states = {device_id: self._hass.states.get(entity_id) for entity_id, device_id in self._device_ids.items()}
        devices = tuple(self._capped(device) for device in self.exposure.devices)
        return Catalog(
            revision=next(self._revision),
            devices=devices,
            states=tuple(self._reporter.snapshot(device.device_id, states.get(device.device_id)) for device in devices),
            sharing=self.sharing.state,
            leaves=leaves_of(devices, announcement=self.announcement),
        )

    async def command(self, command: DeviceCommand) -> Json:
        """Decide on a viewer's wish; returns the acknowledgement."""
        return await self.commands.handle(command)

    def audience(self, audience: Audience | None) -> None:
        """Take note of how many watch; None when nobody knows."""
        self.watching = audience
        self._audience.tell()

    def add_audience_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when the audience changed; returns how to stop that."""
        return self._audience.add(listener)

    @callback
    def set_max_brightness(self, brightness: int) -> None:
        """Cap the brightness of everything that viewers set."""
        self.rules.max_brightness = brightness
        self._memory.save_soon()
        self._link.send(self.catalog())
        self.sharing.tell()

    @callback
    def announce(self, text: str) -> None:
        """Show a line of the owner to viewers; an empty one takes it away."""
        self.announcement = text
        self._link.send(self.catalog())
        self._link.send(Announcement(text=text))

    @callback
    def ban(self, viewer_id: str, until: datetime | None) -> None:
        """Let a viewer act no more, until then or for good."""
        self.rules.bans.add(viewer_id, until)
        self._memory.save_soon()

    @callback
    def unban(self, viewer_id: str) -> None:
        """Let a viewer act again."""
        self.rules.bans.lift(viewer_id)
        self._memory.save_soon()

    def _capped(self, device: Device) -> Device:
        return msgspec.structs.replace(device, max_brightness=min(device.max_brightness, self.rules.max_brightness))

    def _kept(self) -> dict[str, Any]:
        return {
            "rules": self.rules.as_mapping(self.now()),
            "today": self.tally.as_mapping(),
            "max_brightness": self.rules.max_brightness,
            "pause_reason": self.sharing.pause_reason,
        }

    @callback
    def _follow_states(self) -> None:
        if self._stop_states is not None:
            self._stop_states()
        self._device_ids = self.exposure.entity_ids()
        self._stop_states = async_track_state_change_event(self._hass, self._device_ids, self._state_changed)
        for entity_id, device_id in self._device_ids.items():
            if (state := self._hass.states.get(entity_id)) is not None:
                self.exposure.learn(device_id, state)
                self.rules.observe(self._reporter.observed(device_id, state), self.now())

    @callback
    def _on_outcome(self, outcome: Outcome) -> None:
        self.tally.count(outcome)
        if outcome.refused is None:
            self.showtime.wait()
            self._memory.save_soon()
        if self._stop_telling is None:
            self._stop_telling = async_call_later(self._hass, TELL_SECONDS, self._tell_counted)

    @callback
    def _tell_counted(self, _now: datetime) -> None:
        self._stop_telling = None
        self.counted.tell()

    @callback
    def _on_interval(self, _now: datetime) -> None:
        self._memory.save_soon()

    @callback
    def _link_changed(self) -> None:
        if not self._link.connection.is_online:
            self.audience(None)
        elif self.announcement:
            self._link.send(Announcement(text=self.announcement))

    @callback
    def _sharing_changed(self) -> None:
        mode = self.sharing.effective.mode
        if (code := _CODES.get(mode)) is not None:
            self.commands.refuse_waiting(code, f"sharing is {mode}")
        if mode in (SharingMode.PAUSED, SharingMode.CLOSED):
            self.showtime.restore(after=partial(self.commands.settle, SETTLE_SECONDS))
        else:
            self.showtime.wait()
        self._memory.save_soon()
        self._link.send(self.sharing.state)

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        device_id, state = self._device_ids[event.data["entity_id"]], event.data["new_state"]
        if state is not None:
            self.showtime.by_owner(device_id, state.context)
            self.rules.observe(self._reporter.observed(device_id, state), self.now())
        if state is not None and self.exposure.learn(device_id, state):
            self._link.send(self.catalog())
        elif (report := self._reporter.report(device_id, state)) is not None:
            self._link.send(report)

    @callback
    def _registry_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        if event.data["action"] == "update" and "entity_id" not in event.data["changes"]:
            return
        if self.exposure.entity_ids() != self._device_ids:
            self._follow_states()
            self._link.send(self.catalog())
