"""`safeconduct plan PLAN --page`: the plan is drawn in a browser, priced with every change, and saved.

One program knows the draft: a page that is reloaded, or a second one, finds what was drawn last.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path
from threading import Event, Lock
from typing import Any

import msgspec

from safeconduct import __version__
from safeconduct.maps import plan_of, plan_to_geojson, read_map, read_plan
from safeconduct.model.faults import BadInput
from safeconduct.model.geometry import Enu
from safeconduct.model.plan import Plan
from safeconduct.routes import Ground, Planned, Rules, Stretch, Walker, Way, grid_of, plan_way, way_through
from safeconduct.runtime.ground_files import ground_layers
from safeconduct.runtime.plan import ground_of, on_ground, walker_of, with_way
from safeconduct.runtime.serving import serving_alone
from safeconduct.station.page import GroundLayers
from safeconduct.station.page.told import GroundShown
from safeconduct.station.planning import (
    BatteryShown,
    CoverShown,
    FireShown,
    PlanFault,
    PlanningStation,
    PlanPriced,
    PlanSaved,
    PlanSheet,
    PlanWish,
    WayShown,
)

_HERE = "plan"
LonLat = tuple[float, float]


class PlanPageOptions(msgspec.Struct, frozen=True):
    """plan: need not exist yet. out: where it is saved; None: there, or beside it where it is KML."""

    plan: Path
    out: Path | None = None
    terrain: Path | None = None
    tiles: Path | None = None
    pace_mps: float = 0.8
    persons: int = 1
    endurance_min: float = 25.0
    port: int | None = None
    open_browser: bool = False


class PlanPageReport(msgspec.Struct):
    """saved: how often. out: the file. The rest is of the way that was saved last, as `plan` tells it."""

    saved: int
    out: str
    length_m: float | None = None
    exposed_m: float | None = None
    cover_points: int | None = None
    seconds: float | None = None


class Draft:
    """The plan as it is drawn now, its price, and its file. Raises BadInput: a file that cannot be a plan's."""

    def __init__(self, options: PlanPageOptions, ground: GroundShown) -> None:
        self._options, self._shown = options, ground
        self._lock = Lock()
        self.file = options.out or _saved_to(options.plan)
        self._drawn, self._fault = _begun(options.plan)
        self._written = _sum(self.file)
        self._saved = True
        self._heights: tuple[object, Ground] | None = None
        self._last: tuple[PlanWish, tuple[Plan, Planned, tuple[str, ...]]] | None = None
        self._newest = 0
        self.report = PlanPageReport(0, str(self.file))

    def sheet(self) -> PlanSheet:
        o = self._options
        return PlanSheet(
            self._drawn, str(self.file), self._saved, o.terrain is not None, self._shown,
            o.pace_mps, o.persons, o.endurance_min, f"safeconduct {__version__}", self._fault,
        )  # fmt: skip

    def price(self, wish: PlanWish) -> PlanPriced:
        """Of several that wait only the newest is priced: the others' plan is not drawn like that any more."""
        self._newest += 1
        mine = self._newest
        with self._lock:
            if mine != self._newest:
                return PlanPriced()
            if wish.plan != self._drawn:
                self._drawn, self._saved = wish.plan, False
            began = time.perf_counter()
            try:
                plan, planned, told = self._planned(wish)
            except BadInput as no:
                return PlanPriced(fault=_fault(no, wish.plan))
            return PlanPriced(way_shown(plan, planned, told, round(time.perf_counter() - began, 3)))

    def save(self, wish: PlanWish) -> PlanSaved:
        """The plan with the way that is shown as its route, so that it can be flown; without where there is none."""
        with self._lock:
            self._drawn = wish.plan
            no_way, planned = "", None
            try:
                plan = self._read(wish)
            except BadInput as no:
                return PlanSaved(False, str(self.file), fault=_fault(no, wish.plan))
            try:
                plan, planned, _ = self._planned(wish)
                plan = plan if planned.walk.drawn else with_way(plan, planned.walk)
            except BadInput as no:
                no_way = f"{no.what}; {no.mend}"
            if not wish.over and _sum(self.file) != self._written:
                return PlanSaved(False, str(self.file), changed=True)
            text = plan_to_geojson(plan)
            try:
                _write(self.file, text)
            except OSError as error:
                told = PlanFault(f"{self.file} cannot be written ({error.strerror})", "start again with another --out")
                return PlanSaved(False, str(self.file), fault=told)
            self._written, self._drawn, self._saved = _sum(self.file), text, True
            walk = planned.walk if planned is not None else None
            self.report = PlanPageReport(self.report.saved + 1, str(self.file))
            if walk is not None:
                self.report.length_m, self.report.exposed_m = walk.length_m, walk.exposed_m
                self.report.cover_points, self.report.seconds = len(walk.covers), walk.seconds
            return PlanSaved(True, str(self.file), text, no_way=no_way)

    def _read(self, wish: PlanWish) -> Plan:
        plan = plan_of(read_map(_HERE, wish.plan), route_needed=False)
        return plan if plan.name != _HERE else msgspec.structs.replace(plan, name=self.file.stem)

    def _planned(self, wish: PlanWish) -> tuple[Plan, Planned, tuple[str, ...]]:
        wish = msgspec.structs.replace(wish, over=False)
        if self._last is None or self._last[0] != wish:
            self._last = wish, self._plan(wish)
        return self._last[1]

    def _plan(self, wish: PlanWish) -> tuple[Plan, Planned, tuple[str, ...]]:
        plan = self._read(wish)
        ground, told = self._ground(plan)
        if ground is not None:
            plan = on_ground(plan, ground)
        walker = Walker(pace_mps=wish.pace_mps, persons=wish.persons, endurance_s=60.0 * wish.endurance_min)
        return plan, (planned := plan_way(plan, ground, Rules(), walker)), (*told, *planned.walk.warnings)

    def _ground(self, plan: Plan) -> tuple[Ground | None, tuple[str, ...]]:
        """Reading heights takes longer than planning: the same piece is read once."""
        if self._options.terrain is None:
            return ground_of(plan, None)
        piece = (plan.anchor, grid_of(plan))
        if self._heights is not None and self._heights[0] == piece:
            return self._heights[1], ()
        ground, told = ground_of(plan, self._options.terrain)
        if ground is not None:
            self._heights = piece, ground
        return ground, told


def run_plan_page(options: PlanPageOptions) -> PlanPageReport:
    """Serve the page until it says that it is done, or Ctrl-C. Raises BadInput."""
    walker_of(options.pace_mps, options.persons, options.endurance_min)
    with ground_layers(options.tiles, options.terrain) as layers:
        draft = Draft(options, layers.shown() if layers is not None else GroundShown())
        _serve(options, draft, layers)
    return draft.report


def _serve(options: PlanPageOptions, draft: Draft, layers: GroundLayers | None) -> None:
    from safeconduct.runtime.display import show_in_browser

    done = Event()
    station = PlanningStation(draft, layers, done.set)
    with serving_alone(station.application(), options.port) as address:
        sys.stderr.write(
            f"the planning page: {address}\n  saves to {draft.file}; ends with Done on the page, or Ctrl-C\n"
        )
        if options.open_browser and not show_in_browser(address):
            sys.stderr.write("no browser could be started: open that address in one\n")
        try:
            while not done.wait(0.2):
                pass
        except KeyboardInterrupt:
            sys.stderr.write("\n")
    report = draft.report
    sys.stderr.write(f"saved {report.saved} times: {report.out}\n" if report.saved else "nothing was saved\n")


def way_shown(plan: Plan, planned: Planned, told: tuple[str, ...], took_s: float) -> WayShown:
    """The planner's answer in degrees."""
    walk, way = planned.walk, way_through(planned.walk.points)

    def at(p: Enu) -> LonLat:
        there = plan.frame.to_wgs84(p)
        return round((there.lon_deg + 180.0) % 360.0 - 180.0, 7), round(there.lat_deg, 7)

    def pieces(stretches: tuple[Stretch, ...]) -> tuple[tuple[LonLat, ...], ...]:
        return tuple(tuple(at(p) for p in _piece(way, s.from_m, s.to_m)) for s in stretches)

    return WayShown(
        line=tuple(at(p) for p in walk.points),
        exposed=pieces(walk.exposed),
        low=pieces(walk.low),
        low_m=tuple((s.from_m, s.to_m) for s in walk.low),
        covers=tuple(
            CoverShown(s.number, s.name, s.at_m, s.off_m, s.seconds, at(s.place), at(way.point(s.at_m)))
            for s in walk.covers
        ),
        batteries=tuple(
            BatteryShown(
                g.from_m, g.to_m, g.begins_s, g.ends_s, g.at, at(way.point(g.to_m)) if n < len(walk.legs) else None
            )
            for n, g in enumerate(walk.legs, start=1)
        ),
        fire=tuple(FireShown(f.name, at(f.place), f.reach_m, f.assumed) for f in planned.priced.fire),
        length_m=walk.length_m,
        exposed_m=walk.exposed_m,
        seconds=walk.seconds,
        price=walk.price,
        longest_m=walk.longest_m,
        tolerance_m=walk.tolerance_m,
        climb_m=walk.climb_m,
        drawn=walk.drawn,
        warnings=told,
        took_s=took_s,
    )


def _piece(way: Way, from_m: float, to_m: float) -> list[Enu]:
    inner = [p for p, s in zip(way.points, way.at_m, strict=True) if from_m < s < to_m]
    return [way.point(from_m), *inner, way.point(min(to_m, way.length_m))]


def _saved_to(plan: Path) -> Path:
    return plan.with_suffix(".geojson") if plan.suffix.lower() in (".kml", ".kmz") else plan


def _begun(path: Path) -> tuple[str, str]:
    """The plan's text as GeoJSON and why it cannot be taken; both "" for a plan that is still to be drawn."""
    if not path.exists():
        if not path.parent.is_dir():
            raise BadInput(str(path), "lies in a folder that does not exist", "make the folder, or name another file")
        return "", ""
    if path.is_dir():
        raise BadInput(str(path), "is a folder", "name the plan's file in it")
    try:
        return plan_to_geojson(read_plan(path, route_needed=False)), ""
    except BadInput as no:
        try:
            text = path.read_text(encoding="utf-8")
            if isinstance(json.loads(text).get("features"), list):
                return text, str(no)  # drawn wrong: mended here
        except (OSError, ValueError, AttributeError, RecursionError):
            pass
        raise


def _fault(no: BadInput, text: str) -> PlanFault:
    """With the features that it names, by number or by name."""
    words = f"{no.place} {no.what}"
    named = {int(n) - 1 for n in re.findall(r"\bfeature (\d+)", words)}
    quoted = set(re.findall(r"(\w+) '([^']*)'", words))
    features: list[Any] = []
    try:
        features = json.loads(text)["features"]
        for n, feature in enumerate(features):
            told = feature["properties"]
            if (told["role"], told.get("name") or told["role"]) in quoted:
                named.add(n)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    place = "" if no.place == _HERE else re.sub(rf"^{_HERE} ?", "", no.place)
    place = re.sub(r"feature \d+ \((.*)\)", r"\1", place)
    return PlanFault(no.what, no.mend, tuple(sorted(n for n in named if 0 <= n < len(features))), place)


def _sum(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a plan that is half written is none."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
