"""A camera that Home Assistant already has, and the owner's word on publishing it."""

from collections.abc import Callable
from typing import override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_RESTORED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_entity_registry_updated_event, async_track_state_change_event

from ..const import CONF_ENTITY
from ..data import SmartPixelsConfigEntry
from ..drivers.errors import UnreachableError
from ..video.publisher import NoPublisher, Publisher
from .hub import Hub


class CameraHub(Hub):
    """An adopted camera, followed through renames; it counts as lost while its own integration has lost it."""

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry) -> None:
        super().__init__(hass, entry, subentry=subentry)
        self.reference = str(subentry.data[CONF_ENTITY])
        """Which camera it is, whatever it is called; a subentry's data change before the old hub is closed."""

        self.publisher: Publisher = NoPublisher()
        self._stop: list[Callable[[], None]] = []

    @property
    @override
    def unique_ids(self) -> frozenset[str]:
        return frozenset({self.publish_id, self.on_air_id})

    @property
    def publish_id(self) -> str:
        """Return the unique id of the owner's switch."""
        return f"{self.subentry.subentry_id}-publish"

    @property
    def on_air_id(self) -> str:
        """Return the unique id of what says whether pictures leave the house."""
        return f"{self.subentry.subentry_id}-on_air"

    @override
    async def async_start(self) -> None:
        self._follow()
        self._look()

    @override
    async def async_close(self) -> None:
        self.publisher.allow(allowed=False)
        self._unfollow()

    @callback
    def _follow(self) -> None:
        entity_id = self._entity_id
        if entity_id is not None:
            self._stop = [
                async_track_state_change_event(self.hass, entity_id, self._changed),
                async_track_entity_registry_updated_event(self.hass, entity_id, self._registered),
            ]

    @callback
    def _unfollow(self) -> None:
        for stop in self._stop:
            stop()
        self._stop = []

    @property
    def _entity_id(self) -> str | None:
        entity = er.async_get(self.hass).async_get(self.reference)
        return entity.entity_id if entity else None

    @callback
    def _changed(self, _event: Event[EventStateChangedData]) -> None:
        self._look()

    @callback
    def _registered(self, _event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        self._unfollow()
        self._follow()
        self._look()

    @callback
    def _look(self) -> None:
        state = self.hass.states.get(self._entity_id or "")
        starting = state is None or state.attributes.get(ATTR_RESTORED) is True
        if self._entity_id is None:
            self._lost(UnreachableError("the camera was removed from Home Assistant"))
        elif starting and self._available is None:
            # Its own integration has not loaded it yet.
            return
        elif state is None or state.state == STATE_UNAVAILABLE:
            self._lost(UnreachableError("the camera is unavailable in Home Assistant"))
        else:
            self._found()
