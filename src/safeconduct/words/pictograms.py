"""The pictograms of the note, drawn here and nowhere else: a stranger must be able to follow them without a word.

Persons wear their helmets in every picture: nothing may suggest to take them off (GC III 18). No cross but the
diagonal one, no crescent: no emblem (AP I 38).
"""

from __future__ import annotations

from safeconduct.words.shapes import (
    WHITE,
    Area,
    Disc,
    Point,
    Ring,
    Shape,
    Stroke,
    arrow,
    cross,
    moved,
    star,
    tick,
)

_BODY, _LIMB = 11.0, 7.0
_GROUND = 94.0


def drone(right: float, down: float, scale: float = 1.0) -> list[Shape]:
    """A multirotor from the side, about 44 x 22 at scale 1; nothing hangs below it but its camera."""
    shapes: list[Shape] = [
        Stroke(((4, 8), (40, 8)), 4),
        Area(((13, 6), (31, 6), (28, 17), (16, 17))),
        Disc((22, 18), 4.5),
        Disc((22, 18), 2, WHITE),
        Stroke(((4, 8), (4, 3)), 3),
        Stroke(((40, 8), (40, 3)), 3),
        Stroke(((-6, 2), (14, 2)), 2.4),
        Stroke(((30, 2), (50, 2)), 2.4),
    ]
    return moved(shapes, right, down, scale)


def _figure(head: Point, trunk: tuple[Point, Point], *limbs: tuple[Point, ...]) -> list[Shape]:
    """A person by his joints; the helmet sits on the head, away from the trunk."""
    return [
        Stroke(trunk, _BODY),
        *(Stroke(limb, _LIMB) for limb in limbs),
        Disc(head, 8.0),
        *_helmet(head, (head[0] - trunk[0][0], head[1] - trunk[0][1])),
    ]


def _helmet(head: Point, up: Point) -> list[Shape]:
    length = (up[0] ** 2 + up[1] ** 2) ** 0.5 or 1.0
    ux, uy = up[0] / length, up[1] / length
    brim = [(head[0] + ux * 1.5 + s * uy * 11.0, head[1] + uy * 1.5 - s * ux * 11.0) for s in (-1.0, 1.0)]
    return [Disc((head[0] + ux * 2.5, head[1] + uy * 2.5), 8.6), Stroke((brim[0], brim[1]), 3.2)]


def standing(x: float, hands_up: int = 2) -> list[Shape]:
    shoulder = (x, 46.0)
    up = [((x, 47.0), (x + s * 15.0, 40.0), (x + s * 15.0, 18.0)) for s in (-1.0, 1.0)]
    hangs = ((x, 47.0), (x - 12.0, 58.0), (x - 12.0, 70.0))
    arms = up if hands_up == 2 else [hangs, up[1]]
    legs = [((x, 68.0), (x + s * 7.0, 81.0), (x + s * 8.0, _GROUND)) for s in (-1.0, 1.0)]
    return _figure((x, 30.0), (shoulder, (x, 68.0)), *arms, *legs)


def walking(x: float) -> list[Shape]:
    arms = [((x + 1, 49), (x + 11, 60), (x + 19, 54)), ((x + 1, 49), (x - 9, 60), (x - 14, 69))]
    legs = [((x - 1, 69), (x + 11, 79), (x + 12, _GROUND)), ((x - 1, 69), (x - 6, 82), (x - 17, 92))]
    return _figure((x + 4, 34), ((x + 2, 48), (x - 1, 69)), *arms, *legs)


def kneeling(x: float) -> list[Shape]:
    up = [((x, 61.0), (x + s * 14.0, 54.0), (x + s * 14.0, 34.0)) for s in (-1.0, 1.0)]
    return _figure((x, 45), ((x, 60), (x, 78)), *up, ((x, 78), (x + 11, 92), (x - 12, 92)))


def lying(x: float) -> list[Shape]:
    return _figure((x, 82), ((x + 14, 86), (x + 36, 88)), ((x + 14, 87), (x + 2, 92)), ((x + 36, 89), (x + 60, 91)))


def sitting(x: float, arm: tuple[Point, ...], leg: tuple[Point, ...] | None = None) -> list[Shape]:
    leg = leg or ((x, 88), (x + 17, 74), (x + 26, 92))
    return _figure((x + 1, 50), ((x, 64), (x, 86)), arm, ((x, 66), (x - 9, 80), (x - 12, 91)), leg)


def rifle(right: float, down: float, scale: float = 1.0) -> list[Shape]:
    shapes: list[Shape] = [
        Area(((0, 2), (14, 0), (16, 7), (2, 14))),
        Stroke(((14, 4), (34, 4)), 6),
        Stroke(((34, 3), (54, 3)), 3),
        Area(((26, 6), (33, 6), (36, 17), (30, 18))),
        Stroke(((50, 3), (50, 0)), 2),
    ]
    return moved(shapes, right, down, scale)


def _ground(begin: float = 2.0, end: float = 98.0) -> list[Shape]:
    return [Stroke(((begin, 98.0), (end, 98.0)), 2.0)]


def _rays(x: float, y: float, size: float) -> list[Shape]:
    return [star((x, y), size, size * 0.45, 10), Disc((x, y), size * 0.3, WHITE)]


def _barred(x: float, y: float, radius: float) -> list[Shape]:
    d = radius * 0.7
    return [Ring((x, y), radius, 6), Stroke(((x - d, y + d), (x + d, y - d)), 6)]


def _bottle(x: float, y: float, scale: float = 1.0) -> list[Shape]:
    body = Area(((0, 9), (3, 6), (3, 0), (9, 0), (9, 6), (12, 9), (12, 30), (0, 30)))
    return moved([body, Area(((2.5, 13), (9.5, 13), (9.5, 22), (2.5, 22)), WHITE)], x, y, scale)


def _paper(x: float, y: float, scale: float = 1.0) -> list[Shape]:
    lines = [Stroke(((5, v), (19, v)), 1.8) for v in (8, 14, 20, 26)]
    return moved(
        [Area(((0, 0), (24, 0), (24, 34), (0, 34))), Area(((2, 2), (22, 2), (22, 32), (2, 32)), WHITE), *lines],
        x,
        y,
        scale,
    )


def _mine(x: float, y: float, scale: float = 1.0) -> list[Shape]:
    shapes: list[Shape] = [Area(((-9, 0), (9, 0), (7, -6), (-7, -6))), Stroke(((0, -6), (0, -10)), 3)]
    return moved(shapes, x, y, scale)


def _helper(x: float) -> list[Shape]:
    """Somebody who receives him: smaller, empty hands, one of them held out to the left."""
    arms = (((x, 57), (x - 9, 66), (x - 18, 62)), ((x, 57), (x + 8, 66), (x + 8, 74)))
    legs = (((x, 75), (x - 5, 84), (x - 6, 94)), ((x, 75), (x + 5, 84), (x + 6, 94)))
    return _figure((x, 42), ((x, 56), (x, 75)), *arms, *legs)


def _bust() -> list[Shape]:
    vest = Area(((22, 60), (36, 52), (64, 52), (78, 60), (74, 96), (26, 96)))
    lines = [Stroke(((38, 52), (38, 96)), 2, WHITE), Stroke(((62, 52), (62, 96)), 2, WHITE)]
    pockets = [Area(((42, 72), (58, 72), (58, 88), (42, 88)), WHITE), Area(((44, 74), (56, 74), (56, 86), (44, 86)))]
    face = [Disc((50, 36), 13), Disc((50, 38), 10.5, WHITE)]
    dome = Area(((31, 34), (33, 20), (42, 11), (50, 9), (58, 11), (67, 20), (69, 34)))
    return [vest, *lines, *pockets, *face, dome, Stroke(((28, 34), (72, 34)), 4)]


PICTOGRAMS: dict[str, list[Shape]] = {
    "who-we-are": [*drone(10, 12, 1.8), *rifle(20, 70, 1.1), *_barred(50, 74, 22)],
    "weapon-down": [
        *standing(28, 2),
        *arrow((70, 34), (70, 72), width=7, head=17),
        *rifle(46, 82, 0.92),
        *_ground(),
    ],
    "hands-visible": [
        *standing(50),
        *(Stroke(((50 + s * 24, y), (50 + s * 31, y - 6 + (14 - y) * -0.2)), 2.5) for s in (-1, 1) for y in (12, 20)),
        *_ground(),
    ],
    "follow": [*walking(24), *drone(52, 14, 0.9), *arrow((48, 82), (96, 82), width=6, head=16), *_ground()],
    "not-attacked": [*standing(26), *rifle(50, 36, 0.9), *_barred(74, 41, 22), *tick(62, 72, 22), *_ground()],
    "step-where-it-flew": [
        *drone(60, 30, 0.75),
        *walking(18),
        Stroke(((34, 78), (92, 78)), 5, dashed=7),
        *(shape for x, y in ((54, 64), (48, 93), (88, 93)) for shape in _mine(x, y)),
    ],
    "cover": [star((78, 66), 21, 9, 9), Disc((78, 66), 5, WHITE), *lying(12), *drone(16, 26, 0.85), *_ground()],
    "drone-leaves": [
        *drone(6, 26, 0.6),
        *arrow((19, 22), (19, 4), width=5, head=12),
        *sitting(40, ((40, 68), (50, 76), (58, 72))),
        *drone(66, 34, 0.6),
        *arrow((88, 22), (72, 30), width=4, head=10),
        *_ground(),
    ],
    "rest": [*sitting(34, ((34, 68), (48, 70), (52, 58))), *_bottle(50, 36, 0.7), *drone(58, 10, 0.8), *_ground()],
    "cannot-walk": [
        *sitting(18, ((18, 66), (32, 56), (32, 28)), ((18, 88), (36, 87), (52, 93))),
        Stroke(((36, 80), (38, 95)), 3, WHITE),
        Stroke(((42, 81), (44, 96)), 3, WHITE),
        *_helper(88),
        *arrow((66, 72), (46, 72), width=5, head=13),
        *_ground(),
    ],
    "soldier-receives": [*kneeling(26), *_helper(78), *_ground()],
    "keep-protection": [*moved(_bust(), -8, 0), *tick(74, 66, 22)],
    "pick-up-nothing": [
        *_mine(26, 70, 1.5),
        *cross(8, 48, 36),
        *_paper(60, 28, 1.1),
        *tick(64, 72, 20),
        *_ground(),
    ],
    "water-and-care": [
        *_bottle(14, 18, 2.3),
        Ring((72, 62), 17, 12),
        Stroke(((72, 79), (96, 79)), 10),
        Disc((72, 62), 4),
    ],
    "rights": [*_paper(22, 6, 2.4)],
    "yes": tick(10, 15, 80),
    "no": cross(12, 12, 76),
    "flash-yes": [*drone(28, 34, 1.0), *_rays(50, 72, 17)],
    "flash-no": [*drone(28, 34, 1.0), *_rays(28, 72, 17), *_rays(72, 72, 17)],
    "move-yes": [*drone(20, 40, 0.9), *arrow((80, 12), (80, 88), both=True, width=6, head=17)],
    "move-no": [*drone(28, 24, 1.0), *arrow((8, 74), (92, 74), both=True, width=6, head=17)],
}
