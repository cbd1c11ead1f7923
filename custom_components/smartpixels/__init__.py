"""SmartPixels: viewers all over the world see this house's lights and change what the owner allows."""

import asyncio
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_TOKEN, EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.typing import ConfigType
from homeassistant.loader import async_get_integration
from homeassistant.util import dt as dt_util

from .adopted import follow_adopted
from .command_log import follow_commands
from .const import CONF_SERVER, DOMAIN, SUBENTRY_WLED
from .coordinator import WledCoordinator
from .data import SmartPixelsConfigEntry, SmartPixelsData
from .drivers.wled import Address, WledDriver
from .entity import location_device_info
from .hardware.hardware import Hardware
from .house.exposed import exposed_by, is_part_of
from .house.house import House
from .house.memory import store_of
from .house.options import HouseOptions
from .issues import follow_link, follow_refusals
from .link.errors import AuthRejected, Replaced
from .link.link import Link
from .migration import async_migrate_entry
from .owner_actions import async_setup_owner_actions
from .services import async_setup_services
from .sessions import session_for
from .words import async_load_words, words

__all__ = ["async_migrate_entry", "async_setup", "async_setup_entry", "async_unload_entry"]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.LIGHT,
    Platform.NOTIFY,
    Platform.NUMBER,
    Platform.SCENE,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    async_setup_owner_actions(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> bool:
    """Set up one location. Neither a silent controller nor a silent server fails it: the rest goes on working."""
    # First of all: what the owner adds from now on is not among what is set up here.
    entry.async_on_unload(entry.add_update_listener(_async_reload))
    integration = await async_get_integration(hass, DOMAIN)
    link = Link(
        entry.data[CONF_SERVER],
        entry.data[CONF_TOKEN],
        session=async_get_clientsession(hass),
        version=str(integration.version),
        now=dt_util.utcnow,
    )
    house = await _house(hass, entry, link)
    controllers = {
        subentry.subentry_id: _coordinator(hass, entry, subentry)
        for subentry in entry.get_subentries_of_type(SUBENTRY_WLED)
    }
    for subentry_id, coordinator in controllers.items():
        # One meter for all parts of a strip: the rules know it by the first one that viewers have.
        parts = (each for each in house.exposure.exposed if is_part_of(each, subentry_id))
        measure = house.power.add(next(parts, subentry_id), partial(getattr, coordinator, "watts"))
        entry.async_on_unload(coordinator.async_add_listener(measure))
    hardware = Hardware(hass, entry)
    entry.runtime_data = SmartPixelsData(link=link, house=house, controllers=controllers, hardware=hardware)
    dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **location_device_info(entry))
    await asyncio.gather(hardware.async_start(), *(coordinator.async_refresh() for coordinator in controllers.values()))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

    house.start()
    entry.async_on_unload(follow_link(hass, entry))
    entry.async_on_unload(follow_commands(hass, entry))
    entry.async_on_unload(follow_refusals(hass, entry))
    entry.async_on_unload(follow_adopted(hass, entry))

    async def stopping(_event: Event) -> None:
        # Entries are not unloaded then, and a pulse must not outlive us.
        await _async_close(entry)

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stopping))
    entry.async_create_background_task(hass, _keep_link(hass, entry), f"{DOMAIN} link")
    return True


async def _house(hass: HomeAssistant, entry: SmartPixelsConfigEntry, link: Link) -> House:
    """Return the house with the owner's rules, and with what it must not have forgotten."""
    try:
        options = HouseOptions.read(entry.options)
    except ValueError as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="invalid_options", translation_placeholders={"error": str(err)}
        ) from err
    await async_load_words(hass)
    house = House(
        hass,
        entry.entry_id,
        exposed=exposed_by(entry.subentries, relays=options.relays),
        options=options,
        link=link,
        words=words(hass, "sharing_reason"),
    )
    await house.load()
    return house


async def async_remove_entry(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> None:
    """Forget what the house kept."""
    await store_of(hass, entry.entry_id).async_remove()


async def async_unload_entry(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> bool:
    """Unload; the link ends with the entry's background tasks."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await _async_close(entry)
    return unloaded


async def _async_close(entry: SmartPixelsConfigEntry) -> None:
    await entry.runtime_data.house.close()
    await entry.runtime_data.hardware.async_close()


async def _async_reload(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> None:
    """Set up anew after any change of the entry or its subentries."""
    await hass.config_entries.async_reload(entry.entry_id)


async def _keep_link(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> None:
    data = entry.runtime_data
    try:
        await data.link.run(data.house)
    except AuthRejected:
        entry.async_start_reauth(hass)
    except Replaced:
        # The repair issue tells the owner; opening the link again would end the other one.
        return


def _coordinator(hass: HomeAssistant, entry: SmartPixelsConfigEntry, subentry: ConfigSubentry) -> WledCoordinator:
    address = Address.parse(subentry.data[CONF_HOST])
    driver = WledDriver(address, session=session_for(hass, address), mac=subentry.data[CONF_MAC])
    return WledCoordinator(hass, entry, subentry=subentry, driver=driver)
