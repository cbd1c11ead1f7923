"""The owner's own scene: what was there before viewers came, and what shines when they are quiet."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_MODE,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_EFFECT,
    ATTR_EFFECT_LIST,
    ATTR_HS_COLOR,
    ATTR_RGB_COLOR,
    ATTR_RGBW_COLOR,
    ATTR_RGBWW_COLOR,
    ATTR_XY_COLOR,
    ColorMode,
)
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.components.switch.const import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON, STATE_ON
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later

from ..const import (
    ACTION_SET_EFFECT,
    ATTR_INTENSITY,
    ATTR_PALETTE,
    ATTR_PALETTE_LIST,
    ATTR_SPEED,
    DOMAIN,
    SOLID,
)
from .effects import effect_is_safe
from .exposed import OwnEntity
from .exposure import Exposure
from .options import Quiet

_LOGGER = logging.getLogger(__name__)

_COLOR_OF_MODE: Final = {
    ColorMode.COLOR_TEMP: ATTR_COLOR_TEMP_KELVIN,
    ColorMode.HS: ATTR_HS_COLOR,
    ColorMode.XY: ATTR_XY_COLOR,
    ColorMode.RGB: ATTR_RGB_COLOR,
    ColorMode.RGBW: ATTR_RGBW_COLOR,
    ColorMode.RGBWW: ATTR_RGBWW_COLOR,
}

type _Step = tuple[str, str, dict[str, Any]]


class Showtime:
    """Remembers how lights and switches were before a viewer changed each, and plays what the owner wants."""

    def __init__(self, hass: HomeAssistant, exposure: Exposure, quiet: Quiet) -> None:
        self._hass = hass
        self._exposure = exposure
        self._quiet = quiet
        self._before: dict[str, State] = {}
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._playing: asyncio.Task[None] | None = None

    @callback
    def remember(self, device_id: str, state: State) -> None:
        """Take note of how an entity is, unless a viewer has changed it before."""
        if state.domain in (LIGHT_DOMAIN, SWITCH_DOMAIN):
            self._before.setdefault(device_id, state)

    @callback
    def by_owner(self, device_id: str, context: Context) -> None:
        """Take note of a change: one that somebody at home made is the owner's word, and nothing to undo."""
        if context.user_id is not None or context.parent_id is not None:
            self._before.pop(device_id, None)

    @callback
    def restore(self, *, after: Callable[[], Any]) -> None:
        """Put everything back that viewers changed, once `after` is done."""
        before, self._before = self._before, {}
        self.stop_waiting()
        if before:
            self._start(self._undo(before, after))

    @callback
    def wait(self) -> None:
        """Begin to wait for quiet anew; a viewer has just acted, or it has just opened."""
        self.stop_waiting()
        if self._quiet.minutes:
            delay = timedelta(minutes=self._quiet.minutes)
            self._cancel_timer = async_call_later(self._hass, delay, self._on_quiet)

    @callback
    def stop_waiting(self) -> None:
        """Wait for quiet no more."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    async def close(self) -> None:
        """Stop everything."""
        self.stop_waiting()
        if self._playing is not None:
            self._playing.cancel()
            await asyncio.wait([self._playing])

    @callback
    def _on_quiet(self, _now: datetime) -> None:
        self._cancel_timer = None
        if self._quiet.scene is not None or self._quiet.effect is not None:
            self._start(self._play(self._attraction()))
        else:
            self.restore(after=_at_once)

    def _attraction(self) -> Iterable[_Step]:
        if self._quiet.scene is not None:
            entity_id = er.async_resolve_entity_id(er.async_get(self._hass), self._quiet.scene)
            yield SCENE_DOMAIN, SERVICE_TURN_ON, {ATTR_ENTITY_ID: entity_id}
        effect = self._quiet.effect
        if effect is not None and effect_is_safe(effect):
            for entity_id in self._exposure.entity_ids():
                state = self._hass.states.get(entity_id)
                if state is not None and effect in (state.attributes.get(ATTR_EFFECT_LIST) or ()):
                    yield LIGHT_DOMAIN, SERVICE_TURN_ON, {ATTR_ENTITY_ID: entity_id, ATTR_EFFECT: effect}

    async def _undo(self, before: Mapping[str, State], after: Callable[[], Any]) -> None:
        await after()
        steps: list[_Step] = []
        for device_id, state in before.items():
            entity_id = self._exposure.entity_id(device_id)
            if entity_id is not None:
                own = isinstance(self._exposure.exposed[device_id].entity, OwnEntity)
                steps += _steps_to(state, entity_id, own=own)
        await self._play(steps)

    async def _play(self, steps: Iterable[_Step]) -> None:
        for domain, service, data in steps:
            try:
                await self._hass.services.async_call(domain, service, data, blocking=True)
            except Exception as err:  # noqa: BLE001 - the other lights must get their turn whatever one of them raises
                _LOGGER.warning("%s.%s for the owner's scene failed: %s", domain, service, err)

    def _start(self, playing: Any) -> None:
        if self._playing is not None:
            self._playing.cancel()
        self._playing = self._hass.async_create_background_task(playing, f"{DOMAIN} owner's scene", eager_start=False)


async def _at_once() -> None:
    """Wait for nothing."""


def _steps_to(state: State, entity_id: str, *, own: bool) -> list[_Step]:
    """Return the actions that bring an entity to how it was."""
    target = {ATTR_ENTITY_ID: entity_id}
    if state.domain == SWITCH_DOMAIN:
        return [(SWITCH_DOMAIN, SERVICE_TURN_ON if state.state == STATE_ON else SERVICE_TURN_OFF, target)]
    if state.state != STATE_ON:
        return [(LIGHT_DOMAIN, SERVICE_TURN_OFF, target)]
    attributes = state.attributes
    keys = [ATTR_BRIGHTNESS, ATTR_EFFECT]
    if (color := _COLOR_OF_MODE.get(attributes.get(ATTR_COLOR_MODE, ""))) is not None:
        keys.append(color)
    given = {key: attributes[key] for key in keys if attributes.get(key) is not None}
    steps: list[_Step] = [(LIGHT_DOMAIN, SERVICE_TURN_ON, target | given)]
    effect = attributes.get(ATTR_EFFECT)
    if own and ATTR_PALETTE_LIST in attributes and effect not in (None, SOLID):
        keys = [ATTR_EFFECT, ATTR_PALETTE, ATTR_SPEED, ATTR_INTENSITY]
        details = {key: attributes[key] for key in keys if attributes.get(key) is not None}
        steps.append((DOMAIN, ACTION_SET_EFFECT, target | details))
    return steps
