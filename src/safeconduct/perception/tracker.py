"""Keeping one identity per person from picture to picture, after ByteTrack (Zhang et al. 2022): sure detections are
matched first, then the unsure ones to who is left over, so that a half-hidden person keeps his identity.

Unlike the paper's, this tracker is told *where* was looked: a person in a part of the picture that was not searched
this time is carried on, not missed. Motion is a constant velocity filter in px and seconds, so a variable frame rate is
fine. And one body has one track: a box that begins upon somebody who is followed is his shadow, never told, until it
has left him (`Track.upon`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from safeconduct.model.mission_time import seconds_between
from safeconduct.perception.found import Found, Region, area_px2, intersection_px2, overlap
from safeconduct.perception.search import shows
from safeconduct.perception.steadying import carried

_POSITION_GAIN, _SIZE_GAIN, _VELOCITY_GAIN = 0.7, 0.35, 0.25  # of the alpha-beta filter
_BUFFER = 0.4  # of a box's size, added on each side when boxes are compared: small and fast people still overlap
_GATE, _GATE_UNSURE = 0.9, 0.6  # cost above which nobody is matched, in the two rounds
_TALLER, _TALLER_UNSURE = 2.0, 1.4  # a body does not change its height by more from look to look; a cone beside it does
_HITS_TO_KNOW = 3  # sightings until a new track may be reported
_SURE, _START = 0.4, 0.3  # score of the first matching round, and to begin a track
_APART, _APART_UNSURE = 0.75, 0.3  # part of a new box on a followed person above which it is a piece of him
_UPON, _LEFT = 0.45, 0.2  # part of the smaller box on the other: begun upon him; he was left
_STOOD_S = 1.5  # where somebody was found so lately another may not begin without a doubt
_CLEAR = 0.5  # by so much a match must cost less than the other way about, or it is not sure who is who
_COASTS_S, _VELOCITY_FADES_S = 0.4, 0.5  # for how long velocity is believed without a look, and how fast it fades then


@dataclass(eq=False)
class Track:
    """One followed person. centre and size in px of the present picture, velocity in px/s.

    upon: whose shadow it is: upon him it lay before it was known, and has not left him since. It is probably
    the same body found twice, and not told; or somebody who comes out from behind him, and told once he has.
    """

    id: int
    centre: npt.NDArray[np.float64]
    size: npt.NDArray[np.float64]
    score: float
    seen_t_ns: int
    now_t_ns: int
    velocity: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    hits: int = 1
    misses: int = 0
    looked_t_ns: int = 0
    detected_t_ns: int = 0
    best: float = 0.0  # the highest its score has been
    looks: int = 0  # of the detector, where it would have been found
    evidence: float = 0.0  # sum of its scores in them, 0 where it was not found
    vouched: bool = False  # a second opinion (the pose network's) says that it is a person
    opinions: list[float] = field(default_factory=list)  # those that were asked for (`vouching.py`)
    asked_t_ns: int = 0
    upon: Track | None = None
    expected: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))  # where, when found last
    stood: list[tuple[int, npt.NDArray[np.float64]]] = field(default_factory=list)  # when and where found lately, px

    @property
    def known(self) -> bool:
        return self.settled and self.vouched and self.upon is None

    @property
    def settled(self) -> bool:
        return self.hits >= _HITS_TO_KNOW

    @property
    def box(self) -> Found:
        x, y = self.centre
        w, h = self.size / 2.0
        return Found(float(x - w), float(y - h), float(x + w), float(y + h), self.score)

    @property
    def tall_px(self) -> float:
        """The longer side of the box."""
        box = self.box
        return max(box.x2 - box.x1, box.y2 - box.y1)

    @property
    def mean_score(self) -> float:
        """Over all looks: what is there every time is more than what shines up once."""
        return self.evidence / max(1, self.looks)

    def unseen_s(self) -> float:
        return seconds_between(self.seen_t_ns, self.now_t_ns)

    def undetected_s(self) -> float:
        return seconds_between(self.detected_t_ns, self.now_t_ns)


class Tracker:
    """keep_s: for how long a hidden person is waited for under the old identity."""

    def __init__(self, keep_s: float = 2.0) -> None:
        self.keep_s = keep_s
        self.tracks: list[Track] = []
        self.unclear: list[tuple[Track, Track]] = []
        """Of the last update: two who could as well be each other, by place and motion."""
        self.left: list[tuple[Track, Track]] = []
        """Of the last update: who was left, and who was his shadow until then, or begins where he lately stood."""
        self._next_id = 1

    def carry(self, t_ns: int, motion: npt.NDArray[np.float64] | None = None) -> None:
        """Moves every track to time t_ns; motion: 3 × 3, of the picture from the last one to this one, px."""
        for track in self.tracks:
            dt = max(0.0, seconds_between(track.now_t_ns, t_ns))
            track.now_t_ns = max(track.now_t_ns, t_ns)
            lost = track.misses or track.undetected_s() > _COASTS_S
            fade = float(np.exp(-dt / _VELOCITY_FADES_S)) if lost else 1.0
            track.velocity = track.velocity * fade
            track.centre = track.centre + track.velocity * dt
            if motion is not None:
                track.centre, linear = carried(motion, track.centre)
                track.stood = [(at_ns, carried(motion, place)[0]) for at_ns, place in track.stood]
                track.velocity = linear @ track.velocity
                track.size = track.size * float(np.sqrt(abs(np.linalg.det(linear))))

    def begin(self, t_ns: int, box: Found) -> Track:
        """A human says that a person is in `box`: followed from now on under a new number, or under the old one."""
        for track in sorted(self.tracks, key=lambda t: t.upon is not None):
            if _shared(track.box, box) >= _APART_UNSURE and _apart(track.box, box, _TALLER) < _GATE:
                self._leave(track)
                track.hits, track.vouched, track.seen_t_ns = max(track.hits, _HITS_TO_KNOW), True, t_ns
                return track
        centre = np.array([(box.x1 + box.x2) / 2.0, (box.y1 + box.y2) / 2.0])
        size = np.array([box.x2 - box.x1, box.y2 - box.y1])
        track = Track(self._next_id, centre, size, _SURE, t_ns, t_ns, hits=_HITS_TO_KNOW, vouched=True)
        track.looked_t_ns = track.detected_t_ns = t_ns
        self._next_id += 1
        self.tracks.append(track)
        return track

    def renumber(self, track: Track) -> None:
        """It is not sure any more that this is the person of that number: a fresh one, never used before."""
        track.id = self._next_id
        self._next_id += 1

    def update(self, t_ns: int, found: list[Found], looked: list[Region]) -> None:
        """Takes the people found at t_ns in the regions looked at; `carry` has been called for this picture."""
        self.unclear, self.left = [], []
        sure = [f for f in found if f.score >= _SURE]
        unsure = [f for f in found if f.score < _SURE]
        left, new = self._match([t for t in self.tracks if t.upon is None], sure, t_ns, _GATE, _TALLER)
        left, rest = self._match(left, unsure, t_ns, _GATE_UNSURE, _TALLER_UNSURE)
        # Shadows have what is left: where a body is found once, it is he who has the number.
        shadows, new = self._match([t for t in self.tracks if t.upon is not None], new, t_ns, _GATE, _TALLER)
        shadows, rest = self._match(shadows, rest, t_ns, _GATE_UNSURE, _TALLER_UNSURE)
        for track in left + shadows:
            if any(shows(region, track.box) for region in looked):
                track.misses += 1
                track.looks += 1
                track.looked_t_ns = t_ns
        for f in new + rest:
            apart = _APART if f.score >= _SURE else _APART_UNSURE
            if f.score >= _START and all(_shared(track.box, f) < apart for track in self.tracks):
                centre = np.array([(f.x1 + f.x2) / 2.0, (f.y1 + f.y2) / 2.0])
                size = np.array([f.x2 - f.x1, f.y2 - f.y1])
                track = Track(self._next_id, centre, size, f.score, t_ns, t_ns, looks=1, evidence=f.score)
                track.looked_t_ns = track.detected_t_ns = t_ns
                track.upon = self._elder(f, self.tracks)
                if track.upon is None:
                    self.left += [(t, track) for t in self.tracks if t.settled and t.upon is None and _stood_at(t, f)]
                self.tracks.append(track)
                self._next_id += 1
        self.tracks = [t for t in self.tracks if (t.unseen_s() <= self.keep_s if t.known else t.misses <= 1)]
        for track in self.tracks:
            self._shadow(track, t_ns)

    def _elder(self, f: Found, among: list[Track]) -> Track | None:
        """Upon whom a box lies: the one who has most of it."""
        shared = [(_together(t.box, f), t) for t in among if t.upon is None]
        most, elder = max(shared, key=lambda s: s[0], default=(0.0, None))
        return elder if most >= _UPON else None

    def _shadow(self, track: Track, t_ns: int) -> None:
        """Is he somebody's shadow? Who lies upon another before he is known; until both are found apart."""
        if track.upon is None:
            if not track.known:
                elders = [t for t in self.tracks if t is not track and (t.known or t.hits > track.hits)]
                track.upon = self._elder(track.box, elders)
            return
        if track.upon.upon is not None:
            track.upon = track.upon.upon if track.upon.upon is not track else None
            return
        if all(track.upon is not t for t in self.tracks):
            track.upon = None  # his elder ended: told under his own number; who it is, the operator says
            return
        if t_ns == track.detected_t_ns == track.upon.detected_t_ns and _together(track.upon.box, track.box) < _LEFT:
            self._leave(track)

    def _leave(self, track: Track) -> None:
        """A shadow proved to be a person of his own."""
        if track.upon is not None:
            self.left.append((track.upon, track))
            track.upon = None

    def _match(
        self, tracks: list[Track], found: list[Found], t_ns: int, gate: float, taller: float
    ) -> tuple[list[Track], list[Found]]:
        """Hungarian assignment; returns tracks and detections that found no partner."""
        if not tracks or not found:
            return tracks, found
        cost = np.array([[_apart(t.box, f, taller) + (0.0 if t.settled else 0.05) for f in found] for t in tracks])
        rows, columns = linear_sum_assignment(cost)
        pairs = [(r, c) for r, c in zip(rows, columns, strict=True) if cost[r, c] <= gate]
        self._note_unclear(tracks, cost, dict(pairs), gate)
        for r, c in pairs:
            _correct(tracks[r], found[c], t_ns)
        used_rows, used_columns = {r for r, _ in pairs}, {c for _, c in pairs}
        return (
            [t for i, t in enumerate(tracks) if i not in used_rows],
            [f for i, f in enumerate(found) if i not in used_columns],
        )

    def _note_unclear(
        self, tracks: list[Track], cost: npt.NDArray[np.float64], matched: dict[int, int], gate: float
    ) -> None:
        """Where the other way about costs nearly as little, or a missed one may be who was found."""
        for a, c in matched.items():
            for b, other in enumerate(tracks):
                if b == a or not (tracks[a].settled and other.settled) or cost[b, c] > gate:
                    continue
                if b not in matched:
                    unclear = cost[b, c] - cost[a, c] < _CLEAR
                elif b < a:
                    d = matched[b]
                    unclear = cost[b, c] + min(cost[a, d], gate) - cost[a, c] - cost[b, d] < _CLEAR
                else:
                    continue
                if unclear:
                    self.unclear.append((tracks[a], other))


def _correct(track: Track, f: Found, t_ns: int) -> None:
    dt = max(0.02, seconds_between(track.seen_t_ns, t_ns))
    off = np.array([(f.x1 + f.x2) / 2.0, (f.y1 + f.y2) / 2.0]) - track.centre
    track.expected = track.centre
    track.centre = track.centre + _POSITION_GAIN * off
    track.velocity = track.velocity + _VELOCITY_GAIN * off / dt
    track.size = track.size + _SIZE_GAIN * (np.array([f.x2 - f.x1, f.y2 - f.y1]) - track.size)
    track.score = 0.8 * track.score + 0.2 * f.score
    track.best = max(track.best, track.score)
    track.seen_t_ns = track.looked_t_ns = track.detected_t_ns = t_ns
    track.stood = [s for s in track.stood if seconds_between(s[0], t_ns) <= _STOOD_S]
    track.stood.append((t_ns, np.array([(f.x1 + f.x2) / 2.0, (f.y1 + f.y2) / 2.0])))
    track.hits += 1
    track.misses = 0
    track.looks += 1
    track.evidence += f.score


def _stood_at(track: Track, f: Found) -> bool:
    """He was found at this place lately: the one found there now may be he, and his track gone on with another."""
    w, h = track.size / 2.0
    places = (Found(float(x - w), float(y - h), float(x + w), float(y + h), 1.0) for _, (x, y) in track.stood)
    return any(_together(place, f) >= _UPON for place in places)


def nearness(a: Found, b: Found) -> float:
    """0: neither can be matched to the other's box; 1: the same box."""
    return max(0.0, 1.0 - _apart(a, b, _TALLER))


def _apart(a: Found, b: Found, taller: float) -> float:
    """1 - intersection over union of the two boxes, each grown by the buffer; 0 the same, 1 nothing in common, 2 not
    the same body by its height."""
    ratio = (b.y2 - b.y1) / max(1.0, a.y2 - a.y1)
    if not 1.0 / taller <= ratio <= taller:
        return 2.0
    return 1.0 - overlap(_grown(a), _grown(b))


def _grown(a: Found) -> Found:
    w, h = _BUFFER * (a.x2 - a.x1), _BUFFER * (a.y2 - a.y1)
    return Found(a.x1 - w, a.y1 - h, a.x2 + w, a.y2 + h, a.score)


def _shared(old: Found, new: Found) -> float:
    """The part of the new box that lies on a person who is followed already."""
    return intersection_px2(old, new) / max(1e-9, area_px2(new))


def _together(a: Found, b: Found) -> float:
    """The part of the smaller box that lies on the larger."""
    return intersection_px2(a, b) / max(1e-9, min(area_px2(a), area_px2(b)))
