"""Ways over the ground. Pure."""

from safeconduct.routes.way import Way, way_through

__all__ = ["Way", "way_through"]
