// Words that a person shows, as pictures for a human to read; a machine's guess stands beside, as a guess.

import { button, byId, text } from "./elements";
import type { Now, SignShown } from "./told";
import { said, tr } from "./words";

export class Signs {
  private readonly list = byId("signs");
  private readonly large = byId<HTMLDialogElement>("sign");
  private drawnFor = "";

  show(now: Now): void {
    const state = JSON.stringify(now.signs);
    if (state === this.drawnFor) return;
    this.drawnFor = state;
    this.draw(now.signs);
  }

  words(): void {
    this.drawnFor = "";
  }

  private draw(signs: SignShown[]): void {
    this.list.hidden = !signs.length;
    this.list.replaceChildren();
    for (const sign of [...signs].reverse()) {
      const words = tr(sign.on_ground ? "sign.ground" : "sign.of", "", sign.track);
      const one = button("", () => this.enlarge(sign, words));
      one.setAttribute("aria-label", `${words}. ${tr("sign.larger")}`);
      if (sign.address) one.append(shot(sign, words));
      one.append(text("span", words));
      this.list.append(one);
    }
  }

  private enlarge(sign: SignShown, words: string): void {
    this.large.replaceChildren(text("h2", words));
    if (sign.address) this.large.append(shot(sign, words));
    if (sign.advice) this.large.append(text("p", said(sign.advice)));
    if (sign.hint) {
      const hint = text("p", tr("sign.hint", "", sign.hint, (100 * sign.sure).toFixed(0)), "hint");
      hint.dir = "auto";
      this.large.append(hint);
    }
    this.large.append(button(tr("app.close"), () => this.large.close()));
    this.large.showModal();
  }
}

function shot(sign: SignShown, words: string): HTMLImageElement {
  const image = new Image();
  image.src = sign.address;
  image.alt = words;
  return image;
}
