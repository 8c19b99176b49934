"""Events and commands as JSON, the form in which a record keeps them and a replay compares them.

Encoding is deterministic: fields in declared order, defaults left out, no whitespace.
"""

from __future__ import annotations

import msgspec

from safeconduct.model.commands import AnyCommand, Command
from safeconduct.model.events import AnyEvent, Event


class Malformed(ValueError):
    """The bytes are no event or command of this version; the text says where and why."""


_encoder = msgspec.json.Encoder()
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_command_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


def encode(value: Event | Command) -> bytes:
    return _encoder.encode(value)


def decode_event(data: bytes | msgspec.Raw) -> AnyEvent:
    """Raises Malformed."""
    try:
        return _event_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise Malformed(str(error)) from error


def decode_command(data: bytes | msgspec.Raw) -> AnyCommand:
    """Raises Malformed."""
    try:
        return _command_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise Malformed(str(error)) from error
