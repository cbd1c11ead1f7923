"""Adopted entities: the owner hears when one was removed from Home Assistant."""

from collections.abc import Callable

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import CONF_ENTITY, SUBENTRY_ADOPTED, SUBENTRY_CAMERA
from .data import SmartPixelsConfigEntry
from .issues import async_set_issue

_KEY = "adopted_removed"


@callback
def follow_adopted(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> Callable[[], None]:
    """Raise and clear an issue for each adopted entity; returns how to stop that."""
    subentries = (
        *entry.get_subentries_of_type(SUBENTRY_ADOPTED),
        *entry.get_subentries_of_type(SUBENTRY_CAMERA),
    )
    registry = er.async_get(hass)

    @callback
    def update(_: Event[er.EventEntityRegistryUpdatedData] | None = None) -> None:
        for subentry in subentries:
            gone = registry.async_get(subentry.data[CONF_ENTITY]) is None
            async_set_issue(hass, subentry, _KEY, raised=gone)

    @callback
    def is_about_existence(data: er.EventEntityRegistryUpdatedData) -> bool:
        return data["action"] != "update"

    update()
    unsubscribe = hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, update, is_about_existence)

    def stop() -> None:
        unsubscribe()
        for subentry in subentries:
            async_set_issue(hass, subentry, _KEY, raised=False)

    return stop
