"""Steps through the subentry flows of a location, as an owner takes them."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry


async def begin(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> Any:
    """Open the flow that adds something."""
    return await hass.config_entries.subentries.async_init((entry.entry_id, kind), context={"source": SOURCE_USER})


async def submit(hass: HomeAssistant, result: Any, fields: dict[str, Any] | None = None) -> Any:
    """Send the form of a flow's last result."""
    return await hass.config_entries.subentries.async_configure(result["flow_id"], fields or {})


async def expose_nothing(hass: HomeAssistant, result: Any) -> Any:
    """Send the forms about exposure as they are until the flow ends."""
    while result["type"] is FlowResultType.FORM:
        assert result["step_id"] == "exposure"
        result = await submit(hass, result, {"name_en": "Private"})
    return result


def only_subentry(entry: MockConfigEntry) -> ConfigSubentry:
    (subentry,) = entry.subentries.values()
    return subentry
