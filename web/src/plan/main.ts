// The planning page: draw, see the price, save. The program keeps the draft; the planner lives there too.

import { button, byId, text } from "../elements";
import { attribution } from "../ground";
import type { PlanFault, PlanPriced, PlanSaved, PlanSheet, PlanWish, WayShown } from "../told";
import { LANGUAGES, language, said, speak, tr } from "../words";
import type { PlanKey } from "../words/plan_en";
import { chooseGrid, onGrid } from "../places";
import { Land } from "./land";
import { drawItems, drawOne, drawTools } from "./panel";
import { drawPrice, type Walker } from "./price";
import { type Item, isPoint, type LonLat, made, Sheet, TOOLS, type Tool } from "./sheet";
import { pt } from "./words";

const PRICE_AFTER_MS = 350;
const NOTICE_MS = 9000;

const sheet = new Sheet();
let told: PlanSheet | null = null;
let land: Land | null = null;
let tool: Tool | null = null;
let drawing: LonLat[] = [];
let chosen: number | null = null;
let way: WayShown | null = null;
let fault: PlanFault | null = null;
let waits = false;
let over = false; // the next Save writes over what somebody else wrote
let lost = false;
let asked = 0;
let timer = 0;
let notice = { words: "", until: 0 };
const walker: Walker = { pace_mps: 0.8, persons: 1, endurance_min: 25 };

async function begin(): Promise<void> {
  const answer = await fetch("/plan");
  told = (await answer.json()) as PlanSheet;
  Object.assign(walker, { pace_mps: told.pace_mps, persons: told.persons, endurance_min: told.endurance_min });
  sheet.read(told.plan);
  if (told.saved) sheet.savedAs = sheet.text();
  if (told.fault) say(told.fault);
  byId("whose").textContent = attribution(told.ground);
  const acts = { tap, finish, pick, moved, inserted, trouble: (words: string) => say(pt("hint.ground", words)) };
  try {
    land = await Land.open(byId("land"), told.ground, bounds(), acts);
    land.words = (role) => pt(`draw.${role}` as PlanKey);
  } catch (error) {
    console.warn("no map:", error);
    say(pt("hint.no_map"));
  }
  changed();
}

/** About what is drawn, else about what the files under the map cover. */
function bounds(): [LonLat, LonLat] | null {
  const points = sheet.items.filter((i) => i.role !== "fence").flatMap((i) => i.points);
  if (points.length) {
    const [lon, lat] = [points.map((p) => p[0] as number), points.map((p) => p[1] as number)];
    const far = 0.0008;
    return [[Math.min(...lon) - far, Math.min(...lat) - far], [Math.max(...lon) + far, Math.max(...lat) + far]]; // prettier-ignore
  }
  const file = told?.ground.relief ?? told?.ground.tiles;
  return file ? [[file.bounds[0], file.bounds[1]], [file.bounds[2], file.bounds[3]]] : null; // prettier-ignore
}

// What the map and the keys do.

function tap(at: LonLat): void {
  if (!tool) return;
  drawing = [...drawing, at];
  if (isPoint(tool)) finish();
  else show();
}

function finish(): void {
  if (!tool || !drawing.length) return;
  const twice = drawing.length > 1 && drawing.at(-1)?.join() === drawing.at(-2)?.join();
  const item = made(tool, twice ? drawing.slice(0, -1) : drawing);
  if (!item) return say(pt("hint.too_few"));
  drawing = [];
  chosen = sheet.add(item);
  tool = null;
  changed();
}

function drop(): void {
  drawing = [];
  tool = null;
  show();
}

function take(next: Tool | null): void {
  tool = next;
  drawing = [];
  if (next) chosen = null;
  show();
}

function pick(item: number | null): void {
  chosen = item;
  show();
}

let dragged: string | null = null;

function moved(item: number, corner: number, at: LonLat, done: boolean): void {
  const one = sheet.items[item];
  if (!one) return;
  dragged ??= JSON.stringify(one);
  one.points = one.points.map((p, n) => (n === corner ? at : p));
  if (done) {
    const now = one;
    sheet.items[item] = JSON.parse(dragged) as Item; // so that it is one step to take back
    dragged = null;
    sheet.put(item, now);
    changed();
  } else show();
}

function inserted(item: number, after: number, at: LonLat): void {
  const one = sheet.items[item];
  if (!one) return;
  sheet.put(item, { ...one, points: [...one.points.slice(0, after + 1), at, ...one.points.slice(after + 1)] });
  changed();
}

// The program.

function changed(): void {
  over = false;
  if (chosen !== null && chosen >= sheet.items.length) chosen = null;
  show();
  clearTimeout(timer);
  timer = window.setTimeout(() => void price(), PRICE_AFTER_MS);
}

async function price(): Promise<void> {
  const mine = ++asked;
  waits = true;
  show();
  try {
    const answer = await post<PlanPriced>("/plan/price", wish());
    if (mine !== asked) return;
    way = answer.way;
    fault = answer.fault;
  } catch {
    if (mine !== asked) return;
  }
  waits = false;
  show();
}

async function save(): Promise<void> {
  const done = await post<PlanSaved>("/plan/save", { ...wish(), over }).catch(() => null);
  if (!done) return;
  over = done.changed;
  if (done.changed) say(pt("hint.changed", done.file));
  else if (done.fault) {
    fault = done.fault;
    way = null;
    say(`${done.fault.place ? `${done.fault.place}: ` : ""}${said(done.fault.what)}; ${said(done.fault.mend)}`);
  } else {
    sheet.change(() => sheet.read(done.plan));
    sheet.savedAs = sheet.text();
    say(done.no_way ? pt("hint.saved_no_way", done.file, done.no_way.split("; ").map(said).join("; ")) : pt("hint.saved", done.file));
    void price();
  }
  show();
}

function wish(): PlanWish {
  return { plan: sheet.text(), ...walker };
}

/** Raises where there is no contact; the page says so until there is. */
async function post<T>(path: string, body: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  } catch (error) {
    contact(false);
    throw error;
  }
  contact(true);
  if (!answer.ok) {
    say(await answer.text());
    throw new Error(String(answer.status));
  }
  return (answer.status === 204 ? null : await answer.json()) as T;
}

function contact(is: boolean): void {
  lost = !is;
  byId("banner").hidden = is;
  if (!is) byId("banner").textContent = pt("hint.no_contact");
}

async function end(): Promise<void> {
  await post("/plan/done", {}).catch(() => null);
  sheet.savedAs = sheet.text();
  document.querySelector("main")?.remove();
  byId("does").replaceChildren(text("p", pt("hint.over")));
}

function copy(): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([sheet.text()], { type: "application/geo+json" }));
  link.download = (told?.file.split("/").at(-1) ?? "plan.geojson") || "plan.geojson";
  link.click();
  URL.revokeObjectURL(link.href);
}

function open(): void {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = ".geojson,.json,application/geo+json";
  field.addEventListener("change", () => {
    void field.files?.[0]?.text().then((words) => {
      try {
        new Sheet().read(words);
      } catch {
        return say(pt("hint.bad_file"));
      }
      sheet.change(() => sheet.read(words));
      chosen = null;
      const about = bounds();
      if (about) land?.look(about);
      changed();
    });
  });
  field.click();
}

// What stands on the page.

function say(words: string): void {
  notice = { words, until: performance.now() + NOTICE_MS };
  hint();
  setTimeout(hint, NOTICE_MS + 50);
}

function hint(): void {
  const name = tool ? pt(`draw.${tool}`) : "";
  const keys = land && tool ? ` ${pt("hint.keys")}` : "";
  const words =
    performance.now() < notice.until ? notice.words
    : tool ? pt(isPoint(tool) ? "hint.point" : tool === "route" ? "hint.line" : "hint.area", name) + keys
    : chosen !== null ? pt("hint.chosen")
    : sheet.has("start") && sheet.has("reception") ? "" : pt("hint.begin"); // prettier-ignore
  if (byId("hint").textContent !== words) byId("hint").textContent = words;
}

function show(): void {
  if (!told) return;
  document.title = `${sheet.name || pt("draw.title")} · safeconduct`;
  drawTools(byId("tools"), tool, take);
  hint();
  drawOne(byId("one"), {
    sheet, chosen, tool, drawing,
    put: (at, item) => (sheet.put(at, item), changed()),
    remove: (at) => (sheet.remove(at), (chosen = null), changed()),
    sketch: (points) => ((drawing = points), show()),
    finish, drop,
    wrong: (line) => say(pt("hint.bad_place", line)),
  }); // prettier-ignore
  drawItems(byId("items"), sheet.items, chosen, fault?.features ?? [], (n) => {
    pick(n);
    byId("one").querySelector<HTMLElement>("input, textarea")?.focus();
  });
  drawPrice(byId("price"), {
    way, fault, waits, walker, ready: (sheet.has("start") || sheet.has("route")) && sheet.has("reception"), hasRoute: sheet.has("route"),
    walk: () => changed(),
    anew: () => (sheet.change((s) => (s.items = s.items.filter((i) => i.role !== "route"))), (chosen = null), changed()),
  }); // prettier-ignore
  land?.show({ sheet, chosen, wrong: fault?.features ?? [], tool, drawing, way });
  drawDoes();
  byId("cross").hidden = !(tool && land);
}

function words(): void {
  byId("title").textContent = pt("draw.title");
  (byId("named").firstElementChild as HTMLElement).textContent = pt("draw.name");
  byId("tools").setAttribute("aria-label", pt("draw.tools"));
  byId("price").setAttribute("aria-label", pt("price.title"));
  for (const id of ["tools", "one", "items", "price", "does"]) byId(id).dataset["state"] = "";
  if (lost) contact(false);
}

function drawDoes(): void {
  const name = byId<HTMLInputElement>("plan-name");
  if (document.activeElement !== name) name.value = sheet.name;
  const state = JSON.stringify([sheet.canUndo, sheet.canRedo, sheet.saved, language().code, onGrid()]);
  const does = byId("does");
  if (does.dataset["state"] === state) return;
  does.dataset["state"] = state;
  const at = (document.activeElement as HTMLElement | null)?.dataset["does"];
  const one = (key: PlanKey, done: () => void, off = false): HTMLButtonElement => {
    const made = button(pt(key), done);
    made.dataset["does"] = key;
    made.disabled = off;
    return made;
  };
  const keep = one("draw.save", () => void save());
  keep.className = sheet.saved ? "main" : "main unsaved";
  const select = document.createElement("select");
  select.setAttribute("aria-label", pt("draw.language"));
  for (const { code, name: called, checked } of LANGUAGES) {
    const choice = text("option", checked ? called : `${called} – ${tr("app.unchecked")}`) as HTMLOptionElement;
    choice.value = code;
    choice.selected = code === language().code;
    select.append(choice);
  }
  select.id = "language";
  select.addEventListener("change", () => turn(select.value));
  const grid = one(onGrid() ? "draw.degrees" : "draw.grid", () => {
    chooseGrid(!onGrid());
    words();
    show();
  });
  does.replaceChildren(
    one("draw.undo", () => step(sheet.undo()), !sheet.canUndo),
    one("draw.redo", () => step(sheet.redo()), !sheet.canRedo),
    keep, one("draw.copy", copy), one("draw.open", open), one("draw.done", () => void end()), grid, select,
  ); // prettier-ignore
  if (at) does.querySelector<HTMLElement>(`[data-does="${at}"]`)?.focus();
}

function step(done: boolean): void {
  if (!done) return;
  chosen = null;
  changed();
}

function turn(code: string): void {
  try {
    localStorage.setItem("safeconduct language", code);
  } catch {
    // a browser that keeps nothing asks again next time
  }
  speak(code);
  words();
  show();
}

byId<HTMLInputElement>("plan-name").addEventListener("change", (event) => {
  sheet.rename((event.target as HTMLInputElement).value.trim());
  changed();
});

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
  const ctrl = event.ctrlKey || event.metaKey;
  if (ctrl && event.key.toLowerCase() === "s") void save();
  else if (typing) return;
  else if (ctrl && event.key.toLowerCase() === "z") step(event.shiftKey ? sheet.redo() : sheet.undo());
  else if (ctrl && event.key.toLowerCase() === "y") step(sheet.redo());
  else if (ctrl || event.altKey) return;
  else if (event.key === "Escape") tool ? drop() : pick(null);
  else if (event.key === "Enter" && tool && drawing.length && !(target instanceof HTMLButtonElement)) finish();
  else if (event.key === " " && tool && land && !(target instanceof HTMLButtonElement)) tap(land.centre);
  else if (event.key === "Backspace" && tool && drawing.length) ((drawing = drawing.slice(0, -1)), show());
  else if (event.key === "Delete" && chosen !== null) (sheet.remove(chosen), (chosen = null), changed());
  else if ("1234567890".includes(event.key)) take(TOOLS["1234567890".indexOf(event.key)] ?? null);
  else return;
  event.preventDefault();
});

window.addEventListener("beforeunload", (event) => {
  if (told && lost && !sheet.saved) event.preventDefault(); // else the program has the draft
});

let first = "en";
try {
  first = localStorage.getItem("safeconduct language") ?? navigator.language.slice(0, 2);
} catch {
  // English then
}
speak(first);
words();
void begin();
