// The moving picture: H.264 through WebCodecs, or JPEG where that is not there or gives nothing; and what the eyes saw,
// drawn over it.

import { tr } from "./words";
import type { BodyShown, PictureHead } from "./told";

const BONES: [number, number][] = [
  [5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11], [6, 12], [11, 12], [11, 13], [13, 15], [12, 14], [14, 16], [0, 5], [0, 6],
]; // prettier-ignore
const SURE = 0.3;
const CODEC = "avc1.42E01F";
const BEHIND = 4; // pictures given to the decoder and not back: more, and the next whole one is waited for
const TICK_MS = 1000;
const SILENT_TICKS = 4; // pictures lie with the decoder and none came back: it swallows them without an error

export type Tap = { body: BodyShown | null; x: number; y: number };

export class Picture {
  private readonly film = document.getElementById("film") as HTMLCanvasElement;
  private readonly drawn = document.getElementById("drawn") as HTMLCanvasElement;
  private readonly pen = this.film.getContext("2d", { alpha: false }); // nothing shines through: a third is saved
  private readonly heads = new Map<number, PictureHead>();
  private decoder: VideoDecoder | null = null;
  private codec: "h264" | "jpeg" = "jpeg";
  private shown: PictureHead | null = null;
  private selected: number | null = null;
  private candidate: number | null = null;
  private boxing: { x: number; y: number } | null = null;
  private behind = false; // lost to a slow machine: only a whole picture helps
  private jpegs = 0; // being decoded
  private socket: WebSocket | null = null;
  private silent = 0; // ticks in which the decoder owed pictures and gave none
  fellBack = false; // the decoder that this browser promised gave nothing
  pointing = false;
  tNs = 0; // of the picture that stands on the screen
  shownAt = 0;

  constructor(
    private readonly tapped: (tap: Tap) => void,
    private readonly boxed: (box: [number, number, number, number]) => void,
  ) {
    this.drawn.addEventListener("pointerdown", (event) => {
      const [x, y] = this.at(event);
      if (this.pointing || event.shiftKey) {
        this.boxing = { x, y };
        this.drawn.setPointerCapture(event.pointerId);
      } else this.tapped({ body: this.hit(x, y), x, y });
    });
    this.drawn.addEventListener("pointerup", (event) => {
      const from = this.boxing;
      this.boxing = null;
      if (!from) return;
      const [x, y] = this.at(event);
      const box: [number, number, number, number] = [
        clamp(Math.min(from.x, x)), clamp(Math.min(from.y, y)), clamp(Math.max(from.x, x)), clamp(Math.max(from.y, y)),
      ]; // prettier-ignore
      this.pointing = false;
      if (box[2] - box[0] > 0.005 && box[3] - box[1] > 0.01) this.boxed(box);
    });
    new ResizeObserver(() => this.draw()).observe(this.drawn);
    setInterval(() => this.tick(), TICK_MS);
    void this.begin();
  }

  /** Ticks are counted, not the wall's time: a laptop that slept has not waited for its decoder. */
  private tick(): void {
    this.silent = this.heads.size && this.decoder ? this.silent + 1 : 0;
    if (this.silent >= SILENT_TICKS) this.fallBack();
  }

  /** The plain way works everywhere. */
  private fallBack(): void {
    this.codec = "jpeg";
    this.fellBack = true;
    this.silent = 0;
    this.socket?.close();
  }

  /** Numbers in the picture that say nothing now. */
  get doubtful(): ReadonlySet<number> {
    return new Set((this.shown?.bodies ?? []).filter((b) => b.doubtful).map((b) => b.track));
  }

  follow(selected: number | null, candidate: number | null): void {
    if (selected === this.selected && candidate === this.candidate) return;
    this.selected = selected;
    this.candidate = candidate;
    this.draw();
  }

  private async begin(): Promise<void> {
    if ("VideoDecoder" in window) {
      try {
        const can = await VideoDecoder.isConfigSupported({ codec: CODEC, optimizeForLatency: true });
        if (can.supported) this.codec = "h264";
      } catch {
        // then JPEG
      }
    }
    this.open();
  }

  private open(): void {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/picture`);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.renew();
      this.wish(socket);
    };
    socket.onmessage = (message) => this.take(message.data as ArrayBuffer, socket);
    socket.onclose = () => setTimeout(() => this.open(), 700);
  }

  private renew(): void {
    if (this.decoder && this.decoder.state !== "closed") this.decoder.close();
    this.heads.clear();
    this.decoder = null;
    this.behind = false;
    this.silent = 0;
    if (this.codec !== "h264") return;
    const decoder = new VideoDecoder({
      output: (frame) => {
        this.silent = 0;
        const head = this.heads.get(frame.timestamp);
        for (const number of this.heads.keys()) if (number <= frame.timestamp) this.heads.delete(number);
        if (head) this.show(frame, head);
        frame.close();
      },
      error: () => {
        if (this.decoder === decoder) this.fallBack(); // it fails on this stream
      },
    });
    this.decoder = decoder;
    this.configure(decoder);
  }

  private configure(decoder: VideoDecoder): void {
    decoder.configure({ codec: CODEC, optimizeForLatency: true });
  }

  private wish(socket: WebSocket): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ kind: "watch", codec: this.codec }));
  }

  /** Whether this one goes to the decoder. A machine that is too slow loses pictures, never time. */
  private wanted(head: PictureHead, decoder: VideoDecoder, socket: WebSocket): boolean {
    const full = this.heads.size > BEHIND;
    if (!head.key) {
      if (full && !this.behind) this.wish(socket);
      this.behind ||= full;
      return !this.behind;
    }
    if (full) {
      decoder.reset();
      this.configure(decoder);
      this.heads.clear();
    }
    this.behind = false;
    return true;
  }

  private take(data: ArrayBuffer, socket: WebSocket): void {
    const length = new DataView(data).getUint32(0);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length))) as PictureHead;
    const bytes = new Uint8Array(data, 4 + length);
    if (head.codec === "jpeg") {
      if (this.jpegs > 1) return; // each is whole: the next one will do
      this.jpegs += 1;
      createImageBitmap(new Blob([bytes], { type: "image/jpeg" }))
        .then((image) => {
          if (head.t_ns >= this.tNs || this.tNs - head.t_ns > 5e9) this.show(image, head);
          image.close();
        })
        .finally(() => (this.jpegs -= 1));
      return;
    }
    if (!this.decoder || this.decoder.state !== "configured") {
      if (this.codec === "h264") this.fallBack();
      return;
    }
    if (!this.wanted(head, this.decoder, socket)) return;
    this.heads.set(head.number, head);
    this.decoder.decode(new EncodedVideoChunk({ type: head.key ? "key" : "delta", timestamp: head.number, data: bytes }));
  }

  private show(image: CanvasImageSource, head: PictureHead): void {
    if (this.film.width !== head.width || this.film.height !== head.height) {
      this.film.width = head.width;
      this.film.height = head.height;
    }
    this.pen?.drawImage(image, 0, 0, head.width, head.height);
    this.shown = head;
    this.tNs = head.t_ns;
    this.shownAt = performance.now();
    this.draw();
  }

  /** Where the film lies in the overlay, CSS px: it keeps its shape. */
  private frame(): { x: number; y: number; w: number; h: number } {
    const box = this.drawn.getBoundingClientRect();
    const shape = this.film.width / this.film.height;
    const w = Math.min(box.width, box.height * shape);
    return { x: (box.width - w) / 2, y: (box.height - w / shape) / 2, w, h: w / shape };
  }

  private at(event: PointerEvent): [number, number] {
    const f = this.frame();
    return [(event.offsetX - f.x) / f.w, (event.offsetY - f.y) / f.h];
  }

  private hit(x: number, y: number): BodyShown | null {
    const near = (b: BodyShown): boolean =>
      x > b.box[0] - 0.02 && x < b.box[2] + 0.02 && y > b.box[1] - 0.02 && y < b.box[3] + 0.02;
    return this.shown?.bodies.find(near) ?? null;
  }

  draw(): void {
    const scale = window.devicePixelRatio || 1;
    const box = this.drawn.getBoundingClientRect();
    const [wide, high] = [Math.round(box.width * scale), Math.round(box.height * scale)];
    if (this.drawn.width !== wide || this.drawn.height !== high) {
      this.drawn.width = wide;
      this.drawn.height = high;
    }
    const pen = this.drawn.getContext("2d");
    if (!pen) return;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, box.width, box.height);
    const f = this.frame();
    for (const body of this.shown?.bodies ?? []) this.body(pen, body, f);
  }

  private body(pen: CanvasRenderingContext2D, body: BodyShown, f: { x: number; y: number; w: number; h: number }): void {
    const px = (x: number): number => f.x + x * f.w;
    const py = (y: number): number => f.y + y * f.h;
    const held = body.gestures.filter((g) => g.long_enough);
    const ours = body.track === this.selected;
    const colour = held.length ? "#5fe36a" : body.cannot_tell || body.doubtful ? "#ffb340" : ours ? "#ffffff" : "#7cd0ff";
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = ours ? 3 : 1.5;
    pen.setLineDash(body.doubtful ? [2, 4] : body.track === this.candidate ? [6, 4] : []);
    const [x1, y1, x2, y2] = [px(body.box[0]), py(body.box[1]), px(body.box[2]), py(body.box[3])];
    if (ours) corners(pen, x1, y1, x2, y2);
    else pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
    pen.setLineDash([]);
    pen.lineWidth = 2;
    for (const [a, b] of BONES) {
      const [ja, jb] = [body.joints[a], body.joints[b]];
      if (!ja || !jb || ja[2] < SURE || jb[2] < SURE) continue;
      pen.beginPath();
      pen.moveTo(px(ja[0]), py(ja[1]));
      pen.lineTo(px(jb[0]), py(jb[1]));
      pen.stroke();
    }
    const posture = body.joints.length ? ` ${tr(`posture.${body.posture}`)}` : "";
    label(pen, `${body.track}${body.doubtful ? "?" : ""}${posture}`, x1, y1 - 3, colour, f);
    const below = held.length
      ? held.map((g) => `${tr(`gesture.${g.name}`)} ${g.held_s.toFixed(1)} s`).join(", ")
      : body.cannot_tell
        ? tr("cannot_tell")
        : "";
    if (below) label(pen, below, x1, y2 + 21, colour, f);
  }
}

function clamp(v: number): number {
  return Math.max(0, Math.min(1, v));
}

function corners(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  const n = Math.min(12, (x2 - x1) / 3, (y2 - y1) / 3);
  pen.beginPath();
  for (const [x, y, dx, dy] of [[x1, y1, n, n], [x2, y1, -n, n], [x2, y2, -n, -n], [x1, y2, n, -n]] as const) {
    pen.moveTo(x + dx, y);
    pen.lineTo(x, y);
    pen.lineTo(x, y + dy);
  } // prettier-ignore
  pen.stroke();
}

function label(
  pen: CanvasRenderingContext2D, words: string, x: number, bottom: number, colour: string,
  f: { x: number; y: number; w: number; h: number },
): void { // prettier-ignore
  pen.font = "600 13px system-ui, sans-serif";
  const wide = pen.measureText(words).width + 8;
  const left = Math.max(f.x, Math.min(x, f.x + f.w - wide));
  const low = Math.max(f.y + 18, Math.min(bottom, f.y + f.h));
  pen.fillStyle = colour;
  pen.fillRect(left, low - 18, wide, 18);
  pen.fillStyle = "#10130f";
  pen.fillText(words, left + 4, low - 5);
}
