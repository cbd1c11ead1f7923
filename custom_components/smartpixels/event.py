"""What viewers do, for automations."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import SmartPixelsConfigEntry
from .entity import LocationEntity
from .house.commands import Outcome
from .house.tally import NOT_WORTH_TELLING
from .protocol.messages import action_type
from .worth import WorthTelling

PARALLEL_UPDATES = 0

EVENT_DONE: Final = "done"
EVENT_REFUSED: Final = "refused"
EVENT_JOINED: Final = "joined"
EVENT_LEFT: Final = "left"

REFUSED_INTERVAL: Final = 5.0
"""Seconds between two events for refusals: each is a row in the owner's database."""

VIEWER_COMMAND: Final = EventEntityDescription(
    key="viewer_command", translation_key="viewer_command", event_types=[EVENT_DONE, EVENT_REFUSED]
)
AUDIENCE: Final = EventEntityDescription(
    key="audience", translation_key="audience", event_types=[EVENT_JOINED, EVENT_LEFT]
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SmartPixelsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the viewers' commands, and their coming and going."""
    async_add_entities([ViewerCommandEvent(entry, VIEWER_COMMAND), AudienceEvent(entry, AUDIENCE)])


class ViewerCommandEvent(LocationEntity, EventEntity):
    """A viewer's command was done or refused."""

    _refused_at = -REFUSED_INTERVAL

    def __init__(self, entry: SmartPixelsConfigEntry, description: EventEntityDescription) -> None:
        super().__init__(entry, description)
        self._worth: WorthTelling | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the commands."""
        self._worth = WorthTelling(self.hass.loop.time)
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
            if outcome.refused in NOT_WORTH_TELLING or now - self._refused_at < REFUSED_INTERVAL:
                return False
            self._refused_at = now
            return True
        return self._worth is not None and self._worth.done(outcome)


class AudienceEvent(LocationEntity, EventEntity):
    """The first viewer came, more came, some left; told at the pace in which the server counts."""

    _watching = 0

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the audience."""
        self.async_on_remove(self.house.add_audience_listener(self._on_audience))

    @callback
    def _on_audience(self) -> None:
        watching = self.house.watching.watching if self.house.watching else 0
        before, self._watching = self._watching, watching
        if watching != before:
            self._trigger_event(EVENT_JOINED if watching > before else EVENT_LEFT, {"watching": watching})
            self.async_write_ha_state()
