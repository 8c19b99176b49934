"""What there is to be seen at one moment of the simulated world, and how a camera is held: plain values, no drawing.

People fill a `Scene`, `camera` draws it. Places are ENU metres about the world's anchor; angles are degrees, headings
clockwise from north.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.vocabulary import Gesture, Posture

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, blue, green, red."""


class Build(StrEnum):
    MAN = "man"
    WOMAN = "woman"
    OLD = "old"
    CHILD = "child"


class Cloth(StrEnum):
    """Colours of clothing; a side is never told by them."""

    OLIVE = "olive"
    CAMOUFLAGE = "camouflage"
    GREY = "grey"
    BLACK = "black"
    BROWN = "brown"
    BLUE = "blue"
    RED = "red"
    ORANGE = "orange"
    WHITE = "white"


class Garb(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a person looks. bandage: "", head, arm or leg. Nobody wears a sign of who he is."""

    build: Build = Build.MAN
    jacket: Cloth = Cloth.OLIVE
    trousers: Cloth = Cloth.OLIVE
    helmet: bool = False
    vest: bool = False
    bag: bool = False
    bandage: Annotated[str, msgspec.Meta(pattern="^(|head|arm|leg)$")] = ""


class Act(StrEnum):
    """What a whole body does; arms may show a gesture on top of it."""

    STAND = "stand"
    WALK = "walk"
    LIMP = "limp"
    RUN = "run"
    CRAWL = "crawl"
    CROUCH = "crouch"
    KNEEL = "kneel"
    SIT = "sit"
    DRINK = "drink"  # sitting
    SMOKE = "smoke"  # sitting
    READ = "read"  # standing, paper in both hands
    LIE_FACE_DOWN = "lie_face_down"
    LIE_ON_BACK = "lie_on_back"
    DIVE = "dive"  # for cover: about a second, ends as LIE_FACE_DOWN
    HANDS_ON_HEAD = "hands_on_head"  # kneeling
    CARRY = "carry"  # stands or waits with a rifle held low across the body: receivers


class Doing(StrEnum):
    """What busy hands do on top of an act. Nothing of it is a gesture: eyes must leave it alone."""

    DIG = "dig"
    HAMMER = "hammer"
    FUMBLE = "fumble"  # at straps or a radio
    PULL = "pull"
    WIPE = "wipe"
    SIP = "sip"
    THROW = "throw"
    PHONE = "phone"
    SALUTE = "salute"
    BINOCULARS = "binoculars"
    HIPS = "hips"
    SCRATCH = "scratch"
    POINT = "point"
    BOX = "box"
    COVER_EARS = "cover_ears"
    POCKETS = "pockets"
    # From here on never trained on, so that the bench asks of something new.
    CHOP = "chop"  # an axe in both hands
    HELMET = "helmet"  # both hands set it right, and come down again
    LACE = "lace"
    HAUL = "haul"  # a rope from above, hand over hand
    SHOULDER = "shoulder"  # a load on it, one hand up
    SCREW = "screw"  # before the chest
    SAW = "saw"
    WASH = "wash"  # his face, with both hands
    RAKE = "rake"
    LOAD = "load"  # from the belly onto a shelf
    STRAP = "strap"  # under the chin
    # Neither of both: another work with each seed of his manner.
    MADE_UP = "made_up"


TRAINED_ON = tuple(Doing)[: tuple(Doing).index(Doing.CHOP)]
NEVER_TRAINED_ON = tuple(Doing)[len(TRAINED_ON) : tuple(Doing).index(Doing.MADE_UP)]


class Held(StrEnum):
    """Things in a hand, or on the ground (`Lying`)."""

    RIFLE = "rifle"
    CLOTH = "cloth"
    NOTE = "note"
    SIGN = "sign"
    BOTTLE = "bottle"
    BAG = "bag"
    HELMET = "helmet"
    VEST = "vest"


class Figure(NamedTuple):
    """One person as the camera sees him. position: the ground under him. act_s, gesture_s: since they began.

    strode_m: distance walked so far, the phase of his gait. sign: words on cardboard when he holds a SIGN. manner: the
    seed of his own way of showing things; 0 keeps to the table.
    """

    key: int
    garb: Garb
    position: Enu
    facing_deg: float
    act: Act = Act.STAND
    act_s: float = 0.0
    strode_m: float = 0.0
    gesture: Gesture | None = None
    gesture_s: float = 0.0
    held: Held | None = None
    posture: Posture = Posture.STANDING
    sign: str = ""
    doing: Doing | None = None
    manner: int = 0


class Lying(NamedTuple):
    """A thing on the ground."""

    what: Held
    position: Enu
    facing_deg: float = 0.0


class Burst(NamedTuple):
    """A shell that fell here so long ago: a flash of some 80 ms, then dust that rises and drifts for a dozen seconds.

    drift: of the dust, m/s level. The same burst leaves a crater (`Scar`).
    """

    position: Enu
    age_s: float
    drift: Enu = ZERO


class Smoke(NamedTuple):
    """A standing cloud. density 0 to 1 at its middle."""

    position: Enu
    radius_m: float
    density: float = 0.6


class Scar(NamedTuple):
    """A new crater, not in the land as it was laid."""

    position: Enu
    radius_m: float = 1.6
    depth_m: float = 0.5


class Craft(NamedTuple):
    """Another machine in the picture: kind "drone" or "ground_robot"."""

    kind: str
    position: Enu
    heading_deg: float


class Scene(NamedTuple):
    """Everything that moves or changes, at t_s of world time."""

    t_s: float
    figures: tuple[Figure, ...] = ()
    lying: tuple[Lying, ...] = ()
    bursts: tuple[Burst, ...] = ()
    smokes: tuple[Smoke, ...] = ()
    scars: tuple[Scar, ...] = ()
    crafts: tuple[Craft, ...] = ()


class Season(StrEnum):
    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"  # snow lies


class Weather(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Light and air. sun_up_deg below 0 is night; 0 to 8 is dusk. visibility_m: where contrast has fallen to 5 %."""

    season: Season = Season.SUMMER
    sun_from_deg: Annotated[float, msgspec.Meta(ge=-360.0, le=360.0)] = 230.0
    sun_up_deg: Annotated[float, msgspec.Meta(ge=-90.0, le=90.0)] = 35.0
    overcast: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.3
    visibility_m: Annotated[float, msgspec.Meta(ge=10.0, le=50_000.0)] = 10_000.0
    rain_mm_h: Annotated[float, msgspec.Meta(ge=0.0, le=100.0)] = 0.0


class Palette(StrEnum):
    VISIBLE = "visible"
    WHITE_HOT = "white_hot"
    BLACK_HOT = "black_hot"


class Lens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rendered camera. hfov_deg: [narrowest, widest]. late_s: from capture to the eyes.

    quality: of the compressed video link, 0 to 100 as JPEG counts it (0: not compressed). drops: share of pictures that
    never arrive. shake_deg: rms of what the gimbal does not hold. noise: rms of the sensor in grey levels by full day.
    """

    width_px: Annotated[int, msgspec.Meta(ge=64, le=3840)] = 960
    height_px: Annotated[int, msgspec.Meta(ge=64, le=2160)] = 540
    rate_hz: Annotated[float, msgspec.Meta(ge=1.0, le=60.0)] = 5.0
    hfov_deg: tuple[float, float] = (20.0, 84.0)
    palette: Palette = Palette.VISIBLE
    exposure_s: Annotated[float, msgspec.Meta(ge=0.0, le=0.2)] = 0.004
    late_s: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.12
    drops: Annotated[float, msgspec.Meta(ge=0.0, le=0.5)] = 0.0
    shake_deg: Annotated[float, msgspec.Meta(ge=0.0, le=5.0)] = 0.05
    noise: Annotated[float, msgspec.Meta(ge=0.0, le=40.0)] = 2.0
    quality: Annotated[int, msgspec.Meta(ge=0, le=100)] = 70


class View(NamedTuple):
    """How the camera is held. pitch_deg: 0 level, -90 straight down. roll_deg: positive, horizon falls to the right.

    velocity: of the camera, m/s, ENU; turn_dps: (yaw, pitch) rates; both only blur the picture.
    """

    position: Enu
    heading_deg: float
    pitch_deg: float
    roll_deg: float = 0.0
    hfov_deg: float = 60.0
    velocity: Enu = ZERO
    turn_dps: tuple[float, float] = (0.0, 0.0)


class JointLabel(NamedTuple):
    """One of the 17 COCO joints, px of the picture. visible: 2 seen, 1 hidden by something, 0 outside the picture."""

    x: float
    y: float
    visible: int


class Label(NamedTuple):
    """The truth about one person in a picture, for training, tests and the stand-in of a human who looks at the screen.

    box: left, top, right, bottom, px, of the whole body inside the picture, hidden parts included. seen: share of the
    body's pixels that nothing hides. height_px: of the body, not cut by the picture's edge.
    """

    key: int
    box: tuple[float, float, float, float]
    joints: tuple[JointLabel, ...]
    seen: float
    height_px: float
    gesture: Gesture | None
    act: Act
    posture: Posture


class Shot(NamedTuple):
    """One picture with its capture time, how the camera was really held, and the truth about it."""

    t_ns: int
    picture: Picture
    view: View
    labels: tuple[Label, ...]
