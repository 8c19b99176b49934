"""One line of a record: how it is written, and what it must look like to be believed.

`{"seq":n,"t":t_ns,"io":"event"|"command","kind":…,"body":{…},"prev":"…"}` and a newline. `prev` is the SHA-256 (FIPS
180-4) of the line before, without its newline, in lower-case hex; the first line carries 64 zeros. The body is what
`model.wire.encode` made, byte for byte: a line is spliced together, never encoded twice, and a reader may demand that
exact form. The format is described for readers in docs/reference/record-format.md.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from safeconduct.model.commands import Command
from safeconduct.model.events import Event

FIRST_PREV = b"0" * 64
LOG = "log.jsonl"
LONGEST_LINE = 32 * 1024 * 1024
"""Bytes. The longest honest line is the first, which holds the plan; this bounds the memory of a reader."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recorded fact or decision. `body` is the JSON of the event or command, not decoded yet."""

    seq: int
    t_ns: int = msgspec.field(name="t")
    io: Literal["event", "command"]
    kind: str
    body: msgspec.Raw
    prev: str


_decoder = msgspec.json.Decoder(Entry)
_heads: dict[type, bytes] = {}


def head_of(cls: type[Event | Command]) -> bytes:
    """The constant middle of a line for one type of value, from `io` up to the body."""
    head = _heads.get(cls)
    if head is None:
        io = "event" if issubclass(cls, Event) else "command"
        head = _heads[cls] = _head(io, str(cls.__struct_config__.tag))
    return head


def _head(io: str, kind: str) -> bytes:
    return f',"io":"{io}","kind":"{kind}","body":'.encode()


def splice(seq: int, t_ns: int, head: bytes, body: bytes, prev: bytes) -> bytes:
    """The line, without its newline. `prev` as hex."""
    return b"".join((b'{"seq":%d,"t":%d' % (seq, t_ns), head, body, b',"prev":"', prev, b'"}'))


def link(line: bytes) -> bytes:
    """What the next line's `prev` must be."""
    return sha256(line).hexdigest().encode()


def parse(line: bytes) -> Entry:
    """The entry of one line without its newline. Raises ValueError in words when it is not in the exact form."""
    try:
        entry = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise ValueError(f"not an entry: {error}") from error
    body = bytes(entry.body)
    if splice(entry.seq, entry.t_ns, _head(entry.io, entry.kind), body, entry.prev.encode()) != line:
        raise ValueError("not in the exact form in which entries are written")
    stamp = b'{"kind":"%b","t_ns":%d' % (entry.kind.encode(), entry.t_ns)
    if not body.startswith(stamp) or body[len(stamp) : len(stamp) + 1] not in (b",", b"}"):
        raise ValueError("the body's kind or time is not that of the entry")
    return entry
