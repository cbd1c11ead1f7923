"""Add a WLED controller or tell where it has gone."""

from collections.abc import Iterator
from typing import Any, Final

import probatio
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_MAC
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from ..const import CONF_EXPOSURE, CONF_PARTS, CONF_VOLTAGE, DOMAIN, USUAL_VOLTAGE
from ..core_wled import drives, drives_host
from ..drivers.errors import DriverError, FirmwareTooOldError, NotRecognizedError
from ..drivers.wled import Address, WledDriver
from ..drivers.wled_report import Light, Report
from ..house.effects import preset_is_safe
from ..protocol.messages import ActionType, DeviceKind
from ..sessions import session_for
from ..wled_parts import preset_key, segment_key
from .exposure_steps import ExposureSteps, Part

_LOWEST_VOLTAGE: Final = 3
_HIGHEST_VOLTAGE: Final = 48

_CONTROLLER_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_HOST): TextSelector(TextSelectorConfig(autocomplete="off")),
        probatio.Required(CONF_VOLTAGE, default=USUAL_VOLTAGE): NumberSelector(
            NumberSelectorConfig(
                min=_LOWEST_VOLTAGE,
                max=_HIGHEST_VOLTAGE,
                step=0.1,
                unit_of_measurement="V",
                mode=NumberSelectorMode.BOX,
            )
        ),
    }
)

_WHOLE: Final = "whole"

_ACTIONS: Final = (
    ActionType.TURN_ON,
    ActionType.TURN_OFF,
    ActionType.SET_COLOR,
    ActionType.SET_BRIGHTNESS,
    ActionType.SET_EFFECT,
    ActionType.PAINT,
)


class WledSubentryFlow(ExposureSteps):
    """Add or change a WLED controller: where it is, which parts viewers see, then what they may do with each."""

    _address: Address
    _voltage: float
    _report: Report

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the controller is and talk to it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if (core := self._driven_by_core(user_input[CONF_HOST])) is not None:
                return self._offer_to_adopt(core)
            errors = await self._find(user_input)
            if not errors:
                mac = self._report.controller.mac
                if (core := drives(self.hass, mac=mac)) is not None:
                    return self._offer_to_adopt(core)
                if self._is_configured(mac):
                    return self.async_abort(reason="already_configured")
                return await self._choose_parts()
        schema = self.add_suggested_values_to_schema(_CONTROLLER_SCHEMA, user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the controller is now; it must be the same one."""
        errors: dict[str, str] = {}
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            errors = await self._find(user_input)
            if not errors and self._report.controller.mac != subentry.unique_id:
                errors = {CONF_HOST: "another_controller"}
            if not errors:
                return await self._choose_parts()
        schema = self.add_suggested_values_to_schema(_CONTROLLER_SCHEMA, user_input or subentry.data)
        return self.async_show_form(step_id="reconfigure", data_schema=schema, errors=errors)

    async def async_step_parts(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which parts viewers see; each is a device of its own for them."""
        if user_input is not None and user_input[CONF_PARTS]:
            return await self._expose([name.replace(_WHOLE, "") for name in user_input[CONF_PARTS]])
        options = [SelectOptionDict(value=part.key or _WHOLE, label=part.title) for part in _parts(self._report)]
        known = {option["value"] for option in options}
        schema = probatio.Schema(
            {
                probatio.Required(
                    CONF_PARTS, default=[name for name in self._parts_before() if name in known] or [_WHOLE]
                ): SelectSelector(
                    SelectSelectorConfig(
                        options=options, multiple=True, mode=SelectSelectorMode.LIST, translation_key="parts"
                    )
                )
            }
        )
        return self.async_show_form(
            step_id="parts",
            data_schema=schema,
            errors={} if user_input is None else {CONF_PARTS: "no_parts"},
            description_placeholders={"device": self._report.controller.name},
        )

    async def _choose_parts(self) -> SubentryFlowResult:
        if len(_parts(self._report)) > 1:
            return await self.async_step_parts()
        return await self._expose([""])

    def _parts_before(self) -> list[str]:
        if self.source != SOURCE_RECONFIGURE:
            return []
        return [key or _WHOLE for key in self._get_reconfigure_subentry().data.get(CONF_EXPOSURE, {})]

    async def _expose(self, keys: list[str]) -> SubentryFlowResult:
        controller = self._report.controller
        return await self.expose(
            [part for part in _parts(self._report) if part.key in keys],
            title=controller.name,
            data={CONF_HOST: str(self._address), CONF_MAC: controller.mac, CONF_VOLTAGE: self._voltage},
            unique_id=controller.mac,
            facts={"leds": str(controller.leds), "version": controller.version},
        )

    async def _find(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Talk to the controller; returns the form's errors."""
        self._voltage = user_input[CONF_VOLTAGE]
        try:
            self._address = Address.parse(user_input[CONF_HOST])
            driver = WledDriver(self._address, session=session_for(self.hass, self._address))
            self._report = await driver.update()
        except FirmwareTooOldError:
            return {CONF_HOST: "too_old"}
        except NotRecognizedError:
            return {CONF_HOST: "not_wled"}
        except DriverError:
            return {CONF_HOST: "cannot_connect"}
        except ValueError:
            return {CONF_HOST: "invalid_host"}
        return {}

    def _driven_by_core(self, host: str) -> ConfigEntry | None:
        try:
            return drives_host(self.hass, Address.parse(host))
        except ValueError:
            return None

    def _offer_to_adopt(self, core: ConfigEntry) -> SubentryFlowResult:
        entities = er.async_entries_for_config_entry(er.async_get(self.hass), core.entry_id)
        lights = sorted(entity.entity_id for entity in entities if entity.domain == LIGHT_DOMAIN)
        return self.async_abort(
            reason="driven_by_core",
            description_placeholders={"entry": core.title, "lights": ", ".join(lights) or "-"},
        )

    def _is_configured(self, mac: str) -> bool:
        """Tell whether any location here has the controller: two would flood it."""
        return any(
            subentry.unique_id == mac
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            for subentry in entry.subentries.values()
        )


def _parts(report: Report) -> tuple[Part, ...]:
    """Return what a controller has for viewers: the whole, several segments, and presets that cannot flash."""
    return (_light_part(report, report.light, "", report.controller.name), *_segments(report), *_presets(report))


def _segments(report: Report) -> Iterator[Part]:
    if len(report.segments) > 1:
        for number, segment in report.segments.items():
            title = f"{report.controller.name}: {segment.name or number}"
            yield _light_part(report, segment, segment_key(number), title)


def _presets(report: Report) -> Iterator[Part]:
    for preset in sorted(report.presets.values(), key=lambda preset: preset.name):
        if preset_is_safe(preset.effects):
            yield Part(
                key=preset_key(preset.preset_id),
                title=preset.name,
                kind=DeviceKind.SCENE,
                actions=(ActionType.PLAY_SCENE,),
            )


def _light_part(report: Report, light: Light, key: str, title: str) -> Part:
    return Part(
        key=key,
        title=title,
        kind=DeviceKind.LIGHT,
        actions=tuple(action for action in _ACTIONS if action is not ActionType.PAINT or light.pixels),
        effects=report.controller.effects,
        palettes=report.controller.palettes,
    )
