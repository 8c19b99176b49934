"""The drone's camera over the simulated world: pictures that the real eyes can read, and the truth about them."""

from safeconduct.sim.camera.film import FilmCamera
from safeconduct.sim.camera.pinhole import Pinhole, focal_px
from safeconduct.sim.camera.relief import Laid, Planted

__all__ = ["FilmCamera", "Laid", "Pinhole", "Planted", "focal_px"]
