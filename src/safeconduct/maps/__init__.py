"""The edge where maps come in and go out: GeoJSON and KML on one side, `model.plan` on the other."""

from __future__ import annotations

from safeconduct.maps.geojson import plan_to_geojson
from safeconduct.maps.plan_file import FARTHEST_M, ROUTE_END_M, plan_of, read_map, read_plan

__all__ = ["FARTHEST_M", "ROUTE_END_M", "plan_of", "plan_to_geojson", "read_map", "read_plan"]
