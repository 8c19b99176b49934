"""The rendered camera: a scene, seen from a view, becomes a picture with its labels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from safeconduct.model.geometry import Enu
from safeconduct.sim.camera.air import Rain, veil
from safeconduct.sim.camera.body_light import on_faces, throw_shadow
from safeconduct.sim.camera.foliage import Foliage
from safeconduct.sim.camera.frame import COVERED, Frame
from safeconduct.sim.camera.labels import Drawn, label
from safeconduct.sim.camera.light import light_of
from safeconduct.sim.camera.march import depths
from safeconduct.sim.camera.pinhole import Pinhole
from safeconduct.sim.camera.plants import Plants
from safeconduct.sim.camera.puffs import Puff, Puffs, of_burst, of_smoke
from safeconduct.sim.camera.relief import Floats, Laid
from safeconduct.sim.camera.sensor import Sensor, mixed, shaken
from safeconduct.sim.camera.splat import Outline, facing, outline, splat
from safeconduct.sim.camera.terrain import Terrain
from safeconduct.sim.camera.thermal import (
    LEAVES,
    ThermalCore,
    body_grey,
    dust_light,
    dust_through,
    ground_warmth,
    thermal_light,
)
from safeconduct.sim.figure import Dressed, craft, dressed, thing
from safeconduct.sim.scene import Lens, Palette, Scene, Shot, View, Weather

_FINE_FROM_PX = 80.0  # smaller bodies are drawn with fewer triangles
_MOST_BODIES = 254  # one picture tells so many apart
_TOO_SMALL_PX = 1.5


class Turned(NamedTuple):
    """A body or thing before this camera. middles, normals: (m, 3) of its faces, as `splat.facing` gives them."""

    mesh: Dressed
    shape: Outline
    middles: Floats
    normals: Floats


class FilmCamera:
    """Draws what is to be seen. The same land, weather, lens, seed, scene, view and time give the same picture."""

    def __init__(self, land: Laid, weather: Weather, lens: Lens, seed: int) -> None:
        self._lens, self._seed = lens, seed
        self._heat = lens.palette is not Palette.VISIBLE
        light = thermal_light(weather) if self._heat else light_of(weather)
        self._light = light
        albedo = ground_warmth(land.colours) if self._heat else None
        self._terrain = Terrain(land, light, mixed(seed, 1) % 2**32, albedo)
        foliage = Foliage(light, weather.season, mixed(seed, 4) % 2**32, LEAVES if self._heat else None)
        self._plants = Plants(land.plants, foliage, light)
        on_dust = dust_light() if self._heat else light.sky + light.sun * np.float32(light.to_sun[2])
        self._puffs = Puffs(on_dust, mixed(seed, 5) % 2**32, dust_through() if self._heat else 1.0, self._heat)
        self._core = ThermalCore(lens.palette, lens.width_px, lens.height_px, mixed(seed, 6) % 2**32)
        bright = light.exposure
        self._rain = Rain(weather.rain_mm_h, lens.width_px, lens.height_px, bright, mixed(seed, 2) % 2**32)
        self._sensor = Sensor(lens, bright, mixed(seed, 3) % 2**32, single=self._heat)

    def shoot(self, scene: Scene, view: View, t_ns: int) -> Shot:
        """t_ns: capture time. Shot.view is what the gimbal reports: without the shake that the picture has."""
        lens, relief = self._lens, self._terrain.relief
        self._terrain.scar(scene.scars)
        camera = Pinhole(shaken(view, lens.shake_deg, self._seed, t_ns), lens.width_px, lens.height_px)
        ground = depths(relief, camera)
        picture = self._terrain.paint.draw(camera, ground)
        owner = np.zeros(ground.shape, np.uint8)
        frame = Frame(camera, picture, ground, ground.copy(), owner, self._light.haze, self._light.see_m)
        people = self._people(camera, scene)
        things = self._things(camera, scene)
        for one in [*people.values(), *things]:
            throw_shadow(frame, self._light, one.mesh.vertices, one.middles)
        frame = frame._replace(picture=veil(frame.picture, ground, camera, self._light, relief))
        drawn = self._draw(frame, people, things, scene)
        labels = tuple(label(frame, one) for one in drawn)
        aim_m = float(ground[lens.height_px // 2, lens.width_px // 2])
        picture = self._core.see(frame.picture) if self._heat else frame.picture
        picture = self._rain.fall(picture, mixed(self._seed, t_ns))
        picture = self._sensor.take(picture, camera, view, aim_m, t_ns)
        return Shot(t_ns, picture, view, labels)

    def _on_ground(self, position: Enu) -> Enu:
        return position._replace(up=self._terrain.relief.height_m(position.east, position.north))

    def _people(self, camera: Pinhole, scene: Scene) -> dict[int, Turned]:
        """By key: everybody who can be in the picture."""
        found: dict[int, Turned] = {}
        for figure in scene.figures:
            stands = figure._replace(position=self._on_ground(figure.position))
            tall_px = _tall_px(camera, stands.position)
            if tall_px < _TOO_SMALL_PX:
                continue
            body = dressed(stands, fine=tall_px >= _FINE_FROM_PX)
            shape = outline(camera, body.vertices)
            if shape is not None and len(found) < _MOST_BODIES:
                found[figure.key] = Turned(body, shape, *facing(body, camera.place))
        return found

    def _things(self, camera: Pinhole, scene: Scene) -> list[Turned]:
        found = []
        meshes = [
            thing(lying.what, self._on_ground(lying.position), lying.facing_deg)
            for lying in scene.lying
            if _tall_px(camera, lying.position) >= _TOO_SMALL_PX
        ]
        for one in scene.crafts:
            if _tall_px(camera, one.position) >= _TOO_SMALL_PX:
                place = self._on_ground(one.position) if one.kind == "ground_robot" else one.position
                meshes.append(craft(one.kind, place, one.heading_deg))
        for mesh in meshes:
            shape = outline(camera, mesh.vertices)
            if shape is not None:
                found.append(Turned(mesh, shape, *facing(mesh, camera.place)))
        return found

    def _draw(
        self,
        frame: Frame,
        people: dict[int, Turned],
        things: list[Turned],
        scene: Scene,
    ) -> list[Drawn]:
        """Everything above the ground, far things first. Returns the people."""
        camera = frame.camera
        drawn: list[Drawn] = []
        figures = {f.key: f for f in scene.figures}

        def person(key: int, owner: int) -> None:
            one = people[key]
            pixels = splat(frame, one.mesh, one.shape, self._lit(one), owner)
            drawn.append(Drawn(figures[key], one.shape, one.mesh.joints, owner, pixels))

        order: list[tuple[float, Callable[[], object]]] = []
        for owner, key in enumerate(people, 1):
            order.append((people[key].shape.middle_m, partial(person, key, owner)))
        for one in things:
            order.append((one.shape.middle_m, partial(splat, frame, one.mesh, one.shape, self._lit(one), COVERED)))
        for plant in self._plants.in_view(camera, self._light.see_m):
            order.append((plant.depth_m, partial(self._plants.draw, frame, plant)))
        for puff in self._clouds(scene):
            depth_m = float((np.array(puff.place) - camera.place) @ camera.axes[2])
            order.append((depth_m, partial(self._puffs.draw, frame, puff)))
        for _, draw in sorted(order, key=lambda o: -o[0]):
            draw()
        return sorted(drawn, key=lambda d: d.owner)

    def _clouds(self, scene: Scene) -> list[Puff]:
        puffs = [p for smoke in scene.smokes for p in of_smoke(smoke, scene.t_s)]
        for burst in scene.bursts:
            puffs += of_burst(burst._replace(position=self._on_ground(burst.position)), warm=self._heat)
        return puffs

    def _lit(self, one: Turned) -> Floats:
        if self._heat:
            return body_grey(one.mesh.warmth, one.normals)
        east, north = (float(v) for v in one.middles[:, :2].mean(axis=0))
        shade, sky = self._terrain.shade(east, north)
        return on_faces(self._terrain.relief, self._light, one.middles, one.normals, one.mesh.colours, shade, sky)


def _tall_px(camera: Pinhole, position: Enu) -> float:
    """About how tall a person there is in the picture; 0 behind the lens."""
    depth = float((np.array(position._replace(up=position.up + 0.9)) - camera.place) @ camera.axes[2])
    return 1.8 * camera.focal_px / depth if depth > 0.5 else 0.0
