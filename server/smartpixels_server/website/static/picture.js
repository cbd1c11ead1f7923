// The picture: the server draws the night, this keeps its lamps in their confirmed colors. Video can take its place.

import { css, effectCharacter, isLit, shownRgb } from "./color.js";
import { store } from "./store.js";

/** How many lamps the server draws. */
const DRAWN = 15;

class Picture extends HTMLElement {
  constructor() {
    super();
    this.asked = "";
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
    const wanted = [...store.devices.keys()].slice(0, DRAWN).sort().join();
    const present = Array.from(drawn, (lamp) => lamp.dataset["lamp"]).sort().join();
    if (wanted !== present && wanted !== this.asked) void this.#redraw(wanted);
  }

  /** @param {string} wanted lamps; asked for once, whatever the answer */
  async #redraw(wanted) {
    this.asked = wanted;
    const answer = await fetch(location.pathname).catch(() => undefined);
    const fresh = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
    const drawing = fresh.querySelector("sp-picture svg");
    if (!drawing || wanted !== this.asked) return;
    this.replaceChildren(document.adoptNode(drawing));
    this.#paint();
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
