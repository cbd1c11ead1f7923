"""`join`: a viewer comes to a location and gets to see everything at once."""

from ..clock import Clock
from ..commands.service import CommandService
from ..devices.service import DeviceService
from ..errors import SmartPixelsError
from ..locations.links import Links
from ..locations.model import Location
from ..locations.service import LocationService
from ..protocol import messages as wire
from ..protocol.errors import ErrorCode
from ..storage.redis import RedisGone
from ..turns.messages import Ballot, Turn
from ..turns.service import TurnService
from ..viewers.messages import Tokens
from ..viewers.service import Viewer, ViewerService
from ..viewers.sockets import ViewerConnection, ViewerSockets
from .messages import Join, PublicLocation, Snapshot


class JoinSockets:
    """Answers `join` out of all features."""

    def __init__(  # noqa: PLR0913 - a snapshot has something of every feature
        self,
        sockets: ViewerSockets,
        *,
        locations: LocationService,
        links: Links,
        devices: DeviceService,
        viewers: ViewerService,
        commands: CommandService,
        turns: TurnService,
        clock: Clock,
    ) -> None:
        self._sockets = sockets
        self._locations = locations
        self._links = links
        self._devices = devices
        self._viewers = viewers
        self._commands = commands
        self._turns = turns
        self._clock = clock
        sockets.namespace.on(Join, self._join)

    async def _join(self, connection: ViewerConnection, join: Join) -> Snapshot:
        location = await self._locations.by_slug(join.location)
        if location is None:
            raise SmartPixelsError(ErrorCode.UNKNOWN_LOCATION, "there is no such location")
        if join.language is not None:
            connection.viewer = self._viewers.in_language(connection.viewer, join.language)
        await self._devices.open(location.location_id)
        self._sockets.enter(connection, location.location_id)
        return await self._snapshot(connection, location)

    async def _snapshot(self, connection: ViewerConnection, location: Location) -> Snapshot:
        viewer = connection.viewer
        view = self._devices.view(location.location_id)
        tokens, turn, ballot = await self._standing(location.location_id, viewer)
        return Snapshot(
            server_time=self._clock.now(),
            location=PublicLocation(slug=location.slug, name=location.name),
            viewer=wire.Viewer(viewer_id=viewer.viewer_id, handle=viewer.handle),
            link=self._links.status(location.location_id),
            sharing=view.sharing,
            devices=tuple(view.devices),
            states=tuple(view.states),
            audience=self._viewers.audience(location.location_id),
            tokens=tokens,
            turn=turn,
            ballot=ballot,
            activity=tuple(self._commands.recent(location.location_id)),
            leaves=tuple(view.leaves),
            announcement=view.announcement,
        )

    async def _standing(self, location_id: str, viewer: Viewer) -> tuple[Tokens, Turn, Ballot]:
        try:
            return (
                await self._turns.tokens(location_id, viewer),
                await self._turns.turn(location_id, viewer.viewer_id),
                await self._turns.ballot(location_id),
            )
        except RedisGone:
            # Watching goes on; what is done is refused.
            return (*self._turns.unknown(), Ballot())
