"""Frames that no proper client sends: each is answered or dropped, nothing else is disturbed."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from smartpixels_server.realtime import peer as peer_module
from smartpixels_server.realtime import transport
from tests.fakes.raw import RawPeer
from tests.server.running import Running, until

HELLO = {"protocol_version": 1, "min_protocol_version": 1, "software": "raw", "software_version": "1"}


@pytest.fixture
async def house(server: Running) -> AsyncGenerator[RawPeer]:
    _, token = await server.new_location()
    async with RawPeer.connect(server.url, "/location", auth={"token": token}) as peer:
        assert (await peer.call("hello", HELLO))["ok"]
        yield peer


@pytest.fixture
async def viewer(server: Running, house: RawPeer) -> AsyncGenerator[RawPeer]:
    async with RawPeer.connect(server.url, "/viewer") as peer:
        assert (await peer.call("join", {"location": "our-house"}))["ok"]
        yield peer


@pytest.fixture(params=["/location", "/viewer"])
def peer(request: pytest.FixtureRequest, house: RawPeer, viewer: RawPeer) -> RawPeer:
    return house if request.param == "/location" else viewer


@pytest.fixture(autouse=True)
def no_errors_logged(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "{}",
        "null",
        "[]",
        "[17]",
        "[null,{}]",
        '[["join"],{}]',
        '[{"join":1},{}]',
        '["join"',
        pytest.param("[" * 5000, id="deep"),
        '["join",NaN]',
        '["join",{"location":"\\ud83c"}]',
    ],
)
async def test_what_is_not_an_event_is_malformed(peer: RawPeer, text: str) -> None:
    answer = await peer.call_text(text)
    assert answer["error"]["code"] == "malformed"


@pytest.mark.parametrize("event", ["nothing", "connect", "disconnect", "frame", "*", "__class__", ""])
async def test_unknown_events_are_answered_so(peer: RawPeer, event: str) -> None:
    answer = await peer.call(event, {})
    assert answer["error"]["code"] == "unknown_event"


LOCATION_FRAMES: list[tuple[str, Any]] = [
    ("hello", {}),
    ("hello", {**HELLO, "protocol_version": "1"}),
    ("catalog", {"revision": 1, "devices": {}, "sharing": {"mode": "open"}}),
    ("catalog", {"revision": 1, "devices": [], "sharing": {"mode": "ajar"}}),
    ("catalog", {"revision": 1, "devices": [{"device_id": "a b"}], "sharing": {"mode": "open"}}),
    ("device_state", {"device_id": "tree", "seq": 1.5, "available": True}),
    ("device_state", {"device_id": "tree", "seq": 1, "available": True, "rgb": [256, 0, 0]}),
    ("sharing_state", {"mode": "open", "next_change": "2026-12-06T17:00:00"}),
    ("sharing_state", []),
    ("sharing_state", None),
]
VIEWER_FRAMES: list[tuple[str, Any]] = [
    ("join", {}),
    ("join", {"location": ["our-house"]}),
    ("join", {"location": "our-house", "language": "de"}),
    ("viewer_command", {"command_id": "short", "device_id": "tree", "action": {"type": "turn_on"}}),
    ("viewer_command", {"command_id": "command-1", "device_id": "tree", "action": "turn_on"}),
    ("viewer_command", {"command_id": "command-1", "device_id": "tree", "action": {"type": "light.turn_on"}}),
    ("viewer_command", {"command_id": "command-1", "device_id": "tree", "action": {"type": "set_color"}}),
    ("viewer_command", {"command_id": "command-1", "device_id": "tree", "action": {"type": "set_color", "rgb": 1}}),
]


@pytest.mark.parametrize(("event", "payload"), LOCATION_FRAMES)
async def test_wrong_shapes_of_a_location_are_malformed(house: RawPeer, event: str, payload: Any) -> None:
    answer = await house.call(event, payload)
    assert answer["error"]["code"] == "malformed"


@pytest.mark.parametrize(("event", "payload"), VIEWER_FRAMES)
async def test_wrong_shapes_of_a_viewer_are_malformed(viewer: RawPeer, event: str, payload: Any) -> None:
    answer = await viewer.call(event, payload)
    assert answer["error"]["code"] == "malformed"


async def test_deep_nesting_is_malformed(viewer: RawPeer) -> None:
    answer = await viewer.call_text('["join",' + "[" * 5000 + "]" * 5000 + "]")
    assert answer["error"]["code"] == "malformed"


async def test_an_event_carries_one_object(viewer: RawPeer) -> None:
    assert (await viewer.call("join"))["error"]["code"] == "malformed"
    assert (await viewer.call("join", {"location": "our-house"}, 1))["error"]["code"] == "malformed"


async def test_unknown_fields_are_ignored(viewer: RawPeer) -> None:
    assert (await viewer.call("join", {"location": "our-house", "color": "blue"}))["ok"]


async def test_a_large_frame_is_too_large(peer: RawPeer) -> None:
    answer = await peer.call("nothing", {"text": "x" * 17_000})
    assert answer["error"]["code"] == "too_large"


async def test_bytes_count_not_characters(peer: RawPeer) -> None:
    answer = await peer.call_text(f'["nothing",{{"text":"{"ż" * 9_000}"}}]')
    assert answer["error"]["code"] == "too_large"


async def test_a_catalog_may_be_larger(house: RawPeer) -> None:
    catalog = {"revision": 1, "devices": [], "sharing": {"mode": "open"}, "future": "x" * 200_000}
    assert (await house.call("catalog", catalog))["ok"]
    answer = await house.call("catalog", {**catalog, "future": "x" * 262_300})
    assert answer["error"]["code"] == "too_large"


async def test_a_viewer_has_no_large_catalog(viewer: RawPeer) -> None:
    answer = await viewer.call("catalog", {"future": "x" * 17_000})
    assert answer["error"]["code"] == "too_large"


async def test_a_message_beyond_every_limit_ends_the_connection(viewer: RawPeer) -> None:
    await viewer.socket.send_str("42/viewer," + "x" * 300_000)
    assert await viewer.ended()


async def test_binary_attachments_are_refused(peer: RawPeer) -> None:
    await peer.socket.send_str(f'451-{peer.namespace},99["join",{{"_placeholder":true,"num":0}}]')
    await peer.socket.send_bytes(b"\x00\x01")
    assert (await peer.answer(99))["error"]["code"] == "malformed"
    assert (await peer.call("nothing", {}))["error"]["code"] == "unknown_event"


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "x",
        "9",
        "2probe",
        "5",
        "6",
        "4",
        "47",
        "4x",
        '4{"a":1}',
        '4"text"',
        "b4AAAA",
        "3",
        "43/viewer,[]",
        "43/viewer,0[]",
        "43/viewer,7[]",
        '43/viewer,7{"a":1}',
        "43/viewer,7",
        "44/viewer,{}",
        "40/viewer,",
        "40/viewer,[1]",
        "40/nowhere,",
        '42/nowhere,1["join",{}]',
        '42["join",{}]',
        '42/viewer,99999999999999999999999["join",{}]',
        '42/location,1["hello",{}]',
        "41/nowhere,",
        "40/location,{}",
        '40/location,{"token":17}',
        '40/location,{"token":"\\ud800"}',
        '40/location,{"token":"x"}',
    ],
)
async def test_odd_packets_disturb_nothing(viewer: RawPeer, packet: str) -> None:
    await viewer.socket.send_str(packet)
    assert (await viewer.call("nothing", {}))["error"]["code"] == "unknown_event"


async def test_binary_messages_disturb_nothing(viewer: RawPeer) -> None:
    await viewer.socket.send_bytes(b"\xff" * 100)
    assert (await viewer.call("nothing", {}))["error"]["code"] == "unknown_event"


async def test_thirty_bad_frames_within_a_minute_end_the_connection(peer: RawPeer) -> None:
    for _ in range(transport.BAD_FRAMES):
        assert (await peer.call_text("?"))["error"]["code"] == "malformed"
    assert await peer.ended()


async def test_thirty_unknown_events_do_not(peer: RawPeer) -> None:
    for _ in range(transport.BAD_FRAMES + 1):
        assert (await peer.call("nothing", {}))["error"]["code"] == "unknown_event"


async def test_thirty_binary_messages_end_the_connection(viewer: RawPeer) -> None:
    for _ in range(transport.BAD_FRAMES):
        await viewer.socket.send_bytes(b"x")
    assert await viewer.ended()


async def test_an_idle_connection_ends(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "IDLE_SECONDS", 0.1)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.url}/socket.io/?EIO=4&transport=websocket") as socket,
    ):
        await socket.receive_str()
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_a_used_connection_stays(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "IDLE_SECONDS", 0.1)
    async with RawPeer.connect(server.url, "/viewer") as peer:
        with pytest.raises(TimeoutError):
            await until(lambda: peer.socket.closed, seconds=0.3)
        assert (await peer.call("nothing", {}))["error"]["code"] == "unknown_event"


async def test_a_viewer_that_does_not_read_is_let_go(
    server: Running, house: RawPeer, viewer: RawPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "BACKLOG", 4)
    monkeypatch.setattr(transport, "STRANGER_POINTS", 1_000_000)
    bystander = await server.view()
    device = {"device_id": "tree", "kind": "light", "name": {"en": "Tree"}, "actions": [], "effects": ["x" * 64] * 300}
    devices = [{**device, "device_id": f"tree-{number}"} for number in range(10)]
    catalog = {"revision": 1, "devices": devices, "sharing": {"mode": "open"}}
    async with asyncio.timeout(20):
        while (await bystander.join())["audience"]["watching"] > 1:
            assert (await house.call("catalog", catalog))["ok"]
    assert not bystander.disconnected


def _origin(origin: str) -> dict[str, str]:
    return {"Origin": origin}


@pytest.mark.parametrize("query", ["EIO=4&transport=polling", "EIO=3&transport=websocket", "transport=websocket", ""])
async def test_only_websocket_is_served(http: aiohttp.ClientSession, query: str) -> None:
    async with http.get(f"/socket.io/?{query}") as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "malformed"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "://", "127.0.0.1"])
async def test_a_page_of_another_origin_is_refused(http: aiohttp.ClientSession, origin: str) -> None:
    path = "/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(path, headers=_origin(origin))
    assert refused.value.status == 401


async def test_the_own_page_and_the_public_address_may_connect(server: Running, http: aiohttp.ClientSession) -> None:
    for origin in (server.url, server.settings.public_url):
        async with http.ws_connect("/socket.io/?EIO=4&transport=websocket", headers=_origin(origin)) as socket:
            assert json.loads((await socket.receive_str())[1:])["sid"]


async def test_compression_is_never_negotiated(http: aiohttp.ClientSession) -> None:
    async with http.ws_connect("/socket.io/?EIO=4&transport=websocket", compress=15) as socket:
        assert socket.compress == 0
