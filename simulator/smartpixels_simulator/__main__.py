"""The command line: a whole simulated house, or one device."""

import argparse
import asyncio
import json
import logging
import re
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .devices import SimulatedDevice
from .espeasy import EspEasyConfig, EspEasyServer, EspEasyUnit
from .house import House
from .relay_board import RelayBoard
from .wled import WledConfig, WledController, WledServer

_LOGGER = logging.getLogger("smartpixels_simulator")

_HOUSE_PORT: Final = 8480
_ESPEASY_PORT: Final = 8490
_MAX_CHANNELS: Final = 16
_MAX_LEDS: Final = 2000
_ESPEASY: Final = re.compile(r"(?P<name>[^:]+)(?::(?P<port>\d+))?")
_WLED: Final = re.compile(r"(?P<name>.+?):(?P<leds>\d+)(?::(?P<port>\d+))?")


@dataclass(frozen=True)
class WledPlace:
    """A controller that the command line asks for; without a port it follows the house's."""

    name: str
    leds: int
    port: int | None = None


@dataclass(frozen=True)
class EspEasyPlace:
    """An ESPEasy unit that the command line asks for; without a port it follows the controllers'."""

    name: str
    port: int | None = None


_DEFAULT_WLED: Final = (WledPlace("Christmas tree", 120), WledPlace("House front", 90))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for until SIGINT or SIGTERM; return the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    try:
        asyncio.run(_run(_devices(options), options))
    except OSError as err:
        print(f"Cannot listen: {err.strerror or err}", file=sys.stderr)
        return 1
    return 0


async def _run(devices: list[SimulatedDevice], options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    house = House(devices, host=options.host, port=options.port) if options.command == "house" else None
    started: list[SimulatedDevice | House] = []
    try:
        for device in devices:
            await device.start()
            started.append(device)
        if house is not None:
            await house.start()
            started.append(house)
        print(json.dumps(_ready(devices, house)), flush=True)
        await stopped.wait()
    finally:
        for part in reversed(started):
            await part.stop()
    _LOGGER.info("stopped")


def _ready(devices: list[SimulatedDevice], house: House | None) -> dict[str, object]:
    places: dict[str, list[dict[str, object]]] = {}
    for device in devices:
        place: dict[str, object] = {"name": device.name, "host": device.host, "port": device.port}
        if isinstance(device, RelayBoard):
            place = {"name": device.name, "path": device.host}
        places.setdefault(device.kind, []).append(place)
    return {"ready": True, **({"house": house.url} if house else {}), **places}


def _devices(options: argparse.Namespace) -> list[SimulatedDevice]:
    if options.command == "wled":
        config = WledConfig(name=options.name, leds=options.leds, version=options.version, mac=options.mac or "")
        return [WledServer(WledController(config), host=options.host, port=options.port)]
    if options.command == "espeasy":
        unit = EspEasyConfig(name=options.name, mac=options.mac or "", pixels=options.leds, password=options.password)
        return [EspEasyServer(EspEasyUnit(unit), host=options.host, port=options.port)]
    if options.command == "relay-board":
        return [RelayBoard(options.name, link=options.link, channels=options.channels, answers=not options.silent)]
    return _house_devices(options)


def _house_devices(options: argparse.Namespace) -> list[SimulatedDevice]:
    devices: list[SimulatedDevice] = []
    for number, place in enumerate((*(options.wled or _DEFAULT_WLED), *options.espeasy), start=1):
        port = place.port if place.port is not None else options.port and options.port + number
        if isinstance(place, WledPlace):
            wled = WledConfig(name=place.name, leds=place.leds)
            devices.append(WledServer(WledController(wled), host=options.host, port=port))
        else:
            unit = EspEasyUnit(EspEasyConfig(name=place.name))
            devices.append(EspEasyServer(unit, host=options.host, port=port))
    return devices


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m smartpixels_simulator",
        description="Simulated devices that speak the real wire. When all listen, one JSON line with the addresses "
        "goes to standard output; logs go to standard error. SIGINT or SIGTERM ends it.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    house = commands.add_parser("house", help="a house with several devices, and a page that shows it")
    house.add_argument(
        "--wled",
        action="append",
        type=_wled_place,
        metavar="NAME:LEDS[:PORT]",
        help="a WLED controller, may be repeated; without a port it takes the ones after the house's "
        '(default: "Christmas tree:120" and "House front:90")',
    )
    house.add_argument(
        "--espeasy",
        action="append",
        default=[],
        type=_espeasy_place,
        metavar="NAME[:PORT]",
        help="an ESPEasy unit, may be repeated; without a port it takes the ones after the controllers'",
    )
    _add_address(house, _HOUSE_PORT)
    wled = commands.add_parser("wled", help="one WLED controller")
    wled.add_argument("--name", default="WLED", help="the name it reports (default: %(default)s)")
    wled.add_argument("--leds", type=_leds, default=60, help="LEDs on its strip (default: %(default)s)")
    wled.add_argument("--version", default=WledConfig.version, help="the firmware it reports (default: %(default)s)")
    wled.add_argument("--mac", type=_mac, help="12 hexadecimal digits (default: made from the name)")
    _add_address(wled, _HOUSE_PORT + 1)
    _add_hardware(commands)
    return parser


def _add_hardware(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    espeasy = commands.add_parser("espeasy", help="one ESPEasy unit")
    espeasy.add_argument("--name", default="ESPEasy", help="the name it reports (default: %(default)s)")
    espeasy.add_argument("--leds", type=_leds, default=0, help="LEDs on its NeoPixel strip (default: no strip)")
    espeasy.add_argument("--password", default="", help="ask for it, user name admin (default: ask for none)")
    espeasy.add_argument("--mac", type=_mac, help="12 hexadecimal digits (default: made from the name)")
    _add_address(espeasy, _ESPEASY_PORT)
    board = commands.add_parser("relay-board", help="one USB relay board at a terminal of this machine")
    board.add_argument("--name", default="Relay board", help="what people call it (default: %(default)s)")
    board.add_argument("--channels", type=_channels, default=4, help="its relays (default: %(default)s)")
    board.add_argument("--silent", action="store_true", help="it cannot be asked how its relays are")
    board.add_argument("--link", type=Path, required=True, help="path that shall lead to its terminal")


def _add_address(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=port, help="0 takes any free one (default: %(default)s)")


def _wled_place(text: str) -> WledPlace:
    match = _WLED.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME:LEDS or NAME:LEDS:PORT")
    return WledPlace(match["name"], _leds(match["leds"]), _port(match["port"]) if match["port"] else None)


def _leds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MAX_LEDS:
        raise argparse.ArgumentTypeError(f"LEDs are a number from 1 to {_MAX_LEDS}")
    return int(text)


def _espeasy_place(text: str) -> EspEasyPlace:
    match = _ESPEASY.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME or NAME:PORT")
    return EspEasyPlace(match["name"], _port(match["port"]) if match["port"] else None)


def _channels(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MAX_CHANNELS:
        raise argparse.ArgumentTypeError(f"channels are a number from 1 to {_MAX_CHANNELS}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _mac(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{12}", text):
        raise argparse.ArgumentTypeError("a MAC address is 12 digits 0-9, a-f without colons")
    return text


if __name__ == "__main__":
    sys.exit(main())
