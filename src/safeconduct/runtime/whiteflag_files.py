"""Whiteflag messages as files of a closed circle: what is told is written, what others wrote is read."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from safeconduct.liaison.whiteflag import LONGEST, Circle, CircleKey, Told, Unreadable, faults, in_words, name_of
from safeconduct.model.faults import BadInput

INBOX = "in"
_READ_MAX = 4096


class FolderRoad:
    """Our messages as octets with their words beside, a new number each; theirs from the folder `in`, each read once.

    trouble: why the last one could not be written; the mission goes on.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._inbox = folder, folder / INBOX
        self._read: set[str] = set()
        self.trouble = ""
        try:
            self._inbox.mkdir(parents=True, exist_ok=True)
            self._number = sum(1 for _ in folder.glob("*.wf"))
        except OSError as error:
            raise BadInput(str(folder), f"cannot be written ({error.strerror})", "give another --whiteflag") from error

    def send(self, told: Told) -> None:
        try:
            for n, octets in enumerate(told.octets):
                what = told.message.subject if n == 0 else "K21"
                path = self._folder / f"{self._number:05d}-{what}.wf"
                self._number += 1
                path.write_bytes(octets)
                if n == 0:
                    path.with_suffix(".json").write_text(json.dumps(msgspec.to_builtins(told.message), indent=1) + "\n")
            self.trouble = ""
        except OSError as error:
            self.trouble = f"Whiteflag messages cannot be written to {self._folder} ({error.strerror})"

    def poll(self) -> list[bytes]:
        """Whole files that were not read yet; at most `_READ_MAX` are remembered, and then no more are read."""
        found: list[bytes] = []
        for path in sorted(self._inbox.glob("*.wf")):
            if path.name in self._read or len(self._read) >= _READ_MAX:
                continue
            self._read.add(path.name)
            try:
                with path.open("rb") as file:
                    content = file.read(4 * LONGEST)
            except OSError as error:
                self.trouble = f"Whiteflag message {path.name} cannot be read ({error.strerror})"
                continue
            try:
                found.append(_octets(content))
            except ValueError:
                found.append(content[:1])  # no message: said where messages are read
        return found

    def close(self) -> None:
        """Nothing is held open."""


class SignRead(msgspec.Struct, frozen=True):
    """One Whiteflag message that was read. faults: why it must be ignored; empty: nothing speaks against it."""

    file: str
    subject: str
    says: str
    faults: tuple[str, ...]
    duress: bool
    encrypted: bool = False


def read_signs(paths: list[Path], key: CircleKey | None = None) -> list[SignRead]:
    """Files of octets, or of hexadecimal digits. Raises BadInput: one cannot be read.

    An encrypted message needs the K message with its initialisation vector among the files, before or after it.
    """
    circle, found, sealed = Circle(key), [], {}
    for path in paths:
        try:
            with path.open("rb") as content:
                octets = _octets(content.read(4 * LONGEST))
            if octets[3:4] != b"0":
                sealed[name_of(octets)] = str(path)
            heard = circle.hear(octets)
        except OSError as error:
            raise BadInput(str(path), f"cannot be read ({error.strerror})", "check the name") from error
        except (Unreadable, ValueError) as error:
            mend = "give --key FILE of its circle" if "key" in str(error) else "ask its sender for it again"
            raise BadInput(str(path), f"is no Whiteflag message: {error}", mend) from error
        if heard is not None:
            name, message = heard
            file = sealed.pop(name, "")
            said = in_words(message), tuple(faults(message))
            found.append(SignRead(file or str(path), message.subject, *said, message.duress, bool(file)))
    for file in sealed.values():
        mend = "give the K message that came after it"
        raise BadInput(file, "is encrypted and lacks its initialisation vector", mend)
    return found


def _octets(content: bytes) -> bytes:
    """Raises ValueError: neither octets of a message nor hexadecimal digits."""
    return content if content.startswith(b"WF") else bytes.fromhex(content.decode("ascii").strip())
