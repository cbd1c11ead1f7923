"""One location's house: what the link asks, answered from Home Assistant's truth."""

import itertools
from collections.abc import Callable, Iterable

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event

from ..link.link import Link
from ..protocol.codec import Json
from ..protocol.messages import Audience, Catalog, DeviceCommand
from .commands import Commands
from .exposed import Exposed
from .exposure import Exposure
from .sharing import Sharing
from .states import Causes, Reporter


class House:
    """Everything that concerns viewers at one location. Between `start` and `close` it reports by itself."""

    def __init__(self, hass: HomeAssistant, exposed: Iterable[Exposed], *, link: Link) -> None:
        causes = Causes()
        self.sharing = Sharing()
        self.exposure = Exposure(hass, exposed)
        self.commands = Commands(hass, exposure=self.exposure, sharing=self.sharing, causes=causes, now=link.server_now)
        self.watching: Audience | None = None
        self._hass = hass
        self._link = link
        self._reporter = Reporter(causes)
        self._revision = itertools.count(1)
        self._device_ids: dict[str, str] = {}
        self._stop: list[Callable[[], None]] = []
        self._audience_listeners: list[Callable[[], None]] = []

    @callback
    def start(self) -> None:
        """Follow the exposed entities, from now on and wherever they are renamed to."""
        self._device_ids = self.exposure.entity_ids()
        self._stop = [
            self.sharing.add_listener(self._sharing_changed),
            self._link.connection.add_listener(self._link_changed),
            async_track_state_change_event(self._hass, self._device_ids, self._state_changed),
            async_track_entity_registry_updated_event(self._hass, self._device_ids, self._registry_updated),
        ]
        for entity_id, device_id in self._device_ids.items():
            if (state := self._hass.states.get(entity_id)) is not None:
                self.exposure.learn(device_id, state)

    async def close(self) -> None:
        """Stop following and stop what runs."""
        self._unsubscribe()
        await self.commands.close()

    def catalog(self) -> Catalog:
        """Return everything that viewers may see, as it is now."""
        states = {device_id: self._hass.states.get(entity_id) for entity_id, device_id in self._device_ids.items()}
        return Catalog(
            revision=next(self._revision),
            devices=self.exposure.devices,
            states=tuple(
                self._reporter.snapshot(device.device_id, states.get(device.device_id))
                for device in self.exposure.devices
            ),
            sharing=self.sharing.state,
        )

    async def command(self, command: DeviceCommand) -> Json:
        """Decide on a viewer's wish; returns the acknowledgement."""
        return await self.commands.handle(command)

    def audience(self, audience: Audience | None) -> None:
        """Take note of how many watch; None when nobody knows."""
        self.watching = audience
        for listener in tuple(self._audience_listeners):
            listener()

    def add_audience_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when the audience changed; returns how to stop that."""
        self._audience_listeners.append(listener)
        return lambda: self._audience_listeners.remove(listener)

    @callback
    def _link_changed(self) -> None:
        if not self._link.connection.is_online:
            self.audience(None)

    @callback
    def _sharing_changed(self) -> None:
        self._link.send(self.sharing.state)

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        device_id, state = self._device_ids[event.data["entity_id"]], event.data["new_state"]
        if state is not None and self.exposure.learn(device_id, state):
            self._link.send(self.catalog())
        elif (report := self._reporter.report(device_id, state)) is not None:
            self._link.send(report)

    @callback
    def _registry_updated(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        if event.data["action"] == "update" and "entity_id" not in event.data["changes"]:
            return
        self._unsubscribe()
        self.start()
        self._link.send(self.catalog())

    @callback
    def _unsubscribe(self) -> None:
        for stop in self._stop:
            stop()
        self._stop = []
