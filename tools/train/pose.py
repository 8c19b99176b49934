"""Tunes the published MoveNet Lightning to people as a small drone sees them, on one processor core.

    python tools/train/pose.py cut    --drawn DATA/train --out SHARDS/a --first 0 --last 4000
    python tools/train/pose.py train  --shards SHARDS --real PICTURES --published LIGHTNING --out tuned.pt
    python tools/train/pose.py write  --state tuned.pt --published LIGHTNING --out movenet-lightning-tuned.onnx

How to make the pictures, and the rest of the recipe: tools/train/README.md.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from pose_data import Shards, cut_shard, real_squares
from pose_loss import anchored_loss, joint_weight, labelled_loss
from pose_net import HEADS, MoveNet, read_back, write

_WARM_STEPS = 40
_EARLY = "block_2_add"  # up to here nothing is tuned: edges and textures are what they were, and cost most
_KEPT = 0.997  # of the running mean of the values
_HEADS_FASTER = 1.5


def tensor(squares: np.ndarray) -> torch.Tensor:
    """[N, 3, S, S] RGB from [N, S, S, 3] BGR."""
    rgb = np.ascontiguousarray(squares[:, :, :, ::-1].transpose(0, 3, 1, 2))
    return torch.from_numpy(rgb).float().contiguous(memory_format=torch.channels_last)


def pictures_in(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png"))


def opinions(net: MoveNet, squares: np.ndarray) -> dict[str, torch.Tensor]:
    """What the untouched network says of real squares, kept at half precision."""
    with torch.no_grad():
        parts = [net(tensor(squares[i : i + 8])) for i in range(0, len(squares), 8)]
    return {head: torch.cat([p[head] for p in parts]).half() for head in HEADS}


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)
    rng = np.random.default_rng(arguments.seed)
    net = MoveNet(arguments.published)
    real = real_squares(pictures_in(arguments.real), arguments.real_each)
    if arguments.empty is not None:
        real = np.concatenate([real, real_squares(pictures_in(arguments.empty), arguments.empty_each)])
    was = opinions(net, real)
    stems = sorted(Path(str(p)[: -len("_pictures.npy")]) for p in arguments.shards.glob("*_pictures.npy"))
    shards = Shards(stems, arguments.pleas)
    weight = joint_weight(arguments.arms)
    if arguments.resume is not None:
        begin = torch.load(arguments.resume)
        net.load_state_dict({name: begin[name] for name in net.state_dict()})
    net.freeze_up_to(_EARLY)
    tuned = {name: p for name, p in net.named_parameters() if p.requires_grad}
    # A step is a share of a value's own size: the published layers differ in it a hundredfold.
    groups = [
        {
            "params": [p],
            "top": arguments.rate
            * max(float(p.detach().square().mean().sqrt()), 1e-3)
            * (_HEADS_FASTER if any(head in name for head in HEADS) else 1.0),
        }
        for name, p in tuned.items()
    ]
    step_by = torch.optim.AdamW(groups, lr=arguments.rate, weight_decay=0.0, betas=(0.9, 0.99))
    mean = {name: p.detach().clone() for name, p in net.named_parameters()}
    began, step, shown = time.monotonic(), 0, np.zeros(5)

    def gone_now() -> float:
        if arguments.steps:
            return step / arguments.steps
        return (time.monotonic() - began) / 60.0 / arguments.minutes

    while (gone := gone_now()) < 1.0:
        part = min(1.0, (step + 1) / _WARM_STEPS) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * gone)))
        for group in step_by.param_groups:
            group["lr"] = group["top"] * part
        squares, joints = zip(*(shards.draw(rng) for _ in range(arguments.batch)), strict=True)
        again = rng.integers(0, len(real), arguments.real_batch)
        heads = net(tensor(np.concatenate([np.stack(squares), real[again]])))
        loss = labelled_loss(
            {h: v[: arguments.batch] for h, v in heads.items()}, torch.from_numpy(np.stack(joints)).float(), weight
        )
        anchor = anchored_loss(
            {h: v[arguments.batch :] for h, v in heads.items()}, {h: v[again].float() for h, v in was.items()}
        )
        step_by.zero_grad(set_to_none=True)
        (loss.total() + arguments.anchor * anchor).backward()
        torch.nn.utils.clip_grad_norm_(list(tuned.values()), 5.0)
        step_by.step()
        step += 1
        with torch.no_grad():
            for name, p in tuned.items():
                mean[name].lerp_(p, 1.0 - min(_KEPT, step / (step + 9.0)))
        now = np.array([float(v.detach()) for v in (*loss, anchor)])
        shown = 0.98 * shown + 0.02 * now if step > 1 else now
        if step % 100 == 0:
            told = " ".join(f"{v:.2f}" for v in shown)
            print(f"{step} {time.monotonic() - began:.0f} s, {len(shards)} squares: {told}", flush=True)
            torch.save(mean, arguments.out)
    torch.save(mean, arguments.out)


def main() -> None:
    say = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = say.add_subparsers(dest="what", required=True)
    cut = what.add_parser("cut", help="people of rendered pictures into a shard")
    cut.add_argument("--drawn", type=Path, required=True, help="folder of rendered pictures with labels.jsonl")
    cut.add_argument("--first", type=int, default=0, help="line of labels.jsonl to begin with")
    cut.add_argument("--last", type=int, default=1_000_000, help="line before which to stop")
    tune = what.add_parser("train")
    tune.add_argument("--shards", type=Path, required=True, help="folder of shards")
    tune.add_argument("--real", type=Path, required=True, help="folder of real pictures without labels")
    tune.add_argument("--minutes", type=float, default=23.0, help="of the run, where --steps does not bound it")
    tune.add_argument("--steps", type=int, default=0, help="of the run: again gives the same on the same machine")
    tune.add_argument("--resume", type=Path, help="values to begin from; the published ones stay the anchor")
    tune.add_argument("--pleas", type=float, default=1.5, help="how much more often squares that show a plea are drawn")
    tune.add_argument("--arms", type=float, default=1.0, help="weight of elbows and wrists in the loss")
    tune.add_argument("--batch", type=int, default=8, help="rendered squares in a step")
    tune.add_argument("--real-batch", type=int, default=2, help="real squares in a step")
    tune.add_argument("--real-each", type=int, default=36, help="squares cut from a real picture")
    tune.add_argument("--empty", type=Path, help="folder of real pictures in which nobody is")
    tune.add_argument("--empty-each", type=int, default=40, help="squares cut from each of these")
    tune.add_argument("--rate", type=float, default=1.8e-3, help="of a value's own size in a step, at most")
    tune.add_argument("--anchor", type=float, default=0.7, help="weight of the nearness to the published network")
    tune.add_argument("--threads", type=int, default=1)
    tune.add_argument("--seed", type=int, default=3)
    out = what.add_parser("write", help="tuned values into an ONNX file of the published form")
    out.add_argument("--state", type=Path, required=True)
    back = what.add_parser("back", help="tuned values out of a file that `write` made, to resume from")
    back.add_argument("--written", type=Path, required=True)
    for one in (out, back):
        one.add_argument("--share", type=float, default=1.0, help="of the tuned values against the published ones")
        one.add_argument("--gain", type=float, default=1.0, help="of the joint scores before their sigmoid")
        one.add_argument("--shift", type=float, default=0.0, help="added to them after the gain")
    for one in (tune, out, back):
        one.add_argument("--published", type=Path, required=True, help="MoveNet Lightning as published, ONNX")
    for one in (cut, tune, out, back):
        one.add_argument("--out", type=Path, required=True)
    arguments = say.parse_args()
    if arguments.what == "cut":
        print(cut_shard(arguments.drawn, arguments.out, arguments.first, arguments.last), "squares")
    elif arguments.what == "train":
        train(arguments)
    elif arguments.what == "back":
        a = arguments
        torch.save(read_back(a.written, a.published, a.share, a.gain, a.shift), a.out)
    else:
        state = torch.load(arguments.state)
        write(state, arguments.published, arguments.out, arguments.share, arguments.gain, arguments.shift)


if __name__ == "__main__":
    main()
