// What all elements of the page share: they draw into the page itself and redraw when the store changes.

import { LitElement, html, svg } from "lit";
import { Directive, directive } from "lit/directive.js";
import { page } from "./page.js";
import { store } from "./store.js";

export class Piece extends LitElement {
  constructor() {
    super();
    this.redraw = () => this.requestUpdate();
  }

  /** The server's read-only drawing gives way. */
  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener("change", this.redraw);
  }
}

/**
 * A piece that shows times or budgets, which change by themselves.
 */
export class TickingPiece extends Piece {
  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(this.redraw, 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }
}

/** @param {string} name */
export const icon = (name) =>
  html`<svg class="icon" aria-hidden="true">${svg`<use href=${`${page.sprite}#${name}`}></use>`}</svg>`;

class Vars extends Directive {
  /** @param {Record<string, string>} _values */
  render(_values) {
    return "";
  }

  /**
   * @param {import("lit/directive.js").ElementPart} part
   * @param {[Record<string, string>]} args
   */
  update(part, [values]) {
    const { style } = /** @type {HTMLElement | SVGElement} */ (part.element);
    for (const [name, value] of Object.entries(values)) style.setProperty(name, value);
  }
}

/** Sets CSS properties by script: the page's content security policy allows no style attributes. */
export const vars = directive(Vars);
