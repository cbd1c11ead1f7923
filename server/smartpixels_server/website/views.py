"""What the templates show, made from what the features know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from ..devices.model import DevicesView
from ..locations.model import LinkStatus, Location
from ..protocol.codec import encode
from ..protocol.messages import Audience, Device, DeviceState, Rgb, SharingMode, SharingState, Time
from ..viewers.service import Viewer
from .scene import Bulb, PlacedLamp, Star, bulbs, place_lamps, stars
from .texts import Texts
from .vocabulary import LEAVES, in_words, is_lit, last_known, local_name, shown_rgb, tables


@dataclass(frozen=True, kw_only=True)
class Pill:
    """What is so at a place, and until when."""

    kind: str
    icon: str
    text: str


@dataclass(frozen=True, kw_only=True)
class LampView:
    """One lamp in words and color."""

    name: str
    words: str
    on: bool
    rgb: Rgb


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What the drawn night consists of."""

    lamps: list[PlacedLamp]
    bulbs: list[Bulb]
    stars: list[Star]


@dataclass(frozen=True, kw_only=True)
class PlaceView:
    """A location as people see it."""

    name: str
    slug: str
    sharing: Pill
    watching: int
    acting: int
    lamp_count: int
    lamps: list[LampView]
    picture: Picture
    announcement: str
    leaves: list[str]


def place_view(
    location: Location, link: LinkStatus, devices: DevicesView, *, audience: Audience, texts: Texts
) -> PlaceView:
    """Put a location into words and a picture."""
    states: Mapping[str, DeviceState] = {state.device_id: state for state in devices.states}
    lamps = [_lamp(device, states.get(device.device_id), link, texts) for device in devices.devices]
    return PlaceView(
        name=location.name,
        slug=location.slug,
        sharing=_pill(link, devices.sharing, texts),
        watching=audience.watching,
        acting=audience.acting,
        lamp_count=len(lamps),
        lamps=lamps,
        announcement=devices.announcement.text if devices.announcement else "",
        leaves=[texts.t(LEAVES[one]) for one in devices.leaves],
        picture=Picture(lamps=place_lamps(devices.devices, states), bulbs=bulbs(), stars=stars()),
    )


def page_data(
    location: Location, link: LinkStatus, devices: DevicesView, *, audience: Audience, viewer: Viewer, texts: Texts
) -> dict[str, Any]:
    """Return what the page's modules start with, before they have joined."""
    return {
        "language": texts.language,
        "slug": location.slug,
        "texts": texts.for_modules(),
        "vocabulary": tables(texts),
        "snapshot": {
            "viewer": {"viewer_id": viewer.viewer_id, "handle": viewer.handle},
            "link": encode(link),
            "sharing": encode(devices.sharing),
            "devices": [encode(device) for device in devices.devices],
            "states": [encode(state) for state in devices.states],
            "audience": encode(audience),
            "announcement": encode(devices.announcement) if devices.announcement else None,
        },
    }


def _lamp(device: Device, state: DeviceState | None, link: LinkStatus, texts: Texts) -> LampView:
    words = in_words(state, texts)
    return LampView(
        name=local_name(device, texts.language),
        words=words if link.online else last_known(words, texts),
        on=is_lit(state),
        rgb=shown_rgb(state),
    )


def _pill(link: LinkStatus, sharing: SharingState, texts: Texts) -> Pill:
    if not link.online:
        return Pill(kind="offline", icon="unplugged", text=texts.t("Offline since {time}", time=_clock(link.since)))
    until = _clock(sharing.next_change) if sharing.next_change else None
    match sharing.mode:
        case SharingMode.OPEN:
            text = texts.t("Free play until {time}", time=until) if until else texts.t("Free play")
            return Pill(kind="open", icon="hand", text=text)
        case SharingMode.VIEW_ONLY:
            return Pill(kind="view_only", icon="eye", text=texts.t("View only"))
        case SharingMode.PAUSED:
            return Pill(kind="paused", icon="pause", text=texts.t("Paused by the owner"))
        case SharingMode.CLOSED:
            text = texts.t("Opens at {time}", time=until) if until else texts.t("Closed")
            return Pill(kind="closed", icon="moon", text=text)


def _clock(time: Time) -> str:
    """The server does not know the visitor's clock; the modules say it in local time."""
    return f"{time.astimezone(UTC):%H:%M} UTC"
