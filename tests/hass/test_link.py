"""The link: opened, lost, back, refused, replaced; each told once, and nothing left behind."""

import itertools
import logging
from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.link import socket
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer, wait_until
from tests.hass.conftest import DEVICE, TOKEN, SetUp, change, entry_for, is_linked, state_of, subentry_for

UNAUTHORIZED = {"code": "unauthorized", "message": "unknown token"}


def link_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration says about the link to an owner who reads the log."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.smartpixels.link") and record.levelno >= logging.INFO
    ]


async def test_hello_comes_first_then_the_catalog(entry: MockConfigEntry, server: FakeServer) -> None:
    assert server.tokens == [TOKEN]
    assert [event for event, _ in server.frames[:2]] == ["hello", "catalog"]
    hello = server.got("hello")[0]
    assert (hello["protocol_version"], hello["min_protocol_version"]) == (1, 1)
    assert hello["software_version"] == "0.1.0"


async def test_a_lost_link_comes_back_with_the_whole_truth_and_one_line_each(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    server: FakeServer,
    strip: WledServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await server.stop()
    await wait_until(lambda: not is_linked(hass))
    assert state_of(hass, "binary_sensor.our_house_link").attributes["link"] == "offline"
    assert state_of(hass, "sensor.our_house_viewers").state == "unavailable"
    await change(strip, {"bri": 7})
    await wait_until(lambda: state_of(hass, "light.tree").attributes["brightness"] == 7)
    await server.start()
    await wait_until(lambda: is_linked(hass))
    assert server.last("catalog")["states"][0]["brightness"] == 7
    assert await server.command(DEVICE, {"type": "turn_off"}) == {"ok": True}
    assert link_lines(caplog) == [
        f"Link to {server.url} is lost, trying again: connection lost",
        f"Link to {server.url} is back",
    ]


async def test_every_kick_ends_in_a_new_link(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    for links in range(2, 6):
        await server.kick()
        await wait_until(lambda: len(server.got("catalog")) == links)  # noqa: B023
        await wait_until(lambda: is_linked(hass))


async def test_a_server_that_is_off_at_the_start_is_found_later(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, caplog: pytest.LogCaptureFixture
) -> None:
    await server.stop()
    entry = entry_for(server, subentry_for(strip))
    await set_up(entry)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, "light.tree").state == "on"
    await wait_until(lambda: len(link_lines(caplog)) == 1)
    await server.start()
    await wait_until(lambda: is_linked(hass))
    assert len(link_lines(caplog)) == 2


async def test_a_newer_link_wins_and_the_owner_hears_why(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    server: FakeServer,
    caplog: pytest.LogCaptureFixture,
    issue_registry: ir.IssueRegistry,
) -> None:
    await server.emit("goodbye", {"code": "replaced", "message": "another link uses the token"})
    await wait_until(lambda: issue_registry.async_get_issue("smartpixels", "link_replaced_entry-1"))
    await wait_until(lambda: not server.sids)
    assert state_of(hass, "binary_sensor.our_house_link").attributes["link"] == "refused"
    assert link_lines(caplog) == [f"Link to {server.url} is closed for good: another link uses the token"]
    assert len(server.tokens) == 1

    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: is_linked(hass))
    assert issue_registry.async_get_issue("smartpixels", "link_replaced_entry-1") is None


async def test_the_servers_words_stay_in_one_line_of_the_log(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    await server.emit("goodbye", {"code": "busy", "message": "bye\nERROR all is lost\x1b[31m"})
    await wait_until(lambda: link_lines(caplog))
    assert link_lines(caplog)[0] == f"Link to {server.url} is lost, trying again: bye ERROR all is lost [31m"
    await wait_until(lambda: is_linked(hass))


def reauths(hass: HomeAssistant) -> list[Any]:
    return [flow for flow in hass.config_entries.flow.async_progress() if flow["context"]["source"] == SOURCE_REAUTH]


async def test_a_revoked_token_asks_to_pair_again(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer
) -> None:
    await server.emit("goodbye", {"code": "revoked", "message": "the token was revoked"})
    await wait_until(lambda: reauths(hass))
    assert len(server.tokens) == 1
    assert state_of(hass, "light.tree").state == "on"


async def test_a_token_refused_at_the_door_asks_to_pair_again(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    server.refusal = UNAUTHORIZED
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: reauths(hass))
    assert len(server.tokens) == 1


async def test_a_hello_refused_as_revoked_asks_to_pair_again(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp
) -> None:
    server.answers["hello"] = {"ok": False, "error": {"code": "revoked", "message": "gone"}}
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: reauths(hass))


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": False, "error": {"code": "unsupported_version", "message": "we speak 7 to 9"}},
        {"ok": True, "protocol_version": 9, "min_protocol_version": 7},
    ],
)
async def test_no_version_in_common_is_a_repair_issue_and_tried_again_slowly(
    hass: HomeAssistant,
    server: FakeServer,
    strip: WledServer,
    set_up: SetUp,
    issue_registry: ir.IssueRegistry,
    answer: dict[str, Any],
) -> None:
    server.answers["hello"] = (server.welcome() | answer) if answer["ok"] else answer
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: issue_registry.async_get_issue("smartpixels", "unsupported_version_entry-1"))
    assert state_of(hass, "light.tree").state == "on"
    server.answers.clear()
    await wait_until(lambda: is_linked(hass))
    assert issue_registry.async_get_issue("smartpixels", "unsupported_version_entry-1") is None


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ("hello", {"ok": True}),
        *itertools.product(
            ["hello", "catalog"],
            [None, "ok", {}, {"ok": "yes"}, {"ok": False}, {"ok": False, "error": {"code": 5}}, [1, 2]],
        ),
    ],
)
async def test_a_nonsense_answer_is_tried_again(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, event: str, answer: Any
) -> None:
    server.answers[event] = answer
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: len(server.tokens) >= 3)
    assert not is_linked(hass)
    server.answers.clear()
    await wait_until(lambda: is_linked(hass))


@pytest.mark.parametrize("refusal", [{"code": "busy"}, {"code": 5}, "later", None, {}])
async def test_any_other_refusal_is_tried_again(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, refusal: Any
) -> None:
    server.refusal = refusal or {"code": ""}
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: len(server.tokens) >= 3)
    server.refusal = None
    await wait_until(lambda: is_linked(hass))


async def test_a_server_that_never_answers_is_given_up_and_tried_again(
    hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "CALL_TIMEOUT", 0.1)
    server.mute = True
    await set_up(entry_for(server, subentry_for(strip)))
    await wait_until(lambda: len(server.tokens) >= 2)
    server.mute = False
    await wait_until(lambda: is_linked(hass))


async def test_no_secret_reaches_the_log(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    await server.command(DEVICE, {"type": "turn_off"})
    await server.kick()
    await wait_until(lambda: len(server.got("catalog")) == 2)
    ours = [record.getMessage() for record in caplog.records if "smartpixels" in record.name]
    assert ours
    assert not [line for line in ours if TOKEN in line or "Gentle Otter" in line]


async def test_unloading_ends_the_link(hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    await wait_until(lambda: not server.sids)
    assert len(server.tokens) == 1


async def test_unloading_while_a_command_runs_leaves_nothing_behind(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    calls: list[Event] = []
    hass.bus.async_listen("call_service", calls.append)
    strip.set_faults({"fail": "hang"})
    for number in range(3):
        action = {"type": "set_brightness", "brightness": number + 1}
        await server.emit("device_command", server.wish(DEVICE, action))
    await wait_until(lambda: calls)
    assert await hass.config_entries.async_unload(entry.entry_id)
    strip.set_faults({"fail": None})


async def test_two_locations_live_side_by_side(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, set_up: SetUp
) -> None:
    other = MockConfigEntry(
        domain="smartpixels",
        title="Cottage",
        unique_id="location-2",
        data={"server": server.url, "token": "other", "location_id": "location-2", "slug": "cottage"},
    )
    await set_up(other)
    await wait_until(lambda: state_of(hass, "binary_sensor.cottage_link").state == "on")
    assert is_linked(hass)
    assert set(server.tokens) == {TOKEN, "other"}
