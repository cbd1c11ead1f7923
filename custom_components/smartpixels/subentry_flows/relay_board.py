"""Add a USB relay board or tell where it is plugged in now."""

from collections.abc import Mapping
from typing import Any, Final

import probatio
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentry, SubentryFlowResult
from homeassistant.const import CONF_DEVICE
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode

from ..const import CONF_ANSWERS, CONF_CHANNELS, CONF_INVERTED, CONF_PULSE
from ..drivers.errors import DriverError
from ..drivers.relay_board import MAX_CHANNELS, probe
from .exposure_steps import ExposureSteps
from .hardware_steps import (
    PULSE_SELECTOR,
    USUAL_PULSE,
    error_key,
    hub_answers,
    numbers_selector,
    port_selector,
    relay_part,
    uses_port,
)

_CHANNELS_SELECTOR: Final = NumberSelector(
    NumberSelectorConfig(min=1, max=MAX_CHANNELS, step=1, mode=NumberSelectorMode.BOX)
)


class RelayBoardSubentryFlow(ExposureSteps):
    """Add or change a board: its port, its channels, then what viewers may do with each."""

    _path: str
    _found: int

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the port and ask the board there, without switching anything."""
        return await self._ask_port("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the board is plugged in now."""
        return await self._ask_port("reconfigure", user_input, before=self._get_reconfigure_subentry())

    async def async_step_board(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what cannot be found out."""
        errors: dict[str, str] = {}
        if user_input is not None:
            channels = self._found or int(user_input[CONF_CHANNELS])
            inverted = sorted(map(int, user_input[CONF_INVERTED]))
            if any(number > channels for number in inverted):
                errors = {CONF_INVERTED: "no_such_channel"}
            if not errors:
                return await self._expose(
                    {
                        CONF_DEVICE: self._path,
                        CONF_CHANNELS: channels,
                        CONF_ANSWERS: self._found > 0,
                        CONF_INVERTED: inverted,
                        CONF_PULSE: user_input[CONF_PULSE],
                    }
                )
        return self.async_show_form(
            step_id="board",
            data_schema=self.add_suggested_values_to_schema(self._board_schema(), user_input or self._said_then()),
            errors=errors,
            description_placeholders={"found": str(self._found)},
        )

    async def _ask_port(
        self, step_id: str, user_input: dict[str, Any] | None, *, before: ConfigSubentry | None = None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            path = user_input[CONF_DEVICE]
            if uses_port(self.hass, path, besides=before.subentry_id if before else None):
                return self.async_abort(reason="already_configured")
            errors = await self._find(path, before)
            if not errors:
                return await self.async_step_board()
        schema = probatio.Schema({probatio.Required(CONF_DEVICE): await port_selector()})
        shown = user_input or (before.data if before else None)
        return self.async_show_form(
            step_id=step_id, data_schema=self.add_suggested_values_to_schema(schema, shown), errors=errors
        )

    async def _find(self, path: str, before: ConfigSubentry | None) -> dict[str, str]:
        """Ask the board how many channels it has; returns the form's errors."""
        self._path = path
        if before is not None and path == before.data[CONF_DEVICE] and hub_answers(self._get_entry(), before):
            # Asking once more would take the answers from each other.
            self._found = before.data[CONF_CHANNELS] if before.data[CONF_ANSWERS] else 0
            return {}
        try:
            self._found = await probe(path)
        except DriverError as err:
            return {CONF_DEVICE: error_key(err)}
        return {}

    def _board_schema(self) -> probatio.Schema:
        fields: dict[probatio.Marker, Any] = {}
        if not self._found:
            fields[probatio.Required(CONF_CHANNELS, default=1)] = _CHANNELS_SELECTOR
        fields[probatio.Required(CONF_PULSE, default=USUAL_PULSE)] = PULSE_SELECTOR
        fields[probatio.Optional(CONF_INVERTED, default=list)] = numbers_selector(
            range(1, (self._found or MAX_CHANNELS) + 1)
        )
        return probatio.Schema(fields)

    def _said_then(self) -> Mapping[str, Any] | None:
        if self.source != SOURCE_RECONFIGURE:
            return None
        data = self._get_reconfigure_subentry().data
        return {**data, CONF_INVERTED: [str(number) for number in data[CONF_INVERTED]]}

    async def _expose(self, data: Mapping[str, Any]) -> SubentryFlowResult:
        numbers = range(1, data[CONF_CHANNELS] + 1)
        return await self.expose(
            [relay_part(f"channel{number}", f"Relay {number}") for number in numbers],
            title="USB relay board",
            data=data,
            unique_id=None,
        )
