"""The simulated ESPEasy unit answers as the firmware's documents and sources say."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from smartpixels_simulator.espeasy import EspEasyConfig, EspEasyServer, EspEasyUnit
from tests.simulator.conftest import TurnedClock


@pytest.fixture
def unit(clock: TurnedClock) -> EspEasyUnit:
    return EspEasyUnit(EspEasyConfig(name="Porch", mac="02a1b2c3d4e5"), clock=clock)


@pytest.fixture
async def device(unit: EspEasyUnit) -> AsyncIterator[EspEasyServer]:
    server = EspEasyServer(unit)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http(device: EspEasyServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{device.port}") as session:
        yield session


def ran(unit: EspEasyUnit, line: str) -> dict[str, Any]:
    answer = unit.run(line)
    assert answer.json
    report: dict[str, Any] = json.loads(answer.text)
    return report


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Nonsense,1", "Command unknown: Nonsense,1"),
        ("NeoPixelAll,1,2,3", "Command unknown: NeoPixelAll,1,2,3"),
        ("nfx,all,ff0000", "Command unknown: nfx,all,ff0000"),
        ("GPIO,1,1,1", "Too many arguments, try using quotes!"),
        ("GPIO,17,1", "\nFailed"),
        ("GPIO,-1,1", "\nFailed"),
        ("PWM,99,1", "\nFailed"),
        ("LongPulse_mS,99,1,1", "\nFailed"),
        ("Status,MCP,1", "\nFailed"),
        ("Status,GPIO,99", "\nFailed"),
        ("Status", "\nFailed"),
        ("FactoryReset", "Command not allowed from this source!Command unknown: FactoryReset"),
    ],
)
def test_refusals(unit: EspEasyUnit, line: str, text: str) -> None:
    answer = unit.run(line)
    assert (answer.text, answer.json) == (text, False)
    assert unit.pins() == {}


def test_a_pin_that_nobody_set_has_no_status(unit: EspEasyUnit) -> None:
    answer = unit.run("Status,GPIO,12")
    assert (answer.text, answer.json) == ("", True)


def test_gpio(unit: EspEasyUnit) -> None:
    expected = {"log": "port#12: set to 1", "plugin": 1, "pin": 12, "mode": "output", "state": 1}
    assert ran(unit, "gpio,12,1") == expected
    assert ran(unit, "Status,GPIO,12") == expected | {"log": ""}
    assert ran(unit, "GPIO,12,2")["mode"] == "input pullup"
    assert ran(unit, "GPIO,12")["state"] == 0


def test_pwm(unit: EspEasyUnit) -> None:
    expected = {"log": "GPIO: 12 duty: 512", "plugin": 1, "pin": 12, "mode": "PWM", "state": 512}
    assert ran(unit, "PWM,12,512,0,1000") == expected
    assert unit.lights() == [(127, 127, 127)]


def test_a_pulse_ends_by_itself(unit: EspEasyUnit, clock: TurnedClock) -> None:
    assert ran(unit, "LongPulse_mS,12,1,500")["state"] == 1
    clock.seconds = 0.5
    assert ran(unit, "Status,GPIO,12")["state"] == 0


def test_switching_off_during_a_pulse_stays_off(unit: EspEasyUnit, clock: TurnedClock) -> None:
    unit.run("LongPulse_mS,12,1,500")
    unit.run("GPIO,12,0")
    clock.seconds = 0.5
    assert ran(unit, "Status,GPIO,12")["state"] == 0


def test_neopixel() -> None:
    unit = EspEasyUnit(EspEasyConfig(name="Strip", pixels=4))
    assert unit.run("NeoPixelAll,1,2,3").text == "\nOK"
    unit.run("NeoPixelLine,2,3,9,9,9")
    unit.run("NeoPixel,4,0,0,0,50")
    assert unit.lights() == [(1, 2, 3), (9, 9, 9), (9, 9, 9), (50, 50, 50)]
    assert unit.run("NeoPixelDance").text == "Command unknown: NeoPixelDance"


def test_neopixel_fx() -> None:
    unit = EspEasyUnit(EspEasyConfig(name="Strip", pixels=2, fx=True))
    assert ran(unit, "nfx,all,00FF00")["rgb"] == "00ff00"
    assert unit.lights() == [(0, 255, 0)] * 2
    assert ran(unit, "NeoPixelFX,statusrequest")["mode"] == "on"
    assert ran(unit, "nfx,off")["mode"] == "off"
    assert unit.lights() == [(0, 0, 0)] * 2
    assert ran(unit, "nfx,dance") == {"plugin": 128, "log": "NeoPixelBus: unknown subcommand: dance"}


def test_reboot_forgets(unit: EspEasyUnit, clock: TurnedClock) -> None:
    unit.run("GPIO,12,1")
    clock.seconds = 600
    assert unit.report()["System"]["Uptime"] == 10
    unit.reboot()
    assert unit.report()["System"]["Uptime"] == 0
    assert unit.pins() == {}


async def test_json(http: aiohttp.ClientSession) -> None:
    async with http.get("/json") as response:
        report = await response.json()
    assert report["System"]["Unit Name"] == "Porch"
    assert report["WiFi"]["STA MAC"] == "02:A1:B2:C3:D4:E5"
    async with http.get("/json?view=sensorupdate") as response:
        assert set(await response.json()) == {"Sensors", "TTL"}


async def test_control(http: aiohttp.ClientSession, device: EspEasyServer) -> None:
    async with http.get("/control", params={"cmd": "GPIO,12,1"}) as response:
        assert response.content_type == "application/json"
        assert (await response.json())["state"] == 1
    async with http.get("/control", params={"cmd": "<b>"}) as response:
        assert (response.content_type, await response.text()) == ("text/html", "Command unknown: &lt;b&gt;")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await http.get("/control")
    assert device.commands == ["GPIO,12,1", "<b>"]
    assert device.summary() == {"on": True, "pins": {"12": 1}, "commands": 2}


async def test_ip_filter(http: aiohttp.ClientSession, device: EspEasyServer) -> None:
    device.blocked = "127.0.0.1"
    async with http.get("/json") as response:
        assert (response.status, await response.text()) == (403, "IP blocked: 127.0.0.1")


async def test_password() -> None:
    server = EspEasyServer(EspEasyUnit(EspEasyConfig(name="Porch", password="sesame")))
    await server.start()
    async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{server.port}") as http:
        async with http.get("/json") as response:
            assert response.status == 401
        right = {"Authorization": aiohttp.encode_basic_auth("admin", "sesame")}
        async with http.get("/json", headers=right) as response:
            assert response.status == 200
    await server.stop()


@pytest.mark.parametrize("wanted", ["", "[]", '{"fail": "often"}', '{"unknown": 1}'])
async def test_impossible_ugly_cases(http: aiohttp.ClientSession, wanted: str) -> None:
    async with http.post("/simulator", data=wanted) as response:
        assert response.status == 400


async def test_ugly_cases(http: aiohttp.ClientSession) -> None:
    await (await http.get("/control", params={"cmd": "GPIO,12,1"})).read()
    async with http.post("/simulator", json={"fail": "http500"}) as response:
        assert (await response.json())["fail"] == "http500"
    async with http.get("/json") as response:
        assert response.status == 500
    await (await http.post("/simulator", json={"fail": "garbage"})).read()
    async with http.get("/json") as response:
        with pytest.raises(json.JSONDecodeError):
            await response.json()
    await (await http.post("/simulator", json={"fail": None, "power": "off"})).read()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await http.get("/json")
    async with http.get("/pixels") as response:
        assert await response.json() == {"on": False, "pixels": []}
    await (await http.post("/simulator", json={"power": "on"})).read()
    async with http.get("/control", params={"cmd": "Status,GPIO,12"}) as response:
        assert await response.text() == ""
    async with http.get("/simulator") as response:
        assert (await response.json())["power"] == "on"
