"""STATUSTEXT, whose long texts come in chunks.

Source: MAVLink common.xml, STATUSTEXT (253), fields id and chunk_seq.
"""

from __future__ import annotations

from safeconduct.vehicle.codec import Message

_CHUNK = 50
_OPEN_MAX = 8


class Texts:
    """Puts chunks together; a text whose first chunks were lost is given as far as it came."""

    def __init__(self) -> None:
        self._open: dict[int, str] = {}

    def take(self, message: Message) -> str | None:
        """The whole text, printable, or None while more chunks are to come."""
        raw = message.text
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        text = "".join(c for c in text if c.isprintable())
        if message.id == 0:
            return text.strip()
        text = (self._open.pop(message.id, "") + text)[: 10 * _CHUNK]
        if len(raw.encode("utf-8", "replace") if isinstance(raw, str) else raw) < _CHUNK:
            return text.strip()
        if len(self._open) >= _OPEN_MAX:
            self._open.pop(next(iter(self._open)))
        self._open[message.id] = text
        return None
