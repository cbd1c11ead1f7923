"""Repair issues: what about the link needs the owner."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_SERVER, DOMAIN
from .data import SmartPixelsConfigEntry
from .link.errors import Incompatible, LinkError, Replaced

_ISSUES: Final[dict[type[LinkError], str]] = {Replaced: "link_replaced", Incompatible: "unsupported_version"}


def follow_link(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> Callable[[], None]:
    """Raise and clear the link's issues as it changes; returns how to stop that."""
    connection = entry.runtime_data.link.connection

    @callback
    def update() -> None:
        for kind, key in _ISSUES.items():
            if isinstance(connection.error, kind):
                ir.async_create_issue(
                    hass,
                    DOMAIN,
                    f"{key}_{entry.entry_id}",
                    is_fixable=False,
                    severity=ir.IssueSeverity.ERROR,
                    translation_key=key,
                    translation_placeholders={"location": entry.title, "server": entry.data[CONF_SERVER]},
                )
            else:
                ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")

    update()
    return connection.add_listener(update)
