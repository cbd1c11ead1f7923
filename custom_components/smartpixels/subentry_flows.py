"""Add things to a location and decide what viewers see of them."""

from typing import Any, Final

import probatio
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_MAC
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .const import CONF_ACTIONS, CONF_EXPOSED, CONF_NAME_EN, CONF_NAME_PL, DOMAIN
from .drivers.wled import Address, Controller, NotWled, TooOld, WledDriver, WledError
from .house.exposure import LONGEST_NAME, OFFERED_ACTIONS
from .sessions import session_for

_HOST_SCHEMA: Final = probatio.Schema(
    {probatio.Required(CONF_HOST): TextSelector(TextSelectorConfig(autocomplete="off"))}
)

_EXPOSURE_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_EXPOSED, default=False): BooleanSelector(),
        probatio.Required(CONF_NAME_EN): TextSelector(),
        probatio.Optional(CONF_NAME_PL): TextSelector(),
        probatio.Required(CONF_ACTIONS, default=[action.value for action in OFFERED_ACTIONS]): SelectSelector(
            SelectSelectorConfig(
                options=[action.value for action in OFFERED_ACTIONS],
                multiple=True,
                mode=SelectSelectorMode.LIST,
                translation_key="actions",
            )
        ),
    }
)


class WledSubentryFlow(ConfigSubentryFlow):
    """Add or change a WLED controller: where it is, then what viewers may do with it."""

    _address: Address
    _controller: Controller

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the controller is and talk to it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._find(user_input[CONF_HOST])
            if not errors:
                if self._is_configured(self._controller.mac):
                    return self.async_abort(reason="already_configured")
                return await self.async_step_exposure()
        schema = self.add_suggested_values_to_schema(_HOST_SCHEMA, user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_exposure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show what was found; ask whether and how viewers see it."""
        errors = _name_errors(user_input)
        if user_input is not None and not errors:
            return self.async_create_entry(
                title=self._controller.name,
                data={CONF_HOST: str(self._address), CONF_MAC: self._controller.mac, **user_input},
                unique_id=self._controller.mac,
            )
        return self._show_exposure("exposure", user_input or {CONF_NAME_EN: self._controller.name}, errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the controller is now; it must be the same one."""
        errors: dict[str, str] = {}
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            errors = await self._find(user_input[CONF_HOST])
            if not errors and self._controller.mac != subentry.unique_id:
                errors = {CONF_HOST: "another_controller"}
            if not errors:
                return await self.async_step_reconfigure_exposure()
        schema = self.add_suggested_values_to_schema(_HOST_SCHEMA, user_input or subentry.data)
        return self.async_show_form(step_id="reconfigure", data_schema=schema, errors=errors)

    async def async_step_reconfigure_exposure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask again whether and how viewers see it."""
        subentry = self._get_reconfigure_subentry()
        errors = _name_errors(user_input)
        if user_input is not None and not errors:
            return self.async_update_and_abort(
                self._get_entry(),
                subentry,
                data={CONF_HOST: str(self._address), CONF_MAC: self._controller.mac, **user_input},
            )
        return self._show_exposure("reconfigure_exposure", user_input or dict(subentry.data), errors)

    def _show_exposure(self, step_id: str, suggested: dict[str, Any], errors: dict[str, str]) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(_EXPOSURE_SCHEMA, suggested),
            errors=errors,
            description_placeholders={
                "device": self._controller.name,
                "leds": str(self._controller.leds),
                "version": self._controller.version,
            },
        )

    async def _find(self, host: str) -> dict[str, str]:
        """Talk to the controller; returns the form's errors."""
        try:
            self._address = Address.parse(host)
            driver = WledDriver(self._address, session=session_for(self.hass, self._address))
            self._controller = (await driver.update()).controller
        except TooOld:
            return {CONF_HOST: "too_old"}
        except NotWled:
            return {CONF_HOST: "not_wled"}
        except WledError:
            return {CONF_HOST: "cannot_connect"}
        except ValueError:
            return {CONF_HOST: "invalid_host"}
        return {}

    def _is_configured(self, mac: str) -> bool:
        """Tell whether any location here has the controller: two would flood it."""
        return any(
            subentry.unique_id == mac
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            for subentry in entry.subentries.values()
        )


def _name_errors(user_input: dict[str, Any] | None) -> dict[str, str]:
    """Return the form's errors for public names that the wire cannot carry."""
    names = {key: str((user_input or {}).get(key, "")) for key in (CONF_NAME_EN, CONF_NAME_PL)}
    return {key: "name_too_long" for key, name in names.items() if len(name) > LONGEST_NAME}
