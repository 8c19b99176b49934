// What a crew sets for its own eyes and ears: language, night, type size, spoken alerts; and the pace of a rehearsal.
// Kept in the browser; nothing of the mission is.

import { button, byId, text } from "./elements";
import type { Link } from "./link";
import { chooseGrid, onGrid } from "./places";
import type { Speech } from "./speech";
import type { Hello, Now } from "./told";
import { LANGUAGES, language, speak, tr } from "./words";

const SIZES = [["100%", "normal"], ["118%", "large"], ["140%", "largest"]] as const; // prettier-ignore
const PACES = [0, 1, 2, 5, 20];

export class Settings {
  private readonly holder = byId("settings");
  private readonly lease = byId("lease");
  private readonly dialog = byId<HTMLDialogElement>("setting");
  private drawnFor = "";
  private size = Number(kept("size") ?? 0);
  private night = kept("night") === "yes";
  private hello: Hello | null = null;
  fullMap = kept("map") === "full";
  language = kept("language") ?? navigator.language.slice(0, 2);

  constructor(
    private readonly link: Link,
    private readonly speech: Speech,
    private readonly words: () => void,
    private readonly act: { more: () => void; point: () => void; map: () => void },
  ) {
    this.speech.on = kept("voice") === "yes";
    this.dress();
  }

  show(now: Now, hello: Hello | null): void {
    const state = JSON.stringify([now.lease, hello?.who, language().code]);
    if (state === this.drawnFor) return;
    this.drawnFor = state;
    this.hello = hello;
    this.drawLease(now, hello);
    this.holder.replaceChildren();
    if (!hello?.replayed) {
      this.holder.append(
        button(tr("app.more"), () => this.act.more()),
        named(button("◎", () => this.act.point()), tr("app.point")),
      );
    }
    this.holder.append(named(button("☰", () => this.open()), tr("app.settings")));
  }

  private drawLease(now: Now, hello: Hello | null): void {
    const { holder, asks } = now.lease;
    const mine = hello !== null && holder === hello.who;
    const rehearsed = hello !== null && hello.simulated && !hello.replayed;
    this.lease.hidden = !rehearsed && !(mine && asks);
    this.lease.replaceChildren();
    if (rehearsed) this.lease.append(this.paces(now.lease.speed));
    if (!mine) return;
    const say = (want: "give" | "keep"): void => void this.link.say({ kind: "lease", want });
    if (asks) {
      this.lease.append(
        text("span", tr("app.asks_lease", "", asks)),
        button(tr("app.let"), () => say("give")),
        button(tr("app.keep"), () => say("keep")),
      );
    } else if (hello.simulated) this.lease.append(button(tr("app.give"), () => say("give")));
  }

  private paces(speed: number | null): HTMLElement {
    const select = document.createElement("select");
    select.setAttribute("aria-label", tr("app.speed"));
    for (const pace of PACES.includes(speed ?? 20) ? PACES : [...PACES, speed as number]) {
      select.append(option(String(pace), pace ? `${pace}×` : "❚❚", pace === (speed ?? 20)));
    }
    select.addEventListener("change", () => {
      this.link.say({ kind: "pace", speed: Number(select.value) });
    });
    return select;
  }

  open(): void {
    this.draw();
    if (!this.dialog.open) this.dialog.showModal();
  }

  private draw(): void {
    const languages = document.createElement("select");
    languages.id = "language";
    for (const one of LANGUAGES) {
      languages.append(option(one.code, one.checked ? one.name : `${one.name} – ${tr("app.unchecked")}`, one.code === language().code));
    }
    languages.addEventListener("change", () => this.speak(languages.value));
    const sizes = document.createElement("select");
    SIZES.forEach(([, name], n) => sizes.append(option(String(n), tr(`settings.${name}`), n === this.size)));
    sizes.addEventListener("change", () => this.resize(Number(sizes.value)));
    const night = check(this.night, () => this.dim());
    const map = check(this.fullMap, () => {
      this.fullMap = !this.fullMap;
      keep("map", this.fullMap ? "full" : "quick");
      this.act.map();
    });
    const grid = check(onGrid(), () => chooseGrid(!onGrid()));
    const voice = check(this.speech.on, () => {
      this.speech.on = !this.speech.on;
      keep("voice", this.speech.on ? "yes" : "no");
    });
    this.dialog.replaceChildren(
      text("h2", tr("app.settings")),
      row(tr("app.language"), languages),
      ...(language().checked ? [] : [text("p", tr("settings.unchecked"), "unchecked")]),
      row(tr("app.size"), sizes),
      row(tr("app.night"), night),
      row(tr("settings.full_map"), map),
      row(tr("settings.grid"), grid),
      row(tr("settings.voice"), voice),
      ...(this.speech.possible ? [] : [text("p", tr("settings.voice_none"), "unchecked")]),
      button(tr("app.help"), () => this.help()),
      text("p", this.hello?.software ?? "", "software"),
      button(tr("app.close"), () => this.dialog.close()),
    );
  }

  private speak(code: string): void {
    keep("language", code);
    speak(code);
    this.words();
    if (this.dialog.open) this.draw();
  }

  private resize(size = (this.size + 1) % SIZES.length): void {
    this.size = size;
    keep("size", String(this.size));
    this.dress();
  }

  private dim(): void {
    this.night = !this.night;
    keep("night", this.night ? "yes" : "no");
    this.dress();
  }

  private help(): void {
    this.dialog.close();
    byId<HTMLDialogElement>("help").showModal();
  }

  private dress(): void {
    document.documentElement.style.fontSize = SIZES[this.size]?.[0] ?? "100%";
    document.body.classList.toggle("night", this.night);
  }

  key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    if (event.key === "m" || event.key === "M") this.act.more();
    else if (event.key === "p" || event.key === "P") this.act.point();
    else if (event.key === "n" || event.key === "N") this.dim();
    else if (event.key === "+") this.resize();
    else if (event.key === "?") this.help();
    else if (event.key === "l" || event.key === "L") {
      const at = LANGUAGES.findIndex((one) => one.code === language().code);
      this.speak(LANGUAGES[(at + 1) % LANGUAGES.length]?.code ?? "en");
    } else return;
    event.preventDefault();
  }
}

function option(value: string, words: string, chosen: boolean): HTMLOptionElement {
  const one = text("option", words) as HTMLOptionElement;
  one.value = value;
  one.selected = chosen;
  return one;
}

function check(on: boolean, changed: () => void): HTMLInputElement {
  const one = document.createElement("input");
  one.type = "checkbox";
  one.checked = on;
  one.addEventListener("change", changed);
  return one;
}

function row(words: string, field: HTMLElement): HTMLElement {
  const label = document.createElement("label");
  label.className = "setting";
  label.append(text("span", words), field);
  return label;
}

function named(element: HTMLButtonElement, words: string): HTMLButtonElement {
  element.setAttribute("aria-label", words);
  element.title = words;
  return element;
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`safeconduct ${name}`);
  } catch {
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`safeconduct ${name}`, value);
  } catch {
    // a browser that keeps nothing asks again next time
  }
}
