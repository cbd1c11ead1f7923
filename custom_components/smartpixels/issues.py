"""Repair issues: what about the link needs the owner."""

from collections.abc import Callable
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_SERVER, DOMAIN
from .data import SmartPixelsConfigEntry
from .house.commands import Outcome, check_offered
from .house.refused import Refused
from .house.suspicion import Oddity, Suspicion
from .link.errors import Incompatible, LinkError, Replaced
from .protocol.errors import ErrorCode
from .protocol.messages import Device, DeviceCommand, action_type

_ISSUES: Final[dict[type[LinkError], str]] = {Replaced: "link_replaced", Incompatible: "unsupported_version"}


def follow_link(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> Callable[[], None]:
    """Raise and clear the link's issues as it changes; returns how to stop that."""
    connection = entry.runtime_data.link.connection

    @callback
    def update() -> None:
        for kind, key in _ISSUES.items():
            if isinstance(connection.error, kind):
                ir.async_create_issue(
                    hass,
                    DOMAIN,
                    f"{key}_{entry.entry_id}",
                    is_fixable=False,
                    severity=ir.IssueSeverity.ERROR,
                    translation_key=key,
                    translation_placeholders={"location": entry.title, "server": entry.data[CONF_SERVER]},
                )
            else:
                ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")

    update()
    return connection.add_listener(update)


def follow_refusals(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> Callable[[], None]:
    """Raise an issue when the server sends what only a hostile or broken one does; returns how to stop that.

    An issue of an earlier start is cleared.
    """
    house, link = entry.runtime_data.house, entry.runtime_data.link
    issue_id = f"refused_commands_{entry.entry_id}"

    @callback
    def tell() -> None:
        counts = {oddity: str(count) for oddity, count in suspicion.counts.items()}
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="refused_commands",
            translation_placeholders=counts
            | {
                "location": entry.title,
                "server": entry.data[CONF_SERVER],
                "examples": ", ".join(f"`{example}`" for example in suspicion.examples) or "-",
            },
        )

    suspicion = Suspicion(tell, clock=hass.loop.time)

    @callback
    def on_outcome(outcome: Outcome) -> None:
        device = house.exposure.device(outcome.command.device_id)
        if outcome.refused is not None and (oddity := _oddity(outcome.refused, outcome.command, device)) is not None:
            suspicion.note(*oddity)

    ir.async_delete_issue(hass, DOMAIN, issue_id)
    stop_outcomes = house.commands.add_listener(on_outcome)
    stop_frames = link.add_unreadable_listener(partial(suspicion.note, Oddity.MALFORMED))

    def stop() -> None:
        stop_outcomes()
        stop_frames()

    return stop


def _oddity(code: ErrorCode, command: DeviceCommand, device: Device | None) -> tuple[Oddity, str] | None:
    """Return what is odd about a refused command, if anything is, with the server's word for it."""
    match code:
        case ErrorCode.NOT_EXPOSED:
            return Oddity.NOT_EXPOSED, command.device_id
        case ErrorCode.NOT_ALLOWED | ErrorCode.INVALID if device is not None:
            try:
                check_offered(command.action, device)
            except Refused:
                return Oddity.NOT_OFFERED, action_type(command.action)
        case ErrorCode.DUPLICATE:
            return Oddity.REPEATED, ""
        case ErrorCode.SUPERSEDED | ErrorCode.EXPIRED:
            return Oddity.FLOOD, ""
    return None


@callback
def async_set_swapped(hass: HomeAssistant, subentry: ConfigSubentry, *, swapped: bool) -> None:
    """Raise or clear the issue that another device has taken the place of a subentry's."""
    async_set_issue(hass, subentry, "device_swapped", raised=swapped)


@callback
def async_set_issue(
    hass: HomeAssistant, subentry: ConfigSubentry, key: str, *, raised: bool, error: str | None = None
) -> None:
    """Raise or clear an issue of one thing; the text may name the thing as `device`, and the `error`."""
    issue_id = f"{key}_{subentry.subentry_id}"
    if not raised:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders={"device": subentry.title} | ({"error": error} if error else {}),
    )
