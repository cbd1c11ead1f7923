"""`viewer_command` and `vote`."""

from ..errors import SmartPixelsError
from ..protocol.codec import encode
from ..turns.messages import Ballot, Vote
from ..turns.service import TurnService
from ..viewers.sockets import ViewerConnection, ViewerSockets
from .messages import CommandDone, ViewerCommand
from .service import CommandService


class CommandSockets:
    """Takes the commands of viewers who joined a location."""

    def __init__(self, sockets: ViewerSockets, commands: CommandService, turns: TurnService) -> None:
        self._commands = commands
        self._turns = turns
        sockets.namespace.on(ViewerCommand, self._viewer_command)
        sockets.namespace.on(Vote, self._vote)

    async def _viewer_command(self, connection: ViewerConnection, wish: ViewerCommand) -> CommandDone:
        viewer, location_id = connection.viewer, connection.joined
        try:
            await self._commands.submit(location_id, viewer, wish)
        except SmartPixelsError as err:
            err.fields = {"tokens": encode(await self._turns.tokens(location_id, viewer))}
            raise
        return CommandDone(tokens=await self._turns.tokens(location_id, viewer))

    async def _vote(self, connection: ViewerConnection, vote: Vote) -> Ballot:
        return await self._commands.vote(connection.joined, connection.viewer, vote.device_id)
