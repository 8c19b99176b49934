"""Second opinions on tracks of which the detector is not sure: whether there is a person at all.

Traffic cones and posts fool the detector, but then the pose network finds no body in them (mean joint score at most
0.19 on real footage; people, 0.23 and more). Under 50 px it finds one in nobody or in bushes: there the mean of the
detector's own looks decides, at two sizes by turns, 0 where it was not found again. The smaller he is the less is
enough: bushes that pass for people are large ones. Who is doubted is kept and asked about again, and passes at once
when the detector becomes sure: nobody is ever ruled out.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from safeconduct.model.mission_time import due
from safeconduct.perception.found import Picture
from safeconduct.perception.joints import Pose
from safeconduct.perception.pose_reader import PoseReader
from safeconduct.perception.tracker import Track

_SCORE, _BODY, _EVERY_S = 0.65, 0.22, 1.0
_MEAN, _NO_BODY_PX = 0.57, 50.0
_TINY_MEAN, _TINY_PX = 0.46, 24.0


def vouch(
    reader: PoseReader,
    picture: Picture,
    t_ns: int,
    tracks: list[Track],
    at_once: int,
    is_anothers: Callable[[Pose, Track], bool],
) -> None:
    """Vouches for those of the tracks that deserve it.

    at_once: how many are asked about in this picture. is_anothers: the body is that of somebody known beside it, which
    says nothing of the track.
    """
    new = [t for t in tracks if t.settled and not t.vouched and not t.misses]
    for track in new:
        enough = _TINY_MEAN if track.tall_px < _TINY_PX else _MEAN
        track.vouched = track.score >= _SCORE or (track.tall_px < _NO_BODY_PX and track.mean_score >= enough)
    doubted = [t for t in new if not t.vouched and t.tall_px >= _NO_BODY_PX]
    for track in [t for t in doubted if due(t.asked_t_ns, t_ns, _EVERY_S)][:at_once]:
        track.asked_t_ns = t_ns
        pose = reader.read(picture, track.box)
        track.opinions.append(0.0 if is_anothers(pose, track) else fmean(j.score for j in pose))
        # The mean of all: a cone that is asked about often enough would pass once.
        track.vouched = fmean(track.opinions) >= _BODY
