"""Add a receipt printer or tell where it is now."""

from typing import Any, Final

import probatio
from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_DEVICE
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig, SelectSelectorMode

from ..const import CONF_BAUD_RATE
from ..drivers.errors import DriverError
from ..printing.printer import Printer
from ..printing.transport import USUAL_BAUD_RATE, Place
from .hardware_steps import error_key, port_selector, uses_port

_BAUD_RATES: Final = (9600, 19200, 38400, 57600, 115200)
_BAUD_RATE_SELECTOR: Final = SelectSelector(
    SelectSelectorConfig(options=[str(rate) for rate in _BAUD_RATES], mode=SelectSelectorMode.DROPDOWN)
)


class PrinterSubentryFlow(ConfigSubentryFlow):
    """Add or change a printer. Nothing of it is for viewers yet."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the printer is and ask it how it is."""
        return await self._ask("user", user_input, None)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the printer is now."""
        return await self._ask("reconfigure", user_input, self._get_reconfigure_subentry())

    async def _ask(
        self, step_id: str, user_input: dict[str, Any] | None, before: ConfigSubentry | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {
                CONF_DEVICE: user_input[CONF_DEVICE].strip(),
                CONF_BAUD_RATE: int(user_input[CONF_BAUD_RATE]),
            }
            if uses_port(self.hass, data[CONF_DEVICE], besides=before.subentry_id if before else None):
                return self.async_abort(reason="already_configured")
            errors = await _try(data)
            if not errors:
                if before is not None:
                    return self.async_update_and_abort(self._get_entry(), before, data=data)
                return self.async_create_entry(title="Printer", data=data)
        schema = probatio.Schema(
            {
                probatio.Required(CONF_DEVICE): await port_selector(),
                probatio.Required(CONF_BAUD_RATE, default=str(USUAL_BAUD_RATE)): _BAUD_RATE_SELECTOR,
            }
        )
        shown = user_input
        if shown is None and before is not None:
            shown = {CONF_DEVICE: before.data[CONF_DEVICE], CONF_BAUD_RATE: str(before.data[CONF_BAUD_RATE])}
        return self.async_show_form(
            step_id=step_id, data_schema=self.add_suggested_values_to_schema(schema, shown), errors=errors
        )


async def _try(data: dict[str, Any]) -> dict[str, str]:
    """Ask the printer how it is; one without paper answers too. Returns the form's errors."""
    try:
        await Printer(Place.parse(data[CONF_DEVICE], baud_rate=data[CONF_BAUD_RATE])).is_ready()
    except DriverError as err:
        return {CONF_DEVICE: error_key(err)}
    except ValueError:
        return {CONF_DEVICE: "invalid_place"}
    return {}
