"""Knowing a unit, and knowing when it is not the one that is meant."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from custom_components.smartpixels.drivers import espeasy
from custom_components.smartpixels.drivers.errors import (
    BadAnswerError,
    CommandRefusedError,
    DriverError,
    NotRecognizedError,
    UnauthorizedError,
    UnreachableError,
    WrongDeviceError,
)
from custom_components.smartpixels.drivers.espeasy import Credentials, EspEasy, Pin
from custom_components.smartpixels.drivers.espeasy_outputs import Relay
from smartpixels_simulator.espeasy import EspEasyConfig, EspEasyServer
from tests.drivers.conftest import WHO, StartUnit, TurnedClock, address, listening, serve

MAC = "02a1b2c3d4e5"


@pytest.fixture
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeasy, "_TIMEOUT", 0.3)


@pytest.fixture
def unit(device: EspEasyServer, session: aiohttp.ClientSession) -> EspEasy:
    return EspEasy(address(device), session=session, mac=MAC)


@pytest.mark.usefixtures("_impatience")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fail": "drop"}, UnreachableError),
        ({"fail": "hang"}, UnreachableError),
        ({"delay_ms": 2000}, UnreachableError),
        ({"power": "off"}, UnreachableError),
        ({"fail": "garbage"}, BadAnswerError),
        ({"fail": "http500"}, BadAnswerError),
        ({"fail": "empty"}, NotRecognizedError),
    ],
)
async def test_names_what_is_wrong(
    device: EspEasyServer, unit: EspEasy, fault: dict[str, object], error: type[DriverError]
) -> None:
    device.set_faults(fault)
    with pytest.raises(error):
        await unit.identify()
    with pytest.raises(error):
        await unit.command("GPIO", 12, 1)
    assert device.commands == []


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(text="<html>router</html>", content_type="text/html"),
        web.Response(text="[1, 2]", content_type="application/json"),
        web.Response(text='{"state": {}, "info": {}}', content_type="application/json"),
        web.Response(
            text='{"System": {"Unit Name": "x"}, "WiFi": {"STA MAC": "soon"}}', content_type="application/json"
        ),
        web.Response(text='{"System": 1, "WiFi": []}', content_type="application/json"),
        web.Response(status=404),
        web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
    ],
)
async def test_tells_a_stranger_from_a_unit(session: aiohttp.ClientSession, answer: web.Response) -> None:
    async def handle(_request: web.Request) -> web.Response:
        return answer

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with listening(app) as url:
        with pytest.raises(NotRecognizedError):
            await EspEasy(url, session=session).identify()


async def test_what_does_not_speak_http_is_no_unit(session: aiohttp.ClientSession) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        await writer.drain()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    url = URL.build(scheme="http", host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    with pytest.raises(NotRecognizedError):
        await EspEasy(url, session=session).identify()
    server.close()


async def test_nobody_at_the_address(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    url = URL.build(scheme="http", host="127.0.0.1", port=unused_tcp_port)
    with pytest.raises(UnreachableError):
        await EspEasy(url, session=session).identify()


async def test_asks_for_the_password(start_unit: StartUnit, session: aiohttp.ClientSession) -> None:
    async with start_unit(EspEasyConfig(name="Porch", password="sesame")) as server:
        with pytest.raises(UnauthorizedError):
            await EspEasy(address(server), session=session).identify()
        wrong = Credentials(password="wrong")
        with pytest.raises(UnauthorizedError):
            await EspEasy(address(server), session=session, credentials=wrong).identify()
        right = Credentials(password="sesame")
        assert (await EspEasy(address(server), session=session, credentials=right).identify()).name == "Porch"


async def test_ip_filter(device: EspEasyServer, unit: EspEasy) -> None:
    device.blocked = "127.0.0.1"
    with pytest.raises(UnauthorizedError, match="client IP filtering"):
        await unit.identify()


@pytest.mark.parametrize(
    "command", [("GPIO", 99, 1), ("NeoPixelAll", 1, 2, 3), ("FactoryReset",), ("GPIO", 1, 2, 3, 4)]
)
async def test_says_what_the_unit_refused(unit: EspEasy, command: tuple[str | int, ...]) -> None:
    with pytest.raises(CommandRefusedError):
        await unit.command(*command)


async def test_a_swapped_unit_is_never_controlled(start_unit: StartUnit, session: aiohttp.ClientSession) -> None:
    async with start_unit(EspEasyConfig(name="Porch", mac="0200000000ff")) as other:
        unit = EspEasy(address(other), session=session, mac=MAC)
        with pytest.raises(WrongDeviceError, match="0200000000ff"):
            await unit.command("GPIO", 12, 1)
        with pytest.raises(WrongDeviceError):
            await unit.identify()
        assert other.commands == []


async def test_a_unit_swapped_during_a_fault_is_never_controlled(
    device: EspEasyServer, unit: EspEasy, start_unit: StartUnit
) -> None:
    await unit.command_pin("GPIO", 12, 1)
    await device.stop()
    with pytest.raises(UnreachableError):
        await unit.command("GPIO", 12, 0)
    async with start_unit(EspEasyConfig(name="Porch", mac="0200000000ff")) as other:
        unit.url = address(other)
        with pytest.raises(WrongDeviceError):
            await unit.command("GPIO", 12, 0)
        assert other.commands == []


@pytest.mark.parametrize("texts", [{"/json": "{}"}, {"/json": WHO, "/control": "<html>"}, {"/json": "{"}])
async def test_after_a_strange_answer_the_unit_is_asked_again(
    device: EspEasyServer, unit: EspEasy, start_unit: StartUnit, texts: dict[str, str]
) -> None:
    await unit.identify()
    async with serve(texts) as unit.url:
        with pytest.raises((NotRecognizedError, BadAnswerError)):
            await (unit.command("GPIO", 12, 1) if "/control" in texts else unit.identify())
    async with start_unit(EspEasyConfig(name="Porch", mac="0200000000ff")) as other:
        unit.url = address(other)
        with pytest.raises(WrongDeviceError):
            await unit.command("GPIO", 12, 1)
        assert other.commands == device.commands == []


async def test_a_unit_swapped_in_silence_is_never_controlled(
    unit: EspEasy, start_unit: StartUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeasy, "_IDENTITY_HOLDS", 0.0)
    await unit.identify()
    async with start_unit(EspEasyConfig(name="Porch", mac="0200000000ff")) as other:
        unit.url = address(other)
        with pytest.raises(WrongDeviceError):
            await unit.command("GPIO", 12, 1)
        assert other.commands == []


async def test_knows_a_unit(unit: EspEasy, device: EspEasyServer) -> None:
    device.unit.run("GPIO,4,1")
    known = await unit.identify()
    assert (known.mac, known.name, known.build) == (MAC, "Porch", "mega-20241019")
    assert known.values == {"Button": {"State": 1}}


async def test_a_name_that_looks_like_a_number_stays_a_name(
    start_unit: StartUnit, session: aiohttp.ClientSession
) -> None:
    async with start_unit(EspEasyConfig(name="42")) as server:
        assert (await EspEasy(address(server), session=session).identify()).name == "42"


async def test_counts_starts(unit: EspEasy, device: EspEasyServer, clock: TurnedClock) -> None:
    clock.seconds = 600
    await unit.identify()
    device.set_faults({"reboot": True})
    await unit.identify()
    assert unit.starts == 1


async def test_reads_a_pin(unit: EspEasy) -> None:
    assert await unit.pin(12) is None
    assert await unit.command_pin("PWM", 12, 300) == Pin(mode="PWM", state=300)
    assert await unit.pin(12) == Pin(mode="PWM", state=300)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ('{"pin": 5, "mode": "output", "state": 1}', BadAnswerError),
        ('{"pin": 12, "mode": "output", "state": "on"}', BadAnswerError),
        ('{"pin": 12, "mode": "output"}', BadAnswerError),
        ('{"pin": 12, "mode": "out', BadAnswerError),
        ("[" * 100_000, BadAnswerError),
        ("", BadAnswerError),
        ("OK", BadAnswerError),
        ('{"pin": 12, "mode": "offline", "state": -1}', CommandRefusedError),
        ('{"pin": 12, "mode": "output", "state": 0}', CommandRefusedError),
    ],
)
async def test_only_the_wanted_level_confirms(
    session: aiohttp.ClientSession, answer: str, error: type[DriverError]
) -> None:
    async with serve({"/json": WHO, "/control": answer}) as url:
        with pytest.raises(error):
            await Relay(EspEasy(url, session=session), 12).switch(on=True)


async def test_an_answer_without_end_is_cut(session: aiohttp.ClientSession) -> None:
    async with serve({"/json": "{" + " " * 500_000}) as url:
        with pytest.raises(NotRecognizedError, match="too long"):
            await EspEasy(url, session=session).identify()
