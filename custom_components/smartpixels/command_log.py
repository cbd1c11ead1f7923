"""Fires an event for each command of a viewer that is worth a line in the logbook."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant, callback

from .const import EVENT_COMMAND
from .data import SmartPixelsConfigEntry
from .house.commands import Outcome
from .house.exposed import NAMED_COLORS
from .protocol.messages import Action, SetBrightness, SetColor, SetEffect, action_type
from .worth import WorthTelling

_NAMES = {rgb: name for name, rgb in NAMED_COLORS.items()}


def follow_commands(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> Callable[[], None]:
    """Fire the events, in the context of what they caused; returns how to stop that."""
    worth = WorthTelling(hass.loop.time)

    @callback
    def on_outcome(outcome: Outcome) -> None:
        if outcome.refused is not None or outcome.started_at is None or not worth.done(outcome):
            return
        state = hass.states.get(outcome.entity_id or "")
        command = outcome.command
        hass.bus.async_fire(
            EVENT_COMMAND,
            {
                "config_entry_id": entry.entry_id,
                "entity_id": outcome.entity_id,
                "device": state.name if state else outcome.entity_id,
                "handle": command.viewer.handle,
                "action": action_type(command.action).value,
                **_details(command.action),
            },
            context=outcome.context,
            # Before the change that it caused: the logbook then names it as the cause.
            time_fired=outcome.started_at.timestamp(),
        )

    return entry.runtime_data.house.commands.add_listener(on_outcome)


def _details(action: Action) -> dict[str, Any]:
    match action:
        case SetColor(rgb=tuple() as rgb):
            return {"color": _NAMES.get(rgb, "#{:02x}{:02x}{:02x}".format(*rgb))}
        case SetColor(kelvin=kelvin):
            return {"color": f"{kelvin} K"}
        case SetBrightness(brightness=brightness):
            return {"percent": round(brightness / 2.55)}
        case SetEffect(effect=effect):
            return {"effect": effect}
    return {}
