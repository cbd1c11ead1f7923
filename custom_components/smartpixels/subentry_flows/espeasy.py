"""Add an ESPEasy unit, say what hangs on it, or tell where it has gone."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import probatio
from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PASSWORD, CONF_USERNAME
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..const import CONF_INVERTED, CONF_LIGHTS, CONF_PIXELS, CONF_PULSE, CONF_RELAYS, CONF_STRIP
from ..drivers.errors import DriverError, WrongDeviceError
from ..drivers.espeasy import HIGHEST_PIN, Unit
from ..drivers.espeasy_outputs import MAX_PIXELS, Lamp, poll
from ..hardware.espeasy import Connected, Strip, lamps_of, relays_of, unit_at
from ..protocol.messages import ActionType, DeviceKind
from .exposure_steps import ExposureSteps, Part
from .hardware_steps import PULSE_SELECTOR, USUAL_PULSE, error_key, is_configured, numbers_selector, relay_part

_PLACE_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_HOST): TextSelector(TextSelectorConfig(autocomplete="off")),
        probatio.Optional(CONF_USERNAME): TextSelector(TextSelectorConfig(autocomplete="off")),
        probatio.Optional(CONF_PASSWORD): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
        ),
    }
)

_OUTPUTS_SCHEMA: Final = probatio.Schema(
    {
        probatio.Optional(CONF_RELAYS, default=list): numbers_selector(range(HIGHEST_PIN + 1)),
        probatio.Required(CONF_PULSE, default=USUAL_PULSE): PULSE_SELECTOR,
        probatio.Optional(CONF_LIGHTS, default=list): TextSelector(TextSelectorConfig(multiple=True)),
        probatio.Optional(CONF_INVERTED, default=list): numbers_selector(range(HIGHEST_PIN + 1)),
        probatio.Required(CONF_STRIP, default=Strip.NONE.value): SelectSelector(
            SelectSelectorConfig(
                options=[strip.value for strip in Strip], mode=SelectSelectorMode.DROPDOWN, translation_key="strip"
            )
        ),
        probatio.Optional(CONF_PIXELS): NumberSelector(
            NumberSelectorConfig(min=1, max=MAX_PIXELS, step=1, mode=NumberSelectorMode.BOX)
        ),
    }
)

_LIGHT_PINS: Final = (1, 3, 4)
_LIGHT_ACTIONS: Final = (ActionType.TURN_ON, ActionType.TURN_OFF, ActionType.SET_BRIGHTNESS)


class EspEasySubentryFlow(ExposureSteps):
    """Add or change an ESPEasy unit: where it is, what hangs on it, then what viewers may do with each part."""

    _place: dict[str, Any]
    _unit: Unit

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the unit is and talk to it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._find(user_input)
            if not errors:
                if is_configured(self.hass, self._unit.mac):
                    return self.async_abort(reason="already_configured")
                return await self.async_step_outputs()
        schema = self.add_suggested_values_to_schema(_PLACE_SCHEMA, user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask where the unit is now; it must be the same one. An empty password stays what it was."""
        errors: dict[str, str] = {}
        before = self._get_reconfigure_subentry().data
        if user_input is not None:
            kept = {key: before[key] for key in (CONF_MAC, CONF_PASSWORD) if key in before}
            errors = await self._find(kept | user_input)
            if not errors:
                return await self.async_step_outputs()
        shown = user_input or {key: before[key] for key in (CONF_HOST, CONF_USERNAME) if key in before}
        schema = self.add_suggested_values_to_schema(_PLACE_SCHEMA, shown)
        return self.async_show_form(step_id="reconfigure", data_schema=schema, errors=errors)

    async def async_step_outputs(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what hangs on the unit and read it once."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                outputs = _outputs(user_input)
            except BadOutputsError as err:
                errors = {err.field: err.key}
            else:
                errors = await self._try(outputs)
            if not errors:
                return await self._expose(outputs)
        shown = user_input
        if shown is None and self.source == SOURCE_RECONFIGURE:
            shown = _form_of(self._get_reconfigure_subentry().data)
        return self.async_show_form(
            step_id="outputs",
            data_schema=self.add_suggested_values_to_schema(_OUTPUTS_SCHEMA, shown),
            errors=errors,
            description_placeholders={"device": self._unit.name, "version": self._unit.build},
        )

    async def _find(self, place: dict[str, Any]) -> dict[str, str]:
        """Talk to the unit; returns the form's errors."""
        try:
            self._unit = await unit_at(self.hass, place).identify()
        except WrongDeviceError:
            return {CONF_HOST: "another_unit"}
        except DriverError as err:
            return {CONF_HOST: error_key(err)}
        except ValueError:
            return {CONF_HOST: "invalid_host"}
        self._place = place | {CONF_HOST: place[CONF_HOST].strip(), CONF_MAC: self._unit.mac}
        return {}

    async def _try(self, outputs: dict[str, Any]) -> dict[str, str]:
        """Read all outputs once; returns the form's errors."""
        unit = unit_at(self.hass, self._place)
        try:
            await poll(unit, (*relays_of(unit, outputs), *lamps_of(unit, outputs)))
        except DriverError as err:
            return {"base": error_key(err)}
        return {}

    async def _expose(self, outputs: dict[str, Any]) -> SubentryFlowResult:
        unit = unit_at(self.hass, self._place)
        name = self._unit.name or "ESPEasy"
        parts = [relay_part(relay.key, f"{name} {relay.number}") for relay in relays_of(unit, outputs)]
        parts += [_light_part(lamp, name) for lamp in lamps_of(unit, outputs)]
        return await self.expose(
            parts, title=name, data=self._place | outputs, unique_id=self._unit.mac, facts={"version": self._unit.build}
        )


class BadOutputsError(Exception):
    """What the form says cannot hang on a unit: the field and the text's key."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(key)
        self.field = field
        self.key = key


def _outputs(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's outputs as the subentry keeps them. Raises BadOutputsError."""
    relays = sorted(map(int, said[CONF_RELAYS]))
    lights = list(_lights(said[CONF_LIGHTS]))
    inverted = sorted(map(int, said[CONF_INVERTED]))
    used = [*relays, *(pin for pins in lights for pin in pins)]
    strip = Strip(said[CONF_STRIP])
    if len(set(used)) != len(used):
        raise BadOutputsError("base", "pin_twice")
    if not set(inverted) <= set(used):
        raise BadOutputsError(CONF_INVERTED, "not_in_use")
    if strip in {Strip.NEOPIXEL, Strip.NEOPIXEL_RGBW} and CONF_PIXELS not in said:
        raise BadOutputsError(CONF_PIXELS, "no_pixels")
    if not used and strip is Strip.NONE:
        raise BadOutputsError("base", "no_outputs")
    return {
        CONF_RELAYS: relays,
        CONF_PULSE: said[CONF_PULSE],
        CONF_LIGHTS: lights,
        CONF_INVERTED: inverted,
        CONF_STRIP: strip.value,
        **({CONF_PIXELS: int(said[CONF_PIXELS])} if CONF_PIXELS in said else {}),
    }


def _lights(lines: list[str]) -> Iterator[list[int]]:
    for line in lines:
        pins = [int(number) for number in re.findall(r"\d{1,3}", line)]
        if not re.fullmatch(r"[\d\s,;]+", line) or len(pins) not in _LIGHT_PINS or max(pins) > HIGHEST_PIN:
            raise BadOutputsError(CONF_LIGHTS, "invalid_light")
        yield pins


def _form_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form would have said."""
    return {
        **data,
        CONF_RELAYS: [str(pin) for pin in data[CONF_RELAYS]],
        CONF_INVERTED: [str(pin) for pin in data[CONF_INVERTED]],
        CONF_LIGHTS: [", ".join(map(str, pins)) for pins in data[CONF_LIGHTS]],
    }


def _light_part(lamp: Connected[Lamp], unit: str) -> Part:
    colored = (ActionType.SET_COLOR,) if lamp.output.channels > 1 else ()
    title = unit if lamp.number is None else f"{unit} {lamp.number}"
    return Part(key=lamp.key, title=title, kind=DeviceKind.LIGHT, actions=(*_LIGHT_ACTIONS, *colored))
