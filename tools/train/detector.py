"""Tunes the published NanoDet to people as a small drone sees them, on one processor core, and writes what it learnt.

    python tools/train/detector.py tune --drawn DATA/train --real PICTURES --published nanodet.onnx --out tuned.pt
    python tools/train/detector.py keep tuned.pt --published nanodet.onnx --share 0.9 --out tuned.onnx

How to make the pictures, and the rest of the recipe: tools/train/README.md.
"""

from __future__ import annotations

import argparse
import copy
import math
import queue
import random
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from detector_data import Crop, Crops, tensor
from detector_loss import IGNORED, NOBODY, anchored_loss, assign, cells, close_to, flat, labelled_loss
from detector_net import NanoDet, between, read, write

_WARM_STEPS = 40
_HARD, _HARD_KEPT = 0.3, 150  # score of a false box from which a crop is shown again, and how many wait for that
_KEPT = 0.99  # of the running mean of the weights


def batches(crops: Crops, drawn: int, real: int, ready: queue.Queue[list[Crop]], stop: threading.Event) -> None:
    made = 0
    while not stop.is_set():
        if made % 100 == 0:
            crops.refresh()
        made += 1
        batch: list[Crop] = []
        while len(batch) < drawn:
            batch += crops.of_drawn()
        batch = batch[:drawn]
        while len(batch) < drawn + real:
            batch += crops.of_real()
        while not stop.is_set():
            try:
                ready.put(batch, timeout=0.5)
                break
            except queue.Full:
                continue


def loss_of(net: NanoDet, published: NanoDet, batch: list[Crop], at: torch.Tensor) -> tuple[torch.Tensor, list[float]]:
    """Rendered crops by their labels; real ones by what the published network says of them, but for pasted people.

    Also returns how false each crop's falsest box is, as a score.
    """
    x = torch.from_numpy(np.stack([tensor(c.picture) for c in batch])).to(memory_format=torch.channels_last)
    scores, bins = flat(net(x))
    people = [torch.from_numpy(c.boxes) for c in batch]
    owner = torch.stack([assign(p, torch.from_numpy(c.sure), at) for p, c in zip(people, batch, strict=True)])
    drawn = [i for i, c in enumerate(batch) if c.labelled]
    real = [i for i, c in enumerate(batch) if not c.labelled]
    false = scores.detach().sigmoid() * (owner == NOBODY)
    loss = labelled_loss(scores[drawn], bins[drawn], owner[drawn], [people[i] for i in drawn], at)
    if not real:
        return loss, false.amax(1).tolist()
    with torch.no_grad():
        was = flat(published(x[real]))
    false[real] -= was[0].sigmoid()
    untouched = torch.stack([~close_to(people[i], at, 8.0) for i in real])
    loss = loss + anchored_loss(scores[real], bins[real], was, untouched)
    pasted = [i for i in real if len(people[i])]
    if pasted:
        owned = owner[pasted].clone()
        owned[owned == NOBODY] = IGNORED  # what lies outside the pasted people is the published network's to say
        loss = loss + 0.5 * labelled_loss(scores[pasted], bins[pasted], owned, [people[i] for i in pasted], at)
    return loss, false.amax(1).tolist()


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)
    real = sorted(p for p in arguments.real.iterdir() if p.suffix in (".jpg", ".png"))
    crops = Crops(arguments.drawn, real, arguments.size, arguments.seed, arguments.false)
    net = read(arguments.published).to(memory_format=torch.channels_last)
    published = copy.deepcopy(net).eval().requires_grad_(False)
    if arguments.resume is not None:
        net.load_state_dict(torch.load(arguments.resume))
    for early in (net.stem, net.early):
        early.requires_grad_(False)
    slow, fast = (
        [*net.stages.parameters()],
        [*net.lateral.parameters(), *net.before.parameters(), *net.heads.parameters()],
    )
    groups = [{"params": slow, "top": arguments.rate / 2}, {"params": fast, "top": arguments.rate}]
    step_by = torch.optim.AdamW(groups, lr=arguments.rate, weight_decay=1e-4)
    mean = copy.deepcopy(net).requires_grad_(False)
    at = cells(arguments.size, arguments.size)
    ready: queue.Queue[list[Crop]] = queue.Queue(4)
    stop = threading.Event()
    threading.Thread(
        target=batches, args=(crops, arguments.batch, arguments.real_batch, ready, stop), daemon=True
    ).start()
    hard: list[Crop] = []
    chance = random.Random(arguments.seed)
    began, step, shown, kept_at = time.monotonic(), 0, 0.0, 0.0
    while (gone := (time.monotonic() - began) / 60.0 / arguments.minutes) < 1.0:
        part = min(1.0, (step + 1) / _WARM_STEPS) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * gone)))
        for group in step_by.param_groups:
            group["lr"] = group["top"] * part
        batch = ready.get()
        batch += [hard.pop(chance.randrange(len(hard))) for _ in range(min(arguments.again, len(hard)))]
        loss, false = loss_of(net, published, batch, at)
        hard += [c for f, c in zip(false, batch, strict=True) if f > _HARD]
        del hard[:-_HARD_KEPT]
        step_by.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*slow, *fast], 10.0)
        step_by.step()
        step += 1
        keep = min(_KEPT, step / (step + 10.0))
        with torch.no_grad():
            for m, p in zip(mean.parameters(), net.parameters(), strict=True):
                m.lerp_(p, 1.0 - keep)
        now = float(loss.detach())
        shown = 0.95 * shown + 0.05 * now if step > 1 else now
        if step % 20 == 0:
            print(f"{step} {time.monotonic() - began:.0f} s loss {shown:.3f} of {crops.count} pictures", flush=True)
        if time.monotonic() - kept_at > 120.0:
            torch.save(mean.state_dict(), arguments.out)
            kept_at = time.monotonic()
    stop.set()
    torch.save(mean.state_dict(), arguments.out)


def keep(arguments: argparse.Namespace) -> None:
    published, tuned = read(arguments.published), NanoDet(1)
    tuned.load_state_dict(torch.load(arguments.tuned))
    write(between(published, tuned, arguments.share), arguments.out)


def main() -> None:
    say = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = say.add_subparsers(required=True)
    one = kinds.add_parser("tune")
    one.set_defaults(do=train)
    one.add_argument("--drawn", type=Path, required=True, help="folder of rendered pictures with labels.jsonl")
    one.add_argument("--real", type=Path, required=True, help="folder of real pictures without labels")
    one.add_argument("--resume", type=Path, help="weights of an earlier run to go on from")
    one.add_argument(
        "--false", type=Path, help="false boxes of an earlier run, as `judge_detector.py false` writes them"
    )
    one.add_argument("--minutes", type=float, default=25.0)
    one.add_argument("--size", type=int, default=256, help="side of a crop, px, a multiple of 32")
    one.add_argument("--batch", type=int, default=4, help="new rendered crops in a step")
    one.add_argument("--again", type=int, default=2, help="crops with the falsest boxes so far, again")
    one.add_argument("--real-batch", type=int, default=2, help="real crops in a step")
    one.add_argument("--rate", type=float, default=4e-4)
    one.add_argument("--threads", type=int, default=1)
    one.add_argument("--seed", type=int, default=7)
    two = kinds.add_parser("keep")
    two.set_defaults(do=keep)
    two.add_argument("tuned", type=Path, help="what tune wrote")
    two.add_argument("--share", type=float, default=1.0, help="of the way from the published weights to the tuned ones")
    for kind in (one, two):
        kind.add_argument("--published", type=Path, required=True, help="the network to begin from, and stay near")
        kind.add_argument("--out", type=Path, required=True)
    what = say.parse_args()
    what.do(what)


if __name__ == "__main__":
    main()
