"""Actions about a whole location: pause, resume, announce, ban."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

import probatio
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .const import (
    ACTION_ANNOUNCE,
    ACTION_BAN_VIEWER,
    ACTION_PAUSE,
    ACTION_RESUME,
    ACTION_UNBAN_VIEWER,
    ATTR_CONFIG_ENTRY_ID,
    ATTR_DURATION,
    ATTR_REASON,
    ATTR_TEXT,
    ATTR_VIEWER,
    DOMAIN,
    EVENT_BAN,
)
from .data import SmartPixelsConfigEntry
from .house.bans import LONGEST_ID
from .house.sharing import LONGEST_REASON
from .protocol.messages import Viewer

LONGEST_ANNOUNCEMENT: Final = 140

_LOCATION: Final = {probatio.Required(ATTR_CONFIG_ENTRY_ID): cv.string}
_REASON: Final = probatio.All(cv.string, probatio.Length(max=LONGEST_REASON))
_VIEWER: Final = probatio.All(cv.string, probatio.Length(min=1, max=LONGEST_ID))

type _Handler = Callable[[SmartPixelsConfigEntry, ServiceCall], Coroutine[Any, Any, ServiceResponse]]


@callback
def async_setup_owner_actions(hass: HomeAssistant) -> None:
    """Register the actions, once for all entries."""
    for action, (handler, fields) in _ACTIONS.items():
        hass.services.async_register(
            DOMAIN,
            action,
            partial(_handle, hass, handler),
            schema=probatio.Schema({**_LOCATION, **fields}),
            supports_response=SupportsResponse.OPTIONAL,
        )


async def _handle(hass: HomeAssistant, handler: _Handler, call: ServiceCall) -> ServiceResponse:
    """Do it for the location that is meant. Raises ServiceValidationError when that one cannot."""
    entry: SmartPixelsConfigEntry | None = hass.config_entries.async_get_entry(call.data[ATTR_CONFIG_ENTRY_ID])
    if entry is None or entry.domain != DOMAIN:
        raise _error("unknown_location")
    if entry.state is not ConfigEntryState.LOADED:
        raise _error("not_loaded", location=entry.title)
    response = await handler(entry, call)
    return response if call.return_response else None


async def _pause(entry: SmartPixelsConfigEntry, call: ServiceCall) -> ServiceResponse:
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    until = dt_util.utcnow() + duration if duration else None
    sharing = entry.runtime_data.house.sharing
    sharing.pause(reason=call.data.get(ATTR_REASON), until=until)
    return {"mode": sharing.effective.mode.value, "until": until.isoformat() if until else None}


async def _resume(entry: SmartPixelsConfigEntry, _call: ServiceCall) -> ServiceResponse:
    sharing = entry.runtime_data.house.sharing
    sharing.resume()
    return {"mode": sharing.effective.mode.value}


async def _announce(entry: SmartPixelsConfigEntry, call: ServiceCall) -> ServiceResponse:
    data = entry.runtime_data
    if not data.link.connection.is_online:
        raise _error("not_linked", location=entry.title)
    data.house.announce(call.data[ATTR_TEXT])
    return {"watching": data.house.watching.watching if data.house.watching else None}


async def _ban(entry: SmartPixelsConfigEntry, call: ServiceCall) -> ServiceResponse:
    house = entry.runtime_data.house
    viewer = _viewer(entry, call.data.get(ATTR_VIEWER))
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    until = dt_util.utcnow() + duration if duration else None
    house.ban(viewer.viewer_id, until)
    _tell(call, entry, viewer, banned=True)
    return {
        "viewer_id": viewer.viewer_id,
        "handle": viewer.handle,
        "until": until.isoformat() if until else None,
    }


async def _unban(entry: SmartPixelsConfigEntry, call: ServiceCall) -> ServiceResponse:
    house = entry.runtime_data.house
    viewer = _viewer(entry, call.data[ATTR_VIEWER])
    if not house.rules.bans.holds(viewer.viewer_id, dt_util.utcnow()):
        raise _error("not_banned", viewer=viewer.handle)
    house.unban(viewer.viewer_id)
    _tell(call, entry, viewer, banned=False)
    return {"viewer_id": viewer.viewer_id, "handle": viewer.handle}


def _viewer(entry: SmartPixelsConfigEntry, name: str | None) -> Viewer:
    """Return who is meant: whoever acted last, somebody who acted lately, or anybody by id."""
    house = entry.runtime_data.house
    if name is None:
        if house.tally.last is None:
            raise _error("no_viewer")
        return house.tally.last
    if (viewer := house.tally.find(name)) is not None:
        return viewer
    if " " in name.strip():
        raise _error("unknown_viewer", viewer=name)
    return Viewer(viewer_id=name.strip(), handle=name.strip())


def _tell(call: ServiceCall, entry: SmartPixelsConfigEntry, viewer: Viewer, *, banned: bool) -> None:
    """Let the logbook know."""
    call.hass.bus.async_fire(
        EVENT_BAN,
        {
            "config_entry_id": entry.entry_id,
            "location": entry.title,
            "handle": viewer.handle,
            "banned": banned,
            "reason": call.data.get(ATTR_REASON),
        },
        context=call.context,
    )


def _error(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


_ACTIONS: Final[Mapping[str, tuple[_Handler, Mapping[probatio.Marker, Any]]]] = {
    ACTION_PAUSE: (
        _pause,
        {probatio.Optional(ATTR_REASON): _REASON, probatio.Optional(ATTR_DURATION): cv.positive_time_period},
    ),
    ACTION_RESUME: (_resume, {}),
    ACTION_ANNOUNCE: (
        _announce,
        {probatio.Required(ATTR_TEXT): probatio.All(cv.string, probatio.Length(max=LONGEST_ANNOUNCEMENT))},
    ),
    ACTION_BAN_VIEWER: (
        _ban,
        {
            probatio.Optional(ATTR_VIEWER): _VIEWER,
            probatio.Optional(ATTR_DURATION): cv.positive_time_period,
            probatio.Optional(ATTR_REASON): _REASON,
        },
    ),
    ACTION_UNBAN_VIEWER: (_unban, {probatio.Required(ATTR_VIEWER): _VIEWER}),
}
