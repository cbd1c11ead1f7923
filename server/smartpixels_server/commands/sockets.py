"""`viewer_command`."""

from ..errors import SmartPixelsError
from ..protocol.codec import encode
from ..viewers.service import ViewerService
from ..viewers.sockets import ViewerConnection, ViewerSockets
from .messages import CommandDone, ViewerCommand
from .service import CommandService


class CommandSockets:
    """Takes the commands of viewers who joined a location."""

    def __init__(self, sockets: ViewerSockets, commands: CommandService, viewers: ViewerService) -> None:
        self._commands = commands
        self._viewers = viewers
        sockets.namespace.on(ViewerCommand, self._viewer_command)

    async def _viewer_command(self, connection: ViewerConnection, wish: ViewerCommand) -> CommandDone:
        viewer = connection.viewer
        try:
            await self._commands.submit(connection.joined, viewer, wish)
        except SmartPixelsError as err:
            err.fields = {"tokens": encode(self._viewers.tokens(viewer.viewer_id))}
            raise
        return CommandDone(tokens=self._viewers.tokens(viewer.viewer_id))
