"""What decides adds floats with `math.fsum`: the built-in `sum` gives other last digits before Python 3.12 than after.

A record made with 3.11 replays byte for byte with 3.13 only so (decision record 0001).
"""

from __future__ import annotations

import ast
from pathlib import Path

import safeconduct

ROOMS = ("conduct", "routes", "model", "signals", "sim")
COUNTS = {"body.state.hurt", "rows"}
"""What is added by name and is a whole number or a truth."""


def test_no_room_that_decides_adds_floats_by_the_built_in_sum() -> None:
    source = Path(safeconduct.__file__).parent
    found = [
        f"{path.relative_to(source)}:{call.lineno}: {ast.unparse(call)}"
        for room in ROOMS
        for path in sorted((source / room).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "sum"
        and not _counts(call.args[0])
    ]
    assert found == []


def _counts(added: ast.expr) -> bool:
    if not isinstance(added, ast.GeneratorExp):
        return False
    one = added.elt
    called = one.func.id if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) else ""
    shifted = isinstance(one, ast.BinOp) and isinstance(one.op, ast.LShift)
    whole = isinstance(one, ast.Constant) and isinstance(one.value, int)
    return (
        isinstance(one, ast.Compare)
        or called in {"all", "any", "len"}
        or shifted
        or whole
        or ast.unparse(one) in COUNTS
    )
