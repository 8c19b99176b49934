// The left side of the planning page: tools, the list of what is drawn, and the chosen one's figures and places.

import { button, text } from "../elements";
import type { PlanKey } from "../words/plan_en";
import { TOOL_COLOURS } from "./land";
import { readPlace, writePlace } from "../places";
import { type Item, type LonLat, type Sheet, TOOLS, type Tool } from "./sheet";
import { pt } from "./words";

export function drawTools(holder: HTMLElement, tool: Tool | null, take: (tool: Tool | null) => void): void {
  const state = String(tool);
  if (holder.dataset["state"] === state) return;
  holder.dataset["state"] = state;
  const at = (document.activeElement as HTMLElement | null)?.dataset["tool"];
  const one = (name: Tool | null, n: number): HTMLElement => {
    const made = button("", () => take(name === tool ? null : name));
    const mark = text("i", "");
    mark.style.background = name ? TOOL_COLOURS[name] : "#333";
    made.append(mark, text("span", pt(name ? `draw.${name}` : "draw.select")));
    if (name) made.append(text("kbd", String((n + 1) % 10)));
    made.dataset["tool"] = name ?? "select";
    made.setAttribute("aria-pressed", String(name === tool));
    return made;
  };
  holder.replaceChildren(...TOOLS.map(one), one(null, -1));
  if (at) holder.querySelector<HTMLElement>(`[data-tool="${at}"]`)?.focus();
}

export function toolOf(item: Item): Tool {
  return item.role === "hazard" && item.sees_m ? "fire" : item.role;
}

export function drawItems(
  holder: HTMLElement,
  items: Item[],
  chosen: number | null,
  wrong: readonly number[],
  pick: (n: number) => void,
): void {
  const state = JSON.stringify([items.map((i) => [i.role, i.name, i.sees_m]), chosen, wrong]);
  if (holder.dataset["state"] === state) return;
  holder.dataset["state"] = state;
  if (!items.length) return holder.replaceChildren(text("li", pt("draw.nothing")));
  holder.replaceChildren(
    ...items.map((item, n) => {
      const tool = toolOf(item);
      const one = button("", () => pick(n));
      const mark = text("i", "");
      mark.style.background = TOOL_COLOURS[tool] ?? "#888";
      one.append(mark, text("span", [name(tool), item.name].filter(Boolean).join(" · ")));
      one.className = wrong.includes(n) ? "wrong" : "";
      one.setAttribute("aria-pressed", String(n === chosen));
      const row = text("li", "");
      row.append(one);
      return row;
    }),
  );
}

function name(tool: Tool): string {
  return TOOLS.includes(tool) ? pt(`draw.${tool}`) : String(tool);
}

type One = {
  sheet: Sheet;
  chosen: number | null;
  tool: Tool | null;
  drawing: LonLat[];
  put: (at: number, item: Item) => void;
  remove: (at: number) => void;
  sketch: (points: LonLat[]) => void;
  finish: () => void;
  drop: () => void;
  wrong: (line: number) => void;
};

export function drawOne(holder: HTMLElement, is: One): void {
  const item = is.chosen === null ? null : (is.sheet.items[is.chosen] ?? null);
  const state = JSON.stringify([is.tool, is.tool ? is.drawing : null, is.chosen, item]);
  if (holder.dataset["state"] === state) return;
  if (holder.contains(document.activeElement) && document.activeElement instanceof HTMLTextAreaElement && is.tool === null && item === null) return;
  holder.dataset["state"] = state;
  if (is.tool) return drawSketch(holder, is);
  if (!item || is.chosen === null) return holder.replaceChildren();
  const at = is.chosen;
  const put = (change: Partial<Item>): void => is.put(at, { ...item, ...change });
  const called = field("draw.name", item.name, "text", (v) => put({ name: v.trim().slice(0, 120) }));
  const rows: HTMLElement[] = [text("h2", name(toolOf(item))), called];
  const figures: [keyof Item & ("radius_m" | "margin_m" | "sees_m"), PlanKey, boolean][] = [
    ["radius_m", "draw.radius", item.form === "Point" && !["start", "reception"].includes(item.role)],
    ["margin_m", "draw.margin", item.role === "mines" || item.role === "no_go"],
    ["sees_m", "draw.sees", item.role === "hazard"],
  ];
  for (const [key, words, has] of figures) {
    if (!has) continue;
    rows.push(
      field(words, item[key] === undefined ? "" : String(item[key]), "number", (v) => {
        const { [key]: _, ...rest } = item;
        is.put(at, v === "" || !Number.isFinite(Number(v)) ? (rest as Item) : { ...item, [key]: Number(v) });
      }),
    );
  }
  const places = area(item.points.map(writePlace).join("\n"), (points) => {
    const old = item.points.map(writePlace);
    put({ points: points.map((p) => item.points[old.indexOf(writePlace(p))] ?? p) });
  }, is.wrong); // prettier-ignore
  rows.push(places, button(pt("draw.delete"), () => is.remove(at)));
  holder.replaceChildren(...rows);
}

function drawSketch(holder: HTMLElement, is: One): void {
  const row = text("div", "", "row");
  row.append(button(pt("draw.finish"), is.finish), button(pt("draw.back"), () => is.sketch(is.drawing.slice(0, -1))), button(pt("draw.drop"), is.drop));
  const focused = holder.contains(document.activeElement) && document.activeElement instanceof HTMLTextAreaElement;
  const places = area(is.drawing.map(writePlace).join("\n"), is.sketch, is.wrong);
  holder.replaceChildren(places, row);
  if (focused) places.querySelector("textarea")?.focus();
}

/** Places as text, for whoever cannot or will not draw. */
function area(words: string, put: (points: LonLat[]) => void, wrong: (line: number) => void): HTMLElement {
  const label = text("label", "", "wide");
  const box = document.createElement("textarea");
  box.id = "places";
  box.value = words;
  box.spellcheck = false;
  box.addEventListener("change", () => {
    const lines = box.value.split("\n").filter((line) => line.trim());
    const points = lines.map(readPlace);
    const bad = points.indexOf(null);
    if (bad >= 0) return wrong(bad + 1);
    if (points.length) put(points as LonLat[]);
  });
  label.append(text("span", pt("draw.places")), box);
  return label;
}

function field(words: PlanKey, value: string, type: string, put: (value: string) => void): HTMLElement {
  const label = text("label", "");
  const input = document.createElement("input");
  input.type = type;
  input.value = value;
  if (type === "number") input.min = "0";
  input.dataset["field"] = words;
  input.addEventListener("change", () => put(input.value));
  label.append(text("span", pt(words)), input);
  return label;
}
