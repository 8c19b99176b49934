// Decisions: the question that stands open, how it is pressed, and STOP. What moves or releases takes two steps.

import { button, byId, text } from "./elements";
import type { Link } from "./link";
import { type Armed, TwoStep } from "./press";
import type { ActionShown, Now, OptionShown, QuestionShown } from "./told";
import { language, said, tr } from "./words";
import { core, type CoreKey } from "./words/core";

const ARMED_MS = 20_000;
const JUST_CHANGED_MS = 500;
const FREE = new Set(["select", "is_he", "lead"]); // what stands there while nothing is asked

export class Decisions {
  private readonly asked = byId("asked");
  private readonly stop = byId<HTMLButtonElement>("stop");
  private readonly more = byId<HTMLDialogElement>("more");
  private now: Now | null = null;
  private readonly steps: TwoStep;
  private front: number | null = null; // a question that was brought to the front by hand
  private drawnFor = "";
  private moreFor = "";
  private changedAt = 0;
  stale = false; // the picture is too old to decide on
  mine = false;
  doubtful: ReadonlySet<number> = new Set(); // numbers that say nothing now: two who could be each other
  past = false; // a record is shown again
  languages: readonly (readonly [string, string])[] = [];
  private spokenTo = "ru";
  leads = true; // this station may take the decisions over
  free: ReadonlySet<string> = new Set(); // what it decides without having them

  constructor(
    private readonly link: Link,
    private readonly say: (words: string) => void,
  ) {
    this.stop.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.sayStop();
    });
    this.stop.addEventListener("click", () => this.sayStop()); // from a screen reader
    this.steps = new TwoStep({
      send: (armed) => this.send(armed),
      say,
      changed: () => this.draw(),
      locked: (armed) => armed.needsPicture && this.stale,
    });
  }

  words(): void {
    this.drawnFor = this.moreFor = "";
    this.stop.innerHTML = "";
    this.stop.append(text("strong", tr("stop")), text("small", tr("stop.keys")));
    this.steps.disarm();
    if (this.now) this.show(this.now);
  }

  show(now: Now): void {
    this.now = now;
    const armed = this.steps.armed;
    const proposal = armed?.message.proposal;
    const over = proposal && !now.questions.some((q) => q.proposal === proposal);
    if (armed && (over || performance.now() > armed.until)) this.steps.disarm();
    this.draw();
    this.drawMore();
  }

  private question(): QuestionShown | null {
    const all = this.now?.questions ?? [];
    return all.find((q) => q.proposal === this.front) ?? all[0] ?? null;
  }

  private lock(option: { locked: string }, needsPicture: boolean, harmless: boolean, track: number | null = null): string {
    if (option.locked) return said(option.locked);
    if (track !== null && !harmless && this.doubtful.has(track)) return tr("app.doubtful");
    return this.stale && needsPicture && !harmless ? tr("app.stale_lock") : "";
  }

  private draw(): void {
    const [now, question] = [this.now, this.question()];
    const state = JSON.stringify([
      question?.proposal, question?.options.map((o) => o.locked), now?.questions.map((q) => q.proposal), this.stale,
      this.mine, this.steps.armed?.message.option, now?.lease, [...this.doubtful],
      now?.actions.filter((a) => FREE.has(a.name)).map((a) => [a.track, a.locked]),
    ]); // prettier-ignore
    if (state === this.drawnFor) return;
    const sameQuestion = this.drawnFor !== "" && JSON.parse(this.drawnFor)[0] === (question?.proposal ?? null);
    if (!sameQuestion) this.changedAt = performance.now();
    this.drawnFor = state;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["key"] : undefined;
    this.asked.replaceChildren();
    if (now && !this.mine && !this.past) this.drawWatching(now);
    if (question) this.drawQuestion(question);
    else if (now) this.drawFree(now);
    if (focused) this.asked.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  private drawWatching(now: Now): void {
    const line = text("p", tr("app.watching", "", now.lease.holder || "–"), "watching");
    const take = button(tr("app.take"), () => this.link.say({ kind: "lease", want: "take" }, (a) => !a.ok && this.say(said(a.words))));
    take.dataset["key"] = "take";
    if (this.leads) line.append(" ", take);
    this.asked.append(line);
  }

  private drawQuestion(question: QuestionShown): void {
    const words = said(question.words);
    this.asked.append(text("h2", words, "question"));
    const list = document.createElement("div");
    list.className = "options";
    question.options.forEach((option, n) => list.append(this.optionButton(question, option, n)));
    this.asked.append(list);
    const others = (this.now?.questions ?? []).filter((q) => q !== question);
    if (!others.length) return;
    const also = text("p", `${tr("app.also")}: `, "also");
    for (const other of others) {
      const bring = button(short(said(other.words)), () => {
        this.front = other.proposal;
        this.steps.disarm();
        this.draw();
      });
      bring.dataset["key"] = `also ${other.proposal}`;
      also.append(bring);
    }
    this.asked.append(also);
  }

  private optionButton(question: QuestionShown, option: OptionShown, n: number): HTMLElement {
    const harmless = option.press === "press" && question.options.length > 1;
    const lock = this.lock(option, question.needs_picture, harmless, about(question));
    const words = said(option.words);
    const one = button("", () => this.pick(question, option));
    one.append(text("kbd", String(n + 1)), text("span", words));
    one.dataset["key"] = option.key;
    if (lock) one.append(text("small", tr("app.locked", "", lock)));
    const others = !(this.mine || this.free.has(question.decision));
    if (others && !this.past) one.title = tr("app.others_decide", "", this.now?.lease.holder || "–");
    one.setAttribute("aria-disabled", String(Boolean(lock) || others));
    one.setAttribute("aria-pressed", String(this.steps.armed?.message.option === option.key));
    one.classList.toggle("first", n === 0);
    return one;
  }

  private drawFree(now: Now): void {
    const list = document.createElement("div");
    list.className = "options";
    for (const action of now.actions.filter((a) => FREE.has(a.name))) {
      list.append(this.actionButton(action));
    }
    this.asked.append(list);
  }

  private actionButton(action: ActionShown): HTMLElement {
    const lock = this.lock(action, action.needs_picture, false, action.track);
    const one = button("", () => this.act(action));
    one.append(text("span", actionWords(action)));
    one.dataset["key"] = `${action.name} ${action.track ?? ""}`;
    const others = !(this.mine || this.free.has(action.decision));
    const holder = this.past ? "" : tr("app.others_decide", "", this.now?.lease.holder || "–"); // of a record it is said above
    const why = lock || (others ? holder : "");
    if (why) one.append(text("small", tr("app.locked", "", why)));
    one.setAttribute("aria-disabled", String(Boolean(why) || others));
    return one;
  }

  private pick(question: QuestionShown, option: OptionShown): void {
    if (performance.now() - this.changedAt < JUST_CHANGED_MS) return; // meant for what stood here a moment ago
    const harmless = option.press === "press" && question.options.length > 1;
    const lock = this.lock(option, question.needs_picture, harmless, about(question));
    if (lock) return this.say(tr("app.locked", "", lock));
    this.arm({
      press: option.press,
      words: said(option.words),
      english: option.words,
      message: {
        kind: "decide", decision: question.decision, proposal: question.proposal, option: option.key, track: question.track,
      }, // prettier-ignore
      needsPicture: question.needs_picture && !harmless,
      reason: question.decision === "close" && option.press !== "press",
      until: performance.now() + ARMED_MS,
    });
  }

  act(action: ActionShown): void {
    const lock = this.lock(action, action.needs_picture, false, action.track);
    if (lock) return this.say(tr("app.locked", "", lock));
    this.more.close();
    this.arm({
      press: action.press,
      words: actionWords(action),
      english: actionWords(action),
      message: { kind: "decide", decision: action.decision, option: this.optionOf(action), track: action.track },
      needsPicture: action.needs_picture,
      reason: action.needs_reason,
      until: performance.now() + ARMED_MS,
    });
  }

  private optionOf(action: ActionShown): string {
    return action.name.startsWith("say_") || action.name.startsWith("ask_") ? `${action.option}/${this.spokenTo}` : action.option;
  }

  private arm(armed: Armed): void {
    if (!this.mine && !this.free.has(armed.message.decision)) return this.say(tr("app.watching", "", this.now?.lease.holder || "–"));
    if (armed.press === "press") return this.send(armed);
    this.steps.arm(armed);
  }

  private send(armed: Armed): void {
    this.front = null;
    const sent = this.link.say(armed.message, (answer) => !answer.ok && this.say(said(answer.words)));
    if (!sent) this.say(tr("app.not_sent"));
  }

  private stoppedAt = 0;

  sayStop(): void {
    if (performance.now() - this.stoppedAt < 300) return; // one press is pointer and click
    this.stoppedAt = performance.now();
    this.steps.disarm();
    const sent = this.link.say({ kind: "decide", decision: "stop" });
    this.say(tr(sent ? "stop.sent" : "app.not_sent"));
    this.stop.classList.add("pressed");
    setTimeout(() => this.stop.classList.remove("pressed"), 400);
  }

  /** Enter, digits and so on; true when the key was taken. */
  key(event: KeyboardEvent): boolean {
    const inField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape" || (event.key === " " && !inField)) {
      if (event.type === "keydown" && !event.repeat) this.sayStop();
      if (event.key === "Escape") for (const d of document.querySelectorAll("dialog")) d.close();
      return true;
    }
    if (event.key === "Enter" && this.steps.armed) return this.steps.enter(event);
    if (event.type !== "keydown" || inField || event.ctrlKey || event.metaKey || event.altKey) return false;
    const question = this.question();
    const n = "123456789".indexOf(event.key);
    const option = n >= 0 ? question?.options[n] : undefined;
    if (question && option) {
      this.pick(question, option);
      return true;
    }
    return false;
  }

  /** The language of what is said aloud to him: his, not the crew's. */
  private spokenIn(): HTMLElement {
    const label = text("label", `${tr("say.language")} `, "setting");
    const select = document.createElement("select");
    const names = new Intl.DisplayNames([language().code], { type: "language" });
    for (const [code, name] of this.languages) {
      const one = text("option", names.of(code) ?? name) as HTMLOptionElement;
      one.value = code;
      one.selected = code === this.spokenTo;
      select.append(one);
    }
    select.dataset["key"] = "say.language";
    select.addEventListener("change", () => (this.spokenTo = select.value));
    label.append(select);
    return label;
  }

  showMore(): void {
    this.moreFor = "";
    this.more.showModal();
    this.drawMore();
  }

  private drawMore(): void {
    if (!this.more.open || !this.now) return;
    const state = JSON.stringify([this.now.actions, this.mine, this.stale, this.now.lease.holder, [...this.doubtful]]);
    if (state === this.moreFor) return;
    this.moreFor = state;
    const at = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["key"] : undefined;
    const groups: Record<string, ActionShown[]> = { other: [], ask: [], show: [], say: [], answer: [], close: [] };
    for (const action of this.now.actions) {
      const group = ["ask", "show", "say", "answer", "close"].find((g) => action.name.startsWith(`${g}_`)) ?? "other";
      groups[group]?.push(action);
    }
    this.more.replaceChildren();
    for (const [group, actions] of Object.entries(groups)) {
      if (!actions.length) continue;
      const list = document.createElement("div");
      list.className = "options";
      list.append(...actions.map((action) => this.actionButton(action)));
      this.more.append(text("h2", tr(`group.${group}`)), ...(group === "say" || group === "ask" ? [this.spokenIn()] : []), list);
    }
    if (!this.now.actions.length) this.more.append(text("p", tr("group.none")));
    this.more.append(button(tr("app.close"), () => this.more.close()));
    if (at) this.more.querySelector<HTMLElement>(`[data-key="${CSS.escape(at)}"]`)?.focus();
  }
}

/** Whose number it is about, where that number matters: answering a gesture is about the gesture. */
function about(question: QuestionShown): number | null {
  return question.decision === "confirm_person" || question.decision === "select_person" ? question.track : null;
}

function actionWords(action: ActionShown): string {
  if (action.name.startsWith("answer_")) {
    const [gesture, reading] = action.option.split("/");
    const id = `reading.${reading}.both` as CoreKey;
    return `${tr(`gesture.${gesture}`)}: ${language().core?.[id] ?? core[id] ?? reading}`;
  }
  if (action.name.startsWith("ask_")) {
    const id = `question.${action.option}` as CoreKey;
    return language().core?.[id] ?? core[id] ?? action.option;
  }
  if (action.decision === "say") {
    const id = `phrase.${action.option}` as CoreKey;
    return language().core?.[id] ?? core[id] ?? action.option;
  }
  return tr(`do.${action.name}`, "", action.track ?? "");
}

function short(words: string): string {
  return words.length > 44 ? `${words.slice(0, 42)}…` : words;
}
