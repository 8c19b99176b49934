"""How wrong the detector is: ATSS assignment (Zhang et al. 2020) and the generalised focal loss (Li et al. 2020) that
the network was trained with, and how far it has gone from the published network where nobody labelled the picture.
"""

from __future__ import annotations

import torch
from detector_net import BINS, STRIDES
from torch import Tensor
from torch.nn import functional

Levels = list[tuple[Tensor, Tensor]]
_NEAREST = 9  # cells of each level that are candidates for a person
_ANCHOR = 5.0  # side of a cell's imagined box, strides
IGNORED, NOBODY = -2, -1


def flat(out: Levels) -> tuple[Tensor, Tensor]:
    """Score logits [n, cells] and distance logits [n, cells, 4, bins], levels one after the other, finest first."""
    scores = torch.cat([c[:, 0].flatten(1) for c, _ in out], 1)
    bins = torch.cat([d.flatten(2).transpose(1, 2) for _, d in out], 1)
    return scores, bins.reshape(*bins.shape[:2], 4, BINS)


def cells(height: int, width: int) -> Tensor:
    """[cells, 3]: centre x, y and stride, px."""
    out = []
    for stride in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
        centre = (torch.stack([x, y], -1).reshape(-1, 2).float() + 0.5) * stride
        out.append(torch.cat([centre, torch.full((len(centre), 1), float(stride))], 1))
    return torch.cat(out)


def boxes(bins: Tensor, at: Tensor) -> Tensor:
    """Distance logits [..., 4, bins] at cells [..., 3] → boxes [..., 4], px."""
    far = (bins.softmax(-1) @ torch.arange(BINS, dtype=bins.dtype)) * at[..., 2:]
    return torch.cat([at[..., :2] - far[..., :2], at[..., :2] + far[..., 2:]], -1)


def overlap(a: Tensor, b: Tensor, general: bool = False) -> Tensor:
    """Intersection over union of boxes that broadcast; general: less what is empty in the box about both (GIoU)."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (high - low).clamp(min=0).prod(-1)
    area = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - both
    iou = both / area.clamp(min=1e-6)
    if not general:
        return iou
    about = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).prod(-1).clamp(min=1e-6)
    return iou - (about - area) / about


def close_to(people: Tensor, at: Tensor, within_px: float) -> Tensor:
    """[cells]: does the centre lie in somebody's box, or that close to it?"""
    if not len(people):
        return torch.zeros(len(at), dtype=torch.bool)
    return (_rim(people, at) > -within_px).any(1)


def _rim(people: Tensor, at: Tensor) -> Tensor:
    """[cells, n]: how deep each centre lies in each box, px; below zero outside."""
    x, y = at[:, None, 0], at[:, None, 1]
    return torch.stack([x - people[:, 0], y - people[:, 1], people[:, 2] - x, people[:, 3] - y]).amin(0)


def assign(people: Tensor, sure: Tensor, at: Tensor) -> Tensor:
    """For each cell the index of its person, -1 nobody, -2 not to be judged. people [n, 4], at [cells, 3]."""
    owner = torch.full((len(at),), NOBODY)
    if not len(people):
        return owner
    owner[close_to(people[~sure], at, 4.0)] = IGNORED
    known = torch.nonzero(sure).flatten()
    if not len(known):
        return owner
    wanted = people[known]
    half = at[:, 2:] * _ANCHOR / 2
    iou = overlap(torch.cat([at[:, :2] - half, at[:, :2] + half], 1)[:, None], wanted[None])
    far = (at[:, None, :2] - (wanted[None, :, :2] + wanted[None, :, 2:]) / 2).norm(dim=-1)
    candidate = torch.zeros_like(iou, dtype=torch.bool)
    for stride in STRIDES:
        level = torch.nonzero(at[:, 2] == stride).flatten()
        closest = far[level].topk(min(_NEAREST, len(level)), 0, largest=False).indices
        candidate[level[closest], torch.arange(len(known))[None]] = True
    several = candidate.sum(0)
    mean = (iou * candidate).sum(0) / several
    spread = (((iou - mean) ** 2 * candidate).sum(0) / (several - 1)).sqrt()
    good = candidate & (iou >= mean + spread) & (_rim(wanted, at) > 0.01)
    for j in torch.nonzero(~good.any(0)).flatten():  # too small for any centre: the nearest fine cell is his
        good[far[: int((at[:, 2] == STRIDES[0]).sum()), j].argmin(), j] = True
    best = torch.where(good, iou, torch.full_like(iou, -1.0)).max(1)
    return torch.where(best.values > -1.0, known[best.indices], owner)


def labelled_loss(scores: Tensor, bins: Tensor, owner: Tensor, people: list[Tensor], at: Tensor) -> Tensor:
    """Quality focal loss on all judged cells; GIoU and distribution focal loss on those that own a person."""
    who = owner >= 0
    target = torch.zeros_like(scores)
    box_loss = bins.sum() * 0.0
    total = torch.tensor(1.0)
    if who.any():
        image, cell = torch.nonzero(who, as_tuple=True)
        wanted = torch.stack([people[int(i)][int(owner[i, c])] for i, c in zip(image, cell, strict=True)])
        place = at[cell]
        got = boxes(bins[image, cell], place)
        target[image, cell] = overlap(got.detach(), wanted).clamp(0.05, 1.0)
        weight = scores[image, cell].detach().sigmoid().clamp(min=0.05)
        total = weight.sum()
        far = torch.cat([place[:, :2] - wanted[:, :2], wanted[:, 2:] - place[:, :2]], 1) / place[:, 2:]
        far = far.clamp(0.0, BINS - 1.01)
        left = far.long()
        logp = bins[image, cell].log_softmax(-1)
        upper = far - left
        dfl = -(logp.gather(-1, left[..., None])[..., 0] * (1 - upper))
        dfl = (dfl - logp.gather(-1, left[..., None] + 1)[..., 0] * upper).mean(-1)
        box_loss = ((2.0 * (1.0 - overlap(got, wanted, general=True)) + 0.25 * dfl) * weight).sum() / total
    off = (scores.sigmoid() - target).abs().square()
    qfl = functional.binary_cross_entropy_with_logits(scores, target, reduction="none") * off * (owner != IGNORED)
    return qfl.sum() / who.sum().clamp(min=1.0) + box_loss


def anchored_loss(scores: Tensor, bins: Tensor, was: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
    """Distance from what the published network says (`was`: its logits), where mask [n, cells] is true."""
    target = was[0].sigmoid()
    gap = (
        functional.binary_cross_entropy_with_logits(scores, target, reduction="none")
        * (scores.sigmoid() - target).square()
    )
    weight = target * (target > 0.15) * mask
    kl = functional.kl_div(bins.log_softmax(-1), was[1].softmax(-1), reduction="none").sum(-1).mean(-1)
    return (gap * mask).sum() / 4.0 + 0.5 * (kl * weight).sum() / weight.sum().clamp(min=1.0)
