// The map of the planning page: what is drawn, the way and its price, and what a finger or a mouse does upon it.

import type { GeoJSONSource, Map as LibreMap, MapMouseEvent, Marker, MapTouchEvent, StyleSpecification } from "maplibre-gl";
import { under } from "../ground";
import { AREA_COLOURS, COLOURS } from "../palette";
import type { GroundShown, WayShown } from "../told";
import type { Item, LonLat, Sheet, Tool } from "./sheet";

export const TOOL_COLOURS: Record<Tool, string> = {
  start: "#ffffff", reception: COLOURS.held, route: COLOURS.route, mines: AREA_COLOURS["mines"] as string,
  no_go: AREA_COLOURS["no_go"] as string, hazard: AREA_COLOURS["hazard"] as string, fire: "#a33c00",
  cover: AREA_COLOURS["cover"] as string, own_position: AREA_COLOURS["own_position"] as string, fence: COLOURS.fence,
}; // prettier-ignore
const NEAR_PX = 14;
const PRESS_MS = 700;

/** What the page does when the map is used. */
export type Acts = {
  tap: (at: LonLat) => void;
  finish: () => void;
  pick: (item: number | null) => void;
  moved: (item: number, corner: number, at: LonLat, done: boolean) => void;
  inserted: (item: number, after: number, at: LonLat) => void;
  trouble: (words: string) => void;
};
type Shown = { sheet: Sheet; chosen: number | null; wrong: readonly number[]; tool: Tool | null; drawing: LonLat[]; way: WayShown | null };
type Geo = { type: "Feature"; properties: Record<string, unknown>; geometry: { type: string; coordinates: unknown } };

export class Land {
  private ready = false;
  private shown: Shown | null = null;
  private pins: Marker[] = [];
  private holds: { item: number; corner: number } | null = null;

  private constructor(
    private readonly maplibre: typeof import("maplibre-gl"),
    private readonly map: LibreMap,
    private readonly act: Acts,
  ) {
    map.on("load", () => {
      this.ready = true;
      if (this.shown) this.show(this.shown);
    });
    map.on("click", (event) => this.click(event));
    map.on("dblclick", (event) => {
      if (!this.shown?.tool) return;
      event.preventDefault();
      this.act.finish();
    });
    for (const down of ["mousedown", "touchstart"] as const) map.on(down, (event: MapMouseEvent | MapTouchEvent) => this.grip(event));
    for (const move of ["mousemove", "touchmove"] as const) map.on(move, (event: MapMouseEvent | MapTouchEvent) => this.drag(event, false));
    for (const up of ["mouseup", "touchend"] as const) map.on(up, (event: MapMouseEvent | MapTouchEvent) => this.drag(event, true));
    map.on("error", (event) => this.act.trouble(event.error.message));
  }

  /** Raises where the browser has no WebGL. */
  static async open(holder: HTMLElement, ground: GroundShown, bounds: [LonLat, LonLat] | null, act: Acts): Promise<Land> {
    const [maplibre, worker] = await Promise.all([
      import("maplibre-gl"),
      import("maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url"),
      import("maplibre-gl/dist/maplibre-gl.css"),
    ]);
    maplibre.setWorkerUrl(worker.default);
    const map = new maplibre.Map({
      container: holder, style: style(ground), attributionControl: false, dragRotate: false, pitchWithRotate: false,
      maxZoom: 20, ...(bounds ? { bounds, fitBoundsOptions: { padding: 60, maxZoom: 16 } } : { center: [0, 20], zoom: 2 }),
    }); // prettier-ignore
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.ScaleControl({ maxWidth: 110 }), "bottom-left");
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    return new Land(maplibre, map, act);
  }

  get centre(): LonLat {
    const at = this.map.getCenter();
    return [at.lng, at.lat];
  }

  look(bounds: [LonLat, LonLat]): void {
    this.map.fitBounds(bounds, { padding: 60, maxZoom: 16, duration: 0 });
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.map.getCanvas().style.cursor = shown.tool ? "crosshair" : "";
    if (!this.ready) return;
    const { sheet, chosen, wrong, tool, drawing, way } = shown;
    const geo: Geo[] = sheet.items.flatMap((item, n) => shapes(item, { item: n, chosen: n === chosen, wrong: wrong.includes(n) }));
    this.put("items", geo);
    const one = chosen === null ? undefined : sheet.items[chosen];
    this.put("grips", one && chosen !== null ? grips(one, chosen) : []);
    const colour = tool ? TOOL_COLOURS[tool] : "#000";
    const sketch: Geo[] = drawing.map((p) => geometry("Point", p, { colour }));
    if (drawing.length > 1) sketch.push(geometry("LineString", tool === "route" ? drawing : [...drawing, drawing[0]], { colour }));
    this.put("sketch", sketch);
    this.put("way", [
      ...(way ? [geometry("LineString", way.line, { kind: "way" })] : []),
      ...(way?.low ?? []).map((line) => geometry("LineString", line, { kind: "low" })),
      ...(way?.exposed ?? []).map((line) => geometry("LineString", line, { kind: "exposed" })),
      ...(way?.covers ?? []).map((c) => geometry("LineString", [c.on_way, c.place], { kind: "to_cover" })),
    ]);
    this.pin(sheet, way);
  }

  private pin(sheet: Sheet, way: WayShown | null): void {
    this.pins.forEach((one) => one.remove());
    this.pins = [];
    const put = (words: string, kind: string, at: LonLat, down = false): void => {
      const element = document.createElement("span");
      element.className = `pin ${kind}`;
      element.textContent = words;
      this.pins.push(new this.maplibre.Marker({ element, anchor: down ? "top" : "bottom", offset: [0, down ? 8 : -8] }).setLngLat(at).addTo(this.map));
    };
    for (const item of sheet.items) {
      if (item.role === "start" || item.role === "reception") put(this.words(item.role), item.role, item.points[0] as LonLat, true);
      else if (item.name && item.role !== "cover" && item.role !== "route") put(item.name, item.role, item.points[0] as LonLat, true);
    }
    for (const cover of way?.covers ?? []) put(`${cover.number} · ${clock(cover.seconds)}`, "cover", cover.place);
    (way?.batteries ?? []).forEach((b, n) => b.place && put(`⇄ ${n + 2}`, "battery", b.place));
    for (const fire of way?.fire ?? []) if (fire.assumed) put("✕?", "fire", fire.place);
  }

  words: (role: string) => string = (role) => role;

  private put(source: string, features: Geo[]): void {
    (this.map.getSource(source) as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features } as never);
  }

  private click(event: MapMouseEvent): void {
    if (!this.shown) return;
    if (this.shown.tool) return this.act.tap([event.lngLat.lng, event.lngLat.lat]);
    const found = this.near(event, ["points", "lines", "fills"]);
    this.act.pick(found ? Number(found["item"]) : null);
  }

  private near(event: { point: { x: number; y: number } }, layers: string[]): Record<string, unknown> | null {
    const { x, y } = event.point;
    for (const layer of layers) {
      const reach = layer === "fills" ? 1 : NEAR_PX;
      const found = this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: [layer] })[0]; // prettier-ignore
      if (found) return found.properties;
    }
    return null;
  }

  /** A corner is taken hold of, or, between two, a new one is made. */
  private grip(event: MapMouseEvent | MapTouchEvent): void {
    if (this.shown?.tool || ("points" in event && event.points.length > 1)) return;
    const found = this.near(event, ["grips"]);
    if (!found) return;
    event.preventDefault();
    const [item, corner] = [Number(found["item"]), Number(found["corner"])];
    if (found["between"]) this.act.inserted(item, corner, [event.lngLat.lng, event.lngLat.lat]);
    this.holds = { item, corner: found["between"] ? corner + 1 : corner };
    this.map.dragPan.disable();
    setTimeout(() => this.holds && this.map.getCanvas().focus(), PRESS_MS);
  }

  private drag(event: MapMouseEvent | MapTouchEvent, done: boolean): void {
    if (!this.holds) return;
    const { item, corner } = this.holds;
    if (done) {
      this.holds = null;
      this.map.dragPan.enable();
    }
    this.act.moved(item, corner, [event.lngLat.lng, event.lngLat.lat], done);
  }
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function geometry(type: string, coordinates: unknown, properties: Record<string, unknown>): Geo {
  return { type: "Feature", properties, geometry: { type, coordinates } };
}

/** A circle of metres about a place, near enough for a map. */
export function disc(at: readonly number[], radius_m: number): LonLat[] {
  const [lon, lat] = [at[0] as number, at[1] as number];
  const north = radius_m / 111_195;
  const east = north / Math.max(Math.cos((lat * Math.PI) / 180), 0.01);
  return Array.from({ length: 49 }, (_, n) => [lon + east * Math.cos((n * Math.PI) / 24), lat + north * Math.sin((n * Math.PI) / 24)] as LonLat);
}

function shapes(item: Item, about: Record<string, unknown>): Geo[] {
  const tool: Tool = item.role === "hazard" && item.sees_m ? "fire" : item.role;
  const of = { ...about, colour: TOOL_COLOURS[tool] ?? COLOURS.faint, role: tool };
  const at = item.points[0] as LonLat;
  const out: Geo[] = [];
  const plain = item.points.map((p) => p.slice(0, 2));
  if (item.form === "LineString") out.push(geometry("LineString", plain, { ...of, shape: "line" }));
  else if (item.form === "Polygon") out.push(geometry("Polygon", [[...plain, plain[0]]], { ...of, shape: item.role === "fence" ? "ring" : "area" }));
  else {
    if (item.radius_m) out.push(geometry("Polygon", [disc(at, item.radius_m)], { ...of, shape: "area" }));
    out.push(geometry("Point", plain[0], { ...of, shape: "point" }));
  }
  if (item.sees_m) out.push(geometry("LineString", disc(at, item.sees_m), { ...of, shape: "reach" }));
  if ((item.role === "mines" || item.role === "no_go") && item.form === "Point") {
    const margin = item.margin_m ?? (item.role === "mines" ? 10 : 1);
    out.push(geometry("LineString", disc(at, (item.radius_m ?? 0) + margin), { ...of, shape: "reach" }));
  }
  return out;
}

function grips(item: Item, n: number): Geo[] {
  const out = item.points.map((p, corner) => geometry("Point", p.slice(0, 2), { item: n, corner, between: false }));
  const last = item.form === "Polygon" ? item.points.length : item.points.length - 1;
  for (let i = 0; item.form !== "Point" && i < last; i += 1) {
    const [a, b] = [item.points[i] as number[], item.points[(i + 1) % item.points.length] as number[]];
    const middle = [((a[0] as number) + (b[0] as number)) / 2, ((a[1] as number) + (b[1] as number)) / 2];
    out.push(geometry("Point", middle, { item: n, corner: i, between: true }));
  }
  return out;
}

function style(ground: GroundShown): StyleSpecification {
  const below = under(ground);
  const empty = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
  const round = { "line-join": "round" as const, "line-cap": "round" as const };
  const is = (name: string, ...values: string[]): never => ["in", ["get", name], ["literal", values]] as never;
  const bright = ["case", ["get", "wrong"], "#ff2a1a", ["get", "chosen"], "#111111", ["get", "colour"]] as never;
  const wide = ["case", ["any", ["get", "wrong"], ["get", "chosen"]], 4.5, 2] as never;
  return {
    version: 8,
    sources: { ...below.sources, items: empty, grips: empty, sketch: empty, way: empty },
    layers: [
      { id: "back", type: "background", paint: { "background-color": "#d9dac8" } },
      ...below.layers,
      { id: "fills", type: "fill", source: "items", filter: is("shape", "area"), paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.38 } },
      { id: "edges", type: "line", source: "items", filter: is("shape", "area"), paint: { "line-color": bright, "line-width": wide } },
      { id: "reach", type: "line", source: "items", filter: is("shape", "reach"), paint: { "line-color": ["get", "colour"], "line-width": 1.5, "line-dasharray": [4, 3] } },
      { id: "rings", type: "line", source: "items", filter: is("shape", "ring"), paint: { "line-color": bright, "line-width": wide, "line-dasharray": [4, 2] } },
      { id: "low", type: "line", source: "way", filter: is("kind", "low"), paint: { "line-color": "#9a4fa3", "line-width": 15, "line-opacity": 0.55 } },
      { id: "lines-edge", type: "line", source: "items", filter: is("shape", "line"), paint: { "line-color": bright, "line-width": 8 }, layout: round },
      { id: "lines", type: "line", source: "items", filter: is("shape", "line"), paint: { "line-color": ["get", "colour"], "line-width": 5 }, layout: round },
      { id: "way-edge", type: "line", source: "way", filter: is("kind", "way"), paint: { "line-color": "#ffffff", "line-width": 7 }, layout: round },
      { id: "way", type: "line", source: "way", filter: is("kind", "way"), paint: { "line-color": COLOURS.person, "line-width": 4 }, layout: round },
      { id: "exposed", type: "line", source: "way", filter: is("kind", "exposed"), paint: { "line-color": COLOURS.shell, "line-width": 4 } },
      { id: "to-cover", type: "line", source: "way", filter: is("kind", "to_cover"), paint: { "line-color": COLOURS.held, "line-width": 2 } },
      { id: "points", type: "circle", source: "items", filter: is("shape", "point"), paint: { "circle-radius": 7, "circle-color": ["get", "colour"], "circle-stroke-color": bright, "circle-stroke-width": 2.5 } },
      { id: "sketch-line", type: "line", source: "sketch", paint: { "line-color": "#111", "line-width": 3, "line-dasharray": [2, 1] } },
      { id: "sketch", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 6, "circle-color": ["get", "colour"], "circle-stroke-color": "#111", "circle-stroke-width": 2 } },
      { id: "grips", type: "circle", source: "grips", paint: {
        "circle-radius": ["case", ["get", "between"], 5, 8], "circle-color": ["case", ["get", "between"], "#cccccc", "#ffffff"],
        "circle-stroke-color": "#111", "circle-stroke-width": 2,
      } },
    ] as StyleSpecification["layers"],
  }; // prettier-ignore
}
