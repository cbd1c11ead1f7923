"""What does not change while a controller runs, and the reports that follow from it."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from .catalog import EFFECTS
from .palettes import PALETTES
from .state import MAX_SEGMENTS

# As the firmware estimates them for WS2812 LEDs on an ESP32.
CONTROLLER_MILLIAMPS: Final = 120
IDLE_LED_MILLIAMPS: Final = 1
FULL_LED_MILLIAMPS: Final = 55

_BUILD: Final = 2605010
_TYPE_RGB: Final = 22
_TYPE_RGBW: Final = 30


@dataclass(frozen=True, kw_only=True)
class WledConfig:
    """One controller: without `mac` one is made from the name, without `milliamps` no power limit is ever reached."""

    name: str
    leds: int
    version: str = "16.0.1"
    mac: str = ""
    rgbw: bool = False
    milliamps: int = 0

    @property
    def mac_address(self) -> str:
        """The MAC address without colons, as the firmware reports it."""
        return self.mac or "02" + hashlib.sha256(self.name.encode()).hexdigest()[:10]

    @property
    def power_limit(self) -> int:
        """The limit of the brightness limiter in milliamperes."""
        return self.milliamps or CONTROLLER_MILLIAMPS + self.leds * (IDLE_LED_MILLIAMPS + FULL_LED_MILLIAMPS)


def device_info(config: WledConfig) -> dict[str, Any]:
    """Return the part of `/json/info` that never changes."""
    return {
        "ver": config.version,
        "vid": _BUILD,
        "cn": "Niji",
        "release": "ESP32",
        "repo": "wled/WLED",
        "str": False,
        "name": config.name,
        "udpport": 21324,
        "simplifiedui": False,
        "live": False,
        "liveseg": -1,
        "lm": "",
        "lip": "",
        "fxcount": len(EFFECTS),
        "palcount": len(PALETTES),
        "cpalcount": 0,
        "umpalcount": 0,
        "maps": [{"id": 0}],
        "wifi": {"bssid": "02:00:00:00:00:01", "rssi": -58, "signal": 84, "channel": 6, "ap": False},
        "ndc": -1,
        "arch": "esp32",
        "core": "v4.4.8",
        "clock": 240,
        "flash": 4,
        "lwip": 0,
        "freeheap": 180_000,
        "opt": 79,
        "brand": "WLED",
        "product": "FOSS",
        "mac": config.mac_address,
    }


def leds_info(config: WledConfig, segments: int, milliamps: int) -> dict[str, Any]:
    """Return the `leds` object of `/json/info`."""
    return {
        "count": config.leds,
        "pwr": milliamps,
        "fps": 42,
        "maxpwr": config.power_limit,
        "maxseg": MAX_SEGMENTS,
        "bootps": 0,
        "seglc": [_capabilities(config)] * segments,
        "lc": _capabilities(config),
        "rgbw": config.rgbw,
        "wv": config.rgbw,
        "cct": False,
    }


def config_report(config: WledConfig) -> dict[str, Any]:
    """Return the part of `/json/cfg` that tells the name and how the LEDs are connected."""
    output = {
        "start": 0,
        "len": config.leds,
        "pin": [16],
        "order": 0,
        "rev": False,
        "skip": 0,
        "type": _TYPE_RGBW if config.rgbw else _TYPE_RGB,
        "ref": False,
        "rgbwm": 0,
        "freq": 0,
        "maxpwr": 0,
        "ledma": FULL_LED_MILLIAMPS,
    }
    led = {
        "total": config.leds,
        "maxpwr": config.power_limit,
        "cct": False,
        "cr": False,
        "cb": 0,
        "fps": 42,
        "rgbwm": 255,
        "ins": [output],
    }
    return {"rev": [1, 0], "vid": _BUILD, "id": {"mdns": "wled", "name": config.name}, "hw": {"led": led}}


def _capabilities(config: WledConfig) -> int:
    return 3 if config.rgbw else 1
