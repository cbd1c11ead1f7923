"""The `/viewer` namespace up to who it is; where they are and what they do is bound above."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..errors import SmartPixelsError
from ..protocol.codec import Json
from ..protocol.errors import ErrorCode
from ..realtime.binder import Namespace
from ..realtime.fanout import Fanout
from ..realtime.peer import Peer
from ..web.clients import Clients
from .model import LANGUAGES
from .service import COOKIE_NAME, Viewer, ViewerService

NAMESPACE: Final = "/viewer"


@dataclass(eq=False)
class ViewerConnection:
    """One open page: who looks, and at which location once it joined."""

    peer: Peer
    viewer: Viewer
    location_id: str | None = None

    @property
    def joined(self) -> str:
        """The location's id. Raises SmartPixelsError `join_required`."""
        if self.location_id is None:
            raise SmartPixelsError(ErrorCode.JOIN_REQUIRED, "join a location first")
        return self.location_id


class ViewerSockets:
    """Lets viewers in and keeps track of where they are."""

    def __init__(self, viewers: ViewerService, fanout: Fanout, clients: Clients) -> None:
        self._viewers = viewers
        self._fanout = fanout
        self._clients = clients
        self._joined: defaultdict[str, dict[ViewerConnection, None]] = defaultdict(dict)
        self.namespace = Namespace(NAMESPACE, connect=self._connect, disconnect=self._disconnect)

    def enter(self, connection: ViewerConnection, location_id: str) -> None:
        """Move the connection to a location, away from where it was."""
        self.leave(connection)
        connection.location_id = location_id
        self._joined[location_id][connection] = None
        self._viewers.enter(location_id, connection, connection.viewer)
        self._fanout.enter(location_id, connection.peer)

    def leave(self, connection: ViewerConnection) -> None:
        """Take the connection away from where it is."""
        if connection.location_id is not None:
            del self._joined[connection.location_id][connection]
            if not self._joined[connection.location_id]:
                del self._joined[connection.location_id]
            self._fanout.leave(connection.location_id, connection.peer)
            self._viewers.leave(connection.location_id, connection)
            connection.location_id = None

    def joined(self) -> Mapping[str, Sequence[ViewerConnection]]:
        """Return the pages that are open, by location."""
        return {location_id: tuple(connections) for location_id, connections in self._joined.items()}

    async def _connect(self, peer: Peer, _auth: Json) -> ViewerConnection:
        known = self._viewers.from_cookie(peer.request.cookies.get(COOKIE_NAME))
        viewer = known or self._viewers.new_viewer(LANGUAGES[0])
        return ViewerConnection(peer, replace(viewer, network=self._clients.network(peer.request)))

    async def _disconnect(self, connection: ViewerConnection) -> None:
        self.leave(connection)
