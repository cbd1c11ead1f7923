"""What viewers did, as lines in Home Assistant's logbook."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook.const import LOGBOOK_ENTRY_ENTITY_ID, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN, EVENT_BAN, EVENT_COMMAND
from .words import words

_COLORS: Final = "colors"


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Say how each of our events reads."""

    @callback
    def describe_command(event: Event) -> dict[str, Any]:
        data = event.data
        texts = words(hass, "log_action")
        color = words(hass, _COLORS).get(data["color"], data["color"]) if data.get("color") else ""
        said = {"handle": data["handle"], "effect": data.get("effect"), "percent": data.get("percent")}
        return {
            LOGBOOK_ENTRY_NAME: data["device"],
            LOGBOOK_ENTRY_MESSAGE: texts.get(data["action"], "").format(color=color.lower(), **said),
            LOGBOOK_ENTRY_ENTITY_ID: data["entity_id"],
        }

    @callback
    def describe_ban(event: Event) -> dict[str, Any]:
        data = event.data
        text = words(hass, "log_ban").get("banned" if data["banned"] else "unbanned", "").format(handle=data["handle"])
        return {
            LOGBOOK_ENTRY_NAME: data["location"],
            LOGBOOK_ENTRY_MESSAGE: f"{text}: {data['reason']}" if data["reason"] else text,
        }

    async_describe_event(DOMAIN, EVENT_COMMAND, describe_command)
    async_describe_event(DOMAIN, EVENT_BAN, describe_ban)
