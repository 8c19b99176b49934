// The page's words, a table a language. What is missing in one stands in English.

import { en, type Key } from "./en";
import { he } from "./he";
import { uk } from "./uk";

export type Language = { code: string; name: string; dir: "ltr" | "rtl"; checked: boolean; words: Partial<Record<Key, string>> };

export const LANGUAGES: Language[] = [
  { code: "en", name: "English", dir: "ltr", checked: true, words: en },
  { code: "uk", name: "Українська", dir: "ltr", checked: false, words: uk },
  { code: "he", name: "עברית", dir: "rtl", checked: false, words: he },
];

let spoken = LANGUAGES[0] as Language;

export function language(): Language {
  return spoken;
}

export function speak(code: string): void {
  spoken = LANGUAGES.find((l) => l.code === code) ?? (LANGUAGES[0] as Language);
  document.documentElement.lang = spoken.code;
  document.documentElement.dir = spoken.dir;
}

/** The words for a key; `otherwise` where no table has it (the core's own words, say). {0} takes the values. */
export function tr(key: string, otherwise = "", ...values: (string | number)[]): string {
  const words = spoken.words[key as Key] ?? (otherwise || (en as Record<string, string>)[key]) ?? otherwise;
  const found = words || key.replace(/^[a-z]+\./, "").replaceAll("_", " ");
  return found.replace(/\{(\d)\}/g, (_: string, n: string) => String(values[Number(n)] ?? ""));
}
