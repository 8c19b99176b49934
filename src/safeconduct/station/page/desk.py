"""Where the pages' decisions come in and the lease is kept: one station decides, everybody else watches and may stop.

What else a station may say goes by its role (`roles.py`): receivers say that they are ready and that they have him, a
commander approves the route and says which own unit holds its fire.

Threads: pages speak in the server's thread, the mission takes in its own. The lease is taken explicitly: at once when
nobody real holds it or its holder is gone, else when the holder consents or does not answer for ten seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from safeconduct.model.events import (
    Choice,
    Event,
    HazardReported,
    NoFireAcknowledged,
    ReceiverConfirmed,
    ReceiverReady,
)
from safeconduct.model.geometry import Enu, rounded
from safeconduct.model.mission_time import after
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Decision, PlanRole
from safeconduct.station.page.heard import Acknowledge, Decide, Heard, Lease, Pace, Point, Ready, Received, Report, Seek
from safeconduct.station.page.roles import ALWAYS, ROLES, May, Role
from safeconduct.station.page.told import Answered, LeaseShown

SIMULATED = "simulated operator"
CONSENT_S = 10.0
GONE_S = 5.0
_WAITING_MAX = 64
FIRE_SEES_M = 600.0
"""How far a fire position is taken to see that the crew reports in flight: small arms from afar."""
Box = tuple[float, float, float, float]


class Desk:
    """clock_s: of the wall, monotonic. simulated: a simulated operator is there to decide, or to give back to.

    paced: whether the mission's pace may be set from a page. has_arrived: whether receivers can have him yet.
    """

    def __init__(self, clock_s: Callable[[], float], *, simulated: bool, paced: bool, speed: float | None) -> None:
        self._clock_s = clock_s
        self._lock = Lock()
        self._can_simulate = paced
        self._paced = paced
        self.speed = speed
        self._holder = SIMULATED if simulated else ""
        self._asks = ""
        self._asked_at_s = 0.0
        self._open: dict[str, int] = {}
        self._left_at_s: dict[str, float] = {}
        self._choices: deque[Choice] = deque()
        self._reported = 0
        self._boxes: deque[Box] = deque(maxlen=4)
        self._given_back = False
        self._wake: Callable[[], None] = lambda: None
        self._roles: dict[str, Role] = {}
        self._words: deque[Callable[[int], Event]] = deque()
        self.has_arrived: Callable[[], bool] = lambda: True

    def wake_with(self, wake: Callable[[], None]) -> None:
        """Call `wake` from the pages' thread whenever a decision lies here: it is to act at once."""
        self._wake = wake

    # What pages do.

    def arrive(self, who: str, role: Role = Role.OPERATOR) -> None:
        """A page of this station opened. The first one that may decides, where nobody does."""
        with self._lock:
            self._roles[who] = role
            self._open[who] = self._open.get(who, 0) + 1
            if not self._holder and ROLES[role].leads:
                self._holder = who

    def leave(self, who: str) -> None:
        """A page of this station closed."""
        with self._lock:
            self._open[who] = self._open.get(who, 1) - 1
            if self._open[who] <= 0:
                del self._open[who]
                self._left_at_s[who] = self._clock_s()

    def hear(self, who: str, message: Heard) -> Answered:
        with self._lock:
            match message:
                case Decide():
                    words = self._decide(who, message)
                case Lease():
                    words = self._lease(who, message)
                case Point():
                    words = self._point(who, message)
                case Report():
                    words = self._hazard(who, message)
                case Pace():
                    words = self._pace(who, message)
                case Ready() | Received() | Acknowledge():
                    words = self._report(who, message)
                case Seek():
                    words = "this is no record: its time cannot be set"
                case _:
                    words = "nobody here can do that"
        if isinstance(message, Decide | Report | Ready | Received | Acknowledge) and not words:
            self._wake()
        return Answered(message.number, not words, words)

    def _decide(self, who: str, message: Decide) -> str:
        may = self._may(who)
        if message.decision not in ALWAYS | may.decides and self._holder != who:
            mend = "take the decisions over first. STOP" if may.leads else "from here only STOP"
            return f"{self._holder or 'nobody'} decides; {mend} always works"
        if len(self._choices) >= _WAITING_MAX:
            return "too many decisions wait; nothing was done with this one"
        self._choices.append(
            Choice(
                0, who, message.decision, message.proposal, message.option, message.track, message.place(),
                message.reason.strip(),
            )
        )  # fmt: skip
        return ""

    def _report(self, who: str, message: Ready | Received | Acknowledge) -> str:
        """What a named human outside the crew says, with the station's name beside his own: the record shows both."""
        may, unit = self._may(who), f"{message.unit.strip()} ({who})"
        if len(self._words) >= _WAITING_MAX:
            return "too much waits; nothing was done with this"
        match message:
            case Acknowledge():
                if not may.acknowledges:
                    return "only a commander's station can say that a unit holds its fire"
                lasts_s = 60.0 * message.minutes
                self._words.append(lambda t_ns: NoFireAcknowledged(t_ns, unit, after(t_ns, lasts_s)))
            case Ready():
                if not may.receives:
                    return "only the receivers' station can say that they are ready"
                self._words.append(lambda t_ns: ReceiverReady(t_ns, unit))
            case Received():
                if not may.receives:
                    return "only the receivers' station can say that they have him"
                if not self.has_arrived():
                    return "nobody has come to the receivers yet"
                persons, condition = message.persons, message.condition.strip()
                self._words.append(lambda t_ns: ReceiverConfirmed(t_ns, unit, persons, condition))
        return ""

    def _may(self, who: str) -> May:
        return ROLES[self._roles.get(who, Role.WATCHER)]

    def _lease(self, who: str, message: Lease) -> str:
        self._settle()
        if not self._may(who).leads:
            return "from this station nobody decides; the operator and the second pilot do"
        match message.want:
            case "take":
                if self._holder == who:
                    return ""
                if self._holder in ("", SIMULATED) or self._is_gone(self._holder):
                    self._holder, self._asks = who, ""
                    return ""
                self._asks, self._asked_at_s = who, self._clock_s()
                return f"{self._holder} was asked; without an answer it is yours in {CONSENT_S:.0f} s"
            case "give":
                if self._holder != who:
                    return "the decisions are not yours to give"
                if not self._asks and not self._can_simulate:
                    return "nobody asked for them"
                self._given_back = not self._asks
                self._holder, self._asks = self._asks or SIMULATED, ""
                return ""
            case "keep":
                if self._holder == who:
                    self._asks = ""
                return ""

    def _point(self, who: str, message: Point) -> str:
        if self._holder != who:
            return "only who decides can point at a person"
        self._boxes.append(message.box)
        return ""

    def _hazard(self, who: str, message: Report) -> str:
        """Ground that shuts the way, or is dear, at once: the core then looks for another."""
        if self._holder != who:
            return "only who decides can report a danger"
        if len(self._words) >= _WAITING_MAX:
            return "too much waits; nothing was done with this"
        self._reported += 1
        role = PlanRole.HAZARD if message.what == "fire" else PlanRole(message.what)
        name = f"{message.what.replace('_', ' ')} {self._reported}"
        sees_m = FIRE_SEES_M if message.what == "fire" else 0.0
        place = rounded(Enu(*message.position, 0.0), 1)
        area = Area(name, role.value, (place,), round(message.radius_m, 1), None, sees_m)
        self._words.append(lambda t_ns: HazardReported(t_ns, area, "crew"))
        return ""

    def _pace(self, who: str, message: Pace) -> str:
        if not self._may(who).leads:
            return "the pace is the crew's to set"
        if not self._paced:
            return "this mission has the pace of the world"
        self.speed = message.speed
        return ""

    def _is_gone(self, who: str) -> bool:
        return who not in self._open and self._clock_s() - self._left_at_s.get(who, -1e9) >= GONE_S

    def _settle(self) -> None:
        """Silence is consent."""
        if self._asks and (self._clock_s() - self._asked_at_s >= CONSENT_S or self._is_gone(self._holder)):
            self._holder, self._asks = self._asks, ""

    # What the mission and the board ask.

    def lease(self) -> LeaseShown:
        with self._lock:
            self._settle()
            return LeaseShown(self._holder, self._holder == SIMULATED, self._asks, len(self._open), self.speed)

    @property
    def simulated_decides(self) -> bool:
        return self._holder == SIMULATED

    @property
    def stations(self) -> int:
        return len(self._open)

    def take_choices(self) -> list[Choice]:
        """Oldest first, without their times; a STOP goes before everything."""
        with self._lock:
            taken = sorted(self._choices, key=lambda choice: choice.decision is not Decision.STOP)
            self._choices.clear()
        return taken

    def take_words(self, t_ns: int) -> list[Event]:
        """What receivers and commanders said since the last call, as of t_ns."""
        with self._lock:
            said = [say(t_ns) for say in self._words]
            self._words.clear()
        return said

    def take_boxes(self) -> list[Box]:
        with self._lock:
            taken = list(self._boxes)
            self._boxes.clear()
        return taken

    def was_given_back(self) -> bool:
        """Once, after the decisions went back to the simulated operator."""
        with self._lock:
            given, self._given_back = self._given_back, False
        return given
