"""The owner's house rules for the whole location."""

from collections.abc import Mapping
from typing import Any, Final

import probatio
from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .house.effects import effect_is_safe
from .house.energy import EnergyBudget
from .house.hours import DAYS, MOST_WINDOWS
from .house.options import (
    CONF_DIM,
    CONF_EFFECT,
    CONF_ENERGY,
    CONF_FLASHES,
    CONF_GROUPING,
    CONF_HOURS,
    CONF_LIMIT_WH,
    CONF_MINUTES,
    CONF_QUIET,
    CONF_RELAYS,
    CONF_RESET_HOUR,
    CONF_SCENE,
    CONF_WINDOWS,
    LONGEST_QUIET_MINUTES,
    USUAL_QUIET_MINUTES,
    Grouping,
)
from .opening_hours import Problem, hours_of, windows_of
from .subentry_flows.exposure_form import percent_selector, relay_fields

_STEPS: Final = (CONF_HOURS, CONF_ENERGY, CONF_RELAYS, CONF_QUIET, CONF_FLASHES)
_MOST_WH: Final = 1_000_000


def _box(*, low: float, high: float, unit: str | None = None) -> NumberSelector:
    config = NumberSelectorConfig(min=low, max=high, step=1, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


_WINDOW: Final = ObjectSelector(
    ObjectSelectorConfig(
        multiple=True,
        label_field="from",
        description_field="until",
        translation_key="window",
        fields={
            "from": {"required": True, "selector": TextSelector()},
            "until": {"required": True, "selector": TextSelector()},
            "days": {
                "selector": SelectSelector(
                    SelectSelectorConfig(
                        options=list(DAYS), multiple=True, mode=SelectSelectorMode.LIST, translation_key="days"
                    )
                )
            },
            "season_from": {"selector": TextSelector()},
            "season_until": {"selector": TextSelector()},
        },
    )
)

_SCHEMAS: Final = {
    CONF_HOURS: probatio.Schema({probatio.Optional(CONF_WINDOWS, default=list): _WINDOW}),
    CONF_ENERGY: probatio.Schema(
        {
            probatio.Optional(CONF_LIMIT_WH): _box(low=1, high=_MOST_WH, unit="Wh"),
            probatio.Required(CONF_RESET_HOUR, default=EnergyBudget(limit_wh=1).reset_hour): _box(low=0, high=23),
            probatio.Optional(CONF_DIM): percent_selector(),
        }
    ),
    CONF_RELAYS: probatio.Schema(relay_fields()),
    CONF_QUIET: probatio.Schema(
        {
            probatio.Required(CONF_MINUTES, default=USUAL_QUIET_MINUTES): _box(
                low=0, high=LONGEST_QUIET_MINUTES, unit="min"
            ),
            probatio.Optional(CONF_SCENE): EntitySelector(EntitySelectorConfig(domain=SCENE_DOMAIN)),
            probatio.Optional(CONF_EFFECT): TextSelector(),
        }
    ),
    CONF_FLASHES: probatio.Schema(
        {
            probatio.Required(CONF_GROUPING, default=Grouping.AREA.value): SelectSelector(
                SelectSelectorConfig(options=[each.value for each in Grouping], translation_key="grouping")
            )
        }
    ),
}


class HouseOptionsFlow(OptionsFlow):
    """A menu of the rules; each page is saved by itself, and the entry is set up anew."""

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the menu."""
        return self.async_show_menu(step_id="init", menu_options=list(_STEPS))

    async def async_step_hours(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask when viewers may act."""
        said = user_input or {CONF_WINDOWS: windows_of(self._said(CONF_HOURS))}
        problem: Problem | None = None
        if user_input is not None:
            hours = hours_of(user_input[CONF_WINDOWS])
            if not isinstance(hours, Problem):
                return self._save(CONF_HOURS, hours)
            problem = hours
        errors = {CONF_WINDOWS: problem.key} if problem else {}
        placeholders = {"most": str(MOST_WINDOWS)} | (problem.placeholders if problem else {})
        return self._show(CONF_HOURS, said, errors, placeholders)

    async def async_step_energy(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the budget of a night."""
        if user_input is not None:
            return self._save(CONF_ENERGY, user_input)
        return self._show(CONF_ENERGY, self._said(CONF_ENERGY))

    async def async_step_relays(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what relays bear that say nothing of their own."""
        if user_input is not None:
            return self._save(CONF_RELAYS, user_input)
        return self._show(CONF_RELAYS, self._said(CONF_RELAYS))

    async def async_step_quiet(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what shines while viewers are quiet."""
        errors = _quiet_errors(user_input or {})
        if user_input is not None and not errors:
            return self._save(CONF_QUIET, self._followed(user_input))
        return self._show(CONF_QUIET, user_input or self._said(CONF_QUIET), errors)

    async def async_step_flashes(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which devices are seen together."""
        if user_input is not None:
            return self._save(CONF_FLASHES, user_input)
        return self._show(CONF_FLASHES, self._said(CONF_FLASHES))

    def _said(self, step: str) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.config_entry.options.get(step, {})
        return said

    def _show(
        self,
        step: str,
        said: Mapping[str, Any],
        errors: dict[str, str] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(_SCHEMAS[step], said),
            errors=errors,
            description_placeholders=placeholders,
        )

    def _save(self, step: str, said: Mapping[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(data={**self.config_entry.options, step: dict(said)})

    def _followed(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the choice with its scene by its place in the registry, so that it may be renamed."""
        entry = er.async_get(self.hass).async_get(said[CONF_SCENE]) if CONF_SCENE in said else None
        return {**said, CONF_SCENE: entry.id} if entry else dict(said)


def _quiet_errors(said: Mapping[str, Any]) -> dict[str, str]:
    effect = said.get(CONF_EFFECT)
    if effect and said.get(CONF_SCENE):
        return {CONF_EFFECT: "scene_or_effect"}
    return {CONF_EFFECT: "unsafe_effect"} if effect and not effect_is_safe(effect) else {}
