// Alerts spoken by the browser's own voice: few, by rule, in the crew's language, and only where it was switched on.

import type { Now } from "./told";
import { language, said, tr } from "./words";

const AGAIN_MS = 8000;

export class Speech {
  on = false;
  private before: Now | null = null;
  private readonly spoken = new Map<string, number>();

  /** Whether this browser can speak the language of the page. */
  get possible(): boolean {
    if (!("speechSynthesis" in window)) return false;
    const voices = speechSynthesis.getVoices();
    return !voices.length || voices.some((voice) => voice.lang.toLowerCase().startsWith(language().code));
  }

  /** Four rules: a decision is needed, no fire was lost, something fell, he is out of sight. */
  show(now: Now): void {
    const was = this.before;
    this.before = now;
    if (!was || !this.on || now.t_ns < was.t_ns) return;
    const question = now.questions[0];
    if (now.no_fire.state === "lost" && was.no_fire.state !== "lost") this.say("no_fire", tr("speech.no_fire_lost"), true);
    if (now.impacts.length > was.impacts.length) this.say("impact", tr("speech.impact"), true);
    if (now.phase === "reacquire" && was.phase !== "reacquire") this.say("lost", tr("speech.lost"), true);
    if (question && !was.questions.some((q) => q.proposal === question.proposal)) {
      this.say(`ask ${question.decision}`, tr("speech.decide", "", said(question.words)), false);
    }
  }

  private say(what: string, words: string, first: boolean): void {
    const last = this.spoken.get(what) ?? -Infinity;
    if (performance.now() - last < AGAIN_MS || !("speechSynthesis" in window)) return;
    this.spoken.set(what, performance.now());
    if (first) speechSynthesis.cancel();
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = language().code;
    speechSynthesis.speak(utterance);
  }
}
