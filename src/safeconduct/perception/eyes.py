"""Eyes: pictures in, followed people out. `Eyes.step` is all that the rooms above call.

Work is spread over time so that a frame stays cheap: the search's tiles take turns, each followed person is looked at
four times a second and has his joints read ten times, and at most `at_once` of each in one picture. What was not
searched in this picture counts neither as seen nor as missed.
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from safeconduct.model.events import GestureSeen
from safeconduct.model.mission_time import due, seconds_between
from safeconduct.model.vocabulary import Posture
from safeconduct.perception.cloth import ClothWatch
from safeconduct.perception.detector import PersonDetector
from safeconduct.perception.found import Found, Picture, Region
from safeconduct.perception.gesture_reader import GestureReader
from safeconduct.perception.gesturing import Gesturing
from safeconduct.perception.holding import Hold
from safeconduct.perception.identity import Identity
from safeconduct.perception.joints import SURE, Joint, Pose, same_body
from safeconduct.perception.looks import Look
from safeconduct.perception.pose_reader import PoseReader
from safeconduct.perception.search import DOUBTED_ENLARGED, MOST_ENLARGED, around, look, tiles, whole_in
from safeconduct.perception.steadying import Steadying
from safeconduct.perception.tracker import Track, Tracker
from safeconduct.perception.vouching import vouch
from safeconduct.perception.where import Held

CANNOT_TELL_PX = 38.0
"""A person smaller than this in the picture: joints are not read, the answer is "cannot tell, come closer"."""

DOUBTED_PX = 80.0
"""Under this what is neither clearly a gesture nor clearly none is "cannot tell" too."""

_LOOK_EVERY_S = 0.25  # in between his looks and his joints carry him
_READ_EVERY_S = 0.09
_SWEEP_SEARCHING, _SWEEP_FOLLOWING = 3, 1  # tiles in one picture
_SWEEP_EVERY_S = 0.4  # while somebody is followed
_STILL_SEEN_S = 0.5  # after the last sure look a person is no longer reported, only waited for
_POSE_HOLDS_S, _POSE_HOLD_BODY, _POSE_HOLD_BEST = 10.0, 0.3, 0.5  # see _holds
_LOOK_HOLDS_S, _LOOK_CLEAR = 8.0, 7.0  # see _hold
_UNREADABLE_S = 1.0  # the body unclear for that long: cannot tell
_Kept = TypeVar("_Kept")
_CLEAR_BODY = 0.18  # mean joint score from which a reading says something about gestures


class Seen(NamedTuple):
    """One person in one picture.

    box: left, top, right, bottom, px. joints: 17 of COCO in px with scores, or None where none were read yet.
    gestures: evidence with held_s growing while it is held; a plea is an offer from 2 s on. cannot_tell: too small, or
    the body cannot be made out. height_px: the longer side of the box. posture MOTIONLESS: lies and has not stirred for
    long. look: his clothes' colours, learnt while nobody was close; None: not yet. doubtful: he could be the one beside
    him: the number is a handle until they have parted (then it is a fresh one), and nobody is led by it.
    """

    track: int
    box: tuple[float, float, float, float]
    score: float
    height_px: float
    joints: Pose | None
    gestures: tuple[GestureSeen, ...]
    cannot_tell: bool
    posture: Posture
    look: Look | None = None
    doubtful: bool = False


class _Reading:
    """What is remembered about one followed person's body."""

    def __init__(self, t_ns: int, reader: GestureReader) -> None:
        self.gesturing = Gesturing(reader)
        self.cloth = ClothWatch()
        self.pose: Pose | None = None
        self.at = np.zeros(2)  # where the person's box had its centre then, px
        self.read_t_ns = 0
        self.clear_t_ns = t_ns


class Eyes:
    """detector, pose: other ONNX files of the same kinds. at_once: how many people are looked at, and how many read, in
    one picture; the others wait their turn. doubting: give numbers up rather than guess who is who (`identity.py`), as
    missions do: there an operator says who it is. Raises BadInput when the files do not fit.
    """

    def __init__(
        self,
        detector: Path | None = None,
        pose: Path | None = None,
        threads: int = 2,
        at_once: int = 2,
        *,
        doubting: bool = False,
    ) -> None:
        self._doubting = doubting
        self._at_once = at_once
        self._detector = PersonDetector(detector, threads)
        self._reader = PoseReader(pose, threads)
        self._gestures = GestureReader()
        self._tracker = Tracker()
        self._identity = Identity(self._tracker)
        self._steadying = Steadying()
        self._readings: dict[int, _Reading] = {}
        self._holds: dict[int, Hold] = {}
        self._tiles: list[Region] = []
        self._next_tile = 0
        self._size = (0, 0)
        self._swept_t_ns = 0

    def mind(self, *tracks: int | None) -> None:
        """Whom the mission follows, and who is proposed to be he: numbers given up rather than guessed at, even in a
        crowd."""
        self._identity.minded = frozenset(track for track in tracks if track is not None)

    def step(self, picture: Picture, t_ns: int, held: Held | None = None, level_m: float = 0.0) -> list[Seen]:
        """picture: height × width × 3, BGR, upright. t_ns: its capture time, rising. Returns who is seen in it now.

        held, level_m: how the camera was held when it was taken, and the height of the ground that it shows, where that
        is known: it carries everybody's place through slews and steps of the zoom.
        """
        motion = self._steadying.motion(picture, held, level_m)
        if self._doubting and self._steadying.cut:
            self._identity.cut()
            self._size = (0, 0)  # searched whole at once
        self._tracker.carry(t_ns, motion)
        self._identity.carry(motion)
        regions = self._regions(picture, t_ns)
        if regions:
            self._tracker.update(t_ns, look(self._detector, picture, regions), regions)
        vouch(self._reader, picture, t_ns, self._tracker.tracks, self._at_once, self._is_anothers)
        if self._doubting:
            # What his body showed until now is not lost with his number: to go on reading it can only protect.
            for old, new in self._identity.judge(picture, t_ns):
                _carry_on(self._readings, old, new)
                _carry_on(self._holds, old, new)
        known = [t for t in self._tracker.tracks if t.known]
        self._hold(picture, t_ns, known)
        self._read(picture, t_ns, known)
        present = {t.id for t in self._tracker.tracks}
        self._readings = {track: r for track, r in self._readings.items() if track in present}
        self._holds = {track: h for track, h in self._holds.items() if track in present}
        height, width = picture.shape[:2]
        doubtful = self._identity.doubtful(t_ns)
        return [self._seen(t, t_ns, width, height, doubtful) for t in known if t.unseen_s() <= _STILL_SEEN_S]

    def attend(self, picture: Picture, t_ns: int, box: tuple[float, float, float, float]) -> int:
        """A human drew a box about a person in this picture (the last one stepped): follow him. Returns his number."""
        track = self._tracker.begin(t_ns, Found(*box, 1.0))
        self._holds[track.id] = Hold(picture, track.box)
        self._readings.setdefault(track.id, _Reading(t_ns, self._gestures))
        return track.id

    def _hold(self, picture: Picture, t_ns: int, known: list[Track]) -> None:
        """Who is followed and not found in this picture is looked for by how he looked in the last ones."""
        for track in known:
            hold = self._holds.get(track.id)
            if track.detected_t_ns == t_ns:
                if hold is None:
                    self._holds[track.id] = Hold(picture, track.box)
                else:
                    hold.learn(picture, track.box)
            elif hold is not None and track.undetected_s() <= _LOOK_HOLDS_S:
                right, down, clear = hold.find(picture, track.box)
                if clear >= _LOOK_CLEAR:
                    track.centre = track.centre + np.array([right, down])
                    track.seen_t_ns = t_ns

    def last_motion(self) -> npt.NDArray[np.float64] | None:
        """How flat ground moved from the picture before to the last one stepped, 3 × 3 in px; None: not known."""
        return self._steadying.ground()

    def last_flow(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
        """Corners of the ground, N × 2 px in the picture before and in the last one stepped; None: not known."""
        return self._steadying.flow()

    def _regions(self, picture: Picture, t_ns: int) -> list[Region]:
        """Where to look in this picture: around people whose turn it is, and the next tiles of the search."""
        height, width = picture.shape[:2]
        if (width, height) != self._size:
            # A new size is a new camera or a first picture: search all of it at once.
            self._size = (width, height)
            self._tiles = tiles(width, height, self._detector.size_px)
            self._next_tile, self._swept_t_ns = 0, t_ns
            return self._tiles
        regions: list[Region] = []
        turn = [t for t in self._tracker.tracks if due(t.looked_t_ns, t_ns, _LOOK_EVERY_S)]
        new = [t for t in self._tracker.tracks if not t.settled][-1:]  # one at a time: the known come first
        for track in new + sorted(turn, key=lambda t: (not t.known, t.looked_t_ns)):
            enlarged = MOST_ENLARGED if track.vouched else DOUBTED_ENLARGED[track.looks % len(DOUBTED_ENLARGED)]
            region = around(track.box, width, height, self._detector.near_px, enlarged)
            if len(regions) < self._at_once and not any(whole_in(r, track.box) for r in regions):
                regions.append(region)
        followed = any(t.known for t in self._tracker.tracks)
        if not followed or due(self._swept_t_ns, t_ns, _SWEEP_EVERY_S):
            self._swept_t_ns = t_ns
            for _ in range(min(len(self._tiles), _SWEEP_FOLLOWING if followed else _SWEEP_SEARCHING)):
                if self._tiles[self._next_tile] not in regions:
                    regions.append(self._tiles[self._next_tile])
                self._next_tile = (self._next_tile + 1) % len(self._tiles)
        return regions

    def _is_anothers(self, pose: Pose, track: Track) -> bool:
        """The network reads who is clearest in the square about a box: that may be his neighbour."""
        for other in self._tracker.tracks:
            reading = self._readings.get(other.id)
            if other is track or not other.known or reading is None or reading.pose is None:
                continue
            if same_body(pose, _moved(reading.pose, other.centre - reading.at), other.tall_px):
                return True
        return False

    def _read(self, picture: Picture, t_ns: int, known: list[Track]) -> None:
        """Joints of those who are large enough and whose turn it is."""
        waiting: list[tuple[int, Track, _Reading]] = []
        for track in known:
            reading = self._readings.setdefault(track.id, _Reading(t_ns, self._gestures))
            readable = track.tall_px >= CANNOT_TELL_PX and track.undetected_s() <= _POSE_HOLDS_S
            if readable and due(reading.read_t_ns, t_ns, _READ_EVERY_S):
                waiting.append((reading.read_t_ns, track, reading))
        for _, track, reading in sorted(waiting, key=lambda w: w[:1])[: self._at_once]:
            pose = self._reader.read(picture, track.box)
            reading.read_t_ns = t_ns
            if track.best >= _POSE_HOLD_BEST and _holds(pose, track.box):
                track.seen_t_ns = t_ns
            elif track.misses:
                continue
            reading.pose, reading.at = pose, track.centre.copy()
            if fmean(j.score for j in pose) >= _CLEAR_BODY:
                cloth = reading.cloth.take(picture, t_ns, track.box[:4], pose)
                reading.gesturing.take(t_ns, pose, cloth)
                reading.clear_t_ns = t_ns

    def _seen(self, track: Track, t_ns: int, width: int, height: int, doubtful: set[int]) -> Seen:
        reading, box = self._readings[track.id], track.box
        tall = track.tall_px
        small = tall < CANNOT_TELL_PX
        gesturing = reading.gesturing
        pose = None if small or reading.pose is None else _moved(reading.pose, track.centre - reading.at)
        posture = Posture.UNCERTAIN if small else gesturing.posture
        if gesturing.motionless(t_ns):
            posture = Posture.MOTIONLESS
        unclear = seconds_between(reading.clear_t_ns, t_ns) > _UNREADABLE_S
        return Seen(
            track=track.id,
            box=(max(0.0, box.x1), max(0.0, box.y1), min(float(width), box.x2), min(float(height), box.y2)),
            score=round(track.score, 3),
            height_px=tall,
            joints=pose,
            gestures=() if small else gesturing.gestures(t_ns),
            cannot_tell=small or unclear or (tall < DOUBTED_PX and gesturing.doubtful(t_ns)),
            posture=posture,
            look=self._identity.look(track.id),
            doubtful=track.id in doubtful,
        )


def _moved(pose: Pose, by_px: npt.NDArray[np.float64]) -> Pose:
    """Joints read a few pictures ago, carried along with the person's box."""
    return tuple(Joint(j.x + float(by_px[0]), j.y + float(by_px[1]), j.score) for j in pose)


def _carry_on(kept: dict[int, _Kept], old: int, new: int) -> None:
    if old in kept:
        kept[new] = kept.pop(old)


def _holds(pose: Pose, box: Found) -> bool:
    """Does the pose network still see the person where the detector lost him?

    The detector's score falls when arms go up (from 0.76 to 0.30 on the same body seen from 35°, below any threshold
    when he kneels), which is the very moment that must not be lost. So joints alone hold on to a person for up to ten
    seconds, if the body is clear, stands where he was expected, and was once found surely (a row of bollards never is).
    """
    clear = [j for j in pose if j.score >= SURE]
    if fmean(j.score for j in pose) < _POSE_HOLD_BODY or len(clear) < len(pose) // 2:
        return False
    x, y = fmean(j.x for j in clear), fmean(j.y for j in clear)
    return box.x1 <= x <= box.x2 and box.y1 <= y <= box.y2
