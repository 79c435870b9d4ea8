"""What is said between the engine process and whoever drives it: one JSON object a line.

What can be said stands in `core.engine.commands` and `core.engine.events`; nothing but this module
knows the format.  Commands go to the engine's standard input, events come from its standard output.
Arrays travel as files in the run folder.  Progress comes at most 20 times a second, a `Heartbeat`
at least every 2 seconds, whatever the engine does.
"""

from __future__ import annotations

import msgspec

from core.data.names import to_name
from core.engine.commands import AnyCommand, Command
from core.engine.events import AnyEvent, Event

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(message: Command | Event) -> bytes:
    """One line, newline included.

    Names of files whose bytes are not UTF-8 cannot be written as JSON; see `core.data.names`.
    """
    try:
        return _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:
        return _encoder.encode(_writable(msgspec.to_builtins(message))) + b"\n"


def _writable(value: object) -> object:
    """Plain values with all their texts as names that can be written."""
    match value:
        case str():
            return to_name(value)
        case dict():
            return {_writable(key): _writable(one) for key, one in value.items()}
        case list() | tuple():
            return [_writable(one) for one in value]
    return value


def decode_command(line: bytes) -> AnyCommand:
    """A command from a line.

    Raises:
        msgspec.DecodeError: The line is no command.
    """
    return _commands.decode(line)


class _Numbered(msgspec.Struct):
    """What can be known of a command that is not understood."""

    id: int = 0


def command_id(line: bytes) -> int:
    """The id of a line that is no command, so that whoever waits for it hears; 0 if unreadable."""
    try:
        return msgspec.json.decode(line, type=_Numbered).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0


def decode_event(line: bytes) -> AnyEvent:
    """An event from a line.

    Raises:
        msgspec.DecodeError: The line is no event.
    """
    return _events.decode(line)
