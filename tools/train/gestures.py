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
_TO_CAMERA = np.array([0.35, 0.65])  # who shows nothing, who pleads: a plea is made toward the drone, work is not
SWAPPED = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]


class Hints(nn.Module):
    """What of two arms does not change when left and right are exchanged, as pose networks do with crossed ones: do the
    forearms cross, are the hands together, how high is the higher and the lower one, how fast do they go.

    (n, CHANNELS, PICTURES) → (n, HINTS, PICTURES), about -3 to 3.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        j = x.view(-1, 17, 3, PICTURES)
        at, score = j[:, :, :2], j[:, :, 2]
        sl, sr, el, er, wl, wr, hl, hr = (at[:, k] for k in (5, 6, 7, 8, 9, 10, 11, 12))
        neck, seat, nose = (sl + sr) / 2.0, (hl + hr) / 2.0, at[:, 0]
        up = neck - seat
        up = up / (_long(up) + 0.1)
        aside = torch.stack([-up[:, 1], up[:, 0]], 1)

        def of(one: torch.Tensor, axis: torch.Tensor) -> torch.Tensor:
            return (one * axis).sum(1, keepdim=True)

        def pair(a: torch.Tensor, b: torch.Tensor) -> list[torch.Tensor]:
            return [torch.maximum(a, b), torch.minimum(a, b)]

        hands, elbows = wl - wr, el - er
        middle = (wl + wr) / 2.0 - neck
        fore_l, fore_r = wl - el, wr - er
        # Two segments cross where the ends of each lie on different sides of the other.
        by_right = _cross(fore_r, el - er) * _cross(fore_r, wl - er)
        by_left = _cross(fore_l, er - el) * _cross(fore_l, wr - el)
        both = [of(middle, up), of(middle, aside), _long(hands), of(hands, elbows) / (_long(elbows) + 0.2)]
        both += [of(hands, sl - sr) / (_long(sl - sr) + 0.2), by_right + by_left, torch.maximum(by_right, by_left)]
        both += [_long((wl + wr) / 2.0 - nose), of(middle, up) - of((el + er) / 2.0 - neck, up)]
        both += pair(of(wl - neck, up), of(wr - neck, up)) + pair(_long(wl - nose), _long(wr - nose))
        both += pair(of(fore_l, up), of(fore_r, up)) + pair(of(wl - sl, aside).abs(), of(wr - sr, aside).abs())
        both += pair(of(wl - wr, aside).abs(), of(wl - wr, up).abs())
        both += pair(score[:, 9:10], score[:, 10:11])
        still = torch.cat([torch.clamp(b, -3.0, 3.0) for b in both], 1)
        went = torch.stack([wl - neck, wr - neck, (wl + wr) / 2.0 - neck, hands], 1)
        went = (went[..., 1:] - went[..., :-1]).square().sum(2).add(1e-6).sqrt()
        went = nn.functional.pad(went, (1, 0))
        fast = torch.cat([*pair(went[:, 0:1], went[:, 1:2]), went[:, 2:3], went[:, 3:4]], 1)
        return torch.cat([still, torch.clamp(4.0 * fast, 0.0, 3.0)], 1)


HINTS = 25


def _long(a: torch.Tensor) -> torch.Tensor:
    return a.square().sum(1, keepdim=True).add(1e-6).sqrt()


def _cross(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return a[:, 0:1] * b[:, 1:2] - a[:, 1:2] * b[:, 0:1]


class Reader(nn.Module):
    """(n, CHANNELS, PICTURES) → gesture and posture logits."""

    def __init__(self, gestures: int, postures: int, wide: int = 96, hinted: bool = False) -> None:
        """hinted: with `Hints`, and with how much each channel goes to and fro."""
        super().__init__()
        self.hints = Hints() if hinted else None
        self.into = nn.Sequential(nn.Conv1d(CHANNELS + (HINTS if hinted else 0), wide, 1), nn.ReLU())
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(wide, wide, 3, padding=d, dilation=d), nn.BatchNorm1d(wide), nn.ReLU(), nn.Dropout(0.1),
                nn.Conv1d(wide, wide, 1), nn.BatchNorm1d(wide),
            )
            for d in (1, 2, 4)
        )  # fmt: skip
        self.head = nn.Sequential(nn.Linear((5 if hinted else 4) * wide, 160), nn.ReLU(), nn.Dropout(0.2))
        self.gesture, self.posture = nn.Linear(160, gestures), nn.Linear(160, postures)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.into(x if self.hints is None else torch.cat([x, self.hints(x)], 1))
        for block in self.blocks:
            h = torch.relu(h + block(h))
        late, mean = h[:, :, PICTURES - 5 :], h.mean(2)
        parts = [mean, h.amax(2), late.mean(2), h[:, :, -1]]
        if self.hints is not None:
            parts.append((h - mean[:, :, None]).square().mean(2).add(1e-4).sqrt())
        h = self.head(torch.cat(parts, 1))
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

    def __init__(self, path: Path, noise: JointNoise, seed: int, toward: bool = False) -> None:
        """toward: who pleads looks toward the camera more often than who does not."""
        self._to_camera = _TO_CAMERA if toward else np.array([0.5, 0.5])
        with np.load(path) as d:
            self.joints, self.gestures = d["joints"], d["gestures"].astype(np.int64)
            self.postures, self.sure = d["postures"].astype(np.int64), d["sure"]
            self.names, self.posture_names = list(d["names"]), list(d["posture_names"])
        # Joints show no cloth: who waves one is told from who waves his hand by the picture (perception/signs.py).
        cloth, hand = self.names.index("white_cloth"), self.names.index("wave_one")
        self.gestures = np.where(self.gestures == cloth, hand, self.gestures)
        self._before_chest = [self.names.index(n) for n in _BEFORE_CHEST]
        self._pleas = [self.names.index(n) for n in PROTECTIVE]
        self.none = len(self.names)  # the class of those who show nothing
        self._noise, self._chance = noise, np.random.default_rng(seed)
        self._places, self._share = _balanced(self.gestures, self.sure[..., 0], self.none)

    def batch(self, n: int, elevation_deg: tuple[float, float] = (5.0, 68.0), clean: bool = False):
        chance = self._chance
        who, begin = self._places[np.searchsorted(self._share, chance.random(n) * 0.999999)].T
        at = begin[:, None] + np.arange(PICTURES)
        body = self.joints[who[:, None], at]  # n, pictures, 17, 3
        tall = np.exp(chance.uniform(np.log(55.0), np.log(190.0), n)).astype(np.float32)
        end = begin + PICTURES - 1
        gesture = self.gestures[who, end]
        seen, off_face = project(body, chance, elevation_deg, tall, self._to_camera[np.isin(gesture, self._pleas) * 1])
        if clean:
            joints, scores = seen, np.full(seen.shape[:3], 0.8, np.float32)
        else:
            joints, scores = self._noise.spoil(seen, tall)
            joints, scores = _gaps(chance, joints, scores)
        posture = np.where(self.sure[who, end, 1], self.postures[who, end], -100)
        x = features(joints, scores)
        gesture = _learnt(gesture, off_face, self._before_chest, self.none)
        return torch.from_numpy(x), torch.from_numpy(gesture), torch.from_numpy(posture)


class Films:
    """Windows of films as the pose network read them (read_films.py), mirrored, and with gaps."""

    def __init__(self, path: Path, seed: int, last: int | None = None) -> None:
        """last: only so many people."""
        with np.load(path) as d:
            self.read = d["read"][:last].astype(np.float32)
            self.gestures, self.postures = d["gestures"][:last].astype(np.int64), d["postures"][:last].astype(np.int64)
            self.sure, self.off_face = d["sure"][:last], d["off_face"][:last]
            names = list(d["names"])
        cloth, hand = names.index("white_cloth"), names.index("wave_one")
        self.gestures = np.where(self.gestures == cloth, hand, self.gestures)
        self._before_chest, self.none = [names.index(n) for n in _BEFORE_CHEST], len(names)
        there = self.read[..., 2].sum(2) > 0.0
        self._places, self._share = _balanced(self.gestures, self.sure[..., 0] & there, self.none)
        self._chance = np.random.default_rng(seed)

    def batch(self, n: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        chance = self._chance
        who, begin = self._places[np.searchsorted(self._share, chance.random(n) * 0.999999)].T
        window = self.read[who[:, None], begin[:, None] + np.arange(PICTURES)]
        joints, scores = window[..., :2].copy(), window[..., 2].copy()
        mirrored = chance.random(n) < 0.5
        joints[mirrored] = joints[mirrored][:, :, SWAPPED] * np.array([-1.0, 1.0], np.float32)
        scores[mirrored] = scores[mirrored][:, :, SWAPPED]
        size = (joints.max(2) - joints.min(2)).max(2).max(1)
        joints += (chance.normal(0.0, 0.01, joints.shape) * size[:, None, None, None]).astype(np.float32)
        tilt = chance.normal(0.0, 0.06, n)[:, None, None]
        u, v = joints[..., 0], joints[..., 1]
        joints = np.stack([u * np.cos(tilt) - v * np.sin(tilt), u * np.sin(tilt) + v * np.cos(tilt)], -1)
        joints, scores = _gaps(chance, joints.astype(np.float32), scores)
        end = begin + PICTURES - 1
        posture = np.where(self.sure[who, end, 1], self.postures[who, end], -100)
        gesture = _learnt(self.gestures[who, end], self.off_face[who], self._before_chest, self.none)
        x = features(joints, scores)
        return torch.from_numpy(x), torch.from_numpy(gesture), torch.from_numpy(posture)


def _balanced(gestures: np.ndarray, usable: np.ndarray, none: int) -> tuple[np.ndarray, np.ndarray]:
    """Where windows may begin, (n, 2) of person and picture, and the running sum of their shares. Each gesture gets its
    share; nothing shown gets nearly half."""
    places = np.argwhere(usable[:, PICTURES - 1 :])
    kind = gestures[places[:, 0], places[:, 1] + PICTURES - 1]
    kind = np.where(kind < 0, none, kind)
    count = np.bincount(kind, minlength=none + 1)
    weight = 1.0 / np.sqrt(np.maximum(count, 1))
    weight[none] = weight[:none] @ count[:none] / max(count[none], 1) * 1.3
    each = weight[kind]
    return places, np.cumsum(each / each.sum())


def _learnt(gesture: np.ndarray, off_face: np.ndarray, before_chest: list[int], none: int) -> np.ndarray:
    """Hands before the chest of somebody who turns his back cannot be seen: nothing to learn there."""
    hidden = np.isin(gesture, before_chest) & (off_face > _BEHIND)
    return np.where(hidden, -100, np.where(gesture < 0, none, gesture))


def _gaps(chance: np.random.Generator, joints: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nothing read for a while, an arm hidden, left and right exchanged, and a window that has only begun."""
    n, pictures = joints.shape[:2]
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
    body: np.ndarray,
    chance: np.random.Generator,
    elevation_deg: tuple[float, float],
    tall_px: np.ndarray,
    to_camera: np.ndarray | float = 0.5,
) -> tuple[np.ndarray, np.ndarray]:
    """(n, pictures, 17, 3) metres → (n, pictures, 17, 2) px, y down, each from a place of its own that drifts; and how
    far off his face that is, radians. to_camera: the share of those who look about toward the camera."""
    n, pictures = body.shape[:2]
    drift = np.linspace(-0.5, 0.5, pictures)[None]
    turn = drift * chance.normal(0.0, 0.3, n)[:, None]
    facing = np.where(chance.random(n) < to_camera, chance.normal(0.0, 0.6, n), chance.uniform(-np.pi, np.pi, n))
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
    parser.add_argument("--films", type=Path, help="half of all windows, and the hinted network")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    films = None if args.films is None else Films(args.films, args.seed + 30)
    learn = Windows(args.motions, JointNoise(args.noise, args.seed + 10), args.seed, args.films is not None)
    prove = Windows(args.check, JointNoise(args.noise, args.seed + 20), args.seed + 1)
    reader = Reader(len(learn.names) + 1, len(learn.posture_names), hinted=films is not None)
    optimiser = torch.optim.AdamW(reader.parameters(), 2e-3, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, args.steps, pct_start=0.1)
    # A plea that is missed costs more than one that is told once too often (Sparrow 2015: recall first).
    cost = torch.ones(len(learn.names) + 1)
    cost[[learn.names.index(p) for p in PROTECTIVE]] = 1.3
    name_it = nn.CrossEntropyLoss(cost, label_smoothing=0.03)
    for step in range(args.steps):
        x, gesture, posture = learn.batch(160 if films is None else 64)
        if films is not None:
            x, gesture, posture = (torch.cat(both) for both in zip((x, gesture, posture), films.batch(64), strict=True))
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
