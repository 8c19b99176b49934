// What moves or releases takes two steps: chosen first, then confirmed, or held for a second.

import { button, byId, text } from "./elements";
import type { Decide } from "./told";
import { tr } from "./words";

const HOLD_MS = 1000;

export type Armed = {
  press: "press" | "confirm" | "hold";
  words: string;
  english: string; // the same as the record keeps it
  message: Omit<Decide, "number">;
  needsPicture: boolean;
  reason: boolean;
  until: number;
};

type Acts = {
  send: (armed: Armed) => void;
  say: (words: string) => void;
  changed: () => void;
  locked: (armed: Armed) => boolean; // the picture is too old for it
};

export class TwoStep {
  armed: Armed | null = null;
  private readonly confirm = byId("confirm");
  private holding: number | null = null;

  constructor(private readonly act: Acts) {
    this.confirm.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  arm(armed: Armed): void {
    this.armed = armed;
    this.confirm.hidden = false;
    this.confirm.replaceChildren();
    const go = button("", () => armed.press === "confirm" && this.fire());
    go.id = "go";
    go.append(text("strong", tr(armed.press === "hold" ? "app.hold" : "app.confirm")), text("span", armed.words), text("kbd", "Enter"));
    if (armed.press === "hold") {
      go.addEventListener("pointerdown", () => this.hold(go));
      for (const end of ["pointerup", "pointerleave", "pointercancel"]) go.addEventListener(end, () => this.letGo());
    }
    if (armed.reason) {
      const reason = document.createElement("input");
      reason.id = "reason";
      reason.maxLength = 300;
      // Who closes says why, in the words that he picked; who was told by radio says by whom.
      reason.value = armed.message.decision === "close" ? armed.words : "";
      reason.setAttribute("aria-label", tr("app.reason"));
      this.confirm.append(reason);
    }
    const not = button(tr("app.cancel"), () => this.disarm());
    this.confirm.append(go, not);
    this.act.changed();
    go.focus();
  }

  disarm(): void {
    this.letGo();
    const had = this.armed !== null;
    this.armed = null;
    this.confirm.hidden = true;
    this.confirm.replaceChildren();
    if (had) this.act.changed();
  }

  private hold(go: HTMLElement): void {
    if (this.holding !== null) return;
    go.classList.add("held");
    this.holding = window.setTimeout(() => this.fire(), HOLD_MS);
  }

  private letGo(): void {
    if (this.holding !== null) clearTimeout(this.holding);
    this.holding = null;
    document.getElementById("go")?.classList.remove("held");
  }

  private fire(): void {
    const armed = this.armed;
    if (!armed) return;
    if (this.act.locked(armed)) return this.act.say(tr("app.stale_lock"));
    const reason = document.getElementById("reason") as HTMLInputElement | null;
    if (reason) armed.message.reason = reason.value === armed.words ? armed.english : reason.value;
    this.disarm();
    this.act.send(armed);
  }

  /** Enter, while something is armed; true when the key was taken. */
  enter(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement;
    if (target.id !== "go" && target.id !== "reason" && target !== document.body) return false;
    if (this.armed?.press === "hold") {
      if (event.type === "keyup") this.letGo();
      else if (!event.repeat) this.hold(document.getElementById("go") as HTMLElement);
    } else if (event.type === "keydown" && !event.repeat) this.fire();
    return true;
  }
}
