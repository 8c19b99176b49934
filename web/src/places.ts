// Places in words, as crews say them: latitude and longitude, or the military grid (MGRS, as in NGA.SIG.0012). Both are
// always read; which is written is the crew's choice and is kept by the browser.

import { forward, toPoint } from "mgrs";

export type LonLat = [number, number];

const GRID = /^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z]{2})\s*(\d{4,5})\s*(\d{4,5})$/i; // to 10 m at least: mines lie there
const UNPARTED = /^(\d{1,2}[C-HJ-NP-X][A-HJ-NP-Z]{2})(\d{8}|\d{10})$/i;
const POLEWARD_DEG = 80; // beyond it the grid has other letters, and nobody is led there

let gridded = false;

export function onGrid(): boolean {
  return gridded;
}

/** A place of either kind; null: it is none. */
export function readPlace(words: string): LonLat | null {
  return /[A-Z]{2}/i.test(words) ? readGrid(words.trim()) : readDegrees(words);
}

export function writePlace(p: readonly number[]): string {
  const [lon, lat] = p as [number, number];
  if (!gridded || Math.abs(lat) >= POLEWARD_DEG) return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
  const [, zone, square, east, north] = /^(\d+[A-Z])([A-Z]{2})(\d{5})(\d{5})$/.exec(forward([lon, lat], 5)) ?? [];
  return `${zone} ${square} ${east} ${north}`;
}

/** "37U DP 26262 83289", with spaces or without, to 1 m or 10 m: the middle of that square. */
function readGrid(words: string): LonLat | null {
  const parted = GRID.exec(words);
  const joined = parted ? parted.slice(1).join("") : UNPARTED.test(words) ? words : "";
  if (!joined || (parted && parted[4]?.length !== parted[5]?.length)) return null;
  try {
    const [lon, lat] = toPoint(joined.toUpperCase());
    const there = forward([lon, lat], (joined.match(/\d+$/)?.[0].length ?? 0) / 2);
    return there === joined.toUpperCase().replace(/^0/, "") ? [lon, lat] : null; // a square that its zone does not have
  } catch {
    return null;
  }
}

/** "48.60123, 38.00456": latitude first, as it is spoken; with N and E in any order. */
function readDegrees(words: string): LonLat | null {
  const parts = [...words.trim().matchAll(/(-?\d+(?:\.\d+)?)\s*°?\s*([NSEWnsew]?)/g)];
  if (parts.length !== 2) return null;
  const values = parts.map((p) => Number(p[1]) * (/[SWsw]/.test(p[2] ?? "") ? -1 : 1));
  const turned = /[EWew]/.test(parts[0]?.[2] ?? "") || /[NSns]/.test(parts[1]?.[2] ?? "");
  const [lat, lon] = (turned ? [values[1], values[0]] : values) as [number, number];
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? [lon, lat] : null;
}

const KEPT = "safeconduct grid";

try {
  gridded = localStorage.getItem(KEPT) === "yes";
} catch {
  // degrees then
}

/** Take the choice and keep it for the next time. */
export function chooseGrid(on: boolean): void {
  gridded = on;
  try {
    localStorage.setItem(KEPT, on ? "yes" : "no");
  } catch {
    // a browser that keeps nothing asks again next time
  }
}
