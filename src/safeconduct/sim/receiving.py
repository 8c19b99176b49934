"""Those who receive the person, as bodies: behind cover until they are ready, then out, then with him.

What they say (ready, confirmed) comes from `neighbours`; here they only stand and walk. One of them always stays in
cover and watches over the others (FIELD section 3, N12).
"""

from __future__ import annotations

from math import hypot

import msgspec

from safeconduct.sim.ground import Ground
from safeconduct.sim.scene import Act

WALKS_MPS = 1.3
RUNS_MPS = 2.4
STOPS_M = 1.8
STEPS_OUT_M = 3.0
_APART_M = 4.0
_IN_COVER_WITHIN_M = 12.0
_BEHIND_M = 10.0

Place = tuple[float, float]


class Receiver(msgspec.Struct):
    """One of them: where he waits and where he is."""

    post: Place
    east: float
    north: float
    up: float
    act: Act = Act.CROUCH
    act_from_s: float = 0.0
    strode_m: float = 0.0
    depth_m: float = 0.0


def posts_near(route: tuple[Place, ...], ground: Ground, count: int) -> list[Place]:
    """Where they wait: behind the reception point, in trenches or craters where there are any."""
    (e1, n1), (e2, n2) = route[-2], route[-1]
    away = hypot(e2 - e1, n2 - n1)
    ue, un = (e2 - e1) / away, (n2 - n1) / away
    posts: list[Place] = []
    for i in range(count):
        aside = _APART_M * (i - (count - 1) / 2.0)
        e, n = e2 + _BEHIND_M * ue + aside * un, n2 + _BEHIND_M * un - aside * ue
        cover = ground.nearest_cover(e, n, _IN_COVER_WITHIN_M)
        if cover is None or any(hypot(cover[0] - p[0], cover[1] - p[1]) < 1.0 for p in posts):
            cover = (e, n)
        posts.append((round(cover[0], 2), round(cover[1], 2)))
    return posts


class ReceivingParty:
    """Their bodies; everything that lasts is in `state`."""

    def __init__(self, posts: list[Place], reception: Place, ground: Ground) -> None:
        self._ground = ground
        self._reception = reception
        self._waiting = False
        self.state = [
            Receiver(
                (e, n),
                e,
                n,
                ground.height_m(e, n),
                depth_m=ground.depth_m(e, n),
            )
            for e, n in posts
        ]

    def live(
        self,
        t_s: float,
        dt_s: float,
        to: Place,
        *,
        ready: bool,
        comes_s: float,
        goes_out: bool = False,
        in_cover: bool = False,
    ) -> None:
        """One step. to: where the person is. comes_s: when they will have him, negative while they wait.

        goes_out: they go to one who cannot walk. in_cover: they stay down until he lies.
        """
        waits = comes_s < 0.0 and not goes_out and not in_cover
        if not ready or (waits and self._waiting):
            return
        self._waiting = waits and self._in_their_places()
        for i, one in enumerate(self.state):
            guards = i == len(self.state) - 1 and i > 0
            if goes_out and not guards:
                self._walk(one, t_s, dt_s, to, STOPS_M + 0.5 * i, -1.0)
            elif in_cover:
                self._be(one, Act.CROUCH if one.depth_m < 0.8 else Act.CARRY, t_s)
            elif comes_s >= 0.0 and not guards:
                self._walk(one, t_s, dt_s, to, STOPS_M + 0.5 * i, comes_s - 1.5)
            elif not guards:
                e, n = one.post
                away = hypot(self._reception[0] - e, self._reception[1] - n)
                share = max(away - STEPS_OUT_M, 0.0) / away if away > 0.0 else 0.0
                out = (
                    self._reception[0] + (e - self._reception[0]) * share,
                    self._reception[1] + (n - self._reception[1]) * share,
                )
                self._walk(one, t_s, dt_s, out, 0.2, -1.0)
            else:
                self._be(one, Act.CARRY, t_s)

    def restore(self, state: list[Receiver]) -> None:
        self.state = state
        self._waiting = False

    def _in_their_places(self) -> bool:
        return all(one.act is Act.CARRY for one in self.state)

    def is_beside(self, place: Place) -> bool:
        """Whether the first of them is with him."""
        return hypot(self.state[0].east - place[0], self.state[0].north - place[1]) < STOPS_M + 0.6

    def hurt_by(self, east: float, north: float) -> int:
        """How many of them a shell or grenade that bursts there hurts."""
        hurt = 0
        for one in self.state:
            away = hypot(one.east - east, one.north - north)
            hurt += away < (1.5 if one.depth_m > 0.8 or one.act is Act.CROUCH else 4.0)
        return hurt

    def _walk(self, one: Receiver, t_s: float, dt_s: float, to: Place, stops_m: float, by_s: float) -> None:
        """Towards a place, in time for `by_s`, never faster than a run."""
        de, dn = to[0] - one.east, to[1] - one.north
        left = hypot(de, dn) - stops_m
        if left <= 0.05:
            self._be(one, Act.CARRY, t_s)
            return
        pace = WALKS_MPS if by_s < 0.0 else min(max(left / max(by_s - t_s, 0.5), WALKS_MPS), RUNS_MPS)
        step = min(pace * dt_s, left)
        away = left + stops_m
        one.east += de / away * step
        one.north += dn / away * step
        one.up = self._ground.height_m(one.east, one.north)
        one.depth_m = self._ground.depth_m(one.east, one.north)
        one.strode_m += step
        self._be(one, Act.WALK if pace < 2.0 else Act.RUN, t_s)

    def _be(self, one: Receiver, act: Act, t_s: float) -> None:
        if one.act is not act:
            one.act, one.act_from_s = act, t_s
