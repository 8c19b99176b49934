"""Where the gimbal looks and how far it zooms, so that the followed person stays in the picture and large enough.

The gimbal nods and does not turn: the aircraft's nose points at him, the guide sees to that. From pictures alone:
while he is seen, his box is brought to the middle and to a readable size; unseen, the place where he was last is looked
at closely and widely in turn.

It nods as a cameraman does: at rest while he is near the middle, and gently otherwise. When a picture was taken is
known to a tenth of a second or two, and a camera that turns at 60 degrees a second has by then turned ten: each nod
would answer the one before, his place on the ground would jump with it, and nobody could watch such pictures.
"""

from __future__ import annotations

from math import atan2, degrees, hypot

import msgspec

from safeconduct.model.geometry import Enu
from safeconduct.perception.where import Held, focal_px

WANTED_PX = 0.27
"""Of the picture's height, that a standing person should fill: 146 px of 540."""

_MOVES_DPS = 60.0  # what small gimbals do
_RESTS, _REACHED = 0.14, 0.005  # of the picture's height from the middle: beyond it nods begin, within it they end
_EDGE = 0.05  # likewise from an edge, for who is so large that he is cut off sooner
_GENTLY = 2.0  # degrees a second for each degree to go
_ZOOMS = 1.6  # a second, as a factor of the focal length
_KEEPS_S = 1.5  # unseen for longer: look at the ground where he was
_CLOSE_S, _WIDE_S = 5.0, 4.0  # then in turn: close, where he may stand half hidden, and wide, where he may have gone to
_CLOSE_PX = 0.2  # of the picture's height, that a standing person would fill at that place in the close look
_LOOKS_UP = 0.9  # m above the ground: the middle of a body
_TALL_M = 1.6


class Aim(msgspec.Struct, frozen=True):
    """pitch_deg 0 level, -90 down; hfov_deg of the picture."""

    pitch_deg: float
    hfov_deg: float


class Aiming:
    """hfov_deg: (narrowest, widest) of the lens. search_deg: the wide field of view to look for somebody with."""

    def __init__(self, hfov_deg: tuple[float, float], width_px: int, height_px: int, search_deg: float = 55.0) -> None:
        self._narrow, self._wide = hfov_deg
        self._width_px, self._height_px = width_px, height_px
        self._search_deg = min(max(search_deg, self._narrow), self._wide)
        self.aim = Aim(-30.0, self._search_deg)
        self._seen_s = -1e9
        self._error_deg = 0.0
        self._tall_px = 0.0
        self._nods = False

    def seen(self, t_s: float, box: tuple[float, float, float, float], height_px: float, held: Held) -> None:
        """He is in a picture that was taken while the camera was `held` so."""
        f = focal_px(self._width_px, held.hfov_deg)
        up_px = self._height_px / 2.0 - (box[1] + box[3]) / 2.0
        # What is still to do counts from where the gimbal looked then, not from where it looks by now.
        self._error_deg = held.pitch_deg + degrees(atan2(up_px, f))
        self._tall_px = height_px / f
        self._seen_s = t_s
        off, room = abs(up_px) / self._height_px, min(box[1], self._height_px - box[3]) / self._height_px
        self._nods = off > (_REACHED if self._nods or room < _EDGE else _RESTS)

    def move(self, t_s: float, dt_s: float, camera: Enu, last_place: Enu) -> Aim:
        """One step of the gimbal, dt_s long. last_place: where he was last, or where somebody is expected."""
        unseen_s = t_s - self._seen_s
        pitch, hfov = self.aim.pitch_deg, self.aim.hfov_deg
        if unseen_s <= _KEEPS_S:
            want_pitch = self._error_deg if self._nods else pitch
            want_f = WANTED_PX * self._height_px / max(self._tall_px, 1e-4)
        else:
            away = hypot(last_place.east - camera.east, last_place.north - camera.north)
            down = camera.up - last_place.up - _LOOKS_UP
            want_pitch = -degrees(atan2(down, max(away, 0.5)))
            if (unseen_s - _KEEPS_S) % (_CLOSE_S + _WIDE_S) < _CLOSE_S:
                want_f = _CLOSE_PX * self._height_px * hypot(away, down) / _TALL_M
            else:
                want_f = focal_px(self._width_px, self._search_deg)
        step = _MOVES_DPS * dt_s
        pitch += min(max((want_pitch - pitch) * min(_GENTLY * dt_s, 1.0), -step), step)
        f = focal_px(self._width_px, hfov)
        ratio = min(max(want_f / f, 1.0 - (_ZOOMS - 1.0) * dt_s), 1.0 + (_ZOOMS - 1.0) * dt_s)
        hfov = 2.0 * degrees(atan2(self._width_px / 2.0, f * ratio))
        self.aim = Aim(min(max(pitch, -90.0), 20.0), min(max(hfov, self._narrow), self._wide))
        return self.aim
