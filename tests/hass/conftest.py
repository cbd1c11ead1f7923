"""A Home Assistant in the process, a fake server and simulated strips, all on real sockets of this machine."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant, State
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

# Imported here, before the test plugin looks for its own `custom_components`.
import custom_components.smartpixels  # noqa: F401
from custom_components.smartpixels.link import connection
from smartpixels_simulator.wled import WledConfig, WledController, WledServer
from tests.fakes.server import FakeServer, wait_until

TOKEN = "token-of-our-house"
DEVICE = "tree-subentry"

type SetUp = Callable[[MockConfigEntry], Awaitable[None]]
type StartStrip = Callable[..., Awaitable[WledServer]]


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None, enable_custom_integrations: None) -> None:
    """Let tests talk to 127.0.0.1 and Home Assistant find the integration."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long before trying again, neither the link nor the WLED library."""
    monkeypatch.setattr(random, "uniform", lambda low, _high: low)
    monkeypatch.setattr(connection, "FIRST_DELAY", 0.02)
    monkeypatch.setattr(connection, "LONGEST_DELAY", 0.1)
    monkeypatch.setattr(connection, "INCOMPATIBLE_DELAY", 0.3)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    server = FakeServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def start_strip() -> AsyncIterator[StartStrip]:
    """Start a simulated WLED controller."""
    strips: list[WledServer] = []

    async def start(*, on_port: int = 0, **config: Any) -> WledServer:
        settings: dict[str, Any] = {"name": "Tree", "leds": 10} | config
        strip = WledServer(WledController(WledConfig(**settings)), port=on_port)
        await strip.start()
        strips.append(strip)
        return strip

    yield start
    for strip in strips:
        await strip.stop()
    for handle in get_scheduled_timer_handles(asyncio.get_running_loop()):
        if "WebSocketResponse._send_heartbeat" in repr(handle):  # aiohttp forgets it when a connection is cut.
            handle.cancel()


@pytest.fixture
async def strip(start_strip: StartStrip) -> WledServer:
    return await start_strip()


def subentry_for(strip: WledServer, *, host: str = "", **changes: Any) -> ConfigSubentryDataWithId:
    """Return a strip as the owner's flows would store it; `changes` are about its exposure."""
    said = {
        "kind": "light",
        "exposed": True,
        "name_en": "Christmas tree",
        "name_pl": "Choinka",
        "actions": ["turn_on", "turn_off", "set_color", "set_brightness", "set_effect"],
    }
    return ConfigSubentryDataWithId(
        data={
            "host": host or f"127.0.0.1:{strip.port}",
            "mac": strip.controller.config.mac_address,
            "exposure": {"": said | changes},
        },
        subentry_id=DEVICE,
        subentry_type="wled",
        title=strip.name,
        unique_id=strip.controller.config.mac_address,
    )


def entry_for(
    server: FakeServer, *subentries: ConfigSubentryDataWithId, options: dict[str, Any] | None = None
) -> MockConfigEntry:
    return MockConfigEntry(
        domain="smartpixels",
        title="Our house",
        unique_id="location-1",
        entry_id="entry-1",
        minor_version=2,
        data={"server": server.url, "token": TOKEN, "location_id": "location-1", "slug": "our-house"},
        subentries_data=subentries,
        options=options,
    )


@pytest.fixture
async def set_up(hass: HomeAssistant, server: FakeServer, start_strip: StartStrip) -> AsyncIterator[SetUp]:
    """Set an entry up; unload all before the server and the strips stop."""

    async def set_up(entry: MockConfigEntry) -> None:
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()

    yield set_up
    for entry in hass.config_entries.async_loaded_entries("smartpixels"):
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def entry(hass: HomeAssistant, server: FakeServer, strip: WledServer, set_up: SetUp) -> MockConfigEntry:
    """A location with one exposed strip, set up, linked and pushed to."""
    entry = entry_for(server, subentry_for(strip))
    await set_up(entry)
    await wait_until(lambda: is_linked(hass), "the link is open")
    await wait_until(lambda: strip.summary()["clients"] == 1, "the strip pushes")
    return entry


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def is_linked(hass: HomeAssistant) -> bool:
    state = hass.states.get("binary_sensor.our_house_link")
    return state is not None and state.state == "on"


def colors(strip: WledServer) -> list[Any]:
    return [tuple(pixel) for pixel in strip.picture()["pixels"]]


async def change(strip: WledServer, state: dict[str, Any]) -> None:
    """Change the strip as somebody with WLED's own app would."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{strip.port}/json/state", json=state) as response,
    ):
        response.raise_for_status()
