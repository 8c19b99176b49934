// A danger that the crew learns of while he walks: pressed on the map or typed, then what it is. It shuts or reprices the
// way at once, so that it takes the lease, and no more than two presses.

import { button, byId, text } from "./elements";
import type { Link } from "./link";
import { Frame } from "./map";
import { readPlace, writePlace } from "./places";
import type { Answered, Enu, Now, Scenery } from "./told";
import { said, tr } from "./words";

const REACHES_M = [5, 10, 20, 50, 100];
const USUAL_M = 20;
const WHAT = ["mines", "fire", "shell", "no_go"] as const;

export class Reports {
  private readonly dialog = document.createElement("dialog");
  private readonly opener = button("", () => this.open(null));
  private frame: Frame | null = null;

  constructor(
    private readonly link: Link,
    private readonly say: (words: string) => void,
    private readonly is: () => { now: Now | null; mine: boolean },
  ) {
    this.dialog.id = "report";
    this.opener.id = "report-open";
    byId("map").append(this.opener);
    document.body.append(this.dialog);
    document.addEventListener("keydown", (event) => {
      const field = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (field || event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== "r") return;
      event.preventDefault();
      this.open(null);
    });
  }

  stage(scenery: Scenery): void {
    this.frame = new Frame(scenery);
  }

  words(): void {
    this.opener.textContent = `⚠ ${tr("report.open")}`;
  }

  /** at: where it was pressed; else where he is, or the aircraft. */
  open(at: Enu | null): void {
    const { now, mine } = this.is();
    if (!now || !this.frame || now.phase === "closed" || this.dialog.open) return;
    if (!mine) return this.say(tr("app.watching", "", now.lease.holder || "–"));
    const place = document.createElement("input");
    place.id = "report-place";
    place.value = writePlace(this.frame.lngLat(at ?? now.person?.position ?? now.aircraft.position));
    const reach = document.createElement("select");
    for (const metres of REACHES_M) {
      const one = text("option", `${metres} m`) as HTMLOptionElement;
      one.value = String(metres);
      one.selected = metres === USUAL_M;
      reach.append(one);
    }
    const list = text("div", "", "options");
    list.append(...WHAT.map((what) => button(tr(`report.${what}`), () => this.send(what, place.value, Number(reach.value)))));
    this.dialog.replaceChildren(
      text("h2", tr("report.title")), row(tr("report.place"), place), row(tr("report.radius"), reach), list,
      button(tr("app.cancel"), () => this.dialog.close()),
    ); // prettier-ignore
    this.dialog.show(); // not modal: STOP beside it must stay within reach of a finger
    list.querySelector("button")?.focus();
  }

  private send(what: (typeof WHAT)[number], typed: string, radius_m: number): void {
    const place = readPlace(typed);
    if (!place || !this.frame) return this.say(tr("report.bad"));
    const [east, north] = this.frame.enu(place[0], place[1]);
    this.dialog.close();
    const answered = (answer: Answered): void => this.say(answer.ok ? tr("report.told", "", tr(`report.${what}`)) : said(answer.words));
    const sent =
      what === "shell"
        ? this.link.say({ kind: "decide", decision: "report_impact", position: [east, north, 0] }, answered)
        : this.link.say({ kind: "report", what, position: [east, north], radius_m }, answered);
    if (!sent) this.say(tr("app.not_sent"));
  }
}

function row(words: string, input: HTMLElement): HTMLElement {
  const label = text("label", "", "setting");
  label.append(text("span", words), input);
  return label;
}
