// The conversation: who said or did what, the newest at the end. It scrolls by itself unless somebody reads further up.

import { byId, text } from "./elements";
import type { SaidLine } from "./told";
import { tr } from "./words";

const KEPT = 400;

export class Talk {
  private readonly list = byId("lines");
  private readonly alarm = byId("alarm");
  private lines: SaidLine[] = [];
  private lastNumber = 0;

  /** A station that was started again, or a new socket: everything is told anew. */
  renew(): void {
    this.lines = [];
    this.lastNumber = 0;
    this.list.replaceChildren();
  }

  add(lines: SaidLine[]): void {
    const fresh = lines.filter((line) => line.number > this.lastNumber);
    if (!fresh.length) return;
    const first = this.lastNumber === 0;
    this.lastNumber = (fresh[fresh.length - 1] as SaidLine).number;
    this.lines = [...this.lines, ...fresh].slice(-KEPT);
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    this.list.append(...fresh.slice(-KEPT).map((line) => this.row(line)));
    while (this.list.childElementCount > KEPT) this.list.firstElementChild?.remove();
    if (atEnd || first) this.list.scrollTop = this.list.scrollHeight;
    const alarm = fresh.filter((line) => line.weight === "alarm").pop();
    if (alarm && !first) this.alarm.textContent = alarm.words;
  }

  words(): void {
    this.list.replaceChildren(...this.lines.map((line) => this.row(line)));
    this.list.scrollTop = this.list.scrollHeight;
  }

  private row(line: SaidLine): HTMLElement {
    const row = text("li", "", `${line.weight} from-${line.who.replace(" ", "-")}`);
    const words = text("span", line.words, "words");
    words.dir = "auto";
    row.append(text("time", clock(line.clock_s)), text("b", tr(`who.${line.who}`, line.who)), words);
    return row;
  }
}

export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  return `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
}
