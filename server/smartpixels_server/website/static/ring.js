// A ring of hues: by touch, mouse and keys. Fires "pick" with the hue in degrees while it moves.

import { LitElement, html } from "lit";
import { colorName, css, fromHue } from "./color.js";
import { vars } from "./piece.js";
import { t } from "./page.js";

const STEP = 5;
const LEAP = 30;

export class Ring extends LitElement {
  static properties = { hue: { type: Number }, saturation: { type: Number }, blocked: { type: Boolean } };

  constructor() {
    super();
    this.hue = 0;
    this.saturation = 1;
    this.blocked = false;
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const name = colorName(fromHue(this.hue, this.saturation));
    return html`<div
      class="ring"
      role="slider"
      tabindex="0"
      aria-label=${t("Hue")}
      aria-valuemin="0"
      aria-valuemax="359"
      aria-valuenow=${this.hue}
      aria-valuetext=${name}
      aria-disabled=${this.blocked ? "true" : "false"}
      @keydown=${this.#onKey}
      @pointerdown=${this.#onPress}
      @pointermove=${this.#onMove}
      ${vars({ "--hue": `${this.hue}deg`, "--picked": css(fromHue(this.hue, this.saturation)) })}
    >
      <span class="ring__band"></span>
      <span class="ring__arm"><span class="ring__thumb"></span></span>
      <span class="ring__name" aria-hidden="true">${name}</span>
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const to = this.#target(event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.#pick(to);
  }

  /** @param {string} key */
  #target(key) {
    switch (key) {
      case "ArrowRight":
      case "ArrowUp":
        return this.hue + STEP;
      case "ArrowLeft":
      case "ArrowDown":
        return this.hue - STEP;
      case "PageUp":
        return this.hue + LEAP;
      case "PageDown":
        return this.hue - LEAP;
      case "Home":
        return 0;
      case "End":
        return 359;
      default:
        return undefined;
    }
  }

  /** @param {PointerEvent} event */
  #onPress(event) {
    const ring = /** @type {HTMLElement} */ (event.currentTarget);
    ring.setPointerCapture(event.pointerId);
    this.#onMove(event);
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    const ring = /** @type {HTMLElement} */ (event.currentTarget);
    if (!ring.hasPointerCapture(event.pointerId)) return;
    const box = ring.getBoundingClientRect();
    const x = event.clientX - box.left - box.width / 2;
    const y = event.clientY - box.top - box.height / 2;
    this.#pick((Math.atan2(y, x) * 180) / Math.PI + 90);
  }

  /** @param {number} degrees */
  #pick(degrees) {
    const hue = (Math.round(degrees) + 720) % 360;
    this.dispatchEvent(new CustomEvent("pick", { detail: hue, bubbles: true }));
  }
}

customElements.define("sp-ring", Ring);
