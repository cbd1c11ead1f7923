"""One USB relay board: a child device for each channel."""

import asyncio
from typing import ClassVar, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_DEVICE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import ChildDeviceInfo

from ..const import CONF_ANSWERS, CONF_CHANNELS, CONF_INVERTED, CONF_PULSE, DOMAIN
from ..data import SmartPixelsConfigEntry
from ..drivers.pulses import Pulses
from ..drivers.relay_board import BoardState, RelayBoard
from .relays import RelayHub, RelayPart, RelayState


class RelayBoardHub(RelayHub):
    """A board that is kept connected; what it forgets when it is unplugged stays off until somebody switches it."""

    manufacturer: ClassVar = "LCUS"

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry) -> None:
        super().__init__(hass, entry, subentry=subentry)
        self._board = RelayBoard(
            subentry.data[CONF_DEVICE],
            channels=subentry.data[CONF_CHANNELS],
            answers=subentry.data[CONF_ANSWERS],
            inverted=subentry.data[CONF_INVERTED],
        )
        self._pulses = Pulses(self._switch)
        self._looked = asyncio.Event()
        self._parent_id = ""

    @property
    @override
    def relays(self) -> tuple[RelayPart, ...]:
        channels = range(1, len(self._board.state.relays) + 1)
        return tuple(RelayPart(key=f"channel{number}", number=number, own_device=True) for number in channels)

    @override
    async def async_start(self) -> None:
        board = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.entry.entry_id, config_subentry_id=self.subentry.subentry_id, **self.device_info
        )
        self._parent_id = board.id
        self._board.listen(self._heard)
        self.entry.async_create_background_task(self.hass, self._board.run(), f"relay board {self.subentry.title}")
        await self._looked.wait()

    @override
    async def async_close(self) -> None:
        await self._pulses.close()

    @override
    def relay_state(self, key: str) -> RelayState:
        relay = self._board.state.relays[_channel(key) - 1]
        return RelayState(on=relay.on, assumed=relay.assumed)

    @override
    def relay_device(self, key: str) -> ChildDeviceInfo:
        return ChildDeviceInfo(
            identifiers={(DOMAIN, f"{self.subentry.subentry_id}-{key}")},
            parent_device_id=self._parent_id,
            translation_key="channel",
            translation_placeholders={"number": str(_channel(key))},
        )

    @override
    async def async_switch(self, key: str, *, on: bool) -> None:
        await self._pulses.switch(_channel(key), on=on)

    @override
    async def async_pulse(self, key: str) -> None:
        await self._pulses.pulse(_channel(key), float(self.subentry.data[CONF_PULSE]))

    async def _switch(self, channel: int, on: bool) -> None:  # noqa: FBT001 - the driver's way round
        await self._board.switch(channel, on=on)

    @callback
    def _heard(self, state: BoardState) -> None:
        if state.connected:
            self._found()
        elif state.error is not None:
            self._lost(state.error)
        self._looked.set()


def _channel(key: str) -> int:
    return int(key.removeprefix("channel"))
