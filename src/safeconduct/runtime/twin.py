"""`safeconduct twin`: the aircraft's twin as a process of its own, for demos, drills and other people's programs."""

from __future__ import annotations

from collections.abc import Sequence

from safeconduct.sim.twin.__main__ import options_from, serve


def run_twin(arguments: Sequence[str]) -> int:
    """Options as for `python -m safeconduct.sim.twin`; with --scenario and --film it films somebody to be met.

    Runs until it is stopped. Raises BadInput. Returns exit code.
    """
    if any(word.split("=")[0] in {"--scenario", "--film"} for word in arguments):
        from safeconduct.runtime.filmed_twin import serve as serve_filmed  # brings a camera along

        return serve_filmed(arguments)
    return serve(options_from(arguments))
