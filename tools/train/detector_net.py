"""NanoDet as a torch module that reads its weights from the shipped ONNX graph and writes them back.

The graph is plain: a stem, four cross-stage-partial stages, a path aggregation neck of 1 × 1 convolutions, and for each
stride (8, 16, 32) a head of two convolutions. Batch norms were folded long ago, so nothing here keeps statistics.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

STRIDES = (8, 16, 32)
BINS = 11
_LEAK = 0.1
_SIDE_PX = 416
_PERSON = 0  # COCO's first class; its logit is the first channel of each head
_NAMES = (("Identity_2:0", "Identity_5:0"), ("Identity_1:0", "Identity_4:0"), ("Identity:0", "Identity_3:0"))
"""Output names as the original graph has them, scores and distances, coarsest stride first."""


def _conv(into: int, out: int, stride: int = 1, kernel: int = 3) -> nn.Conv2d:
    return nn.Conv2d(into, out, kernel, stride, kernel // 2)


def _act(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, _LEAK)


class _Stage(nn.Module):
    """A halving convolution, then pairs of convolutions on half of the channels, each pair joined by the next one."""

    def __init__(self, into: int, pairs: int) -> None:
        super().__init__()
        half = into // 2
        self.down = _conv(into, into, 2)
        self.pairs = nn.ModuleList()
        for _ in range(pairs):
            self.pairs += [_conv(into, half), _conv(half, half)]
        self.last = _conv(into, into)

    def forward(self, x: Tensor) -> Tensor:
        x = y = _act(self.down(x))
        for one, two in zip(self.pairs[::2], self.pairs[1::2], strict=True):
            y = _act(one(y))
            y = torch.cat([_act(two(y)), y], 1)
        return torch.cat([_act(self.last(y)), x], 1)


class NanoDet(nn.Module):
    """classes: 80 as published, 1 where only people matter. Input: [n, 3, h, w], BGR, normalised, h and w of 32."""

    def __init__(self, classes: int = 80) -> None:
        super().__init__()
        self.classes = classes
        self.stem = _conv(3, 32, 2)
        self.early = nn.ModuleList([_conv(32, 32), _conv(32, 16), _conv(16, 16), _conv(32, 32)])
        self.stages = nn.ModuleList([_Stage(64, 2), _Stage(128, 2), _Stage(256, 3)])
        self.lateral = nn.ModuleList([_conv(w, 128, 1, 1) for w in (128, 256, 512)])
        self.before = nn.ModuleList([_conv(128, 128) for _ in STRIDES])
        self.heads = nn.ModuleList([_conv(128, classes + 4 * BINS, 1, 1) for _ in STRIDES])

    def features(self, x: Tensor) -> list[Tensor]:
        """What the stages give at strides 8, 16, 32."""
        x = functional.max_pool2d(_act(self.stem(x)), 3, 2, 1)
        one, two, three, four = self.early
        x = _act(one(x))
        half = _act(two(x))
        x = torch.cat([_act(four(torch.cat([_act(three(half)), half], 1))), x], 1)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        return levels

    def forward(self, x: Tensor) -> list[tuple[Tensor, Tensor]]:
        """For each stride, finest first: class logits [n, classes, h, w] and distance logits [n, 44, h, w]."""
        fine, middle, coarse = (lat(f) for lat, f in zip(self.lateral, self.features(x), strict=True))
        middle = middle + _resized(coarse, 2.0)
        fine = fine + _resized(middle, 2.0)
        middle = middle + _resized(fine, 0.5)
        coarse = coarse + _resized(middle, 0.5)
        out = []
        for level, before, head in zip((fine, middle, coarse), self.before, self.heads, strict=True):
            y = head(_act(before(level)))
            out.append((y[:, : self.classes], y[:, self.classes :]))
        return out

    def in_order(self) -> list[nn.Conv2d]:
        """The convolutions as the graph numbers their weights."""
        trunk = [self.stem, *self.early]
        for stage in self.stages:
            trunk += [stage.down, *stage.pairs, stage.last]
        trunk += self.lateral
        for before, head in zip(self.before, self.heads, strict=True):
            trunk += [before, head]
        return trunk  # type: ignore[return-value]


def _resized(x: Tensor, by: float) -> Tensor:
    return functional.interpolate(x, scale_factor=by, mode="bilinear", align_corners=False)


def read(path: Path, people_only: bool = True) -> NanoDet:
    """Weights of the published file, or of one that `write` wrote. people_only: the 79 other classes are cut off."""
    graph = onnx.load(path).graph
    held = {i.name.removesuffix("_h"): numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    cast = {n.output[0]: n.input[0].removesuffix("_h") for n in graph.node if n.op_type == "Cast"}
    pairs = []
    for node in graph.node:
        if node.op_type == "Conv":
            weight, bias = (held[cast.get(name, name)] for name in node.input[1:])
            pairs.append((node.input[2], weight, bias))
    pairs.sort(key=lambda p: int(p[0].split("_")[1].split(":")[0]))
    net = NanoDet(pairs[-1][1].shape[0] - 4 * BINS)
    _fill(net, [(w, b) for _, w, b in pairs])
    if not people_only or net.classes == 1:
        return net
    kept = [_PERSON, *range(net.classes, net.classes + 4 * BINS)]
    small = NanoDet(1)
    _fill(small, [(w[kept], b[kept]) if w.shape[0] == net.classes + 4 * BINS else (w, b) for _, w, b in pairs])
    return small


def _fill(net: NanoDet, pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for conv, (weight, bias) in zip(net.in_order(), pairs, strict=True):
        conv.weight.data = torch.from_numpy(weight.copy())
        assert conv.bias is not None
        conv.bias.data = torch.from_numpy(bias.copy())


def write(net: NanoDet, path: Path, size: tuple[int, int] | None = None) -> None:
    """An ONNX file with names and order of the published one, weights as fp16 behind a Cast.

    size: height and width of the input, px; None leaves both open (multiples of 32; 416 where nobody says another).
    """
    names, number = iter(range(10_000)), {layer: i for i, layer in enumerate(net.in_order())}
    nodes: list[onnx.NodeProto] = []
    held: list[onnx.TensorProto] = []

    def do(kind: str, *inputs: str, out: str | None = None, **attributes: object) -> str:
        made = out or f"{kind.lower()}_{next(names)}"
        nodes.append(helper.make_node(kind, list(inputs), [made], **attributes))
        return made

    def hold(array: np.ndarray, name: str) -> str:
        half = array.dtype == np.float32 and array.size > 4
        held.append(numpy_helper.from_array(array.astype(np.float16) if half else array, name + "_h" * half))
        return do("Cast", name + "_h", out=name, to=TensorProto.FLOAT) if half else name

    def conv(x: str, layer: nn.Module, act: bool = True) -> str:
        assert isinstance(layer, nn.Conv2d)
        assert layer.bias is not None
        name = f"conv_{number[layer]}"
        weight = hold(layer.weight.detach().contiguous().numpy(), name + "_weight")
        bias = hold(layer.bias.detach().numpy(), name + "_bias")
        pad, step = int(layer.padding[0]), int(layer.stride[0])
        y = do("Conv", x, weight, bias, kernel_shape=list(layer.kernel_size), pads=[pad] * 4, strides=[step] * 2)
        return do("LeakyRelu", y, alpha=_LEAK) if act else y

    def joined(a: str, b: str) -> str:
        return do("Concat", a, b, axis=1)

    def resized(x: str, scales: str) -> str:
        return do("Resize", x, "", scales, mode="linear", coordinate_transformation_mode="half_pixel")

    double = hold(np.array([1, 1, 2, 2], np.float32), "double")
    halve = hold(np.array([1, 1, 0.5, 0.5], np.float32), "halve")
    x = do("MaxPool", conv("input_1:0", net.stem), kernel_shape=[3, 3], pads=[1] * 4, strides=[2, 2])
    one, two, three, four = net.early
    x = conv(x, one)
    half = conv(x, two)
    x = joined(conv(joined(conv(half, three), half), four), x)
    levels = []
    for stage, lateral in zip(net.stages, net.lateral, strict=True):
        x = y = conv(x, stage.down)
        for first, second in zip(stage.pairs[::2], stage.pairs[1::2], strict=True):
            y = conv(y, first)
            y = joined(conv(y, second), y)
        x = joined(conv(y, stage.last), x)
        levels.append(conv(x, lateral, act=False))
    levels[1] = do("Add", levels[1], resized(levels[2], double))
    levels[0] = do("Add", levels[0], resized(levels[1], double))
    levels[1] = do("Add", levels[1], resized(levels[0], halve))
    levels[2] = do("Add", levels[2], resized(levels[1], halve))
    parts = hold(np.array([net.classes, 4 * BINS], np.int64), "parts")
    outputs = []
    for i in (2, 1, 0):
        y = conv(conv(levels[i], net.before[i]), net.heads[i], act=False)
        scores, bins = f"scores_{i}", f"bins_{i}"
        nodes.append(helper.make_node("Split", [y, parts], [scores, bins], axis=1))
        cells = None if size is None else size[0] * size[1] // STRIDES[i] ** 2
        for part, wide, name in (
            (do("Sigmoid", scores), net.classes, _NAMES[2 - i][0]),
            (bins, 4 * BINS, _NAMES[2 - i][1]),
        ):
            shape = hold(np.array([1, wide, -1], np.int64), f"shape_{name}")
            do("Transpose", do("Reshape", part, shape), out=name, perm=[0, 2, 1])
            outputs.append(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, cells or f"cells_{STRIDES[i]}", wide])
            )
    order = ["Identity_2:0", "Identity_5:0", "Identity_1:0", "Identity:0", "Identity_4:0", "Identity_3:0"]
    outputs.sort(key=lambda o: order.index(o.name))
    taken = helper.make_tensor_value_info("input_1:0", TensorProto.FLOAT, [1, 3, *(size or ("height", "width"))])
    graph = helper.make_graph(nodes, "nanodet", [taken], outputs, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="safeconduct")
    model.ir_version = 7
    if size is None:
        helper.set_model_props(model, {"side_px": str(_SIDE_PX)})
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def between(one: NanoDet, other: NanoDet, share: float) -> NanoDet:
    """The network whose weights lie on the way from one (share 0) to the other (share 1): WiSE-FT (Wortsman 2022)."""
    net = NanoDet(one.classes)
    mixed = {k: torch.lerp(v, other.state_dict()[k], share) for k, v in one.state_dict().items()}
    net.load_state_dict(mixed)
    return net
