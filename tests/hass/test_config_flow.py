"""Joining a server: every mistake is told and can be mended."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.link.pairing import parse_server
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import TOKEN, SetUp, entry_for, is_linked

CODE = "K7QF-93XM"
PAIRING = {"token": "new-token", "location_id": "location-1", "slug": "our-house", "name": "Our house"}


def refused(code: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": {"code": code, "message": "no"}}, status=status)


async def start_user_flow(hass: HomeAssistant) -> str:
    result = await hass.config_entries.flow.async_init("smartpixels", context={"source": SOURCE_USER})
    assert (result["type"], result["step_id"], result["errors"]) == (FlowResultType.FORM, "user", {})
    return str(result["flow_id"])


async def submit(hass: HomeAssistant, flow_id: str, server: str, code: str = CODE) -> Any:
    return await hass.config_entries.flow.async_configure(flow_id, {"server": server, "pairing_code": code})


@pytest.fixture
async def unused(set_up: SetUp) -> None:
    """Unload at the end what the flow has set up."""


async def test_a_code_joins_the_location(hass: HomeAssistant, server: FakeServer, unused: None) -> None:
    server.pairings[CODE] = PAIRING
    result = await submit(hass, await start_user_flow(hass), server.url)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Our house")
    assert result["data"] == {
        "server": server.url,
        "token": "new-token",
        "location_id": "location-1",
        "slug": "our-house",
    }
    assert result["result"].unique_id == "location-1"
    await wait_until(lambda: is_linked(hass))


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        (refused("invalid_code", 403), {"pairing_code": "invalid_code"}),
        (refused("malformed", 400), {"pairing_code": "invalid_code"}),
        (refused("expired_code", 403), {"pairing_code": "expired_code"}),
        (refused("rate_limited", 429), {"base": "rate_limited"}),
        (refused("internal", 500), {"base": "refused"}),
        (refused("no such code", 400), {"server": "not_a_server"}),
        (web.Response(text="<html>", content_type="text/html"), {"server": "not_a_server"}),
        (web.Response(text="{}", content_type="application/json"), {"server": "not_a_server"}),
        (web.Response(body=b"\xff\xfe", content_type="application/json"), {"server": "not_a_server"}),
        (web.json_response([], status=404), {"server": "not_a_server"}),
        (web.json_response({"ok": True, **PAIRING, "token": ""}), {"server": "not_a_server"}),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}), {"server": "not_a_server"}),
    ],
)
async def test_a_refused_code_can_be_mended(
    hass: HomeAssistant, server: FakeServer, unused: None, answer: web.Response, errors: dict[str, str]
) -> None:
    flow_id = await start_user_flow(hass)
    server.pairings[CODE] = answer
    result = await submit(hass, flow_id, server.url)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    server.pairings[CODE] = PAIRING
    result = await submit(hass, flow_id, server.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "address", ["", "ftp://example.org", "not an address", "http://", "x" * 300, "http://u:p@host"]
)
async def test_a_bad_address_can_be_mended(hass: HomeAssistant, server: FakeServer, unused: None, address: str) -> None:
    flow_id = await start_user_flow(hass)
    server.pairings[CODE] = PAIRING
    result = await submit(hass, flow_id, address)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"server": "invalid_server"})
    result = await submit(hass, flow_id, server.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_silent_server_can_be_mended(hass: HomeAssistant, server: FakeServer, unused: None) -> None:
    flow_id = await start_user_flow(hass)
    server.pairings[CODE] = PAIRING
    await server.stop()
    result = await submit(hass, flow_id, server.url)
    assert result["errors"] == {"base": "cannot_connect"}
    await server.start()
    result = await submit(hass, flow_id, server.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


def _break_version(server: FakeServer) -> None:
    server.answers["hello"] = {"ok": False, "error": {"code": "unsupported_version", "message": "we speak 7"}}


def _break_token(server: FakeServer) -> None:
    server.refusal = {"code": "unauthorized", "message": "no"}


def _break_link(server: FakeServer) -> None:
    server.refusal = {"code": "busy", "message": "no"}


@pytest.mark.parametrize(
    ("break_it", "error"),
    [(_break_version, "unsupported_version"), (_break_token, "token_refused"), (_break_link, "cannot_connect")],
)
async def test_a_failed_first_link_can_be_mended_with_the_same_code(
    hass: HomeAssistant, server: FakeServer, unused: None, break_it: Callable[[FakeServer], None], error: str
) -> None:
    flow_id = await start_user_flow(hass)
    server.pairings[CODE] = PAIRING
    break_it(server)
    result = await submit(hass, flow_id, server.url)
    assert result["errors"] == {"base": error}
    server.answers.clear()
    server.refusal = None
    result = await submit(hass, flow_id, server.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_location_is_joined_once_and_its_link_renewed(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    server.pairings[CODE] = PAIRING
    result = await submit(hass, await start_user_flow(hass), server.url)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert len(hass.config_entries.async_entries("smartpixels")) == 1
    assert entry.data["token"] == "new-token"
    await wait_until(lambda: server.tokens[-1] == "new-token" and is_linked(hass))


async def test_pairing_again_renews_the_token(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    await server.emit("goodbye", {"code": "revoked", "message": "gone"})
    await wait_until(hass.config_entries.flow.async_progress)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {"pairing_code": "wrong"})
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"pairing_code": "invalid_code"})
    server.pairings[CODE] = PAIRING
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {"pairing_code": CODE})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    assert entry.data["token"] == "new-token"
    await wait_until(lambda: is_linked(hass))
    assert server.tokens[-1] == "new-token"


async def test_pairing_again_is_for_the_same_location(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    result = await entry.start_reauth_flow(hass)
    server.pairings[CODE] = PAIRING | {"location_id": "another"}
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {"pairing_code": CODE})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "wrong_location")
    assert entry.data["token"] == TOKEN


async def test_a_moved_server_is_followed(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    result = await entry.start_reconfigure_flow(hass)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "reconfigure")
    flow_id = result["flow_id"]
    for address, errors in (
        ("http://127.0.0.1:1", {"base": "cannot_connect"}),
        ("no address", {"server": "invalid_server"}),
    ):
        result = await hass.config_entries.flow.async_configure(flow_id, {"server": address})
        assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    await server.stop()
    server.port = 0
    await server.start()
    result = await hass.config_entries.flow.async_configure(flow_id, {"server": server.url})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.data["server"] == server.url
    await wait_until(lambda: is_linked(hass))
    assert server.tokens[-1] == TOKEN


async def test_the_same_address_changes_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {"server": f"{server.url}/pair/{CODE}"})
    assert result["reason"] == "reconfigure_successful"
    assert len(server.tokens) == 1


async def test_another_server_is_not_the_same_location(hass: HomeAssistant, server: FakeServer, set_up: SetUp) -> None:
    entry = entry_for(server)
    await set_up(entry)
    other = FakeServer()
    await other.start()
    other.answers["hello"] = {"ok": True} | other.welcome() | {"location_id": "another"}
    result = await entry.start_reconfigure_flow(hass)
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {"server": other.url})
    assert result["reason"] == "wrong_location"
    assert entry.data["server"] == server.url
    await other.stop()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.org", "https://example.org"),
        (" https://Example.org/l/our-house?x=1#y ", "https://example.org"),
        ("https://example.org:8443/", "https://example.org:8443"),
        ("http://example.org", "http://example.org"),
        ("192.168.1.5:8080", "http://192.168.1.5:8080"),
        ("localhost:8080/pair/K7QF-93XM", "http://localhost:8080"),
        ("server.local", "http://server.local"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_what_people_paste_is_understood(typed: str, meant: str) -> None:
    assert parse_server(typed) == meant
