// What lies under a map: tiles of a file on this machine, and the relief of a terrain model. Names of layers as
// OpenMapTiles and Protomaps use them; what neither knows is drawn as a thin line.

import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { GroundShown, TilesShown } from "./told";

type Under = { sources: Record<string, SourceSpecification>; layers: LayerSpecification[] };
type Bounds = [number, number, number, number];

const AREAS: Record<string, string> = {
  water: "#a9cfe3", landcover: "#bcd3a4", landuse: "#dcdcbc", park: "#c6dcb0", natural: "#c4d6a8", earth: "#e4e2d0",
}; // prettier-ignore
const WAYS = ["transportation", "roads", "road"];
const NAMES = ["place", "places", "transportation_name"];
const QUIET = [...NAMES, "water_name", "pois", "poi", "housenumber", "aerodrome_label", "mountain_peak", "physical_point"];

export function under(ground: GroundShown | null): Under {
  const sources: Under["sources"] = {};
  const layers: LayerSpecification[] = [];
  const tiles = ground?.tiles ?? null;
  const relief = ground?.relief ?? null;
  if (tiles) {
    sources["tiles"] = source(tiles);
    if (tiles.form === "raster") layers.push({ id: "tiles", type: "raster", source: "tiles", paint: { "raster-fade-duration": 0 } });
    else layers.push(...areas(tiles), ...lines(tiles));
  }
  if (relief) {
    sources["relief"] = source(relief);
    const paint = { "raster-fade-duration": 0, "raster-opacity": tiles ? 0.42 : 1 };
    layers.push({ id: "relief", type: "raster", source: "relief", paint });
  }
  if (tiles?.form === "vector") layers.push(...names(tiles));
  return { sources, layers };
}

function source(tiles: TilesShown): SourceSpecification {
  const about = { tiles: [location.origin + tiles.address], minzoom: tiles.min_zoom, maxzoom: tiles.max_zoom, bounds: tiles.bounds as Bounds };
  return tiles.form === "vector" ? { type: "vector", ...about } : { type: "raster", tileSize: 256, ...about };
}

function areas(tiles: TilesShown): LayerSpecification[] {
  const order = ["earth", "landcover", "landuse", "park", "natural", "water"];
  const known = order.filter((name) => tiles.layers.includes(name));
  const found: LayerSpecification[] = known.map((name) => ({
    id: `tiles-${name}`, type: "fill", source: "tiles", "source-layer": name, filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": AREAS[name] as string, "fill-opacity": 0.8 },
  })); // prettier-ignore
  for (const name of ["building", "buildings"].filter((b) => tiles.layers.includes(b))) {
    found.push({ id: `tiles-${name}`, type: "fill", source: "tiles", "source-layer": name, paint: { "fill-color": "#9d978c" } });
  }
  return found;
}

function lines(tiles: TilesShown): LayerSpecification[] {
  const found: LayerSpecification[] = [];
  for (const name of tiles.layers) {
    if (name in AREAS && name !== "water") continue;
    if (QUIET.includes(name) || name.startsWith("building")) continue;
    const way = WAYS.includes(name);
    const wet = /water/.test(name);
    const filter = ["==", ["geometry-type"], "LineString"] as ["==", unknown, string];
    const wide = ["interpolate", ["linear"], ["zoom"], 10, way ? 1 : 0.6, 16, way ? 6 : wet ? 4 : 1.2];
    if (way) found.push(line(`${name}-edge`, name, filter, "#6f6a5e", ["interpolate", ["linear"], ["zoom"], 10, 1.6, 16, 8.5]));
    found.push(line(name, name, filter, way ? "#fdfaf0" : wet ? "#7fb2cf" : "#8b8678", wide));
  }
  return found;
}

function line(id: string, layer: string, filter: unknown, colour: string, wide: unknown): LayerSpecification {
  return {
    id: `tiles-${id}`, type: "line", source: "tiles", "source-layer": layer, filter,
    paint: { "line-color": colour, "line-width": wide }, layout: { "line-join": "round", "line-cap": "round" },
  } as LayerSpecification; // prettier-ignore
}

function names(tiles: TilesShown): LayerSpecification[] {
  return NAMES.filter((name) => tiles.layers.includes(name)).map((name) => ({
    id: `tiles-${name}-words`, type: "symbol", source: "tiles", "source-layer": name,
    layout: {
      "text-field": ["coalesce", ["get", "name"], ["get", "name:latin"], ""], "text-size": 13,
      "symbol-placement": name === "transportation_name" ? "line" : "point",
    },
    paint: { "text-color": "#2b2a26", "text-halo-color": "#fffef6", "text-halo-width": 1.6 },
  })) as LayerSpecification[]; // prettier-ignore
}

/** Whose map it is, for a corner of it. */
export function attribution(ground: GroundShown | null): string {
  return ground?.tiles?.attribution ?? "";
}
