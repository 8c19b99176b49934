import type { Key } from "./en";

export const he: Partial<Record<Key, string>> = {};
