"""MoveNet's published ONNX file as a torch module, and the way back into a file of the same form.

The file's graph is read up to its four heads (centre, joint heatmaps, joints' places seen from the centre, offsets) and
run node by node, so the parameters keep the file's names. Writing replaces the stored values and leaves the graph, its
decode included, as it was published.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F  # noqa: N812
from onnx import numpy_helper

CENTRE, HEATMAPS, PLACES, OFFSETS = "center_0", "kpt_heatmap_0", "kpt_regress_0", "kpt_offset_0"
HEADS = (CENTRE, HEATMAPS, PLACES, OFFSETS)
"""Outputs of the network, each a quarter of the input's size: 1, 17, 34 (y, x) and 34 (y, x) channels."""


class MoveNet(torch.nn.Module):
    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.heads = {
            head: n.output[0]
            for n in graph.node
            for head in HEADS
            if n.op_type == "Conv" and f"/{head}/conv2d" in n.output[0]
        }
        wanted = set(self.heads.values())
        for n in reversed(graph.node):
            if wanted & set(n.output):
                wanted.update(n.input)
        source = {n.output[0]: n.input[0] for n in graph.node if n.op_type == "Cast" and n.input[0] in stored}
        nodes = [n for n in graph.node if wanted & set(n.output) and n.output[0] not in source]
        first = next(i for i, n in enumerate(nodes) if n.op_type == "Conv")
        scale = next(n for n in nodes[:first] if n.op_type == "Mul").input[1]
        self._scale = float(stored[source.get(scale, scale)].ravel()[0])
        self._entry = nodes[first].input[0]
        self._steps: list[tuple[str, list[str], str, dict[str, Any]]] = []
        self.values = torch.nn.ParameterDict()
        for n in nodes[first:]:
            inputs = [source.get(i, i) for i in n.input]
            how = {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}
            self._steps.append((n.op_type, inputs, n.output[0], how))
            for name in inputs[1:] if n.op_type == "Conv" else ():
                self.values[_key(name)] = torch.nn.Parameter(torch.tensor(stored[name].astype(np.float32)))

    def freeze_up_to(self, block: str) -> None:
        """Keeps everything from the input to the node of that name as published."""
        for kind, inputs, output, _ in self._steps:
            for name in inputs[1:] if kind == "Conv" else ():
                self.values[_key(name)].requires_grad_(False)
            if block in output:
                return
        raise ValueError(block)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """x: [N, 3, S, S], RGB 0-255. Returns the heads, scores before the sigmoid."""
        at = {self._entry: x * self._scale - 1.0}
        for kind, inputs, output, how in self._steps:
            a = at[inputs[0]]
            if kind == "Conv":
                at[output] = self._conv(a, inputs, how)
            elif kind == "Clip":
                at[output] = F.relu6(a)
            elif kind == "Relu":
                at[output] = F.relu(a)
            elif kind == "Add":
                at[output] = a + at[inputs[1]]
            elif kind == "Resize":
                at[output] = F.interpolate(a, scale_factor=2, mode="bilinear", align_corners=False)
            else:
                raise ValueError(f"{kind} is not expected in MoveNet")
        return {head: at[output] for head, output in self.heads.items()}

    def _conv(self, a: torch.Tensor, inputs: list[str], how: dict[str, Any]) -> torch.Tensor:
        weight, *bias = (self.values[_key(name)] for name in inputs[1:])
        top, left, bottom, right = how.get("pads", [0, 0, 0, 0])
        if (top, left) != (bottom, right):
            a, top, left = F.pad(a, (left, right, top, bottom)), 0, 0
        return F.conv2d(a, weight, bias[0] if bias else None, how["strides"], (top, left), 1, how["group"])


def write(
    state: dict[str, torch.Tensor],
    published: Path,
    out: Path,
    share: float = 1.0,
    gain: float = 1.0,
    shift: float = 0.0,
) -> None:
    """Writes the tuned values over the published ones, in the published number format.

    share: of the tuned values against the published ones (WiSE-FT, Wortsman et al. 2022). gain, shift: of the joint
    scores before their sigmoid, with which they are calibrated.
    """
    model = onnx.load(published)
    for i in model.graph.initializer:
        tuned = state.get("values." + _key(i.name))
        if tuned is None:
            continue
        was = numpy_helper.to_array(i)
        now = was.astype(np.float64) * (1.0 - share) + tuned.numpy().astype(np.float64) * share
        if f"/{HEATMAPS}/conv2d" in i.name:
            now = now * gain + (shift if now.ndim == 1 else 0.0)
        i.CopyFrom(numpy_helper.from_array(now.astype(was.dtype), i.name))
    onnx.save(model, out)


def read_back(shipped: Path, published: Path, share: float, gain: float, shift: float) -> dict[str, torch.Tensor]:
    """The tuned values that `write` made `shipped` of, but for the rounding of its number format."""
    was = {i.name: numpy_helper.to_array(i).astype(np.float64) for i in onnx.load(published).graph.initializer}
    state = {}
    for i in onnx.load(shipped).graph.initializer:
        if not np.issubdtype(was[i.name].dtype, np.floating):
            continue
        now = numpy_helper.to_array(i).astype(np.float64)
        if f"/{HEATMAPS}/conv2d" in i.name:
            now = (now - (shift if now.ndim == 1 else 0.0)) / gain
        state["values." + _key(i.name)] = torch.as_tensor(was[i.name] + (now - was[i.name]) / share).float()
    return state


def _key(name: str) -> str:
    """A parameter's name may hold no dot."""
    return name.replace(".", "|")
