"""A crew's own video in a mission: read as it comes, put through the eyes in a thread, its facts taken round by round.

The mission never waits for a picture. A stream that dies is tried again for as long as the mission lasts, and a film
that ends stays ended; meanwhile the picture ages, and an old picture locks what must not be done on one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

import msgspec

from safeconduct.conduct import MissionState
from safeconduct.model.commands import Command
from safeconduct.model.events import Event
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu, turn_deg
from safeconduct.model.mission_time import NS, after
from safeconduct.perception import Aiming, Eyes, Footage, Frame, Picture, Seen
from safeconduct.runtime.live_source import LiveFootage, open_footage
from safeconduct.runtime.reading import Box, PictureReading
from safeconduct.runtime.source_clock import SourceClock
from safeconduct.sim.seen import AircraftTruth

_FOR_EVER_S = 1e9
_OPEN_AGAIN_S = 1.0
_REMEMBERS_NS = 4 * NS
_EVENTS_MAX = 2000


class CameraSet(msgspec.Struct, frozen=True):
    """How the crew has set its camera. pitch_deg: 0 level, -90 straight down. hfov_deg: of the picture's width.

    late_s: from the scene to this program, the link's delay included.
    """

    hfov_deg: float = 60.0
    pitch_deg: float = -40.0
    late_s: float = 0.2

    def __post_init__(self) -> None:
        if not 5.0 <= self.hfov_deg <= 150.0:
            raise BadInput(f"--hfov {self.hfov_deg:g}", "no camera has that", "give the picture's width in degrees")
        if not -90.0 <= self.pitch_deg <= 20.0:
            raise BadInput(f"--pitch {self.pitch_deg:g}", "no camera hangs so", "0 is level, -90 straight down")
        if not 0.0 <= self.late_s <= 5.0:
            raise BadInput(f"--late {self.late_s:g}", "no video is that late", "seconds from scene to screen")


class AimedCamera(Protocol):
    """A gimbal that tells how it hangs (None: it does not) and nods where it is asked to; degrees, -90 is down."""

    def gimbal_pitch_deg(self, t_ns: int) -> float | None: ...

    def look(self, pitch_deg: float, t_ns: int) -> None: ...


class Posed(NamedTuple):
    """The aircraft in one round. pitch_deg: of its camera, as the gimbal told it or as the crew has set it."""

    aircraft: AircraftTruth
    pitch_deg: float


def between(before: Posed, later: Posed, t_ns: int) -> Posed:
    """In even motion from the one to the other, its nose the shorter way round."""
    a, b = before.aircraft, later.aircraft
    share = (t_ns - a.t_ns) / (b.t_ns - a.t_ns)
    position = Enu(*(p + (q - p) * share for p, q in zip(a.position, b.position, strict=True)))
    heading_deg = (a.heading_deg + turn_deg(a.heading_deg, b.heading_deg) * share) % 360.0
    aircraft = a._replace(t_ns=t_ns, position=position, heading_deg=heading_deg)
    return Posed(aircraft, before.pitch_deg + (later.pitch_deg - before.pitch_deg) * share)


class HeldSo(NamedTuple):
    """How the camera was held when a picture was taken (`perception.Held`)."""

    position: Enu
    heading_deg: float
    pitch_deg: float
    roll_deg: float
    hfov_deg: float


class Screen(NamedTuple):
    """A picture as it stands on the crew's screen. t_ns: when it was taken."""

    t_ns: int
    picture: Picture
    seen: tuple[Seen, ...]
    held: HeldSo


class Came(NamedTuple):
    """A packet as the source sent it, before it is decoded.

    t_ns: mission time when it came, evened out by the source's own stamps. taken_t_ns: when its picture was taken.
    source_ns: the sender's clock. held: None before the aircraft was heard.
    """

    footage: Footage
    packet: Any
    t_ns: int
    taken_t_ns: int
    source_ns: int | None
    held: HeldSo | None


class VideoEyes:
    """Implements `live.LooksLive` and `Watcher` over a source: file, stream or capture device.

    shown: called from the reading thread with every screen. human: boxes drawn about people whom the eyes miss.
    came: called with every packet as it comes, also those whose picture nobody looks at. say: a line for the crew.
    Raises BadInput: the source cannot be opened.
    """

    def __init__(
        self,
        source: str,
        camera: CameraSet,
        reading: PictureReading,
        clock_ns: Callable[[], int],
        say: Callable[[str], None],
        shown: Sequence[Callable[[Screen], None]] = (),
        human: Callable[[Screen], list[Box]] | None = None,
        came: Callable[[Came], None] | None = None,
    ) -> None:
        self._source, self._camera, self._reading = source, camera, reading
        self._clock_ns, self._say = clock_ns, say
        self._shown, self._human, self._came = list(shown), human, came
        self._source_clock = SourceClock(live=True)
        self._lock = threading.Lock()
        self._poses: deque[Posed] = deque()
        self._gimbal: AimedCamera | None = None
        self._aiming = Aiming((camera.hfov_deg, camera.hfov_deg), 16, 9)
        self._size = (16, 9)
        self._events: deque[Event] = deque(maxlen=_EVENTS_MAX)
        self._stop = threading.Event()
        self._went_wrong: BaseException | None = None
        self.pictures = 0
        self.ended = False
        footage = open_footage(source, say, _FOR_EVER_S, self._tapped)
        self.live = footage.live
        self._thread = threading.Thread(target=self._run, args=(footage,), daemon=True, name="video")

    @property
    def eyes(self) -> Eyes:
        return self._reading.eyes

    def show_to(self, take: Callable[[Screen], None]) -> None:
        """From now on every screen is shown to this one too."""
        self._shown.append(take)

    def aim_with(self, gimbal: AimedCamera) -> None:
        """Keep the person in the picture with this gimbal, as soon as it tells how it hangs."""
        self._gimbal = gimbal

    def start(self) -> None:
        """Begin to read; a film begins to play."""
        self._thread.start()

    def look(self, t_ns: int, aircraft: AircraftTruth) -> list[Event]:
        """What was read since the last round; never waits."""
        if self._went_wrong is not None:
            raise self._went_wrong
        with self._lock:
            self._poses.append(Posed(aircraft._replace(t_ns=t_ns), self._aimed(t_ns, aircraft.position)))
            while t_ns - self._poses[0].aircraft.t_ns > _REMEMBERS_NS:
                self._poses.popleft()
            events = [msgspec.structs.replace(event, t_ns=t_ns) for event in self._events]
            self._events.clear()
            events += self._reading.health(t_ns)
        return events

    def _aimed(self, t_ns: int, at: Enu) -> float:
        """Let the gimbal nod toward him; how the camera hangs now."""
        told_deg = self._gimbal.gimbal_pitch_deg(t_ns) if self._gimbal is not None else None
        if self._gimbal is None or told_deg is None:
            return self._camera.pitch_deg
        dt_s = (t_ns - self._poses[-1].aircraft.t_ns) / NS if self._poses else 0.1
        self._gimbal.look(self._aiming.move(t_ns / NS, dt_s, at, self._reading.place()).pitch_deg, t_ns)
        return told_deg

    def watch(self, events: Sequence[Event], commands: Sequence[Command], state: MissionState) -> None:
        with self._lock:
            self._reading.watch(events, commands, state)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=3.0)
        self._reading.close()

    def _run(self, footage: Footage | LiveFootage | None) -> None:
        try:
            while not self._stop.is_set():
                if footage is not None:
                    self._play(footage)
                    if not footage.live:
                        self._say(f"{self._source}: the film is over")
                        break
                    footage.close()
                if self._stop.wait(_OPEN_AGAIN_S):
                    break
                footage = self._opened()
        except BaseException as error:  # told where the mission can act on it
            self._went_wrong = error
        finally:
            self.ended = True
            if footage is not None:
                footage.close()

    def _opened(self) -> Footage | LiveFootage | None:
        try:
            return open_footage(self._source, self._say, _FOR_EVER_S, self._tapped)
        except BadInput:
            return None

    def _play(self, footage: Footage | LiveFootage) -> None:
        began_ns = self._clock_ns()
        if not footage.live:
            self._source_clock = SourceClock(live=False)
        frames = footage.read()
        try:
            for frame in frames:
                if self._stop.is_set():
                    return
                if not footage.live and not self._due(began_ns + frame.t_ns):
                    continue  # eyes slower than the film skip pictures, as with a stream
                self._take(frame, footage.age_s(frame) if isinstance(footage, LiveFootage) else 0.0)
        except BadInput as bad:
            self._say(str(bad))
        finally:
            frames.close()

    def _due(self, due_ns: int) -> bool:
        """A film plays at its own pace. False: this picture is late already, and a newer one is due."""
        ahead_s = (due_ns - self._clock_ns()) / NS
        if ahead_s > 0.0:
            self._stop.wait(ahead_s)
        return ahead_s > -0.1

    def _take(self, frame: Frame, waited_s: float) -> None:
        """waited_s: since it came, and as much later as it came than the promptest one did."""
        t_ns = self._clock_ns()
        taken_t_ns = after(t_ns, -self._camera.late_s - waited_s)
        pose = self._pose(taken_t_ns)
        if pose is None:
            return
        held = self._held(pose)
        seen, events = self._reading.take(t_ns, frame.picture, taken_t_ns, held, flying=pose.aircraft.flying)
        self._keep_in_view(frame.picture, taken_t_ns, list(seen), held)
        screen = Screen(taken_t_ns, frame.picture, tuple(seen), held)
        for show in self._shown:
            show(screen)
        for box in self._human(screen) if self._human is not None else ():
            self._reading.attend(frame.picture, taken_t_ns, box)
        self.pictures += 1
        with self._lock:
            self._events.extend(events)

    def _keep_in_view(self, picture: Picture, taken_t_ns: int, seen: list[Seen], held: HeldSo) -> None:
        high, wide = picture.shape[:2]
        kept = self._reading.kept_in_view(seen)
        with self._lock:
            if self._size != (wide, high):
                self._size = (wide, high)
                self._aiming = Aiming((held.hfov_deg, held.hfov_deg), wide, high)
            if kept is not None:
                self._aiming.seen(taken_t_ns / NS, kept.box, kept.height_px, held)

    def _tapped(self, footage: Footage, packet: Any) -> None:
        if self._came is None:
            return
        source_ns = _stamp_ns(packet)
        t_ns = self._source_clock.when(source_ns, self._clock_ns())
        taken_t_ns = after(t_ns, -self._camera.late_s)
        pose = self._pose(taken_t_ns)
        held = self._held(pose) if pose is not None else None
        self._came(Came(footage, packet, t_ns, taken_t_ns, source_ns, held))

    def _held(self, pose: Posed) -> HeldSo:
        aircraft = pose.aircraft
        return HeldSo(aircraft.position, aircraft.heading_deg, pose.pitch_deg, 0.0, self._camera.hfov_deg)

    def _pose(self, taken_t_ns: int) -> Posed | None:
        """Where the aircraft was when the picture was taken: between the two rounds about it."""
        with self._lock:
            before = next((p for p in reversed(self._poses) if p.aircraft.t_ns <= taken_t_ns), None)
            later = next((p for p in self._poses if p.aircraft.t_ns > taken_t_ns), None)
        if before is None or later is None:
            return before or later
        return between(before, later, taken_t_ns)


def _stamp_ns(packet: Any) -> int | None:
    """When a packet is to be decoded by the sender's clock, ns."""
    stamp = packet.dts if packet.dts is not None else packet.pts
    if stamp is None or packet.time_base is None:
        return None
    return round(Fraction(stamp) * Fraction(packet.time_base) * NS)
