// The map on a plain canvas: for browsers without WebGL. The same things in the same colours.

import { ellipse, type Mapped } from "./map";
import { AREA_COLOURS, COLOURS } from "./palette";
import type { Enu, Now, Scenery } from "./told";
import { tr } from "./words";

const NEAR_M = 400; // who is farther off does not make the map smaller

export class PlainMap implements Mapped {
  private readonly canvas = document.createElement("canvas");
  private readonly shade = new Image();
  private now: Now | null = null;
  private at: ((x: number, y: number) => Enu) | null = null;

  constructor(
    holder: HTMLElement,
    private readonly scenery: Scenery,
    pressed: (at: Enu) => void,
  ) {
    this.canvas.addEventListener("click", (event) => this.at && pressed(this.at(event.offsetX, event.offsetY)));
    this.canvas.className = "plain";
    this.canvas.setAttribute("role", "img");
    this.words();
    holder.replaceChildren(this.canvas);
    if (scenery.shade) this.shade.src = scenery.shade.address;
    this.shade.onload = () => this.draw();
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  words(): void {
    this.canvas.setAttribute("aria-label", tr("app.map"));
    this.draw();
  }

  show(now: Now): void {
    this.now = now;
    this.draw();
  }

  private draw(): void {
    const box = this.canvas.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, box.width * scale);
    this.canvas.height = Math.max(1, box.height * scale);
    const pen = this.canvas.getContext("2d");
    if (!pen || box.width < 10) return;
    pen.scale(scale, scale);
    const points = [...this.scenery.route, this.scenery.start, this.scenery.reception];
    for (const p of [this.now?.aircraft.name ? this.now.aircraft.position : null, this.now?.person?.position]) {
      if (p && points.some((q) => Math.hypot(p[0] - q[0], p[1] - q[1]) < NEAR_M)) points.push(p);
    }
    const [west, east] = [Math.min(...points.map((p) => p[0])) - 40, Math.max(...points.map((p) => p[0])) + 40];
    const [south, north] = [Math.min(...points.map((p) => p[1])) - 40, Math.max(...points.map((p) => p[1])) + 40];
    const k = Math.min(box.width / (east - west), box.height / (north - south));
    const [dx, dy] = [(box.width - k * (east - west)) / 2, (box.height - k * (north - south)) / 2];
    const at = (p: Enu): [number, number] => [dx + (p[0] - west) * k, dy + (north - p[1]) * k];
    this.at = (x, y) => [west + (x - dx) / k, north - (y - dy) / k, 0];
    const shade = this.scenery.shade;
    if (shade && this.shade.complete && this.shade.naturalWidth) {
      const [x, y] = at([shade.west_m, shade.north_m, 0]);
      pen.drawImage(this.shade, x, y, (shade.east_m - shade.west_m) * k, (shade.north_m - shade.south_m) * k);
    }
    const path = (ring: Enu[], close: boolean): void => {
      pen.beginPath();
      ring.forEach((p, n) => (n ? pen.lineTo(...at(p)) : pen.moveTo(...at(p))));
      if (close) pen.closePath();
    };
    const disc = (p: Enu, px: number): void => {
      pen.beginPath();
      pen.arc(...at(p), px, 0, 7);
    };
    for (const area of this.scenery.areas) {
      pen.fillStyle = pen.strokeStyle = AREA_COLOURS[area.role] ?? COLOURS.faint;
      if (area.radius_m && area.ring[0]) disc(area.ring[0], Math.max(3, area.radius_m * k));
      else path(area.ring, true);
      pen.globalAlpha = 0.45;
      pen.fill();
      pen.globalAlpha = 1;
      pen.stroke();
    }
    pen.strokeStyle = COLOURS.fence;
    pen.setLineDash([5, 5]);
    path(this.scenery.fence, true);
    pen.stroke();
    pen.setLineDash([]);
    pen.strokeStyle = COLOURS.route;
    pen.lineWidth = 4;
    path(this.scenery.route, false);
    pen.stroke();
    this.place(pen, at(this.scenery.start), tr("map.start"), box.width);
    this.place(pen, at(this.scenery.reception), tr("map.reception"), box.width);
    const now = this.now;
    if (!now) return;
    for (const area of now.dangers) {
      pen.fillStyle = COLOURS.shell;
      pen.globalAlpha = 0.5;
      if (area.radius_m && area.ring[0]) disc(area.ring[0], Math.max(3, area.radius_m * k));
      else path(area.ring, true);
      pen.fill();
      pen.globalAlpha = 1;
    }
    for (const [way, colour, dashes] of [[now.way, COLOURS.held, []], [now.new_way, COLOURS.asked, [10, 6]]] as const) {
      if (!way.length) continue;
      pen.strokeStyle = COLOURS.ink;
      pen.lineWidth = 7;
      path(way, false);
      pen.stroke();
      pen.strokeStyle = colour;
      pen.lineWidth = 4;
      pen.setLineDash([...dashes]);
      pen.stroke();
      pen.setLineDash([]);
    }
    if (now.no_fire.centre && now.no_fire.radius_m) {
      pen.strokeStyle = now.no_fire.state === "held" ? COLOURS.held : COLOURS.asked;
      pen.lineWidth = 2;
      pen.setLineDash(now.no_fire.state === "held" ? [] : [8, 6]);
      disc(now.no_fire.centre, now.no_fire.radius_m * k);
      pen.stroke();
      pen.setLineDash([]);
    }
    if (now.person?.error) {
      pen.strokeStyle = COLOURS.person;
      pen.setLineDash([4, 3]);
      path(ellipse(now.person.position, now.person.error), true);
      pen.stroke();
      pen.setLineDash([]);
    }
    for (const [p, colour, px] of [
      ...now.impacts.map((i) => [i, COLOURS.shell, 4] as const),
      [this.scenery.start, COLOURS.ink, 5] as const,
      [this.scenery.reception, COLOURS.held, 7] as const,
      ...now.others.map((o) => [o.position, COLOURS.other, 4] as const),
      ...(now.person ? [[now.person.position, COLOURS.person, 7] as const] : []),
      ...(now.aircraft.name ? [[now.aircraft.position, COLOURS.aircraft, 6] as const] : []),
    ]) {
      pen.fillStyle = colour;
      pen.strokeStyle = COLOURS.ink;
      pen.lineWidth = 1.5;
      disc(p, px);
      pen.fill();
      pen.stroke();
    }
  }

  private place(pen: CanvasRenderingContext2D, [x, y]: [number, number], words: string, wide: number): void {
    pen.font = "12px system-ui, sans-serif";
    const half = pen.measureText(words).width / 2 + 5;
    const middle = Math.max(half, Math.min(wide - half, x));
    pen.textAlign = "center";
    pen.fillStyle = "#fffd";
    pen.fillRect(middle - half, y - 28, 2 * half, 16);
    pen.fillStyle = "#222";
    pen.fillText(words, middle, y - 16);
  }
}
