"""The same facts must give the same decisions: a record's events are fed to the core again and its commands compared.

After a crash the last event may stand there without its commands, or with only the first of them. They were not
durable, so they were never carried out: they are void, nobody adds them later, and they are no difference if the log
ends there or a `mission_resumed` follows. Commands after `mission_resumed` belong to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from safeconduct.model.commands import AnyCommand, Command
from safeconduct.model.events import AnyEvent, MissionResumed
from safeconduct.model.wire import Malformed, decode_command, decode_event, encode
from safeconduct.witness.chain import ChainBroken, log_of, read_record
from safeconduct.witness.entry import Entry

State = TypeVar("State")
Value = TypeVar("Value")
Step = Callable[[State, AnyEvent], tuple[State, tuple[Command, ...]]]


class Difference(msgspec.Struct, frozen=True):
    """Where record and core part. `line` of the log, from 1; the event that was answered; both answers as JSON text."""

    line: int
    event: str
    recorded: str | None
    computed: str | None


class Replay(msgspec.Struct, frozen=True):
    """The answer of `safeconduct replay --check`."""

    identical: bool
    events: int
    commands: int
    first_difference: Difference | None = None


def inputs(record: Path) -> Iterator[AnyEvent]:
    """The recorded events in order. Raises BadInput or ChainBroken."""
    for entry in read_record(record):
        if entry.io == "event":
            yield _event(record, entry)


def values(record: Path) -> Iterator[AnyEvent | AnyCommand]:
    """All that is recorded, facts and decisions, in order. Raises BadInput or ChainBroken."""
    for entry in read_record(record):
        yield _event(record, entry) if entry.io == "event" else _decoded(record, entry, decode_command)


def recheck(record: Path, step: Step[State], initial: State) -> Replay:
    """Feed a record to the core and compare byte by byte. Raises BadInput or ChainBroken."""
    return rebuild(record, step, initial)[1]


def rebuild(record: Path, step: Step[State], initial: State) -> tuple[State, Replay]:
    """The core's state at the end of a record, and whether it got there as it did then."""
    state, event = initial, ""
    due: list[bytes] = []  # commands of the last event that the record has not shown yet, last one first
    events = commands = line = 0
    first: Difference | None = None
    for entry in read_record(record):
        line = entry.seq + 1
        if entry.io == "command":
            commands += 1
            body = bytes(entry.body)
            computed = due.pop() if due else None
            if computed != body and first is None:
                first = Difference(line, event, body.decode("utf-8", "replace"), _text(computed))
            continue
        fact = _event(record, entry)
        if due and first is None and not isinstance(fact, MissionResumed):
            first = Difference(line, event, None, _text(due[-1]))
        events += 1
        event = f"{entry.kind} (line {line})"
        state, answer = step(state, fact)
        due = [encode(command) for command in reversed(answer)]
    return state, Replay(first is None, events, commands, first)


def _event(record: Path, entry: Entry) -> AnyEvent:
    return _decoded(record, entry, decode_event)


def _decoded(record: Path, entry: Entry, decode: Callable[[msgspec.Raw], Value]) -> Value:
    try:
        return decode(entry.body)
    except Malformed as error:
        what = f"no {entry.io} of this version: {error}"
        raise ChainBroken(log_of(record), entry.seq + 1, what) from error


def _text(body: bytes | None) -> str | None:
    return None if body is None else body.decode()
