// The conversation: who said or did what, the newest at the end. It scrolls by itself unless somebody reads further up.

import { byId, text } from "./elements";
import type { SaidLine } from "./told";
import { said, tr } from "./words";

const KEPT = 400;
const NEAR_END_PX = 60;

export class Talk {
  private readonly list = byId("lines");
  private readonly alarm = byId("alarm");
  private lines: SaidLine[] = [];
  private lastNumber = 0;
  private reading = false; // somebody has scrolled up
  private putAt = 0;

  /** jump: to that second, where the time may be set. */
  constructor(private readonly jump: (seconds: number) => void) {
    this.list.addEventListener("click", (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("li");
      if (row) this.jump(Number(row.dataset["at"]));
    });
    // Our own scrolling is told late, when the page around the list may have changed: only upwards is somebody's hand.
    this.list.addEventListener("scroll", () => {
      const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END_PX;
      if (atEnd || this.list.scrollTop < this.putAt) this.reading = !atEnd;
    });
    new ResizeObserver(() => this.toEnd()).observe(this.list); // the page around it settles after the first lines
  }

  /** A station that was started again, or a new socket: everything is told anew. */
  renew(): void {
    this.lines = [];
    this.lastNumber = 0;
    this.reading = false;
    this.list.replaceChildren();
  }

  add(lines: SaidLine[]): void {
    const fresh = lines.filter((line) => line.number > this.lastNumber);
    if (!fresh.length) return;
    const first = this.lastNumber === 0;
    this.lastNumber = (fresh[fresh.length - 1] as SaidLine).number;
    this.lines = [...this.lines, ...fresh].slice(-KEPT);
    this.list.append(...fresh.slice(-KEPT).map((line) => this.row(line)));
    while (this.list.childElementCount > KEPT) this.list.firstElementChild?.remove();
    this.toEnd();
    const alarm = fresh.filter((line) => line.weight === "alarm").pop();
    if (alarm && !first) this.alarm.textContent = said(alarm.words);
  }

  words(): void {
    this.list.replaceChildren(...this.lines.map((line) => this.row(line)));
    this.toEnd();
  }

  private toEnd(): void {
    if (this.reading) return;
    this.list.scrollTop = this.list.scrollHeight;
    this.putAt = this.list.scrollTop;
  }

  private row(line: SaidLine): HTMLElement {
    const row = text("li", "", `${line.weight} from-${line.who.replace(" ", "-")}`);
    const words = text("span", said(line.words), "words");
    words.dir = words.textContent === line.words ? "auto" : document.documentElement.dir;
    row.dataset["at"] = String(line.clock_s);
    row.append(text("time", clock(line.clock_s)), text("b", tr(`who.${line.who.replace(" ", "_")}`, line.who)), words);
    return row;
  }
}

export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  return `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
}
