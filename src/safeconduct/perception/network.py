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


class Network:
    """One ONNX graph with one input.

    shape: of the input, all sizes fixed. outputs: the shapes of the outputs in the graph's order.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        """Raises BadInput when the file is missing, is not ONNX, or leaves a size open."""
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
        if len(inputs) != 1 or not all(isinstance(n, int) and n > 0 for n in inputs[0].shape):
            found = ", ".join(f"{i.name} {i.shape}" for i in inputs)
            raise BadInput(
                str(path), f"needs one input of fixed size, has {found}", "export it with a fixed input size"
            )
        self._input: str = inputs[0].name
        self.shape: tuple[int, ...] = tuple(inputs[0].shape)
        self.dtype: str = inputs[0].type
        self.outputs: list[tuple[Any, ...]] = [tuple(o.shape) for o in self._session.get_outputs()]

    def unfit(self, wanted: str) -> BadInput:
        """The one line for a network whose tensors are not those that the reading code decodes."""
        has = f"{self.dtype[7:-1]}{list(self.shape)} → {', '.join(str(list(o)) for o in self.outputs)}"
        return BadInput(str(self.path), f"has tensors {has}", f"give {wanted} (docs/reference/eyes.md)")

    def run(self, tensor: Tensor) -> list[Tensor]:
        """tensor: of `shape`. Returns the outputs in the graph's order."""
        out: list[Tensor] = self._session.run(None, {self._input: tensor})
        return out


def softmax(logits: Tensor) -> Tensor:
    """Over the last axis, safe against overflow."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    parts: Tensor = e / e.sum(axis=-1, keepdims=True)
    return parts
