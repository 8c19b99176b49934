"""What a page may say to the station. Everything else is answered plainly and does nothing.

A page is as trusted as the hand that holds the mouse, and no more: every decision still meets its interlock.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Decision
from safeconduct.station.page.roles import Role

MESSAGE_MAX_BYTES = 4096
Text = Annotated[str, msgspec.Meta(max_length=400)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Unit = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"\S")]
Metres = Annotated[float, msgspec.Meta(ge=-1e5, le=1e5)]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class _Message(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    number: Number = 0


class Decide(_Message, frozen=True, kw_only=True, tag="decide"):
    """A decision: the answer to a proposal, or a free one."""

    decision: Decision
    proposal: Number = 0
    option: Text = ""
    track: Number | None = None
    position: tuple[float, float, float] | None = None
    reason: Text = ""

    def place(self) -> Enu | None:
        return Enu(*self.position) if self.position is not None else None


class Point(_Message, frozen=True, kw_only=True, tag="point"):
    """A box that a human draws about a person whom the eyes miss; shares of the picture's width and height."""

    box: tuple[Share, Share, Share, Share]


class Report(_Message, frozen=True, kw_only=True, tag="report"):
    """Dangerous ground that the crew has learned of: its middle, metres east and north, and how far it reaches."""

    what: Literal["mines", "no_go", "fire"]
    position: tuple[Metres, Metres]
    radius_m: Annotated[float, msgspec.Meta(ge=1.0, le=500.0)]


class Lease(_Message, frozen=True, kw_only=True, tag="lease"):
    """take: decide from here. give: to the one who asks, or to the simulated operator. keep: not now."""

    want: Literal["take", "give", "keep"]


class Pace(_Message, frozen=True, kw_only=True, tag="pace"):
    """Of a rehearsal: mission seconds a second; 0 holds it."""

    speed: Annotated[float, msgspec.Meta(ge=0.0, le=100.0)]


class Seek(_Message, frozen=True, kw_only=True, tag="seek"):
    """Of a record that is shown again: seconds since the mission opened."""

    clock_s: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)]


class Ready(_Message, frozen=True, kw_only=True, tag="ready"):
    """The receivers stand ready. unit: who they are, as the record is to know them."""

    unit: Unit


class Received(_Message, frozen=True, kw_only=True, tag="received"):
    """The receivers have him, or them. condition: in words."""

    unit: Unit
    persons: Annotated[int, msgspec.Meta(ge=1, le=200)]
    condition: Text = ""


class Acknowledge(_Message, frozen=True, kw_only=True, tag="acknowledge"):
    """A named own unit holds its fire for so long; a human who may say so does."""

    unit: Unit
    minutes: Annotated[int, msgspec.Meta(ge=1, le=240)]


class Invite(_Message, frozen=True, kw_only=True, tag="invite"):
    """A code for one more station."""

    role: Role


class Revoke(_Message, frozen=True, kw_only=True, tag="revoke"):
    """That station is out, at once."""

    name: Annotated[str, msgspec.Meta(max_length=60)]


class Watch(_Message, frozen=True, kw_only=True, tag="watch"):
    """How the picture is wanted; a new one is whole."""

    codec: Literal["h264", "jpeg"]


Heard = Decide | Point | Report | Lease | Pace | Seek | Ready | Received | Acknowledge | Invite | Revoke
_heard: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)
_watch: msgspec.json.Decoder[Watch] = msgspec.json.Decoder(Watch)


class NotUnderstood(ValueError):
    """The text says what is wrong with the message, for the one who sent it."""


def understand(data: str | bytes) -> Heard:
    """Raises NotUnderstood."""
    _bounded(data)
    try:
        message = _heard.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError) as error:
        raise NotUnderstood(f"this is no message of the page: {error}") from error
    if isinstance(message, Decide) and message.position is not None and not all(abs(v) < 1e5 for v in message.position):
        raise NotUnderstood("a place so far away is none of this mission")
    if isinstance(message, Point) and not (message.box[0] < message.box[2] and message.box[1] < message.box[3]):
        raise NotUnderstood("the box is empty: draw it from one corner to the other")
    return message


def understand_watch(data: str | bytes) -> Watch:
    """Raises NotUnderstood."""
    _bounded(data)
    try:
        return _watch.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError) as error:
        raise NotUnderstood(f"this is no wish for a picture: {error}") from error


def _bounded(data: str | bytes) -> None:
    if len(data) > MESSAGE_MAX_BYTES:
        raise NotUnderstood(f"a message has at most {MESSAGE_MAX_BYTES} bytes, this one has {len(data)}")
