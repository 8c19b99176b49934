// The right side of the planning page: the price of the way, or why there is none and how that is mended.

import { button, text } from "../elements";
import type { PlanFault, WayShown } from "../told";
import { said } from "../words";
import type { PlanKey } from "../words/plan_en";
import { pt } from "./words";

export type Walker = { pace_mps: number; persons: number; endurance_min: number };
type Is = {
  way: WayShown | null;
  fault: PlanFault | null;
  waits: boolean;
  ready: boolean; // start and reception are set
  hasRoute: boolean;
  walker: Walker;
  walk: () => void;
  anew: () => void;
};

export function drawPrice(holder: HTMLElement, is: Is): void {
  holder.classList.toggle("waits", is.waits);
  const state = JSON.stringify([is.waits && !is.way, is.way, is.fault, is.ready, is.hasRoute, is.walker]);
  if (holder.dataset["state"] === state) return;
  holder.dataset["state"] = state;
  const rows: HTMLElement[] = [text("h2", pt("price.title"))];
  if (!is.ready) rows.push(text("p", pt("price.first")));
  else if (is.waits && !is.way) rows.push(text("p", pt("price.waits")));
  else if (is.fault) {
    rows.push(text("p", pt("price.none"), "no"), planners(`${is.fault.place ? `${is.fault.place}: ` : ""}${said(is.fault.what)}.`), planners(pt("price.mend", said(is.fault.mend)), "mend"));
  } else if (is.way) rows.push(...figures(is.way));
  else rows.push(text("p", pt("price.waits")));
  if (is.hasRoute && (is.way?.drawn || is.fault)) rows.push(button(pt("price.anew"), is.anew));
  rows.push(text("h2", pt("price.walker")), ...walks(is));
  holder.replaceChildren(...rows);
}

/** What the planner says. auto: in its own words, left to right, where the page's language has none. */
function planners(words: string, kind = ""): HTMLElement {
  const line = text("p", words, kind);
  line.dir = "auto";
  return line;
}

function figures(way: WayShown): HTMLElement[] {
  const list = document.createElement("dl");
  const m = (v: number): string => pt("price.metres", Math.round(v));
  const rows: [PlanKey, string, boolean?][] = [
    ["price.length", m(way.length_m)],
    ["price.time", minutes(way.seconds)],
    ["price.exposed", m(way.exposed_m), true],
    ["price.longest", m(way.longest_m)],
    ["price.stray", m(way.tolerance_m)],
    ["price.climb", m(way.climb_m)],
    ["price.sum", String(Math.round(way.price))],
  ];
  for (const [key, value, bold] of rows) {
    const figure = text("dd", value);
    figure.dataset["figure"] = key;
    list.append(text("dt", pt(key), bold ? "bold" : ""), figure);
  }
  const out = [text("p", pt(way.drawn ? "price.drawn" : "price.found"), "quiet"), list];
  if (way.warnings.length) out.push(text("h2", pt("price.mind")), items("ul", way.warnings, true));
  const covers = way.covers.map((c) => pt("price.cover", Math.round(c.at_m), minutes(c.seconds), c.name, Math.round(c.off_m)));
  out.push(text("h2", pt("price.covers")), covers.length ? items("ol", covers) : text("p", pt("price.no_covers"), "mend"));
  if (way.low_m.length) out.push(text("h2", pt("price.low")), items("ul", way.low_m.map(([a, b]) => stretch(a, b))));
  const legs = way.batteries.map((b, n) => {
    const change = n === way.batteries.length - 1 ? pt("price.to_end") : b.at ? pt("price.relief", b.at) : pt("price.in_open");
    return pt("price.battery", Math.round(b.from_m), Math.round(b.to_m), change);
  });
  out.push(text("h2", pt("price.batteries")), legs.length ? items("ol", legs) : text("p", pt("price.no_battery"), "mend"));
  if (way.fire.length) {
    const fire = way.fire.map((f) => (f.assumed ? pt("price.fire_assumed", Math.round(f.reach_m)) : pt("price.fire_known", f.name, Math.round(f.reach_m))));
    out.push(text("h2", pt("price.fire")), items("ul", [...new Set(fire)]));
  }
  return out;
}

function walks(is: Is): HTMLElement[] {
  const rows: [keyof Walker, PlanKey, number, number, number][] = [
    ["pace_mps", "price.pace", 0.1, 2, 0.1],
    ["persons", "price.persons", 1, 12, 1],
    ["endurance_min", "price.endurance", 5, 600, 1],
  ];
  return rows.map(([key, words, least, most, by]) => {
    const label = text("label", "", "setting");
    const input = document.createElement("input");
    Object.assign(input, { type: "number", min: String(least), max: String(most), step: String(by), value: String(is.walker[key]) });
    input.dataset["field"] = key;
    input.style.width = "5.5rem";
    input.addEventListener("change", () => {
      const value = Number(input.value);
      if (!Number.isFinite(value) || value < least || value > most) input.value = String(is.walker[key]);
      else {
        is.walker[key] = key === "persons" ? Math.round(value) : value;
        is.walk();
      }
    });
    label.append(text("span", pt(words)), input);
    return label;
  });
}

function items(tag: string, lines: readonly string[], planners = false): HTMLElement {
  const list = text(tag, "");
  list.append(...lines.map((line) => Object.assign(text("li", planners ? said(line) : line), { dir: "auto" })));
  return list;
}

function stretch(a: number, b: number): string {
  return pt("price.stretch", Math.round(a), Math.round(b));
}

function minutes(seconds: number): string {
  return pt("price.minutes", seconds < 600 ? (seconds / 60).toFixed(1) : Math.round(seconds / 60));
}
