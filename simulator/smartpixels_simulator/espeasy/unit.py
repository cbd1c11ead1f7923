"""One simulated unit without its network: its pins, its strip, its commands and its reports.

Written from the documented behavior of ESPEasy (docs/source/Reference and docs/source/Plugin of its repository, and
what its web server answers), for an ESP8266: pins 0 to 16.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_HIGHEST_PIN: Final = 16
_FULL_DUTY: Final = 1023
_LONGEST_LOG: Final = 25

_OK: Final = "\nOK"
_FAILED: Final = "\nFailed"

type Clock = Callable[[], float]
type Rgb = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class EspEasyConfig:
    """One unit: without `mac` one is made from the name.

    With `pixels` it drives a strip, by plugin P128 when `fx` is set, else by P038. With `password` it asks for basic
    authentication (`user`), which the firmware itself never does for commands and reports.
    """

    name: str
    mac: str = ""
    pixels: int = 0
    fx: bool = False
    user: str = "admin"
    password: str = ""

    @property
    def mac_address(self) -> str:
        """The MAC address as the firmware reports it."""
        digits = self.mac or "02" + hashlib.sha256(self.name.encode()).hexdigest()[:10]
        return ":".join(digits[place : place + 2] for place in range(0, 12, 2)).upper()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command answers, and whether the web server announces it as JSON."""

    text: str
    json: bool = False


@dataclass(slots=True, kw_only=True)
class Pin:
    """What the unit recorded about a pin."""

    mode: str = "output"
    state: int = 0


class EspEasyUnit:
    """The unit itself."""

    def __init__(self, config: EspEasyConfig, *, clock: Clock = time.monotonic) -> None:
        self.config = config
        self._clock = clock
        self._commands: Final[dict[str, tuple[int, Callable[[list[str]], Answer]]]] = {
            "gpio": (2, self._gpio),
            "pwm": (4, self._pwm),
            "longpulse_ms": (5, self._pulse),
            "status": (2, self._status),
        }
        self.reboot()

    def reboot(self) -> None:
        """Start anew: no pin is known, the strip is dark."""
        self._started = self._clock()
        self._pins: dict[int, Pin] = {}
        self._pulses: dict[int, tuple[float, int]] = {}
        self.pixels: list[Rgb] = [(0, 0, 0)] * self.config.pixels
        self._fx_color, self._fx_mode = "000000", "off"

    def pins(self) -> dict[int, Pin]:
        """Return all pins that were ever set; the end of a pulse is accounted for."""
        for number, (ends_at, level) in tuple(self._pulses.items()):
            if self._clock() >= ends_at:
                self._pins[number] = Pin(state=level)
                del self._pulses[number]
        return self._pins

    def run(self, line: str) -> Answer:
        """Run one command as the web server's `/control` does."""
        name, *arguments = [word.strip() for word in line.split(",")]
        name = name.lower()
        if name in {"erasesdkwifi", "factoryreset", "clearpassword"}:
            return Answer(text=f"Command not allowed from this source!Command unknown: {line}")
        if name in self._commands:
            most, run = self._commands[name]
            if len(arguments) > most:
                return Answer(text="Too many arguments, try using quotes!")
            return run(arguments)
        if self.config.pixels and not self.config.fx and name.startswith("neopixel"):
            return self._neopixel(name, arguments) or _unknown(line)
        if self.config.pixels and self.config.fx and name in {"nfx", "neopixelfx"}:
            return self._neopixel_fx(arguments)
        return _unknown(line)

    def report(self) -> dict[str, Any]:
        """Return `/json`."""
        uptime = int((self._clock() - self._started) // 60)
        return {
            "System": {
                "Build": 20241019,
                "Git Build": "mega-20241019",
                "Unit Number": 1,
                "Unit Name": _as_value(self.config.name),
                "Uptime": uptime,
                "ESP Chip Model": "ESP8266",
            },
            "WiFi": {"Hostname": self.config.name, "STA MAC": self.config.mac_address, "RSSI": -60},
            "Sensors": self.sensors()["Sensors"],
            "TTL": 60000,
        }

    def sensors(self) -> dict[str, Any]:
        """Return `/json?view=sensorupdate`: one task that reads pin 4."""
        pin = self.pins().get(4)
        value = {"ValueNumber": 1, "Name": "State", "NrDecimals": 0, "Value": pin.state if pin else 0}
        task = {"TaskValues": [value], "TaskName": "Button", "TaskEnabled": "true", "TaskNumber": 1}
        return {"Sensors": [task], "TTL": 60000}

    def lights(self) -> list[Rgb]:
        """Return what a person sees: the strip, or without one a lamp at each pin that was ever set."""
        if self.pixels:
            return list(self.pixels)
        return [(level, level, level) for _, pin in sorted(self.pins().items()) for level in [_level(pin)]]

    def _gpio(self, arguments: list[str]) -> Answer:
        number, state = _number(arguments, 0), _number(arguments, 1)
        if not 0 <= number <= _HIGHEST_PIN:
            return Answer(text=_FAILED)
        mode, level = ("input pullup", 1) if state == 2 else ("output", int(state != 0))  # noqa: PLR2004 - the command's
        pin = self.pins()[number] = Pin(mode=mode, state=level)
        return _pin_answer(number, pin, f"port#{number}: set to {level}")

    def _pwm(self, arguments: list[str]) -> Answer:
        number, duty = _number(arguments, 0), _number(arguments, 1)
        if not 0 <= number <= _HIGHEST_PIN:
            return Answer(text=_FAILED)
        pin = self.pins()[number] = Pin(mode="PWM", state=duty)
        return _pin_answer(number, pin, f"GPIO: {number} duty: {duty}")

    def _pulse(self, arguments: list[str]) -> Answer:
        number, state, milliseconds = (_number(arguments, place) for place in range(3))
        if not 0 <= number <= _HIGHEST_PIN:
            return Answer(text=_FAILED)
        pin = self.pins()[number] = Pin(state=int(state != 0))
        self._pulses[number] = (self._clock() + milliseconds / 1000, int(state == 0))
        return _pin_answer(number, pin, f"port {number}. Pulse H:{milliseconds} ms")

    def _status(self, arguments: list[str]) -> Answer:
        number = _number(arguments, 1)
        if not arguments or not arguments[0].lower().startswith("g") or not 0 <= number <= _HIGHEST_PIN:
            return Answer(text=_FAILED)
        pin = self.pins().get(number)
        return _pin_answer(number, pin, "") if pin else Answer(text="", json=True)

    def _neopixel(self, name: str, arguments: list[str]) -> Answer | None:
        numbers = [_number(arguments, place) for place in range(7)]
        match name:
            case "neopixel":
                self._paint(numbers[0], numbers[0], numbers[1:5])
            case "neopixelall":
                self._paint(1, len(self.pixels), numbers[:4])
            case "neopixelline":
                self._paint(numbers[0], numbers[1], numbers[2:6])
            case _:
                return None
        return Answer(text=_OK)

    def _neopixel_fx(self, arguments: list[str]) -> Answer:
        match [argument.lower() for argument in arguments]:
            case ["all", color, *_]:
                self._fx_color = color
                shown = (int(color, 16) if _is_hex(color) else 0).to_bytes(4)
                self._paint(1, len(self.pixels), list(shown[1:]))
                self._fx_mode = "fade" if any(shown) else "off"
            case ["off", *_]:
                self._paint(1, len(self.pixels), [0, 0, 0])
                self._fx_mode = "off"
            case ["statusrequest", *_]:
                self._fx_mode = "on" if self._fx_mode == "fade" else self._fx_mode
            case [name, *_]:
                return Answer(
                    text=f'{{\n"plugin":128,\n"log":"NeoPixelBus: unknown subcommand: {name}"\n}}\n', json=True
                )
        return Answer(
            text=f'{{\n"plugin":128,\n"mode":"{self._fx_mode}",\n"lastmode":"off",\n"fadetime":1000,\n"dim":255,\n'
            f'"rgb":"{self._fx_color}",\n"pixelcount":{len(self.pixels)}\n}}\n',
            json=True,
        )

    def _paint(self, first: int, last: int, color: list[int]) -> None:
        white = color[3] if len(color) > 3 else 0  # noqa: PLR2004 - red, green, blue
        shown = (_byte(color[0] + white), _byte(color[1] + white), _byte(color[2] + white))
        for place in range(max(0, first - 1), min(last, len(self.pixels))):
            self.pixels[place] = shown


def _unknown(line: str) -> Answer:
    return Answer(text=f"Command unknown: {line}")


def _pin_answer(number: int, pin: Pin, log: str) -> Answer:
    return Answer(
        text=f'{{\n"log": "{log[:_LONGEST_LOG].strip()}",\n"plugin": 1,\n"pin": {number},\n"mode": "{pin.mode}",\n'
        f'"state": {pin.state}\n}}\n',
        json=True,
    )


def _number(arguments: list[str], place: int) -> int:
    """Return an argument as the firmware reads it: what is missing or no number is 0."""
    try:
        return int(arguments[place])
    except IndexError, ValueError:
        return 0


def _as_value(text: str) -> str | float:
    """Return a text as the firmware's JSON has it: what looks like a number is one."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _level(pin: Pin) -> int:
    return _byte(pin.state * 255 // (_FULL_DUTY if pin.mode == "PWM" else 1))


def _byte(value: int) -> int:
    return min(255, max(0, value))


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= 6 and all(digit in "0123456789abcdef" for digit in text)  # noqa: PLR2004 - RRGGBB
