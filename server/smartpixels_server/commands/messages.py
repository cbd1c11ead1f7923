"""Frames about commands, between viewers and the server."""

from typing import ClassVar

from ..protocol.messages import Action, ActionType, CommandId, Identifier, Message, Part, Time, Viewer
from ..viewers.messages import Tokens


class ViewerCommand(Message, frozen=True, kw_only=True):
    """A viewer's wish for a device."""

    EVENT: ClassVar = "viewer_command"

    command_id: CommandId
    device_id: Identifier
    action: Action


class CommandDone(Part, frozen=True, kw_only=True):
    """The answer when the device did it; a refusal carries `tokens`, too."""

    tokens: Tokens


class Activity(Message, frozen=True, kw_only=True):
    """Who did what, after it was done."""

    EVENT: ClassVar = "activity"

    command_id: CommandId
    device_id: Identifier
    action: ActionType
    viewer: Viewer
    at: Time
