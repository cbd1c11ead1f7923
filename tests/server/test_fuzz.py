"""A hostile client with a lot of imagination: the server goes on."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartpixels_server.protocol.codec import decode
from smartpixels_server.protocol.errors import MalformedMessage
from smartpixels_server.protocol.messages import TO_LOCATION, TO_SERVER
from smartpixels_server.realtime.packet import StrictPacket
from tests.fakes.raw import RawPeer
from tests.server.running import Running

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
EVENTS = st.sampled_from(["join", "viewer_command", "hello", "catalog", "device_state", "connect", "frame"]) | st.text(
    max_size=6
)
PACKETS = (
    st.text(max_size=40)
    | st.from_regex(r"4[0-9](-?[0-9]{0,3}-)?(/viewer|/location|/)?,?[0-9]{0,3}[\[{\"].{0,30}", fullmatch=True)
    | st.builds(lambda event, args: "42/viewer,1" + json.dumps([event, *args]), EVENTS, st.lists(JSON, max_size=2))
    | st.builds(lambda event, args: "42/location," + json.dumps([event, *args]), EVENTS, st.lists(JSON, max_size=2))
    | st.builds(lambda auth: "40/location," + json.dumps(auth), JSON)
)


@given(text=PACKETS)
@settings(max_examples=300, deadline=None)
def test_no_packet_raises(text: str) -> None:
    packet = StrictPacket(encoded_packet=text)  # type: ignore[call-arg]
    assert packet.packet_type in range(4)


@given(payload=JSON)
@settings(max_examples=100, deadline=None)
def test_no_payload_raises_anything_else(payload: Any) -> None:
    for kind in TO_SERVER + TO_LOCATION:
        try:
            decode(kind, payload)
        except MalformedMessage:
            continue


@pytest.fixture
async def watched(server: Running, caplog: pytest.LogCaptureFixture) -> AsyncGenerator[Running]:
    await server.new_location()
    yield server
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


async def test_a_storm_of_nonsense_disturbs_nobody(watched: Running) -> None:
    @given(packets=st.lists(PACKETS | st.binary(max_size=20), min_size=1, max_size=12))
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def storms(packets: list[str | bytes]) -> None:
        found.append(packets)

    found: list[list[str | bytes]] = []
    await asyncio.to_thread(storms)
    bystander = await watched.view()
    for packets in found:
        await _send(watched.url, packets)
    assert (await bystander.join())["ok"]


async def _send(url: str, packets: list[str | bytes]) -> None:
    async with RawPeer.connect(url, "/viewer") as peer:
        try:
            for packet in packets:
                if isinstance(packet, str):
                    await peer.socket.send_str(packet.encode(errors="replace").decode())
                else:
                    await peer.socket.send_bytes(packet)
        except aiohttp.ClientConnectionResetError:
            pass
