// The socket to the station: opened again and again when it breaks, and what is said over it.

import type { Answered, Heard, Told } from "./told";

const SENT_AWAY = 4403;
const TRY_AGAIN_MS = [200, 500, 1000, 2000];

type Without<T> = T extends unknown ? Omit<T, "number"> : never;

export class Link {
  private socket: WebSocket | null = null;
  private tries = 0;
  private number = 0;
  private readonly waiting = new Map<number, (answer: Answered) => void>();
  heardAt = 0; // performance.now() of the last word from the station

  constructor(
    private readonly take: (told: Told) => void,
    private readonly opened: () => void,
  ) {
    this.open();
  }

  private open(): void {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/station`);
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.opened();
    };
    socket.onmessage = (message) => {
      this.heardAt = performance.now();
      const told = JSON.parse(message.data as string) as Told;
      if (told.kind === "answered") this.waiting.get(told.to)?.(told);
      this.take(told);
    };
    socket.onclose = (closed) => {
      // The program was started again and does not know this browser's cookie: fetch the page anew, once in a while.
      if (closed.code === 1006 || closed.code === SENT_AWAY) void this.renew(closed.code === SENT_AWAY);
      const wait = TRY_AGAIN_MS[Math.min(this.tries, TRY_AGAIN_MS.length - 1)];
      this.tries += 1;
      setTimeout(() => this.open(), wait);
    };
  }

  private async renew(atOnce: boolean): Promise<void> {
    if (!atOnce && this.tries % 3 !== 2) return;
    try {
      const page = await fetch("/", { cache: "no-store" });
      if (page.status === 401) location.reload(); // this station was sent away: the page says so, and asks for a code
    } catch {
      // nobody answers: the next try comes by itself
    }
  }

  /** False: there is no contact, nothing was sent. */
  say(message: Without<Heard>, answered?: (answer: Answered) => void): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.number += 1;
    if (answered) this.waiting.set(this.number, answered);
    if (this.waiting.size > 50) this.waiting.delete(this.waiting.keys().next().value as number);
    this.socket.send(JSON.stringify({ ...message, number: this.number }));
    return true;
  }
}
