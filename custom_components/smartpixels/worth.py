"""Which commands are worth a row in the owner's database: a slider is one, not one per step."""

from collections.abc import Callable
from typing import Final

from .house.commands import Outcome
from .protocol.messages import action_type

DONE_INTERVAL: Final = 1.0
"""Seconds between two for the same viewer, device and action."""


class WorthTelling:
    """Remembers what was told in the last moments."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._told: dict[tuple[str, str, str], float] = {}

    def done(self, outcome: Outcome) -> bool:
        """Tell whether a command that was done is worth telling, and take it as told."""
        now = self._now()
        self._told = {key: at for key, at in self._told.items() if now - at < DONE_INTERVAL}
        command = outcome.command
        key = (command.viewer.viewer_id, command.device_id, action_type(command.action))
        if key in self._told:
            return False
        self._told[key] = now
        return True
