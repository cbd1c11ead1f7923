"""Join a server: pair, pair again, move to another address."""

import logging
from collections.abc import Mapping
from typing import Any, Final, override

import probatio
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, ConfigSubentryFlow, OptionsFlow
from homeassistant.const import CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
from homeassistant.loader import async_get_integration
from homeassistant.util import dt as dt_util

from .const import CONF_LOCATION_ID, CONF_PAIRING_CODE, CONF_SERVER, CONF_SLUG, DOMAIN
from .link.errors import AuthRejected, Incompatible, LinkError, NotAServer, PairingRefused
from .link.link import Link, probe
from .link.pairing import Pairing, pair, parse_server
from .options_flow import HouseOptionsFlow
from .protocol.errors import ErrorCode
from .protocol.messages import Welcome
from .subentry_flows import SUBENTRY_FLOWS

_LOGGER = logging.getLogger(__name__)

_SERVER: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL, autocomplete="url"))
_CODE: Final = TextSelector(TextSelectorConfig(autocomplete="one-time-code"))

_USER_SCHEMA: Final = probatio.Schema(
    {probatio.Required(CONF_SERVER): _SERVER, probatio.Required(CONF_PAIRING_CODE): _CODE}
)
_REAUTH_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_PAIRING_CODE): _CODE})
_RECONFIGURE_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_SERVER): _SERVER})

_FIELD_OF_ERROR: Final = {
    "invalid_server": CONF_SERVER,
    "not_a_server": CONF_SERVER,
    "invalid_code": CONF_PAIRING_CODE,
    "expired_code": CONF_PAIRING_CODE,
}

_KEY_OF_REFUSAL: Final = {
    ErrorCode.MALFORMED: "invalid_code",
    ErrorCode.INVALID_CODE: "invalid_code",
    ErrorCode.EXPIRED_CODE: "expired_code",
    ErrorCode.RATE_LIMITED: "rate_limited",
}

_KEY_OF_ERROR: Final[dict[type[LinkError], str]] = {
    NotAServer: "not_a_server",
    Incompatible: "unsupported_version",
    AuthRejected: "token_refused",
    LinkError: "cannot_connect",
}


class SmartPixelsConfigFlow(ConfigFlow, domain=DOMAIN):
    """Set up, renew and move a location's link."""

    VERSION = 1
    MINOR_VERSION = 2

    _pairing: tuple[str, str, Pairing] | None = None

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to a location."""
        return SUBENTRY_FLOWS

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return where the owner sets the house rules."""
        return HouseOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Pair with a server."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                server = parse_server(user_input[CONF_SERVER])
                pairing = await self._pair(server, user_input[CONF_PAIRING_CODE])
            except (LinkError, ValueError) as err:
                errors = _errors(err)
            else:
                data = _entry_data(server, pairing)
                await self.async_set_unique_id(pairing.location_id)
                # The server has already forgotten the old token.
                self._abort_if_unique_id_configured(updates=data, reload_on_update=False)
                return self.async_create_entry(title=pairing.name, data=data)
        schema = self.add_suggested_values_to_schema(_USER_SCHEMA, user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin after the server refused the token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Pair again, with the same location."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            server = entry.data[CONF_SERVER]
            try:
                pairing = await self._pair(server, user_input[CONF_PAIRING_CODE])
            except LinkError as err:
                errors = _errors(err)
            else:
                await self.async_set_unique_id(pairing.location_id)
                self._abort_if_unique_id_mismatch(reason="wrong_location")
                return self.async_update_and_abort(entry, data_updates=_entry_data(server, pairing))
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=_REAUTH_SCHEMA,
            errors=errors,
            description_placeholders={"location": entry.title, "server": entry.data[CONF_SERVER]},
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Move to another address of the same server."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                server = parse_server(user_input[CONF_SERVER])
                if server != entry.data[CONF_SERVER]:
                    welcome = await self._probe(server, entry.data[CONF_TOKEN])
                    await self.async_set_unique_id(welcome.location_id)
                    self._abort_if_unique_id_mismatch(reason="wrong_location")
            except (LinkError, ValueError) as err:
                errors = _errors(err)
            else:
                return self.async_update_and_abort(entry, data_updates={CONF_SERVER: server})
        schema = self.add_suggested_values_to_schema(_RECONFIGURE_SCHEMA, user_input or entry.data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=schema,
            errors=errors,
            description_placeholders={"location": entry.title},
        )

    async def _pair(self, server: str, code: str) -> Pairing:
        """Exchange the code and try the token. A code works once, so what it gave is kept for the next try."""
        if self._pairing is None or self._pairing[:2] != (server, code):
            self._pairing = (server, code, await pair(async_get_clientsession(self.hass), server, code))
        pairing = self._pairing[2]
        await self._probe(server, pairing.token)
        return pairing

    async def _probe(self, server: str, token: str) -> Welcome:
        integration = await async_get_integration(self.hass, DOMAIN)
        session = async_get_clientsession(self.hass)
        return await probe(Link(server, token, session=session, version=str(integration.version), now=dt_util.utcnow))


def _entry_data(server: str, pairing: Pairing) -> dict[str, Any]:
    return {
        CONF_SERVER: server,
        CONF_TOKEN: pairing.token,
        CONF_LOCATION_ID: pairing.location_id,
        CONF_SLUG: pairing.slug,
    }


def _errors(err: Exception) -> dict[str, str]:
    """Return the form's errors for what went wrong."""
    _LOGGER.debug("Flow: %r", err)
    key = _error_key(err)
    return {_FIELD_OF_ERROR.get(key, "base"): key}


def _error_key(err: Exception) -> str:
    if isinstance(err, PairingRefused):
        return _KEY_OF_REFUSAL.get(err.code, "refused")
    return next((key for kind, key in _KEY_OF_ERROR.items() if isinstance(err, kind)), "invalid_server")
