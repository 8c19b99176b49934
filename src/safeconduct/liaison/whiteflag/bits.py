"""Bits in and out: fields are packed one after the other, most significant bit first, the last octet filled with 0."""

from __future__ import annotations

_LITERAL_FREE = "acdxb±"


class Unreadable(Exception):
    """These octets, or these words, are no Whiteflag message that we can read; the text says what and where."""


def width(pattern: str) -> int:
    """Bits that a pattern takes, a trailing `*` aside."""
    return sum(8 if p in "ac" else 4 if p in "dx" else 1 for p in pattern if p in _LITERAL_FREE)


class BitWriter:
    def __init__(self) -> None:
        self._value, self._bits = 0, 0

    def put(self, value: int, bits: int) -> None:
        self._value = self._value << bits | value
        self._bits += bits

    def field(self, name: str, pattern: str, text: str) -> None:
        """Pack one field. Raises Unreadable: it is not written as its pattern asks."""
        if pattern.endswith("*"):
            pattern = pattern[0] * len(text)
        if len(text) != len(pattern):
            raise Unreadable(f"{name}: {text!r} is not written like {pattern}")
        for p, character in zip(pattern, text, strict=True):
            try:
                self._character(p, character)
            except ValueError as error:
                raise Unreadable(f"{name}: {text!r} is not written like {pattern}") from error

    def _character(self, p: str, character: str) -> None:
        code = ord(character)
        if p in "ac":
            if code > 0x7F or (p == "a" and not character.isalnum()):
                raise ValueError
            self.put(code, 8)
        elif p in "dx":
            if code > 0x7F:
                raise ValueError
            self.put(int(character, 10 if p == "d" else 16), 4)
        elif p == "b":
            self.put("01".index(character), 1)
        elif p == "±":
            self.put("-+".index(character), 1)
        elif p != character:
            raise ValueError

    def octets(self) -> bytes:
        spare = -self._bits % 8
        return (self._value << spare).to_bytes((self._bits + spare) // 8, "big")


class BitReader:
    """Reads a message's octets once, from the front."""

    def __init__(self, octets: bytes) -> None:
        self._value = int.from_bytes(octets, "big")
        self.left = 8 * len(octets)

    def take(self, bits: int) -> int:
        if bits > self.left:
            raise Unreadable("the message ends too early")
        self.left -= bits
        return self._value >> self.left & (1 << bits) - 1

    def field(self, name: str, pattern: str) -> str:
        """Read one field as it is written. Raises Unreadable."""
        if pattern == "c*":
            pattern = "c" * (self.left // 8)
        elif pattern == "x*":
            pattern = "x" * (self.left // 8 * 2)  # whole octets: half of one may only be filling
        need = width(pattern)
        if need > self.left:
            raise Unreadable(f"{name}: the message ends too early")
        return "".join(self._character(name, p) for p in pattern)

    def _character(self, name: str, p: str) -> str:
        if p in "ac":
            code = self.take(8)
            if code > 0x7F or (p == "a" and not chr(code).isalnum()):
                raise Unreadable(f"{name}: octet {code:#04x} is no character of it")
            return chr(code)
        if p == "d":
            digit = self.take(4)
            if digit > 9:
                raise Unreadable(f"{name}: {digit:#x} is no decimal digit")
            return str(digit)
        if p == "x":
            return f"{self.take(4):x}"
        if p == "b":
            return str(self.take(1))
        if p == "±":
            return "-+"[self.take(1)]
        return p

    def end(self) -> None:
        """Nothing may follow but the filling of the last octet. Raises Unreadable."""
        if self.left >= 8:
            raise Unreadable(f"{self.left // 8} octets follow its end")
        if self.take(self.left):
            raise Unreadable("the last octet is not filled with 0")
