"""Add the relays at this machine's GPIO lines."""

from collections.abc import Mapping
from typing import Any, Final

import probatio
from homeassistant.config_entries import SubentryFlowResult

from ..const import CONF_INVERTED, CONF_PULSE, CONF_RELAYS, SUBENTRY_GPIO
from ..drivers.errors import DriverError
from ..drivers.gpio import GpioRelays, available
from .exposure_steps import ExposureSteps
from .hardware_steps import PULSE_SELECTOR, USUAL_PULSE, error_key, is_configured, numbers_selector, relay_part

_LINES: Final = range(64)

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_RELAYS): numbers_selector(_LINES),
        probatio.Optional(CONF_INVERTED, default=list): numbers_selector(_LINES),
        probatio.Required(CONF_PULSE, default=USUAL_PULSE): PULSE_SELECTOR,
    }
)


class GpioSubentryFlow(ExposureSteps):
    """Add or change the relays at GPIO lines, where the machine has any."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the lines and take them for a moment."""
        if not await available():
            return self.async_abort(reason="no_gpio")
        if is_configured(self.hass, SUBENTRY_GPIO):
            return self.async_abort(reason="already_configured")
        return await self._ask("user", user_input, {CONF_RELAYS: []})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the lines again."""
        if not await available():
            return self.async_abort(reason="no_gpio")
        return await self._ask("reconfigure", user_input, self._get_reconfigure_subentry().data)

    async def _ask(
        self, step_id: str, user_input: dict[str, Any] | None, before: Mapping[str, Any]
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            lines, inverted = (sorted(map(int, user_input[key])) for key in (CONF_RELAYS, CONF_INVERTED))
            errors = await self._try(lines, inverted, held=before[CONF_RELAYS])
            if not errors:
                return await self.expose(
                    [relay_part(f"relay{line}", f"Relay {line}") for line in lines],
                    title="GPIO",
                    data={CONF_RELAYS: lines, CONF_INVERTED: inverted, CONF_PULSE: user_input[CONF_PULSE]},
                    unique_id=SUBENTRY_GPIO,
                )
        shown = user_input or {
            **before,
            **{key: [str(line) for line in before.get(key, ())] for key in (CONF_RELAYS, CONF_INVERTED)},
        }
        return self.async_show_form(
            step_id=step_id, data_schema=self.add_suggested_values_to_schema(_SCHEMA, shown), errors=errors
        )

    async def _try(self, lines: list[int], inverted: list[int], *, held: list[int]) -> dict[str, str]:
        """Take the lines that are not ours yet, all off, and give them back; returns the form's errors."""
        if not lines:
            return {CONF_RELAYS: "no_lines"}
        if not set(inverted) <= set(lines):
            return {CONF_INVERTED: "not_in_use"}
        new = set(lines) - set(held)
        if not new:
            return {}
        relays = GpioRelays(new, inverted=new & set(inverted))
        try:
            await relays.open()
            await relays.close()
        except DriverError as err:
            return {CONF_RELAYS: error_key(err)}
        return {}
