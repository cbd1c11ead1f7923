"""Endpoints about places: what there is, what happens, and changing it."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from ..commands.messages import ViewerCommand
from ..commands.service import CommandService
from ..devices.service import DeviceService
from ..errors import SmartPixelsError
from ..locations.links import Links
from ..locations.model import Location
from ..locations.service import LocationService
from ..protocol.errors import ErrorCode
from ..viewers.service import Viewer, ViewerService
from ..web.endpoints import Call, Endpoint
from .messages import (
    ActivityList,
    CommandDone,
    DeviceList,
    LocationInfo,
    LocationList,
    LocationNumbers,
    NewCommand,
    OneLocation,
    Page,
    StateList,
)
from .model import ApiKey, Scope
from .paging import part

_PLACE: Final = "/api/v1/locations/{slug}"
_COMMAND_REFUSALS: Final = (
    ErrorCode.NOT_EXPOSED,
    ErrorCode.INVALID,
    ErrorCode.BUSY,
    ErrorCode.INTERNAL,
)


class PlaceEndpoints:
    """What keys with the scopes `read` and `command` may do."""

    def __init__(
        self,
        *,
        locations: LocationService,
        links: Links,
        devices: DeviceService,
        viewers: ViewerService,
        commands: CommandService,
    ) -> None:
        self._locations = locations
        self._links = links
        self._devices = devices
        self._viewers = viewers
        self._commands = commands

    def endpoints(self) -> Sequence[Endpoint[ApiKey]]:
        """Return all of them."""
        unknown = (ErrorCode.UNKNOWN_LOCATION,)
        read = Scope.READ
        return (
            Endpoint(
                method="GET",
                path="/api/v1/locations",
                summary="All places",
                scope=read,
                query=Page,
                reply=LocationList,
                handle=self._list,
            ),
            Endpoint(
                method="GET",
                path=_PLACE,
                summary="One place",
                scope=read,
                reply=OneLocation,
                refusals=unknown,
                handle=self._one,
            ),
            Endpoint(
                method="GET",
                path=f"{_PLACE}/devices",
                summary="Its devices",
                scope=read,
                reply=DeviceList,
                refusals=unknown,
                handle=self._device_list,
            ),
            Endpoint(
                method="GET",
                path=f"{_PLACE}/states",
                summary="Their last states",
                scope=read,
                reply=StateList,
                refusals=unknown,
                handle=self._states,
            ),
            Endpoint(
                method="GET",
                path=f"{_PLACE}/activity",
                summary="What was done there lately",
                scope=read,
                reply=ActivityList,
                refusals=unknown,
                handle=self._activity,
            ),
            Endpoint(
                method="GET",
                path=f"{_PLACE}/metrics",
                summary="The place in numbers",
                scope=read,
                reply=LocationNumbers,
                refusals=unknown,
                handle=self._numbers,
            ),
            Endpoint(
                method="POST",
                path=f"{_PLACE}/commands",
                summary="Change a device; answers when it did it, within six seconds",
                scope=Scope.COMMAND,
                body=NewCommand,
                reply=CommandDone,
                refusals=(*unknown, *_COMMAND_REFUSALS),
                handle=self._command,
            ),
        )

    async def _list(self, call: Call[ApiKey]) -> LocationList:
        found, following = part(await self._locations.list_locations(), call.query, key=lambda one: one.slug)
        return LocationList(locations=tuple(self._info(location) for location in found), next=following)

    async def _one(self, call: Call[ApiKey]) -> OneLocation:
        location = await self._location(call)
        view = self._devices.view(location.location_id)
        return OneLocation(location=self._info(location), announcement=view.announcement, leaves=tuple(view.leaves))

    async def _device_list(self, call: Call[ApiKey]) -> DeviceList:
        return DeviceList(devices=tuple(self._devices.view((await self._location(call)).location_id).devices))

    async def _states(self, call: Call[ApiKey]) -> StateList:
        return StateList(states=tuple(self._devices.view((await self._location(call)).location_id).states))

    async def _activity(self, call: Call[ApiKey]) -> ActivityList:
        return ActivityList(activity=tuple(self._commands.recent((await self._location(call)).location_id)))

    async def _numbers(self, call: Call[ApiKey]) -> LocationNumbers:
        location = await self._location(call)
        info = self._info(location)
        view = self._devices.view(location.location_id)
        return LocationNumbers(
            online=info.link.online,
            since=info.link.since,
            watching=info.audience.watching,
            acting=info.audience.acting,
            devices=len(view.devices),
            available=sum(state.available for state in view.states),
        )

    async def _command(self, call: Call[ApiKey]) -> CommandDone:
        location = await self._location(call)
        wish: NewCommand = call.body
        command_id = wish.command_id or uuid4().hex
        viewer = Viewer(viewer_id=f"api-{call.caller.key_id}", handle=call.caller.name, language="en")
        command = ViewerCommand(command_id=command_id, device_id=wish.device_id, action=wish.action)
        await self._commands.submit(location.location_id, viewer, command)
        return CommandDone(command_id=command_id)

    async def _location(self, call: Call[ApiKey]) -> Location:
        location = await self._locations.by_slug(call.path["slug"])
        if location is None:
            raise SmartPixelsError(ErrorCode.UNKNOWN_LOCATION, "there is no such location")
        return location

    def _info(self, location: Location) -> LocationInfo:
        return LocationInfo(
            slug=location.slug,
            name=location.name,
            link=self._links.status(location.location_id),
            sharing=self._devices.sharing(location.location_id),
            audience=self._viewers.audience(location.location_id),
        )
