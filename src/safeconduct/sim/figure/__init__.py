"""Bodies for the simulated camera: people, what they hold and wear, and machines, as coloured triangles."""

from safeconduct.sim.figure.dressing import Dressed, craft, dressed, laid_down, thing

__all__ = ["Dressed", "craft", "dressed", "laid_down", "thing"]
