"""Things a person holds, wears or lays down, and machines, as small meshes of boxes, sheets, tubes and domes.

Each mesh lies in its own frame (metres, x forward, y left, z up): a rifle along x with its grip at the origin; a sheet
in the y-z plane with its front toward +x, hung or held at the origin.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import cos, pi, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeconduct.sim.figure.lettering import inked
from safeconduct.sim.scene import Held

Singles = npt.NDArray[np.float32]
Bgr = tuple[int, int, int]

STEEL: Bgr = (52, 50, 48)
WOOD: Bgr = (44, 66, 92)
WHITE: Bgr = (232, 236, 236)
PAPER: Bgr = (214, 228, 232)
CARDBOARD: Bgr = (106, 148, 184)
INK: Bgr = (26, 26, 28)
CANVAS: Bgr = (56, 84, 84)
HELMET: Bgr = (54, 78, 72)
VEST: Bgr = (48, 66, 64)
GLASS: Bgr = (196, 176, 140)
SIGN_M = (0.62, 0.42)  # width, height of the cardboard


class Mesh(NamedTuple):
    """vertices (n, 3), faces (m, 3), colours (m, 3) BGR, warmth (m,)."""

    vertices: Singles
    faces: npt.NDArray[np.int32]
    colours: npt.NDArray[np.uint8]
    warmth: Singles

    def moved(self, turn: npt.NDArray[np.floating], place: npt.NDArray[np.floating]) -> Mesh:
        return self._replace(vertices=(self.vertices @ np.asarray(turn, np.float32).T + np.asarray(place, np.float32)))


def joined(*parts: Mesh) -> Mesh:
    first = np.cumsum([0, *(len(p.vertices) for p in parts[:-1])])
    return Mesh(
        np.concatenate([p.vertices for p in parts]),
        np.concatenate([p.faces + np.int32(k) for p, k in zip(parts, first, strict=True)]),
        np.concatenate([p.colours for p in parts]),
        np.concatenate([p.warmth for p in parts]),
    )


def made(vertices: object, faces: object, colour: Bgr, warmth: float = 0.05) -> Mesh:
    f = np.array(faces, np.int32).reshape(-1, 3)
    return Mesh(
        np.array(vertices, np.float32).reshape(-1, 3),
        f,
        np.full((len(f), 3), colour, np.uint8),
        np.full(len(f), warmth, np.float32),
    )


def cut(mesh: Mesh, edge_m: float = 0.09) -> Mesh:
    """The same surface in triangles with no edge longer than about edge_m: what only sorts faces needs small ones."""
    corners = mesh.vertices[mesh.faces]
    colours, warmth = mesh.colours, mesh.warmth
    for _ in range(8):
        lengths = np.linalg.norm(corners[:, [1, 2, 0]] - corners, axis=2)
        long = lengths.max(1) > edge_m
        if not long.any():
            break
        first = lengths[long].argmax(1)
        rows = np.arange(len(first))
        a, b, c = (corners[long][rows, (first + k) % 3] for k in range(3))
        half = 0.5 * (a + b)
        corners = np.concatenate([corners[~long], np.stack([a, half, c], 1), np.stack([half, b, c], 1)])
        colours = np.concatenate([colours[~long], colours[long], colours[long]])
        warmth = np.concatenate([warmth[~long], warmth[long], warmth[long]])
    faces = np.arange(3 * len(corners), dtype=np.int32).reshape(-1, 3)
    return Mesh(corners.reshape(-1, 3).astype(np.float32), faces, colours, warmth)


def box(low: tuple[float, float, float], high: tuple[float, float, float], colour: Bgr, warmth: float = 0.05) -> Mesh:
    corners = [(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
    sides = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    return cut(made(corners, [t for a, b, c, d in sides for t in ((a, b, c), (a, c, d))], colour, warmth))


def ring(
    radii_z: list[tuple[float, float]], colour: Bgr, warmth: float = 0.05, count: int = 10, squash: float = 1.0
) -> Mesh:
    """A body of revolution about z through (radius, z), closed above when the last radius is 0."""
    vertices, faces = [], []
    for r, z in radii_z:
        vertices += [(r * cos(2 * pi * k / count), squash * r * sin(2 * pi * k / count), z) for k in range(count)]
    for row in range(len(radii_z) - 1):
        for k in range(count):
            a, b = row * count + k, row * count + (k + 1) % count
            faces += [(a, b, b + count), (a, b + count, a + count)]
    return made(vertices, faces, colour, warmth)


@cache
def rifle() -> Mesh:
    """0.85 m long, muzzle toward +x; nothing of it works."""
    return joined(
        box((-0.06, -0.022, -0.01), (0.26, 0.022, 0.055), STEEL),
        box((0.26, -0.020, 0.0), (0.42, 0.020, 0.045), WOOD),
        box((0.42, -0.010, 0.015), (0.62, 0.010, 0.035), STEEL),
        box((-0.24, -0.020, -0.05), (-0.06, 0.020, 0.04), WOOD),
        box((0.08, -0.016, -0.17), (0.15, 0.016, -0.01), STEEL),
        box((-0.05, -0.016, -0.09), (-0.01, 0.016, -0.01), WOOD),
    )


def sheet(
    width_m: float,
    height_m: float,
    colour: Bgr,
    warmth: float = 0.1,
    rows: int = 1,
    wave: float = 0.0,
    phase: float = 0.0,
) -> Mesh:
    """Hangs from its top edge at the origin; wave: metres its folds swing."""
    vertices, faces = [], []
    for i in range(rows + 1):
        for j in range(rows + 1):
            s, v = i / rows, j / rows - 0.5
            fold = wave * s * sin(phase + 5.0 * v + 3.0 * s)
            vertices.append((fold, v * width_m, -s * height_m))
    for i in range(rows):
        for j in range(rows):
            a = i * (rows + 1) + j
            faces += [(a, a + 1, a + rows + 2), (a, a + rows + 2, a + rows + 1)]
    return made(vertices, faces, colour, warmth)


@cache
def lettered(words: str) -> Mesh:
    """Cardboard, its middle at the origin, its front toward +x, up +z, the words in dark ink.

    One sheet of cells, so that nothing lies on top of anything: a renderer that only sorts faces shows it right.
    """
    width, height = SIGN_M
    grid, cell = inked(words, width / height)
    scale = width / (grid.shape[1] * cell)
    high, wide = grid.shape[0] * cell * scale, grid.shape[1] * cell * scale
    parts: list[Mesh] = []
    for row, line in enumerate(grid):
        cuts = [0, *(np.flatnonzero(np.diff(line.astype(np.int8))) + 1), len(line)]
        for first, last in pairwise(cuts):
            y, z = cell * scale * np.array([first, last]) - wide / 2, high / 2 - cell * scale * np.array([row + 1, row])
            corners = [(0.0, y[0], z[0]), (0.0, y[1], z[0]), (0.0, y[1], z[1]), (0.0, y[0], z[1])]
            parts.append(made(corners, [(0, 1, 2), (0, 2, 3)], INK if line[first] else CARDBOARD, 0.1))
    return cut(joined(*parts), 0.07)


@cache
def pack() -> Mesh:
    """A backpack; its back toward the wearer is at x = 0, its middle at the origin."""
    return joined(
        box((-0.19, -0.16, -0.24), (0.0, 0.16, 0.20), CANVAS, 0.2),
        box((-0.24, -0.11, -0.20), (-0.19, 0.11, 0.02), CANVAS, 0.15),
        box((-0.17, -0.17, 0.20), (-0.02, 0.17, 0.27), (70, 92, 90), 0.15),
    )


@cache
def dome(radius_m: float) -> Mesh:
    """A helmet open below; its rim at z = 0."""
    r = radius_m
    profile = ((1.06, -0.25), (1.03, 0.05), (0.94, 0.42), (0.72, 0.74), (0.40, 0.93), (0.0, 1.0))
    shell = ring([(r * wide, r * high) for wide, high in profile], HELMET, 0.2, 12, 0.86)
    return joined(shell, box((0.96 * r, -0.42 * r, -0.02 * r), (1.24 * r, 0.42 * r, 0.06 * r), HELMET, 0.2))


@cache
def bottle() -> Mesh:
    return ring([(0.034, -0.08), (0.036, 0.10), (0.014, 0.15), (0.014, 0.18), (0.0, 0.18)], GLASS, 0.1, 8)


@cache
def lying(what: Held) -> Mesh:
    """As it lies on flat ground, lowest point at z = 0."""
    if what is Held.RIFLE:
        side = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]], np.float32)
        mesh = rifle().moved(side, np.array([-0.19, 0.0, 0.0], np.float32))
    elif what is Held.CLOTH:
        mesh = _flat(sheet(0.55, 0.45, WHITE, 0.1, 5, 0.03), 0.22)
    elif what is Held.NOTE:  # in plastic with its bright streamer
        streamer = _flat(sheet(0.06, 0.9, (40, 120, 250), 0.1, 4, 0.02), 0.0)
        mesh = joined(
            _flat(sheet(0.22, 0.30, WHITE, 0.1, 1), 0.15), streamer.moved(np.eye(3), np.array([-0.15, 0.0, 0.0]))
        )
    elif what is Held.SIGN:
        mesh = _flat(lettered(""), 0.0)
    elif what is Held.BOTTLE:
        mesh = bottle().moved(np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]), np.zeros(3))
    elif what is Held.BAG:
        mesh = pack()
    elif what is Held.HELMET:
        mesh = dome(0.135)
    else:
        mesh = joined(
            box((-0.28, -0.22, 0.0), (0.26, 0.22, 0.05), VEST), box((-0.10, -0.16, 0.05), (0.20, 0.16, 0.09), VEST)
        )
    low = np.array([0.0, 0.0, float(mesh.vertices[:, 2].min())], np.float32)
    return mesh._replace(vertices=mesh.vertices - low)


def _flat(mesh: Mesh, ahead_m: float) -> Mesh:
    """A hung sheet laid down, its front upward and its top edge away."""
    return mesh.moved(np.array([[0.0, 0.0, 1.0], [0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]), np.array([ahead_m, 0.0, 0.0]))


@cache
def machine(kind: str) -> Mesh | None:
    """A quadcopter 0.4 m across, or a tracked ground robot 1.1 m long with a blanket; None for an unknown kind."""
    if kind == "drone":
        parts = [
            box((-0.10, -0.05, -0.04), (0.12, 0.05, 0.05), (72, 70, 68), 0.5),
            box((0.10, -0.03, -0.08), (0.15, 0.03, -0.02), INK, 0.4),
        ]
        for x in (-1.0, 1.0):
            for y in (-1.0, 1.0):
                a, b = np.array([0.06 * x, 0.04 * y]), np.array([0.145 * x, 0.145 * y])
                n = 0.014 * np.array([-(b - a)[1], (b - a)[0]]) / np.linalg.norm(b - a)
                arms = [(*(a + n), 0.02), (*(a - n), 0.02), (*(b - n), 0.03), (*(b + n), 0.03)]
                parts.append(made(arms, [(0, 1, 2), (0, 2, 3)], (60, 58, 56), 0.4))
                motor = ring([(0.016, 0.0), (0.016, 0.05), (0.0, 0.05)], INK, 0.8, 6)
                disc = ring([(0.085, 0.052), (0.0, 0.053)], (120, 118, 116), 0.1, 10)
                parts.append(joined(motor, disc).moved(np.eye(3), np.array([0.145 * x, 0.145 * y, 0.02])))
        return joined(*parts)
    if kind == "ground_robot":
        tracks = [box((-0.55, s - 0.09, 0.0), (0.55, s + 0.09, 0.26), (40, 40, 40), 0.3) for s in (-0.34, 0.34)]
        bed = box((-0.50, -0.26, 0.18), (0.50, 0.26, 0.36), (60, 84, 78), 0.3)
        blanket = cut(sheet(0.56, 0.80, (60, 60, 176), 0.1, 6, 0.01))
        laid = _flat(blanket, 0.40).moved(np.eye(3), np.array([0.0, 0.0, 0.42]))
        mast = box((0.44, -0.03, 0.36), (0.50, 0.03, 0.72), STEEL, 0.2)
        eye = box((0.42, -0.08, 0.70), (0.54, 0.08, 0.80), STEEL, 0.3)
        return joined(*tracks, bed, laid, mast, eye)
    return None
