// Speaks to screen readers: what became of the viewer's own wishes, and changes of the chosen lamp.

import { html } from "lit";
import { inWords } from "./color.js";
import { Piece } from "./piece.js";
import { localName, t } from "./page.js";
import { againInWords, reasonInWords } from "./refusals.js";
import { store } from "./store.js";

const SETTLE_MS = 1200;

class Announcer extends Piece {
  static properties = { spoken: { state: true } };

  constructor() {
    super();
    this.spoken = "";
    this.coming = "";
    this.redraw = () => this.#settle();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.settling);
  }

  render() {
    return html`<p aria-live="polite">${this.spoken}</p>`;
  }

  /** Waits until the lamp stands still: while somebody drags, there is nothing to say. */
  #settle() {
    const text = news();
    if (text === this.coming) return;
    this.coming = text;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => (this.spoken = text), SETTLE_MS);
  }
}

function news() {
  const device = store.chosen;
  if (!device) return "";
  const wish = store.wishes.get(device.device_id);
  const lamp = localName(device);
  if (wish?.stage === "refused") {
    return `${lamp}: ${reasonInWords(wish.refusal?.code ?? "")} ${againInWords(wish.refusal?.retry_after_ms)}`.trim();
  }
  const author = store.authors.get(device.device_id)?.viewer;
  const words = inWords(store.states.get(device.device_id));
  return author ? t("{lamp}: {words}, set by {handle}", { lamp, words, handle: author.handle }) : `${lamp}: ${words}`;
}

customElements.define("sp-announcer", Announcer);
