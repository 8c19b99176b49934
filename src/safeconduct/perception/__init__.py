"""Eyes: frames in, followed people with joints, gestures and "cannot tell" out."""

from safeconduct.perception.aiming import Aim, Aiming
from safeconduct.perception.annotate import AnnotatedCopy, drawn
from safeconduct.perception.arm_motion import Motion, motion_of
from safeconduct.perception.bursts import BurstSeen, BurstWatch
from safeconduct.perception.cloth import ClothWatch, cloth_patch
from safeconduct.perception.detector import PersonDetector
from safeconduct.perception.eyes import CANNOT_TELL_PX, Eyes, Seen
from safeconduct.perception.following import Following
from safeconduct.perception.found import Found, Picture, Region, area_px2, overlap
from safeconduct.perception.frame import Frame
from safeconduct.perception.frozen import FROZEN_S, FrozenWatch
from safeconduct.perception.gesturing import BRIEF_HOLD_S, PROTECTIVE_HOLD_S, long_enough
from safeconduct.perception.ground_error import Unsure, on_ground_with_error
from safeconduct.perception.joints import JOINTS, Joint, Pose
from safeconduct.perception.line_reading import LineReader
from safeconduct.perception.marshalling import Recogniser, learn
from safeconduct.perception.own_motion import OwnStep, own_step
from safeconduct.perception.pose_reader import PoseReader
from safeconduct.perception.search import around, look, tiles
from safeconduct.perception.signs import Hint, Sign, SignWatch, sign_evidence, with_signs
from safeconduct.perception.signs import Reader as SignReader
from safeconduct.perception.source import Footage
from safeconduct.perception.stamps import Stamps
from safeconduct.perception.steadying import Steadying
from safeconduct.perception.where import Heights, Held, focal_px, in_picture, on_ground, ray

__all__ = [
    "BRIEF_HOLD_S",
    "CANNOT_TELL_PX",
    "FROZEN_S",
    "JOINTS",
    "PROTECTIVE_HOLD_S",
    "Aim",
    "Aiming",
    "AnnotatedCopy",
    "BurstSeen",
    "BurstWatch",
    "ClothWatch",
    "Eyes",
    "Following",
    "Footage",
    "Found",
    "Frame",
    "FrozenWatch",
    "Heights",
    "Held",
    "Hint",
    "Joint",
    "LineReader",
    "Motion",
    "OwnStep",
    "PersonDetector",
    "Picture",
    "Pose",
    "PoseReader",
    "Recogniser",
    "Region",
    "Seen",
    "Sign",
    "SignReader",
    "SignWatch",
    "Stamps",
    "Steadying",
    "Unsure",
    "area_px2",
    "around",
    "cloth_patch",
    "drawn",
    "focal_px",
    "in_picture",
    "learn",
    "long_enough",
    "look",
    "motion_of",
    "on_ground",
    "on_ground_with_error",
    "overlap",
    "own_step",
    "ray",
    "sign_evidence",
    "tiles",
    "with_signs",
]
