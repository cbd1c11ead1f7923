"""The form about one part: what of it viewers see, and within which limits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import probatio
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ..const import (
    CONF_ACTIONS,
    CONF_COLORS,
    CONF_EFFECTS,
    CONF_EXPOSED,
    CONF_LIMITS,
    CONF_MAX_BRIGHTNESS,
    CONF_MAX_DAILY_CYCLES,
    CONF_MIN_INTERVAL,
    CONF_MIN_OFF,
    CONF_MIN_ON,
    CONF_NAME_EN,
    CONF_NAME_PL,
    CONF_PALETTES,
    CONF_WHO,
)
from ..house.exposed import NAMED_COLORS
from ..house.exposure import offered_effects, offered_palettes
from ..house.limits import LONGEST_INTERVAL_MS, USUAL_INTERVAL_MS
from ..protocol.messages import ActionType, DeviceKind, Who

if TYPE_CHECKING:
    from .exposure_steps import Part

_DIMS: Final = {ActionType.SET_BRIGHTNESS, ActionType.SET_COLOR, ActionType.SET_EFFECT, ActionType.PAINT}
_COLORS: Final = {ActionType.SET_COLOR, ActionType.PAINT}
_MOST_CYCLES: Final = 100_000
_LONGEST_REST: Final = 86_400


def percent_selector() -> NumberSelector:
    """Return a slider of 1 to 100 percent."""
    return NumberSelector(
        NumberSelectorConfig(min=1, max=100, step=1, unit_of_measurement="%", mode=NumberSelectorMode.SLIDER)
    )


def seconds_selector(*, longest: float, step: float = 1) -> NumberSelector:
    """Return a box for seconds from 0."""
    return NumberSelector(
        NumberSelectorConfig(min=0, max=longest, step=step, unit_of_measurement="s", mode=NumberSelectorMode.BOX)
    )


def relay_fields() -> dict[probatio.Marker, Any]:
    """Return the fields about a relay's wear."""
    cycles = NumberSelectorConfig(min=0, max=_MOST_CYCLES, step=1, mode=NumberSelectorMode.BOX)
    return {
        probatio.Optional(CONF_MIN_ON): seconds_selector(longest=_LONGEST_REST),
        probatio.Optional(CONF_MIN_OFF): seconds_selector(longest=_LONGEST_REST),
        probatio.Optional(CONF_MAX_DAILY_CYCLES): NumberSelector(cycles),
    }


def exposure_schema(part: Part) -> probatio.Schema:
    """Return the form for a part; nothing is exposed unless somebody says so."""
    actions = [action.value for action in part.actions]
    return probatio.Schema(
        {
            probatio.Required(CONF_EXPOSED, default=False): BooleanSelector(),
            probatio.Required(CONF_NAME_EN): TextSelector(),
            probatio.Optional(CONF_NAME_PL): TextSelector(),
            probatio.Required(CONF_ACTIONS, default=actions): SelectSelector(
                SelectSelectorConfig(
                    options=actions, multiple=True, mode=SelectSelectorMode.LIST, translation_key="actions"
                )
            ),
            probatio.Optional(CONF_LIMITS, default=dict): section(
                probatio.Schema(_limit_fields(part)), {"collapsed": True}
            ),
        }
    )


def known_choices(part: Part, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said before without choices that the part no longer has."""
    limits = dict(said.get(CONF_LIMITS, {}))
    for key, offered in ((CONF_EFFECTS, part.effects), (CONF_PALETTES, part.palettes)):
        if key in limits:
            limits[key] = [name for name in limits[key] if name in offered]
    actions = [action for action in said.get(CONF_ACTIONS, ()) if action in part.actions]
    return {**said, CONF_ACTIONS: actions, CONF_LIMITS: limits}


def _limit_fields(part: Part) -> dict[probatio.Marker, Any]:
    actions = set(part.actions)
    fields: dict[probatio.Marker, Any] = {}
    if actions & _DIMS:
        fields[probatio.Required(CONF_MAX_BRIGHTNESS, default=100)] = percent_selector()
    if actions & _COLORS:
        fields[probatio.Optional(CONF_COLORS, default=list)] = _colors_selector()
    if part.effects:
        fields[probatio.Optional(CONF_EFFECTS, default=list)] = _choice(offered_effects(part.effects))
    if part.palettes:
        fields[probatio.Optional(CONF_PALETTES, default=list)] = _choice(offered_palettes(part.palettes))
    if part.kind is DeviceKind.RELAY:
        fields |= relay_fields()
    fields[probatio.Required(CONF_MIN_INTERVAL, default=USUAL_INTERVAL_MS / 1000)] = seconds_selector(
        longest=LONGEST_INTERVAL_MS / 1000, step=0.05
    )
    fields[probatio.Required(CONF_WHO, default=Who.EVERYONE.value)] = SelectSelector(
        SelectSelectorConfig(
            options=[who.value for who in Who], mode=SelectSelectorMode.DROPDOWN, translation_key="who"
        )
    )
    return fields


def _choice(names: tuple[str, ...]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=list(names), multiple=True, mode=SelectSelectorMode.DROPDOWN, sort=True)
    )


def _colors_selector() -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=list(NAMED_COLORS),
            multiple=True,
            custom_value=True,
            mode=SelectSelectorMode.DROPDOWN,
            translation_key="colors",
        )
    )
