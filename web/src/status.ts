// What is always visible: phase, link, age of the picture, record, no-fire, battery against his pace. Never colour alone.

import { byId, text } from "./elements";
import type { Now } from "./told";
import { said, tr } from "./words";

type Level = "good" | "warn" | "bad";
const MARK: Record<Level, string> = { good: "✓", warn: "!", bad: "✕" };

export class Status {
  private readonly list = byId("status");
  private drawnFor = "";

  show(now: Now, pictureAge: number | null): void {
    byId("phase-name").textContent = tr(`phase_name.${now.phase}`);
    byId("phase-words").textContent = byId("phase-words").title = tr(`phase.${now.phase}`);
    document.body.dataset["phase"] = now.phase;
    const items: [string, Level, string][] = [this.link(now), this.picture(now, pictureAge), this.record(now), this.noFire(now), this.battery(now)];
    const state = JSON.stringify(items);
    if (state === this.drawnFor) return;
    this.drawnFor = state;
    this.list.replaceChildren(
      ...items.map(([name, level, value]) => {
        const item = text("li", "", level);
        item.id = `status-${name}`;
        item.title = `${tr(`status.${name}`)}: ${value}`; // where there is no room for all of it
        item.append(text("i", MARK[level]), text("span", tr(`status.${name}`)), text("b", value));
        item.querySelector("i")?.setAttribute("aria-hidden", "true");
        return item;
      }),
    );
  }

  private link(now: Now): [string, Level, string] {
    if (!now.aircraft.name) return ["link", "warn", tr("status.none")];
    return ["link", now.aircraft.link_ok ? "good" : "bad", now.aircraft.link_ok ? tr("status.good") : tr("status.age", "", now.aircraft.link_age_s)];
  }

  private picture(now: Now, age: number | null): [string, Level, string] {
    if (age === null) return ["picture", now.picture_ok ? "good" : "warn", now.picture_ok ? tr("status.good") : tr("status.none")];
    const level = age <= 0.5 ? "good" : age <= 1 ? "warn" : "bad";
    return ["picture", level, tr("status.age", "", age < 10 ? age.toFixed(1) : age.toFixed(0))];
  }

  private record(now: Now): [string, Level, string] {
    if (now.record.trouble) return ["record", "bad", said(now.record.trouble)];
    return ["record", now.record.entries ? "good" : "warn", tr("status.writes", "", Math.floor(now.record.entries / 100) * 100)];
  }

  private noFire(now: Now): [string, Level, string] {
    const { state, unit, left_s, why } = now.no_fire;
    const level: Level = state === "held" ? (left_s < 20 ? "warn" : "good") : state === "lost" ? "bad" : "warn";
    const words = [tr(`no_fire.${state}`), state === "held" || state === "lost" ? unit : "", said(why)].filter(Boolean).join(" · ");
    return ["no_fire", state === "over" || state === "none" ? (now.protected ? "bad" : "warn") : level, words];
  }

  private battery(now: Now): [string, Level, string] {
    const { battery_pct, battery_low, lasts_s, needs_s, name } = now.aircraft;
    if (!name) return ["battery", "warn", tr("status.none")];
    const minutes = (s: number): string => Math.floor(s / 60).toFixed(0);
    const words = [battery_pct < 0 ? "?" : `${battery_pct.toFixed(0)} %`];
    if (lasts_s !== null && needs_s) words.push(tr("battery.pace", "", minutes(lasts_s), Math.ceil(needs_s / 60)));
    else if (lasts_s !== null) words.push(tr("battery.minutes", "", minutes(lasts_s)));
    const level: Level = battery_low ? "bad" : lasts_s !== null && needs_s !== null && lasts_s < 1.3 * needs_s ? "warn" : "good";
    return ["battery", level, words.join(" · ")];
  }
}
