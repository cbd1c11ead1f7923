"""What the API is asked and what it answers; every answer has `ok` beside these fields."""

from typing import Annotated

from msgspec import Meta

from ..commands.messages import Activity
from ..devices.messages import ViewerState
from ..locations.model import LinkStatus
from ..protocol.messages import (
    Action,
    Announcement,
    Audience,
    CommandId,
    Count,
    Device,
    Identifier,
    Leaves,
    Name,
    Part,
    SharingState,
    Time,
)
from ..webhooks.model import WebhookEvent

type PageSize = Annotated[int, Meta(ge=1, le=200)]


class Page(Part, frozen=True, kw_only=True):
    """Which part of a list: up to `limit` after `cursor`, which is the `next` of the part before."""

    limit: PageSize = 50
    cursor: Identifier | None = None


class LocationInfo(Part, frozen=True, kw_only=True):
    """A place: who it is, whether it can be reached, who is there."""

    slug: Identifier
    name: Name
    link: LinkStatus
    sharing: SharingState
    audience: Audience


class LocationList(Part, frozen=True, kw_only=True):
    """Places, by slug."""

    locations: tuple[LocationInfo, ...]
    next: Identifier | None = None


class OneLocation(Part, frozen=True, kw_only=True):
    """One place."""

    location: LocationInfo
    announcement: Announcement | None = None
    leaves: tuple[Leaves, ...] = ()


class DeviceList(Part, frozen=True, kw_only=True):
    """What viewers see and control at a place."""

    devices: tuple[Device, ...]


class StateList(Part, frozen=True, kw_only=True):
    """The last state of each device; the greater `seq` is the newer."""

    states: tuple[ViewerState, ...]


class ActivityList(Part, frozen=True, kw_only=True):
    """What was done lately, oldest first; the server remembers the last twenty."""

    activity: tuple[Activity, ...]


class LocationNumbers(Part, frozen=True, kw_only=True):
    """A place in numbers, now."""

    online: bool
    since: Time
    watching: Count
    acting: Count
    devices: Count
    available: Count


class NewCommand(Part, frozen=True, kw_only=True):
    """A wish for a device; the same `command_id` is done once."""

    device_id: Identifier
    action: Action
    command_id: CommandId | None = None


class CommandDone(Part, frozen=True, kw_only=True):
    """The device did it."""

    command_id: CommandId


class NewWebhook(Part, frozen=True, kw_only=True):
    """Where to send what; of all places when none is named."""

    url: Annotated[str, Meta(min_length=1, max_length=500)]
    events: Annotated[tuple[WebhookEvent, ...], Meta(min_length=1, max_length=16)]
    location: Identifier | None = None


class WebhookInfo(Part, frozen=True, kw_only=True):
    """A webhook, without its secret."""

    webhook_id: Identifier
    url: str
    events: tuple[WebhookEvent, ...]
    location: Identifier | None = None
    created_at: Time


class WebhookAdded(Part, frozen=True, kw_only=True):
    """The new webhook and the secret that its messages are signed with, which is never shown again."""

    webhook: WebhookInfo
    secret: str


class WebhookList(Part, frozen=True, kw_only=True):
    """The key's webhooks, by id."""

    webhooks: tuple[WebhookInfo, ...]
    next: Identifier | None = None


class LocationNews(Part, frozen=True, kw_only=True):
    """What `location.online` and `location.offline` carry."""

    location: Identifier
    since: Time


class CommandNews(Part, frozen=True, kw_only=True):
    """What `command.done` carries."""

    location: Identifier
    activity: Activity
