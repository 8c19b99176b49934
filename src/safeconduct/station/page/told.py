"""What the station tells a page, as values. A page's types are drawn from here (tools/draw_page_types.py).

Places are ENU metres about the plan's anchor, times nanoseconds of the mission unless a name says otherwise. A page
that connects is told `Hello`, `Scenery`, `Said` with all lines, then `Now` again and again: it keeps nothing itself.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from safeconduct.model.geometry import Ellipse, Enu
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import Decision, Outcome, Phase, Posture, Signal
from safeconduct.station.page.roles import Role

HowToPress = Literal["press", "confirm", "hold"]
"""press: at once. confirm: select, then confirm. hold: keep pressed for a second, for what cannot be taken back."""


class Hello(msgspec.Struct, frozen=True, tag="hello", tag_field="kind"):
    """who: this page's name in the record. simulated: a rehearsal; nobody real is seen. protocol: of these messages.

    replayed: a record is shown again; nothing can be decided, and the time may be set. languages: in which the station
    can speak to a person, (code, name).
    """

    who: str
    simulated: bool
    software: str
    protocol: int = 1
    replayed: bool = False
    languages: tuple[tuple[str, str], ...] = ()
    role: Role = Role.OPERATOR


class Shade(msgspec.Struct, frozen=True):
    """The terrain as a picture: where it is fetched, and the corners that it covers."""

    address: str
    west_m: float
    east_m: float
    south_m: float
    north_m: float


class TilesShown(msgspec.Struct, frozen=True):
    """Tiles for the map. address: with {z}, {x} and {y}. bounds: west, south, east, north in degrees.

    layers: of vectors, by name.
    """

    address: str
    form: Literal["raster", "vector"]
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    attribution: str = ""
    layers: tuple[str, ...] = ()


class GroundShown(msgspec.Struct, frozen=True):
    """What lies under the map: tiles of a file, and the relief of a terrain model; None where none was given."""

    tiles: TilesShown | None = None
    relief: TilesShown | None = None


class Scenery(msgspec.Struct, frozen=True, tag="scenery", tag_field="kind"):
    """The plan, for the map. metres_per_degree: (of longitude, of latitude) in its flat frame."""

    name: str
    anchor_lat_deg: float
    anchor_lon_deg: float
    metres_per_degree: tuple[float, float]
    start: Enu
    reception: Enu
    route: tuple[Enu, ...]
    fence: tuple[Enu, ...]
    areas: tuple[Area, ...]
    shade: Shade | None = None
    ground: GroundShown | None = None


class SaidLine(msgspec.Struct, frozen=True):
    """One line of the conversation, see `Sayings`. clock_s: since the mission opened."""

    number: int
    clock_s: float
    who: str
    words: str
    weight: str


class Said(msgspec.Struct, frozen=True, tag="said", tag_field="kind"):
    """anew: what was said before is void; a record was leafed back."""

    lines: tuple[SaidLine, ...]
    anew: bool = False


class Mark(msgspec.Struct, frozen=True):
    """One thing on the timeline of a record. `words` as in the conversation."""

    clock_s: float
    what: Literal["phase", "decision", "signal", "impact", "alarm"]
    words: str


class PhaseSpan(msgspec.Struct, frozen=True):
    from_s: float
    phase: Phase


class Timeline(msgspec.Struct, frozen=True, tag="timeline", tag_field="kind"):
    """Of a record that is shown again. known_s: so far it has been read and can be jumped to. film: it has pictures.

    differs: where today's core decides otherwise than the record, in words; "" while it does not.
    """

    length_s: float
    known_s: float
    phases: tuple[PhaseSpan, ...]
    marks: tuple[Mark, ...]
    film: bool
    differs: str = ""


class AircraftShown(msgspec.Struct, frozen=True):
    """not_ours: why it may not be steered, "" when it may. lasts_s: until the battery's reserve, if known."""

    name: str
    position: Enu
    heading_deg: float
    mode: str
    armed: bool
    not_ours: str
    battery_pct: float
    battery_low: bool
    lasts_s: float | None
    needs_s: float | None
    link_ok: bool
    link_age_s: float


class PersonShown(msgspec.Struct, frozen=True):
    """The selected one. seen_age_s: since he was last seen. error: of the place, one standard deviation, if known."""

    track: int
    position: Enu
    posture: Posture
    pace_mps: float
    still_s: float
    seen_age_s: float
    progress_m: float
    candidate: int | None
    error: Ellipse | None = None


class SignShown(msgspec.Struct, frozen=True):
    """Words that somebody shows. address: of the picture, "" when it could not be kept. hint: a machine's guess."""

    track: int
    sign: int
    address: str
    on_ground: bool
    advice: str
    hint: str
    sure: float


class OtherShown(msgspec.Struct, frozen=True):
    track: int
    position: Enu
    seen_age_s: float


class NoFireShown(msgspec.Struct, frozen=True):
    """state: none, asked, held, lost, over."""

    state: Literal["none", "asked", "held", "lost", "over"]
    unit: str
    left_s: float
    centre: Enu | None
    radius_m: float
    why: str


class OptionShown(msgspec.Struct, frozen=True):
    """locked: why this cannot be picked now, "" when it can."""

    key: str
    words: str
    press: HowToPress
    shows: Signal | None = None
    locked: str = ""


class QuestionShown(msgspec.Struct, frozen=True):
    """What the operator is asked; `topic` names the gesture, where it is about one."""

    proposal: int
    decision: Decision
    words: str
    options: tuple[OptionShown, ...]
    track: int | None
    topic: str
    age_s: float
    needs_picture: bool


class ActionShown(msgspec.Struct, frozen=True):
    """What the operator may do unasked. name: its words are in the page's table."""

    name: str
    decision: Decision
    option: str
    press: HowToPress
    locked: str
    track: int | None = None
    needs_picture: bool = False
    needs_reason: bool = False


class NextStep(msgspec.Struct, frozen=True):
    """The one next step. name: its words are in the page's table; words: the core's own reason, where there is one."""

    name: str
    words: str = ""


class RecordShown(msgspec.Struct, frozen=True):
    entries: int
    trouble: str


class LeaseShown(msgspec.Struct, frozen=True):
    """Who decides. asks: another station that wants to. speed: mission seconds a second, None as fast as it goes."""

    holder: str
    simulated: bool
    asks: str = ""
    stations: int = 1
    speed: float | None = None


class StationShown(msgspec.Struct, frozen=True):
    """One station. open: pages of it that are open now. local: at this machine. ended: why it is out, "" while in."""

    name: str
    role: Role
    open: int
    local: bool
    ended: str = ""


class Stations(msgspec.Struct, frozen=True, tag="stations", tag_field="kind"):
    """Who is in. shared: the address for others, "" where only this machine looks. codes: that stand open."""

    shared: str
    fingerprint: str
    codes: int
    stations: tuple[StationShown, ...]


class ReceptionShown(msgspec.Struct, frozen=True):
    """What the receivers must prepare for. eta_s: None where nobody knows. ready, has_him: the units that said so.

    laid_down: he was seen to lay a weapon down; never that he is unarmed. bring: keys of `liaison.seen_of_him.NEEDS`.
    """

    persons: int
    distance_m: float
    eta_s: float | None
    state: str
    ready: str
    has_him: str
    laid_down: bool = False
    bring: tuple[str, ...] = ()


class Now(msgspec.Struct, frozen=True, tag="now", tag_field="kind"):
    """Everything that changes. failing: the checklist of the aircraft, only what fails."""

    t_ns: int
    clock_s: float
    phase: Phase
    phase_age_s: float
    protected: bool
    stopped: str
    next_step: NextStep
    questions: tuple[QuestionShown, ...]
    actions: tuple[ActionShown, ...]
    failing: tuple[str, ...]
    aircraft: AircraftShown
    person: PersonShown | None
    others: tuple[OtherShown, ...]
    no_fire: NoFireShown
    note: str
    showing: Signal | None
    showing_words: str
    route_m: float
    approved: bool
    picture_ok: bool
    picture_age_s: float
    impacts: tuple[Enu, ...]
    record: RecordShown
    lease: LeaseShown
    outcome: Outcome | None
    way: tuple[Enu, ...] = ()  # once another than the plan's was approved
    new_way: tuple[Enu, ...] = ()  # proposed, not approved
    dangers: tuple[Area, ...] = ()  # mines, no-go ground and hazards reported since the plan; shells are in `impacts`
    signs: tuple[SignShown, ...] = ()
    reception: ReceptionShown | None = None


class Answered(msgspec.Struct, frozen=True, tag="answered", tag_field="kind"):
    """To one message of the page: taken, or why not, in words. to: the message's own number."""

    to: int
    ok: bool
    words: str


class GestureShown(msgspec.Struct, frozen=True):
    name: str
    held_s: float
    long_enough: bool


class BodyShown(msgspec.Struct, frozen=True):
    """One person in the picture, as the eyes saw him. box and joints as shares of width and height, 0 to 1.

    joints: the 17 of COCO, (x, y, score). doubtful: the number says nothing now, he could be the one beside him.
    """

    track: int
    box: tuple[float, float, float, float]
    posture: Posture
    cannot_tell: bool
    joints: tuple[tuple[float, float, float], ...] = ()
    gestures: tuple[GestureShown, ...] = ()
    error: Ellipse | None = None
    doubtful: bool = False


class PictureHead(msgspec.Struct, frozen=True, tag="picture", tag_field="kind"):
    """Stands before the bytes of a picture. t_ns: when it was taken. key: can be shown without those before it."""

    t_ns: int
    number: int
    codec: Literal["h264", "jpeg"]
    key: bool
    width: int
    height: int
    bodies: tuple[BodyShown, ...]


Told = Hello | Scenery | Said | Now | Answered | PictureHead | Timeline | Stations
