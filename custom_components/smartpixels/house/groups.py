"""Which exposed devices are seen together, and so share one limit on flashes."""

from collections.abc import Iterable
from dataclasses import replace

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from .exposed import Exposed
from .limits import DeviceLimits
from .options import Grouping


@callback
def limits_by_device(hass: HomeAssistant, exposed: Iterable[Exposed], grouping: Grouping) -> dict[str, DeviceLimits]:
    """Return the limits of each device with its group. What has no area is seen with everything that has none."""
    return {each.device_id: replace(each.limits, group=_group(hass, each, grouping)) for each in exposed}


def _group(hass: HomeAssistant, exposed: Exposed, grouping: Grouping) -> str:
    if grouping is Grouping.DEVICE:
        return exposed.device_id
    return (_area(hass, exposed) or "") if grouping is Grouping.AREA else ""


def _area(hass: HomeAssistant, exposed: Exposed) -> str | None:
    entities = er.async_get(hass)
    entity_id = exposed.entity.entity_id(entities)
    entry = entities.async_get(entity_id) if entity_id else None
    if entry is None:
        return None
    device = dr.async_get(hass).async_get(entry.device_id) if entry.device_id else None
    return entry.area_id or (device.area_id if device else None)
