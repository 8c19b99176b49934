"""What the tuned pose network is asked for.

The published network counts cells from their upper left corner: a joint at g (in cells of a quarter of the input) peaks
in cell floor(g) and has the offset g - cell, 0.5 on the average. A tuned one must keep to that.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from pose_net import CENTRE, HEATMAPS, OFFSETS, PLACES

SEEN = 2
_CELL_PX = 4
_ARMS = [7, 8, 9, 10]
_JOINT_SIGMA, _CENTRE_SIGMA = 1.15, 1.25  # cells, as the published heatmaps have it
_OFFSET_WITHIN, _CENTRE_WITHIN = 2.6, 2.5  # cells
_HIDDEN = 0.15  # score asked for where a joint is hidden: a guess must show as one


class Loss(NamedTuple):
    joints: torch.Tensor
    centre: torch.Tensor
    offsets: torch.Tensor
    places: torch.Tensor

    def total(self) -> torch.Tensor:
        return self.joints + 0.5 * self.centre + 0.25 * self.offsets + 0.06 * self.places


def joint_weight(arms: float) -> torch.Tensor:
    """[17], 1 on the average; elbows and wrists weigh `arms` times as much as the others."""
    weight = torch.ones(17)
    weight[_ARMS] = arms
    return weight / weight.mean()


def labelled_loss(heads: dict[str, torch.Tensor], joints: torch.Tensor, weight: torch.Tensor) -> Loss:
    """joints: [N, 17, 3]: x, y in px of the input, and 2 seen, 1 hidden, 0 outside or nobody there. weight: [17]."""
    people, cells = len(joints), heads[CENTRE].shape[-1]
    line = torch.arange(cells, dtype=torch.float32)
    at_y, at_x = torch.meshgrid(line, line, indexing="ij")
    x, y, told = (joints[:, :, i, None, None] for i in range(3))
    x, y, inside = x / _CELL_PX, y / _CELL_PX, (told > 0).float()
    far = (at_x + 0.5 - x) ** 2 + (at_y + 0.5 - y) ** 2
    asked = torch.where(told == SEEN, 1.0, _HIDDEN) * inside
    each = _soft_focal(heads[HEATMAPS], torch.exp(-far / (2 * _JOINT_SIGMA**2)) * asked)
    joint_loss = (each * weight[:, None, None]).sum() / people / 17

    count = inside.sum(1).clamp(min=1.0)
    centre_x, centre_y = (x * inside).sum(1) / count, (y * inside).sum(1) / count
    somebody = (inside.sum(1) > 0).float()
    from_centre = (at_x + 0.5 - centre_x) ** 2 + (at_y + 0.5 - centre_y) ** 2
    peak = torch.exp(-from_centre / (2 * _CENTRE_SIGMA**2)) * somebody
    centre_loss = _soft_focal(heads[CENTRE][:, 0], peak).sum() / people

    def missed(head: str, where: torch.Tensor, sure: torch.Tensor) -> torch.Tensor:
        told = heads[head].view(people, 17, 2, cells, cells)
        error = (told[:, :, 0] - (y - at_y)).abs() + (told[:, :, 1] - (x - at_x)).abs()
        return (error * sure * weight[:, None, None] * where).sum() / where.sum().clamp(min=1.0)

    near = (far < _OFFSET_WITHIN**2).float() * inside
    central = ((from_centre < _CENTRE_WITHIN**2).float() * somebody)[:, None] * inside
    offset_loss = missed(OFFSETS, near, torch.where(told == SEEN, 1.0, 0.4))
    return Loss(joint_loss, centre_loss, offset_loss, missed(PLACES, central, torch.ones(())))


def anchored_loss(heads: dict[str, torch.Tensor], was: dict[str, torch.Tensor]) -> torch.Tensor:
    """How far the heads have moved from what the published network says of the same real pictures."""
    count = len(was[CENTRE])
    joints, centre = was[HEATMAPS].sigmoid(), was[CENTRE].sigmoid()
    sure, central = (joints > 0.15).float().repeat_interleave(2, 1), (centre > 0.3).float()
    return (
        ((heads[HEATMAPS].sigmoid() - joints) ** 2).sum() / count / 17 * 2.0
        + ((heads[CENTRE].sigmoid() - centre) ** 2).sum() / count * 0.5
        + ((heads[OFFSETS] - was[OFFSETS]).abs() * sure).sum() / sure.sum().clamp(min=1.0) * 0.2
        + ((heads[PLACES] - was[PLACES]).abs() * central).sum() / (central.sum() * 34).clamp(min=1.0) * 0.05
    )


def _soft_focal(logits: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """Focal loss for scores between 0 and 1 (quality focal loss, Li et al. 2020)."""
    return (logits.sigmoid() - asked).abs().pow(1.5) * F.binary_cross_entropy_with_logits(
        logits, asked, reduction="none"
    )
