"""Adopt a camera of Home Assistant, with the owner's word that it shows nobody else's life."""

from typing import Any, Final

import probatio
from homeassistant.components.camera.const import DOMAIN as CAMERA_DOMAIN
from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import BooleanSelector, EntitySelector, EntitySelectorConfig, TextSelector

from ..const import (
    CONF_ENTITY,
    CONF_NAME_EN,
    CONF_NAME_PL,
    CONF_NO_ROAD,
    CONF_NO_WINDOWS,
    CONF_OWN_GROUND,
)
from ..house.exposed import LONGEST_NAME
from .hardware_steps import is_configured

_CHECKLIST: Final = (CONF_OWN_GROUND, CONF_NO_ROAD, CONF_NO_WINDOWS)
_NAMES: Final = (CONF_NAME_EN, CONF_NAME_PL)

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_ENTITY): EntitySelector(EntitySelectorConfig(domain=CAMERA_DOMAIN)),
        probatio.Required(CONF_NAME_EN): TextSelector(),
        probatio.Optional(CONF_NAME_PL): TextSelector(),
    }
    | {probatio.Required(key, default=False): BooleanSelector() for key in _CHECKLIST}
)


class CameraSubentryFlow(ConfigSubentryFlow):
    """Add or change a camera. The checklist is asked each time, as another camera may look elsewhere."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which camera, and what it shows."""
        return await self._ask("user", user_input, None)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask the same again."""
        return await self._ask("reconfigure", user_input, self._get_reconfigure_subentry())

    async def _ask(
        self, step_id: str, user_input: dict[str, Any] | None, before: ConfigSubentry | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            entity = er.async_get(self.hass).async_get(user_input[CONF_ENTITY])
            errors = _errors(entity, user_input)
            if entity is not None and not errors:
                if is_configured(self.hass, entity.id) and (before is None or before.unique_id != entity.id):
                    return self.async_abort(reason="already_configured")
                return self._finish(entity, user_input, before)
        shown = user_input or (self._said_before(before) if before else None)
        return self.async_show_form(
            step_id=step_id, data_schema=self.add_suggested_values_to_schema(_SCHEMA, shown), errors=errors
        )

    def _finish(
        self, entity: er.RegistryEntry, said: dict[str, Any], before: ConfigSubentry | None
    ) -> SubentryFlowResult:
        data = {**said, CONF_ENTITY: entity.id}
        if before is not None:
            return self.async_update_and_abort(self._get_entry(), before, data=data, unique_id=entity.id)
        state = self.hass.states.get(entity.entity_id)
        title = (state and state.attributes.get(ATTR_FRIENDLY_NAME)) or entity.entity_id
        return self.async_create_entry(title=str(title), data=data, unique_id=entity.id)

    def _said_before(self, before: ConfigSubentry) -> dict[str, Any]:
        entity = er.async_get(self.hass).async_get(before.data[CONF_ENTITY])
        said = {key: before.data[key] for key in _NAMES if key in before.data}
        return said | ({CONF_ENTITY: entity.entity_id} if entity else {})


def _errors(entity: er.RegistryEntry | None, said: dict[str, Any]) -> dict[str, str]:
    """Return the form's errors."""
    if entity is None:
        return {CONF_ENTITY: "no_unique_id"}
    if entity.disabled_by is not None:
        return {CONF_ENTITY: "disabled"}
    if missing := [key for key in _CHECKLIST if said[key] is not True]:
        return dict.fromkeys(missing, "not_confirmed")
    return {key: "name_too_long" for key in _NAMES if len(said.get(key, "")) > LONGEST_NAME}
