import type { Key } from "./en";

export const uk: Partial<Record<Key, string>> = {};
