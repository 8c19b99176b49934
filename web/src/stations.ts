// Who looks and who decides: the list of stations, codes for new ones, and what receivers and commanders may say.

import { button, byId, text } from "./elements";
import type { Link } from "./link";
import type { Hello, Now, ReceptionShown, Role, Stations as Who } from "./told";
import { tr } from "./words";

const INVITED: Role[] = ["second_pilot", "commander", "reception", "watcher", "operator"];
const FREE: Partial<Record<Role, string[]>> = { commander: ["approve_route"] };

export function leads(role: Role): boolean {
  return role === "operator" || role === "second_pilot";
}

/** What this role decides without the lease. STOP is everybody's. */
export function decidesFreely(role: Role): ReadonlySet<string> {
  return new Set(FREE[role] ?? []);
}

export class Stations {
  private readonly open = button("", () => this.show());
  private readonly list = document.createElement("dialog");
  private readonly panel = document.createElement("section");
  private who: Who | null = null;
  private hello: Hello | null = null;
  private codes: string[] = [];
  private drawnFor = "";

  constructor(
    private readonly link: Link,
    private readonly say: (words: string) => void,
  ) {
    this.open.id = "stations-open";
    this.list.id = "stations";
    this.panel.id = "station-panel";
    this.panel.hidden = true;
    byId("stations-holder").append(this.open);
    document.body.append(this.list);
    byId("asked").before(this.panel);
  }

  greet(hello: Hello): void {
    this.hello = hello;
    document.body.dataset["role"] = hello.role;
    this.panel.hidden = hello.role !== "reception" && hello.role !== "commander";
    this.panel.replaceChildren();
    this.drawnFor = "";
    if (hello.role === "reception") this.receivers();
    if (hello.role === "commander") this.commander();
    this.words();
  }

  take(who: Who): void {
    this.who = who;
    this.words();
  }

  now(now: Now): void {
    const room = document.getElementById("coming");
    if (!room) return;
    const lines = coming(now);
    if (this.drawnFor === lines.join("|")) return;
    this.drawnFor = lines.join("|");
    room.replaceChildren(...lines.map((line) => text("li", line)));
    const ready = now.reception?.ready ?? "";
    byId("say-ready").setAttribute("aria-disabled", String(ready !== ""));
    byId("say-received").setAttribute("aria-disabled", String(now.phase !== "reception" && now.phase !== "stay"));
  }

  words(): void {
    const looking = this.who?.stations.filter((s) => s.open).length ?? 0;
    this.open.textContent = `⇄ ${looking}`;
    this.open.title = tr("stations.open", "", looking);
    this.open.setAttribute("aria-label", this.open.title);
    this.open.hidden = this.hello === null || this.hello.role !== "operator";
    if (this.list.open) this.draw();
  }

  private show(): void {
    this.codes = [];
    this.draw();
    this.list.showModal();
  }

  private draw(): void {
    const who = this.who;
    if (!who) return;
    const rows = who.stations.map((s) => {
      const row = text("li", "", s.ended ? "out" : "");
      const state = s.ended || (s.open ? tr("stations.looks") : tr("stations.away"));
      row.append(text("b", s.name), text("span", tr(`role.${s.role}`)), text("span", s.local ? tr("stations.here") : state));
      if (!s.local && !s.ended) {
        row.append(button(tr("stations.revoke"), () => this.link.say({ kind: "revoke", name: s.name }, (a) => this.say(a.words))));
      }
      return row;
    });
    const list = document.createElement("ul");
    list.append(...rows);
    this.list.replaceChildren(text("h2", tr("stations.title")), list);
    if (who.shared) {
      const invite = document.createElement("p");
      invite.append(text("span", tr("stations.invite")), " ", ...INVITED.map((role) => button(tr(`role.${role}`), () => this.invite(role))));
      const where = text("p", tr("stations.shared", "", who.shared), "shared");
      where.dir = "auto";
      const print = text("p", tr("stations.print", "", who.fingerprint), "print");
      this.list.append(invite, ...this.codes.map((line) => text("p", line, "code")), where, print);
    } else this.list.append(text("p", tr("stations.not_shared")));
    this.list.append(button(tr("app.close"), () => this.list.close()));
  }

  private invite(role: Role): void {
    this.link.say({ kind: "invite", role }, (answer) => {
      if (!answer.ok) return this.say(answer.words);
      this.codes.push(tr("stations.code", "", tr(`role.${role}`), answer.words));
      this.draw();
    });
  }

  private receivers(): void {
    const lines = document.createElement("ul");
    lines.id = "coming";
    const unit = field("unit", tr("reception.unit"), "");
    const persons = field("persons", tr("reception.persons"), "1");
    persons.input.type = "number";
    persons.input.min = "1";
    const condition = field("condition", tr("reception.condition"), "");
    const ready = this.held("say-ready", tr("reception.ready"), () =>
      this.tell({ kind: "ready", unit: unit.input.value.trim() }, unit.input),
    );
    const received = this.held("say-received", tr("reception.received"), () =>
      this.tell({ kind: "received", unit: unit.input.value.trim(), persons: Math.round(Number(persons.input.value)) || 1, condition: condition.input.value }, unit.input),
    );
    this.panel.append(text("h2", tr("reception.title")), lines, unit.label, ready, persons.label, condition.label, received);
  }

  private commander(): void {
    const unit = field("unit", tr("commander.unit"), "");
    const minutes = field("minutes", tr("commander.minutes"), "30");
    minutes.input.type = "number";
    minutes.input.min = "1";
    const holds = this.held("say-no-fire", tr("commander.holds"), () =>
      this.tell({ kind: "acknowledge", unit: unit.input.value.trim(), minutes: Math.round(Number(minutes.input.value)) || 30 }, unit.input),
    );
    this.panel.append(text("h2", tr("commander.title")), unit.label, minutes.label, holds);
  }

  private tell(message: Parameters<Link["say"]>[0], named: HTMLInputElement): void {
    if (!named.value.trim()) {
      named.focus();
      return this.say(tr("stations.name_unit"));
    }
    const sent = this.link.say(message, (answer) => this.say(answer.ok ? tr("stations.told") : answer.words));
    if (!sent) this.say(tr("app.not_sent"));
  }

  /** Kept pressed for a second, by pointer or by Enter: it stands in the record. */
  private held(id: string, words: string, done: () => void): HTMLButtonElement {
    const one = button("", () => undefined);
    one.id = id;
    one.className = "held-button";
    one.append(text("span", words), text("small", tr("app.hold")));
    let timer: number | null = null;
    const begin = (): void => {
      if (timer !== null || one.getAttribute("aria-disabled") === "true") return;
      one.classList.add("held");
      timer = window.setTimeout(() => {
        end();
        done();
      }, 1000);
    };
    const end = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      one.classList.remove("held");
    };
    one.addEventListener("pointerdown", begin);
    for (const over of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"]) one.addEventListener(over, end);
    one.addEventListener("keydown", (event) => event.key === "Enter" && !event.repeat && begin());
    return one;
  }
}

/** What the receivers must prepare for: how many, how far, when, in what state, armed or not, what to bring. */
function coming(now: Now): string[] {
  const told: ReceptionShown | null | undefined = now.reception;
  const lines: string[] = [];
  if (told) {
    lines.push(tr("reception.count", "", told.persons));
    const minutes = told.eta_s == null ? tr("reception.unknown") : Math.max(1, Math.round(told.eta_s / 60));
    lines.push(tr("reception.eta", "", told.distance_m, minutes));
    lines.push(tr("reception.state", "", told.state));
    lines.push(tr(told.laid_down ? "reception.laid_down" : "reception.weapon_unknown"));
    lines.push(tr("reception.bring", "", told.bring.map((need) => tr(`need.${need}`)).join("; ")));
  } else lines.push(tr("reception.nobody"));
  if (now.person) lines.push(tr("reception.posture", "", tr(`posture.${now.person.posture}`)));
  lines.push(tr("reception.no_fire", "", tr(`no_fire.${now.no_fire.state}`)));
  if (told?.ready) lines.push(tr("reception.is_ready", "", told.ready));
  if (told?.has_him) lines.push(tr("reception.has_him", "", told.has_him));
  return lines;
}

function field(id: string, words: string, value: string): { label: HTMLElement; input: HTMLInputElement } {
  const label = text("label", words);
  const input = document.createElement("input");
  input.id = `say-${id}`;
  input.value = value;
  input.maxLength = id === "condition" ? 300 : 60;
  label.append(" ", input);
  return { label, input };
}
