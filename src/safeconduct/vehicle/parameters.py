"""Reading parameters by name: PARAM_REQUEST_READ out, PARAM_VALUE back, asked again when lost.

Source: MAVLink guide, "Parameter Protocol". A name that the vehicle does not know is never answered by older
firmware, so silence after all tries means "not there".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.mission_time import after
from safeconduct.vehicle.codec import Message

_ANSWER_WITHIN_S = 0.7
_TRIES = 3
_AT_ONCE = 16


class Parameters:
    """values: what is known. missing: names that the vehicle did not answer for."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.missing: set[str] = set()
        self._wanted: dict[str, tuple[int, int]] = {}  # name → (tries, deadline)
        self._out: list[Message] = []
        self.target_system = 0
        self.target_component = 0

    @property
    def done(self) -> bool:
        return not self._wanted

    def read(self, names: Iterable[str]) -> None:
        for name in names:
            self.missing.discard(name)
            self._wanted.setdefault(name, (0, 0))

    def value(self, message: Message) -> None:
        """Take a PARAM_VALUE; also one that nobody asked for, because somebody just set it."""
        name = message.param_id
        self.values[name] = float(message.param_value)
        self.missing.discard(name)
        self._wanted.pop(name, None)

    def poll(self, t_ns: int) -> None:
        for name, (tries, deadline_ns) in list(self._wanted.items())[:_AT_ONCE]:
            if t_ns < deadline_ns:
                continue
            if tries >= _TRIES:
                del self._wanted[name]
                self.missing.add(name)
                continue
            self._wanted[name] = (tries + 1, after(t_ns, _ANSWER_WITHIN_S))
            self._out.append(
                dialect.MAVLink_param_request_read_message(
                    self.target_system, self.target_component, name.encode("ascii"), -1
                )
            )

    def outgoing(self) -> Iterator[Message]:
        out, self._out = self._out, []
        return iter(out)
