"""What a house must not forget over a restart: the owner's word, bans, energy, wear, counts."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
SAVE_DELAY: Final = 10.0
"""Seconds: a card's life is longer than a click's."""


class Memory:
    """A file of one location; `collect` says what to keep."""

    def __init__(self, hass: HomeAssistant, entry_id: str, collect: Callable[[], Mapping[str, Any]]) -> None:
        self._store: Store[dict[str, Any]] = store_of(hass, entry_id)
        self._collect = collect

    async def load(self) -> dict[str, Any]:
        """Return what was kept, nothing when it cannot be read."""
        try:
            kept = await self._store.async_load()
        except (UnsupportedStorageVersionError, NotImplementedError, ValueError) as err:
            _LOGGER.warning("The kept state of the house cannot be read and starts anew: %s", err)
            return {}
        return kept if isinstance(kept, dict) else {}

    @callback
    def save_soon(self) -> None:
        """Keep it in a moment, and in any case before Home Assistant ends."""
        self._store.async_delay_save(self._data, SAVE_DELAY)

    async def save(self) -> None:
        """Keep it now."""
        await self._store.async_save(self._data())

    def _data(self) -> dict[str, Any]:
        return dict(self._collect())


def store_of(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the file of a location."""
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)
