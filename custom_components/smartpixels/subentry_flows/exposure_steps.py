"""The end of every flow that adds or changes a thing: what viewers see of each of its parts and may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.translation import async_get_translations

from ..const import (
    CONF_ACTIONS,
    CONF_COLORS,
    CONF_EXPOSURE,
    CONF_KIND,
    CONF_LIMITS,
    CONF_NAME_EN,
    CONF_NAME_PL,
    DOMAIN,
)
from ..house.exposed import LONGEST_NAME, parse_color, public_name
from ..house.exposure import offered_effects, offered_palettes
from ..protocol.messages import ActionType, DeviceKind
from .exposure_form import exposure_schema, known_choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that viewers can see and use: a strip, a channel of a board, an adopted entity.

    `key` is empty for the only part, else it stays the same for ever and fits `[A-Za-z0-9_-]{1,32}`. `effects` and
    `palettes` are all that the part has; unsafe ones are never offered.
    """

    key: str = ""
    title: str
    kind: DeviceKind
    actions: tuple[ActionType, ...]
    effects: tuple[str, ...] = ()
    palettes: tuple[str, ...] = ()


class ExposureSteps(ConfigSubentryFlow):
    """A flow that ends with `expose`."""

    _parts: Sequence[Part]
    _title: str
    _unique_id: str | None
    _data: Mapping[str, Any]
    _facts: Mapping[str, str]
    _said: dict[str, dict[str, Any]]

    async def expose(
        self,
        parts: Sequence[Part],
        *,
        title: str,
        data: Mapping[str, Any],
        unique_id: str | None,
        facts: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        """Ask a form per part, then create the subentry or, when reconfiguring, update it (its title stays).

        `data` is the flow's own; `facts` are placeholders for the form's description.
        """
        self._parts, self._title, self._unique_id, self._data = parts, title, unique_id, data
        self._facts, self._said = facts or {}, {}
        return await self.async_step_exposure()

    async def async_step_exposure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what viewers see of the next part and may do with it."""
        part = self._parts[len(self._said)]
        errors = _errors(user_input)
        if user_input is not None and not errors:
            self._said[part.key] = {CONF_KIND: part.kind.value, **user_input}
            if len(self._said) == len(self._parts):
                return self._finish()
            return await self.async_step_exposure()
        said = user_input or known_choices(part, self._said_before(part))
        return self.async_show_form(
            step_id="exposure",
            data_schema=self.add_suggested_values_to_schema(exposure_schema(part), said),
            errors=errors,
            description_placeholders={"device": part.title, **self._facts, **await self._preview(part, said)},
        )

    def _said_before(self, part: Part) -> Mapping[str, Any]:
        if self.source == SOURCE_RECONFIGURE:
            said: Mapping[str, Any] | None = self._get_reconfigure_subentry().data.get(CONF_EXPOSURE, {}).get(part.key)
            if said is not None:
                return said
        return {CONF_NAME_EN: part.title[:LONGEST_NAME], CONF_ACTIONS: [action.value for action in part.actions]}

    def _finish(self) -> SubentryFlowResult:
        data = {**self._data, CONF_EXPOSURE: self._said}
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(self._get_entry(), self._get_reconfigure_subentry(), data=data)
        return self.async_create_entry(title=self._title, data=data, unique_id=self._unique_id)

    async def _preview(self, part: Part, said: Mapping[str, Any]) -> dict[str, str]:
        """Return what viewers will see, in the owner's language."""
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", [DOMAIN])
        chosen = said.get(CONF_ACTIONS, [action.value for action in part.actions])
        names = [texts.get(f"component.{DOMAIN}.selector.actions.options.{action}", action) for action in chosen]
        limits = said.get(CONF_LIMITS, {})
        effects = offered_effects(part.effects, allowed=limits.get("effects", ()))
        return {
            "preview_name": public_name(said, fallback=part.title).en,
            "preview_actions": ", ".join(names) or "-",
            "preview_effects": str(len(effects) if ActionType.SET_EFFECT in chosen else 0),
            "preview_palettes": str(len(offered_palettes(part.palettes, allowed=limits.get("palettes", ())))),
            "unsafe_effects": str(len(part.effects) - len(offered_effects(part.effects))),
        }


_NAMES: Final = (CONF_NAME_EN, CONF_NAME_PL)


def _errors(user_input: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the form's errors: for public names that the wire cannot carry, and for colors that are none."""
    said = user_input or {}
    errors = {key: "name_too_long" for key in _NAMES if len(str(said.get(key, ""))) > LONGEST_NAME}
    for color in said.get(CONF_LIMITS, {}).get(CONF_COLORS, ()):
        try:
            parse_color(color)
        except ValueError:
            errors[CONF_LIMITS] = "invalid_color"
    return errors
