// The words of the planning page: its tables stand beside those of the mission's page.

import { language } from "../words";
import { planEn, type PlanKey } from "../words/plan_en";
import { planHe } from "../words/plan_he";
import { planUk } from "../words/plan_uk";

const TABLES: Record<string, Record<PlanKey, string>> = { en: planEn, uk: planUk, he: planHe };

export function pt(key: PlanKey, ...values: (string | number)[]): string {
  const words = (TABLES[language().code] ?? planEn)[key];
  return words.replace(/\{(\d)\}/g, (_, n: string) => String(values[Number(n)] ?? ""));
}
