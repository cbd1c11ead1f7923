"""What viewers do, for automations."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import SmartPixelsConfigEntry
from .entity import LocationEntity
from .house.commands import Outcome
from .protocol.errors import ErrorCode
from .protocol.messages import action_type

PARALLEL_UPDATES = 0

EVENT_DONE: Final = "done"
EVENT_REFUSED: Final = "refused"

DONE_INTERVAL: Final = 1.0
"""Seconds between two events for the same viewer, device and action: a slider is one event, not one per step."""
REFUSED_INTERVAL: Final = 5.0
"""Seconds between two events for refusals: each is a row in the owner's database."""

_NOT_WORTH_TELLING: Final = (ErrorCode.SUPERSEDED, ErrorCode.DUPLICATE)

VIEWER_COMMAND: Final = EventEntityDescription(
    key="viewer_command", translation_key="viewer_command", event_types=[EVENT_DONE, EVENT_REFUSED]
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the viewers' commands."""
    async_add_entities([ViewerCommandEvent(entry, VIEWER_COMMAND)])


class ViewerCommandEvent(LocationEntity, EventEntity):
    """A viewer's command was done or refused."""

    _refused_at = -REFUSED_INTERVAL

    def __init__(self, entry: SmartPixelsConfigEntry, description: EventEntityDescription) -> None:
        super().__init__(entry, description)
        self._done_at: dict[tuple[str, str, str], float] = {}

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the commands."""
        self.async_on_remove(self.house.commands.add_listener(self._on_outcome))

    @callback
    def _on_outcome(self, outcome: Outcome) -> None:
        if not self._is_worth_telling(outcome):
            return
        command = outcome.command
        device = self.house.exposure.device(command.device_id)
        self._trigger_event(
            EVENT_REFUSED if outcome.refused else EVENT_DONE,
            {
                "handle": command.viewer.handle,
                "device": device.name.en if device else None,
                "device_id": command.device_id,
                "action": action_type(command.action).value,
                "reason": outcome.refused.value if outcome.refused else None,
                "command_id": command.command_id,
            },
        )
        self.async_write_ha_state()

    def _is_worth_telling(self, outcome: Outcome) -> bool:
        now = self.hass.loop.time()
        if outcome.refused is not None:
            if outcome.refused in _NOT_WORTH_TELLING or now - self._refused_at < REFUSED_INTERVAL:
                return False
            self._refused_at = now
            return True
        self._done_at = {key: at for key, at in self._done_at.items() if now - at < DONE_INTERVAL}
        command = outcome.command
        key = (command.viewer.viewer_id, command.device_id, action_type(command.action))
        if key in self._done_at:
            return False
        self._done_at[key] = now
        return True
