// A record shown again: play, jump, speed, a still. What happened when stands on a band; nothing can be decided.

import { button, byId, text } from "./elements";
import type { Link } from "./link";
import { PHASE_COLOURS } from "./palette";
import { clock } from "./talk";
import type { Mark, Now, Timeline } from "./told";
import { said, tr } from "./words";

const SPEEDS = [0.5, 1, 2, 5, 10, 20, 60];
const STEP_S = 5;
const SHAPES: Record<Mark["what"], { row: number; mark: string; colour: string }> = {
  decision: { row: 0, mark: "◆", colour: "#5fd38d" },
  signal: { row: 1, mark: "▲", colour: "#7cd0ff" },
  impact: { row: 2, mark: "✹", colour: "#ff7a5c" },
  alarm: { row: 2, mark: "!", colour: "#ffc44d" },
  phase: { row: -1, mark: "", colour: "" },
};

export class Player {
  private readonly holder = byId("player");
  private readonly band = document.createElement("canvas");
  private readonly slider = document.createElement("input");
  private readonly play = button("", () => this.toggle());
  private readonly time = text("output", "");
  private readonly told = text("p", "", "differs");
  private readonly place = document.createElement("input");
  private readonly pace = document.createElement("select");
  private timeline: Timeline | null = null;
  private clockS = 0;
  private speed = 0;
  private wanted = 1; // speed, once it plays
  private dragged = 0; // performance.now() of the last own move: the station's older word does not throw it back

  constructor(private readonly link: Link) {
    this.slider.type = "range";
    this.slider.min = "0";
    this.slider.step = "0.1";
    this.slider.id = "seek";
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    this.place.type = "checkbox";
    this.place.id = "still-place";
    this.pace.addEventListener("change", () => this.setSpeed(Number(this.pace.value)));
    this.band.setAttribute("aria-hidden", "true"); // the marks are in the conversation, and , and . go through them
    new ResizeObserver(() => this.draw()).observe(this.band);
    this.words();
  }

  get shown(): boolean {
    return this.timeline !== null;
  }

  take(timeline: Timeline): void {
    this.timeline = timeline;
    this.holder.hidden = false;
    document.body.classList.add("replay");
    this.slider.max = String(timeline.length_s);
    this.told.textContent = timeline.differs ? tr("replay.differs", "", timeline.differs) : "";
    this.draw();
  }

  words(): void {
    const one = (name: string, words: string, pressed: () => void): HTMLButtonElement => {
      const made = button(words, pressed);
      made.setAttribute("aria-label", tr(name));
      made.title = tr(name);
      return made;
    };
    this.slider.setAttribute("aria-label", tr("replay.time"));
    this.pace.setAttribute("aria-label", tr("replay.speed"));
    this.pace.replaceChildren(
      ...SPEEDS.map((speed) => {
        const option = text("option", `${speed}×`) as HTMLOptionElement;
        option.value = String(speed);
        return option;
      }),
    );
    this.pace.value = String(this.wanted);
    const label = document.createElement("label");
    label.append(this.place, text("span", tr("replay.place")));
    const row = document.createElement("div");
    row.className = "row";
    row.append(
      one("replay.before", "|◄", () => this.leap(-1)), this.play, one("replay.after", "►|", () => this.leap(1)), this.time,
      this.pace, button(tr("replay.still"), () => this.still()), label, legend(), this.told,
    ); // prettier-ignore
    const rail = document.createElement("div");
    rail.className = "rail";
    rail.append(this.band, this.slider);
    this.holder.setAttribute("aria-label", tr("replay.title"));
    this.holder.replaceChildren(rail, row);
    this.drawPlay();
    this.draw();
  }

  show(now: Now): void {
    if (!this.timeline) return;
    this.speed = now.lease.speed ?? 0;
    if (this.speed && SPEEDS.includes(this.speed)) {
      this.wanted = this.speed;
      this.pace.value = String(this.speed);
    }
    if (performance.now() - this.dragged > 600) {
      this.clockS = now.clock_s;
      this.slider.value = String(now.clock_s);
    }
    this.time.textContent = `${clock(this.clockS)} / ${clock(this.timeline.length_s)}`;
    this.slider.setAttribute("aria-valuetext", clock(this.clockS));
    this.drawPlay();
  }

  seek(seconds: number): void {
    if (!this.timeline) return;
    this.clockS = Math.max(0, Math.min(seconds, this.timeline.known_s));
    this.slider.value = String(this.clockS);
    this.dragged = performance.now();
    this.link.say({ kind: "seek", clock_s: this.clockS });
    this.time.textContent = `${clock(this.clockS)} / ${clock(this.timeline.length_s)}`;
  }

  /** To the next or the last thing that happened. */
  private leap(by: 1 | -1): void {
    const marks = this.timeline?.marks ?? [];
    const found = by > 0 ? marks.find((m) => m.clock_s > this.clockS + 0.6) : [...marks].reverse().find((m) => m.clock_s < this.clockS - 1.6);
    if (!found) return;
    this.seek(found.clock_s + 0.2);
    byId("alarm").textContent = `${clock(found.clock_s)} ${said(found.words)}`;
  }

  private toggle(): void {
    if (!this.speed && this.timeline && this.clockS >= this.timeline.length_s) this.seek(0);
    this.setSpeed(this.speed ? 0 : this.wanted, true);
  }

  private setSpeed(speed: number, also = false): void {
    if (speed) this.wanted = speed;
    if (also || this.speed) this.link.say({ kind: "pace", speed });
    if (also) this.speed = speed;
    this.drawPlay();
  }

  private drawPlay(): void {
    const words = tr(this.speed ? "replay.pause" : "replay.play");
    this.play.textContent = this.speed ? "❚❚" : "►";
    this.play.id = "play";
    this.play.setAttribute("aria-label", words);
    this.play.title = words;
  }

  private still(): void {
    const link = document.createElement("a");
    link.href = `/still.png?at=${this.clockS.toFixed(1)}${this.place.checked ? "&place=yes" : ""}`;
    link.download = "";
    link.click();
  }

  /** True when the key was taken. */
  key(event: KeyboardEvent): boolean {
    const inField = event.target instanceof HTMLInputElement && event.target !== this.slider;
    if (!this.shown || inField || event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey) return false;
    const onButton = event.target instanceof HTMLButtonElement;
    const acts: Record<string, () => void> = {
      k: () => this.toggle(),
      ArrowLeft: () => this.seek(this.clockS - STEP_S),
      ArrowRight: () => this.seek(this.clockS + STEP_S),
      Home: () => this.seek(0),
      End: () => this.seek(this.timeline?.length_s ?? 0),
      ",": () => this.leap(-1),
      ".": () => this.leap(1),
      s: () => this.still(),
      ...(onButton ? {} : { " ": () => this.toggle() }),
    };
    const act = acts[event.key];
    if (!act) return false;
    if (event.type === "keydown") act();
    return true;
  }

  private draw(): void {
    const timeline = this.timeline;
    const box = this.band.getBoundingClientRect();
    if (!timeline || box.width < 10) return;
    const scale = window.devicePixelRatio || 1;
    this.band.width = Math.round(box.width * scale);
    this.band.height = Math.round(box.height * scale);
    const pen = this.band.getContext("2d");
    if (!pen) return;
    const back = document.documentElement.dir === "rtl";
    pen.scale(scale, scale);
    const x = (s: number): number => {
      const share = s / Math.max(timeline.length_s, 1);
      return (back ? 1 - share : share) * box.width;
    };
    pen.font = "600 11px system-ui, sans-serif";
    pen.textBaseline = "middle";
    timeline.phases.forEach((span, n) => {
      const until = timeline.phases[n + 1]?.from_s ?? timeline.known_s;
      const [a, b] = [x(span.from_s), x(until)].sort((p, q) => p - q) as [number, number];
      pen.fillStyle = PHASE_COLOURS[span.phase] ?? "#555";
      pen.fillRect(a, 0, Math.max(1, b - a), 16);
      const name = tr(`phase_name.${span.phase}`);
      if (pen.measureText(name).width + 6 < b - a) {
        pen.fillStyle = "#10130f";
        pen.fillText(name, a + 3, 8.5);
      }
    });
    pen.fillStyle = "#8886";
    const [edge, end] = [x(timeline.known_s), x(timeline.length_s)];
    pen.fillRect(Math.min(edge, end), 0, Math.abs(end - edge), box.height);
    pen.textAlign = "center";
    pen.font = "700 12px system-ui, sans-serif";
    for (const mark of timeline.marks) {
      const shape = SHAPES[mark.what];
      if (shape.row < 0) continue;
      pen.fillStyle = shape.colour;
      pen.fillText(shape.mark, x(mark.clock_s), 25 + shape.row * 13);
    }
    pen.textAlign = "start";
  }
}

function legend(): HTMLElement {
  const line = text("span", "", "legend");
  for (const what of ["decision", "signal", "impact", "alarm"] as const) {
    const mark = text("i", SHAPES[what].mark);
    mark.style.color = SHAPES[what].colour;
    line.append(mark, ` ${tr(`replay.${what}`)}  `);
  }
  return line;
}
