"""Ways over the ground. Pure."""

from safeconduct.routes.way import Way, stretches_near, way_through

__all__ = ["Way", "stretches_near", "way_through"]
