"""Every fact that enters the core, as immutable values.

Each event carries the mission time `t_ns` at which it became known (nanoseconds since 1970 UTC; the simulated world
counts from a fixed start). All positions are ENU metres about the plan's anchor. The tags are the `kind` of a record's
entries; they and the field names are a file format: add fields with defaults, never rename.
"""

from __future__ import annotations

import msgspec

from safeconduct.model.geometry import Ellipse, Enu
from safeconduct.model.plan import Area, Plan, Settings
from safeconduct.model.vocabulary import Channel, Decision, Gesture, Intent, Mode, Posture, Signal


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind"):
    t_ns: int


class MissionOpened(Event, frozen=True, tag="mission_opened"):
    """The first event of every record: all that the core needs to know is in it."""

    plan: Plan
    settings: Settings
    scenario: str = ""
    seed: int = 0
    vehicle: str = ""
    software: str = ""
    eyes: str = ""


class MissionResumed(Event, frozen=True, tag="mission_resumed"):
    """The program died and was started again on this record; nothing moves until the operator says so."""

    gap_s: float
    cause: str = ""


class Tick(Event, frozen=True, tag="tick"):
    """Time passed. Ten a second in flight."""


class Telemetry(Event, frozen=True, tag="telemetry"):
    """Where the aircraft is and how it does. heading clockwise from north. battery_s: endurance left, if known.
    wind: where the air goes, m/s, if known."""

    aircraft: str
    position: Enu
    velocity: Enu
    heading_deg: float
    mode: Mode
    armed: bool
    gps_ok: bool
    battery_pct: float
    battery_s: float | None = None
    wind: Enu | None = None


class ModeChanged(Event, frozen=True, tag="mode_changed"):
    """The flight mode changed. `ours`: this program asked for exactly that and it was confirmed by heartbeat."""

    aircraft: str
    mode: Mode
    name: str
    ours: bool


class VehicleRebooted(Event, frozen=True, tag="vehicle_rebooted"):
    """The autopilot's clock ran backwards: streams, mode and home are new. Streams are asked for again already."""

    aircraft: str


class VehicleText(Event, frozen=True, tag="vehicle_text"):
    """STATUSTEXT of the autopilot. severity 0 (emergency) … 7 (debug)."""

    aircraft: str
    severity: int
    text: str


class LinkHealth(Event, frozen=True, tag="link_health"):
    """age_s: since the last heartbeat of the aircraft. Sent on change between good and bad, and once a second."""

    aircraft: str
    ok: bool
    age_s: float


class VideoHealth(Event, frozen=True, tag="video_health"):
    """age_s: of the newest picture, capture to now. Sent on change and once a second."""

    ok: bool
    age_s: float


class CommandFailed(Event, frozen=True, tag="command_failed"):
    """The vehicle did not do what it was told: refused, not acknowledged, or acknowledged without effect."""

    aircraft: str
    command: str
    why: str


class CommandDone(Event, frozen=True, tag="command_done"):
    """An effect was seen (not only an acknowledgement): launched, mode entered, slot opened."""

    aircraft: str
    command: str


class GestureSeen(msgspec.Struct, frozen=True):
    """One gesture of one person, with how long it has been held."""

    gesture: Gesture
    confidence: float
    held_s: float


class Sighting(Event, frozen=True, tag="sighting"):
    """One person in one picture.

    track: the eyes' identity of the person. candidate: the eyes believe, but do not know, that this is the followed
    person again (after hiding); only the operator makes it so. height_px: in the picture; of the small gestures are
    "cannot tell". error: of the position, where the eyes know it. likeness: of a candidate, how far looks, place and
    motion say that it is he, 0 to 1; 0: not judged. intents: what it all amounts to, by persistence and context.
    """

    track: int
    position: Enu
    height_px: float
    posture: Posture
    confidence: float
    gestures: tuple[GestureSeen, ...] = ()
    cannot_tell: bool = False
    candidate: bool = False
    error: Ellipse | None = None
    likeness: float = 0.0
    intents: tuple[Intent, ...] = ()


class SignSeen(Event, frozen=True, tag="sign_seen"):
    """Words that a person holds up, or that lie by him, for a human to read; told again when seen clearly better.

    picture: a file in the record's folder ("": it could not be written) and its sum. hint: a machine's; never acted on.
    """

    track: int
    sign: int
    picture: str
    sha256: str = ""
    on_ground: bool = False
    advice: str = ""
    hint: str = ""
    hint_confidence: float = 0.0


class Impact(Event, frozen=True, tag="impact"):
    """A shell or a bomb fell. source: eyes, crew, liaison."""

    position: Enu
    source: str


class HazardReported(Event, frozen=True, tag="hazard_reported"):
    """Ground that is dangerous, known only since the walk was planned. area: role hazard, mines or no_go.

    source: crew, liaison, eyes.
    """

    area: Area
    source: str


class Choice(Event, frozen=True, tag="choice"):
    """A human decided. `proposal` and `option` answer a `Propose` command; free decisions leave them out."""

    operator: str
    decision: Decision
    proposal: int = 0
    option: str = ""
    track: int | None = None
    position: Enu | None = None
    reason: str = ""


class NoFireAcknowledged(Event, frozen=True, tag="no_fire_acknowledged"):
    """A named own unit, by message or by a person's click, says that it has read the request and holds its fire."""

    unit: str
    until_t_ns: int


class NoFireLost(Event, frozen=True, tag="no_fire_lost"):
    unit: str
    why: str


class OwnCraftClosing(Event, frozen=True, tag="own_craft_closing"):
    """An own aircraft flies towards the no-fire area, or is in it. distance_m: over ground, to its centre."""

    callsign: str
    position: Enu
    distance_m: float


class LiaisonTrouble(Event, frozen=True, tag="liaison_trouble"):
    """Something between us and own side that a human must look into."""

    what: str


class NoteReleased(Event, frozen=True, tag="note_released"):
    """The slot was seen to open (servo output, slot sensor or pilot), the note is on its way."""

    slot: int
    evidence: str


class NoteLanded(Event, frozen=True, tag="note_landed"):
    position: Enu


class NotePickedUp(Event, frozen=True, tag="note_picked_up"):
    """Seen by the eyes or confirmed by the operator. From here on the light code has a legend."""

    source: str


class SlotLoaded(Event, frozen=True, tag="slot_loaded"):
    """What a release slot holds. Only notes and aid exist."""

    slot: int
    holds: str


class SignalShown(Event, frozen=True, tag="signal_shown"):
    """What was really shown on one channel of a transmission, from evidence.

    Manoeuvre: amplitude_m and cycles measured from telemetry. Light: flashes counted from relay edges. `ok` is false
    when the evidence does not carry the meaning; `why` then says what is missing.
    """

    transmission: int
    signal: Signal
    channel: Channel
    ok: bool
    amplitude_m: float = 0.0
    cycles: float = 0.0
    flashes: int = 0
    why: str = ""


class Prompted(Event, frozen=True, tag="prompted"):
    """What was put before the pilot of an aircraft that we do not steer: words, signs and sound. Numbered from 1.

    wants: signal, move, launch, take_back, release, home, land, or free (nothing is asked of him).
    """

    prompt: int
    wants: str
    words: str
    signs: str = ""
    transmission: int = 0
    signal: Signal | None = None


class Flown(Event, frozen=True, tag="flown"):
    """What a pilot was seen, or says, to have flown for a transmission. by: picture or key. read: None, nothing sure.

    amplitude_m, cycles: as the picture's own motion has them.
    """

    transmission: int
    by: str
    read: Signal | None = None
    amplitude_m: float = 0.0
    cycles: float = 0.0


class Spoken(Event, frozen=True, tag="spoken"):
    """Whether a phrase was played to its end, and what. place: aircraft, station. how: recorded, piper, espeak-ng."""

    utterance: int
    phrase: str
    language: str
    ok: bool
    text: str = ""
    place: str = ""
    how: str = ""
    why: str = ""


class LightPresent(Event, frozen=True, tag="light_present"):
    """Whether the aircraft has a light that we can switch and whose edges we can count."""

    aircraft: str
    present: bool
    why: str = ""  # of a light that was there: what is wrong with it, or that it is well again


class ReceiverReady(Event, frozen=True, tag="receiver_ready"):
    unit: str


class ReceiverConfirmed(Event, frozen=True, tag="receiver_confirmed"):
    """The receiving soldiers (or medics, or rescuers) have the person; only this lets a hand-over close."""

    unit: str
    persons: int
    condition: str = ""


class ReliefOnStation(Event, frozen=True, tag="relief_on_station"):
    """A second aircraft is there. person_confirmed: its operator confirmed that it sees the same person."""

    aircraft: str
    person_confirmed: bool


class AuditFound(Event, frozen=True, tag="audit_found"):
    """The result of the preflight audit of the vehicle's failsafes."""

    aircraft: str
    ok: bool
    findings: tuple[str, ...] = ()


class RecordTrouble(Event, frozen=True, tag="record_trouble"):
    """The record's disk is getting full or failed."""

    what: str


AnyEvent = (
    MissionOpened
    | MissionResumed
    | Tick
    | Telemetry
    | ModeChanged
    | VehicleRebooted
    | VehicleText
    | LinkHealth
    | VideoHealth
    | CommandFailed
    | CommandDone
    | Sighting
    | SignSeen
    | Impact
    | HazardReported
    | Choice
    | NoFireAcknowledged
    | NoFireLost
    | OwnCraftClosing
    | LiaisonTrouble
    | NoteReleased
    | NoteLanded
    | NotePickedUp
    | SlotLoaded
    | SignalShown
    | Prompted
    | Flown
    | Spoken
    | LightPresent
    | ReceiverReady
    | ReceiverConfirmed
    | ReliefOnStation
    | AuditFound
    | RecordTrouble
)
