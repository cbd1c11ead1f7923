"""Show an entity of Home Assistant to viewers: it stays what and where it is."""

from collections.abc import Mapping
from typing import Any, Final

import probatio
from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN
from homeassistant.components.light.const import (
    ATTR_EFFECT_LIST,
    ATTR_SUPPORTED_COLOR_MODES,
    ColorMode,
    LightEntityFeature,
)
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.components.switch.const import DOMAIN as SWITCH_DOMAIN
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import ATTR_FRIENDLY_NAME, ATTR_SUPPORTED_FEATURES
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from ..const import CONF_ENTITY, DOMAIN
from ..protocol.messages import ActionType, DeviceKind
from .exposure_steps import ExposureSteps, Part

_KINDS: Final = {
    LIGHT_DOMAIN: DeviceKind.LIGHT,
    SWITCH_DOMAIN: DeviceKind.RELAY,
    SCENE_DOMAIN: DeviceKind.SCENE,
    BUTTON_DOMAIN: DeviceKind.RELAY,
}
_ACTIONS: Final = {
    SWITCH_DOMAIN: (ActionType.TURN_ON, ActionType.TURN_OFF, ActionType.PRESS),
    SCENE_DOMAIN: (ActionType.PLAY_SCENE,),
    BUTTON_DOMAIN: (ActionType.PRESS,),
}
_COLORLESS: Final = {ColorMode.ONOFF, ColorMode.BRIGHTNESS}


class AdoptedSubentryFlow(ExposureSteps):
    """Adopt an entity of another integration: no new device, no connection of our own."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which entity."""
        errors: dict[str, str] = {}
        if user_input is not None:
            entity = er.async_get(self.hass).async_get(user_input[CONF_ENTITY])
            if entity is not None and self._is_adopted(entity.id):
                return self.async_abort(reason="already_configured")
            errors = _errors(entity)
            if entity is not None and not errors:
                return await self._expose(entity)
        schema = self.add_suggested_values_to_schema(self._schema(), user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask again what viewers may do; another entity would be another thing."""
        entity = er.async_get(self.hass).async_get(self._get_reconfigure_subentry().data[CONF_ENTITY])
        if entity is None:
            return self.async_abort(reason="entity_removed")
        return await self._expose(entity)

    async def _expose(self, entity: er.RegistryEntry) -> SubentryFlowResult:
        attributes = self._attributes(entity)
        name = str(attributes.get(ATTR_FRIENDLY_NAME) or entity.name or entity.original_name or entity.entity_id)
        effects = tuple(attributes.get(ATTR_EFFECT_LIST) or ())
        part = Part(
            title=name,
            kind=_KINDS[entity.domain],
            actions=_ACTIONS.get(entity.domain) or _light_actions(entity, attributes),
            effects=effects if entity.domain == LIGHT_DOMAIN else (),
        )
        return await self.expose(
            [part], title=name, data={CONF_ENTITY: entity.id}, unique_id=entity.id, facts={"entity": entity.entity_id}
        )

    def _attributes(self, entity: er.RegistryEntry) -> Mapping[str, Any]:
        """Return what the entity can do, from the registry while it is away."""
        state = self.hass.states.get(entity.entity_id)
        return {**(entity.capabilities or {}), **(state.attributes if state else {})}

    def _schema(self) -> probatio.Schema:
        ours = [
            entity.entity_id
            for entity in er.async_get(self.hass).entities.values()
            if entity.platform == DOMAIN and entity.domain in _KINDS
        ]
        selector = EntitySelector(EntitySelectorConfig(domain=list(_KINDS), exclude_entities=ours))
        return probatio.Schema({probatio.Required(CONF_ENTITY): selector})

    def _is_adopted(self, reference: str) -> bool:
        return any(
            subentry.unique_id == reference
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            for subentry in entry.subentries.values()
        )


def _errors(entity: er.RegistryEntry | None) -> dict[str, str]:
    """Return the form's errors: what cannot be followed, is no use, or would let viewers set a device up."""
    if entity is None:
        return {CONF_ENTITY: "no_unique_id"}
    if entity.platform == DOMAIN or entity.domain not in _KINDS:
        return {CONF_ENTITY: "not_adoptable"}
    if entity.disabled_by is not None:
        return {CONF_ENTITY: "disabled"}
    return {CONF_ENTITY: "for_owners"} if entity.entity_category is not None else {}


def _light_actions(entity: er.RegistryEntry, attributes: Mapping[str, Any]) -> tuple[ActionType, ...]:
    modes = {str(mode) for mode in attributes.get(ATTR_SUPPORTED_COLOR_MODES) or ()}
    actions = [ActionType.TURN_ON, ActionType.TURN_OFF]
    if modes - _COLORLESS:
        actions.append(ActionType.SET_COLOR)
    if modes - {ColorMode.ONOFF}:
        actions.append(ActionType.SET_BRIGHTNESS)
    features = attributes.get(ATTR_SUPPORTED_FEATURES, entity.supported_features)
    if LightEntityFeature.EFFECT in LightEntityFeature(features) and attributes.get(ATTR_EFFECT_LIST):
        actions.append(ActionType.SET_EFFECT)
    return tuple(actions)
