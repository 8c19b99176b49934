"""Opening a network from an ONNX file, quietly, on two CPU threads, its tensors checked before the first picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from safeconduct.model.faults import BadInput

WEIGHTS = Path(__file__).parent / "weights"
"""Where the networks lie that ship with the product; see weights/PROVENANCE.md."""

Tensor = npt.NDArray[Any]

_FATAL_ONLY = 4  # onnxruntime's severity; its warnings about a user's graph are not for the crew's terminal
_FREE_SIDE_PX = 640  # of an input that leaves its height or width open: what YOLOX, RTMDet and RTMO were trained at
_SIDE_KEY = "side_px"  # in the file's metadata: another size for an open side
_LARGEST_SIDE_PX = 4096
_TAKEN: dict[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int32)": np.int32,
}


class Network:
    """One ONNX graph that takes one picture.

    shape: of the input; where the file leaves the batch open it is 1, an open height or width 640, or what the file's
    metadata says under `side_px`. metadata: all that the file says of itself. open_width: the last side is open, as a
    line of text has it. open_sides: height and width are both open, so that `run` takes other sizes too.
    outputs, names: the shapes and names of the outputs in the graph's order. blank: the outputs for a picture of
    zeros; some formats are told apart by them. metadata: what the file says of itself.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        """Raises BadInput when the file is missing, is not ONNX, takes no single picture, or does not run."""
        self.path = path
        if not path.is_file():
            raise BadInput(str(path), "there is no such model file", "name an existing .onnx file")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _FATAL_ONLY
        # The detector's and the pose network's pools take turns; a pool that spins while it waits starves the other.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # onnxruntime raises a dozen unrelated classes here, all of which mean the same to the user.
            raise BadInput(
                str(path), "is not a readable ONNX model", "export it again as ONNX, opset 11 to 21"
            ) from error
        inputs = self._session.get_inputs()
        found = ", ".join(f"{i.name} {i.type[7:-1]}{i.shape}" for i in inputs)
        if len(inputs) != 1 or inputs[0].type not in _TAKEN or len(inputs[0].shape) != 4:
            raise BadInput(str(path), f"needs one picture as its only input, has {found or 'none'}", "export it so")
        self._input: str = inputs[0].name
        self.dtype: str = inputs[0].type
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        said = self.metadata.get(_SIDE_KEY, "")
        self.shape = _settled(inputs[0].shape, int(said) if said.isdecimal() and len(said) < 6 else _FREE_SIDE_PX)
        self.open_width = not isinstance(inputs[0].shape[3], int)
        self.open_sides = sum(not isinstance(n, int) for n in inputs[0].shape[1:]) > 1
        if not all(0 < n <= _LARGEST_SIDE_PX for n in self.shape):
            raise BadInput(str(path), f"has an input of {found}", f"export it with sides of at most {_LARGEST_SIDE_PX}")
        self.names: tuple[str, ...] = tuple(o.name for o in self._session.get_outputs())
        try:
            self.blank = self.run(np.zeros(self.shape, np.float32))
        except Exception as error:  # of the same dozen classes
            raise BadInput(
                str(path), f"does not run on one picture of {list(self.shape)}", "export it with a fixed input size"
            ) from error
        self.outputs: list[tuple[int, ...]] = [tuple(o.shape) for o in self.blank]

    @property
    def takes_floats(self) -> bool:
        return self.dtype in {"tensor(float)", "tensor(float16)"}

    @property
    def takes_planes(self) -> bool:
        """One picture as floats, channel after channel: [1, 3, height, width]."""
        return self.takes_floats and self.shape[:2] == (1, 3)

    def unfit(self, wanted: str) -> BadInput:
        """The one line for a network whose tensors are not those that the reading code decodes."""
        has = f"{self.dtype[7:-1]}{list(self.shape)} → {', '.join(str(list(o)) for o in self.outputs)}"
        return BadInput(str(self.path), f"has tensors {has}", f"give {wanted} (docs/reference/eyes.md)")

    def run(self, tensor: Tensor) -> list[Tensor]:
        """tensor: of `shape`, or with other sides where they are open. Returns the outputs in the graph's order, halves
        as float32.
        """
        out = self._session.run(None, {self._input: tensor.astype(_TAKEN[self.dtype], copy=False)})
        return [o.astype(np.float32) if o.dtype == np.float16 else o for o in map(np.asarray, out)]


def _settled(shape: list[Any], side_px: int) -> tuple[int, ...]:
    """The input's shape with its open sides given: the batch is one picture."""
    planes_last = shape[3] == 3
    sides = (1, 2) if planes_last else (2, 3)
    free = {0: 1, **dict.fromkeys(sides, side_px)}
    return tuple(n if isinstance(n, int) else free.get(axis, 0) for axis, n in enumerate(shape))


def softmax(logits: Tensor) -> Tensor:
    """Over the last axis, safe against overflow."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    parts: Tensor = e / e.sum(axis=-1, keepdims=True)
    return parts
