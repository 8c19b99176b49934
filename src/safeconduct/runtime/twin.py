"""`safeconduct twin`: the aircraft's twin as a process of its own, for demos, drills and other people's programs."""

from __future__ import annotations

from collections.abc import Sequence

from safeconduct.sim.twin.__main__ import options_from, serve


def run_twin(arguments: Sequence[str]) -> int:
    """Options as for `python -m safeconduct.sim.twin`; runs until it is stopped. Raises BadInput. Returns exit code."""
    return serve(options_from(arguments))
