"""Trains the gesture reader on labelled motions seen from everywhere, and writes it as ONNX.

    python tools/train/gestures.py --motions MOTIONS.npz --check CHECK.npz --noise JOINT_NOISE.npz --out gestures.onnx

Needs torch and onnx. The same files, seed and number of threads (1) give the same weights on the same machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from joint_noise import JointNoise
from torch import nn

from safeconduct.perception.motion_window import CHANNELS, PICTURES, features

PROTECTIVE = ("hands_up", "arms_crossed", "hands_clasped", "weapon_down", "white_cloth", "wave_both")
_BEFORE_CHEST = ("arms_crossed", "hands_clasped", "throat", "point_wound", "show_id", "thumb_up", "sign")
_BEHIND = 1.9  # radians off the face
SWAPPED = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]


class Reader(nn.Module):
    """(n, CHANNELS, PICTURES) → gesture and posture logits."""

    def __init__(self, gestures: int, postures: int, wide: int = 96) -> None:
        super().__init__()
        self.into = nn.Sequential(nn.Conv1d(CHANNELS, wide, 1), nn.ReLU())
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(wide, wide, 3, padding=d, dilation=d), nn.BatchNorm1d(wide), nn.ReLU(), nn.Dropout(0.1),
                nn.Conv1d(wide, wide, 1), nn.BatchNorm1d(wide),
            )
            for d in (1, 2, 4)
        )  # fmt: skip
        self.head = nn.Sequential(nn.Linear(4 * wide, 160), nn.ReLU(), nn.Dropout(0.2))
        self.gesture, self.posture = nn.Linear(160, gestures), nn.Linear(160, postures)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.into(x)
        for block in self.blocks:
            h = torch.relu(h + block(h))
        late = h[:, :, PICTURES - 5 :]
        h = self.head(torch.cat([h.mean(2), h.amax(2), late.mean(2), h[:, :, -1]], 1))
        return self.gesture(h), self.posture(h)


class Probabilities(nn.Module):
    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gesture, posture = self.reader(x[:, 0])
        return gesture.softmax(1), posture.softmax(1)


class Windows:
    """Windows of motions through a camera that may stand anywhere, as a pose network would read them."""

    def __init__(self, path: Path, noise: JointNoise, seed: int) -> None:
        with np.load(path) as d:
            self.joints, self.gestures = d["joints"], d["gestures"].astype(np.int64)
            self.postures, self.sure = d["postures"].astype(np.int64), d["sure"]
            self.names, self.posture_names = list(d["names"]), list(d["posture_names"])
        # Joints show no cloth: who waves one is told from who waves his hand by the picture (perception/signs.py).
        cloth, hand = self.names.index("white_cloth"), self.names.index("wave_one")
        self.gestures = np.where(self.gestures == cloth, hand, self.gestures)
        self._before_chest = [self.names.index(n) for n in _BEFORE_CHEST]
        self.none = len(self.names)  # the class of those who show nothing
        self._noise, self._chance = noise, np.random.default_rng(seed)
        usable = self.sure[:, PICTURES - 1 :, 0]
        self._places = np.argwhere(usable)
        kind = self.gestures[self._places[:, 0], self._places[:, 1] + PICTURES - 1]
        # Each gesture gets its share; nothing shown gets nearly half.
        count = np.bincount(np.where(kind < 0, self.none, kind), minlength=self.none + 1)
        weight = 1.0 / np.sqrt(np.maximum(count, 1))
        weight[self.none] = weight[: self.none] @ count[: self.none] / max(count[self.none], 1) * 1.3
        each = weight[np.where(kind < 0, self.none, kind)]
        self._share = np.cumsum(each / each.sum())

    def batch(self, n: int, elevation_deg: tuple[float, float] = (5.0, 68.0), clean: bool = False):
        chance = self._chance
        who, begin = self._places[np.searchsorted(self._share, chance.random(n) * 0.999999)].T
        at = begin[:, None] + np.arange(PICTURES)
        body = self.joints[who[:, None], at]  # n, pictures, 17, 3
        tall = np.exp(chance.uniform(np.log(55.0), np.log(190.0), n)).astype(np.float32)
        seen, off_face = project(body, chance, elevation_deg, tall)
        if clean:
            joints, scores = seen, np.full(seen.shape[:3], 0.8, np.float32)
        else:
            joints, scores = self._noise.spoil(seen, tall)
            joints, scores = self._gaps(joints, scores)
        end = begin + PICTURES - 1
        gesture = self.gestures[who, end]
        posture = np.where(self.sure[who, end, 1], self.postures[who, end], -100)
        x = features(joints, scores)
        # Hands before the chest of somebody who turns his back cannot be seen: nothing to learn there.
        hidden = np.isin(gesture, self._before_chest) & (off_face > _BEHIND)
        gesture = np.where(hidden, -100, np.where(gesture < 0, self.none, gesture))
        return torch.from_numpy(x), torch.from_numpy(gesture), torch.from_numpy(posture)

    def _gaps(self, joints: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Nothing read for a while, an arm hidden, left and right exchanged, and a window that has only begun."""
        chance, (n, pictures) = self._chance, joints.shape[:2]
        scores = scores.copy()
        moments = np.arange(pictures)
        first = np.where(chance.random(n) < 0.12, chance.integers(1, 10, n), 0)
        scores[moments[None] < first[:, None]] = 0.0
        begin = chance.integers(0, pictures - 2, n)
        gap = (moments[None] >= begin[:, None]) & (moments[None] < (begin + chance.integers(1, 4, n))[:, None])
        scores[gap & (chance.random(n) < 0.12)[:, None]] = 0.0
        hidden = chance.random((n, 17)) < np.where(chance.random(n) < 0.25, 0.15, 0.0)[:, None]
        scores = np.where(hidden[:, None], scores * 0.25, scores).astype(np.float32)
        swap = (chance.random((n, pictures)) < np.where(chance.random(n) < 0.1, 0.3, 0.0)[:, None])[..., None]
        scores = np.where(swap, scores[:, :, SWAPPED], scores)
        return np.where(swap[..., None], joints[:, :, SWAPPED], joints), scores


def project(
    body: np.ndarray, chance: np.random.Generator, elevation_deg: tuple[float, float], tall_px: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(n, pictures, 17, 3) metres → (n, pictures, 17, 2) px, y down, each from a place of its own that drifts; and how
    far off his face that is, radians."""
    n, pictures = body.shape[:2]
    drift = np.linspace(-0.5, 0.5, pictures)[None]
    turn = drift * chance.normal(0.0, 0.3, n)[:, None]
    # Gestures are made toward the drone: its bearing is near the face's in half of all.
    facing = np.where(chance.random(n) < 0.5, chance.normal(0.0, 0.6, n), chance.uniform(-np.pi, np.pi, n))
    sh = body[:, -1, 5] - body[:, -1, 6]  # right to left shoulder; the chest looks at (y, -x) of it
    front = np.arctan2(-sh[:, 0], sh[:, 1])
    turn = turn - turn[:, -1:] + (front + facing)[:, None]
    up = np.radians(chance.uniform(*elevation_deg, n))[:, None] + 0.1 * chance.normal(0.0, 1.0, n)[:, None] * drift
    c, s, ce, se = np.cos(turn), np.sin(turn), np.cos(up), np.sin(up)
    about = body - body[:, -1:, [11, 12]].mean(2, keepdims=True)
    x, y, z = about[..., 0], about[..., 1], about[..., 2]
    toward = x * c[..., None] + y * s[..., None]
    right = -x * s[..., None] + y * c[..., None]
    depth = chance.uniform(6.0, 40.0, n)[:, None, None] - (toward * ce[..., None] + z * se[..., None])
    high = z * ce[..., None] - toward * se[..., None]
    focal = (tall_px / 1.75)[:, None, None] * depth.mean((1, 2), keepdims=True)
    roll = chance.normal(0.0, 0.06, n)[:, None, None]
    u, v = focal * right / depth, -focal * high / depth
    seen = np.stack([u * np.cos(roll) - v * np.sin(roll), u * np.sin(roll) + v * np.cos(roll)], -1)
    return seen.astype(np.float32), np.abs(facing)


@torch.no_grad()
def check(reader: Reader, windows: Windows, rounds: int = 24) -> str:
    """Window by window on motions that were not trained on."""
    reader.eval()
    shield = [windows.names.index(p) for p in PROTECTIVE]
    lines = []
    for low, high in ((5.0, 20.0), (20.0, 50.0), (50.0, 68.0)):
        protective, truth, named, right = [], [], [], []
        for _ in range(rounds):
            x, g, p = windows.batch(256, (low, high))
            gesture, posture = reader(x)
            known = g >= 0
            gesture, g, posture, p = gesture[known], g[known], posture[known], p[known]
            chance = gesture.softmax(1)
            protective.append(chance[:, shield].sum(1))
            truth.append(g)
            named.append(gesture.argmax(1) == g)
            right.append((posture.argmax(1) == p)[p >= 0])
        s, t, ok = torch.cat(protective), torch.cat(truth), torch.cat(named)
        good = torch.isin(t, torch.tensor(shield))
        quiet = t == windows.none
        cut = s[quiet].quantile(0.99)
        found, false = (s[good] > 0.5).float().mean(), (s[quiet] > 0.5).float().mean()
        lines.append(
            f"{low:.0f}-{high:.0f}°: named {ok.float().mean():.3f}, protective recall {found:.3f} (false {false:.4f}), "
            f"at 1 % false {(s[good] > cut).float().mean():.3f}, posture {torch.cat(right).float().mean():.3f}"
        )
        if low == 20.0:
            for k in [*shield, windows.none]:
                name = [*windows.names, "none"][k]
                protects = (s[t == k] > 0.5).float().mean()
                lines.append(f"    {name}: named {ok[t == k].float().mean():.3f}, protected {protects:.3f}")
    reader.train()
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motions", type=Path, required=True)
    parser.add_argument("--check", type=Path, required=True)
    parser.add_argument("--noise", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    learn = Windows(args.motions, JointNoise(args.noise, args.seed + 10), args.seed)
    prove = Windows(args.check, JointNoise(args.noise, args.seed + 20), args.seed + 1)
    reader = Reader(len(learn.names) + 1, len(learn.posture_names))
    optimiser = torch.optim.AdamW(reader.parameters(), 2e-3, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, args.steps, pct_start=0.1)
    # A plea that is missed costs more than one that is told once too often (Sparrow 2015: recall first).
    cost = torch.ones(len(learn.names) + 1)
    cost[[learn.names.index(p) for p in PROTECTIVE]] = 1.3
    name_it = nn.CrossEntropyLoss(cost, label_smoothing=0.03)
    for step in range(args.steps):
        x, gesture, posture = learn.batch(160)
        told, stands = reader(x)
        loss = name_it(told, gesture) + 0.4 * nn.functional.cross_entropy(stands, posture, ignore_index=-100)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        plan.step()
        if step % 200 == 0:
            print(f"{step:6d} {loss.item():.3f}", flush=True)
        if step and step % 2000 == 0:
            print(check(reader, prove, 6), flush=True)
    print(check(reader, prove), flush=True)
    export(reader, args.out, learn)


def export(reader: Reader, out: Path, windows: Windows) -> None:
    """One graph: window float [1, 1, CHANNELS, PICTURES] → gesture [1, G + 1] (last: none), posture [1, P]."""
    import onnx

    torch.onnx.export(
        Probabilities(reader.eval()), (torch.zeros(1, 1, CHANNELS, PICTURES),), str(out), input_names=["window"],
        output_names=["gesture", "posture"], opset_version=17, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(out))
    for key, names in (("gestures", [*windows.names, "none"]), ("postures", windows.posture_names)):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, " ".join(names)
    onnx.save(model, str(out))


if __name__ == "__main__":
    main()
