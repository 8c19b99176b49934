"""The words that every room shares: phases, signals, channels, gestures, decisions, outcomes.

The meanings, timings and sources of signals and gestures stand in `signals`; here are only their names.
"""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Where the mission stands. An effective surrender is OFFERED, DISCERNED, submitted to (LEAD), IN CUSTODY."""

    WATCH = "watch"
    OFFERED = "offered"
    DISCERNED = "discerned"
    PARLEY = "parley"
    LEAD = "lead"
    WAIT = "wait"
    COVER = "cover"
    REACQUIRE = "reacquire"
    RELAY = "relay"
    STAY = "stay"
    RECEPTION = "reception"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a mission ended, in the words of the command line."""

    IN_CUSTODY = "in_custody"
    LED_OUT = "led_out"
    LEFT_WITH_CARE = "left_with_care"
    LOST = "lost"
    HANDED_OVER = "handed_over"


class Signal(StrEnum):
    """What the aircraft can tell a person."""

    ATTEND = "attend"
    YES = "yes"
    NO = "no"
    FOLLOW = "follow"
    STOP = "stop"
    WAIT = "wait"
    COVER = "cover"
    HERE = "here"
    IDENTIFY = "identify"
    TRACE = "trace"
    NOT_UNDERSTOOD = "not_understood"


class Channel(StrEnum):
    MANOEUVRE = "manoeuvre"
    LIGHT = "light"
    NOTE = "note"
    VOICE = "voice"


class Gesture(StrEnum):
    """What a person can show the camera."""

    HANDS_UP = "hands_up"
    ARMS_CROSSED = "arms_crossed"
    HANDS_CLASPED = "hands_clasped"
    WEAPON_DOWN = "weapon_down"
    WHITE_CLOTH = "white_cloth"
    WAVE_BOTH = "wave_both"
    WAVE_ONE = "wave_one"
    THROAT = "throat"
    CODE_PROPOSAL = "code_proposal"
    NOD = "nod"
    SHAKE = "shake"
    THUMB_UP = "thumb_up"
    ONE_HAND_UP = "one_hand_up"
    BODY_N = "body_n"
    POINT_LEG = "point_leg"
    POINT_WOUND = "point_wound"
    SIGN = "sign"
    COUNT = "count"
    SHOW_ID = "show_id"
    BECKON = "beckon"
    PALM_OUT = "palm_out"
    UNKNOWN = "unknown"


class Posture(StrEnum):
    """How the person holds himself; none of these is ever a refusal."""

    STANDING = "standing"
    WALKING = "walking"
    CRAWLING = "crawling"
    SITTING = "sitting"
    CROUCHED = "crouched"
    KNEELING = "kneeling"
    PRONE = "prone"
    MOTIONLESS = "motionless"
    UNCERTAIN = "uncertain"


class Intent(StrEnum):
    """What a person's gestures, posture and way over the ground amount to. None of these is ever a refusal."""

    OFFERED = "offered"  # a plea, held long enough
    ANSWER = "answer"
    CANNOT_WALK = "cannot_walk"
    MEDICAL = "medical"  # points at a wound
    POSTURE = "posture"  # kneels or lies still with his hands in sight: ready to be received
    TAKES_COVER = "takes_cover"
    PAUSES = "pauses"
    TURNS_BACK = "turns_back"
    MOTIONLESS = "motionless"  # lies and does not stir: wounded or unconscious, protected without any gesture


class Mode(StrEnum):
    """The aircraft's flight mode, as far as this software must tell modes apart."""

    GUIDED = "guided"
    RTL = "rtl"
    LAND = "land"
    PROMPTED = "prompted"  # a pilot flies, and flies what we ask him for
    PILOT = "pilot"  # any mode in which a human flies or another program commands
    UNKNOWN = "unknown"


class Decision(StrEnum):
    """What only a human decides. `Choice` events carry these."""

    LAUNCH = "launch"
    SELECT_PERSON = "select_person"
    ACCEPT_OFFER = "accept_offer"
    RELEASE_NOTE = "release_note"
    CONFIRM_PICKED_UP = "confirm_picked_up"
    ANSWER = "answer"
    SHOW = "show"
    APPROVE_ROUTE = "approve_route"
    LEAD = "lead"
    STOP = "stop"
    STAY = "stay"
    CONFIRM_PERSON = "confirm_person"
    REPORT_IMPACT = "report_impact"
    TAKE_BACK = "take_back"
    CLOSE = "close"
    RETURN_HOME = "return_home"
    SAY = "say"
    ASK = "ask"  # a question to the person, in words that the operator picked
    NO_FIRE_HEARD = "no_fire_heard"  # own side told the operator himself, by radio, that it holds its fire
    PILOT = "pilot"  # the pilot's own key: what he has done, or whose the aircraft is
    RECEIVER_HEARD = "receiver_heard"  # the receivers told him that they have the person


class PlanRole(StrEnum):
    """Roles of features in a plan."""

    START = "start"
    RECEPTION = "reception"
    ROUTE = "route"
    NO_GO = "no_go"
    MINES = "mines"
    COVER = "cover"
    OWN_POSITION = "own_position"
    FENCE = "fence"
    HAZARD = "hazard"


FOLLOWS_US = frozenset({Mode.GUIDED, Mode.PROMPTED})
"""Modes in which the aircraft goes where we ask it to: steered by us, or by a pilot who is prompted."""

PROTECTIVE_GESTURES = frozenset(
    {
        Gesture.HANDS_UP,
        Gesture.ARMS_CROSSED,
        Gesture.HANDS_CLASPED,
        Gesture.WEAPON_DOWN,
        Gesture.WHITE_CLOTH,
        Gesture.WAVE_BOTH,
    }
)
"""On sight of these protection latches. Further ones are asked about, never dismissed."""

ESCORT_PHASES = frozenset({Phase.LEAD, Phase.WAIT, Phase.COVER, Phase.REACQUIRE, Phase.RELAY, Phase.STAY})
