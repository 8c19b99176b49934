"""Tiny networks for the tests: ONNX files written by hand (onnx.proto3: field numbers below), so that no exporter is
needed. They truly look: what they say is reckoned from the picture by a few nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

Sides = Sequence[int | str]
"""Of a tensor; a name stands for an open side."""

_ELEMENT = {"float32": 1, "int32": 6, "int64": 7, "float16": 10}


class Node(NamedTuple):
    """One operation: kind, names of its inputs and of its output, whole numbers that set it."""

    kind: str
    inputs: Sequence[str]
    output: str
    settings: dict[str, int | list[int]] = {}  # noqa: RUF012 - never written to


def write(
    path: Path,
    takes: tuple[str, Sides],
    nodes: Sequence[Node],
    constants: dict[str, npt.NDArray[Any]],
    gives: Sequence[tuple[str, str, Sides]],
    more_inputs: Sequence[tuple[str, str, Sides]] = (),
) -> Path:
    """takes: element type and sides of the input `picture`. gives: name, element type and sides of each output."""
    graph = b"".join(_part(1, _node(node)) for node in nodes)
    graph += _part(2, b"tiny")
    graph += b"".join(_part(5, _constant(name, value)) for name, value in constants.items())
    graph += b"".join(_part(11, _named(*i)) for i in (("picture", *takes), *more_inputs))
    graph += b"".join(_part(12, _named(*o)) for o in gives)
    opset = _part(1, b"") + _whole(2, 13)
    path.write_bytes(_whole(1, 8) + _part(7, graph) + _part(8, opset))
    return path


def _node(node: Node) -> bytes:
    out = b"".join(_part(1, i.encode()) for i in node.inputs)
    out += _part(2, node.output.encode()) + _part(4, node.kind.encode())
    for name, value in node.settings.items():
        many = isinstance(value, list)
        values = b"".join(_whole(8, v) for v in value) if isinstance(value, list) else _whole(3, value)
        out += _part(5, _part(1, name.encode()) + values + _whole(20, 7 if many else 2))
    return out


def _constant(name: str, value: npt.NDArray[Any]) -> bytes:
    sides = b"".join(_whole(1, n) for n in value.shape)
    return sides + _whole(2, _ELEMENT[value.dtype.name]) + _part(8, name.encode()) + _part(9, value.tobytes())


def _named(name: str, element: str, sides: Sides) -> bytes:
    shape = b"".join(_part(1, _part(2, n.encode()) if isinstance(n, str) else _whole(1, n)) for n in sides)
    tensor = _whole(1, _ELEMENT[element]) + _part(2, shape)
    return _part(1, name.encode()) + _part(2, _part(1, tensor))


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value & (2**64 - 1))


def _part(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
