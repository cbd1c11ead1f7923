"""Every message of the `/location` namespace, version 1; constraints live in the types."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from .errors import ErrorCode

# `$` alone would let a line break through at the end.
type Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$(?!\n)")]
type CommandId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$(?!\n)")]
type Name = Annotated[str, Meta(min_length=1, max_length=64)]
type Reason = Annotated[str, Meta(max_length=200)]
type Channel = Annotated[int, Meta(ge=0, le=255)]
type Rgb = tuple[Channel, Channel, Channel]
type Brightness = Annotated[int, Meta(ge=1, le=255)]
type Kelvin = Annotated[int, Meta(ge=1000, le=12000)]
type Level = Annotated[int, Meta(ge=0, le=255)]
type Count = Annotated[int, Meta(ge=0)]
type Time = Annotated[datetime, Meta(tz=True)]


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A frame with an event name of its own."""

    EVENT: ClassVar[str]


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a message."""


# Hello, both ways --------------------------------------------------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True):
    """First frame of a location: which versions of the wire it speaks."""

    EVENT: ClassVar = "hello"

    protocol_version: Annotated[int, Meta(ge=1)]
    min_protocol_version: Annotated[int, Meta(ge=1)]
    software: Name
    software_version: Name


class Welcome(Part, frozen=True, kw_only=True):
    """The server's own hello, as the acknowledgement."""

    protocol_version: Annotated[int, Meta(ge=1)]
    min_protocol_version: Annotated[int, Meta(ge=1)]
    software: Name
    software_version: Name
    location_id: Identifier
    slug: Identifier
    name: Name
    server_time: Time


class Goodbye(Message, frozen=True, kw_only=True):
    """Last frame of the server before it ends a link for good; the location must not reconnect by itself."""

    EVENT: ClassVar = "goodbye"

    code: ErrorCode
    message: Reason


# What a location has -----------------------------------------------------------------------------------------------


class DeviceKind(StrEnum):
    """What viewers see a device as."""

    LIGHT = "light"
    RELAY = "relay"
    SCENE = "scene"


class ActionType(StrEnum):
    """What viewers can wish for; the tags of `Action`."""

    TURN_ON = "turn_on"
    TURN_OFF = "turn_off"
    SET_COLOR = "set_color"
    SET_BRIGHTNESS = "set_brightness"
    SET_EFFECT = "set_effect"
    PAINT = "paint"
    PLAY_SCENE = "play_scene"
    PRESS = "press"


class Who(StrEnum):
    """Who may use a device."""

    EVERYONE = "everyone"
    TURN_HOLDER = "turn_holder"
    ON_SITE = "on_site"


class Leaves(StrEnum):
    """A kind of thing that leaves the house: what its privacy manifest lists."""

    DEVICE_NAMES = "device_names"
    DEVICE_STATES = "device_states"
    COMMAND_RESULTS = "command_results"
    SHARING_STATE = "sharing_state"
    ANNOUNCEMENTS = "announcements"
    SOFTWARE_VERSION = "software_version"
    STILLS = "stills"
    VIDEO = "video"
    SOUND = "sound"
    PRINTER_STATE = "printer_state"
    SLIP_PHOTOS = "slip_photos"


class LocalizedName(Part, frozen=True, kw_only=True):
    """A public name; Polish falls back to English."""

    en: Name
    pl: Name | None = None


class KelvinRange(Part, frozen=True, kw_only=True):
    """The white temperatures that a light can make."""

    min: Kelvin
    max: Kelvin


class Device(Part, frozen=True, kw_only=True):
    """One exposed thing: what it is, what viewers may do with it, within which limits."""

    device_id: Identifier
    kind: DeviceKind
    name: LocalizedName
    actions: Annotated[tuple[ActionType, ...], Meta(max_length=16)]
    effects: Annotated[tuple[Name, ...], Meta(max_length=300)] = ()
    palettes: Annotated[tuple[Name, ...], Meta(max_length=300)] = ()
    kelvin: KelvinRange | None = None
    pixels: Annotated[int, Meta(ge=1, le=4096)] | None = None
    max_brightness: Brightness = 255
    who: Who = Who.EVERYONE
    min_interval_ms: Annotated[int, Meta(ge=0, le=3_600_000)] = 0


class DeviceState(Message, frozen=True, kw_only=True):
    """The last reported condition of a device.

    `seq` grows by every report on one link; the greater one is the newer. A missing field means: does not apply or
    is not known. `command_id` names the command that this state is the answer to, if one is.
    """

    EVENT: ClassVar = "device_state"

    device_id: Identifier
    seq: Count
    available: bool
    reason: Reason | None = None
    on: bool | None = None
    brightness: Brightness | None = None
    rgb: Rgb | None = None
    kelvin: Kelvin | None = None
    effect: Name | None = None
    palette: Name | None = None
    speed: Level | None = None
    intensity: Level | None = None
    command_id: CommandId | None = None


class SharingMode(StrEnum):
    """Who may do what at the location now."""

    OPEN = "open"
    VIEW_ONLY = "view_only"
    PAUSED = "paused"
    CLOSED = "closed"


class SharingState(Message, frozen=True, kw_only=True):
    """The owner's word on sharing; `next_change` is when it is planned to change."""

    EVENT: ClassVar = "sharing_state"

    mode: SharingMode
    reason: Reason | None = None
    next_change: Time | None = None


class PlayMode(StrEnum):
    """How viewers share a location: everyone at once, one after the other, or by how many they are."""

    AUTO = "auto"
    FREE = "free"
    TURNS = "turns"


class Goal(Part, frozen=True, kw_only=True):
    """A scene that plays when so many different people ask for it within so many seconds, and not otherwise."""

    device_id: Identifier
    people: Annotated[int, Meta(ge=2, le=1000)]
    seconds: Annotated[int, Meta(ge=1, le=3600)]


class Play(Part, frozen=True, kw_only=True):
    """How the owner wants viewers to play; a missing mode leaves it to the server."""

    mode: PlayMode | None = None
    goals: Annotated[tuple[Goal, ...], Meta(max_length=20)] = ()


class Catalog(Message, frozen=True, kw_only=True):
    """Everything that viewers may see, replaced whole, with its present states: the truth in one frame.

    `leaves` is the location's privacy manifest, `play` how viewers share the location.
    """

    EVENT: ClassVar = "catalog"

    revision: Count
    devices: Annotated[tuple[Device, ...], Meta(max_length=200)]
    states: Annotated[tuple[DeviceState, ...], Meta(max_length=200)] = ()
    sharing: SharingState
    leaves: tuple[Leaves, ...] = ()
    play: Play = Play()


class Announcement(Message, frozen=True, kw_only=True):
    """A line of the owner on the page; an empty one takes it away."""

    EVENT: ClassVar = "announcement"

    text: Annotated[str, Meta(max_length=140)]


class OnSiteCode(Message, frozen=True, kw_only=True):
    """A location asks for the code to show to the people who are there."""

    EVENT: ClassVar = "on_site_code"


class OnSiteCodeShown(Part, frozen=True, kw_only=True):
    """The code for now; ask again after `valid_ms`."""

    code: Name
    valid_ms: Count


# Commands ----------------------------------------------------------------------------------------------------------


class TurnOn(Struct, frozen=True, kw_only=True, tag_field="type", tag="turn_on"):
    """Light or switch on, as it was."""


class TurnOff(Struct, frozen=True, kw_only=True, tag_field="type", tag="turn_off"):
    """Light or switch off."""


class SetColor(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="set_color"):
    """On, in one color: `rgb` or a white temperature, exactly one of them."""

    rgb: Rgb | None = None
    kelvin: Kelvin | None = None

    def __post_init__(self) -> None:
        if (self.rgb is None) == (self.kelvin is None):
            raise ValueError("set_color needs exactly one of rgb and kelvin")


class SetBrightness(Struct, frozen=True, kw_only=True, tag_field="type", tag="set_brightness"):
    """On, at a brightness."""

    brightness: Brightness


class SetEffect(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="set_effect"):
    """On, running an effect of the device's list; the rest stays as it is when not given."""

    effect: Name
    palette: Name | None = None
    speed: Level | None = None
    intensity: Level | None = None


class PixelRange(Part, frozen=True, kw_only=True):
    """Pixels `start` to `stop` (exclusive) in one color."""

    start: Annotated[int, Meta(ge=0, le=4095)]
    stop: Annotated[int, Meta(ge=1, le=4096)]
    rgb: Rgb

    def __post_init__(self) -> None:
        if self.stop <= self.start:
            raise ValueError("stop must be greater than start")


class Paint(Struct, frozen=True, kw_only=True, tag_field="type", tag="paint"):
    """Single pixels of a strip or matrix."""

    ranges: Annotated[tuple[PixelRange, ...], Meta(min_length=1, max_length=256)]


class PlayScene(Struct, frozen=True, kw_only=True, tag_field="type", tag="play_scene"):
    """Start a scene."""


class Press(Struct, frozen=True, kw_only=True, tag_field="type", tag="press"):
    """Pulse a relay."""


type Action = TurnOn | TurnOff | SetColor | SetBrightness | SetEffect | Paint | PlayScene | Press


def action_type(action: Action) -> ActionType:
    """Return which of the closed list of actions this is."""
    return ActionType(str(action.__struct_config__.tag))


class Viewer(Part, frozen=True, kw_only=True):
    """Who wishes: an opaque id and the handle that others see; the server vouches for turn and presence."""

    viewer_id: Identifier
    handle: Name
    has_turn: bool = False
    on_site: bool = False


class DeviceCommand(Message, frozen=True, kw_only=True):
    """A viewer's wish, for the house to decide. Acked `{"ok": true}` when done, else with the reason."""

    EVENT: ClassVar = "device_command"

    command_id: CommandId
    device_id: Identifier
    action: Action
    viewer: Viewer
    expires_at: Time


class Audience(Message, frozen=True, kw_only=True):
    """How many watch and how many of them acted in the last minute."""

    EVENT: ClassVar = "audience"

    watching: Count
    acting: Count


TO_SERVER: tuple[type[Message], ...] = (Hello, Catalog, DeviceState, SharingState, Announcement, OnSiteCode)
TO_LOCATION: tuple[type[Message], ...] = (DeviceCommand, Audience, Goodbye)
