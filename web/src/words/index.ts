// The page's words, a table a language, complete in each. What the core says in English is found by its form in the
// table of its sentences and shown by its id.

import { core, type CoreKey } from "./core";
import { en, type Key } from "./en";
import { he } from "./he";
import { heCore } from "./he_core";
import { uk } from "./uk";
import { ukCore } from "./uk_core";

/** checked: by a native speaker. */
export type Language = {
  code: string;
  name: string;
  dir: "ltr" | "rtl";
  checked: boolean;
  words: Record<Key, string>;
  core: Record<CoreKey, string> | null;
};

export const LANGUAGES: Language[] = [
  { code: "en", name: "English", dir: "ltr", checked: true, words: en, core: null },
  { code: "uk", name: "Українська", dir: "ltr", checked: false, words: uk, core: ukCore },
  { code: "he", name: "עברית", dir: "rtl", checked: false, words: he, core: heCore },
];

let spoken = LANGUAGES[0] as Language;

export function language(): Language {
  return spoken;
}

export function speak(code: string): void {
  spoken = LANGUAGES.find((l) => l.code === code) ?? (LANGUAGES[0] as Language);
  document.documentElement.lang = spoken.code;
  document.documentElement.dir = spoken.dir;
  known.clear();
}

/** The words for a key; `otherwise` where no table has it. {0} takes the values. */
export function tr(key: string, otherwise = "", ...values: (string | number)[]): string {
  const words = spoken.words[key as Key] ?? (otherwise || (en as Record<string, string>)[key]) ?? otherwise;
  return filled(words || key.replace(/^[a-z_]+\./, "").replaceAll("_", " "), values);
}

type Form = { id: CoreKey; form: RegExp; letters: number };

const FORMS: Form[] = (Object.entries(core) as [CoreKey, string][])
  .map(([id, english]) => ({ id, form: formOf(english), letters: english.replace(/\{\d[@^]?\}/g, "").length }))
  .sort((a, b) => opening(a.id) - opening(b.id) || b.letters - a.letters); // the most particular first
const known = new Map<string, string>();
const DEEPEST = 4;
const KEPT = 2000;

/** What the core or the station said in English, in the language of the page; English stays where it is not known. */
export function said(english: string): string {
  if (!spoken.core || !english) return named(english);
  const kept = known.get(english);
  if (kept !== undefined) return kept;
  if (known.size > KEPT) known.clear();
  const words = turned(english, 0, "") ?? named(english);
  known.set(english, words);
  return words;
}

/** Signals and gestures as one reads them: HANDS UP, not HANDS_UP. */
function named(english: string): string {
  return english.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, (name) => name.replaceAll("_", " "));
}

/** How a sentence begins: with words of its own, with a name in capitals, or with anything, which would swallow those. */
function opening(id: CoreKey): number {
  return !core[id].startsWith("{") ? 0 : core[id].startsWith("{0^}") ? 1 : 2;
}

function turned(english: string, depth: number, within: string): string | null {
  const table = spoken.core as Record<CoreKey, string>;
  if (/^[A-Z][A-Z_ ]*$/.test(english)) {
    const name = english.toLowerCase().replaceAll(" ", "_");
    const places = within === "line.gesture" ? ["gesture", "phase_name"] : ["signal", "gesture", "phase_name"];
    for (const place of places) {
      const words = spoken.words[`${place}.${name}` as Key];
      if (words) return words;
    }
  }
  const plain = english.replaceAll(" – ", ": ");
  for (const { id, form } of FORMS) {
    const found = form.exec(english) ?? (plain !== english && !core[id].includes("{") ? form.exec(plain) : null);
    if (!found) continue;
    const values = found.slice(1).map((v) => (depth < DEEPEST ? (turned(v, depth + 1, id) ?? v) : v));
    return filled(table[id], values);
  }
  return null;
}

function formOf(english: string): RegExp {
  const SLOTS: Record<string, string> = { "": "(.+?)", "@": "(\\S+)", "^": "([A-Z][A-Z_ ]*)" };
  const parts = english.split(/(\{\d[@^]?\})/).map((part) => {
    const slot = /^\{\d([@^]?)\}$/.exec(part);
    return slot ? SLOTS[slot[1] ?? ""] : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}

function filled(words: string, values: (string | number)[]): string {
  return words.replace(/\{(\d)\}/g, (_: string, n: string) => String(values[Number(n)] ?? ""));
}
