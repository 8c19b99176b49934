// A gamepad as three keys and STOP: B stops, up and down choose, A confirms (held where holding is asked for).

const KEYS: Record<number, string> = { 0: "Enter", 1: "Escape", 9: "m" };

export class Gamepads {
  private readonly down = new Set<string>(); // of each pad: a second one that lies on the table lets nothing go
  private chosen = 0;

  constructor(private readonly press: (key: string) => void) {
    window.addEventListener("gamepadconnected", () => this.look());
  }

  private look(): void {
    const pads = navigator.getGamepads().filter((pad) => pad !== null);
    for (const pad of pads) {
      pad.buttons.forEach((button, n) => {
        const which = `${pad.index} ${n}`;
        if (button.pressed === this.down.has(which)) return;
        if (button.pressed) this.down.add(which);
        else this.down.delete(which);
        if (n === 12 || n === 13) {
          if (!button.pressed) return;
          this.chosen = Math.max(1, Math.min(9, this.chosen + (n === 13 ? 1 : -1)));
          this.press(String(this.chosen));
        } else if (n === 0) {
          const key = new KeyboardEvent(button.pressed ? "keydown" : "keyup", { key: "Enter", bubbles: true });
          document.body.dispatchEvent(key);
        } else if (button.pressed && KEYS[n]) this.press(KEYS[n]);
      });
    }
    if (pads.length) requestAnimationFrame(() => this.look());
  }
}
