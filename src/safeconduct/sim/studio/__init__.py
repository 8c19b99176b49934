"""The studio: pictures of the simulated world with their labels, for training and testing eyes, and to look at."""

from safeconduct.sim.studio.choosing import Chosen, candidates, chosen
from safeconduct.sim.studio.clip import FPS, Clip
from safeconduct.sim.studio.drawing import close_up, named, sheet, with_labels
from safeconduct.sim.studio.gesture_sheets import ELEVATIONS_DEG, HEIGHTS_PX, everything, gesture_sheet
from safeconduct.sim.studio.keypoints import (
    CATEGORY,
    ImageLabel,
    PersonLabel,
    Pose,
    image_label,
    people_of,
    pose_of,
)
from safeconduct.sim.studio.moments import Moment, between
from safeconduct.sim.studio.open_ground import DAY, MIDDLE, at_height, open_ground
from safeconduct.sim.studio.views import MIDDLE_M, Angles, angles, around, carried, looking, shows, stand, tall_m

__all__ = [
    "CATEGORY",
    "DAY",
    "ELEVATIONS_DEG",
    "FPS",
    "HEIGHTS_PX",
    "MIDDLE",
    "MIDDLE_M",
    "Angles",
    "Chosen",
    "Clip",
    "ImageLabel",
    "Moment",
    "PersonLabel",
    "Pose",
    "angles",
    "around",
    "at_height",
    "between",
    "candidates",
    "carried",
    "chosen",
    "close_up",
    "everything",
    "gesture_sheet",
    "image_label",
    "looking",
    "named",
    "open_ground",
    "people_of",
    "pose_of",
    "sheet",
    "shows",
    "stand",
    "tall_m",
    "with_labels",
]
