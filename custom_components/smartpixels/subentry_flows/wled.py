"""Add a WLED controller or tell where it has gone."""

from typing import Any, Final

import probatio
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_MAC
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig

from ..const import DOMAIN
from ..drivers.wled import Address, Controller, NotWled, TooOld, WledDriver, WledError
from ..protocol.messages import ActionType, DeviceKind
from ..sessions import session_for
from .exposure_steps import ExposureSteps, Part

_HOST_SCHEMA: Final = probatio.Schema(
    {probatio.Required(CONF_HOST): TextSelector(TextSelectorConfig(autocomplete="off"))}
)

_ACTIONS: Final = (
    ActionType.TURN_ON,
    ActionType.TURN_OFF,
    ActionType.SET_COLOR,
    ActionType.SET_BRIGHTNESS,
    ActionType.SET_EFFECT,
)


class WledSubentryFlow(ExposureSteps):
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
                return await self._expose()
        schema = self.add_suggested_values_to_schema(_HOST_SCHEMA, user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the controller is now; it must be the same one."""
        errors: dict[str, str] = {}
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            errors = await self._find(user_input[CONF_HOST])
            if not errors and self._controller.mac != subentry.unique_id:
                errors = {CONF_HOST: "another_controller"}
            if not errors:
                return await self._expose()
        schema = self.add_suggested_values_to_schema(_HOST_SCHEMA, user_input or subentry.data)
        return self.async_show_form(step_id="reconfigure", data_schema=schema, errors=errors)

    async def _expose(self) -> SubentryFlowResult:
        controller = self._controller
        part = Part(
            title=controller.name,
            kind=DeviceKind.LIGHT,
            actions=_ACTIONS,
            effects=controller.effects,
            palettes=controller.palettes,
        )
        return await self.expose(
            [part],
            title=controller.name,
            data={CONF_HOST: str(self._address), CONF_MAC: controller.mac},
            unique_id=controller.mac,
            facts={"leds": str(controller.leds), "version": controller.version},
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
