"""Bodies for the simulated camera: people, what they hold and wear, and machines, as coloured triangles."""

from safeconduct.sim.figure.dressing import Dressed, bare_joints, craft, dressed, laid_down, sign_corners, thing
from safeconduct.sim.figure.lettering import without_a_shape

__all__ = ["Dressed", "bare_joints", "craft", "dressed", "laid_down", "sign_corners", "thing", "without_a_shape"]
