"""`request_turn`, `ready`, `pass_turn`, and the `turn` pushes."""

import logging
from collections.abc import Sequence
from typing import Final

from ..clock import Clock
from ..errors import SmartPixelsError
from ..realtime.peer import EncodedFrame
from ..viewers.sockets import ViewerConnection, ViewerSockets
from .messages import Ballot, PassTurn, Ready, RequestTurn, Turn
from .service import TurnService

PUSH_SECONDS: Final = 0.5
"""How long a change of the line takes to everybody, at most."""

_LOGGER = logging.getLogger(__name__)


class TurnSockets:
    """Takes viewers' wishes for a turn; tells everybody when the line has moved."""

    def __init__(self, sockets: ViewerSockets, turns: TurnService, clock: Clock) -> None:
        self._sockets = sockets
        self._turns = turns
        self._clock = clock
        self._told: dict[str, int] = {}
        self._ballots: dict[str, Ballot] = {}
        sockets.namespace.on(RequestTurn, self._request)
        sockets.namespace.on(Ready, self._ready)
        sockets.namespace.on(PassTurn, self._pass)

    async def run(self) -> None:
        """Until canceled: keep the lines moving and tell the news."""
        while True:
            await self._clock.sleep(PUSH_SECONDS)
            try:
                await self._tell_all()
            except SmartPixelsError as err:
                _LOGGER.debug("Cannot tell about turns: %s", err)
            except Exception:
                _LOGGER.exception("Cannot tell about turns")

    async def _tell_all(self) -> None:
        joined = self._sockets.joined()
        self._told = {location_id: revision for location_id, revision in self._told.items() if location_id in joined}
        self._ballots = {location_id: ballot for location_id, ballot in self._ballots.items() if location_id in joined}
        for location_id, connections in joined.items():
            await self._tell(location_id, connections)

    async def _tell(self, location_id: str, connections: Sequence[ViewerConnection]) -> None:
        here = {one.viewer.viewer_id for one in connections}
        news = await self._turns.news(location_id, here, since=self._told.get(location_id, 0))
        if news is None:
            return
        self._told[location_id] = news.revision
        others = EncodedFrame(self._sockets.namespace.name, news.others)
        for connection in connections:
            personal = news.personal.get(connection.viewer.viewer_id)
            if personal is None:
                connection.peer.push(others)
            else:
                connection.peer.send(personal)
        if news.ballot != self._ballots.get(location_id, Ballot()):
            self._ballots[location_id] = news.ballot
            ballot = EncodedFrame(self._sockets.namespace.name, news.ballot)
            for connection in connections:
                connection.peer.push(ballot)

    async def _request(self, connection: ViewerConnection, _: RequestTurn) -> Turn:
        return await self._turns.request(connection.joined, connection.viewer)

    async def _ready(self, connection: ViewerConnection, _: Ready) -> Turn:
        return await self._turns.ready(connection.joined, connection.viewer.viewer_id)

    async def _pass(self, connection: ViewerConnection, _: PassTurn) -> Turn:
        return await self._turns.give_up(connection.joined, connection.viewer.viewer_id)
