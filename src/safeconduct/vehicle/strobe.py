"""The anti-collision strobe: it looks like code, so it is dark while the light talks, and seen so."""

from __future__ import annotations

from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.lamps import RelayLamp


class Strobe:
    """Fed through a relay of its own. It is switched on again only if it was on before the light talked."""

    def __init__(self, relay: RelayLamp) -> None:
        self._relay = relay
        self._on: bool | None = None
        self._was_on = False
        self._changed_ns = 0

    @property
    def dark(self) -> bool:
        return self._on is False

    def dark_since(self, t_ns: int) -> bool:
        """Seen dark since then or longer."""
        return self.dark and self._changed_ns <= t_ns

    def reported(self, message: Message, t_ns: int) -> None:
        """Take a RELAY_STATUS; a relay that is not there is dark."""
        there, on = self._relay.read(message)
        if (there and on) is not self._on:
            self._on, self._changed_ns = there and on, t_ns

    def rest(self, t_ns: int) -> None:
        self._was_on = self._was_on or bool(self._on)
        self._relay.off(t_ns)

    def go_on(self, t_ns: int) -> None:
        if self._was_on:
            self._was_on = False
            self._relay.on(t_ns)
