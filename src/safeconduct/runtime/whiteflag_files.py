"""Whiteflag messages as files of a closed circle: what is told is written, what others wrote is read."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from safeconduct.liaison.whiteflag import LONGEST, EscortSigns, Unreadable, decode, faults, in_words
from safeconduct.model.commands import Command
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import LocalFrame


class Outbox:
    """Whiteflag messages as files: the octets, and beside them the words. A new number each; nothing is overwritten."""

    def __init__(self, folder: Path, frame: LocalFrame) -> None:
        self._folder, self._signs = folder, EscortSigns(frame)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(str(folder), f"cannot be written ({error.strerror})", "give another --whiteflag") from error

    def obey(self, command: Command, wall_ns: int) -> list[bytes]:
        """Written, and given back for whoever passes them on."""
        told = self._signs.obey(command, wall_ns)
        for octets in told:
            message = decode(octets)
            number = sum(1 for _ in self._folder.glob("*.wf"))
            path = self._folder / f"{number:05d}-{message.subject}.wf"
            path.write_bytes(octets)
            path.with_suffix(".json").write_text(json.dumps(msgspec.to_builtins(message), indent=1) + "\n")
        return told


class SignRead(msgspec.Struct, frozen=True):
    """One Whiteflag message that was read. faults: why it must be ignored; empty: nothing speaks against it."""

    file: str
    subject: str
    says: str
    faults: tuple[str, ...]
    duress: bool


def read_signs(paths: list[Path]) -> list[SignRead]:
    """Files of octets, or of hexadecimal digits. Raises BadInput: one cannot be read."""
    found = []
    for path in paths:
        try:
            with path.open("rb") as content:
                octets = content.read(4 * LONGEST)
            if not octets.startswith(b"WF"):
                octets = bytes.fromhex(octets.decode("ascii").strip())
            message = decode(octets)
        except OSError as error:
            raise BadInput(str(path), f"cannot be read ({error.strerror})", "check the name") from error
        except (Unreadable, ValueError) as error:
            raise BadInput(str(path), f"is no Whiteflag message: {error}", "ask its sender for it again") from error
        against = tuple(faults(message))
        found.append(SignRead(str(path), message.subject, in_words(message), against, message.duress))
    return found
