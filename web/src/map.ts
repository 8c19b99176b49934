// The map: MapLibre with a style of its own, nothing is fetched from anywhere else; a plain canvas without WebGL.

import type { GeoJSONSource, Map as LibreMap, StyleSpecification } from "maplibre-gl";
import { attribution, under } from "./ground";
import { AREA_COLOURS, COLOURS } from "./palette";
import { PlainMap } from "./plain_map";
import type { Area, Enu, Now, Scenery } from "./told";
import { tr } from "./words";

export type Mapped = { show(now: Now): void; words(): void };

type GeoData = Exclude<Parameters<GeoJSONSource["setData"]>[0], string>;
type Feature = Extract<GeoData, { type: "Feature" }>;

/** full: MapLibre also where the processor must draw it, as it must where tiles lie under the map.
 * pressed: a place on the map was, metres east and north. */
export async function openMap(holder: HTMLElement, scenery: Scenery, full: boolean, pressed: (at: Enu) => void): Promise<Mapped> {
  const wish = new URLSearchParams(location.search);
  if (wish.has("plainmap") || !hasWebGl(full || wish.has("glmap") || scenery.ground !== null)) return new PlainMap(holder, scenery, pressed);
  try {
    const [maplibre, worker] = await Promise.all([
      import("maplibre-gl"),
      import("maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url"),
      import("maplibre-gl/dist/maplibre-gl.css"),
    ]);
    maplibre.setWorkerUrl(worker.default);
    holder.replaceChildren();
    const frame = new Frame(scenery);
    const map = new maplibre.Map({
      container: holder,
      style: style(scenery, frame),
      attributionControl: false,
      bounds: frame.bounds(),
      fitBoundsOptions: { padding: 28 },
      dragRotate: false,
      pitchWithRotate: false,
      keyboard: true,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.ScaleControl({ maxWidth: 90 }), "bottom-left");
    const places: [HTMLElement, string][] = [];
    map.on("click", (event) => pressed(frame.enu(event.lngLat.lng, event.lngLat.lat)));
    if (attribution(scenery.ground)) {
      const whose = document.createElement("p");
      whose.className = "whose";
      whose.textContent = attribution(scenery.ground);
      holder.append(whose);
    }
    for (const [at, name] of [[scenery.start, "start"], [scenery.reception, "reception"]] as const) {
      const label = document.createElement("span");
      label.className = "place";
      places.push([label, name]);
      new maplibre.Marker({ element: label, anchor: "bottom", offset: [0, -8] }).setLngLat(frame.lngLat(at)).addTo(map);
    }
    return new LibreMapped(map, frame, maplibre, places);
  } catch (error) {
    console.warn("the map falls back to a plain one:", error);
    return new PlainMap(holder, scenery, pressed);
  }
}

/** slow: also where the processor draws it. There it would take the picture's time: 4 s late on two cores. */
function hasWebGl(slow: boolean): boolean {
  try {
    const gl = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: !slow });
    if (gl === null || slow) return gl !== null;
    const named = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
    return !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(gl.getParameter(named)));
  } catch {
    return false;
  }
}

/** ENU metres to degrees, as the plan's flat frame does it. */
export class Frame {
  constructor(private readonly scenery: Scenery) {}

  lngLat(p: readonly number[]): [number, number] {
    const [east, north] = this.scenery.metres_per_degree;
    return [this.scenery.anchor_lon_deg + (p[0] as number) / east, this.scenery.anchor_lat_deg + (p[1] as number) / north];
  }

  enu(lon: number, lat: number): Enu {
    const [east, north] = this.scenery.metres_per_degree;
    return [(lon - this.scenery.anchor_lon_deg) * east, (lat - this.scenery.anchor_lat_deg) * north, 0];
  }

  bounds(): [[number, number], [number, number]] {
    const points = [...this.scenery.route, this.scenery.start, this.scenery.reception];
    const [e, n] = [points.map((p) => p[0]), points.map((p) => p[1])];
    return [this.lngLat([Math.min(...e), Math.min(...n)]), this.lngLat([Math.max(...e), Math.max(...n)])];
  }

  ring(points: Enu[]): [number, number][] {
    const ring = points.map((p) => this.lngLat(p));
    return ring.length ? [...ring, ring[0] as [number, number]] : [];
  }

  disc(centre: Enu, radius: number): [number, number][] {
    return this.ring(
      Array.from({ length: 48 }, (_, n) => {
        const a = (n * 2 * Math.PI) / 48;
        return [centre[0] + radius * Math.cos(a), centre[1] + radius * Math.sin(a), 0];
      }),
    );
  }
}

/** Where he is in 95 of 100 cases: 2.45 standard deviations. error: major and minor half axis, bearing of the major. */
export function ellipse(at: Enu, error: readonly number[]): Enu[] {
  const [major, minor, bearing] = [2.45 * (error[0] ?? 0), 2.45 * (error[1] ?? 0), ((error[2] ?? 0) * Math.PI) / 180];
  return Array.from({ length: 40 }, (_, n) => {
    const a = (n * 2 * Math.PI) / 40;
    const [along, across] = [major * Math.cos(a), minor * Math.sin(a)];
    return [
      at[0] + along * Math.sin(bearing) + across * Math.cos(bearing),
      at[1] + along * Math.cos(bearing) - across * Math.sin(bearing), 0,
    ]; // prettier-ignore
  });
}

class LibreMapped implements Mapped {
  private ready = false;
  private now: Now | null = null;
  private readonly craft = document.createElement("div");
  private readonly marker;

  constructor(
    private readonly map: LibreMap,
    private readonly frame: Frame,
    maplibre: typeof import("maplibre-gl"),
    private readonly places: [HTMLElement, string][],
  ) {
    this.words();
    this.craft.className = "craft";
    this.marker = new maplibre.Marker({ element: this.craft, rotationAlignment: "map" });
    map.on("load", () => {
      this.ready = true;
      if (this.now) this.show(this.now);
    });
  }

  words(): void {
    for (const [label, name] of this.places) label.textContent = tr(`map.${name}`);
  }

  show(now: Now): void {
    this.now = now;
    if (!this.ready) return;
    const point = (p: Enu, kind: string): Feature => ({
      type: "Feature", properties: { kind }, geometry: { type: "Point", coordinates: this.frame.lngLat(p) },
    }); // prettier-ignore
    const features: Feature[] = [
      ...now.impacts.map((p) => point(p, "shell")),
      ...now.others.map((o) => point(o.position, "other")),
      ...(now.person ? [point(now.person.position, "person")] : []),
      ...now.dangers.map((area) => ({ type: "Feature" as const, properties: { kind: "danger" }, geometry: { type: "Polygon" as const, coordinates: [outline(this.frame, area)] } })),
    ];
    for (const [way, kind] of [[now.way, "way"], [now.new_way, "new_way"]] as const) {
      if (way.length) features.push({ type: "Feature", properties: { kind }, geometry: { type: "LineString", coordinates: way.map((p) => this.frame.lngLat(p)) } });
    }
    const error = now.person?.error;
    if (now.person && error) {
      const ring = this.frame.ring(ellipse(now.person.position, error));
      features.push({ type: "Feature", properties: { kind: "error" }, geometry: { type: "LineString", coordinates: ring } });
    }
    const { centre, radius_m, state } = now.no_fire;
    if (centre && radius_m) {
      const ring = this.frame.disc(centre, radius_m);
      features.push({ type: "Feature", properties: { kind: state === "held" ? "held" : "asked" }, geometry: { type: "LineString", coordinates: ring } });
    }
    (this.map.getSource("moving") as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features });
    if (now.aircraft.name) {
      this.marker.setLngLat(this.frame.lngLat(now.aircraft.position)).setRotation(now.aircraft.heading_deg).addTo(this.map);
    }
  }
}

function outline(frame: Frame, area: Area): [number, number][] {
  return area.radius_m && area.ring[0] ? frame.disc(area.ring[0], Math.max(area.radius_m, 2.5)) : frame.ring(area.ring);
}

function style(scenery: Scenery, frame: Frame): StyleSpecification {
  const areas: Feature[] = scenery.areas.map((area) => ({
    type: "Feature",
    properties: { colour: AREA_COLOURS[area.role] ?? COLOURS.faint },
    geometry: {
      type: "Polygon",
      coordinates: [outline(frame, area)],
    },
  }));
  const line = (coordinates: [number, number][]): GeoData => ({
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } }],
  });
  const shade = scenery.shade;
  const corners = shade && ([
    [shade.west_m, shade.north_m], [shade.east_m, shade.north_m], [shade.east_m, shade.south_m], [shade.west_m, shade.south_m],
  ].map((p) => frame.lngLat(p)) as [[number, number], [number, number], [number, number], [number, number]]); // prettier-ignore
  const below = under(scenery.ground);
  const shaded = shade && !scenery.ground?.relief && !scenery.ground?.tiles;
  const kind = (...kinds: string[]): ["in", ["get", "kind"], ["literal", string[]]] => ["in", ["get", "kind"], ["literal", kinds]];
  return {
    version: 8,
    sources: {
      ...below.sources,
      ...(shaded && corners ? { shade: { type: "image" as const, url: location.origin + shade.address, coordinates: corners } } : {}),
      areas: { type: "geojson", data: { type: "FeatureCollection", features: areas } },
      fence: { type: "geojson", data: line(frame.ring(scenery.fence)) },
      route: { type: "geojson", data: line(scenery.route.map((p) => frame.lngLat(p))) },
      moving: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#d9dac8" } },
      ...below.layers,
      ...(shaded ? [{ id: "shade", type: "raster" as const, source: "shade", paint: { "raster-fade-duration": 0 } }] : []),
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.42 } },
      { id: "areas-edge", type: "line", source: "areas", paint: { "line-color": ["get", "colour"], "line-width": 2 } },
      { id: "fence", type: "line", source: "fence", paint: { "line-color": COLOURS.fence, "line-width": 1.5, "line-dasharray": [4, 3] } },
      { id: "route-edge", type: "line", source: "route", paint: { "line-color": COLOURS.ink, "line-width": 7 }, layout: { "line-join": "round", "line-cap": "round" } },
      { id: "route", type: "line", source: "route", paint: { "line-color": COLOURS.route, "line-width": 4 }, layout: { "line-join": "round", "line-cap": "round" } },
      { id: "danger", type: "fill", source: "moving", filter: kind("danger"), paint: { "fill-color": COLOURS.shell, "fill-opacity": 0.5 } },
      { id: "way-edge", type: "line", source: "moving", filter: kind("way"), paint: { "line-color": COLOURS.ink, "line-width": 7 }, layout: { "line-join": "round", "line-cap": "round" } },
      { id: "way", type: "line", source: "moving", filter: kind("way"), paint: { "line-color": COLOURS.held, "line-width": 4 }, layout: { "line-join": "round", "line-cap": "round" } },
      { id: "new-way-edge", type: "line", source: "moving", filter: kind("new_way"), paint: { "line-color": COLOURS.ink, "line-width": 7 } },
      { id: "new-way", type: "line", source: "moving", filter: kind("new_way"), paint: { "line-color": COLOURS.asked, "line-width": 5, "line-dasharray": [2, 1] } },
      { id: "asked", type: "line", source: "moving", filter: kind("asked"), paint: { "line-color": COLOURS.asked, "line-width": 3, "line-dasharray": [3, 2] } },
      { id: "held", type: "line", source: "moving", filter: kind("held"), paint: { "line-color": COLOURS.held, "line-width": 3 } },
      { id: "error", type: "line", source: "moving", filter: kind("error"), paint: { "line-color": COLOURS.person, "line-width": 2, "line-dasharray": [2, 1] } },
      {
        id: "points", type: "circle", source: "moving", filter: kind("shell", "other", "person"),
        paint: {
          "circle-radius": ["match", ["get", "kind"], "person", 8, 5],
          "circle-color": ["match", ["get", "kind"], "person", COLOURS.person, "shell", COLOURS.shell, COLOURS.other],
          "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
        },
      },
    ],
  }; // prettier-ignore
}
