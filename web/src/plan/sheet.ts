// The plan as it is drawn: its features, what may be said of each, undo, and its GeoJSON. Nothing of the screen.

import type { LonLat } from "../places";

export type { LonLat };
export type Role = "start" | "reception" | "route" | "mines" | "no_go" | "hazard" | "cover" | "own_position" | "fence";
export type Form = "Point" | "LineString" | "Polygon";
export type Item = {
  role: Role;
  name: string;
  form: Form;
  points: number[][]; // longitude, latitude, and the height where it is known
  radius_m?: number;
  margin_m?: number;
  sees_m?: number;
};
/** What is drawn with which tool: fire is a hazard that sees. */
export type Tool = Role | "fire";

export const TOOLS: Tool[] = ["start", "reception", "mines", "no_go", "fire", "hazard", "cover", "own_position", "route", "fence"];
const ONE: Role[] = ["start", "reception", "route", "fence"];
const POINTS: Tool[] = ["start", "reception", "fire"];
const RADIUS_M: Partial<Record<Tool, number>> = { mines: 20, no_go: 20, hazard: 20, fire: 5, cover: 3, own_position: 50 };
export const SEES_M = 600;
const UNDONE_MAX = 200;

/** Whether one place is all there is to it. */
export function isPoint(tool: Tool): boolean {
  return POINTS.includes(tool);
}

export function leastCorners(tool: Tool): number {
  return tool === "route" ? 2 : tool === "fence" ? 3 : 1;
}

/** A feature from what was drawn: one corner makes a disc, three an area. Null where it is too little. */
export function made(tool: Tool, points: LonLat[]): Item | null {
  const role: Role = tool === "fire" ? "hazard" : tool;
  if (points.length < leastCorners(tool) || (points.length === 2 && tool !== "route")) return null;
  const form: Form = tool === "route" ? "LineString" : points.length > 2 && !isPoint(tool) ? "Polygon" : "Point";
  const item: Item = { role, name: "", form, points: form === "Point" ? points.slice(-1) : points };
  if (form === "Point" && RADIUS_M[tool]) item.radius_m = RADIUS_M[tool];
  if (tool === "fire") item.sees_m = SEES_M;
  return item;
}

export class Sheet {
  items: Item[] = [];
  private head: Record<string, unknown> = {};
  private before: string[] = [];
  private after: string[] = [];
  savedAs = "";

  /** Raises Error: this is no plan. */
  read(text: string): void {
    const content = text ? (JSON.parse(text) as Record<string, unknown>) : { features: [] };
    const features = content["features"];
    if (!Array.isArray(features)) throw new Error("no features");
    this.items = features.map(item);
    this.head = Object.fromEntries(Object.entries(content).filter(([key]) => !["type", "features"].includes(key)));
  }

  text(): string {
    return JSON.stringify({ type: "FeatureCollection", ...this.head, features: this.items.map(feature) });
  }

  get name(): string {
    return typeof this.head["name"] === "string" ? this.head["name"] : "";
  }

  get saved(): boolean {
    return this.text() === this.savedAs;
  }

  /** Everything that changes the plan goes through here, so that it can be taken back. */
  change(how: (sheet: Sheet) => void): void {
    const now = this.text();
    how(this);
    if (this.text() === now) return;
    this.before.push(now);
    if (this.before.length > UNDONE_MAX) this.before.shift();
    this.after = [];
  }

  rename(name: string): void {
    this.change(() => (this.head = { ...this.head, name }));
  }

  undo(): boolean {
    return this.step(this.before, this.after);
  }

  redo(): boolean {
    return this.step(this.after, this.before);
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  private step(from: string[], to: string[]): boolean {
    const text = from.pop();
    if (text === undefined) return false;
    to.push(this.text());
    this.read(text);
    return true;
  }

  /** Its place in the list. Of start, reception, route and fence there is one. */
  add(one: Item): number {
    const old = ONE.includes(one.role) ? this.items.findIndex((i) => i.role === one.role) : -1;
    this.change(() => {
      if (old >= 0) this.items[old] = one;
      else this.items.push(one);
    });
    return old >= 0 ? old : this.items.length - 1;
  }

  put(at: number, one: Item): void {
    this.change(() => (this.items[at] = one));
  }

  remove(at: number): void {
    this.change(() => this.items.splice(at, 1));
  }

  has(role: Role): boolean {
    return this.items.some((i) => i.role === role);
  }
}

function item(given: unknown): Item {
  const told = given as { properties?: Record<string, unknown>; geometry?: { type?: string; coordinates?: unknown } };
  const of = told.properties ?? {};
  const form = (told.geometry?.type ?? "Point") as Form;
  const at = told.geometry?.coordinates as never;
  let points: number[][] = form === "Point" ? [at] : form === "LineString" ? [...(at as number[][])] : [...((at as number[][][])[0] ?? [])];
  const [first, last] = [points[0], points.at(-1)];
  if (form === "Polygon" && points.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1]) points = points.slice(0, -1);
  if (!points.every((p) => Array.isArray(p) && p.length >= 2 && p.slice(0, 2).every(Number.isFinite))) throw new Error("no coordinates");
  const role = String(of["role"] ?? "") as Role;
  const name = String(of["name"] ?? "");
  const out: Item = { role, name: name === role ? "" : name, form, points }; // what has no name is called by its role
  for (const key of ["radius_m", "margin_m", "sees_m"] as const) if (typeof of[key] === "number") out[key] = of[key];
  return out;
}

function feature(one: Item): unknown {
  const { role, name, form, points, ...more } = one;
  const coordinates = form === "Point" ? points[0] : form === "LineString" ? points : [[...points, points[0]]];
  return { type: "Feature", properties: { role, ...(name ? { name } : {}), ...more }, geometry: { type: form, coordinates } };
}
