// The picture: the server draws the night, this keeps its lamps in their confirmed colors. Video can take its place.

import { css, effectCharacter, isLit, shownRgb } from "./color.js";
import { store } from "./store.js";

class Picture extends HTMLElement {
  constructor() {
    super();
    this.paint = () => this.#paint();
  }

  connectedCallback() {
    store.addEventListener("change", this.paint);
    this.addEventListener("click", choose);
    this.#paint();
  }

  disconnectedCallback() {
    store.removeEventListener("change", this.paint);
  }

  #paint() {
    this.dataset["link"] = store.link.online && store.connection !== "gone" ? "online" : "offline";
    const drawn = /** @type {NodeListOf<SVGGElement>} */ (this.querySelectorAll("[data-lamp]"));
    for (const lamp of drawn) paintLamp(lamp, lamp.dataset["lamp"] ?? "");
    if (!this.redrawing && drawn.length < Math.min(store.devices.size, 15)) void this.#fetchDrawing(drawn.length);
  }

  /** @param {number} before how many lamps the present drawing has */
  async #fetchDrawing(before) {
    this.redrawing = true;
    try {
      const answer = await fetch(location.pathname);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("sp-picture svg");
      if (fresh && fresh.querySelectorAll("[data-lamp]").length > before) {
        this.replaceChildren(document.adoptNode(fresh));
        this.redrawing = false;
        this.#paint();
      }
    } catch {
      this.redrawing = false;
    }
  }
}

/**
 * @param {SVGGElement} lamp
 * @param {string} id
 */
function paintLamp(lamp, id) {
  const state = store.states.get(id);
  const lit = isLit(state);
  lamp.style.setProperty("color", css(shownRgb(state)));
  lamp.style.setProperty("--glow", lit ? String(0.25 + (0.75 * (state?.brightness ?? 255)) / 255) : "0");
  lamp.dataset["on"] = String(lit);
  lamp.dataset["effect"] = lit ? effectCharacter(state?.effect) : "steady";
  lamp.dataset["chosen"] = String(store.chosenId === id);
}

/** @param {MouseEvent} event */
function choose(event) {
  const lamp = /** @type {Element} */ (event.target).closest("[data-lamp]");
  const id = lamp?.getAttribute("data-lamp");
  if (id && store.devices.has(id)) store.choose(id);
}

customElements.define("sp-picture", Picture);
