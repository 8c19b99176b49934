"""Who is there: locking onto one vehicle, the age of its heartbeat, and our own heartbeat to it."""

from __future__ import annotations

from pymavlink.dialects.v20 import ardupilotmega as dialect

from safeconduct.model.events import LinkHealth
from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS, after, seconds_between
from safeconduct.vehicle.codec import Message
from safeconduct.vehicle.options import VehicleOptions

_AUTOPILOT_COMPONENT = 1


class LinkWatch:
    """Locks onto the first autopilot heard (or the one insisted on) and never lets go of it."""

    def __init__(self, options: VehicleOptions) -> None:
        self._options = options
        self.system_id: int | None = None
        self.source: object = None
        self.heard: set[int] = set()
        self._began_ns: int | None = None
        self._last_ns: int | None = None
        self._ok: bool | None = None
        self._told_ns = 0
        self._beat_due_ns: int | None = None
        self._healthy = True

    @property
    def locked(self) -> bool:
        return self.system_id is not None

    def ours(self, message: Message) -> bool:
        """From the autopilot we are locked onto."""
        return bool(message.get_srcSystem() == self.system_id and message.get_srcComponent() == _AUTOPILOT_COMPONENT)

    def heartbeat(self, message: Message, t_ns: int, source: object) -> bool:
        """Take any HEARTBEAT; True when it is our vehicle's."""
        if (
            message.get_srcComponent() != _AUTOPILOT_COMPONENT
            or message.type == dialect.MAV_TYPE_GCS
            or message.autopilot == dialect.MAV_AUTOPILOT_INVALID
        ):
            return False
        system_id = message.get_srcSystem()
        self.heard.add(system_id)
        if self.system_id is None and self._options.system_id in {None, system_id}:
            self.system_id = system_id
        if system_id != self.system_id:
            return False
        self._last_ns = t_ns
        self.source = source
        return True

    def age_s(self, t_ns: int) -> float:
        """Since the last heartbeat of our vehicle, or since we began to listen."""
        since = self._last_ns if self._last_ns is not None else self._began_ns
        return 0.0 if since is None else max(0.0, seconds_between(since, t_ns))

    def alive(self, t_ns: int) -> bool:
        return self.locked and self.age_s(t_ns) <= self._options.link_stale_s

    def poll(self, t_ns: int) -> list[LinkHealth]:
        """Raises BadInput when the vehicle insisted on stays away while others talk."""
        if self._began_ns is None:
            self._began_ns = t_ns
        wanted = self._options.system_id
        if (
            not self.locked
            and wanted is not None
            and self.heard
            and t_ns > after(self._began_ns, self._options.lock_within_s)
        ):
            ids = ", ".join(str(i) for i in sorted(self.heard))
            raise BadInput(f"vehicle system id {wanted}", f"not heard; heard {ids}", "give the id that was heard")
        ok = self.alive(t_ns)
        if ok is self._ok and t_ns < self._told_ns + NS:
            return []
        self._ok, self._told_ns = ok, t_ns
        return [LinkHealth(t_ns, self._options.aircraft, ok, round(self.age_s(t_ns), 2))]

    def healthy(self, ok: bool) -> None:
        self._healthy = ok

    def beat(self, t_ns: int) -> Message | None:
        """Our heartbeat, once a second, as the GCS; none while we are not healthy."""
        if self._beat_due_ns is None:
            self._beat_due_ns = t_ns
        if t_ns < self._beat_due_ns:
            return None
        self._beat_due_ns += NS
        if self._beat_due_ns <= t_ns:
            self._beat_due_ns = t_ns + NS
        if not self._healthy:
            return None
        return dialect.MAVLink_heartbeat_message(
            dialect.MAV_TYPE_GCS, dialect.MAV_AUTOPILOT_INVALID, 0, 0, dialect.MAV_STATE_ACTIVE, 3
        )

    def next_deadline_ns(self) -> int | None:
        return self._beat_due_ns
