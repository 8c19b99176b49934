// What a crew sets for its own eyes: language, night, type size, pace of a rehearsal. Kept in the browser; nothing of
// the mission is.

import { button, byId, text } from "./elements";
import type { Link } from "./link";
import type { Hello, Now } from "./told";
import { LANGUAGES, language, speak, tr } from "./words";

const SIZES = ["100%", "115%", "135%"];
const PACES = [0, 1, 2, 5, 20];

export class Settings {
  private readonly holder = byId("settings");
  private drawnFor = "";
  private size = Number(kept("size") ?? 0);
  private night = kept("night") === "yes";
  language = kept("language") ?? navigator.language.slice(0, 2);

  constructor(
    private readonly link: Link,
    private readonly words: () => void,
    private readonly act: { more: () => void; point: () => void },
  ) {
    this.dress();
  }

  show(now: Now, hello: Hello | null): void {
    const state = JSON.stringify([now.lease, hello?.who, language().code, this.size, this.night]);
    if (state === this.drawnFor) return;
    this.drawnFor = state;
    this.holder.replaceChildren();
    const { holder, asks, simulated } = now.lease;
    if (hello && holder === hello.who) {
      if (asks) {
        this.holder.append(
          text("span", tr("app.asks_lease", "", asks)),
          button(tr("app.let"), () => this.link.say({ kind: "lease", want: "give" })),
          button(tr("app.keep"), () => this.link.say({ kind: "lease", want: "keep" })),
        );
      } else if (hello.simulated) {
        this.holder.append(button(tr("app.give"), () => this.link.say({ kind: "lease", want: "give" })));
      }
    }
    void simulated;
    if (hello?.simulated && !hello.replayed) this.holder.append(this.paces(now.lease.speed));
    if (!hello?.replayed) {
      this.holder.append(
        button(tr("app.more"), () => this.act.more()),
        named(button("◎", () => this.act.point()), tr("app.point")),
      );
    }
    this.holder.append(
      named(button("A±", () => this.resize()), tr("app.size")),
      named(button("☾", () => this.dim()), tr("app.night")),
      this.languages(),
      named(button("?", () => this.help()), tr("app.help")),
    );
  }

  private paces(speed: number | null): HTMLElement {
    const select = document.createElement("select");
    select.setAttribute("aria-label", tr("app.speed"));
    for (const pace of PACES.includes(speed ?? 20) ? PACES : [...PACES, speed as number]) {
      const option = text("option", pace ? `${pace}×` : "❚❚") as HTMLOptionElement;
      option.value = String(pace);
      option.selected = pace === (speed ?? 20);
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.link.say({ kind: "pace", speed: Number(select.value) });
    });
    return select;
  }

  private languages(): HTMLElement {
    const select = document.createElement("select");
    select.setAttribute("aria-label", tr("app.language"));
    for (const one of LANGUAGES) {
      const option = text("option", one.checked ? one.name : `${one.name} (?)`) as HTMLOptionElement;
      option.title = one.checked ? "" : tr("app.unchecked");
      option.value = one.code;
      option.selected = one.code === language().code;
      select.append(option);
    }
    select.addEventListener("change", () => this.speak(select.value));
    return select;
  }

  private speak(code: string): void {
    keep("language", code);
    speak(code);
    this.words();
  }

  private resize(): void {
    this.size = (this.size + 1) % SIZES.length;
    keep("size", String(this.size));
    this.dress();
  }

  private dim(): void {
    this.night = !this.night;
    keep("night", this.night ? "yes" : "no");
    this.dress();
  }

  private help(): void {
    byId<HTMLDialogElement>("help").showModal();
  }

  private dress(): void {
    document.documentElement.style.fontSize = SIZES[this.size] ?? "100%";
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
