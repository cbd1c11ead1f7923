"""Brings config entries of earlier versions to the present one."""

from types import MappingProxyType
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_ACTIONS, CONF_EXPOSED, CONF_EXPOSURE, CONF_KIND, CONF_NAME_EN, CONF_NAME_PL
from .data import SmartPixelsConfigEntry
from .protocol.messages import DeviceKind

_SAID = (CONF_EXPOSED, CONF_NAME_EN, CONF_NAME_PL, CONF_ACTIONS)


async def async_migrate_entry(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> bool:
    """Migrate an entry; Home Assistant itself leaves those of newer versions alone."""
    if entry.minor_version < 2:  # noqa: PLR2004 - the version that brought what follows
        for subentry in entry.subentries.values():
            hass.config_entries.async_update_subentry(entry, subentry, data=_with_exposure(subentry.data))
        hass.config_entries.async_update_entry(entry, minor_version=2)
    return True


def _with_exposure(data: MappingProxyType[str, Any]) -> dict[str, Any]:
    """Return a controller's data with what was said of its exposure in a place of its own."""
    if CONF_EXPOSURE in data:
        return dict(data)
    said = {key: data[key] for key in _SAID if key in data}
    own = {key: value for key, value in data.items() if key not in said}
    return {**own, CONF_EXPOSURE: {"": {CONF_KIND: DeviceKind.LIGHT.value, **said}}}
