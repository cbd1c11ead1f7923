"""Actions about a location: pause, resume, announce, ban."""

from datetime import UTC, datetime, timedelta
from typing import Any

import probatio
import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, is_linked, state_of
from tests.hass.test_commands import OFF, code


async def act(hass: HomeAssistant, action: str, **data: Any) -> Any:
    data = {"config_entry_id": "entry-1"} | data
    return await hass.services.async_call("smartpixels", action, data, blocking=True, return_response=True)


async def test_a_pause_has_a_reason_and_an_end(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    answer = await act(hass, "pause", reason="Dinner", duration={"minutes": 30})
    assert answer["mode"] == "paused"
    await wait_until(lambda: server.got("sharing_state"))
    told = server.last("sharing_state")
    assert (told["mode"], told["reason"]) == ("paused", "Dinner")
    until = datetime.fromisoformat(told["next_change"])
    assert timedelta(minutes=29) < until - datetime.now(UTC) <= timedelta(minutes=30)
    refused = await server.command(DEVICE, OFF)
    assert code(refused) == "paused"
    assert 1_700_000 < refused["error"]["retry_after_ms"] <= 1_800_000
    assert state_of(hass, "select.our_house_sharing_mode").state == "paused"
    assert state_of(hass, "switch.our_house_open_for_viewers").state == "off"
    assert state_of(hass, "sensor.our_house_sharing_now").attributes["reason"] == "Dinner"
    assert await act(hass, "resume") == {"mode": "open"}
    await wait_until(lambda: server.last("sharing_state") == {"mode": "open"})
    assert await server.command(DEVICE, OFF) == {"ok": True}


async def test_a_pause_without_an_end_outlives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await act(hass, "pause", reason="Away")
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass))
    assert server.last("catalog")["sharing"] == {"mode": "paused", "reason": "Away"}


async def test_a_line_is_announced_and_said_again_after_a_new_link(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await server.emit("audience", {"watching": 3, "acting": 0})
    await wait_until(lambda: state_of(hass, "sensor.our_house_viewers").state == "3")
    assert await act(hass, "announce", text="Happy New Year!") == {"watching": 3}
    await wait_until(lambda: server.got("announcement") == [{"text": "Happy New Year!"}])
    assert "announcements" in server.last("catalog")["leaves"]
    await server.kick()
    await wait_until(lambda: len(server.got("announcement")) == 2, "said again")
    await act(hass, "announce", text="")
    await wait_until(lambda: server.last("announcement") == {"text": ""})
    assert "announcements" not in server.last("catalog")["leaves"]


async def test_nothing_is_announced_without_a_link(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await server.stop()
    await wait_until(lambda: not is_linked(hass))
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "announce", text="Anybody?")
    assert raised.value.translation_key == "not_linked"


async def test_a_banned_viewer_is_refused_until_let_in_again(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    assert await server.command(DEVICE, OFF) == {"ok": True}
    answer = await act(hass, "ban_viewer", duration={"hours": 1}, reason="Too much")
    assert (answer["viewer_id"], answer["handle"]) == ("viewer-1", "Gentle Otter")
    assert code(await server.command(DEVICE, OFF)) == "banned"
    other = {"viewer_id": "viewer-2", "handle": "Quiet Fox"}
    assert await server.command(DEVICE, {"type": "turn_on"}, viewer=other) == {"ok": True}
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: len(server.got("catalog")) == 2 and is_linked(hass))
    assert code(await server.command(DEVICE, OFF)) == "banned"
    assert (await act(hass, "unban_viewer", viewer="gentle otter"))["viewer_id"] == "viewer-1"
    assert await server.command(DEVICE, OFF) == {"ok": True}
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "unban_viewer", viewer="viewer-1")
    assert raised.value.translation_key == "not_banned"


async def test_a_viewer_can_be_banned_by_id_for_good(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    answer = await act(hass, "ban_viewer", viewer="viewer-1")
    assert answer == {"viewer_id": "viewer-1", "handle": "viewer-1", "until": None}
    assert code(await server.command(DEVICE, OFF)) == "banned"


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("ban_viewer", {}, "no_viewer"),
        ("ban_viewer", {"viewer": "Nobody Ever"}, "unknown_viewer"),
        ("unban_viewer", {"viewer": "Nobody Ever"}, "unknown_viewer"),
        ("pause", {"config_entry_id": "another"}, "unknown_location"),
    ],
)
async def test_what_cannot_be_done_says_why(
    hass: HomeAssistant, entry: MockConfigEntry, action: str, data: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, action, **data)
    assert raised.value.translation_key == key


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("pause", {"reason": "x" * 201}),
        ("announce", {"text": "x" * 141}),
        ("announce", {}),
        ("ban_viewer", {"viewer": ""}),
        ("unban_viewer", {}),
        ("resume", {"more": 1}),
    ],
)
async def test_bad_input_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, action, **data)


async def test_a_location_that_is_not_loaded_says_so(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "pause")
    assert raised.value.translation_key == "not_loaded"
    await hass.config_entries.async_setup(entry.entry_id)


async def test_the_button_opens_a_fresh_link(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    button = {"entity_id": "button.our_house_reconnect"}
    await hass.services.async_call("button", "press", button, blocking=True)
    await wait_until(lambda: len(server.got("hello")) == 2 and is_linked(hass))
    server.refusal = {"code": "revoked", "message": "no"}
    await server.kick()
    await wait_until(lambda: state_of(hass, "binary_sensor.our_house_link").attributes["link"] == "refused")
    server.refusal = None
    await hass.services.async_call("button", "press", button, blocking=True)
    await wait_until(lambda: is_linked(hass), "the entry was set up anew")
